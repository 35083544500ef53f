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
from paystackease.emulator.http.context import ApiResponse, RequestContext, RouteGroup, message_only
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import paginate, paginate_by_number
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import order, order_serializers
from paystackease.emulator.resources import product as products
from paystackease.emulator.state_machine import Machine
from paystackease.emulator.storage.store import Document, DuplicateKeyError

storefront = RouteGroup()

MACHINE = Machine("storefront", "inactive > active", "inactive | active > deleted")

CURRENCIES = ("GHS", "KES", "NGN", "USD", "ZAR")

_SLUG = re.compile(r"[a-z0-9_-]{5,100}", re.ASCII)
_LISTED = ("active", "inactive")


@storefront.route("POST", "/storefront")
def create(call: RequestContext) -> ApiResponse:
    name = fields.require_text(call.body, "name")
    slug = _free(call, fields.require_text(call.body, "slug"))
    currency = fields.require_text(call.body, "currency")
    if currency not in CURRENCIES or currency not in call.settings.currencies:
        raise fields.invalid("Currency not supported or allowed")
    description = fields.text(call.body, "description")
    return ApiResponse("Storefront created", _shown(_add(call, name, slug, currency, description, [])))


@storefront.route("GET", "/storefront")
def list_(call: RequestContext) -> ApiResponse:
    # Of another status the test API broke: here it is refused in the words of other lists (an assumption).
    status = fields.one_of(call.query, "status", _LISTED)
    having = {"listed": True} if status is None else {"status": status}
    return paginate(call, "storefront", "Storefronts retrieved", _shown, having=having)


@storefront.route("GET", "/storefront/{id}")
def fetch(call: RequestContext) -> ApiResponse:
    return ApiResponse("Storefront retrieved", _shown(_asked(call)))


@storefront.route("PUT", "/storefront/{id}")
def update(call: RequestContext) -> ApiResponse:
    found = _asked(call)
    name, slug, description = (fields.text(call.body, key) for key in ("name", "slug", "description"))
    if slug and slug != found.unique_key:
        found.unique_key = _free(call, slug)
    if name:
        found.body["name"] = name
    if description is not None:
        found.body["description"] = description
    call.save(found)
    return ApiResponse("Storefront updated", _shown(found))


@storefront.route("DELETE", "/storefront/{id}")
def delete(call: RequestContext) -> ApiResponse:
    found = _asked(call)
    MACHINE.move(found, "deleted")
    found.body["listed"] = False
    found.unique_key = None  # another may be there now (an assumption)
    call.save(found)
    return message_only("Storefront deleted")


@storefront.route("GET", "/storefront/verify/{slug}")
def verify_slug(call: RequestContext) -> ApiResponse:
    found = call.find("storefront", name=call.params["slug"])
    if call.settings.quirks:
        # Paystack's page says whether the slug is free; the test API, who has it (observed).
        if found is None:
            raise _not_found()
        return ApiResponse("Storefront retrieved", _shown(found))
    if found is not None:
        raise _slug_in_use()
    return message_only("Slug is available")


@storefront.route("POST", "/storefront/{id}/product")
def add_products(call: RequestContext) -> ApiResponse:
    found = _asked(call)
    wanted = fields.require_ids(call.body, "products")
    for number in wanted:
        if products.by_number(call, number) is None:
            raise products.not_found()  # that it is refused, and how, is an assumption
    found.body["products"] += [number for number in dict.fromkeys(wanted) if number not in found.body["products"]]
    call.save(found)
    return message_only("Products added to storefront")


@storefront.route("GET", "/storefront/{id}/product")
def list_products(call: RequestContext) -> ApiResponse:
    numbers = _asked(call).body["products"]
    keys = ("id", "name", "description", "price", "currency", "active")
    return paginate_by_number(
        call,
        "Products retrieved",
        len(numbers),
        lambda limit, skip: [
            products.serialize(call, call.get("product", number), *keys) for number in numbers[skip : skip + limit]
        ],
    )


@storefront.route("GET", "/storefront/{id}/order")
def orders(call: RequestContext) -> ApiResponse:
    found = _asked(call)
    show = order_serializers.brief
    return paginate(call, "order", "Orders retrieved", lambda one: show(call, one), having={"storefront": found.id})


@storefront.route("POST", "/storefront/{id}/publish")
def publish(call: RequestContext) -> ApiResponse:
    found = _asked(call)
    if MACHINE.may(found, "active"):  # again is harmless
        MACHINE.move(found, "active")
        call.save(found)
    return message_only("Storefront published")


@storefront.route("POST", "/storefront/{id}/duplicate")
def duplicate(call: RequestContext) -> ApiResponse:
    found = _asked(call)
    body = found.body
    # What the copy is called, and where it is, are as the test API was seen to have them.
    slug = f"copy-of-{found.unique_key}"[:89] + "-" + call.next_code("storefront_copy", length=10)
    _add(call, f"Copy of {body['name']}", slug, body["currency"], body["description"], body["products"])
    return message_only("Storefront duplicated")


@storefront.route("POST", "/_emulator/storefronts/{slug}/orders")
def bought(call: RequestContext) -> ApiResponse:
    """Somebody buys something."""
    found = call.find("storefront", name=call.params["slug"])
    if found is None or found.body["status"] != "active":
        raise _not_found()
    whose = customers.payer(call, fields.require_text(call.body, "email"))
    currency = found.body["currency"]
    lines = order.cart(call, currency, found.body["products"])
    made = order.begin(call, whose, currency, lines, documented=True, storefront=found.id)
    return ApiResponse("Order created", order_serializers.documented(call, made))


def _add(
    call: RequestContext, name: str, slug: str, currency: str, description: str | None, sold: list[int]
) -> Document:
    body = {"name": name, "currency": currency, "description": description, "products": sold}
    try:
        return call.new("storefront", {**body, "status": "inactive", "listed": True}, name=slug)
    except DuplicateKeyError:
        raise _slug_in_use() from None


def _free(call: RequestContext, slug: str) -> str:
    if not _SLUG.fullmatch(slug):
        rule = "5-100 characters, all lowercase, using only letters, numbers, dashes, or underscores"
        raise fields.invalid(f"Slug should be {rule}.")
    if call.find("storefront", name=slug) is not None:
        raise _slug_in_use()
    return slug


def _asked(call: RequestContext) -> Document:
    number = call.params["id"]
    found = call.find_by_id_or_code("storefront", number) if number.isdecimal() else None
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
    return ApiError(404, "Storefront not found", "not_found", next_step=fields.VALUES)


def _slug_in_use() -> ApiError:
    message = "This link is already in use, please choose another."
    return ApiError(400, message, "unknown", kind="api_error", next_step="Try again later")
