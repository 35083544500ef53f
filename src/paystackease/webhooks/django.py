"""Webhooks in Django: ``path("paystack/", django.webhook(lambda: settings.PAYSTACK_SECRET_KEY, inbox))``.

Django imports the URLs once. With a function the key is read for each request, so ``override_settings`` changes it.

:func:`webhook` is a view for WSGI, :func:`awebhook` one for ASGI. Both are exempt from CSRF checks, because Paystack
sends no CSRF token. The signature authenticates a request.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any, TypeVar

from paystackease.webhooks.events import AnyEvent
from paystackease.webhooks.receiver import EventReceiver, IPAllowlist, OnMalformed, WebhookReceiver, WebhookResponse
from paystackease.webhooks.signature import MAX_BODY_BYTES, KeySource

try:
    _http: Any = import_module("django.http")  # Django ships no type information
except ImportError as error:
    raise ImportError("paystackease.webhooks.django needs Django. Install it with: pip install django") from error

ViewT = TypeVar("ViewT", bound=Callable[..., object])


def webhook(
    secret_key: KeySource,
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
        method, headers, peer = _request_head(request)
        rejection = hook.check_before_body(method, headers, peer)
        return _response(rejection or hook.respond(method, headers, _read_body(request), peer))

    return _without_csrf(view)


def awebhook(
    secret_key: KeySource,
    handler: EventReceiver | Callable[[AnyEvent], object],
    *,
    sources: IPAllowlist | None = None,
    on_malformed: OnMalformed | None = None,
) -> Callable[[Any], Awaitable[Any]]:
    """Return an ``async`` view that receives webhooks. The arguments are those of :func:`webhook`."""
    hook = WebhookReceiver(secret_key, handler, sources=sources, on_malformed=on_malformed)

    async def view(request: Any) -> Any:
        method, headers, peer = _request_head(request)
        rejection = hook.check_before_body(method, headers, peer)
        return _response(rejection or await hook.arespond(method, headers, _read_body(request), peer))

    return _without_csrf(view)


def _request_head(request: Any) -> tuple[str, dict[str, str], str | None]:
    return request.method, dict(request.headers), request.META.get("REMOTE_ADDR")


def _read_body(request: Any) -> Any:
    # If there is a length, it was checked. If not, reading stops when the body is too long.
    return request.body if request.headers.get("content-length") else request.read(MAX_BODY_BYTES + 1)


def _response(received: WebhookResponse) -> Any:
    return _http.HttpResponse(received.body, status=received.status, headers=received.headers)


def _without_csrf(view: ViewT) -> ViewT:
    # Like django.views.decorators.csrf.csrf_exempt, which before Django 5 wrapped async views in synchronous ones.
    view.__dict__["csrf_exempt"] = True
    return view
