"""What both HTTP transports share: limits, headers, the proxy, the framing of responses, connection errors.

A transport sends a request once. It returns the response or raises an ``APIConnectionError``. It does not follow
redirects, since they would send the key to another host. It stores no cookies, does not retry, and does not read more
than ``MAX_RESPONSE_BYTES`` of a response.
"""

from __future__ import annotations

import base64
import functools
import platform
import select
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias
from urllib.parse import unquote_to_bytes, urlsplit
from urllib.request import getproxies, proxy_bypass

from paystackease import errors
from paystackease._core.config import ClientConfig, validate_proxy
from paystackease._core.net import is_loopback_host
from paystackease._core.request import Request
from paystackease._transports.sanitize import Secret

MAX_RESPONSE_BYTES = 8 * 1024 * 1024
"""The longest body that is read. Paystack's longest, a list of a hundred transactions, takes a tenth of it."""

CONNECT_SHARE = 1 / 3
"""The share of the timeout within which a connection must be made. If that fails, nothing was sent."""

MAX_IDLE_SECONDS = 15.0
"""How long an unused connection is kept. Servers keep it longer, so they seldom close one just before it is used."""

FailureKind: TypeAlias = Literal["no connection", "connection refused", "timeout", "lost", "too long"]

Framing: TypeAlias = Literal["certain", "uncertain", "invalid"]
"""Whether it is certain where a response ends.

After an uncertain one the connection is closed. An invalid one is an error.
"""


class LowerCaseHeaders(Mapping[str, str]):
    """Response headers with names in lower case. They are built at the first access, since most are never read."""

    __slots__ = ("_lowered", "_raw")

    def __init__(self, raw_headers: Mapping[str, str]) -> None:
        self._raw = raw_headers
        self._lowered: dict[str, str] | None = None

    @property
    def _headers(self) -> dict[str, str]:
        if self._lowered is None:
            self._lowered = {name.lower(): value for name, value in self._raw.items()}
        return self._lowered

    def __getitem__(self, name: str) -> str:
        return self._headers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._headers)

    def __len__(self) -> int:
        return len(self._headers)

    def __repr__(self) -> str:
        return repr(self._headers)

    def __reduce__(self) -> tuple[type[dict[str, str]], tuple[dict[str, str]]]:
        return dict, (self._headers,)  # The library's own headers may not support copying and pickling.


def default_headers(config: ClientConfig) -> Secret[dict[str, str]]:
    """Return the headers of every request."""
    from paystackease import __version__

    headers = {
        "authorization": f"Bearer {config.secret_key}",
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "content-type": "application/json",
        "user-agent": f"paystackease/{__version__} python/{platform.python_version()}",
    }
    if config.app_info is not None:
        headers["user-agent"] += f" {config.app_info}"
    return Secret(headers)


def find_proxy(config: ClientConfig) -> Secret[str] | None:
    """Return the URL of the client's proxy, or else of the environment's, with its login, or None.

    Both transports call it once, when they are created.
    """
    if config.proxy is not None:
        return Secret(config.proxy)
    parts = urlsplit(config.base_url)
    url = getproxies().get(parts.scheme)
    if url is None or proxy_bypass(parts.hostname or ""):
        return None
    return Secret(validate_proxy(url if "://" in url else f"http://{url}", f"the environment's {parts.scheme} proxy"))


def split_login(proxy: Secret[str]) -> tuple[str, Secret[dict[str, str]]]:
    """Return the URL of a proxy without its login, and the header with the login, if it has one.

    The bytes of user and password are sent as they are in the URL. The HTTP libraries differ in their encodings.
    """
    parts = urlsplit(proxy.reveal())
    url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    if parts.username is None:
        return url, Secret({})
    login = unquote_to_bytes(parts.username) + b":" + unquote_to_bytes(parts.password or "")
    return url, Secret({"proxy-authorization": f"Basic {base64.b64encode(login).decode()}"})


def classify_framing(status: int, version: tuple[int, int], lengths: Sequence[str], codings: Sequence[str]) -> Framing:
    """Return whether the head of a response says for certain where the response ends (RFC 9112, 6.3).

    :param lengths: The values of its ``Content-Length`` headers.
    :param codings: The values of its ``Transfer-Encoding`` headers.
    """
    if len(lengths) == 1 and not codings and status >= 200 and status not in _NO_BODY and version >= (1, 1):
        return "certain"  # Most responses are like this.
    if is_interim(status):
        return "invalid" if lengths or codings else "certain"  # An interim response has no body.
    if len(lengths) + len(codings) > 1 or (codings and codings[0].strip().lower() != "chunked"):
        return "invalid"
    if status in _NO_BODY or version < (1, 1) or not (lengths or codings):
        return "uncertain"
    return "certain"


_NO_BODY = frozenset({101, 204, 304})


def has_body(status: int) -> bool:
    """Return whether a final response with this status has a body."""
    return status not in _NO_BODY


def is_interim(status: int) -> bool:
    """Return whether another response follows this one. None follows 101, which ends the use of HTTP."""
    return 100 <= status < 200 and status != 101


def make_input_probe(descriptor: int) -> Callable[[], object]:
    """Return a function that tells whether a socket has unread input, or was closed by its peer.

    The function asks the operating system. It does not block, and works with any number of open files. Make one for
    each connection, since to make it costs as much as to call it. It must not be called by two threads at once.
    """
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return functools.partial(poll.poll, 0)
    return lambda: select.select([descriptor], [], [], 0)[0]


def connection_error(
    kind: FailureKind, request: Request[Any], config: ClientConfig, *, by_proxy: bool = False
) -> errors.APIConnectionError:
    """Return the error for a kind of failure. Its message has the host and the call, but nothing that was sent."""
    host = config.base_url.partition("://")[2]
    seconds = request.timeout or config.timeout
    match kind:
        case "no connection" | "connection refused":
            way = " through the proxy" if by_proxy else ""
            is_here = (
                kind == "connection refused"
                and not by_proxy
                and is_loopback_host(urlsplit(config.base_url).hostname or "")
            )
            hint = ""
            if kind == "connection refused" and is_here:
                hint = ". If this is the address of the emulator, start it: paystackease emulator up"
            return errors.APIConnectionError(
                f"{request}: could not connect to {host}{way}; nothing was sent{hint}",
                request=request,
                may_have_arrived=False,
            )
        case "timeout":
            return errors.APITimeoutError(
                f"{request}: no complete response from {host} within {seconds:g} seconds; outcome unknown",
                request=request,
                may_have_arrived=True,
            )
        case "lost":
            return errors.APIConnectionError(
                f"{request}: the connection to {host} was lost before the response was complete; outcome unknown",
                request=request,
                may_have_arrived=True,
            )
        case "too long":
            return errors.APIConnectionError(
                f"{request}: {host} sent more than {MAX_RESPONSE_BYTES:,} bytes, which were not read; outcome unknown",
                request=request,
                may_have_arrived=True,
            )
