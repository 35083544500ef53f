"""How an order is shown: as Paystack's page has it, or as the test API was seen to answer.

Paystack's samples of orders have placeholders for numbers, and ``code`` and ``line_items``; its OpenAPI file, which
agrees with what was seen, has ``order_code`` and ``items``. An order is shown in the shape that belongs to the body by
which it was made. Orders of pages and storefronts, and what only the samples tell of, are shown as in the samples.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.resources import transaction_serializers
from paystackease.emulator.storage.document import Document


def documented(context: RequestContext, found: Document) -> dict[str, Any]:
    """As the page has it."""
    whose = context.get("customer", found.parent_id)
    lines = [
        {
            "product": {"id": line["product"], "name": line["name"]},
            "quantity": line["quantity"],
            "amount": line["amount"],
        }
        for line in found.body["lines"]
    ]
    return {**brief(context, found), "customer": {"id": whose.id, "email": whose.body["email"]}, "line_items": lines}


def brief(context: RequestContext, found: Document) -> dict[str, Any]:
    """In a list, as the page has it."""
    email = context.get("customer", found.parent_id).body["email"]
    return {**_short(found), "customer": {"email": email}, "createdAt": format_time(found.created)}


def validated(found: Document, *, valid: bool) -> dict[str, Any]:
    """When somebody asks whether it can be paid."""
    return {**_short(found), "valid": valid}


def created(context: RequestContext, found: Document) -> dict[str, Any]:
    """As creating one was seen to answer."""
    return {key: value for key, value in _observed(context, found).items() if key not in _LATER} | {
        "customer": found.parent_id
    }


def whole(context: RequestContext, found: Document) -> dict[str, Any]:
    """When it is fetched."""
    return documented(context, found) if found.body["documented"] else _observed(context, found)


def listed(context: RequestContext, found: Document) -> dict[str, Any]:
    """In the list of all."""
    return brief(context, found) if found.body["documented"] else _observed(context, found)


_LATER = frozenset({"paid_at", "page", "transaction", "is_gift", "payer", "fully_refunded", "refunded_amount", "items"})


def _short(found: Document) -> dict[str, Any]:
    status = found.body["status"]
    return {
        "id": found.id,
        "code": found.code,
        "amount": found.body["amount"],
        "currency": found.body["currency"],
        # The page calls so what the API calls created.
        "status": "pending" if status == "created" else status,
    }


def _observed(context: RequestContext, found: Document) -> dict[str, Any]:
    body, whose = found.body, context.get("customer", found.parent_id)
    shipping = body.get("shipping")
    # What is not known here (discounts, refunds of an order, who pays for somebody else) is as of an order without.
    nothing = ("shipping_address", "shipping_method", "metadata", "expiration_date", "discount_amount", "payer", "page")
    return {
        **dict.fromkeys((*nothing, "refunded_amount")),
        "id": found.id,
        "order_code": found.code,
        **{name: body[name] for name in ("amount", "currency", "status", "is_gift", "pay_for_me")},
        "domain": "test",
        "integration": context.tenant.integration,
        "email": whose.body["email"],
        "customer": transaction_serializers.customer(context, whose),
        "transaction": body.get("transaction"),
        "paid_at": None if body.get("paid_at") is None else format_time(body["paid_at"]),
        "discounts": [],
        "refunded": False,
        "fully_refunded": False,
        "is_viewed": False,
        "shipping": None if shipping is None else _shipped(context, found, shipping),
        "shipping_fees": 0 if shipping is None else shipping["fees"],
        "items": [_item(context, found, line) for line in body["lines"]],
        "createdAt": format_time(found.created),
        "updatedAt": format_time(found.updated),
    }


def _shipped(context: RequestContext, found: Document, shipping: dict[str, Any]) -> dict[str, Any]:
    # One for each order, so that its number is the order's.
    return {
        **shipping,
        "id": found.id,
        "customer": found.parent_id,
        "integration": context.tenant.integration,
        "domain": "test",
        "delivery_tracking_link": None,
        "is_shipped": False,
        "createdAt": format_time(found.created),
        "updatedAt": format_time(found.created),
    }


def _item(context: RequestContext, found: Document, line: dict[str, Any]) -> dict[str, Any]:
    sold = context.get("product", line["product"])
    unknown = ("success_message", "redirect_url", "notification_emails")
    return {
        **{f"product_{name}": None for name in unknown},
        **{f"storefront_{name}": None for name in unknown[:2]},
        "order_item_id": found.body["lines"].index(line) + 1,
        "order": found.id,
        "orderId": found.id,
        "item": sold.id,
        "product_id": sold.id,
        "name": line["name"],
        "type": "product",
        "product_level_type": "good",
        "quantity": line["quantity"],
        "amount": line["amount"],
        "current_total_items_price": line["amount"],
        "files": "[]",
        "product_quantity_sold": sold.body["quantity_sold"],
        "createdAt": format_time(found.created),
    }
