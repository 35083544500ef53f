"""Products: what a business sells, their prices and stock.

    active > deleted

Sales reduce the stock: pages, storefronts and orders call :func:`record_sale` after a payment. Messages and statuses
are those of Paystack's samples or, if these have none, those observed at the test API.
"""

from __future__ import annotations

import re
from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http import fields
from paystackease.emulator.http.errors import ApiError, too_deep
from paystackease.emulator.http.nesting import NestingError, decode_json
from paystackease.emulator.http.pagination import paginate
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document, DuplicateKeyError

routes = RouteGroup()

MACHINE = StateMachine("product", "active > deleted")

COLOUR = {"background_color": "#F5F5F5"}
"""What Paystack adds to the metadata of a product (observed)."""

_TERMS = ("name", "description", "currency", "price", "quantity", "unlimited", "metadata")
_PLACE = ("id", "product_code", "integration", "domain", "createdAt", "updatedAt")
_SHOWN = (*_TERMS, *_PLACE, "quantity_sold", "type", "active", "in_stock", "is_shippable")
_ORDERED = ("slug", "shipping_fields", "minimum_orderable", "maximum_orderable", "low_stock_alert")
_SALE = ("success_message", "redirect_url", "split_code", "notification_emails")
_CREATED = (*_SHOWN, *_ORDERED)
_LISTED = (*_CREATED, *_SALE, "files", "digital_assets", "variant_options")
_FETCHED = (*_CREATED, *_SALE, "files", "file_path", "digital_assets", "features", "stock_threshold", "expires_in")
_UPDATED = (*_SHOWN, "file_path", "image_path", "features")
"""The sample is older than the others, and has fewer fields."""


@routes.route("POST", "/product")
def create(context: RequestContext) -> ApiResponse:
    # The API requires these three and no description, unlike its documentation (observed).
    name = fields.require_text(context.body, "name", "Name")
    terms: dict[str, Any] = {
        "name": name,
        "price": context.require_amount("price"),
        "currency": _check_currency(context, fields.require_text(context.body, "currency", "Currency")),
    }
    defaults: dict[str, Any] = {"description": None, "quantity": 0, "unlimited": False, "metadata": None}
    body: dict[str, Any] = {
        **defaults,
        **_read_terms(context),
        **terms,
        "status": "active",
        "quantity_sold": 0,
        "split_code": _read_split_code(context),
    }
    body["slug"] = f"{_slugify(name)}-{context.next_code('product_slug', length=6)}"
    body["metadata"] = {**(_read_metadata(context) or {}), **COLOUR}
    try:
        product = context.create("product", body, code_prefix="PROD_", unique_key=name)
    except DuplicateKeyError:
        raise _duplicate_name() from None
    context.emit("product.create", serialize(context, product, *_CREATED))
    return ApiResponse("Product successfully created", serialize(context, product, *_CREATED), 201)


@routes.route("GET", "/product")
def list_(context: RequestContext) -> ApiResponse:
    # Inactive means deleted (an assumption: there is no other way to deactivate a product).
    active = fields.optional_flag(context.query, "active")
    having = {"status": "deleted" if active is False else "active"}
    return paginate(
        context, "product", "Products retrieved", lambda product: _serialize_listed(context, product), having=having
    )


@routes.route("GET", "/product/{id}")
def fetch(context: RequestContext) -> ApiResponse:
    product = _find(context)
    sold = product.body["quantity_sold"]
    data = serialize(context, product, *_FETCHED)
    if context.settings.quirks:
        data["files"] = None
        data["quantity_sold"] = sold or None
    return ApiResponse("Product retrieved", data)


@routes.route("PUT", "/product/{id}")
def update(context: RequestContext) -> ApiResponse:
    product = _find(context)
    product.body.update(_read_terms(context))
    if "split_code" in context.body:
        product.body["split_code"] = _read_split_code(context)
    product.unique_key = product.body["name"]
    try:
        context.save(product)
    except DuplicateKeyError:
        raise _duplicate_name() from None
    context.emit("product.update", serialize(context, product, *_CREATED))
    # The API responds with 202 (observed); the documentation has 200.
    return ApiResponse("Product successfully updated", serialize(context, product, *_UPDATED), 202)


@routes.route("DELETE", "/product/{id}")
def delete(context: RequestContext) -> ApiResponse:
    product = _find(context)
    MACHINE.transition(product, "deleted")
    product.unique_key = None  # another product may have this name now (an assumption)
    context.save(product)
    context.emit("product.delete", serialize(context, product, *_CREATED))
    return message_only("Product successfully deleted")


