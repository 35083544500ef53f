"""Webhooks in Flask: ``app.add_url_rule("/paystack", view_func=webhook(secret_key, inbox), methods=["POST"])``."""

from __future__ import annotations

from collections.abc import Callable

from paystackease.webhooks.events import AnyEvent
from paystackease.webhooks.receiver import EventReceiver, IPAllowlist, OnMalformed, WebhookReceiver
from paystackease.webhooks.signature import MAX_BODY_BYTES, KeySource

try:
    from flask import Response, request
except ImportError as error:
    raise ImportError("paystackease.webhooks.flask needs Flask. Install it with: pip install flask") from error


def webhook(
    secret_key: KeySource,
    handler: EventReceiver | Callable[[AnyEvent], object],
    *,
    sources: IPAllowlist | None = None,
    on_malformed: OnMalformed | None = None,
    name: str = "paystack_webhook",
) -> Callable[[], Response]:
    """Return a view that receives webhooks. The arguments are those of
    :class:`paystackease.webhooks.receiver.WebhookReceiver`.

    :param name: The view's name, which Flask uses as its endpoint.
    """
    hook = WebhookReceiver(secret_key, handler, sources=sources, on_malformed=on_malformed)

    def view() -> Response:
        headers, peer = dict(request.headers.items()), request.remote_addr
        received = hook.check_before_body(request.method, headers, peer)
        if received is None:
            # If there is a length, it was checked. If not, reading stops when the body is too long.
            body = request.get_data() if request.content_length else request.stream.read(MAX_BODY_BYTES + 1)
            received = hook.respond(request.method, headers, body, peer)
        return Response(received.body, received.status, received.headers)

    view.__name__ = name
    return view
