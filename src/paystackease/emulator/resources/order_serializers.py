"""Serializers of orders: in the shape of Paystack's documentation, or of the test API's observed responses.

The documentation's samples have ``code`` and ``line_items``, with placeholders for numbers. The OpenAPI file, which
agrees with what was observed, has ``order_code`` and ``items``. An order is serialized in the shape of the body that
created it. Orders of pages and storefronts have the documentation's shape.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import transaction_serializers


def serialize_documented(context: RequestContext, order: Document) -> dict[str, Any]:
    """Return an order in the documentation's shape."""
    customer = context.get("customer", order.parent_id)
    lines = [
        {
            "product": {"id": line["product"], "name": line["name"]},
            "quantity": line["quantity"],
            "amount": line["amount"],
        }
        for line in order.body["lines"]
    ]
    return {
        **serialize_brief(context, order),
        "customer": {"id": customer.id, "email": customer.body["email"]},
        "line_items": lines,
    }


def serialize_brief(context: RequestContext, order: Document) -> dict[str, Any]:
    """Return an order for a list, in the documentation's shape."""
    email = context.get("customer", order.parent_id).body["email"]
    return {**_serialize_short(order), "customer": {"email": email}, "createdAt": format_time(order.created)}


def serialize_validated(order: Document, *, valid: bool) -> dict[str, Any]:
    """Return whether an order can be paid."""
    return {**_serialize_short(order), "valid": valid}


def serialize_created(context: RequestContext, order: Document) -> dict[str, Any]:
    """Return a new order in the observed shape."""
    return {key: value for key, value in _serialize_observed(context, order).items() if key not in _NOT_AT_CREATION} | {
        "customer": order.parent_id
    }


def serialize_whole(context: RequestContext, order: Document) -> dict[str, Any]:
    """Return an order for the response to fetching it."""
    return serialize_documented(context, order) if order.body["documented"] else _serialize_observed(context, order)


def serialize_listed(context: RequestContext, order: Document) -> dict[str, Any]:
    """Return an order for the list of all orders."""
    return serialize_brief(context, order) if order.body["documented"] else _serialize_observed(context, order)


_NOT_AT_CREATION = frozenset(
    {"paid_at", "page", "transaction", "is_gift", "payer", "fully_refunded", "refunded_amount", "items"}
)


def _serialize_short(order: Document) -> dict[str, Any]:
    status = order.body["status"]
    return {
        "id": order.id,
        "code": order.code,
        "amount": order.body["amount"],
        "currency": order.body["currency"],
        # The documentation has "pending" for the API's "created".
        "status": "pending" if status == "created" else status,
    }


def _serialize_observed(context: RequestContext, order: Document) -> dict[str, Any]:
    body, customer = order.body, context.get("customer", order.parent_id)
    shipping = body.get("shipping")
    # The emulator has no discounts, refunds of orders or third-party payers: these fields are as without them.
    always_null = (
        "shipping_address",
        "shipping_method",
        "metadata",
        "expiration_date",
        "discount_amount",
        "payer",
        "page",
    )
    return {
        **dict.fromkeys((*always_null, "refunded_amount")),
        "id": order.id,
        "order_code": order.code,
        **{name: body[name] for name in ("amount", "currency", "status", "is_gift", "pay_for_me")},
        "domain": "test",
        "integration": context.tenant.integration,
        "email": customer.body["email"],
        "customer": transaction_serializers.serialize_customer(context, customer),
        "transaction": body.get("transaction"),
        "paid_at": None if body.get("paid_at") is None else format_time(body["paid_at"]),
        "discounts": [],
        "refunded": False,
        "fully_refunded": False,
        "is_viewed": False,
        "shipping": None if shipping is None else _serialize_shipping(context, order, shipping),
        "shipping_fees": 0 if shipping is None else shipping["fees"],
        "items": [_serialize_item(context, order, line) for line in body["lines"]],
        "createdAt": format_time(order.created),
        "updatedAt": format_time(order.updated),
    }


def _serialize_shipping(context: RequestContext, order: Document, shipping: dict[str, Any]) -> dict[str, Any]:
    # Each order has one, so its number is that of the order.
    return {
        **shipping,
        "id": order.id,
        "customer": order.parent_id,
        "integration": context.tenant.integration,
        "domain": "test",
        "delivery_tracking_link": None,
        "is_shipped": False,
        "createdAt": format_time(order.created),
        "updatedAt": format_time(order.created),
    }


def _serialize_item(context: RequestContext, order: Document, line: dict[str, Any]) -> dict[str, Any]:
    product = context.get("product", line["product"])
    always_null = ("success_message", "redirect_url", "notification_emails")
    return {
        **{f"product_{name}": None for name in always_null},
        **{f"storefront_{name}": None for name in always_null[:2]},
        "order_item_id": order.body["lines"].index(line) + 1,
        "order": order.id,
        "orderId": order.id,
        "item": product.id,
        "product_id": product.id,
        "name": line["name"],
        "type": "product",
        "product_level_type": "good",
        "quantity": line["quantity"],
        "amount": line["amount"],
        "current_total_items_price": line["amount"],
        "files": "[]",
        "product_quantity_sold": product.body["quantity_sold"],
        "createdAt": format_time(order.created),
    }
