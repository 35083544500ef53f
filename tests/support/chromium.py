"""Chromium for the tests of the pages, and a merchant's site to which the pages redirect.

Without a browser those tests are skipped with a message. If the variable CI is set, they fail instead.
"""

import os
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


def launch_browser():
    """Launch a browser; a fixture yields from it."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        return _skip_or_fail("Chromium is not installed: in Debian, use apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return _skip_or_fail("playwright is not installed: pip install -e '.[dev]'")
    return _run_browser(sync_playwright, path)


def _run_browser(sync_playwright, path):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def _skip_or_fail(reason):
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


class MerchantSite:
    """The merchant's site: it receives customers and webhooks, and records both."""

    def __init__(self):
        self.visits, self.webhooks, self.status = [], [], 200
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                site.visits.append(self.path)
                self._respond(200, b"<!doctype html><title>Shop</title><p id=shop>Thank you</p>")

            def do_POST(self):
                site.webhooks.append(self.rfile.read(int(self.headers["content-length"])))
                self._respond(site.status, b"webhook accepted")

            def _respond(self, status, body):
                self.send_response(status)
                self.send_header("content-type", "text/html")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
