"""Protection of the pages: cross-site request forgery (CSRF) checks and security headers.

Pages need no key, so other web sites must not be able to use them through the visitor's browser.
:mod:`paystackease.emulator.server.host_check` rejects DNS rebinding. Cross-site form posts are rejected here, by the
``Origin`` that a browser sends; clients that send none use the JSON API.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BASE_POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
"""What a page may load and who may frame it."""

HEADERS: Mapping[str, str] = {
    "content-security-policy": f"{BASE_POLICY}; form-action 'self'",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
    # Not `no-referrer`: with it, browsers send `Origin: null` with our own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""The headers of every response that does not set them itself."""


def is_same_origin(headers: Mapping[str, str]) -> bool:
    """Return whether a form was sent from one of the emulator's own pages."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") == "same-origin"
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc.lower() == headers.get("host", "").lower()


class SecurityMiddleware:
    """Rejects cross-site form posts, and adds the security headers to every response.

    :param app: The application that handles accepted requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        app = self._app
        if scope["method"] == "POST" and not is_same_origin(headers):
            app = PlainTextResponse("This form was not sent from a page of the emulator: nothing was done.", 403)
        await app(scope, receive, send_with_headers)
