"""The pages of payment requests, orders, payment pages, storefronts and virtual terminals.

Each shows the items and the amount, has a form for missing values, and leads to the checkout. On Paystack they have
URLs that no operation returns; here the dashboard links to them.
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

PATH = "/_emulator/{integration:int}/pay/{kind}/{key}"


class PaymentLink(msgspec.Struct, frozen=True):
    """A kind of page that leads to the checkout."""

    kind: str
    """The kind of its documents."""
    label: str
    open: Callable[[RequestContext, Document], str]
    """Begins the payment with the values of the form, and returns the path of the next page."""
    needs_payer: bool = True
    """Whether the form has the payer's e-mail address, and the amount if the document has none."""


def _open_request(context: RequestContext, document: Document) -> str:
    return f"/_emulator/checkout/{payment_request.get_or_begin_payment(context, document).code}"


def _open_order(context: RequestContext, document: Document) -> str:
    return _checkout_path(_response_data(order.open_order(replace(context, params={"code": str(document.code)}))))


def _open_page(context: RequestContext, document: Document) -> str:
    data = _response_data(payment_page.open_page(replace(context, params={"id_or_slug": str(document.unique_key)})))
    # A page that sells products creates an order first.
    return _checkout_path(data) if "access_code" in data else _latest_order_path(context)


def _open_storefront(context: RequestContext, document: Document) -> str:
    storefront.create_order(replace(context, params={"slug": str(document.unique_key)}))
    return _latest_order_path(context)


def _open_terminal(context: RequestContext, document: Document) -> str:
    return _checkout_path(
        _response_data(terminals.open_terminal(replace(context, params={"code": str(document.code)})))
    )


PAYMENT_LINKS: Mapping[str, PaymentLink] = {
    "requests": PaymentLink("payment_request", "Payment requests", _open_request, needs_payer=False),
    "orders": PaymentLink("order", "Orders", _open_order, needs_payer=False),
    "pages": PaymentLink("payment_page", "Payment pages", _open_page),
    "storefronts": PaymentLink("storefront", "Storefronts", _open_storefront),
    "terminals": PaymentLink("virtual_terminal", "Virtual terminals", _open_terminal),
}
"""By their names in URLs."""


def create_routes(site: Site) -> list[Route]:
    """Return their routes."""

    async def payment_link_page(request: Request) -> Response:
        tenant = find_tenant(site, request)
        kind, key = request.path_params["kind"], request.path_params["key"]
        error, status = None, 200
        if request.method == "POST":
            form = await read_form(request)
            try:
                return RedirectResponse(
                    await site.perform(tenant, lambda context: _open(context, kind, key, form)), 303
                )
            except ApiError as api_error:
                error, status = str(api_error), api_error.status
        fields = site.read(tenant, lambda context: _page_fields(context, kind, key))
        return site.render("payment_link.html", {**fields, "page_url": request.url.path, "error": error}, status)

    return [Route(PATH, payment_link_page, methods=["GET", "POST"])]


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

    :raises ApiError: If it is not an amount above 0.
    """
    try:
        amount = Decimal(text.replace(",", "").strip()) * 100
    except ArithmeticError:  # not a number, or too large for a Decimal
        amount = Decimal(0)
    if not (amount.is_finite() and 0 < amount < 2**53 and amount == amount.to_integral_value()):
        raise ApiError(400, "Enter an amount such as 1250.50", "invalid_params")
    return int(amount)


def _open(context: RequestContext, kind: str, key: str, form: Mapping[str, str]) -> str:
    link, document = _find_link(context, kind, key)
    body: dict[str, Any] = {}
    if link.needs_payer:
        body["email"] = form.get("email", "").strip()
    if link.needs_payer and form.get("amount"):
        body["amount"] = parse_amount(form["amount"])
    counts = {name.removeprefix("item-"): count for name, count in form.items() if name.startswith("item-")}
    items: list[dict[str, Any]] = [
        {"product": int(number), "quantity": int(count)}
        for number, count in counts.items()
        if number.isdecimal() and count.isdecimal() and len(number) < 19 and len(count) < 7 and int(count)
    ]
    return link.open(replace(context, body={**body, "items": items} if counts else body), document)


def _page_fields(context: RequestContext, kind: str, key: str) -> dict[str, Any]:
    link, document = _find_link(context, kind, key)
    body = document.body
    numbers: list[int] = body.get("products") or []
    products = [context.get("product", number) for number in numbers]
    amount = body.get("amount")
    if body.get("plan") is not None and (plan := context.find_by_id_or_code("plan", str(body["plan"]))) is not None:
        amount = plan.body["amount"]
    # The amount of a payment request's line is per unit, that of an order's line is the total.
    order_lines: list[dict[str, Any]] = body.get("lines") or []
    request_lines: list[dict[str, Any]] = body.get("line_items") or []
    taxes: list[dict[str, Any]] = body.get("tax") or []
    lines = [(line["name"], line["quantity"], line["amount"]) for line in order_lines]
    lines += [
        (line["name"], line.get("quantity", 1), line["amount"] * line.get("quantity", 1)) for line in request_lines
    ]
    lines += [(line["name"], 1, line["amount"]) for line in taxes]
    return {
        "business": context.settings.business_name,
        "email": "" if link.needs_payer else context.get("customer", document.parent_id).body["email"],
        "title": body.get("name") or link.label.removesuffix("s"),
        "description": body.get("description"),
        "status": body.get("status", "active"),
        "needs_payer": link.needs_payer,
        "amount": amount,
        "currency": body["currency"],
        "due": body.get("due_date"),
        "lines": lines,
        "products": [
            {"id": product.id, "name": product.body["name"], "price": product.body["price"]} for product in products
        ],
    }


def _find_link(context: RequestContext, kind: str, key: str) -> tuple[PaymentLink, Document]:
    link = PAYMENT_LINKS.get(kind)
    if link is None:
        raise not_found("page")
    document = context.find(link.kind, code=key) or context.find(link.kind, unique_key=key)
    if document is None:
        raise not_found(link.label.lower().removesuffix("s"))
    return link, document


def _link_path(kind: str, document: Document) -> str:
    return f"/pay/{kind}/{quote(str(document.code or document.unique_key), safe='')}"


def _response_data(response: object) -> dict[str, Any]:
    assert isinstance(response, ApiResponse), "these operations return a response, or raise"
    return cast("dict[str, Any]", response.data)


def _checkout_path(data: Mapping[str, Any]) -> str:
    return f"/_emulator/checkout/{data['access_code']}"


def _latest_order_path(context: RequestContext) -> str:
    """Return the path of the checkout of the latest order."""
    (latest,) = context.find_all("order", limit=1)
    return _open_order(context, latest)
