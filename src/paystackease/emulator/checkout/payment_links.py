"""The pages of payment requests, orders, payment pages, storefronts and virtual terminals.

Each shows what there is to pay, asks for what is missing, and leads to the checkout. On Paystack they have URLs that no
operation returns; here the dashboard links to them.
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

from paystackease.emulator.context import RequestContext
from paystackease.emulator.dashboard.routing import PageRegistry, find_tenant, not_found
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.pages.site import Site, read_form
from paystackease.emulator.resources import order, payment_page, payment_request, storefront
from paystackease.emulator.resources import virtual_terminal as terminals
from paystackease.emulator.storage.document import Document

registry = PageRegistry()

PATH = "/_emulator/{integration:int}/pay/{kind}/{named}"


class PaymentLink(msgspec.Struct, frozen=True):
    """A kind of page that leads to the checkout."""

    kind: str
    """Of which documents."""
    label: str
    open: Callable[[RequestContext, Document], str]
    """Begins what is to be paid, with what was entered, and gives the address of where it goes on."""
    asks: bool = True
    """Whether it asks who pays, and how much where it does not say so."""


def _open_request(context: RequestContext, document: Document) -> str:
    return f"/_emulator/checkout/{payment_request.get_or_begin_payment(context, document).code}"


def _open_order(context: RequestContext, document: Document) -> str:
    return _checkout_path(_response_data(order.open_order(replace(context, params={"code": str(document.code)}))))


def _open_page(context: RequestContext, document: Document) -> str:
    told = _response_data(payment_page.open_page(replace(context, params={"id_or_slug": str(document.unique_key)})))
    # A page of products makes an order first.
    return _checkout_path(told) if "access_code" in told else _latest_order_path(context)


def _open_storefront(context: RequestContext, document: Document) -> str:
    storefront.create_order(replace(context, params={"slug": str(document.unique_key)}))
    return _latest_order_path(context)


def _open_terminal(context: RequestContext, document: Document) -> str:
    return _checkout_path(
        _response_data(terminals.open_terminal(replace(context, params={"code": str(document.code)})))
    )


PAYMENT_LINKS: Mapping[str, PaymentLink] = {
    "requests": PaymentLink("payment_request", "Payment requests", _open_request, asks=False),
    "orders": PaymentLink("order", "Orders", _open_order, asks=False),
    "pages": PaymentLink("payment_page", "Payment pages", _open_page),
    "storefronts": PaymentLink("storefront", "Storefronts", _open_storefront),
    "terminals": PaymentLink("virtual_terminal", "Virtual terminals", _open_terminal),
}
"""By what stands in their addresses."""


def create_routes(site: Site) -> list[Route]:
    """Return their routes."""

    async def at_payment_link(request: Request) -> Response:
        tenant = find_tenant(site, request)
        kind, named = request.path_params["kind"], request.path_params["named"]
        error, status = None, 200
        if request.method == "POST":
            given = await read_form(request)
            try:
                return RedirectResponse(
                    await site.perform(tenant, lambda context: _open(context, kind, named, given)), 303
                )
            except ApiError as refusal:
                error, status = str(refusal), refusal.status
        shown = site.read(tenant, lambda context: _page_fields(context, kind, named))
        return site.render("payment_link.html", {**shown, "here": request.url.path, "error": error}, status)

    return [Route(PATH, at_payment_link, methods=["GET", "POST"])]


@registry.page("/links", "links.html")
def links_page(context: RequestContext) -> Mapping[str, Any]:
    return {
        "links": {
            link.label: [
                {
                    "path": _link_path(kind, document),
                    "name": document.body.get("name") or document.body.get("description") or document.code,
                    "status": document.body.get("status", "active"),
                    "amount": document.body.get("amount"),
                    "currency": document.body["currency"],
                }
                for document in context.find_all(link.kind, limit=25)
            ]
            for kind, link in PAYMENT_LINKS.items()
        }
    }


def parse_amount(text: str) -> int:
    """Return an amount such as ``1,250.50`` in subunits.

    :raises ApiError: If it is none.
    """
    try:
        document = Decimal(text.replace(",", "").strip()) * 100
    except ArithmeticError:  # no number, or one that is too large even for that
        document = Decimal(0)
    if not (document.is_finite() and 0 < document < 2**53 and document == document.to_integral_value()):
        raise ApiError(400, "Give an amount such as 1250.50", "invalid_params")
    return int(document)


def _open(context: RequestContext, kind: str, named: str, given: Mapping[str, str]) -> str:
    link, document = _find_link(context, kind, named)
    body: dict[str, Any] = {}
    if link.asks:
        body["email"] = given.get("email", "").strip()
    if link.asks and given.get("amount"):
        body["amount"] = parse_amount(given["amount"])
    wanted = {name.removeprefix("item-"): count for name, count in given.items() if name.startswith("item-")}
    items: list[dict[str, Any]] = [
        {"product": int(number), "quantity": int(count)}
        for number, count in wanted.items()
        if number.isdecimal() and count.isdecimal() and len(number) < 19 and len(count) < 7 and int(count)
    ]
    return link.open(replace(context, body={**body, "items": items} if wanted else body), document)


def _page_fields(context: RequestContext, kind: str, named: str) -> dict[str, Any]:
    link, document = _find_link(context, kind, named)
    body = document.body
    numbers: list[int] = body.get("products") or []
    sold = [context.get("product", number) for number in numbers]
    amount = body.get("amount")
    if body.get("plan") is not None and (plan := context.find_by_id_or_code("plan", str(body["plan"]))) is not None:
        amount = plan.body["amount"]
    # Of a payment request's line the amount is for one, of an order's for all.
    ordered: list[dict[str, Any]] = body.get("lines") or []
    asked: list[dict[str, Any]] = body.get("line_items") or []
    taxes: list[dict[str, Any]] = body.get("tax") or []
    lines = [(one["name"], one["quantity"], one["amount"]) for one in ordered]
    lines += [(one["name"], one.get("quantity", 1), one["amount"] * one.get("quantity", 1)) for one in asked]
    lines += [(one["name"], 1, one["amount"]) for one in taxes]
    return {
        "business": context.settings.business_name,
        "email": "" if link.asks else context.get("customer", document.parent_id).body["email"],
        "title": body.get("name") or link.label.removesuffix("s"),
        "description": body.get("description"),
        "status": body.get("status", "active"),
        "asks": link.asks,
        "amount": amount,
        "currency": body["currency"],
        "due": body.get("due_date"),
        "lines": lines,
        "sold": [{"id": one.id, "name": one.body["name"], "price": one.body["price"]} for one in sold],
    }


def _find_link(context: RequestContext, kind: str, named: str) -> tuple[PaymentLink, Document]:
    link = PAYMENT_LINKS.get(kind)
    if link is None:
        raise not_found("page")
    document = context.find(link.kind, code=named) or context.find(link.kind, unique_key=named)
    if document is None:
        raise not_found(link.label.lower().removesuffix("s"))
    return link, document


def _link_path(kind: str, document: Document) -> str:
    return f"/pay/{kind}/{quote(str(document.code or document.unique_key), safe='')}"


def _response_data(answer: object) -> dict[str, Any]:
    assert isinstance(answer, ApiResponse), "these operations answer, or raise"
    return cast("dict[str, Any]", answer.data)


def _checkout_path(told: Mapping[str, Any]) -> str:
    return f"/_emulator/checkout/{told['access_code']}"


def _latest_order_path(context: RequestContext) -> str:
    """Return the checkout's path of the latest order."""
    (made,) = context.find_all("order", limit=1)
    return _open_order(context, made)
