"""The check of the ``Host`` header, which protects against DNS rebinding.

A web site can resolve its own name to the address of this machine. Its scripts can then call the emulator with a
well-known key, because to the browser the emulator is part of that site. The browser sends the site's name in ``Host``,
so a request with an unknown name is rejected. A web site cannot use an address or ``localhost`` as its name. Any other
name has to be allowed when the emulator is started.

Other headers such as ``X-Forwarded-Host`` are ignored, because any client can send them.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec.json import encode

from paystackease._core.transport import RawResponse
from paystackease.emulator.http.errors import HEADERS, ApiError
from paystackease.emulator.pages import is_page

FLAG = "--allow-host"

_MAX_LENGTH = 253  # of a name in the DNS
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_HOST = re.compile(r"(?:\[(?P<v6>[0-9a-f:.]+)\]|(?P<name>[a-z0-9._-]+?)\.?)(?::(?P<port>[0-9]{0,5}))?", re.ASCII)
_TEXT: Mapping[str, str] = {
    "content-type": "text/plain; charset=utf-8",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}


def allowed_name(text: str) -> str:
    """Return the normalized form of a host name to allow.

    :raises ValueError: If it is not one name.
    """
    name = text.lower().removesuffix(".")
    if len(name) > _MAX_LENGTH or _NAME.fullmatch(name) is None:
        raise ValueError(
            f"{text!r} cannot be allowed as a host: give one name, without a port and without wildcards, such as "
            "paystack or host.docker.internal"
        )
    return name


class HostCheck:
    """Decides by the ``Host`` header whether a request is accepted.

    :param allowed: The names that are allowed besides ``localhost``, those that end in ``.localhost``, and addresses.
    :raises ValueError: If one of them is not one name.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed = frozenset(map(allowed_name, allowed))

    def reject(self, scope: Mapping[str, Any], own_url: str) -> RawResponse | None:
        """Return the response to a request that is rejected, or None if it is accepted.

        :param scope: The request's ASGI scope.
        :param own_url: The emulator's configured address.
        """
        hosts: list[bytes] = [value for name, value in scope["headers"] if name == b"host"]
        name = None
        # A request with an absolute URL in place of the path is for a proxy.
        if len(hosts) == 1 and scope["path"].startswith("/"):
            name, is_local = _parse_host(hosts[0])
            if is_local or (name is not None and (name in self._allowed or name == _name_of(own_url))):
                return None
        return _rejection(name, page=scope["type"] == "http" and is_page(scope))


@functools.lru_cache(maxsize=256)
def _parse_host(host: bytes) -> tuple[str | None, bool]:
    """Return the name in a ``Host`` header, None if it is invalid, and whether the name is always local."""
    match = _HOST.fullmatch(host.decode("latin-1").lower()) if len(host) <= _MAX_LENGTH + 6 else None
    if match is None or int(match["port"] or 0) > 65_535:
        return None, False
    # Browsers send addresses in their canonical form. So an address with fewer parts, octal or hexadecimal parts, or a
    # zone is rejected.
    try:
        _ = ipaddress.IPv6Address(match["v6"]) if match["v6"] else ipaddress.IPv4Address(match["name"])
    except ValueError:
        name = match["name"]
        if name is None or _NAME.fullmatch(name) is None:
            return None, False
        return name, name == "localhost" or name.endswith(".localhost")
    return match["v6"] or match["name"], True


@functools.lru_cache(maxsize=8)
def _name_of(url: str) -> str | None:
    return urlsplit(url).hostname


def _rejection(name: str | None, *, page: bool) -> RawResponse:
    subject = "The Host of this request" if name is None else f"The Host of this request, {name},"
    message = (
        f"{subject} is not a name of this emulator: nothing was done. Use localhost or an IP address, or start the "
        f"emulator with {FLAG} {name or 'NAME'}"
    )
    if page:
        return RawResponse(421, _TEXT, f"{message}.".encode())
    error = ApiError(421, message, "host_not_allowed", kind="emulator_error")
    return RawResponse(error.status, HEADERS, encode(error.body))
