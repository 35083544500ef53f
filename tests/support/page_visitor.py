"""A visitor without a browser, who requests the emulator's pages in process."""

import asyncio
import html
import re
from urllib.parse import urlencode

from paystackease.emulator.server.asgi import Application

ORIGIN = "http://localhost:4010"


class PageResponse:
    """The response with a page."""

    def __init__(self, status, headers, content):
        self.status, self.headers, self.text = status, headers, content

    @property
    def visible_text(self):
        """The text that a person reads, without the tags."""
        return html.unescape(re.sub(r"<[^>]*>", " ", self.text))


class Visitor:
    """Requests pages of ``localhost:4010``."""

    def __init__(self, emulator):
        emulator.url = ORIGIN
        self.app = Application(emulator)
        self.last_page = None

    def get(self, path, **headers):
        return self._ask("GET", path, b"", headers)

    def post(self, path, /, headers=None, **entered):
        headers = {"origin": ORIGIN, "content-type": "application/x-www-form-urlencoded", **(headers or {})}
        return self._ask("POST", path, urlencode(entered).encode(), headers)

    def _ask(self, method, target, body, headers):
        path, _, query = target.partition("?")
        given = {"host": "localhost:4010", "accept": "text/html", **headers}
        sent = []
        # An empty header stands for one that is not sent.
        written = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items() if value != ""]
        scope = {
            "type": "http",
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "root_path": "",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": written,
            "server": ("localhost", 4010),
            "client": ("127.0.0.1", 1),
        }

        asked = []

        async def receive():
            if asked:
                await asyncio.Event().wait()  # who asks stays, and says no more
            asked.append(True)
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            sent.append(message)

        try:
            asyncio.run(self.app(scope, receive, send))
        finally:  # a page that breaks is shown, and then the web server is told
            headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
            self.last_page = PageResponse(
                sent[0]["status"], headers, b"".join(part.get("body", b"") for part in sent[1:]).decode()
            )
        return self.last_page
