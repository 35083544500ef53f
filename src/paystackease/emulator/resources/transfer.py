"""Transfers: money sent from the balance to recipients. Their states are in
:mod:`~paystackease.emulator.resources.transfer_lifecycle`.

In test mode a transfer succeeds immediately, for any recipient. With the setting ``transfers`` at ``"pending"`` it
waits until ``POST /_emulator/transfers/{code}/succeed``, ``fail`` or ``reverse`` simulates the bank; ``approve`` and
``reject`` simulate the merchant's approval URL.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from paystackease.emulator.accounting import fees
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import paginate, select_all
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import export, transfer_control
from paystackease.emulator.resources import transfer_lifecycle as lifecycle
from paystackease.emulator.resources import transfer_serializers as serializers
from paystackease.emulator.storage.document import Document
from paystackease.emulator.webhooks import approvals

routes = RouteGroup()

_REFERENCE = re.compile(r"[a-z0-9_-]{16,50}")
COLUMNS = ("id", "transfer_code", "reference", "status", "amount", "currency", "fee_charged", "reason", "createdAt")


@routes.route("POST", "/transfer")
def initiate(context: RequestContext) -> ApiResponse:
    _require_balance_source(context)
    recipient = _find_recipient(context, context.require("recipient", "Recipient"))
    amount, currency, reference = context.require_amount(), context.currency(), _read_reference(context, context.body)
    if reference is not None and context.find("transfer", unique_key=reference) is not None:
        raise _duplicate_reference()
    transfer = _create_transfer(context, recipient, amount, currency, reference, context.body)
    needs_otp = transfer.body["status"] == "otp"
    message = "Transfer requires OTP to continue" if needs_otp else "Transfer has been queued"
    return ApiResponse(message, serializers.serialize_brief(context, transfer, serializers.CREATED))


@routes.route("POST", "/transfer/finalize_transfer")
def finalize(context: RequestContext) -> ApiResponse:
    code, otp = str(context.require("transfer_code", "Transfer code")), str(context.require("otp", "OTP"))
    transfer = transfer_control.find_awaiting_otp(context, code)
    transfer_control.verify_otp(otp)
    lifecycle.confirm_otp(context, transfer)
    return ApiResponse(
        "Transfer has been queued", serializers.serialize_brief(context, transfer, serializers.FINALIZED)
    )


@routes.route("POST", "/transfer/bulk")
def bulk(context: RequestContext) -> ApiResponse:
    _require_balance_source(context)
    items = [_item_context(context, fields) for fields in _read_transfers(context)]
    if context.settings.otp_for_transfers:
        # That OTPs have to be disabled is documented. The wording is an assumption.
        raise ApiError(400, "OTP must be disabled on transfers to make bulk transfers", "invalid_params")
    currency = context.currency()
    orders = [
        (_find_recipient(context, item.require("recipient", "Recipient")), item.require_amount(), item)
        for item in items
    ]
    references = [_read_reference(context, item.body) for item in items]
    _reject_duplicates(context, references)
    data: list[dict[str, Any]] = []
    for (recipient, amount, item), reference in zip(orders, references, strict=True):
        transfer = _create_transfer(context, recipient, amount, currency, reference, item.body)
        data.append(serializers.serialize_queued(context, transfer, recipient))
    return ApiResponse(f"{len(data)} transfers queued.", data)


@routes.route("GET", "/transfer")
def list_(context: RequestContext) -> ApiResponse:
    recipient_id, having = _read_filters(context)
    return paginate(
        context,
        "transfer",
        "Transfers retrieved",
        lambda transfer: serializers.serialize_full(context, transfer, serializers.LISTED),
        parent_id=recipient_id,
        having=having,
    )


@routes.route("GET", "/transfer/verify/{reference}")
def verify(context: RequestContext) -> ApiResponse:
    return _retrieved_response(context, context.find("transfer", unique_key=context.params["reference"]))


@routes.route("GET", "/transfer/export")
def export_transfers(context: RequestContext) -> ApiResponse:
    recipient_id, having = _read_filters(context)
    transfers = select_all(context, "transfer", parent_id=recipient_id, having=having)
    return export.create_export(
        context,
        "transfers",
        COLUMNS,
        [serializers.serialize_brief(context, transfer, COLUMNS) for transfer in transfers],
    )


@routes.route("GET", "/transfer/{id_or_code}")
def fetch(context: RequestContext) -> ApiResponse:
    return _retrieved_response(context, context.find_by_id_or_code("transfer", context.params["id_or_code"]))


@routes.route("POST", "/_emulator/transfers/{code}/{act}")
def simulate_outcome(context: RequestContext) -> ApiResponse:
    transfer = context.find("transfer", code=context.params["code"])
    if transfer is None:
        raise ApiError(404, "Transfer not found")
    apply_outcome(context, transfer, context.params["act"], context.body.get("reason"))
    return ApiResponse("Outcome simulated", {"transfer_code": transfer.code, "status": transfer.body["status"]})


_OUTCOMES = {"succeed": "success", "fail": "failed", "reverse": "reversed", "approve": "pending", "reject": "rejected"}


def apply_outcome(context: RequestContext, transfer: Document, action: str, reason: object = None) -> None:
    """Act as the bank (``succeed``, ``fail``, ``reverse``) or the merchant's approval URL (``approve``, ``reject``).

    :param reason: The bank's reason for a failure or reversal.
    :raises ApiError: If the status of the transfer does not allow it.
    """
    status = _OUTCOMES.get(action)
    if status is None:
        raise ApiError(404, f"The outcome is one of {', '.join(_OUTCOMES)}", "not_found")
    is_approval = action in {"approve", "reject"}
    if not lifecycle.MACHINE.can(transfer, status) or (is_approval and transfer.body["status"] != "received"):
        now = transfer.body["status"]
        raise ApiError(400, f"The transfer is {now}: {action} is not possible", "invalid_params")
    if is_approval:
        lifecycle.decide_approval(context, transfer, action == "approve")
    elif action == "succeed":
        lifecycle.transition(context, transfer, "success")
    else:
        lifecycle.return_funds(context, transfer, status, None if reason is None else str(reason))


@routes.job("transfer.abandon")
def abandon_unconfirmed(context: RequestContext) -> None:
    transfer = context.get("transfer", context.body["id"])
    if transfer.body["status"] == "otp":
        lifecycle.transition(context, transfer, "abandoned")


@routes.job("transfer.answered")
def handle_approval_response(context: RequestContext) -> None:
    # That 200 approves and 400 rejects is documented. A server error counts as no response (an assumption).
    status: int | None = context.body["status"]
    request = context.find(approvals.KIND, number=context.body["id"])
    if request is not None and request.parent_id is not None and status is not None and status < 500:
        lifecycle.decide_approval(context, context.get("transfer", request.parent_id), status == 200)


@routes.job("transfer.block")
def block_unanswered(context: RequestContext) -> None:
    lifecycle.decide_approval(context, context.get("transfer", context.body["id"]), None)


def _create_transfer(
    context: RequestContext,
    recipient: Document,
    amount: int,
    currency: str,
    reference: str | None,
    fields: Mapping[str, Any],
) -> Document:
    fee = fees.transfer_fee(currency, recipient.body["type"], amount)
    extra = {name: fields[name] for name in ("metadata", "account_reference") if fields.get(name) is not None}
    reason = str(fields.get("reason") or "")
    return lifecycle.create_transfer(
        context, recipient, amount, currency, fee=fee, reference=reference, reason=reason, **extra
    )


def _require_balance_source(context: RequestContext) -> None:
    if context.require("source", "Source") != "balance":
        raise ApiError(400, "Invalid transfer source", "invalid_params")  # the wording is an assumption


def _find_recipient(context: RequestContext, code: object) -> Document:
    recipient = context.find("transfer_recipient", code=str(code))
    if recipient is None or not recipient.body["active"]:
        hint = "Provide a valid recipient. Ensure you are passing the recipient code in the recipient param"
        raise ApiError(400, "Recipient specified is invalid", "invalid_transfer_recipient", next_step=hint)
    return recipient


def _read_reference(context: RequestContext, fields: Mapping[str, Any]) -> str | None:
    reference = fields.get("reference")
    if reference is None or reference == "":
        return None
    # Paystack documents a minimum length, but its samples are shorter. The wording is an assumption.
    if not isinstance(reference, str | int) or (context.settings.strict and not _REFERENCE.fullmatch(str(reference))):
        raise ApiError(400, "Invalid transfer reference", "invalid_params")
    return str(reference)


def _duplicate_reference() -> ApiError:
    # All of it is observed; no sample of Paystack has it.
    message = "Please provide a unique reference. Reference already exists on a transfer"
    hint = "Create a new reference for the new transfer"
    return ApiError(400, message, "duplicate_transfer_reference", next_step=hint)


def _reject_duplicates(context: RequestContext, references: list[str | None]) -> None:
    # A reference that is twice in the request is a duplicate too (an assumption).
    counts = Counter(reference for reference in references if reference is not None)
    used = {
        reference
        for reference, count in counts.items()
        if count > 1 or context.find("transfer", unique_key=reference) is not None
    }
    if used:
        message = f"Duplicate reference(s) found: {','.join(sorted(used))}"
        raise ApiError(404, message, "unknown", kind="api_error", next_step="Try again later")


def _read_transfers(context: RequestContext) -> list[Any]:
    transfers = context.require("transfers", "Transfers")
    if not isinstance(transfers, list) or not all(isinstance(item, dict) for item in transfers):  # pyright: ignore[reportUnknownVariableType] # JSON
        raise ApiError(400, '"transfers" must be a list of transfers', "invalid_params")  # the wording is an assumption
    return transfers  # pyright: ignore[reportUnknownVariableType] # as above


def _item_context(context: RequestContext, fields: Mapping[str, Any]) -> RequestContext:
    # Each item is read like the body of a separate request.
    return RequestContext(context.services, context.tenant, context.now, body=fields)


def _read_filters(context: RequestContext) -> tuple[int | None, dict[str, object]]:
    status, recipient = context.query.get("status"), context.query.get("recipient")
    having: dict[str, object] = {} if not status else {"status": status}
    if not recipient:
        return None, having
    # The documentation has a number, the OpenAPI file a code: both are accepted.
    document = context.find_by_id_or_code("transfer_recipient", recipient)
    return (0 if document is None else document.id), having


def _retrieved_response(context: RequestContext, transfer: Document | None) -> ApiResponse:
    if transfer is None:
        raise ApiError(404, "Transfer not found")
    return ApiResponse("Transfer retrieved", serializers.serialize_full(context, transfer))
