"""The pages as one application: where each is, what all of them share, and what is shown where something goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.services import Tenant
from paystackease.emulator.pages import template_filters
from paystackease.emulator.pages.security import Guard

if TYPE_CHECKING:
    from paystackease.emulator import Emulator

T = TypeVar("T")

HERE = Path(__file__).parent
MOST_BYTES = 64 * 1024
"""The longest form that is taken in."""


class Site:
    """What a page is made of: the emulator, and the templates."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        # Everything is escaped, whatever a template is called: metadata is a stranger's. A name that is not there is a
        # fault of ours, not an empty place.
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(template_filters.FILTERS)

    def look(
        self,
        tenant: Tenant,
        shows: Callable[[RequestContext], T],
        *,
        params: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> T:
        """What there is to see of a tenant's."""
        return self.emulator.run_as(
            tenant, lambda context: shows(replace(context, params=params or {}, query=query or {}))
        )

    async def play(
        self,
        tenant: Tenant,
        does: Callable[[RequestContext], T],
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> T:
        """Do what a form asks for on behalf of a tenant, and have told what is to be told of it, as after a call.

        :param body: What was entered.
        :raises Refusal: Where it cannot be done; then nothing was.
        """
        done = self.emulator.run_as(
            tenant, lambda context: does(replace(context, params=params or {}, body=body or {}))
        )
        await self.emulator.adeliver_due(tenant)
        return done

    def page(self, template: str, shown: Mapping[str, Any], status: int = 200) -> Response:
        """A page, made of a template and what it shows."""
        return HTMLResponse(self._templates.get_template(template).render(shown), status)

    def message(self, status: int, title: str, text: str) -> Response:
        """A page that only says something."""
        return self.page("message.html", {"title": title, "text": text}, status)

    async def refused(self, _request: Request, refusal: Exception) -> Response:
        """Paystack's no, where the page that was asked for has no better place for it."""
        assert isinstance(refusal, ApiError)
        return self.message(refusal.status, "That cannot be done", str(refusal))

    async def wrong(self, _request: Request, error: Exception) -> Response:
        """What the web server says no to."""
        assert isinstance(error, HTTPException)
        title = "There is no such page" if error.status_code == 404 else HTTPStatus(error.status_code).phrase
        return self.message(error.status_code, title, "The address may be from another run of the emulator.")

    async def broken(self, _request: Request, _error: Exception) -> Response:
        """A fault of ours. The web server logs it."""
        return self.message(500, "The emulator broke here", "What went wrong is in its log. Nothing was changed.")


async def form(request: Request) -> dict[str, str]:
    """What was entered into a form of ours. It is read, used and forgotten: no page, log or address has it.

    :raises HTTPException: Where it is longer than any of them.
    """
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > MOST_BYTES:
            raise HTTPException(413)
    return dict(parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=100))


def pages(emulator: Emulator) -> ASGIApp:
    """All of them."""
    from paystackease.emulator.checkout import checkout, customer_pages, payment_links
    from paystackease.emulator.dashboard import routing
    from paystackease.emulator.dashboard.activity import traffic
    from paystackease.emulator.dashboard.records import books
    from paystackease.emulator.dashboard.simulation import works

    site = Site(emulator)
    app = Starlette(
        routes=[
            Mount("/_emulator/static", StaticFiles(directory=HERE / "static")),
            *checkout.routes(site),
            *customer_pages.routes(site),
            *payment_links.routes(site),
            *routing.routes(site, [books, traffic, works(emulator), payment_links.doors]),
        ],
        exception_handlers={ApiError: site.refused, HTTPException: site.wrong, Exception: site.broken},
    )
    # Around everything, also around what Starlette says where a page breaks.
    return Guard(app)
