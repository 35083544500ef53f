"""Storefronts: shops of products.

    inactive > active                 published
    inactive | active > deleted

``POST /_emulator/storefronts/{slug}/orders`` simulates a purchase, with an ``email`` and ``items``, each a ``product``
and a ``quantity``; the order is paid like any other. The test API creates storefronts that are active immediately,
and publishes a copy into live mode (observed). The emulator has no live mode: a storefront becomes active when it is
published, as documented.
"""

from __future__ import annotations

import re
from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http import fields
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import paginate, paginate_by_number
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import order, order_serializers
from paystackease.emulator.resources import product as products
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document, DuplicateKeyError

routes = RouteGroup()

MACHINE = StateMachine("storefront", "inactive > active", "inactive | active > deleted")

CURRENCIES = ("GHS", "KES", "NGN", "USD", "ZAR")

_SLUG = re.compile(r"[a-z0-9_-]{5,100}", re.ASCII)
_LISTED = ("active", "inactive")


@routes.route("POST", "/storefront")
def create(context: RequestContext) -> ApiResponse:
    name = fields.require_text(context.body, "name")
    slug = _check_slug(context, fields.require_text(context.body, "slug"))
    currency = fields.require_text(context.body, "currency")
    if currency not in CURRENCIES or currency not in context.settings.currencies:
        raise fields.invalid_value("Currency not supported or allowed")
    description = fields.optional_text(context.body, "description")
    return ApiResponse(
        "Storefront created", _serialize(_create_storefront(context, name, slug, currency, description, []))
    )


@routes.route("GET", "/storefront")
def list_(context: RequestContext) -> ApiResponse:
    # The test API fails with 500 for other statuses. Here they are rejected as in other lists (an assumption).
    status = fields.optional_choice(context.query, "status", _LISTED)
    having = {"listed": True} if status is None else {"status": status}
    return paginate(context, "storefront", "Storefronts retrieved", _serialize, having=having)


@routes.route("GET", "/storefront/{id}")
def fetch(context: RequestContext) -> ApiResponse:
    return ApiResponse("Storefront retrieved", _serialize(_find(context)))


@routes.route("PUT", "/storefront/{id}")
def update(context: RequestContext) -> ApiResponse:
    storefront = _find(context)
    name, slug, description = (fields.optional_text(context.body, key) for key in ("name", "slug", "description"))
    if slug and slug != storefront.unique_key:
        storefront.unique_key = _check_slug(context, slug)
    if name:
        storefront.body["name"] = name
    if description is not None:
        storefront.body["description"] = description
    context.save(storefront)
    return ApiResponse("Storefront updated", _serialize(storefront))


@routes.route("DELETE", "/storefront/{id}")
def delete(context: RequestContext) -> ApiResponse:
    storefront = _find(context)
    MACHINE.transition(storefront, "deleted")
    storefront.body["listed"] = False
    storefront.unique_key = None  # another storefront may have the slug now (an assumption)
    context.save(storefront)
    return message_only("Storefront deleted")


@routes.route("GET", "/storefront/verify/{slug}")
def verify_slug(context: RequestContext) -> ApiResponse:
    storefront = context.find("storefront", unique_key=context.params["slug"])
    if context.settings.quirks:
        # The documentation has whether the slug is available; the test API returns its storefront (observed).
        if storefront is None:
            raise _not_found()
        return ApiResponse("Storefront retrieved", _serialize(storefront))
    if storefront is not None:
        raise _slug_in_use()
    return message_only("Slug is available")


@routes.route("POST", "/storefront/{id}/product")
def add_products(context: RequestContext) -> ApiResponse:
    storefront = _find(context)
    product_ids = fields.require_ids(context.body, "products")
    for product_id in product_ids:
        if products.find_active(context, product_id) is None:
            raise products.not_found()  # the error is an assumption
    storefront.body["products"] += [
        product_id for product_id in dict.fromkeys(product_ids) if product_id not in storefront.body["products"]
    ]
    context.save(storefront)
    return message_only("Products added to storefront")


@routes.route("GET", "/storefront/{id}/product")
def list_products(context: RequestContext) -> ApiResponse:
    numbers = _find(context).body["products"]
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


@routes.route("GET", "/storefront/{id}/order")
def list_orders(context: RequestContext) -> ApiResponse:
    storefront = _find(context)
    serialize = order_serializers.serialize_brief
    return paginate(
        context,
        "order",
        "Orders retrieved",
        lambda order_document: serialize(context, order_document),
        having={"storefront": storefront.id},
    )


@routes.route("POST", "/storefront/{id}/publish")
def publish(context: RequestContext) -> ApiResponse:
    storefront = _find(context)
    if MACHINE.can(storefront, "active"):  # publishing again changes nothing
        MACHINE.transition(storefront, "active")
        context.save(storefront)
    return message_only("Storefront published")


@routes.route("POST", "/storefront/{id}/duplicate")
def duplicate(context: RequestContext) -> ApiResponse:
    storefront = _find(context)
    body = storefront.body
    # The copy's name and slug are as observed at the test API.
    slug = f"copy-of-{storefront.unique_key}"[:89] + "-" + context.next_code("storefront_copy", length=10)
    _create_storefront(
        context, f"Copy of {body['name']}", slug, body["currency"], body["description"], body["products"]
    )
    return message_only("Storefront duplicated")


@routes.route("POST", "/_emulator/storefronts/{slug}/orders")
def create_order(context: RequestContext) -> ApiResponse:
    """Create the order of a customer of the storefront."""
    storefront = context.find("storefront", unique_key=context.params["slug"])
    if storefront is None or storefront.body["status"] != "active":
        raise _not_found()
    customer = customers.get_or_create(context, fields.require_text(context.body, "email"))
    currency = storefront.body["currency"]
    lines = order.read_cart(context, currency, storefront.body["products"])
    created_order = order.create_order(context, customer, currency, lines, documented=True, storefront=storefront.id)
    return ApiResponse("Order created", order_serializers.serialize_documented(context, created_order))


def _create_storefront(
    context: RequestContext, name: str, slug: str, currency: str, description: str | None, sold: list[int]
) -> Document:
    body = {"name": name, "currency": currency, "description": description, "products": sold}
    try:
        return context.create("storefront", {**body, "status": "inactive", "listed": True}, unique_key=slug)
    except DuplicateKeyError:
        raise _slug_in_use() from None


def _check_slug(context: RequestContext, slug: str) -> str:
    if not _SLUG.fullmatch(slug):
        rule = "5-100 characters, all lowercase, using only letters, numbers, dashes, or underscores"
        raise fields.invalid_value(f"Slug should be {rule}.")
    if context.find("storefront", unique_key=slug) is not None:
        raise _slug_in_use()
    return slug


def _find(context: RequestContext) -> Document:
    storefront = context.find_by_id("storefront", context.params["id"])
    if storefront is None or storefront.body["status"] == "deleted":
        raise _not_found()
    return storefront


def _serialize(storefront: Document) -> dict[str, Any]:
    return {
        "id": storefront.id,
        "slug": storefront.unique_key,
        **{key: storefront.body[key] for key in ("name", "description", "status", "currency")},
        "createdAt": format_time(storefront.created),
        "updatedAt": format_time(storefront.updated),
    }


def _not_found() -> ApiError:
    return ApiError(404, "Storefront not found", "not_found", next_step=fields.CHECK_VALUES_HINT)


def _slug_in_use() -> ApiError:
    message = "This link is already in use, please choose another."
    return ApiError(400, message, "unknown", kind="api_error", next_step="Try again later")
