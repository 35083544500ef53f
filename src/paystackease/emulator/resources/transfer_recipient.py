"""Transfer recipients: the accounts that money is sent to.

    active > inactive        deleted; Paystack does not delete the record
    inactive > active        created again

The same account is always the same recipient.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.catalog.banks import find_bank
from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.http.pagination import paginate
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.storage.document import Document

routes = RouteGroup()

TYPES = ("nuban", "ghipss", "mobile_money", "mobile_money_business", "basa", "kepss", "authorization")
"""The types. ``kepss``, a bank account in Kenya, is documented only as a type of banks (an assumption)."""

_BASE = ("active", "createdAt", "currency", "details", "domain", "id", "name", "recipient_code", "type", "updatedAt")
_CREATED = (*_BASE, "integration", "is_deleted")
_ADDED = (*_BASE, "integration", "isDeleted", "description", "metadata")
_FETCHED = (*_BASE, "metadata")
_LISTED = (*_BASE, "metadata", "integration")
IN_TRANSFER = (*_ADDED, "is_deleted", "email")
"""The fields of a recipient in a transfer."""
IN_EVENT = tuple(key for key in IN_TRANSFER if key != "isDeleted")
"""The fields of a recipient in a webhook about a transfer."""


@routes.route("POST", "/transferrecipient")
def create(context: RequestContext) -> ApiResponse:
    recipient = get_or_create(context, context.body)
    # The test API responds with 201, the documentation has 200. 201 for an existing recipient is an assumption.
    return ApiResponse("Transfer recipient created successfully", serialize(recipient, context, _CREATED), 201)


@routes.route("POST", "/transferrecipient/bulk")
def bulk_create(context: RequestContext) -> ApiResponse:
    items = context.require("batch", "Batch")
    if not isinstance(items, list) or not items:
        raise ApiError(400, '"batch" must be a list of recipients', "invalid_params")  # the wording is an assumption
    batch: list[Any] = items  # pyright: ignore[reportUnknownVariableType] # its items may be of any type
    added: list[dict[str, Any]] = []
    rejected: dict[str, list[object]] = {}
    empty: dict[str, Any] = {}
    for item in batch:
        try:
            fields: dict[str, Any] = item if isinstance(item, dict) else empty  # pyright: ignore[reportUnknownVariableType] # JSON
            recipient = get_or_create(context, fields)
        except ApiError as error:
            # Invalid recipients are reported beside the valid ones, in the shape of Paystack's OpenAPI file.
            rejected.setdefault(str(error), []).append(item)  # pyright: ignore[reportUnknownArgumentType] # as above
        else:
            added.append(_omit_authorization_code(serialize(recipient, context, _ADDED)))
    errors = [{"message": message, "records": records} for message, records in rejected.items()]
    return ApiResponse("Recipients added successfully", {"success": added, "errors": errors})


@routes.route("GET", "/transferrecipient")
def list_(context: RequestContext) -> ApiResponse:
    return paginate(
        context,
        "transfer_recipient",
        "Recipients retrieved",
        lambda recipient: _omit_authorization_code(serialize(recipient, context, _LISTED)),
        having={"active": True},
    )


@routes.route("GET", "/transferrecipient/{id_or_code}")
def fetch(context: RequestContext) -> ApiResponse:
    return ApiResponse("Recipient retrieved", _omit_authorization_code(serialize(_find(context), context, _FETCHED)))


@routes.route("PUT", "/transferrecipient/{id_or_code}")
def update(context: RequestContext) -> ApiResponse:
    recipient = _find(context)
    changes = {name: context.body[name] for name in ("name", "email", "metadata") if context.body.get(name) is not None}
    if not changes:
        raise missing_field("Name")
    recipient.body.update(changes)
    context.save(recipient)
    return ApiResponse("Recipient updated", _omit_authorization_code(serialize(recipient, context, _FETCHED)))


@routes.route("DELETE", "/transferrecipient/{id_or_code}")
def delete(context: RequestContext) -> ApiResponse:
    recipient = _find(context)
    recipient.body["active"] = False
    context.save(recipient)
    return message_only("Transfer recipient set as inactive")


def get_or_create(context: RequestContext, fields: Mapping[str, Any]) -> Document:
    """Return the recipient for an account or authorization; create one if there is none.

    :param fields: The fields of the API: ``type``, ``name``, ``account_number``, ``bank_code`` …
    :raises ApiError: If they are invalid.
    """
    kind, name = _require_text(fields, "type"), _require_text(fields, "name")
    if kind not in TYPES:
        raise ApiError(400, "Invalid recipient type", "invalid_params")  # the wording is an assumption
    details = _authorization_details(context, fields) if kind == "authorization" else _account_details(fields, name)
    account = details["authorization_code"] or f"{details['bank_code']}:{details['account_number']}"
    recipient = context.find("transfer_recipient", unique_key=f"{kind}:{account}")
    if recipient is None:
        body = {
            "type": kind,
            "name": name,
            "description": fields.get("description") or "",
            "currency": str(fields.get("currency") or context.settings.currencies[0]),
            "metadata": fields.get("metadata"),
            "email": fields.get("email"),
            "active": True,
            "details": details,
        }
        return context.create("transfer_recipient", body, code_prefix="RCP_", unique_key=f"{kind}:{account}")
    if not recipient.body["active"]:
        recipient.body["active"] = True  # an assumption: Paystack does not document it for a deleted recipient
        context.save(recipient)
    return recipient


def serialize(
    recipient: Document, context: RequestContext, fields: tuple[str, ...], *, dates: tuple[str, str] | None = None
) -> dict[str, Any]:
    """Return these fields of a recipient.

    :param dates: The names of its two dates, if they are not ``createdAt`` and ``updatedAt``.
    """
    everything = {
        **recipient.body,
        "id": recipient.id,
        "recipient_code": recipient.code,
        "integration": context.tenant.integration,
        "domain": "test",
        "is_deleted": not recipient.body["active"],
        "isDeleted": not recipient.body["active"],
        "createdAt": format_time(recipient.created),
        "updatedAt": format_time(recipient.updated),
    }
    data = {name: everything[name] for name in fields}
    for name, new_name in zip(("createdAt", "updatedAt"), dates or (), strict=False):
        data[new_name] = data.pop(name)
    return data


def _find(context: RequestContext) -> Document:
    recipient = context.find_by_id_or_code("transfer_recipient", context.params["id_or_code"])
    if recipient is None:
        raise ApiError(404, "Recipient not found", "not_found")  # an assumption, as for transfers
    return recipient


def _require_text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None or value == "":
        raise missing_field(name.replace("_", " ").capitalize())
    return str(value)


def _account_details(fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    number, code = _require_text(fields, "account_number"), _require_text(fields, "bank_code")
    bank_info = find_bank(code)
    if bank_info is None:
        raise ApiError(400, "Invalid bank code", "invalid_bank_code")  # general knowledge
    # On Paystack the bank returns the holder's name. Here it is the name of the request.
    return {
        "authorization_code": None,
        "account_number": number,
        "account_name": name,
        "bank_code": code,
        "bank_name": bank_info.name,
    }


def _authorization_details(context: RequestContext, fields: Mapping[str, Any]) -> dict[str, Any]:
    code = _require_text(fields, "authorization_code")
    authorization = context.find("authorization", code=code)
    if authorization is None or not authorization.body["active"]:
        # The wording is that of other operations with an authorization (an assumption).
        raise ApiError(
            404, "Authorization does not exist or does not belong to integration", "unknown", kind="api_error"
        )
    # The account number is masked except its last digits (an assumption).
    return {
        "authorization_code": code,
        "account_number": f"XXXXXX{authorization.body['instrument']['last4']}",
        "account_name": authorization.body["instrument"].get("account_name"),
        "bank_code": None,
        "bank_name": authorization.body["instrument"].get("bank"),
    }


def _omit_authorization_code(data: dict[str, Any]) -> dict[str, Any]:
    # Only the response to creating one recipient, and transfers, have the authorization code.
    return {**data, "details": {key: value for key, value in data["details"].items() if key != "authorization_code"}}
