"""Orders: who wants which products, where to, and whether they were paid for.

    created > success

An order charges nobody. Its customer opens it, ``POST /_emulator/orders/{code}/open``, which begins a transaction
like any other (its ``order_id`` says whose); when that is paid, so is the order, and the products' stock goes down.
Pages and storefronts make orders too: :func:`begin`.

Paystack describes two bodies, and the client can send both, so both are taken here: ``customer`` and ``line_items``,
which stand on its page, and ``email`` to ``shipping``, which the test API was seen to want (it refused the others).
Each is answered in the shape that belongs to it: :mod:`paystackease.emulator.resources.order_serializers`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from paystackease.emulator.http import fields
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.http.pagination import paginate, paginate_by_number, select_all
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import checkout, revenue_split, transaction
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import order_serializers as views
from paystackease.emulator.resources import product as products
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document

order = RouteGroup()

MACHINE = StateMachine("order", "created > success")

MINIMUM = {"NGN": 50, "GHS": 2, "USD": 2, "ZAR": 1, "KES": 3, "XOF": 1}
"""The least that an order comes to, in whole units. That of GHS was observed; the others are the least that Paystack's
documentation has for a payment (an assumption)."""

_SHIPPING = ("street_line", "city", "state", "country", "delivery_note")


@order.route("POST", "/order")
def create(context: RequestContext) -> ApiResponse:
    if "line_items" in context.body:
        found = _documented(context)
        return ApiResponse("Order created", views.documented(context, found))
    found = _observed(context)
    return ApiResponse("Order created", views.created(context, found))


@order.route("GET", "/order")
def list_(context: RequestContext) -> ApiResponse:
    return paginate(context, "order", "Orders retrieved", lambda found: views.listed(context, found))


@order.route("GET", "/order/{id}")
def fetch(context: RequestContext) -> ApiResponse:
    number = context.params["id"]
    found = context.find_by_id_or_code("order", number) if number.isdecimal() else None
    if found is None:
        raise _not_found()
    return ApiResponse("Order retrieved", views.whole(context, found))


@order.route("GET", "/order/product/{id}")
def of_product(context: RequestContext) -> ApiResponse:
    number = context.params["id"]
    sold = context.find_by_id_or_code("product", number) if number.isdecimal() else None
    if sold is None:
        raise ApiError(404, "Product not found", "not_found", next_step=fields.CHECK_REFERENCE_HINT)
    having = [
        found for found in select_all(context, "order") if sold.id in {line["product"] for line in found.body["lines"]}
    ]
    return paginate_by_number(
        context,
        "Product orders retrieved",
        len(having),
        lambda limit, skip: [views.brief(context, found) for found in having[skip : skip + limit]],
    )


@order.route("GET", "/order/{code}/validate")
def validate(context: RequestContext) -> ApiResponse:
    found = context.find("order", code=context.params["code"])
    if found is None:
        raise _not_found()
    return ApiResponse("Order is valid", views.validated(found, valid=MACHINE.can(found, "success")))


@order.route("POST", "/_emulator/orders/{code}/open")
def opened(context: RequestContext) -> ApiResponse:
    """The customer opens the order, to pay it."""
    found = context.find_by_id_or_code("order", context.params["code"])
    if found is None:
        raise _not_found()
    if not MACHINE.can(found, "success"):
        raise ApiError(400, "This order has already been paid", "invalid_params")
    tx = _payment(context, found)
    return ApiResponse("Authorization URL created", transaction.link(context, tx))


def begin(
    context: RequestContext,
    whose: Document,
    currency: str,
    lines: Sequence[Mapping[str, Any]],
    *,
    documented: bool,
    **more: Any,
) -> Document:
    """Make an order that nobody has paid yet.

    :param lines: Each a ``product`` (its number), its ``name``, a ``quantity``, and an ``amount`` in subunits for all.
    :param documented: Which of the two shapes it is shown in.
    :param more: What else it keeps: ``shipping`` with its ``fees``, the ``page`` or ``storefront`` it was made on …
    :raises Refusal: Where it comes to too little, or to more than a number can be.
    """
    body: dict[str, Any] = {"status": "created", "currency": currency, "lines": list(lines), **more}
    shipping: Mapping[str, Any] = body.get("shipping") or {}
    body["amount"] = sum(line["amount"] for line in lines) + shipping.get("fees", 0)
    least = MINIMUM.get(currency, 1)
    if not least * 100 <= body["amount"] < 2**53:
        message = f"Order total amount is invalid. Amount must be {currency}{least} or greater"
        raise fields.invalid_value(message)
    return context.create("order", {**body, "documented": documented}, code_prefix="ORD_", parent_id=whose.id)


def line(
    context: RequestContext, number: int, quantity: int, *, currency: str, amount: int | None = None
) -> dict[str, Any]:
    """So many of a product, at its price unless the caller says what they cost.

    :raises Refusal: Where there is no such product, or not so many. The wordings of the latter are assumptions.
    """
    found = products.by_number(context, number)
    if found is None:
        raise ApiError(404, "Product not found", "not_found", next_step=fields.CHECK_REFERENCE_HINT)
    if found.body["currency"] != currency:
        raise fields.invalid_value("Product currency does not match order currency")
    if not products.has(found, quantity):
        raise fields.invalid_value("Product is out of stock")
    cost = found.body["price"] * quantity if amount is None else amount
    return {"product": number, "name": found.body["name"], "quantity": quantity, "amount": cost}


def cart(context: RequestContext, currency: str, sold: Sequence[int]) -> list[dict[str, Any]]:
    """What a body's ``items`` want of the products that a page or a shop sells.

    :raises Refusal: Where one is not sold there, or not there at all.
    """
    lines: list[dict[str, Any]] = []
    for item in fields.require_objects(context.body, "items"):
        number, quantity = _wanted(item, "product")
        if number not in sold:
            raise products.not_found()
        lines.append(line(context, number, quantity, currency=currency))
    return lines


@transaction.on_paid
def paid(context: RequestContext, tx: Document) -> None:
    """An order was paid for. One that was paid twice is paid, and it is the merchant who gives back (an assumption)."""
    about: Mapping[str, Any] = tx.body.get("about") or {}
    if about.get("kind") != "order":
        return
    found = context.get("order", about["id"])
    if not MACHINE.can(found, "success"):
        return
    MACHINE.transition(found, "success")
    found.body.update(transaction=tx.id, paid_at=context.now)
    context.save(found)
    for sold in found.body["lines"]:
        products.sell(context, context.get("product", sold["product"]), sold["quantity"])


def _documented(context: RequestContext) -> Document:
    whose = _customer(context, context.require("customer", '"customer"'))
    asked = [_wanted(item, "product") for item in fields.require_objects(context.body, "line_items")]
    first = products.by_number(context, asked[0][0])
    # What the products cost is in their currency (an assumption: this body names none).
    currency = context.settings.currencies[0] if first is None else str(first.body["currency"])
    lines = [line(context, number, quantity, currency=currency) for number, quantity in asked]
    return begin(context, whose, currency, lines, documented=True)


def _observed(context: RequestContext) -> Document:
    body = context.body
    email = fields.require_text(body, "email", "Customer email")
    currency = context.currency()
    lines: list[dict[str, Any]] = []
    for item in fields.require_objects(body, "items"):
        number, quantity = _wanted(item, "item")
        # What it costs is taken as it is said, and for all of them together (observed).
        lines.append(line(context, number, quantity, currency=currency, amount=_required(item, "amount")))
    kept = {name: fields.optional_flag(body, name) or False for name in ("is_gift", "pay_for_me")}
    names = {name: fields.optional_text(body, name) for name in ("first_name", "last_name", "phone")}
    whose = customers.payer(context, email)
    whose.body.update({name: value for name, value in names.items() if value and not whose.body.get(name)})
    context.save(whose)
    return begin(context, whose, currency, lines, documented=False, shipping=_shipping(context), **kept)


def _shipping(context: RequestContext) -> dict[str, Any] | None:
    if context.body.get("shipping") is None:
        return None
    given = context.require_object("shipping")
    fees = fields.optional_count(given, "shipping_fee") or 0
    return {**{name: fields.optional_text(given, name) for name in _SHIPPING}, "fees": fees}


def _wanted(item: Mapping[str, Any], name: str) -> tuple[int, int]:
    return _required(item, name), _required(item, "quantity", least=1)


def _required(item: Mapping[str, Any], name: str, *, least: int = 0) -> int:
    value = fields.optional_count(item, name, minimum=least)
    if value is None:
        raise missing_field(f'"{name}"')
    return value


def _customer(context: RequestContext, named: object) -> Document:
    text = str(named)
    found = customers.by_email(context, text) if "@" in text else context.find_by_id_or_code("customer", text)
    if found is None:
        raise ApiError(404, "Customer not found", "not_found")  # an assumption, as for partial_debit
    return found


def _payment(context: RequestContext, found: Document) -> Document:
    """The transaction that the order is paid by: the one that was begun, while it can be paid."""
    begun = found.body.get("begun")
    if begun is not None:
        tx = context.get("transaction", begun)
        if tx.body["status"] in {"ongoing", "pending"} or not checkout.expired(context, tx):
            return tx
    whose = context.get("customer", found.parent_id)
    more: dict[str, Any] = {"about": {"kind": "order", "id": found.id}, "order_id": found.id, **_shared(context, found)}
    tx = transaction.begin(context, whose, found.body["amount"], found.body["currency"], **more)
    found.body["begun"] = tx.id
    context.save(found)
    return tx


def _shared(context: RequestContext, found: Document) -> dict[str, Any]:
    # Where all the products have one split, it shares the payment (an assumption: nothing says what happens otherwise).
    codes = {context.get("product", line["product"]).body["split_code"] for line in found.body["lines"]}
    code = codes.pop() if len(codes) == 1 else None
    return {} if code is None else revenue_split.asked(replace(context, body={"split_code": code}))


def _not_found() -> ApiError:
    return ApiError(404, "Order not found", "not_found", next_step=fields.CHECK_REFERENCE_HINT)
