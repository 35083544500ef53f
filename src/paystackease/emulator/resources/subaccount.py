"""Subaccounts: the bank accounts that payments are shared with.

:mod:`paystackease.emulator.transactions.revenue_split` computes their shares, and settlements pay them out.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from paystackease.emulator.catalog.banks import find_bank
from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http import fields
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.http.pagination import paginate
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources.verification import account_holder
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions.transaction import parse_metadata

routes = RouteGroup()

NOT_FOUND_STEP = fields.CHECK_REFERENCE_HINT
SCHEDULES = ("auto", "weekly", "monthly", "manual")

_CONTACT = ("primary_contact_name", "primary_contact_email", "primary_contact_phone")
_TEXTS = ("description", *_CONTACT)
_STORED = ("business_name", "percentage_charge", "settlement_bank", "account_number", "account_name", "currency")
_CREATED = (
    *(*_STORED, "bank", "integration", "domain", "product", "managed_by_integration", "subaccount_code", "is_verified"),
    *("settlement_schedule", "active", "migrate", "id", "createdAt", "updatedAt"),
)
_FETCHED = (*_CREATED, *_TEXTS, "metadata")
IN_SPLIT = (
    *("id", "subaccount_code", "business_name", *_TEXTS, "metadata", "settlement_bank", "currency", "account_number"),
)
"""The fields of a subaccount in a split."""
_LISTED = (*IN_SPLIT, "percentage_charge", "bank_id", "active")


@routes.route("POST", "/subaccount")
def create(context: RequestContext) -> ApiResponse:
    name = str(context.require("business_name", "Business name"))
    account = _read_account(context, {})
    charge = _read_percentage(context.require("percentage_charge", "Percentage charge"))
    body: dict[str, Any] = {
        "business_name": name,
        **account,
        "percentage_charge": charge,
        "settlement_schedule": "AUTO",
        "active": True,
        **dict.fromkeys((*_TEXTS, "metadata")),
    }
    optional = _read_optional(context)
    subaccount = context.create("subaccount", {**body, **optional}, code_prefix="ACCT_")
    return ApiResponse("Subaccount created", serialize(context, subaccount, *_CREATED, *optional), 201)


@routes.route("GET", "/subaccount")
def list_(context: RequestContext) -> ApiResponse:
    having: dict[str, object] = {}
    if (active := context.query.get("active")) is not None:
        # `active=true` returns inactive ones (observed).
        having["active"] = (active == "true") != context.settings.quirks
    return paginate(
        context,
        "subaccount",
        "Subaccounts retrieved",
        lambda subaccount: _serialize_listed(context, subaccount),
        having=having,
    )


@routes.route("GET", "/subaccount/{id_or_code}")
def fetch(context: RequestContext) -> ApiResponse:
    return ApiResponse("Subaccount retrieved", serialize(context, _find(context), *_FETCHED))


@routes.route("PUT", "/subaccount/{id_or_code}")
def update(context: RequestContext) -> ApiResponse:
    subaccount, body = _find(context), context.body
    if body.get("business_name"):
        subaccount.body["business_name"] = str(body["business_name"])
    if any(body.get(name) for name in ("settlement_bank", "bank_code", "account_number")):
        subaccount.body.update(_read_account(context, subaccount.body))
    if body.get("percentage_charge") is not None:
        subaccount.body["percentage_charge"] = _read_percentage(body["percentage_charge"])
    if isinstance(body.get("active"), bool):
        subaccount.body["active"] = body["active"]
    if (schedule := body.get("settlement_schedule")) is not None:
        if str(schedule).lower() not in SCHEDULES:
            raise ApiError(400, "Invalid settlement schedule", "invalid_params")  # the wording is an assumption
        subaccount.body["settlement_schedule"] = str(schedule).upper()
    subaccount.body.update(_read_optional(context))
    context.save(subaccount)
    return ApiResponse("Subaccount updated", serialize(context, subaccount, *_FETCHED))


def not_found() -> ApiError:
    """Return the error for an unknown subaccount."""
    return ApiError(404, "Subaccount not found", "not_found", next_step=NOT_FOUND_STEP)


def serialize(context: RequestContext, subaccount: Document, *fields: str) -> dict[str, Any]:
    """Return these fields of a subaccount."""
    bank_info = find_bank(subaccount.body["bank_code"])
    number = None if bank_info is None else bank_info.id
    everything = {
        **subaccount.body,
        "id": subaccount.id,
        "subaccount_code": subaccount.code,
        "bank": number,
        "bank_id": number,
        "integration": context.tenant.integration,
        "managed_by_integration": context.tenant.integration,
        "domain": "test",
        "product": "collection",
        "is_verified": False,
        "migrate": False,
        "createdAt": format_time(subaccount.created),
        "updatedAt": format_time(subaccount.updated),
    }
    return {name: everything[name] for name in fields}


def _serialize_listed(context: RequestContext, subaccount: Document) -> dict[str, Any]:
    entry = serialize(context, subaccount, *_LISTED)
    # It is a number here, and a boolean in other responses.
    return {**entry, "active": int(entry["active"])} if context.settings.quirks else entry


def _find(context: RequestContext) -> Document:
    subaccount = context.find_by_id_or_code("subaccount", context.params["id_or_code"])
    if subaccount is None:
        raise not_found()
    return subaccount


def _read_account(context: RequestContext, before: dict[str, Any]) -> dict[str, Any]:
    # The documentation's requests have settlement_bank, its list of parameters bank_code.
    code = context.body.get("settlement_bank") or context.body.get("bank_code") or before.get("bank_code")
    if not code:
        raise ApiError(400, "Bank code is required")
    bank_info = find_bank(str(code))
    if bank_info is None:
        raise ApiError(400, "Settlement Bank is invalid")
    number = str(context.body.get("account_number") or before.get("account_number") or "")
    if not number:
        raise missing_field("Account number")
    name = account_holder(bank_info.code, number)
    if name is None:
        raise ApiError(400, "Account number is invalid")  # as for /bank/resolve (an assumption)
    account = {"bank_code": bank_info.code, "settlement_bank": bank_info.name, "currency": bank_info.currency}
    return {**account, "account_number": number, "account_name": name}


def _read_percentage(percentage: object) -> int | float:
    # The message does not say whether 0 and 100 are allowed: both are accepted (an assumption).
    try:
        value = Decimal(str(percentage))
    except InvalidOperation:
        value = Decimal("nan")
    if isinstance(percentage, bool) or not value.is_finite():
        raise ApiError(400, "Invalid percentage charge. It should be a number from 0 to 100")
    if not 0 <= value <= 100:
        raise ApiError(400, "Percentage charge must be greater than 0 and less than 100")
    return int(value) if value == int(value) else float(value)


def _read_optional(context: RequestContext) -> dict[str, Any]:
    optional = {name: context.body[name] for name in (*_TEXTS, "metadata") if context.body.get(name) is not None}
    if isinstance(optional.get("metadata"), str):
        optional["metadata"] = parse_metadata(optional["metadata"])
    return optional
