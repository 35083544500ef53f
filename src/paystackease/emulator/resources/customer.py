"""Customers, and their identification.

created -> identified        by a job, some seconds after the request
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.catalog.test_instruments import IDENTITY
from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import paginate
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import dedicated_account_serializers
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import authorization

routes = RouteGroup()

IDENTIFICATION_SECONDS = 2.0
"""How long Paystack takes to check an identity (an assumption; the documentation says "in progress")."""


@routes.route("POST", "/customer")
def create(context: RequestContext) -> ApiResponse:
    email = str(context.require("email", "Email"))
    if not _is_email(email):
        raise ApiError(400, "Invalid Email Address Passed", "invalid_email_address")
    metadata = _read_metadata(context)
    # If the e-mail address is known, the response has that customer (general knowledge, not documented).
    customer = find_by_email(context, email) or create_customer(
        context, email, **_read_names(context), metadata=metadata
    )
    return ApiResponse(
        "Customer created", serialize(context, customer, "email", "integration", *_KEYS, *_IDENTITY, *_DATES)
    )


@routes.route("GET", "/customer")
def list_(context: RequestContext) -> ApiResponse:
    fields = ("integration", *_NAMES, "metadata", "risk_action", *_KEYS, *_DATES)
    return paginate(context, "customer", "Customers retrieved", lambda customer: serialize(context, customer, *fields))


@routes.route("GET", "/customer/{code}")
def fetch(context: RequestContext) -> ApiResponse:
    customer = _find(context, context.params["code"])
    fields = ("integration", *_NAMES, "metadata", "risk_action", *_KEYS, *_IDENTITY, *_DATES)
    dates = {"created_at": format_time(customer.created), "updated_at": format_time(customer.updated)}
    data = {
        **_serialize_related(context, customer),
        **serialize(context, customer, *fields),
        **dates,
        **_serialize_totals(context, customer),
    }
    data["dedicated_account"] = dedicated_account_serializers.serialize_for_customer(context, customer)
    return ApiResponse("Customer retrieved", data)


@routes.route("PUT", "/customer/{code}")
def update(context: RequestContext) -> ApiResponse:
    customer = _find(context, context.params["code"])
    if "metadata" in context.body:
        customer.body["metadata"] = _read_metadata(context)
    customer.body.update(_read_names(context))
    context.save(customer)
    fields = ("integration", *_NAMES, "metadata", *_KEYS, *_IDENTITY, *_DATES)
    return ApiResponse(
        "Customer updated", {**serialize(context, customer, *fields), **_serialize_related(context, customer)}
    )


@routes.route("POST", "/customer/set_risk_action")
def set_risk_action(context: RequestContext) -> ApiResponse:
    customer = _find(context, str(context.require("customer", "Customer")))
    action = context.body.get("risk_action", "default")
    if action not in ("default", "allow", "deny"):
        raise ApiError(400, "Invalid risk action passed", "invalid_params")  # the wording is an assumption
    customer.body["risk_action"] = action
    context.save(customer)
    fields = ("integration", *_NAMES, "metadata", "risk_action", *_KEYS, *_IDENTITY, *_DATES)
    return ApiResponse("Customer updated", serialize(context, customer, *fields))


@routes.route("POST", "/customer/{code}/identification")
def identify(context: RequestContext) -> ApiResponse:
    customer = _find(context, context.params["code"])
    identity: dict[str, str] = {
        name: str(context.require(name)) for name in ("first_name", "last_name", "type", "country", "bvn")
    }
    if identity["type"] != IDENTITY["type"]:
        raise ApiError(400, "Invalid identification type passed", "invalid_params")  # the wording is an assumption
    identity |= {name: str(context.require(name)) for name in ("bank_code", "account_number")}
    if not identity["bvn"].isdecimal():
        raise ApiError(400, "Invalid BVN")
    is_correct, identification = verify_identity(identity)
    if is_correct and customer.body["identified"]:
        # Several public clients handle this error; no sample of Paystack has it.
        raise ApiError(400, "Customer already validated using the same credentials")
    context.schedule(
        IDENTIFICATION_SECONDS,
        "customer.identify",
        id=customer.id,
        is_correct=is_correct,
        identification=identification,
    )
    return message_only("Customer Identification in progress", 202)


@routes.job("customer.identify")
def finish_identification(context: RequestContext) -> None:
    conclude_identification(
        context,
        context.get("customer", context.body["id"]),
        context.body["identification"],
        is_correct=context.body["is_correct"],
    )


def verify_identity(identity: Mapping[str, str]) -> tuple[bool, dict[str, str]]:
    """Return whether an identity is correct, and the part of it that may be stored: with masked numbers.

    :param identity: ``first_name``, ``last_name``, ``country``, ``type``, ``bvn``, ``account_number``, ``bank_code``.
    """
    is_correct = all(identity.get(name, "").casefold() == value.casefold() for name, value in IDENTITY.items())
    stored = {name: identity[name] for name in ("country", "type", "bank_code") if name in identity}
    return is_correct, stored | {name: _mask(identity[name]) for name in ("bvn", "account_number") if name in identity}


def conclude_identification(
    context: RequestContext, customer: Document, identification: Mapping[str, str], *, is_correct: bool
) -> None:
    """Store the result of an identification, and emit its webhook."""
    data: dict[str, Any] = {
        # In Paystack's samples it is a number after failure and text after success.
        "customer_id": str(customer.id) if is_correct and context.settings.quirks else customer.id,
        "customer_code": customer.code,
        "email": customer.body["email"],
        "identification": identification,
    }
    if not is_correct:
        context.emit("customeridentification.failed", {**data, "reason": "Account number or BVN is incorrect"})
        return
    customer.body.update(identified=True, identifications=identification)
    context.save(customer)
    context.emit("customeridentification.success", data)


def find_by_email(context: RequestContext, email: str) -> Document | None:
    """Return the customer with this e-mail address, in any case; None if there is none."""
    return context.find("customer", unique_key=email.casefold())


def get_by_id(context: RequestContext, number: str) -> Document:
    """Return the customer with this number.

    :raises ApiError: If there is none.
    """
    customer = context.find_by_id("customer", number)
    if customer is None:
        raise ApiError(404, "Customer not found", "not_found")  # an assumption, as for partial_debit
    return customer


def get_or_create(context: RequestContext, email: str) -> Document:
    """Return the customer with this e-mail address; create one if there is none.

    :raises ApiError: If it is not an e-mail address.
    """
    if (customer := find_by_email(context, email)) is not None:
        return customer
    if not _is_email(email):
        raise ApiError(400, "Invalid Email Address Passed", "invalid_email_address")
    return create_customer(context, email)


def create_customer(context: RequestContext, email: str, **fields: Any) -> Document:
    """Create a customer."""
    defaults = {"first_name": None, "last_name": None, "phone": None, "metadata": None}
    initial = {"email": email, "risk_action": "default", "identified": False, "identifications": None}
    return context.create(
        "customer", {**defaults, **initial, **fields}, code_prefix="CUS_", unique_key=email.casefold()
    )


_KEYS = ("domain", "customer_code", "id")
_NAMES = ("first_name", "last_name", "email", "phone")
_IDENTITY = ("identified", "identifications")
_DATES = ("createdAt", "updatedAt")


def serialize(context: RequestContext, customer: Document, *fields: str) -> dict[str, Any]:
    """Return these fields of a customer. Each operation has other fields."""
    everything = {
        **customer.body,
        "id": customer.id,
        "customer_code": customer.code,
        "integration": context.tenant.integration,
        "domain": "test",
        "createdAt": format_time(customer.created),
        "updatedAt": format_time(customer.updated),
    }
    return {name: everything[name] for name in fields}


def _serialize_related(context: RequestContext, customer: Document) -> dict[str, Any]:
    return {
        "transactions": [],
        "subscriptions": [],
        "authorizations": authorization.serialize_reusable(context, customer),
    }


def _serialize_totals(context: RequestContext, customer: Document) -> dict[str, Any]:
    # The format of the value is an assumption: the customer of the sample has no payments.
    transactions = context.find_all("transaction", parent_id=customer.id, having={"status": "success"})
    sums: dict[str, int] = {}
    for tx in transactions:
        sums[tx.body["currency"]] = sums.get(tx.body["currency"], 0) + tx.body["amount"]
    value = [{"currency": currency, "amount": sums[currency]} for currency in sorted(sums)]
    return {"total_transactions": len(transactions), "total_transaction_value": value}


def _find(context: RequestContext, email_or_code: str) -> Document:
    if "@" not in email_or_code:
        customer = context.find("customer", code=email_or_code)
        return customer or get_by_id(context, email_or_code)
    customer = find_by_email(context, email_or_code)
    if customer is None:
        # The sample has "live", although its key is a test key.
        raise ApiError(404, "Customer email is invalid for your live domain.")
    return customer


def _read_names(context: RequestContext) -> dict[str, Any]:
    return {name: context.body[name] for name in ("first_name", "last_name", "phone") if name in context.body}


def _read_metadata(context: RequestContext) -> dict[str, Any] | None:
    metadata = context.body.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        raise ApiError(400, '"metadata" must be of type object', "invalid_params")
    return metadata  # pyright: ignore[reportUnknownVariableType] # a JSON object's keys are text


def _is_email(text: str) -> bool:
    name, at, host = text.rpartition("@")
    return bool(name and at and "." in host) and " " not in text


def _mask(number: str) -> str:
    # 200*****677 and 012****345
    return f"{number[:3]}{'*' * max(len(number) - 6, 1)}{number[-3:]}"
