"""The pages that people look at: the hosted checkout, and the dashboard at ``/_emulator/``.

They are made on the server and work without JavaScript. Nothing of it is loaded before somebody asks for the first of
them: whoever calls the API alone never waits for Starlette and Jinja2.
"""

from __future__ import annotations

import re

# What is JSON under /_emulator/ has a name there; a business has its number.
_PAGES = re.compile(
    r"/_emulator"
    r"(?:/|/static/[\w.-]+|/checkout/[^/]+(?:/bank)?|/subscriptions/[^/]+"
    r"|/\d+(?:/.*)?)?"
)


def is_page(method: str, path: str) -> bool:
    """Whether that is asked for by somebody at a browser."""
    return _PAGES.fullmatch(path) is not None and method in {"GET", "HEAD", "POST"}
