"""Which requests are for the HTML pages: the hosted checkout, and the dashboard at ``/_emulator/``.

The pages are rendered on the server and work without JavaScript. They are loaded with the first request for one, so the
API alone never imports Starlette and Jinja2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# What is JSON under /_emulator/ has a name there; a business has its number.
_PAGES = re.compile(
    r"/_emulator"
    r"(?:/|/static/[\w.-]+|/checkout/[^/]+(?:/bank)?|/mandates/[^/]+|/manage/[^/]+/[^/]+"
    r"|/\d+(?:/.*)?)?"
)
_JSON_TOO = re.compile(r"/_emulator/manage/[^/]+/[^/]+")


def is_page(scope: Mapping[str, Any]) -> bool:
    """Return whether a request is a browser's, for a page.

    :param scope: As ASGI has it.
    """
    method, path = scope["method"], scope["path"]
    if _PAGES.fullmatch(path) is None or method not in {"GET", "HEAD", "POST"}:
        return False
    if method != "POST" and _JSON_TOO.fullmatch(path) is not None:
        return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])
    return True
