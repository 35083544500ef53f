"""OpenTelemetry spans for attempts: ``Paystack(observers=[OpenTelemetry()])``.

Each attempt is a span of kind CLIENT, by the semantic conventions for HTTP clients
(https://opentelemetry.io/docs/specs/semconv/http/http-spans/). A call with retries or a verification has several. A
span names the endpoint, but has no body, query, path value, key or e-mail address, and therefore no ``url.full``. Only
the transport knows the server, so ``server.address`` is omitted too. If you also instrument aiohttp or urllib3, each
attempt has a second span, with the full URL.

A span is made after its attempt, with the times of its start and end. So a call that is cancelled, which an observer
does not see, leaves no open span, and spans of tasks or threads cannot be mixed up. The parent is the caller's span,
because observers run in the caller's context. A cancelled attempt has no span, and spans of an HTTP library are
siblings of these. A span includes the wait for the client's ``limit`` and for a connection.
"""

from __future__ import annotations

import time
from typing import Any

from paystackease import __version__
from paystackease._core.observer import Observer
from paystackease._core.request import Request
from paystackease._core.transport import AttemptResult, RawResponse

try:
    from opentelemetry.trace import SpanKind, StatusCode, TracerProvider, get_tracer
except ImportError as error:
    raise ImportError(
        "paystackease.otel needs OpenTelemetry. Install it with: pip install 'paystackease[otel]'"
    ) from error

__all__ = ["OpenTelemetry"]

SCHEMA = "https://opentelemetry.io/schemas/1.44.0"
"""The version of the semantic conventions."""


class OpenTelemetry(Observer):
    """Observer that makes a span for each attempt.

    :param tracer_provider: The provider of the tracer. If omitted, the global one.
    """

    def __init__(self, tracer_provider: TracerProvider | None = None) -> None:
        self._tracer = get_tracer("paystackease", __version__, tracer_provider, SCHEMA)

    def after(self, request: Request[Any], attempt: int, outcome: AttemptResult, seconds: float, /) -> None:
        ended = time.time_ns()
        name = repr(request)  # it redacts personal data in a path without path_params
        attributes: dict[str, str | int] = {
            "http.request.method": request.method,
            "url.template": name.removeprefix(f"{request.method} "),
        }
        if attempt > 1:
            attributes["http.request.resend_count"] = attempt - 1
        if request.reference is not None:
            attributes["paystack.reference"] = request.reference
        if isinstance(outcome, RawResponse):
            attributes["http.response.status_code"] = outcome.status
            error_type = str(outcome.status) if outcome.status >= 400 else None
        else:
            error_type = type(outcome).__name__
        if error_type is not None:
            attributes["error.type"] = error_type
        # Samplers decide when a span starts, so it gets all its attributes then.
        span = self._tracer.start_span(
            name, kind=SpanKind.CLIENT, attributes=attributes, start_time=ended - round(seconds * 1e9)
        )
        if error_type is not None:
            span.set_status(StatusCode.ERROR)
        span.end(ended)
