"""The frame of the dashboard: which business is looked at, where its pages are, and how a form of them is answered.

A page is a function from a call to what its template shows, a form one from a call to where the browser goes next; both
see one tenant, as Paystack's operations do. What moves the clock is done outside, for everything falls due then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.services import Tenant
from paystackease.emulator.pages.app import Site, form
from paystackease.emulator.storage.document import Document, Query

Shows: TypeAlias = Callable[[RequestContext], Mapping[str, Any]]
Does: TypeAlias = Callable[[RequestContext], "str | Moved"]
"""Gives where to go within the business's pages, such as ``/clock``."""

PER_PAGE = 25

MENU: Mapping[str, str] = {
    "": "Overview",
    "transactions": "Transactions",
    "customers": "Customers",
    "subscriptions": "Subscriptions",
    "transfers": "Transfers",
    "links": "Links",
    "webhooks": "Webhooks",
    "requests": "Requests",
    "clock": "Clock",
    "faults": "Faults",
    "coverage": "Coverage",
    "settings": "Settings",
}


class Moved(msgspec.Struct, frozen=True):
    """A form moves the clock ahead, by no seconds where only what is due now is to be done, and then the browser goes
    there.
    """

    seconds: float
    there: str


class Desk(msgspec.Struct):
    """The pages and the forms of one part of the dashboard."""

    pages: dict[str, tuple[str, Shows]] = msgspec.field(default_factory=dict[str, tuple[str, Shows]])
    forms: dict[str, Does] = msgspec.field(default_factory=dict[str, Does])

    def shows(self, path: str, template: str) -> Callable[[Shows], Shows]:
        """Declare what a page shows."""

        def declare(page: Shows) -> Shows:
            self.pages[path] = template, page
            return page

        return declare

    def does(self, path: str) -> Callable[[Does], Does]:
        """Declare what a form does. After a refusal, its page is shown with it; without a page of its own, that of
        ``/transactions/{id}`` for ``/transactions/{id}/refund``.
        """

        def declare(form_: Does) -> Does:
            self.forms[path] = form_
            return form_

        return declare


def routes(site: Site, desks: list[Desk]) -> list[Route]:
    """Where all of it is: ``/_emulator/`` for the list of businesses, and under its number each one's own."""

    async def lobby(_request: Request) -> Response:
        tenants = site.emulator.tenants()
        if len(tenants) == 1:
            return RedirectResponse(f"/_emulator/{tenants[0].integration}/", 303)
        found = [site.look(tenant, _introduced) for tenant in tenants]
        return site.page("lobby.html", {"businesses": found, "url": site.emulator.url})

    pages = {path: page for desk in desks for path, page in desk.pages.items()}
    forms = {path: does for desk in desks for path, does in desk.forms.items()}
    made = [Route("/_emulator", lobby), Route("/_emulator/", lobby)]
    made += [_page(site, path, *page) for path, page in pages.items()]
    made += [_form(site, path, does, *pages[_own(path, pages)]) for path, does in forms.items()]
    return made


def numbered(
    context: RequestContext, kind: str, show: Callable[[Document], Mapping[str, Any]], where: Query
) -> Mapping[str, Any]:
    """A page of a list, as its query asks: ``rows``, and what is needed to go on to others."""
    total = context.services.store.count(context.tenant.id, kind, where)
    number = page_number(context)
    skip = (number - 1) * PER_PAGE
    found = context.services.store.find_all(context.tenant.id, kind, where, limit=PER_PAGE, skip=skip)
    return {"rows": [show(document) for document in found], **pager(context, total, number)}


def pager(context: RequestContext, total: int, number: int) -> Mapping[str, Any]:
    """What is needed to go on to other pages of a list."""
    return {
        "total": total,
        "page": number,
        "pages": max(1, -(-total // PER_PAGE)),
        "asked": {name: value for name, value in context.query.items() if name != "page"},
    }


def page_number(context: RequestContext) -> int:
    """Which page of a list is asked for."""
    text = context.query.get("page", "")
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def having(context: RequestContext, *names: str) -> dict[str, object]:
    """What the query wants a list narrowed to."""
    return {name: context.query[name] for name in names if context.query.get(name)}


def nothing(what: str) -> ApiError:
    """There is no such thing. It is the dashboard that says so, not Paystack."""
    return ApiError(404, f"There is no such {what}")


def _page(site: Site, path: str, template: str, shows: Shows) -> Route:
    async def answer(request: Request) -> Response:
        return _shown(site, request, template, shows)

    return Route("/_emulator/{integration:int}" + path, answer)


def _form(site: Site, path: str, does: Does, template: str, shows: Shows) -> Route:
    async def answer(request: Request) -> Response:
        given = await form(request)
        base = f"/_emulator/{request.path_params['integration']}"
        tenant = tenant_of(site, request)
        try:
            there = await site.play(tenant, does, params=_params(request), body=given)
        except ApiError as refusal:
            return _shown(site, request, template, shows, refusal)
        if isinstance(there, Moved):
            # It may take long, and ask an application that asks us in turn: others are answered meanwhile.
            await asyncio.to_thread(site.emulator.advance, there.seconds)
            there = there.there
        return RedirectResponse(base + there, 303)

    return Route("/_emulator/{integration:int}" + path, answer, methods=["POST"])


def _shown(site: Site, request: Request, template: str, shows: Shows, refusal: ApiError | None = None) -> Response:
    tenant, clock = tenant_of(site, request), site.emulator.clock
    query = dict(request.query_params)
    shown = site.look(tenant, shows, params=_params(request), query=query)
    path = request.url.path.split("/")
    frame = {
        "base": f"/_emulator/{tenant.integration}",
        "menu": MENU,
        "section": path[3] if len(path) > 3 else "",
        "integration": tenant.integration,
        "several": len(site.emulator.tenants()) > 1,
        "now": clock.now(),
        "frozen": clock.frozen,
        "url": site.emulator.url,
        "error": None if refusal is None else str(refusal),
    }
    return site.page(template, {**frame, **shown}, 200 if refusal is None else refusal.status)


def tenant_of(site: Site, request: Request) -> Tenant:
    """The business whose number is in the address.

    :raises Refusal: Where there is none.
    """
    number = request.path_params["integration"]
    for tenant in site.emulator.tenants():
        if tenant.integration == number:
            return tenant
    raise nothing("business in this run of the emulator")


def _params(request: Request) -> dict[str, str]:
    return {name: str(value) for name, value in request.path_params.items() if name != "integration"}


def _own(path: str, pages: Mapping[str, object]) -> str:
    while path not in pages:
        path = path.rpartition("/")[0]
    return path


def _introduced(context: RequestContext) -> Mapping[str, Any]:
    return {
        "integration": context.tenant.integration,
        "name": context.settings.business_name,
        "transactions": context.services.store.count(context.tenant.id, "transaction", Query()),
        "customers": context.services.store.count(context.tenant.id, "customer", Query()),
    }
