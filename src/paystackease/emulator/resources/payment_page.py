"""Payment pages: a URL at which customers pay any amount, for a plan or for products.

    active <> inactive

``POST /_emulator/pages/{slug}/open`` simulates a customer: with an ``email``, the ``amount`` if the page has none, and
the ``items`` if it sells products. It begins the payment, like the form of the page.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http import fields
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import paginate
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import order, order_serializers
from paystackease.emulator.resources import plan_serializers as plans
from paystackease.emulator.resources import product as products
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document, DuplicateKeyError
from paystackease.emulator.transactions import revenue_split, transaction

routes = RouteGroup()

MACHINE = StateMachine("payment_page", "active > inactive > active")

TYPES = ("payment", "subscription", "product", "plan")

_TEXTS = ("description", "redirect_url", "success_message", "notification_email")
_PLACE = ("id", "integration", "domain", "slug", "currency", "active", "createdAt", "updatedAt")
_FIXED = (*_PLACE, "name", "type", "collect_phone", "published", "migrate")
_UPDATED = (*_PLACE, "name", "description", "amount")
_LISTED = (*_UPDATED, "plan", "custom_fields", "redirect_url", "migrate")
_WITH_PRODUCTS = (*_LISTED, "type", "success_message", "collect_phone", "published", "notification_email", "metadata")


@routes.route("POST", "/page")
def create(context: RequestContext) -> ApiResponse:
    terms = _read_terms(context)
    name = fields.require_text(context.body, "name", "Name")
    slug = fields.optional_text(context.body, "slug") or context.next_code("page_slug", length=10)
    kind = fields.optional_choice(context.body, "type", TYPES) or "payment"
    if terms.get("fixed_amount") and terms.get("amount") is None:
        raise fields.invalid_value('"amount" is required for a fixed amount')  # the wording is an assumption
    body: dict[str, Any] = {
        **terms,
        "name": name,
        "type": kind,
        "currency": context.currency(),
        "status": "active",
        "products": [],
    }
    try:
        page = context.create("payment_page", body, unique_key=slug)
    except DuplicateKeyError:
        raise _slug_in_use() from None
    # Of the optional fields, the response has those of the request.
    return ApiResponse("Page created", _serialize(context, page, *_FIXED, *terms))


@routes.route("GET", "/page")
def list_(context: RequestContext) -> ApiResponse:
    response = paginate(
        context, "payment_page", "Pages retrieved", lambda page: _serialize(context, page, *_LISTED, migrate=None)
    )
    if context.settings.quirks and response.meta is not None and "page" in response.meta:
        response.meta = {**response.meta, "perPage": str(response.meta["perPage"])}
    return response


@routes.route("GET", "/page/check_slug_availability/{slug}")
def check_slug(context: RequestContext) -> ApiResponse:
    if context.find("payment_page", unique_key=context.params["slug"]) is not None:
        raise _slug_in_use()
    return message_only("Slug is available")


@routes.route("GET", "/page/{id_or_slug}")
def fetch(context: RequestContext) -> ApiResponse:
    page = _find(context, context.params["id_or_slug"])
    return ApiResponse(
        "Page retrieved", {**_serialize(context, page, *_UPDATED), "products": _serialize_products(context, page)}
    )


@routes.route("PUT", "/page/{id_or_slug}")
def update(context: RequestContext) -> ApiResponse:
    page = _find(context, context.params["id_or_slug"])
    name, description = (fields.optional_text(context.body, key) for key in ("name", "description"))
    changes = {"name": name or None, "description": description, "amount": _read_amount(context)}
    page.body.update({key: value for key, value in changes.items() if value is not None})
    active = fields.optional_flag(context.body, "active")
    status = None if active is None else "active" if active else "inactive"
    if status is not None and MACHINE.can(page, status):
        MACHINE.transition(page, status)
    context.save(page)
    return ApiResponse("Page updated", _serialize(context, page, *_UPDATED))


@routes.route("POST", "/page/{id}/product")
def add_products(context: RequestContext) -> ApiResponse:
    page = context.find_by_id("payment_page", context.params["id"])
    if page is None:
        raise _not_found()
    # The documentation calls the field `product`, which the test API ignores (observed): then nothing is added.
    name = "products" if "products" in context.body or context.settings.quirks else "product"
    product_ids = fields.require_ids(context.body, name) if name in context.body else []
    for product_id in product_ids:
        if products.find_active(context, product_id) is None:
            raise ApiError(400, "Product does not exist", data={"product": product_id})
    page.body["products"] += [
        product_id for product_id in dict.fromkeys(product_ids) if product_id not in page.body["products"]
    ]
    context.save(page)
    data = {**_serialize(context, page, *_WITH_PRODUCTS), "products": _serialize_products(context, page)}
    if context.settings.quirks:
        # In this response, missing values are empty.
        data.update(custom_fields=data["custom_fields"] or [], metadata=data["metadata"] or {})
    return ApiResponse("Products added to page", data)


@routes.route("POST", "/_emulator/pages/{id_or_slug}/open")
def open_page(context: RequestContext) -> ApiResponse:
    """Open the page on a customer's behalf, and submit its form."""
    page = _find(context, context.params["id_or_slug"])
    if page.body["status"] != "active":
        raise ApiError(400, "This page is not active", "invalid_params")
    customer = customers.get_or_create(context, fields.require_text(context.body, "email"))
    if page.body["products"]:
        currency = page.body["currency"]
        lines = order.read_cart(context, currency, page.body["products"])
        created_order = order.create_order(context, customer, currency, lines, documented=True, page=page.id)
        return ApiResponse("Order created", order_serializers.serialize_documented(context, created_order))
    return ApiResponse(
        "Authorization URL created", transaction.serialize_link(context, _begin_payment(context, page, customer))
    )


