"""Verify that Paystack sent a webhook: https://paystack.com/docs/payments/webhooks/#verify-event-origin

Paystack signs the body with your secret key: HMAC-SHA512 in lower-case hex, in the header ``x-paystack-signature``. It
signs the raw bytes, so a body that was parsed and serialized again has another signature.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar, cast

from paystackease._core.lenient_json import decode
from paystackease._core.signing import sign
from paystackease.errors import InvalidArgumentError, MalformedEventError, SignatureError
from paystackease.webhooks import deduplication

if TYPE_CHECKING:
    from paystackease.webhooks.events import AnyEvent

NameT = TypeVar("NameT", bound=str, covariant=True)
DataT = TypeVar("DataT", covariant=True)

KeySource: TypeAlias = str | Sequence[str] | Callable[[], str | Sequence[str]]
"""A secret key, several during a key rotation, or a function that returns them and is called for each request."""

MAX_BODY_BYTES = 1024 * 1024
"""The longest body that is accepted. Paystack's bodies have a few thousand bytes."""
_BYTES = (bytes, bytearray, memoryview)


@dataclass(frozen=True, slots=True, repr=False)
class Event(Generic[NameT, DataT]):
    """An event of Paystack's, with the name and data that Paystack sent.

    :mod:`paystackease.webhooks.events` has the type of the data for each name.
    """

    # A string and not an enum, because Paystack adds events.
    name: NameT
    """Such as ``"charge.success"``."""
    data: DataT
    """The object that the event is about; for ``subscription.expiring_cards`` a list."""
    body: dict[str, object]
    """The whole body: ``event``, ``data``, and the fields beside them."""
    raw_body: bytes | None = field(default=None, compare=False)
    """The bytes that Paystack signed; None if the event was not parsed from them."""

    @property
    def key(self) -> str:
        """Identifies the event: the same for each delivery, another one for a later state of the same object.

        It contains no personal data. :data:`~paystackease.webhooks.deduplication.IDENTITIES` has the fields it is made
        of.
        """
        return deduplication.key(self.name, self.data)

    @property
    def ordering_key(self) -> str:
        """The object that the event is about: ``"transaction:T563902"``. Its events are handled in order."""
        return deduplication.ordering_key(self.name, self.data)

    def __repr__(self) -> str:
        return f"<event {self.name.encode('ascii', 'backslashreplace').decode()}>"


def verify(body: bytes, signature: str | None, secret_key: str | Sequence[str]) -> AnyEvent:
    """Verify the signature of a webhook, and return its event.

    :param body: The raw bytes of the request's body.
    :param signature: The header ``x-paystack-signature``; None if it is missing.
    :param secret_key: Your secret key, or several during a key rotation.
    :returns: The event.
    :raises paystackease.errors.SignatureError: If the signature is missing or is not Paystack's, or if the body is
        longer than 1 MiB, which Paystack's bodies never are. Respond with 401.
    :raises paystackease.errors.MalformedEventError: If Paystack signed the body and it is not an event: it is not JSON,
        or it lacks ``event`` or ``data``. The error has the bytes.
    :raises TypeError: If the body is not bytes.
    """
    raw = cast("object", body)
    if not isinstance(raw, _BYTES):
        raise TypeError(
            f"body must be the raw bytes of the request, not {type(raw).__name__}: Paystack signs the bytes, and a "
            "parsed or decoded body may not have the same bytes"
        )
    keys = to_key_list(secret_key)
    if memoryview(body).nbytes > MAX_BODY_BYTES:
        raise SignatureError("the body is longer than any that Paystack sends")
    # As bytes, because compare_digest raises TypeError for text that is not ASCII, and anyone can send any header.
    claimed = (signature or "").encode("utf-8", "surrogatepass")
    matches = False
    for key in keys:
        expected = sign(body, key).encode()
        # Every key is compared, so that the time does not reveal which one matches.
        matches |= hmac.compare_digest(expected, claimed)
    if not matches:
        raise SignatureError("the signature is missing or is not Paystack's")
    return parse(bytes(body))


def to_key_list(secret_key: str | Sequence[str]) -> list[str]:
    """Return one or several keys as a list.

    :raises paystackease.errors.InvalidArgumentError: If there is no key, or one is not text.
    """
    if isinstance(secret_key, str) and secret_key:
        return [secret_key]
    keys = [secret_key] if isinstance(secret_key, str) else list(secret_key)
    if not keys or not all(isinstance(cast("object", key), str) and key for key in keys):
        raise InvalidArgumentError("secret_key must be your secret key, or a list of secret keys")
    return keys


def to_key_function(secret_key: KeySource) -> Callable[[], list[str]]:
    """Return a function that returns the keys for a request.

    :raises paystackease.errors.InvalidArgumentError: If there is no key. If ``secret_key`` is a function, the returned
        function raises it.
    """
    if callable(secret_key):
        function = secret_key
        return lambda: to_key_list(function())
    keys = to_key_list(secret_key)
    return lambda: keys


def parse(body: bytes) -> AnyEvent:
    """Return the event in a body whose signature was verified.

    :param body: The bytes that Paystack signed.
    :raises paystackease.errors.MalformedEventError: If it is not an event.
    """
    try:
        value = decode(body)
    except ValueError:
        # Without its cause, which may contain a part of the body.
        raise MalformedEventError("Paystack signed it, but it is not JSON", body) from None
    if isinstance(value, dict):
        event = cast("dict[str, object]", value)
        name = event.get("event")
        if isinstance(name, str) and "data" in event:
            return cast("AnyEvent", Event(name, event["data"], event, body))
    raise MalformedEventError("Paystack signed it, but it is not an event: a JSON object with event and data", body)
