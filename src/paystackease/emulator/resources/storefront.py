"""Storefronts: shops of products.

    inactive > active                 published
    inactive | active > deleted

Somebody buys by ``POST /_emulator/storefronts/{slug}/orders``, with an ``email`` and the ``items``, each a ``product``
and a ``quantity``; the order is paid like any other. The test API was seen to make shops that are active at once, and
to publish a copy of one into live mode. Here there is no live mode, and a shop opens when it is published, as Paystack
documents.
"""

from __future__ import annotations

import re
from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.http import fields
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import paginate, paginate_by_number
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import order, order_serializers
from paystackease.emulator.resources import product as products
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document, DuplicateKeyError

storefront = RouteGroup()

MACHINE = StateMachine("storefront", "inactive > active", "inactive | active > deleted")

CURRENCIES = ("GHS", "KES", "NGN", "USD", "ZAR")

_SLUG = re.compile(r"[a-z0-9_-]{5,100}", re.ASCII)
_LISTED = ("active", "inactive")


@storefront.route("POST", "/storefront")
def create(context: RequestContext) -> ApiResponse:
    name = fields.require_text(context.body, "name")
    slug = _free(context, fields.require_text(context.body, "slug"))
    currency = fields.require_text(context.body, "currency")
    if currency not in CURRENCIES or currency not in context.settings.currencies:
        raise fields.invalid_value("Currency not supported or allowed")
    description = fields.optional_text(context.body, "description")
    return ApiResponse("Storefront created", _shown(_add(context, name, slug, currency, description, [])))


@storefront.route("GET", "/storefront")
def list_(context: RequestContext) -> ApiResponse:
    # Of another status the test API broke: here it is refused in the words of other lists (an assumption).
    status = fields.optional_choice(context.query, "status", _LISTED)
    having = {"listed": True} if status is None else {"status": status}
    return paginate(context, "storefront", "Storefronts retrieved", _shown, having=having)


@storefront.route("GET", "/storefront/{id}")
def fetch(context: RequestContext) -> ApiResponse:
    return ApiResponse("Storefront retrieved", _shown(_asked(context)))


@storefront.route("PUT", "/storefront/{id}")
def update(context: RequestContext) -> ApiResponse:
    found = _asked(context)
    name, slug, description = (fields.optional_text(context.body, key) for key in ("name", "slug", "description"))
    if slug and slug != found.unique_key:
        found.unique_key = _free(context, slug)
    if name:
        found.body["name"] = name
    if description is not None:
        found.body["description"] = description
    context.save(found)
    return ApiResponse("Storefront updated", _shown(found))


@storefront.route("DELETE", "/storefront/{id}")
def delete(context: RequestContext) -> ApiResponse:
    found = _asked(context)
    MACHINE.transition(found, "deleted")
    found.body["listed"] = False
    found.unique_key = None  # another may be there now (an assumption)
    context.save(found)
    return message_only("Storefront deleted")


@storefront.route("GET", "/storefront/verify/{slug}")
def verify_slug(context: RequestContext) -> ApiResponse:
    found = context.find("storefront", name=context.params["slug"])
    if context.settings.quirks:
        # Paystack's page says whether the slug is free; the test API, who has it (observed).
        if found is None:
            raise _not_found()
        return ApiResponse("Storefront retrieved", _shown(found))
    if found is not None:
        raise _slug_in_use()
    return message_only("Slug is available")


@storefront.route("POST", "/storefront/{id}/product")
def add_products(context: RequestContext) -> ApiResponse:
    found = _asked(context)
    wanted = fields.require_ids(context.body, "products")
    for number in wanted:
        if products.by_number(context, number) is None:
            raise products.not_found()  # that it is refused, and how, is an assumption
    found.body["products"] += [number for number in dict.fromkeys(wanted) if number not in found.body["products"]]
    context.save(found)
    return message_only("Products added to storefront")


@storefront.route("GET", "/storefront/{id}/product")
def list_products(context: RequestContext) -> ApiResponse:
    numbers = _asked(context).body["products"]
    keys = ("id", "name", "description", "price", "currency", "active")
    return paginate_by_number(
        context,
        "Products retrieved",
        len(numbers),
        lambda limit, skip: [
            products.serialize(context, context.get("product", number), *keys)
            for number in numbers[skip : skip + limit]
        ],
    )


@storefront.route("GET", "/storefront/{id}/order")
def orders(context: RequestContext) -> ApiResponse:
    found = _asked(context)
    show = order_serializers.brief
    return paginate(
        context, "order", "Orders retrieved", lambda one: show(context, one), having={"storefront": found.id}
    )


@storefront.route("POST", "/storefront/{id}/publish")
def publish(context: RequestContext) -> ApiResponse:
    found = _asked(context)
    if MACHINE.can(found, "active"):  # again is harmless
        MACHINE.transition(found, "active")
        context.save(found)
    return message_only("Storefront published")


@storefront.route("POST", "/storefront/{id}/duplicate")
def duplicate(context: RequestContext) -> ApiResponse:
    found = _asked(context)
    body = found.body
    # What the copy is called, and where it is, are as the test API was seen to have them.
    slug = f"copy-of-{found.unique_key}"[:89] + "-" + context.next_code("storefront_copy", length=10)
    _add(context, f"Copy of {body['name']}", slug, body["currency"], body["description"], body["products"])
    return message_only("Storefront duplicated")


@storefront.route("POST", "/_emulator/storefronts/{slug}/orders")
def bought(context: RequestContext) -> ApiResponse:
    """Somebody buys something."""
    found = context.find("storefront", name=context.params["slug"])
    if found is None or found.body["status"] != "active":
        raise _not_found()
    whose = customers.payer(context, fields.require_text(context.body, "email"))
    currency = found.body["currency"]
    lines = order.cart(context, currency, found.body["products"])
    made = order.begin(context, whose, currency, lines, documented=True, storefront=found.id)
    return ApiResponse("Order created", order_serializers.documented(context, made))


def _add(
    context: RequestContext, name: str, slug: str, currency: str, description: str | None, sold: list[int]
) -> Document:
    body = {"name": name, "currency": currency, "description": description, "products": sold}
    try:
        return context.create("storefront", {**body, "status": "inactive", "listed": True}, unique_key=slug)
    except DuplicateKeyError:
        raise _slug_in_use() from None


def _free(context: RequestContext, slug: str) -> str:
    if not _SLUG.fullmatch(slug):
        rule = "5-100 characters, all lowercase, using only letters, numbers, dashes, or underscores"
        raise fields.invalid_value(f"Slug should be {rule}.")
    if context.find("storefront", name=slug) is not None:
        raise _slug_in_use()
    return slug


def _asked(context: RequestContext) -> Document:
    number = context.params["id"]
    found = context.find_by_id_or_code("storefront", number) if number.isdecimal() else None
    if found is None or found.body["status"] == "deleted":
        raise _not_found()
    return found


def _shown(found: Document) -> dict[str, Any]:
    return {
        "id": found.id,
        "slug": found.unique_key,
        **{key: found.body[key] for key in ("name", "description", "status", "currency")},
        "createdAt": format_time(found.created),
        "updatedAt": format_time(found.updated),
    }


def _not_found() -> ApiError:
    return ApiError(404, "Storefront not found", "not_found", next_step=fields.CHECK_VALUES_HINT)


def _slug_in_use() -> ApiError:
    message = "This link is already in use, please choose another."
    return ApiError(400, message, "unknown", kind="api_error", next_step="Try again later")
