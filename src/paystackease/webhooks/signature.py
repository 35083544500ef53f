"""Whether Paystack sent a webhook: https://paystack.com/docs/payments/webhooks/#verify-event-origin

Paystack signs the bytes of the body with your secret key, HMAC-SHA512 in lower-case hex, in ``x-paystack-signature``.
The very bytes: a body that was parsed and written again may differ in a blank, and its signature then in everything.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from paystackease._core.lenient_json import decode
from paystackease.errors import InvalidArgumentError, MalformedEventError, SignatureError
from paystackease.webhooks import deduplication

if TYPE_CHECKING:
    from paystackease.webhooks.events import AnyEvent

NameT = TypeVar("NameT", bound=str, covariant=True)
DataT = TypeVar("DataT", covariant=True)

MAX_BODY_BYTES = 1024 * 1024
"""The longest body that is looked at. Paystack's are a few thousand bytes."""
_BYTES = (bytes, bytearray, memoryview)


@dataclass(frozen=True, slots=True, repr=False)
class Event(Generic[NameT, DataT]):
    """Something that happened at Paystack, in its words.

    :mod:`paystackease.webhooks.events` says which data comes with which name.
    """

    # A string and not an enum: Paystack adds events without asking us.
    name: NameT
    """Such as ``"charge.success"``."""
    data: DataT
    """What it happened to: an object, or for ``subscription.expiring_cards`` a list."""
    body: dict[str, object]
    """All that Paystack sent: ``event``, ``data``, and what stands beside them."""
    raw_body: bytes | None = field(default=None, compare=False)
    """The bytes that Paystack signed; None if the event was not made of them."""

    @property
    def key(self) -> str:
        """What makes this event itself: the same however often it is delivered, another for a later state of what it
        is about. Nothing personal is in it. :data:`~paystackease.webhooks.deduplication.IDENTITIES` has each rule.
        """
        return deduplication.key(self.name, self.data)

    @property
    def ordering_key(self) -> str:
        """What it is about, such as ``"transaction:T563902"``. Events of one subject belong in one order."""
        return deduplication.ordering_key(self.name, self.data)

    def __repr__(self) -> str:
        return f"<event {self.name.encode('ascii', 'backslashreplace').decode()}>"


def verify(body: bytes, signature: str | None, secret_key: str | Sequence[str]) -> AnyEvent:
    """The event in a webhook's body, once its signature is found to be Paystack's.

    :param body: The raw bytes of the request's body, as they came.
    :param signature: The header ``x-paystack-signature``; None where there is none.
    :param secret_key: Your secret key, or several while one is exchanged for another.
    :returns: The event.
    :raises paystackease.errors.SignatureError: If the signature is missing, is not Paystack's, or the body is longer
        than 1 MiB, which Paystack's never are. Answer with 401.
    :raises paystackease.errors.MalformedEventError: If Paystack signed it and it is not an event: JavaScript cannot
        parse it either, or it has no ``event`` and ``data``. The error has the bytes.
    :raises TypeError: If the body is not bytes.
    """
    given = cast("object", body)
    if not isinstance(given, _BYTES):
        raise TypeError(
            f"body must be the raw bytes of the request, not {type(given).__name__}: Paystack signs the bytes, and "
            "what was parsed or decoded cannot be turned back into them for sure"
        )
    keys = keys_of(secret_key)
    if memoryview(body).nbytes > MAX_BODY_BYTES:
        raise SignatureError("the body is longer than any that Paystack sends")
    # As bytes: compare_digest raises TypeError on text that is not ASCII, and the header is a stranger's.
    claimed = (signature or "").encode("utf-8", "surrogatepass")
    matches = False
    for key in keys:
        expected = hmac.digest(key.encode(), body, "sha512").hex().encode()
        matches |= hmac.compare_digest(expected, claimed)  # every key, so that the time tells nothing of which
    if not matches:
        raise SignatureError("the signature is missing or is not Paystack's")
    return parse(bytes(body))


def keys_of(secret_key: str | Sequence[str]) -> list[str]:
    """The keys in what was given as one or several.

    :raises paystackease.errors.InvalidArgumentError: If it is no key, or none.
    """
    if isinstance(secret_key, str) and secret_key:
        return [secret_key]
    keys = [secret_key] if isinstance(secret_key, str) else list(secret_key)
    if not keys or not all(isinstance(cast("object", key), str) and key for key in keys):
        raise InvalidArgumentError("secret_key must be your secret key as text, or a list of them")
    return keys


def parse(body: bytes) -> AnyEvent:
    """Return the event in a body whose signature was verified.

    :param body: The bytes that Paystack signed.
    :raises paystackease.errors.MalformedEventError: If it is not an event.
    """
    try:
        found = decode(body)
    except ValueError:
        # Without its cause, which may show a part of the body.
        raise MalformedEventError("Paystack signed it, but it is not JSON", body) from None
    if isinstance(found, dict):
        event = cast("dict[str, object]", found)
        name = event.get("event")
        if isinstance(name, str) and "data" in event:
            return cast("AnyEvent", Event(name, event["data"], event, body))
    raise MalformedEventError("Paystack signed it, but it is not an event: a JSON object with event and data", body)
