"""Turns a request into an event, and into the response to Paystack.

:func:`receive` does no I/O: from the method, the headers and the raw body it returns a status, and the event if there
is one. A :class:`WebhookReceiver` adds your secret key and the handler of events. The adapters for web frameworks are a
few lines each around one.

    200  received
    401  the signature is not Paystack's
    400  Paystack signed the body, it is not an event, and nothing here stores such bodies
    403  the request does not come from Paystack's addresses, if these are checked
    405  not a POST
    413  longer than any webhook

A body that Paystack signed and that is not an event goes to the dead letters of an inbox, or to the function
``on_malformed``, and the response is 200. If there is neither, an error is logged and the response is 400: Paystack
resends the body for 72 hours, in which you can add one of the two.

If an event could not be received (a handler failed, the inbox cannot be written) the error propagates to the web
framework, which responds with 500 and reports it as any other error. Paystack then sends the event again.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeAlias, cast, runtime_checkable

from paystackease.errors import InvalidArgumentError, MalformedEventError, SignatureError
from paystackease.webhooks.events import AnyEvent
from paystackease.webhooks.handlers import acall, call
from paystackease.webhooks.signature import MAX_BODY_BYTES, keys_of, verify

PAYSTACK_ADDRESSES = ("52.31.139.75", "52.49.173.169", "52.214.14.220")
"""Where webhooks come from, for test and live mode: https://paystack.com/docs/payments/webhooks/#ip-whitelisting"""

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

OnMalformed: TypeAlias = Callable[[MalformedEventError], object]
"""What is done with a body that Paystack signed and that is not an event."""

log = logging.getLogger("paystackease")

UNIX = "unix"
"""In ``trusted_proxies``: whoever is at the other end of a Unix socket, which has no address."""


class WebhookResponse(NamedTuple):
    """What a request is, and what to answer."""

    status: int
    reason: str
    """A sentence for the answer's body. Paystack shows it in its dashboard."""
    event: AnyEvent | None = None
    malformed: MalformedEventError | None = None
    """The body, if Paystack signed it and it is not an event."""

    @property
    def headers(self) -> dict[str, str]:
        """The answer's headers."""
        allow = {"allow": "POST"} if self.status == 405 else {}
        return {"content-type": "text/plain; charset=utf-8", "content-length": str(len(self.body)), **allow}

    @property
    def body(self) -> bytes:
        """The answer's body."""
        return self.reason.encode()


@dataclass(frozen=True, slots=True)
class IPAllowlist:
    """Which addresses webhooks may come from: the signature is what counts, and this keeps others from the door.

    A server may believe proxies of its own accord and tell the address that they say: uvicorn does, by default those at
    127.0.0.1 (``--forwarded-allow-ips``). Name a proxy in one of the two places, and never let a server believe all.
    Under WSGI a server that takes ``X_Forwarded_For`` for the same header lets anybody write it: the proxy in front has
    to drop names with underscores, as nginx does.

    :param trusted_proxies: Your own proxies: addresses, networks (``"10.0.0.0/8"``), or ``"unix"`` for one that comes
        over a Unix socket. What such a proxy says of who sent a request is believed, and nobody else.
    :param header: In which header they say so: in each, the last address is the proxy's own knowledge.
    :param addresses: Whose webhooks are let in.
    :raises paystackease.errors.InvalidArgumentError: If something is not an address.
    """

    trusted_proxies: Sequence[str] = ()
    header: str = "x-forwarded-for"
    addresses: Sequence[str] = PAYSTACK_ADDRESSES
    _trusted: tuple[Network, ...] = field(init=False, repr=False, compare=False)
    _allowed: frozenset[Address] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in "trusted_proxies", "addresses":
            if isinstance(getattr(self, name), str):
                raise InvalidArgumentError(f"{name} must be a list of addresses, not one text")
        try:
            trusted = tuple(ipaddress.ip_network(proxy) for proxy in self.trusted_proxies if proxy != UNIX)
            allowed = frozenset(ipaddress.ip_address(address) for address in self.addresses)
        except ValueError as error:
            raise InvalidArgumentError(f"this is not an address or a network: {error}") from error
        object.__setattr__(self, "_trusted", trusted)
        object.__setattr__(self, "_allowed", allowed)

    def allow(self, peer: str | None, headers: Mapping[str, str]) -> bool:
        """Whether a request may come in.

        :param peer: The address of who connected; None or empty for a Unix socket.
        :param headers: The request's headers.
        """
        hops = (_header(headers, self.header) or "").split(",")
        here = _address(peer) if peer else None
        trusted = self._is_trusted(here) if peer else UNIX in self.trusted_proxies
        # From the nearest: each trusted hop vouches for the one before it.
        while trusted and hops:
            here = _address(hops.pop())
            trusted = self._is_trusted(here)
        return here in self._allowed

    def _is_trusted(self, hop: Address | None) -> bool:
        return hop is not None and any(hop in network for network in self._trusted)


