"""Tells OpenTelemetry of each sending: ``Paystack(observers=[OpenTelemetry()])``.

A sending is a span of kind CLIENT, as the conventions for HTTP clients have it
(https://opentelemetry.io/docs/specs/semconv/http/http-spans/); a call that is repeated, or asked after, is several.
They name the call, never its values: no body, query, value in a path, key or e-mail, and so no ``url.full``. Where
calls go is for the transport to know, so ``server.address`` is left out as well. Instrumenting aiohttp or urllib3
besides tells of each sending twice, and the second time with its whole URL.

A span is made and ended in one go when the sending is over, with the times at which it began and ended. So there is
none to be left open, or current, by a call that is cancelled or interrupted, of which an observer is told no end; nor
can tasks or threads mix theirs up. The parent is still the caller's span: observers are called where the call is made.
The price: a sending that is cancelled leaves no span, and what an HTTP library tells is beside it and not below. A span
begins when the sending is handed over, so that waiting for the client's ``limit`` or for a connection is part of it.
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
"""The conventions that the attributes are from."""


class OpenTelemetry(Observer):
    """Makes a span of each sending.

    :param tracer_provider: Who takes the spans. Left out, the one that is set for the whole program.
    """

    def __init__(self, tracer_provider: TracerProvider | None = None) -> None:
        self._tracer = get_tracer("paystackease", __version__, tracer_provider, SCHEMA)

    def after(self, request: Request[Any], attempt: int, outcome: AttemptResult, seconds: float, /) -> None:
        ended = time.time_ns()
        name = repr(request)  # which leaves out what may be personal in a path that was put together by hand
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
            failed = str(outcome.status) if outcome.status >= 400 else None
        else:
            failed = type(outcome).__name__
        if failed is not None:
            attributes["error.type"] = failed
        # Whether a span is kept is decided when it is made: all that is known of it is given then.
        span = self._tracer.start_span(
            name, kind=SpanKind.CLIENT, attributes=attributes, start_time=ended - round(seconds * 1e9)
        )
        if failed is not None:
            span.set_status(StatusCode.ERROR)
        span.end(ended)
