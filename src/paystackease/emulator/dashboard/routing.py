"""Routing of the dashboard: the business of a URL, its pages, and the actions of its forms.

A page is a function that returns its template's fields. An action is a function that returns the page that the browser
is redirected to. Both have the context of one tenant, as API operations do. The clock is advanced outside of them,
since jobs run and webhooks are sent then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.pages.site import Site, read_form
from paystackease.emulator.services import Tenant
from paystackease.emulator.storage.document import Document, Query

PageFunction: TypeAlias = Callable[[RequestContext], Mapping[str, Any]]
ActionFunction: TypeAlias = Callable[[RequestContext], "str | ClockAdvance"]
"""Returns the path to redirect to within the business's pages, such as ``/clock``."""

PER_PAGE = 25

MENU: Mapping[str, Mapping[str, str]] = {
    "Payments": {
        "": "Overview",
        "transactions": "Transactions",
        "refunds": "Refunds",
        "disputes": "Disputes",
        "settlements": "Settlements",
        "splits": "Splits",
        "links": "Links",
    },
    "Customers": {"customers": "Customers", "plans": "Plans", "subscriptions": "Subscriptions"},
    "Payouts": {"transfers": "Transfers", "recipients": "Recipients"},
    "Emulator": {
        "webhooks": "Webhooks",
        "requests": "Requests",
        "clock": "Clock",
        "faults": "Faults",
        "coverage": "Coverage",
        "settings": "Settings",
    },
}
"""The sections by group: the path and the label of each."""
TITLES = {path: label for sections in MENU.values() for path, label in sections.items()} | {"search": "Search"}


class ClockAdvance(msgspec.Struct, frozen=True):
    """An action's result that advances the clock, then redirects. 0 seconds run only the jobs that are due now."""

    seconds: float
    location: str


class PageRegistry(msgspec.Struct):
    """The pages and the forms of one part of the dashboard."""

    pages: dict[str, tuple[str, PageFunction]] = msgspec.field(default_factory=dict[str, tuple[str, PageFunction]])
    actions: dict[str, ActionFunction] = msgspec.field(default_factory=dict[str, ActionFunction])

    def page(self, path: str, template: str) -> Callable[[PageFunction], PageFunction]:
        """Register a page's function and template."""

        def declare(page: PageFunction) -> PageFunction:
            self.pages[path] = template, page
            return page

        return declare

    def action(self, path: str) -> Callable[[ActionFunction], ActionFunction]:
        """Register the action of a form.

        If it is rejected, the form's page shows the error: the page with the same path, or with the longest prefix
        of it.
        """

        def declare(function: ActionFunction) -> ActionFunction:
            self.actions[path] = function
            return function

        return declare


def create_routes(site: Site, registries: list[PageRegistry]) -> list[Route]:
    """Return the routes: the list of businesses at ``/_emulator/``, and each one's pages under its integration ID."""

    async def tenant_list(_request: Request) -> Response:
        tenants = site.emulator.tenants()
        if len(tenants) == 1:
            return RedirectResponse(f"/_emulator/{tenants[0].integration}/", 303)
        rows = [{**site.read(tenant, _summarize), "key_suffix": site.emulator.key_suffix(tenant)} for tenant in tenants]
        return site.render("tenant_list.html", {"businesses": rows, "url": site.emulator.url})

    pages = {path: page for registry in registries for path, page in registry.pages.items()}
    actions = {path: action for registry in registries for path, action in registry.actions.items()}
    routes = [Route("/_emulator", tenant_list), Route("/_emulator/", tenant_list)]
    routes += [_page_route(site, path, *page) for path, page in pages.items()]
    routes += [_action_route(site, path, action, *pages[_owning_page(path, pages)]) for path, action in actions.items()]
    return routes


def paginate_rows(
    context: RequestContext, kind: str, serialize: Callable[[Document], Mapping[str, Any]], where: Query
) -> Mapping[str, Any]:
    """Return a page of a list: ``rows``, and the fields of the pager."""
    total = context.services.store.count(context.tenant.id, kind, where)
    number = read_page_number(context)
    skip = (number - 1) * PER_PAGE
    rows = context.services.store.find_all(context.tenant.id, kind, where, limit=PER_PAGE, skip=skip)
    return {"rows": [serialize(document) for document in rows], **pager_fields(context, total, number)}


