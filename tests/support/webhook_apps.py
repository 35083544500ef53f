"""Each web framework with a webhook at ``/paystack``, behind a real socket of the loopback."""

import contextlib
import functools
import socket
import sys
import threading
import types
import wsgiref.simple_server
from socketserver import ThreadingMixIn

import uvicorn

from paystackease.webhooks import asgi, wsgi

PATH = "/paystack"


def listen():
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    sock.listen(128)
    return sock, f"http://127.0.0.1:{sock.getsockname()[1]}"


@contextlib.contextmanager
def serve_asgi(app, lifespan="off", **more):
    """Serve an application with uvicorn. ``proxy_headers`` makes it trust a local proxy, uvicorn's default."""
    sock, url = listen()
    more = {"proxy_headers": False, "timeout_graceful_shutdown": 1, **more}
    config = uvicorn.Config(app, lifespan=lifespan, ws="none", log_level="critical", **more)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([sock],), daemon=True)
    thread.start()
    try:
        yield url
    finally:
        server.should_exit = True
        thread.join(20)
        sock.close()


class _QuietHandler(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_):
        pass

    def get_stderr(self):
        return types.SimpleNamespace(write=lambda text: None, flush=lambda: None)


class _ThreadingServer(ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = False  # otherwise the garbage collector closes their sockets, and warns


@contextlib.contextmanager
def serve_wsgi(app):
    server = wsgiref.simple_server.make_server(
        "127.0.0.1", 0, app, server_class=_ThreadingServer, handler_class=_QuietHandler
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(20)
        server.server_close()


def serve_plain_asgi(*args, **kwargs):
    return serve_asgi(asgi.Webhook(*args, **kwargs))


def serve_plain_wsgi(*args, **kwargs):
    return serve_wsgi(wsgi.Webhook(*args, **kwargs))


def serve_starlette(*args, **kwargs):
    from starlette.applications import Starlette
    from starlette.routing import Route

    return serve_asgi(Starlette(routes=[Route(PATH, asgi.Webhook(*args, **kwargs))]))


def serve_fastapi(*args, **kwargs):
    from fastapi import FastAPI
    from starlette.routing import Route

    app = FastAPI()
    app.router.routes.append(Route(PATH, asgi.Webhook(*args, **kwargs)))
    return serve_asgi(app)


def serve_fastapi_dependency(secret_key, handle, *, sources=None):
    from typing import Annotated

    from fastapi import Depends, FastAPI

    from paystackease.webhooks import AnyEvent
    from paystackease.webhooks.handlers import acall
    from paystackease.webhooks.starlette import VerifiedEvent

    app = FastAPI()

    async def webhook(event: Annotated[AnyEvent, Depends(VerifiedEvent(secret_key, sources=sources))]):
        await acall(getattr(handle, "areceive", handle), event)

    app.api_route(PATH, methods=["GET", "POST"])(webhook)
    return serve_asgi(app)


def serve_starlette_endpoint(secret_key, handle, *, sources=None):
    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.routing import Route

    from paystackease.webhooks.handlers import acall
    from paystackease.webhooks.starlette import VerifiedEvent

    verified = VerifiedEvent(secret_key, sources=sources)

    async def webhook(request):
        await acall(getattr(handle, "areceive", handle), await verified(request))
        return Response()

    return serve_asgi(Starlette(routes=[Route(PATH, webhook, methods=["GET", "POST"])]))


def serve_flask(*args, **kwargs):
    from flask import Flask

    from paystackease.webhooks.flask import webhook

    app = Flask("shop")
    app.logger.disabled = True
    app.add_url_rule(PATH, view_func=webhook(*args, **kwargs), methods=["GET", "POST"])
    return serve_wsgi(app)


DJANGO = {
    "ALLOWED_HOSTS": ["127.0.0.1"],
    "SECRET_KEY": "django-secret",
    "MIDDLEWARE": ["django.middleware.csrf.CsrfViewMiddleware", "django.middleware.common.CommonMiddleware"],
}


@functools.cache
def _set_up_django():
    import django
    from django.conf import settings

    if not settings.configured:  # a page of the documentation may have configured it in this process
        settings.configure(LOGGING_CONFIG=None, **DJANGO)
    django.setup()


@contextlib.contextmanager
def _django_urls(view):
    _set_up_django()
    from django.test import override_settings
    from django.urls import clear_url_caches, path

    urls = types.ModuleType("web_apps_urls")
    urls.urlpatterns = [path(PATH[1:], view)]
    sys.modules[urls.__name__] = urls
    clear_url_caches()
    with override_settings(ROOT_URLCONF=urls.__name__, **DJANGO):
        yield
    clear_url_caches()


@contextlib.contextmanager
def serve_django_sync(*args, **kwargs):
    from django.core.handlers.wsgi import WSGIHandler

    from paystackease.webhooks.django import webhook

    with _django_urls(webhook(*args, **kwargs)), serve_wsgi(WSGIHandler()) as url:
        yield url


@contextlib.contextmanager
def serve_django_async(*args, **kwargs):
    from django.core.handlers.asgi import ASGIHandler

    from paystackease.webhooks.django import awebhook

    with _django_urls(awebhook(*args, **kwargs)), serve_asgi(ASGIHandler()) as url:
        yield url


@contextlib.contextmanager
def serve_django_sync_behind_asgi(*args, **kwargs):
    from django.core.handlers.asgi import ASGIHandler

    from paystackease.webhooks.django import webhook

    with _django_urls(webhook(*args, **kwargs)), serve_asgi(ASGIHandler()) as url:
        yield url


FRAMEWORKS = {
    "asgi": serve_plain_asgi,
    "django async": serve_django_async,
    "django sync": serve_django_sync,
    "django sync behind ASGI": serve_django_sync_behind_asgi,
    "fastapi": serve_fastapi,
    "fastapi dependency": serve_fastapi_dependency,
    "flask": serve_flask,
    "starlette": serve_starlette,
    "starlette endpoint": serve_starlette_endpoint,
    "wsgi": serve_plain_wsgi,
}
ASGI = [name for name in FRAMEWORKS if name not in {"django sync", "flask", "wsgi"}]