def _begin_payment(context: RequestContext, page: Document, customer: Document) -> Document:
    body = page.body
    extra: dict[str, Any] = {"about": {"kind": "page", "id": page.id}}
    if body.get("metadata") is not None:
        extra["metadata"] = body["metadata"]
    if body.get("split_code") is not None:
        extra |= revenue_split.read_split(replace(context, body={"split_code": body["split_code"]}))
    amount = body["amount"] if body.get("amount") is not None else None
    currency = body["currency"]
    if body.get("plan") is not None:
        plan_document = plans.get_by_code(context, body["plan"])
        extra["plan"] = plan_document.code
        amount, currency = plan_document.body["amount"], plan_document.body["currency"]
    return transaction.create_transaction(
        context, customer, context.require_amount() if amount is None else amount, currency, **extra
    )


def _read_terms(context: RequestContext) -> dict[str, Any]:
    """Return the optional terms that the body has, as they are stored."""
    body = context.body
    terms: dict[str, Any] = {
        **{name: fields.optional_text(body, name) for name in _TEXTS},
        **{name: fields.optional_flag(body, name) for name in ("collect_phone", "fixed_amount")},
        "amount": _read_amount(context),
        "metadata": None if body.get("metadata") is None else context.require_object("metadata"),
        "custom_fields": _read_custom_fields(context),
        "split_code": fields.optional_text(body, "split_code") or None,
        "plan": plans.get_by_code(context, body["plan"]).id if body.get("plan") is not None else None,
    }
    if terms["split_code"] is not None and context.find("split", code=terms["split_code"]) is None:
        raise ApiError(404, "Invalid Split code.")  # as for payments (an assumption)
    return {name: value for name, value in terms.items() if value is not None}


def _read_amount(context: RequestContext) -> int | None:
    return None if context.body.get("amount") is None else context.require_amount()


def _read_custom_fields(context: RequestContext) -> list[dict[str, Any]] | None:
    if context.body.get("custom_fields") in (None, []):
        return context.body.get("custom_fields")
    custom_fields = fields.require_objects(context.body, "custom_fields")
    for field in custom_fields:
        for name in ("display_name", "variable_name"):
            fields.require_text(field, name)
    return custom_fields


def _find(context: RequestContext, id_or_slug: str) -> Document:
    page = context.find("payment_page", unique_key=id_or_slug) or context.find_by_id("payment_page", id_or_slug)
    if page is None:
        raise _not_found()
    return page


def _serialize(context: RequestContext, page: Document, *keys: str, **overrides: object) -> dict[str, Any]:
    nullable = (
        "description",
        "amount",
        "plan",
        "custom_fields",
        "redirect_url",
        "success_message",
        "notification_email",
    )
    everything: dict[str, Any] = {
        **dict.fromkeys((*nullable, "metadata")),
        "collect_phone": False,
        **page.body,
        "id": page.id,
        "slug": page.unique_key,
        "integration": context.tenant.integration,
        "domain": "test",
        "active": page.body["status"] == "active",
        "published": True,
        "migrate": bool(page.body["products"]),
        "createdAt": format_time(page.created),
        "updatedAt": format_time(page.updated),
        **overrides,
    }
    return {key: everything[key] for key in keys}


def _serialize_products(context: RequestContext, page: Document) -> list[dict[str, Any]]:
    keys = ("name", "description", "product_code", "price", "currency", "quantity", "type", "features", "domain")
    flags = ("is_shippable", "active", "in_stock")
    documents = [context.get("product", number) for number in page.body["products"]]
    listed = [products.serialize(context, document, *keys, "integration", *flags) for document in documents]
    for document, data in zip(documents, listed, strict=True):
        data |= {"product_id": document.id, "page": page.id}
        if context.settings.quirks:
            data |= {name: int(data[name]) for name in flags}
    return listed


def _slug_in_use() -> ApiError:
    # Observed for the check; for creating a page it is an assumption.
    step = "You'll need to choose a different slug, and try again."
    return ApiError(400, "Slug already in use", "duplicate_slug", next_step=step)


def _not_found() -> ApiError:
    return ApiError(404, "Page not found")