def receive(
    method: str,
    headers: Mapping[str, str],
    body: bytes,
    secret_key: str | Sequence[str],
    *,
    peer: str | None = None,
    sources: IPAllowlist | None = None,
) -> WebhookResponse:
    """What a request is, and what to answer.

    :param method: The HTTP method.
    :param headers: The request's headers; their names in any case.
    :param body: The raw bytes of its body.
    :param secret_key: Your secret key, or several while one is exchanged for another.
    :param peer: The address of who connected; None for a Unix socket. Only ``sources`` asks for it.
    :param sources: Where it has to come from. Left out, that is not looked at.
    :raises paystackease.errors.InvalidArgumentError: If there is no secret key.
    :raises TypeError: If the body is not bytes.
    :return: 200 with the event, or another status without.
    """
    refused = refusal(method, headers, peer=peer, sources=sources)
    if refused is not None:
        return refused
    if len(body) > MAX_BODY_BYTES:
        return _TOO_LONG
    try:
        event = verify(body, _header(headers, "x-paystack-signature"), secret_key)
    except SignatureError as error:
        return WebhookResponse(401, f"Refused: {error}.")
    except MalformedEventError as error:
        return WebhookResponse(400, f"Refused: {error}.", malformed=error)
    return WebhookResponse(200, "Taken.", event)


def refusal(
    method: str, headers: Mapping[str, str], *, peer: str | None = None, sources: IPAllowlist | None = None
) -> WebhookResponse | None:
    """What can be said before the body is read: a refusal, or None to go on."""
    if method != "POST":
        return WebhookResponse(405, "Refused: webhooks are sent with POST.")
    if sources is not None and not sources.allow(peer, headers):
        return WebhookResponse(403, "Refused: this is not an address that Paystack sends webhooks from.")
    length = content_length(_header(headers, "content-length"))
    return _TOO_LONG if length is not None and length > MAX_BODY_BYTES else None


def content_length(value: str | None) -> int | None:
    """Return the number in a ``Content-Length``, at most one more than any webhook has; None if there is none in it.

    :param value: The header. HTTP allows ASCII digits alone, as many as one likes.
    """
    digits = (value or "").strip(" \t")
    if not digits.isascii() or not digits.isdigit():
        return None
    significant = digits.lstrip("0") or "0"
    return min(int(significant), MAX_BODY_BYTES + 1) if len(significant) < 9 else MAX_BODY_BYTES + 1


_TOO_LONG = WebhookResponse(413, "Refused: the body is longer than any that Paystack sends.")


@runtime_checkable
class EventReceiver(Protocol):
    """Receives events: a :class:`~paystackease.webhooks.handlers.HandlerRegistry`, an inbox."""

    def receive(self, event: AnyEvent, /) -> object:
        """Receive an event, and return when that is done."""

    async def areceive(self, event: AnyEvent, /) -> object:
        """As ``receive``, for asyncio."""