def find_active(context: RequestContext, number: int) -> Document | None:
    """Return the product with this number that is for sale."""
    product = context.find("product", number=number)
    return product if product is not None and product.body["status"] == "active" else None


def not_found() -> ApiError:
    """Return the error for an unknown product."""
    return ApiError(404, "Product not found")


def has_stock(product: Document, quantity: int) -> bool:
    """Return whether this quantity is in stock."""
    return bool(product.body["unlimited"] or product.body["quantity"] >= quantity)


def record_sale(context: RequestContext, product: Document, quantity: int) -> None:
    """Reduce the stock by a quantity that was paid for. It does not fall below zero (an assumption)."""
    if not product.body["unlimited"]:
        product.body["quantity"] = max(0, product.body["quantity"] - quantity)
    product.body["quantity_sold"] += quantity
    context.save(product)


def serialize(context: RequestContext, product: Document, *keys: str) -> dict[str, Any]:
    """Return these keys of a product. Each operation has other keys."""
    body = product.body
    everything: dict[str, Any] = {
        **dict.fromkeys(("file_path", "image_path"), ""),
        **dict.fromkeys(("success_message", "redirect_url", "notification_emails", "features", "maximum_orderable")),
        **dict.fromkeys(("stock_threshold", "expires_in")),
        **dict.fromkeys(("files", "digital_assets", "variant_options"), ()),
        **body,
        "id": product.id,
        "product_code": product.code,
        "integration": context.tenant.integration,
        "domain": "test",
        "type": "good",
        "active": body["status"] == "active",
        "in_stock": has_stock(product, 1),
        "is_shippable": True,
        "shipping_fields": {"delivery_note": "disabled"},
        "minimum_orderable": 1,
        "low_stock_alert": False,
        "createdAt": format_time(product.created),
        "updatedAt": format_time(product.updated),
    }
    return {key: everything[key] for key in keys}


def _serialize_listed(context: RequestContext, product: Document) -> dict[str, Any]:
    data = serialize(context, product, *_LISTED)
    return {**data, "low_stock_alert": 0} if context.settings.quirks else data


def _find(context: RequestContext) -> Document:
    # A product's code is not accepted (observed).
    number = fields.parse_id(context.params["id"])
    product = None if number is None else find_active(context, number)
    if product is None:
        raise not_found()
    return product


def _read_terms(context: RequestContext) -> dict[str, Any]:
    """Return the terms that the body has, as they are stored."""
    body = context.body
    terms: dict[str, Any] = {
        "name": fields.optional_text(body, "name") or None,
        "description": fields.optional_text(body, "description"),
        "price": context.require_amount("price") if body.get("price") is not None else None,
        "currency": fields.optional_text(body, "currency") or None,
        "quantity": fields.optional_count(body, "quantity"),
        "unlimited": fields.optional_flag(body, "unlimited"),
        "metadata": _read_metadata(context),
    }
    if terms["currency"] is not None:
        _check_currency(context, terms["currency"])
    return {name: value for name, value in terms.items() if value is not None}


def _read_metadata(context: RequestContext) -> dict[str, Any] | None:
    metadata = context.body.get("metadata")
    if metadata is None or isinstance(metadata, dict):
        return metadata  # pyright: ignore[reportUnknownVariableType] # a JSON object's keys are text
    if not isinstance(metadata, str):
        raise ApiError(400, '"metadata" must be of type object', "invalid_params")
    if context.settings.quirks:
        # Text is split into its characters (observed).
        return {str(at): letter for at, letter in enumerate(metadata)}
    try:
        metadata = decode_json(metadata)
    except NestingError as error:
        raise too_deep(error) from error
    except ValueError:
        metadata = None
    if not isinstance(metadata, dict):
        raise ApiError(400, '"metadata" must be of type object', "invalid_params")
    return metadata  # pyright: ignore[reportUnknownVariableType] # a JSON object's keys are text


def _check_currency(context: RequestContext, currency: str) -> str:
    if currency not in context.settings.currencies:
        raise ApiError(400, "Currency not supported by merchant")
    return currency


def _read_split_code(context: RequestContext) -> str | None:
    code = fields.optional_text(context.body, "split_code") or None
    if code is not None and context.find("split", code=code) is None:
        raise ApiError(404, "Invalid Split code.")  # as for payments (an assumption)
    return code


def _slugify(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:50] or "product"


def _duplicate_name() -> ApiError:
    return ApiError(400, "Product with same name already exists")
