"""The HTML pages: the hosted checkout, and the dashboard at ``/_emulator/``. Here are their paths.

The pages are rendered on the server and work without JavaScript. They are loaded with the first request for one, so the
API alone never imports Starlette and Jinja2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# JSON resources under /_emulator/ have names, and the pages of a business begin with its number.
_PAGES = re.compile(
    r"/_emulator"
    r"(?:/|/static/[\w.-]+|/checkout/[^/]+(?:/bank)?|/mandates/[^/]+|/manage/[^/]+/[^/]+"
    r"|/\d+(?:/.*)?)?"
)
_JSON_TOO = re.compile(r"/_emulator/manage/[^/]+/[^/]+")


def is_page(scope: Mapping[str, Any]) -> bool:
    """Return whether a request is for a page.

    :param scope: The request's ASGI scope.
    """
    method, path = scope["method"], scope["path"]
    if _PAGES.fullmatch(path) is None or method not in {"GET", "HEAD", "POST"}:
        return False
    if method != "POST" and _JSON_TOO.fullmatch(path) is not None:
        return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])
    return True