def pager_fields(context: RequestContext, total: int, number: int) -> Mapping[str, Any]:
    """Return the fields that the pager needs."""
    return {
        "total": total,
        "page": number,
        "pages": max(1, -(-total // PER_PAGE)),
        "filters": {name: value for name, value in context.query.items() if name != "page"},
    }


def read_page_number(context: RequestContext) -> int:
    """Return the requested page of a list."""
    text = context.query.get("page", "")
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def read_filters(context: RequestContext, *names: str) -> dict[str, object]:
    """Return the filters of a list that the query has."""
    return {name: context.query[name] for name in names if context.query.get(name)}


def not_found(what: str) -> ApiError:
    """Return the error for an unknown thing."""
    return ApiError(404, f"There is no such {what}")


def _page_route(site: Site, path: str, template: str, function: PageFunction) -> Route:
    async def respond(request: Request) -> Response:
        return _render(site, request, template, function)

    return Route("/_emulator/{integration:int}" + path, respond)


def _action_route(site: Site, path: str, action: ActionFunction, template: str, function: PageFunction) -> Route:
    async def respond(request: Request) -> Response:
        form = await read_form(request)
        base = f"/_emulator/{request.path_params['integration']}"
        tenant = find_tenant(site, request)
        try:
            result = await site.perform(tenant, action, params=_path_params(request), body=form)
        except ApiError as error:
            return _render(site, request, template, function, error, form)
        if isinstance(result, ClockAdvance):
            # It may take long, and may call an application that calls the emulator: it must not block the event loop.
            flow = site.emulator.advance_flow(result.seconds, tenant)
            await asyncio.to_thread(site.emulator.run_flow, flow)
            result = result.location
        return RedirectResponse(base + result, 303)

    return Route("/_emulator/{integration:int}" + path, respond, methods=["POST"])


def _render(
    site: Site,
    request: Request,
    template: str,
    function: PageFunction,
    error: ApiError | None = None,
    form: Mapping[str, str] | None = None,
) -> Response:
    # If a form was rejected, its fields are the body of the page's context.
    tenant = find_tenant(site, request)
    clock = site.emulator.clock_of(tenant)
    query = dict(request.query_params)
    fields = site.read(tenant, function, params=_path_params(request), query=query, body=form)
    path = request.url.path.split("/")
    common_fields = {
        "base": f"/_emulator/{tenant.integration}",
        "menu": MENU,
        "titles": TITLES,
        "q": "",
        "section": path[3] if len(path) > 3 else "",
        "integration": tenant.integration,
        "key_suffix": site.emulator.key_suffix(tenant),
        "several": len(site.emulator.tenants()) > 1,
        "now": clock.now(),
        "frozen": clock.frozen,
        "url": site.emulator.url,
        "error": None if error is None else str(error),
    }
    return site.render(template, {**common_fields, **fields}, 200 if error is None else error.status)


def find_tenant(site: Site, request: Request) -> Tenant:
    """Return the business whose integration ID is in the URL.

    :raises ApiError: If there is none.
    """
    number = request.path_params["integration"]
    for tenant in site.emulator.tenants():
        if tenant.integration == number:
            return tenant
    raise not_found("business")


def _path_params(request: Request) -> dict[str, str]:
    return {name: str(value) for name, value in request.path_params.items() if name != "integration"}


def _owning_page(path: str, pages: Mapping[str, object]) -> str:
    while path not in pages:
        path = path.rpartition("/")[0]
    return path


def _summarize(context: RequestContext) -> Mapping[str, Any]:
    return {
        "integration": context.tenant.integration,
        "name": context.settings.business_name,
        "transactions": context.services.store.count(context.tenant.id, "transaction", Query()),
        "customers": context.services.store.count(context.tenant.id, "customer", Query()),
    }
