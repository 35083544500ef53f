"""Where else a customer comes from: the pages of payment requests, orders, payment pages, storefronts and virtual
terminals. Each says what there is to pay, asks for what it does not know, and leads to the checkout.

Paystack has them at addresses of its own, which none of its operations gives; here they are linked from the dashboard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, cast
from urllib.parse import quote

import msgspec
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from paystackease.emulator.dashboard.routing import Desk, nothing, tenant_of
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.pages.app import Site, form
from paystackease.emulator.resources import order, payment_page, payment_request, storefront
from paystackease.emulator.resources import virtual_terminal as terminals
from paystackease.emulator.storage.document import Document

doors = Desk()

PATH = "/_emulator/{integration:int}/pay/{kind}/{named}"


class Door(msgspec.Struct, frozen=True):
    """A kind of page that leads to the checkout."""

    kind: str
    """Of which documents."""
    label: str
    open: Callable[[RequestContext, Document], str]
    """Begins what is to be paid, with what was entered, and gives the address of where it goes on."""
    asks: bool = True
    """Whether it asks who pays, and how much where it does not say so."""


def _request(context: RequestContext, found: Document) -> str:
    return f"/_emulator/checkout/{payment_request.begin(context, found).code}"


def _order(context: RequestContext, found: Document) -> str:
    return _checkout(_told(order.opened(replace(context, params={"code": str(found.code)}))))


def _page(context: RequestContext, found: Document) -> str:
    told = _told(payment_page.opened(replace(context, params={"id_or_slug": str(found.unique_key)})))
    # A page of products makes an order first.
    return _checkout(told) if "access_code" in told else _of_order(context)


def _storefront(context: RequestContext, found: Document) -> str:
    storefront.bought(replace(context, params={"slug": str(found.unique_key)}))
    return _of_order(context)


def _terminal(context: RequestContext, found: Document) -> str:
    return _checkout(_told(terminals.opened(replace(context, params={"code": str(found.code)}))))


DOORS: Mapping[str, Door] = {
    "requests": Door("payment_request", "Payment requests", _request, asks=False),
    "orders": Door("order", "Orders", _order, asks=False),
    "pages": Door("payment_page", "Payment pages", _page),
    "storefronts": Door("storefront", "Storefronts", _storefront),
    "terminals": Door("virtual_terminal", "Virtual terminals", _terminal),
}
"""By what stands in their addresses."""


def routes(site: Site) -> list[Route]:
    """Where they are."""

    async def at_door(request: Request) -> Response:
        tenant = tenant_of(site, request)
        kind, named = request.path_params["kind"], request.path_params["named"]
        error, status = None, 200
        if request.method == "POST":
            given = await form(request)
            try:
                return RedirectResponse(
                    await site.play(tenant, lambda context: _opened(context, kind, named, given)), 303
                )
            except ApiError as refusal:
                error, status = str(refusal), refusal.status
        shown = site.look(tenant, lambda context: _shown(context, kind, named))
        return site.page("door.html", {**shown, "here": request.url.path, "error": error}, status)

    return [Route(PATH, at_door, methods=["GET", "POST"])]


@doors.shows("/links", "links.html")
def links(context: RequestContext) -> Mapping[str, Any]:
    return {
        "doors": {
            door.label: [
                {
                    "path": _path(kind, found),
                    "name": found.body.get("name") or found.body.get("description") or found.code,
                    "status": found.body.get("status", "active"),
                    "amount": found.body.get("amount"),
                    "currency": found.body["currency"],
                }
                for found in context.find_all(door.kind, limit=25)
            ]
            for kind, door in DOORS.items()
        }
    }


def subunits(text: str) -> int:
    """An amount as people write it, ``1,250.50``, in subunits.

    :raises Refusal: Where it is none.
    """
    try:
        found = Decimal(text.replace(",", "").strip()) * 100
    except ArithmeticError:  # no number, or one that is too large even for that
        found = Decimal(0)
    if not (found.is_finite() and 0 < found < 2**53 and found == found.to_integral_value()):
        raise ApiError(400, "Give an amount such as 1250.50", "invalid_params")
    return int(found)


def _opened(context: RequestContext, kind: str, named: str, given: Mapping[str, str]) -> str:
    door, found = _find(context, kind, named)
    body: dict[str, Any] = {}
    if door.asks:
        body["email"] = given.get("email", "").strip()
    if door.asks and given.get("amount"):
        body["amount"] = subunits(given["amount"])
    wanted = {name.removeprefix("item-"): count for name, count in given.items() if name.startswith("item-")}
    items: list[dict[str, Any]] = [
        {"product": int(number), "quantity": int(count)}
        for number, count in wanted.items()
        if number.isdecimal() and count.isdecimal() and len(number) < 19 and len(count) < 7 and int(count)
    ]
    return door.open(replace(context, body={**body, "items": items} if wanted else body), found)


def _shown(context: RequestContext, kind: str, named: str) -> dict[str, Any]:
    door, found = _find(context, kind, named)
    body = found.body
    numbers: list[int] = body.get("products") or []
    sold = [context.get("product", number) for number in numbers]
    amount = body.get("amount")
    if body.get("plan") is not None and (planned := context.find("plan", code=body["plan"])) is not None:
        amount = planned.body["amount"]
    # Of a payment request's line the amount is for one, of an order's for all.
    ordered: list[dict[str, Any]] = body.get("lines") or []
    asked: list[dict[str, Any]] = body.get("line_items") or []
    taxes: list[dict[str, Any]] = body.get("tax") or []
    lines = [(one["name"], one["quantity"], one["amount"]) for one in ordered]
    lines += [(one["name"], one.get("quantity", 1), one["amount"] * one.get("quantity", 1)) for one in asked]
    lines += [(one["name"], 1, one["amount"]) for one in taxes]
    return {
        "business": context.settings.business_name,
        "email": "" if door.asks else context.get("customer", found.parent_id).body["email"],
        "title": body.get("name") or door.label.removesuffix("s"),
        "description": body.get("description"),
        "status": body.get("status", "active"),
        "asks": door.asks,
        "amount": amount,
        "currency": body["currency"],
        "due": body.get("due_date"),
        "lines": lines,
        "sold": [{"id": one.id, "name": one.body["name"], "price": one.body["price"]} for one in sold],
    }


def _find(context: RequestContext, kind: str, named: str) -> tuple[Door, Document]:
    door = DOORS.get(kind)
    if door is None:
        raise nothing("page")
    found = context.find(door.kind, code=named) or context.find(door.kind, name=named)
    if found is None:
        raise nothing(door.label.lower().removesuffix("s"))
    return door, found


def _path(kind: str, found: Document) -> str:
    return f"/pay/{kind}/{quote(str(found.code or found.unique_key), safe='')}"


def _told(answer: object) -> dict[str, Any]:
    assert isinstance(answer, ApiResponse), "these operations answer, or raise"
    return cast("dict[str, Any]", answer.data)


def _checkout(told: Mapping[str, Any]) -> str:
    return f"/_emulator/checkout/{told['access_code']}"


def _of_order(context: RequestContext) -> str:
    """The way to the checkout of the order that was just made."""
    (made,) = context.find_all("order", limit=1)
    return _order(context, made)
