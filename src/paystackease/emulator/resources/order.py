"""Orders: a customer's products, their shipping, and their payment.

    created > success

Creating an order does not charge the customer. The customer opens it, ``POST /_emulator/orders/{code}/open``, which
begins a transaction with its ``order_id``. When that is paid, the order is paid and the products' stock is reduced.
Payment pages and storefronts create orders too: :func:`create_order`.

Paystack has two request bodies, and both are accepted: ``customer`` and ``line_items``, which the documentation has,
and ``email`` to ``shipping``, which the test API requires (observed: it rejects the others). Each has its own response
shape: :mod:`paystackease.emulator.resources.order_serializers`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from paystackease.emulator.context import RequestContext
from paystackease.emulator.http import fields
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.http.pagination import paginate, paginate_by_number, select_all
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import checkout
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import order_serializers as serializers
from paystackease.emulator.resources import product as products
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import revenue_split, transaction

routes = RouteGroup()

MACHINE = StateMachine("order", "created > success")

MIN_TOTAL = {"NGN": 50, "GHS": 2, "USD": 2, "ZAR": 1, "KES": 3, "XOF": 1}
"""The minimum total of an order, in main units. That of GHS was observed; the others are Paystack's documented minimum
for a payment (an assumption)."""

_SHIPPING = ("street_line", "city", "state", "country", "delivery_note")


@routes.route("POST", "/order")
def create(context: RequestContext) -> ApiResponse:
    if "line_items" in context.body:
        order = _create_documented(context)
        return ApiResponse("Order created", serializers.serialize_documented(context, order))
    order = _create_observed(context)
    return ApiResponse("Order created", serializers.serialize_created(context, order))


@routes.route("GET", "/order")
def list_(context: RequestContext) -> ApiResponse:
    return paginate(context, "order", "Orders retrieved", lambda order: serializers.serialize_listed(context, order))


@routes.route("GET", "/order/{id}")
def fetch(context: RequestContext) -> ApiResponse:
    order = context.find_by_id("order", context.params["id"])
    if order is None:
        raise _not_found()
    return ApiResponse("Order retrieved", serializers.serialize_whole(context, order))


@routes.route("GET", "/order/product/{id}")
def list_for_product(context: RequestContext) -> ApiResponse:
    product = context.find_by_id("product", context.params["id"])
    if product is None:
        raise ApiError(404, "Product not found", "not_found", next_step=fields.CHECK_REFERENCE_HINT)
    orders = [
        order
        for order in select_all(context, "order")
        if product.id in {line["product"] for line in order.body["lines"]}
    ]
    return paginate_by_number(
        context,
        "Product orders retrieved",
        len(orders),
        lambda limit, skip: [serializers.serialize_brief(context, order) for order in orders[skip : skip + limit]],
    )


@routes.route("GET", "/order/{code}/validate")
def validate(context: RequestContext) -> ApiResponse:
    order = context.find("order", code=context.params["code"])
    if order is None:
        raise _not_found()
    return ApiResponse("Order is valid", serializers.serialize_validated(order, valid=MACHINE.can(order, "success")))


@routes.route("POST", "/_emulator/orders/{code}/open")
def open_order(context: RequestContext) -> ApiResponse:
    """Open the order on the customer's behalf, and return the URL to pay at."""
    order = context.find_by_id_or_code("order", context.params["code"])
    if order is None:
        raise _not_found()
    if not MACHINE.can(order, "success"):
        raise ApiError(400, "This order has already been paid", "invalid_params")
    tx = _get_or_begin_payment(context, order)
    return ApiResponse("Authorization URL created", transaction.serialize_link(context, tx))


def create_order(
    context: RequestContext,
    customer: Document,
    currency: str,
    lines: Sequence[Mapping[str, Any]],
    *,
    documented: bool,
    **extra: Any,
) -> Document:
    """Create an unpaid order.

    :param lines: Each with the number of a ``product``, its ``name``, a ``quantity``, and a total ``amount``.
    :param documented: Whether it is serialized in the documentation's shape, or in the observed one.
    :param extra: Further fields of its body: ``shipping`` with ``fees``, the ``page`` or ``storefront`` of its origin …
    :raises ApiError: If the total is below the minimum, or exceeds the largest safe integer.
    """
    body: dict[str, Any] = {"status": "created", "currency": currency, "lines": list(lines), **extra}
    shipping: Mapping[str, Any] = body.get("shipping") or {}
    body["amount"] = sum(line["amount"] for line in lines) + shipping.get("fees", 0)
    minimum = MIN_TOTAL.get(currency, 1)
    if not minimum * 100 <= body["amount"] < 2**53:
        message = f"Order total amount is invalid. Amount must be {currency}{minimum} or greater"
        raise fields.invalid_value(message)
    return context.create("order", {**body, "documented": documented}, code_prefix="ORD_", parent_id=customer.id)


def create_line(
    context: RequestContext, number: int, quantity: int, *, currency: str, amount: int | None = None
) -> dict[str, Any]:
    """Return the order line for a quantity of a product, at its price unless ``amount`` is set.

    :raises ApiError: If there is no such product, or not enough stock. The wordings of the latter are assumptions.
    """
    product = products.find_active(context, number)
    if product is None:
        raise ApiError(404, "Product not found", "not_found", next_step=fields.CHECK_REFERENCE_HINT)
    if product.body["currency"] != currency:
        raise fields.invalid_value("Product currency does not match order currency")
    if not products.has_stock(product, quantity):
        raise fields.invalid_value("Product is out of stock")
    cost = product.body["price"] * quantity if amount is None else amount
    return {"product": number, "name": product.body["name"], "quantity": quantity, "amount": cost}


