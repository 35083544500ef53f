"""Customers, and whether they are who they say they are.

created -> identified        by a job, some seconds after the identification was asked for
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.catalog.test_instruments import IDENTITY
from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import paginate
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import authorization, dedicated_account_serializers
from paystackease.emulator.storage.document import Document

customer = RouteGroup()

IDENTIFICATION_SECONDS = 2.0
"""How long Paystack takes to check an identity (an assumption; the documentation says "in progress")."""


@customer.route("POST", "/customer")
def create(context: RequestContext) -> ApiResponse:
    email = str(context.require("email", "Email"))
    if not _is_email(email):
        raise ApiError(400, "Invalid Email Address Passed", "invalid_email_address")
    metadata = _metadata(context)
    # An e-mail that is known already answers with the customer who has it (general knowledge, not documented).
    found = by_email(context, email) or add(context, email, **_names(context), metadata=metadata)
    return ApiResponse(
        "Customer created", serialize(context, found, "email", "integration", *_KEYS, *_IDENTITY, *_DATES)
    )


@customer.route("GET", "/customer")
def list_(context: RequestContext) -> ApiResponse:
    fields = ("integration", *_NAMES, "metadata", "risk_action", *_KEYS, *_DATES)
    return paginate(context, "customer", "Customers retrieved", lambda found: serialize(context, found, *fields))


@customer.route("GET", "/customer/{code}")
def fetch(context: RequestContext) -> ApiResponse:
    found = _find(context, context.params["code"])
    fields = ("integration", *_NAMES, "metadata", "risk_action", *_KEYS, *_IDENTITY, *_DATES)
    dates = {"created_at": format_time(found.created), "updated_at": format_time(found.updated)}
    data = {**_belongings(context, found), **serialize(context, found, *fields), **dates, **_totals(context, found)}
    data["dedicated_account"] = dedicated_account_serializers.of_customer(context, found)
    return ApiResponse("Customer retrieved", data)


@customer.route("PUT", "/customer/{code}")
def update(context: RequestContext) -> ApiResponse:
    found = _find(context, context.params["code"])
    if "metadata" in context.body:
        found.body["metadata"] = _metadata(context)
    found.body.update(_names(context))
    context.save(found)
    fields = ("integration", *_NAMES, "metadata", *_KEYS, *_IDENTITY, *_DATES)
    return ApiResponse("Customer updated", {**serialize(context, found, *fields), **_belongings(context, found)})


@customer.route("POST", "/customer/set_risk_action")
def set_risk_action(context: RequestContext) -> ApiResponse:
    found = _find(context, str(context.require("customer", "Customer")))
    action = context.body.get("risk_action", "default")
    if action not in ("default", "allow", "deny"):
        raise ApiError(400, "Invalid risk action passed", "invalid_params")  # the wording is an assumption
    found.body["risk_action"] = action
    context.save(found)
    fields = ("integration", *_NAMES, "metadata", "risk_action", *_KEYS, *_IDENTITY, *_DATES)
    return ApiResponse("Customer updated", serialize(context, found, *fields))


@customer.route("POST", "/customer/{code}/identification")
def identify(context: RequestContext) -> ApiResponse:
    found = _find(context, context.params["code"])
    asked: dict[str, str] = {
        name: str(context.require(name)) for name in ("first_name", "last_name", "type", "country", "bvn")
    }
    if asked["type"] != IDENTITY["type"]:
        raise ApiError(400, "Invalid identification type passed", "invalid_params")  # the wording is an assumption
    asked |= {name: str(context.require(name)) for name in ("bank_code", "account_number")}
    if not asked["bvn"].isdecimal():
        raise ApiError(400, "Invalid BVN")
    right, identification = looked_up(asked)
    if right and found.body["identified"]:
        # Handled by many who have met it; no sample of Paystack's has it.
        raise ApiError(400, "Customer already validated using the same credentials")
    context.schedule(
        IDENTIFICATION_SECONDS, "customer.identify", id=found.id, right=right, identification=identification
    )
    return message_only("Customer Identification in progress", 202)


@customer.job("customer.identify")
def identified(context: RequestContext) -> None:
    conclude(
        context,
        context.get("customer", context.body["id"]),
        context.body["identification"],
        right=context.body["right"],
    )


def looked_up(asked: Mapping[str, str]) -> tuple[bool, dict[str, str]]:
    """Whether somebody is who they say they are, and what may be kept of what they said: its numbers masked, as the
    webhook shows them. Whose they are is nobody's business.

    :param asked: ``first_name``, ``last_name``, ``country``, ``type``, ``bvn``, ``account_number``, ``bank_code``.
    """
    right = all(asked.get(name, "").casefold() == value.casefold() for name, value in IDENTITY.items())
    kept = {name: asked[name] for name in ("country", "type", "bank_code") if name in asked}
    return right, kept | {name: _masked(asked[name]) for name in ("bvn", "account_number") if name in asked}


def conclude(context: RequestContext, found: Document, identification: Mapping[str, str], *, right: bool) -> None:
    """It is known whether a customer is who it said, and told."""
    told: dict[str, Any] = {
        # A number where it failed and text where it did not: so Paystack's samples have it.
        "customer_id": str(found.id) if right and context.settings.quirks else found.id,
        "customer_code": found.code,
        "email": found.body["email"],
        "identification": identification,
    }
    if not right:
        context.emit("customeridentification.failed", {**told, "reason": "Account number or BVN is incorrect"})
        return
    found.body.update(identified=True, identifications=identification)
    context.save(found)
    context.emit("customeridentification.success", told)


def by_email(context: RequestContext, email: str) -> Document | None:
    """Who has this e-mail address, in whatever case."""
    return context.find("customer", name=email.casefold())


def by_id(context: RequestContext, number: str) -> Document:
    """The customer with this number.

    :raises Refusal: Where there is none.
    """
    found = context.find("customer", id=int(number)) if number.isdecimal() and len(number) < 19 else None
    if found is None:
        raise ApiError(404, "Customer not found", "not_found")  # an assumption, as for partial_debit
    return found


def payer(context: RequestContext, email: str) -> Document:
    """Who pays: the customer with this e-mail address, made of it where nobody has it.

    :raises Refusal: Where it is no e-mail address.
    """
    if (found := by_email(context, email)) is not None:
        return found
    if not _is_email(email):
        raise ApiError(400, "Invalid Email Address Passed", "invalid_email_address")
    return add(context, email)


def add(context: RequestContext, email: str, **more: Any) -> Document:
    """Make a customer, as paying does too."""
    nobody = {"first_name": None, "last_name": None, "phone": None, "metadata": None}
    fixed = {"email": email, "risk_action": "default", "identified": False, "identifications": None}
    return context.create("customer", {**nobody, **fixed, **more}, code_prefix="CUS_", unique_key=email.casefold())


_KEYS = ("domain", "customer_code", "id")
_NAMES = ("first_name", "last_name", "email", "phone")
_IDENTITY = ("identified", "identifications")
_DATES = ("createdAt", "updatedAt")


def serialize(context: RequestContext, found: Document, *fields: str) -> dict[str, Any]:
    """These fields of a customer: each operation shows others."""
    everything = {
        **found.body,
        "id": found.id,
        "customer_code": found.code,
        "integration": context.tenant.integration,
        "domain": "test",
        "createdAt": format_time(found.created),
        "updatedAt": format_time(found.updated),
    }
    return {name: everything[name] for name in fields}


def _belongings(context: RequestContext, found: Document) -> dict[str, Any]:
    return {"transactions": [], "subscriptions": [], "authorizations": authorization.saved(context, found)}


def _totals(context: RequestContext, found: Document) -> dict[str, Any]:
    # How the value is written is an assumption: in the sample nothing was paid.
    paid = context.find_all("transaction", parent_id=found.id, status="success")
    sums: dict[str, int] = {}
    for tx in paid:
        sums[tx.body["currency"]] = sums.get(tx.body["currency"], 0) + tx.body["amount"]
    value = [{"currency": currency, "amount": sums[currency]} for currency in sorted(sums)]
    return {"total_transactions": len(paid), "total_transaction_value": value}


def _find(context: RequestContext, email_or_code: str) -> Document:
    if "@" not in email_or_code:
        found = context.find("customer", code=email_or_code)
        return found or by_id(context, email_or_code)
    found = by_email(context, email_or_code)
    if found is None:
        # "live" is what the sample says, whatever the key.
        raise ApiError(404, "Customer email is invalid for your live domain.")
    return found


def _names(context: RequestContext) -> dict[str, Any]:
    return {name: context.body[name] for name in ("first_name", "last_name", "phone") if name in context.body}


def _metadata(context: RequestContext) -> dict[str, Any] | None:
    metadata = context.body.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        raise ApiError(400, '"metadata" must be of type object', "invalid_params")
    return metadata  # pyright: ignore[reportUnknownVariableType] # a JSON object's keys are text


def _is_email(text: str) -> bool:
    name, at, host = text.rpartition("@")
    return bool(name and at and "." in host) and " " not in text


def _masked(number: str) -> str:
    # 200*****677 and 012****345
    return f"{number[:3]}{'*' * max(len(number) - 6, 1)}{number[-3:]}"
