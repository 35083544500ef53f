"""Webhooks in Django: ``path("paystack/", django.webhook(settings.PAYSTACK_SECRET_KEY, inbox))``.

:func:`webhook` is a view for WSGI, :func:`awebhook` one for ASGI. Neither asks for a CSRF token, which Paystack has
not; its signature is what counts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from importlib import import_module
from typing import Any, TypeVar

from paystackease.webhooks.events import AnyEvent
from paystackease.webhooks.receiver import EventReceiver, IPAllowlist, OnMalformed, WebhookReceiver, WebhookResponse
from paystackease.webhooks.signature import MAX_BODY_BYTES

try:
    _http: Any = import_module("django.http")  # Django comes without types
except ImportError as error:
    raise ImportError("paystackease.webhooks.django needs Django. Install it with: pip install django") from error

ViewT = TypeVar("ViewT", bound=Callable[..., object])


def webhook(
    secret_key: str | Sequence[str],
    handler: EventReceiver | Callable[[AnyEvent], object],
    *,
    sources: IPAllowlist | None = None,
    on_malformed: OnMalformed | None = None,
) -> Callable[[Any], Any]:
    """Return a view that receives webhooks. The arguments are those of
    :class:`paystackease.webhooks.receiver.WebhookReceiver`.
    """
    hook = WebhookReceiver(secret_key, handler, sources=sources, on_malformed=on_malformed)

    def view(request: Any) -> Any:
        method, headers, peer = _request_parts(request)
        refused = hook.refusal(method, headers, peer)
        return _response(refused or hook.answer(method, headers, _body(request), peer))

    return _without_csrf(view)


def awebhook(
    secret_key: str | Sequence[str],
    handler: EventReceiver | Callable[[AnyEvent], object],
    *,
    sources: IPAllowlist | None = None,
    on_malformed: OnMalformed | None = None,
) -> Callable[[Any], Awaitable[Any]]:
    """An ``async`` view that takes webhooks, as :func:`webhook`."""
    hook = WebhookReceiver(secret_key, handler, sources=sources, on_malformed=on_malformed)

    async def view(request: Any) -> Any:
        method, headers, peer = _request_parts(request)
        refused = hook.refusal(method, headers, peer)
        return _response(refused or await hook.aanswer(method, headers, _body(request), peer))

    return _without_csrf(view)


def _request_parts(request: Any) -> tuple[str, dict[str, str], str | None]:
    return request.method, dict(request.headers), request.META.get("REMOTE_ADDR")


def _body(request: Any) -> Any:
    # Where a length was given, it was looked at. Where none was, no more is read than shows that it is too long.
    return request.body if request.headers.get("content-length") else request.read(MAX_BODY_BYTES + 1)


def _response(received: WebhookResponse) -> Any:
    return _http.HttpResponse(received.body, status=received.status, headers=received.headers)


def _without_csrf(view: ViewT) -> ViewT:
    # As django.views.decorators.csrf.csrf_exempt, which before Django 5 made a plain view of an async one.
    view.__dict__["csrf_exempt"] = True
    return view