def read_cart(context: RequestContext, currency: str, sold: Sequence[int]) -> list[dict[str, Any]]:
    """Return the order lines for a body's ``items``, which have to be products that the page or storefront sells.

    :param sold: The numbers of these products.
    :raises ApiError: If it does not sell one of them, or there is not enough stock.
    """
    lines: list[dict[str, Any]] = []
    for item in fields.require_objects(context.body, "items"):
        number, quantity = _read_line(item, "product")
        if number not in sold:
            raise products.not_found()
        lines.append(create_line(context, number, quantity, currency=currency))
    return lines


def mark_paid(context: RequestContext, tx: Document) -> None:
    """Mark an order as paid. A second payment changes nothing, and the merchant has to refund it (an assumption)."""
    about: Mapping[str, Any] = tx.body.get("about") or {}
    if about.get("kind") != "order":
        return
    order = context.get("order", about["id"])
    if not MACHINE.can(order, "success"):
        return
    MACHINE.transition(order, "success")
    order.body.update(transaction=tx.id, paid_at=context.now)
    context.save(order)
    for line in order.body["lines"]:
        products.record_sale(context, context.get("product", line["product"]), line["quantity"])


def _create_documented(context: RequestContext) -> Document:
    customer = _find_customer(context, context.require("customer", '"customer"'))
    quantities = [_read_line(item, "product") for item in fields.require_objects(context.body, "line_items")]
    first = products.find_active(context, quantities[0][0])
    # The order has the currency of its products (an assumption: this body has no currency).
    currency = context.settings.currencies[0] if first is None else str(first.body["currency"])
    lines = [create_line(context, number, quantity, currency=currency) for number, quantity in quantities]
    return create_order(context, customer, currency, lines, documented=True)


def _create_observed(context: RequestContext) -> Document:
    body = context.body
    email = fields.require_text(body, "email", "Customer email")
    currency = context.currency()
    lines: list[dict[str, Any]] = []
    for item in fields.require_objects(body, "items"):
        number, quantity = _read_line(item, "item")
        # The amount of the body is used, and is for the whole line (observed).
        lines.append(create_line(context, number, quantity, currency=currency, amount=_require_count(item, "amount")))
    flags = {name: fields.optional_flag(body, name) or False for name in ("is_gift", "pay_for_me")}
    names = {name: fields.optional_text(body, name) for name in ("first_name", "last_name", "phone")}
    customer = customers.get_or_create(context, email)
    customer.body.update({name: value for name, value in names.items() if value and not customer.body.get(name)})
    context.save(customer)
    return create_order(context, customer, currency, lines, documented=False, shipping=_read_shipping(context), **flags)


def _read_shipping(context: RequestContext) -> dict[str, Any] | None:
    if context.body.get("shipping") is None:
        return None
    shipping = context.require_object("shipping")
    fees = fields.optional_count(shipping, "shipping_fee") or 0
    return {**{name: fields.optional_text(shipping, name) for name in _SHIPPING}, "fees": fees}


def _read_line(item: Mapping[str, Any], name: str) -> tuple[int, int]:
    return _require_count(item, name), _require_count(item, "quantity", minimum=1)


def _require_count(item: Mapping[str, Any], name: str, *, minimum: int = 0) -> int:
    value = fields.optional_count(item, name, minimum=minimum)
    if value is None:
        raise missing_field(f'"{name}"')
    return value


def _find_customer(context: RequestContext, email_or_id: object) -> Document:
    text = str(email_or_id)
    customer = customers.find_by_email(context, text) if "@" in text else context.find_by_id_or_code("customer", text)
    if customer is None:
        raise ApiError(404, "Customer not found", "not_found")  # an assumption, as for partial_debit
    return customer


def _get_or_begin_payment(context: RequestContext, order: Document) -> Document:
    """Return the order's transaction if it can be paid, else begin one."""
    transaction_id = order.body.get("payment")
    if transaction_id is not None:
        tx = context.get("transaction", transaction_id)
        if tx.body["status"] in {"ongoing", "pending"} or not checkout.is_expired(context, tx):
            return tx
    customer = context.get("customer", order.parent_id)
    fields: dict[str, Any] = {
        "about": {"kind": "order", "id": order.id},
        "order_id": order.id,
        **_split_terms(context, order),
    }
    tx = transaction.create_transaction(context, customer, order.body["amount"], order.body["currency"], **fields)
    order.body["payment"] = tx.id
    context.save(order)
    return tx


def _split_terms(context: RequestContext, order: Document) -> dict[str, Any]:
    # If all products have the same split, the payment is shared by it (an assumption: no source covers other cases).
    codes = {context.get("product", line["product"]).body["split_code"] for line in order.body["lines"]}
    code = codes.pop() if len(codes) == 1 else None
    return {} if code is None else revenue_split.read_split(replace(context, body={"split_code": code}))


def _not_found() -> ApiError:
    return ApiError(404, "Order not found", "not_found", next_step=fields.CHECK_REFERENCE_HINT)
