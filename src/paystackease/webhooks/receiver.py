"""Turns a webhook request into an event and the response to Paystack.

:func:`receive` does no I/O: from the method, the headers and the raw body it returns a status, and the event if there
is one. :class:`WebhookReceiver` adds your secret key and the handler of events. The modules for web frameworks are thin
adapters around it.

    200  the event was received
    400  Paystack signed the body, but it is not an event, and nothing stores such bodies
    401  the signature is not Paystack's
    403  the request does not come from Paystack's addresses, if these are checked
    405  not a POST
    413  the body is longer than any webhook

A body that Paystack signed and that is not an event becomes a dead letter of the inbox, or is passed to
``on_malformed``. The response is 200. If there is neither, an error is logged and the response is 400. Paystack
resends the body for 72 hours, in which you can add one of the two.

If a handler fails or the inbox cannot store the event, the error propagates to the web framework, which responds with
500. Paystack then sends the event again.
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
from paystackease.webhooks.signature import MAX_BODY_BYTES, KeySource, to_key_function, verify

PAYSTACK_ADDRESSES = ("52.31.139.75", "52.49.173.169", "52.214.14.220")
"""The addresses from which Paystack sends webhooks, in test and live mode: https://paystack.com/docs/payments/webhooks/#ip-whitelisting"""

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

OnMalformed: TypeAlias = Callable[[MalformedEventError], object]
"""A function that receives a body that Paystack signed and that is not an event."""

log = logging.getLogger("paystackease")

UNIX = "unix"
"""In ``trusted_proxies``: a proxy that connects over a Unix socket, which has no address."""


class WebhookResponse(NamedTuple):
    """The response to a webhook request, and the event in it."""

    status: int
    reason: str
    """A sentence for the response's body. Paystack shows it in its dashboard."""
    event: AnyEvent | None = None
    malformed: MalformedEventError | None = None
    """The body, if Paystack signed it and it is not an event."""

    @property
    def headers(self) -> dict[str, str]:
        """The response's headers."""
        allow = {"allow": "POST"} if self.status == 405 else {}
        return {"content-type": "text/plain; charset=utf-8", "content-length": str(len(self.body)), **allow}

    @property
    def body(self) -> bytes:
        """The response's body."""
        return self.reason.encode()


@dataclass(frozen=True, slots=True)
class IPAllowlist:
    """The addresses from which webhooks are accepted. The signature authenticates a webhook; this is a second check.

    A server may trust proxies itself and report the address that they forward. uvicorn does so, by default for proxies
    at 127.0.0.1 (``--forwarded-allow-ips``). Name a proxy either there or here, and never let a server trust all
    addresses. Some WSGI servers treat ``X_Forwarded_For`` as the same header, so anyone can set it: the proxy must drop
    header names with underscores, as nginx does.

    :param trusted_proxies: Your own proxies: addresses, networks (``"10.0.0.0/8"``), or ``"unix"`` for one that
        connects over a Unix socket. Only such a proxy is believed about the address of the sender.
    :param header: The header in which proxies forward the address. Each proxy appends the address that connected to it.
    :param addresses: The addresses that are allowed.
    :raises paystackease.errors.InvalidArgumentError: If a value is not an address or a network.
    """

    trusted_proxies: Sequence[str] = ()
    header: str = "x-forwarded-for"
    addresses: Sequence[str] = PAYSTACK_ADDRESSES
    _trusted: tuple[Network, ...] = field(init=False, repr=False, compare=False)
    _allowed: frozenset[Address] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in "trusted_proxies", "addresses":
            if isinstance(getattr(self, name), str):
                raise InvalidArgumentError(f"{name} must be a list of addresses, not a string")
        try:
            trusted = tuple(ipaddress.ip_network(proxy) for proxy in self.trusted_proxies if proxy != UNIX)
            allowed = frozenset(ipaddress.ip_address(address) for address in self.addresses)
        except ValueError as error:
            raise InvalidArgumentError(f"not an IP address or network: {error}") from error
        object.__setattr__(self, "_trusted", trusted)
        object.__setattr__(self, "_allowed", allowed)

    def allow(self, peer: str | None, headers: Mapping[str, str]) -> bool:
        """Return whether the sender of a request is allowed.

        :param peer: The address that connected; None or empty for a Unix socket.
        :param headers: The request's headers.
        """
        hops = (_header(headers, self.header) or "").split(",")
        hop = _address(peer) if peer else None
        trusted = self._is_trusted(hop) if peer else UNIX in self.trusted_proxies
        # From the nearest hop on: each trusted hop names the one before it.
        while trusted and hops:
            hop = _address(hops.pop())
            trusted = self._is_trusted(hop)
        return hop in self._allowed

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
    """Verify a webhook request, and return the response to it.

    :param method: The HTTP method.
    :param headers: The request's headers; names are case-insensitive.
    :param body: The raw bytes of the request's body.
    :param secret_key: Your secret key, or several during a key rotation.
    :param peer: The address that connected; None for a Unix socket. Only ``sources`` uses it.
    :param sources: The addresses from which requests are accepted. Default: all.
    :raises paystackease.errors.InvalidArgumentError: If there is no secret key.
    :raises TypeError: If the body is not bytes.
    :return: Status 200 with the event, or another status without an event.
    """
    rejection = check_before_body(method, headers, peer=peer, sources=sources)
    if rejection is not None:
        return rejection
    if len(body) > MAX_BODY_BYTES:
        return _TOO_LONG
    try:
        event = verify(body, _header(headers, "x-paystack-signature"), secret_key)
    except SignatureError as error:
        return WebhookResponse(401, f"Rejected: {error}.")
    except MalformedEventError as error:
        return WebhookResponse(400, f"Rejected: {error}.", malformed=error)
    return WebhookResponse(200, "Received.", event)


