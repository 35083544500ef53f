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
        return self._request("GET", path, b"", headers)

    def post(self, path, /, headers=None, **form):
        headers = {"origin": ORIGIN, "content-type": "application/x-www-form-urlencoded", **(headers or {})}
        return self._request("POST", path, urlencode(form).encode(), headers)

    def _request(self, method, target, body, headers):
        path, _, query = target.partition("?")
        all_headers = {"host": "localhost:4010", "accept": "text/html", **headers}
        messages = []
        # An empty header stands for one that is not sent.
        encoded_headers = [
            (name.replace("_", "-").encode(), value.encode()) for name, value in all_headers.items() if value != ""
        ]
        scope = {
            "type": "http",
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "root_path": "",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": encoded_headers,
            "server": ("localhost", 4010),
            "client": ("127.0.0.1", 1),
        }

        body_sent = False

        async def receive():
            nonlocal body_sent
            if body_sent:
                await asyncio.Event().wait()  # the client stays connected
            body_sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            messages.append(message)

        try:
            asyncio.run(self.app(scope, receive, send))
        finally:  # an application that fails sends an error page, and then raises
            headers = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
            self.last_page = PageResponse(
                messages[0]["status"], headers, b"".join(part.get("body", b"") for part in messages[1:]).decode()
            )
        return self.last_page