@runtime_checkable
class DeadLetters(Protocol):
    """Stores bodies that are not events: an inbox."""

    def dead_letter(self, error: MalformedEventError, /) -> object:
        """Store a body, and wait until that is done."""

    async def adead_letter(self, error: MalformedEventError, /) -> object:
        """As ``dead_letter``, for asyncio."""


class WebhookReceiver:
    """Your webhook, whatever the web framework.

    :param secret_key: Your secret key, or several while one is exchanged for another.
    :param handler: What handles an event: an inbox, a registry of handlers, or a function of the event, plain or async.
        When it returns, the answer to Paystack is 200. If it raises, Paystack sends the event again.
    :param sources: Which addresses webhooks may come from. Left out, that is not looked at.
    :param on_malformed: What stores a body that Paystack signed and that is not an event: a function of the
        :class:`~paystackease.errors.MalformedEventError`, plain or async. Left out, an inbox stores it, and anything
        else refuses it with 400.
    :raises paystackease.errors.InvalidArgumentError: If there is no secret key.
    """

    def __init__(
        self,
        secret_key: str | Sequence[str],
        handler: EventReceiver | Callable[[AnyEvent], object],
        *,
        sources: IPAllowlist | None = None,
        on_malformed: OnMalformed | None = None,
    ) -> None:
        self._keys, self._take, self._sources = keys_of(secret_key), handler, sources
        self._on_malformed, self._aon_malformed = on_malformed, on_malformed
        store = cast("object", handler)
        if on_malformed is None and isinstance(store, DeadLetters):
            self._on_malformed, self._aon_malformed = store.dead_letter, store.adead_letter

    def refusal(self, method: str, headers: Mapping[str, str], peer: str | None) -> WebhookResponse | None:
        """What can be answered before the body is read: a refusal, or None to go on."""
        return refusal(method, headers, peer=peer, sources=self._sources)

    def answer(self, method: str, headers: Mapping[str, str], body: bytes, peer: str | None = None) -> WebhookResponse:
        """Take the event in a request, and say what to answer.

        :param method: The HTTP method.
        :param headers: The request's headers; their names in any case.
        :param body: The raw bytes of its body.
        :param peer: The address of who connected; None for a Unix socket.
        """
        received = self._receive(method, headers, body, peer)
        if received.event is not None:
            call(self._take.receive if isinstance(self._take, EventReceiver) else self._take, received.event)
        if received.malformed is not None:
            if self._on_malformed is None:
                return _unstored(received)
            call(self._on_malformed, received.malformed)
            return STORED
        return received

    async def aanswer(
        self, method: str, headers: Mapping[str, str], body: bytes, peer: str | None = None
    ) -> WebhookResponse:
        """As :meth:`answer`, for asyncio."""
        received = self._receive(method, headers, body, peer)
        if received.event is not None:
            await acall(self._take.areceive if isinstance(self._take, EventReceiver) else self._take, received.event)
        if received.malformed is not None:
            if self._aon_malformed is None:
                return _unstored(received)
            await acall(self._aon_malformed, received.malformed)
            return STORED
        return received

    def _receive(self, method: str, headers: Mapping[str, str], body: bytes, peer: str | None) -> WebhookResponse:
        return receive(method, headers, body, self._keys, peer=peer, sources=self._sources)


STORED = WebhookResponse(200, "Stored for a person: it is not an event.")


def _unstored(received: WebhookResponse) -> WebhookResponse:
    log.error(
        "Paystack signed a body that is not an event, and nothing stores it: give the webhook an inbox or on_malformed"
    )
    return received


def _header(headers: Mapping[str, str], name: str) -> str | None:
    found = headers.get(name)
    if found is None:
        found = next((value for key, value in headers.items() if key.lower() == name.lower()), None)
    return found


def _address(text: str) -> Address | None:
    text = text.strip()
    if text.count(":") == 1:  # some proxies add the port
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
