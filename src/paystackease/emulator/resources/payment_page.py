"""Payment pages: an address at which anybody can pay, for anything, for a plan or for products.

    active <> inactive

A customer comes by ``POST /_emulator/pages/{slug}/open``, with an ``email``, the ``amount`` where the page does not
say it, and on a page of products the ``items``; that begins the payment, as the page's own form would.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from paystackease.emulator.clock import format_time
from paystackease.emulator.http import fields
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import paginate
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import order, order_serializers, plan, revenue_split, transaction
from paystackease.emulator.resources import product as products
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document, DuplicateKeyError

payment_page = RouteGroup()

MACHINE = StateMachine("payment_page", "active > inactive > active")

TYPES = ("payment", "subscription", "product", "plan")

_TEXTS = ("description", "redirect_url", "success_message", "notification_email")
_PLACE = ("id", "integration", "domain", "slug", "currency", "active", "createdAt", "updatedAt")
_FIXED = (*_PLACE, "name", "type", "collect_phone", "published", "migrate")
_UPDATED = (*_PLACE, "name", "description", "amount")
_LISTED = (*_UPDATED, "plan", "custom_fields", "redirect_url", "migrate")
_SOLD = (*_LISTED, "type", "success_message", "collect_phone", "published", "notification_email", "metadata")


@payment_page.route("POST", "/page")
def create(context: RequestContext) -> ApiResponse:
    given = _given(context)
    name = fields.require_text(context.body, "name", "Name")
    slug = fields.optional_text(context.body, "slug") or context.next_code("page_slug", length=10)
    kind = fields.optional_choice(context.body, "type", TYPES) or "payment"
    if given.get("fixed_amount") and given.get("amount") is None:
        raise fields.invalid_value('"amount" is required for a fixed amount')  # the wording is an assumption
    body: dict[str, Any] = {
        **given,
        "name": name,
        "type": kind,
        "currency": context.currency(),
        "status": "active",
        "products": [],
    }
    try:
        found = context.create("payment_page", body, unique_key=slug)
    except DuplicateKeyError:
        raise _slug_in_use() from None
    # Of what may be left out, it shows what was given.
    return ApiResponse("Page created", _shown(context, found, *_FIXED, *given))


@payment_page.route("GET", "/page")
def list_(context: RequestContext) -> ApiResponse:
    answer = paginate(
        context, "payment_page", "Pages retrieved", lambda found: _shown(context, found, *_LISTED, migrate=None)
    )
    if context.settings.quirks and answer.meta is not None and "page" in answer.meta:
        answer.meta = {**answer.meta, "perPage": str(answer.meta["perPage"])}
    return answer


@payment_page.route("GET", "/page/check_slug_availability/{slug}")
def check_slug(context: RequestContext) -> ApiResponse:
    if context.find("payment_page", name=context.params["slug"]) is not None:
        raise _slug_in_use()
    return message_only("Slug is available")


@payment_page.route("GET", "/page/{id_or_slug}")
def fetch(context: RequestContext) -> ApiResponse:
    found = _asked(context, context.params["id_or_slug"])
    return ApiResponse("Page retrieved", {**_shown(context, found, *_UPDATED), "products": _products(context, found)})


@payment_page.route("PUT", "/page/{id_or_slug}")
def update(context: RequestContext) -> ApiResponse:
    found = _asked(context, context.params["id_or_slug"])
    name, description = (fields.optional_text(context.body, key) for key in ("name", "description"))
    changes = {"name": name or None, "description": description, "amount": _amount(context)}
    found.body.update({key: value for key, value in changes.items() if value is not None})
    active = fields.optional_flag(context.body, "active")
    status = None if active is None else "active" if active else "inactive"
    if status is not None and MACHINE.can(found, status):
        MACHINE.transition(found, status)
    context.save(found)
    return ApiResponse("Page updated", _shown(context, found, *_UPDATED))


@payment_page.route("POST", "/page/{id}/product")
def add_products(context: RequestContext) -> ApiResponse:
    number = context.params["id"]
    found = context.find_by_id_or_code("payment_page", number) if number.isdecimal() else None
    if found is None:
        raise _not_found()
    # Paystack's page calls the field product, and the test API passes that over (observed): then nothing is added.
    name = "products" if "products" in context.body or context.settings.quirks else "product"
    wanted = fields.require_ids(context.body, name) if name in context.body else []
    for one in wanted:
        if products.by_number(context, one) is None:
            raise ApiError(400, "Product does not exist", data={"product": one})
    found.body["products"] += [one for one in dict.fromkeys(wanted) if one not in found.body["products"]]
    context.save(found)
    data = {**_shown(context, found, *_SOLD), "products": _products(context, found)}
    if context.settings.quirks:
        # Here what is not there is empty.
        data.update(custom_fields=data["custom_fields"] or [], metadata=data["metadata"] or {})
    return ApiResponse("Products added to page", data)


@payment_page.route("POST", "/_emulator/pages/{id_or_slug}/open")
def opened(context: RequestContext) -> ApiResponse:
    """Somebody comes to the page and fills in its form."""
    found = _asked(context, context.params["id_or_slug"])
    if found.body["status"] != "active":
        raise ApiError(400, "This page is not active", "invalid_params")
    whose = customers.payer(context, fields.require_text(context.body, "email"))
    if found.body["products"]:
        currency = found.body["currency"]
        lines = order.cart(context, currency, found.body["products"])
        made = order.begin(context, whose, currency, lines, documented=True, page=found.id)
        return ApiResponse("Order created", order_serializers.documented(context, made))
    return ApiResponse("Authorization URL created", transaction.link(context, _begun(context, found, whose)))


def _begun(context: RequestContext, found: Document, whose: Document) -> Document:
    body = found.body
    about: dict[str, Any] = {"about": {"kind": "page", "id": found.id}}
    if body.get("metadata") is not None:
        about["metadata"] = body["metadata"]
    if body.get("split_code") is not None:
        about |= revenue_split.asked(replace(context, body={"split_code": body["split_code"]}))
    amount = body["amount"] if body.get("amount") is not None else None
    currency = body["currency"]
    if body.get("plan") is not None:
        planned = plan.by_code(context, body["plan"])
        about["plan"] = planned.code
        amount, currency = planned.body["amount"], planned.body["currency"]
    return transaction.begin(context, whose, context.require_amount() if amount is None else amount, currency, **about)


def _given(context: RequestContext) -> dict[str, Any]:
    """What may be left out and was not, as it is kept."""
    body = context.body
    given: dict[str, Any] = {
        **{name: fields.optional_text(body, name) for name in _TEXTS},
        **{name: fields.optional_flag(body, name) for name in ("collect_phone", "fixed_amount")},
        "amount": _amount(context),
        "metadata": None if body.get("metadata") is None else context.require_object("metadata"),
        "custom_fields": _custom_fields(context),
        "split_code": fields.optional_text(body, "split_code") or None,
        "plan": plan.by_code(context, body["plan"]).id if body.get("plan") is not None else None,
    }
    if given["split_code"] is not None and context.find("split", code=given["split_code"]) is None:
        raise ApiError(404, "Invalid Split code.")  # as of payments (an assumption)
    return {name: value for name, value in given.items() if value is not None}


def _amount(context: RequestContext) -> int | None:
    return None if context.body.get("amount") is None else context.require_amount()


def _custom_fields(context: RequestContext) -> list[dict[str, Any]] | None:
    if context.body.get("custom_fields") in (None, []):
        return context.body.get("custom_fields")
    found = fields.require_objects(context.body, "custom_fields")
    for field in found:
        for name in ("display_name", "variable_name"):
            fields.require_text(field, name)
    return found


def _asked(context: RequestContext, id_or_slug: str) -> Document:
    found = context.find("payment_page", name=id_or_slug)
    if found is None and id_or_slug.isdecimal():
        found = context.find_by_id_or_code("payment_page", id_or_slug)
    if found is None:
        raise _not_found()
    return found


def _shown(context: RequestContext, found: Document, *keys: str, **instead: object) -> dict[str, Any]:
    usual = ("description", "amount", "plan", "custom_fields", "redirect_url", "success_message", "notification_email")
    everything: dict[str, Any] = {
        **dict.fromkeys((*usual, "metadata")),
        "collect_phone": False,
        **found.body,
        "id": found.id,
        "slug": found.unique_key,
        "integration": context.tenant.integration,
        "domain": "test",
        "active": found.body["status"] == "active",
        "published": True,
        "migrate": bool(found.body["products"]),
        "createdAt": format_time(found.created),
        "updatedAt": format_time(found.updated),
        **instead,
    }
    return {key: everything[key] for key in keys}


def _products(context: RequestContext, found: Document) -> list[dict[str, Any]]:
    keys = ("name", "description", "product_code", "price", "currency", "quantity", "type", "features", "domain")
    flags = ("is_shippable", "active", "in_stock")
    sold = [context.get("product", number) for number in found.body["products"]]
    listed = [products.serialize(context, one, *keys, "integration", *flags) for one in sold]
    for one, data in zip(sold, listed, strict=True):
        data |= {"product_id": one.id, "page": found.id}
        if context.settings.quirks:
            data |= {name: int(data[name]) for name in flags}
    return listed


def _slug_in_use() -> ApiError:
    # Observed of the check; that creating says the same is an assumption.
    step = "You'll need to choose a different slug, and try again."
    return ApiError(400, "Slug already in use", "duplicate_slug", next_step=step)


def _not_found() -> ApiError:
    return ApiError(404, "Page not found")
