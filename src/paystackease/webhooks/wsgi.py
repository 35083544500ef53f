"""Webhooks in any WSGI server or framework: an application for one path. Flask and Django have their own modules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, TypeAlias

from paystackease.webhooks import receiver
from paystackease.webhooks.signature import MAX_BODY_BYTES

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[[str, list[tuple[str, str]]], object]


class Webhook(receiver.WebhookReceiver):
    """A WSGI application that receives webhooks at any path. The arguments are those of
    :class:`paystackease.webhooks.receiver.WebhookReceiver`.
    """

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Respond to a request."""
        method, peer = environ["REQUEST_METHOD"], environ.get("REMOTE_ADDR")
        headers = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
        headers["content-length"] = environ.get("CONTENT_LENGTH") or ""
        received = self.check_before_body(method, headers, peer)
        if received is None:
            received = self.respond(method, headers, _read_body(environ), peer)
        status = f"{received.status} {HTTPStatus(received.status).phrase}"
        start_response(status, list(received.headers.items()))
        return [b"" if method == "HEAD" else received.body]


def _read_body(environ: Environ) -> bytes:
    """Return the body, cut off when it is too long."""
    # Without a length the end of the body is unknown, unless the server ends the input there.
    length = receiver.content_length(environ.get("CONTENT_LENGTH"))
    if length is None:
        length = MAX_BODY_BYTES + 1 if environ.get("wsgi.input_terminated") else 0
    body: bytes = environ["wsgi.input"].read(length)
    return body