def check_before_body(
    method: str, headers: Mapping[str, str], *, peer: str | None = None, sources: IPAllowlist | None = None
) -> WebhookResponse | None:
    """Check a request before its body is read. Return the response if it is rejected, else None."""
    if method != "POST":
        return WebhookResponse(405, "Rejected: webhooks are sent with POST.")
    if sources is not None and not sources.allow(peer, headers):
        return WebhookResponse(403, "Rejected: Paystack does not send webhooks from this address.")
    length = content_length(_header(headers, "content-length"))
    return _TOO_LONG if length is not None and length > MAX_BODY_BYTES else None


def content_length(value: str | None) -> int | None:
    """Return the number in a ``Content-Length``, limited to one byte more than the longest webhook; None if invalid.

    :param value: The header. HTTP allows only ASCII digits, but any number of them.
    """
    digits = (value or "").strip(" \t")
    if not digits.isascii() or not digits.isdigit():
        return None
    significant = digits.lstrip("0") or "0"
    return min(int(significant), MAX_BODY_BYTES + 1) if len(significant) < 9 else MAX_BODY_BYTES + 1


_TOO_LONG = WebhookResponse(413, "Rejected: the body is longer than any webhook of Paystack's.")


@runtime_checkable
class EventReceiver(Protocol):
    """Receives events: a :class:`~paystackease.webhooks.handlers.HandlerRegistry` or an inbox."""

    def receive(self, event: AnyEvent, /) -> object:
        """Receive an event, and return when it is stored or handled."""

    async def areceive(self, event: AnyEvent, /) -> object:
        """Receive an event, as ``receive``, for asyncio."""


@runtime_checkable
class DeadLetters(Protocol):
    """Stores bodies that are not events: an inbox."""

    def dead_letter(self, error: MalformedEventError, /) -> object:
        """Store a body, and return when it is stored."""

    async def adead_letter(self, error: MalformedEventError, /) -> object:
        """Store a body, as ``dead_letter``, for asyncio."""


class WebhookReceiver:
    """Receives webhooks, independently of a web framework.

    :param secret_key: Your secret key, or several during a key rotation. Or a function that returns them, which is
        called for each request: ``lambda: settings.PAYSTACK_SECRET_KEY``. So a test can change the key after the
        application was imported.
    :param handler: The handler of events: an inbox, a registry of handlers, or a function that takes the event and may
        be async. When it returns, the response to Paystack is 200. If it raises, Paystack sends the event again.
    :param sources: The addresses from which webhooks are accepted. Default: all.
    :param on_malformed: A function that stores a body that Paystack signed and that is not an event. It takes the
        :class:`~paystackease.errors.MalformedEventError`, and may be async. Default: an inbox stores the body; with
        any other handler it is rejected with 400.
    :raises paystackease.errors.InvalidArgumentError: If there is no secret key. If ``secret_key`` is a function, the
        request raises it.
    """

    def __init__(
        self,
        secret_key: KeySource,
        handler: EventReceiver | Callable[[AnyEvent], object],
        *,
        sources: IPAllowlist | None = None,
        on_malformed: OnMalformed | None = None,
    ) -> None:
        self._keys, self._handler, self._sources = to_key_function(secret_key), handler, sources
        self._on_malformed, self._aon_malformed = on_malformed, on_malformed
        store = cast("object", handler)
        if on_malformed is None and isinstance(store, DeadLetters):
            self._on_malformed, self._aon_malformed = store.dead_letter, store.adead_letter

    def check_before_body(self, method: str, headers: Mapping[str, str], peer: str | None) -> WebhookResponse | None:
        """Check a request before its body is read. Return the response if it is rejected, else None."""
        return check_before_body(method, headers, peer=peer, sources=self._sources)

    def respond(self, method: str, headers: Mapping[str, str], body: bytes, peer: str | None = None) -> WebhookResponse:
        """Receive the event in a request, and return the response.

        :param method: The HTTP method.
        :param headers: The request's headers; names are case-insensitive.
        :param body: The raw bytes of the request's body.
        :param peer: The address that connected; None for a Unix socket.
        """
        received = self._receive(method, headers, body, peer)
        if received.event is not None:
            call(self._handler.receive if isinstance(self._handler, EventReceiver) else self._handler, received.event)
        if received.malformed is not None:
            if self._on_malformed is None:
                return _unstored(received)
            call(self._on_malformed, received.malformed)
            return STORED
        return received

    async def arespond(
        self, method: str, headers: Mapping[str, str], body: bytes, peer: str | None = None
    ) -> WebhookResponse:
        """Receive the event in a request as :meth:`respond` does, for asyncio."""
        received = self._receive(method, headers, body, peer)
        if received.event is not None:
            await acall(
                self._handler.areceive if isinstance(self._handler, EventReceiver) else self._handler, received.event
            )
        if received.malformed is not None:
            if self._aon_malformed is None:
                return _unstored(received)
            await acall(self._aon_malformed, received.malformed)
            return STORED
        return received

    def _receive(self, method: str, headers: Mapping[str, str], body: bytes, peer: str | None) -> WebhookResponse:
        return receive(method, headers, body, self._keys(), peer=peer, sources=self._sources)


STORED = WebhookResponse(200, "Stored as a dead letter: it is not an event.")


def _unstored(received: WebhookResponse) -> WebhookResponse:
    log.error(
        "Paystack signed a body that is not an event, and nothing stores it: give the webhook an inbox or on_malformed"
    )
    return received


def _header(headers: Mapping[str, str], name: str) -> str | None:
    value = headers.get(name)
    if value is None:
        value = next((value for key, value in headers.items() if key.lower() == name.lower()), None)
    return value


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
