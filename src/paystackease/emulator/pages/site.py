"""The parts that all pages share: the emulator, the templates, forms, and error pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec.structs import replace
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.pages import template_filters
from paystackease.emulator.services import Tenant

if TYPE_CHECKING:
    from paystackease.emulator import Emulator

T = TypeVar("T")

_EMULATOR = Path(__file__).parent.parent
TEMPLATES = [_EMULATOR / package / "templates" for package in ("pages", "dashboard", "checkout")]
"""Each package of pages has its own templates; those of ``pages`` are shared."""
MAX_FORM_BYTES = 64 * 1024
"""The largest form body that is accepted."""


class Site:
    """Renders pages from the emulator's state, and performs the actions of their forms."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        # Everything is escaped, regardless of the template's name, since metadata is untrusted. An undefined name is an
        # error, not an empty string.
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(template_filters.FILTERS)

    def read(
        self,
        tenant: Tenant,
        function: Callable[[RequestContext], T],
        *,
        params: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> T:
        """Return the result of a function that reads the tenant's data.

        :param body: The fields of a form that was rejected, whose page is shown again.
        """
        return self.emulator.run_as(
            tenant,
            lambda context: function(replace(context, params=params or {}, query=query or {}, body=body or {})),
        )

    async def perform(
        self,
        tenant: Tenant,
        action: Callable[[RequestContext], T],
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> T:
        """Perform a form's action on behalf of a tenant, then send its webhooks, as after an API request.

        :param body: The form's fields.
        :raises ApiError: If the action is rejected. Then nothing is changed.
        """
        result = self.emulator.run_as(
            tenant, lambda context: action(replace(context, params=params or {}, body=body or {}))
        )
        await self.emulator.adeliver_due(tenant)
        return result

    def render(self, template: str, fields: Mapping[str, Any], status: int = 200) -> Response:
        """Return a page: a template rendered with these fields."""
        return HTMLResponse(self._templates.get_template(template).render(fields), status)

    def render_message(self, status: int, title: str, text: str) -> Response:
        """Return a page with only a message."""
        return self.render("message.html", {"title": title, "text": text}, status)

    async def handle_api_error(self, _request: Request, error: Exception) -> Response:
        """Return the page for an API error that no other page shows."""
        assert isinstance(error, ApiError)
        return self.render_message(error.status, "Not possible", str(error))

    async def handle_http_error(self, _request: Request, error: Exception) -> Response:
        """Return the page for an error of the web server, such as 404."""
        assert isinstance(error, HTTPException)
        title = "Page not found" if error.status_code == 404 else HTTPStatus(error.status_code).phrase
        return self.render_message(error.status_code, title, "The address may be from another run of the emulator.")

    async def handle_server_error(self, _request: Request, _error: Exception) -> Response:
        """Return the page for a bug of the emulator. The web server logs it."""
        return self.render_message(500, "Internal error", "The emulator's log has the details. Nothing was changed.")


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a form. They may be card numbers or PINs, which no page, log or URL contains.

    :raises HTTPException: If the body is longer than :data:`MAX_FORM_BYTES`.
    """
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_FORM_BYTES:
            raise HTTPException(413)
    return dict(parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=100))
