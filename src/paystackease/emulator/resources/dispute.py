"""Disputes: a customer's bank claims a payment back, and the merchant accepts or declines.

    awaiting-merchant-feedback > resolved                              accepted, with a refund; or no response
    awaiting-merchant-feedback > awaiting-bank-feedback > resolved     declined, and the bank decides

No operation of Paystack creates a dispute: ``POST /_emulator/disputes`` does, as the customer's bank would. The
merchant is reminded a day before the due time, and then the dispute is accepted automatically. After a decline, the
bank decides for the merchant unless ``POST /_emulator/disputes/{id}/lose`` is called first.

A lost dispute creates a refund immediately: :mod:`~paystackease.emulator.resources.refund` moves the money, and
reverses the transaction if it is fully refunded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.http.pagination import DAY, id_filter, paginate, select_all
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import dispute_serializers as serializers
from paystackease.emulator.resources import export, refund
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import transaction

routes = RouteGroup()

OPEN, AT_BANK = "awaiting-merchant-feedback", "awaiting-bank-feedback"
MACHINE = StateMachine("dispute", f"{OPEN} > {AT_BANK} > resolved", f"{OPEN} > resolved")

DUE_AT = 18 * 3_600.0
"""The time of day at which a dispute is due, in UTC, as in a sample: the first one at least a day later."""
BANK_SECONDS = 3 * DAY
"""How long a bank takes to examine evidence (an assumption)."""

CATEGORIES = ("chargeback", "general", "fraud", "authorization", "processing_errors", "consumer_dispute")
COLUMNS = ("id", "status", "resolution", "category", "refund_amount", "currency", "reference", "dueAt", "createdAt")
AMOUNT_TOO_LARGE = "Refund amount cannot be greater than initial amount"


@routes.route("POST", "/_emulator/disputes")
def simulate_dispute(context: RequestContext) -> ApiResponse:
    """Open a dispute of ``transaction``, for ``refund_amount`` or the whole refundable amount."""
    tx = transaction.find_by_reference_or_id(context, context.require("transaction"))
    if tx is None or (refundable := refund.refundable_amount(context, tx)) <= 0:
        raise ApiError(404, "There is no such transaction that is paid and not fully refunded", "not_found")
    if any(one.body["status"] != "resolved" for one in context.children_of("dispute", tx.id)):
        raise ApiError(400, "This transaction is disputed already", "invalid_params")
    category = context.body.get("category") or CATEGORIES[0]
    if category not in CATEGORIES:
        raise ApiError(400, f"category is one of {', '.join(CATEGORIES)}", "invalid_params")
    amount = refundable if context.body.get("refund_amount") is None else context.require_amount("refund_amount")
    if amount > refundable:
        raise ApiError(400, AMOUNT_TOO_LARGE)
    message = str(context.body.get("message") or "Customer complained about debit without value")
    due = (context.now // DAY + 1) * DAY + DUE_AT
    due += DAY if due - context.now < DAY else 0
    body: dict[str, Any] = {
        "status": OPEN,
        "resolution": None,
        "refund_amount": amount,
        "category": category,
        "due": due,
        "resolved": None,
        "evidence": None,
        "attachments": None,
        "history": [],
        "messages": [],
    }
    dispute = context.create("dispute", body, parent_id=tx.id)
    serializers.add_history(context, dispute, "customer", status="pending", message=message)
    context.save(dispute)
    _emit(context, dispute, "create")
    context.schedule(due - DAY - context.now, "dispute.remind", id=dispute.id)
    context.schedule(due - context.now, "dispute.accept", id=dispute.id)
    return ApiResponse("Dispute opened", serializers.serialize(context, dispute, serializers.FETCHED))


@routes.route("POST", "/_emulator/disputes/{id}/lose")
def simulate_loss(context: RequestContext) -> ApiResponse:
    """Let the customer's bank decide against the merchant."""
    dispute = _find(context)
    if not MACHINE.can(dispute, "resolved"):
        raise ApiError(400, "This dispute is resolved already", "invalid_params")
    _resolve(context, dispute, "auto-accepted")
    return ApiResponse(
        "The bank decided for the customer", serializers.serialize(context, dispute, serializers.FETCHED)
    )


@routes.route("GET", "/dispute")
def list_(context: RequestContext) -> ApiResponse:
    transaction_id, message = id_filter(context, "transaction"), "Disputes retrieved"
    return paginate(
        context,
        "dispute",
        message,
        lambda dispute: serializers.serialize_listed(context, dispute),
        parent_id=transaction_id,
        having=_read_filters(context),
    )


@routes.route("GET", "/dispute/export")
def export_disputes(context: RequestContext) -> ApiResponse:
    disputes = select_all(
        context, "dispute", parent_id=id_filter(context, "transaction"), having=_read_filters(context)
    )
    if not disputes:
        raise ApiError(404, "No disputes found", "not_found")
    return export.create_export(
        context, "disputes", COLUMNS, [_serialize_row(context, dispute) for dispute in disputes]
    )


@routes.route("GET", "/dispute/{id}")
def fetch(context: RequestContext) -> ApiResponse:
    return ApiResponse("Dispute retrieved", serializers.serialize(context, _find(context), serializers.FETCHED))


@routes.route("GET", "/dispute/transaction/{id}")
def fetch_for_transaction(context: RequestContext) -> ApiResponse:
    tx = transaction.find_by_reference_or_id(context, context.params["id"])
    disputes = [] if tx is None else context.children_of("dispute", tx.id)
    if not disputes:
        raise _not_found()
    # Paystack documents a list, but its response has one dispute; the newest of several (an assumption).
    return ApiResponse("Dispute retrieved successfully", serializers.serialize_for_transaction(context, disputes[-1]))


@routes.route("PUT", "/dispute/{id}")
def update(context: RequestContext) -> ApiResponse:
    dispute = _find_open(context)
    dispute.body["refund_amount"] = _read_refund_amount(context, dispute, minimum=1)
    _attach_file(context, dispute)
    context.save(dispute)
    return ApiResponse("Dispute updated successfully", [serializers.serialize(context, dispute, serializers.UPDATED)])


@routes.route("POST", "/dispute/{id}/evidence")
def add_evidence(context: RequestContext) -> ApiResponse:
    dispute = _find_open(context)
    names = ("customer_email", "customer_name", "customer_phone", "service_details")
    data: dict[str, object] = {name: str(context.require(name)) for name in names}
    data["delivery_address"] = context.body.get("delivery_address")
    if context.body.get("delivery_date") is not None:
        data["delivery_date"] = context.body["delivery_date"]
    # No operation returns the evidence later, so its personal data is not stored.
    evidence = context.create("evidence", {}, parent_id=dispute.id)
    dispute.body["evidence"] = evidence.id
    context.save(dispute)
    return ApiResponse(
        "Evidence created", {**data, "dispute": dispute.id, "id": evidence.id, **serializers.serialize_dates(evidence)}
    )


@routes.route("GET", "/dispute/{id}/upload_url")
def create_upload_url(context: RequestContext) -> ApiResponse:
    dispute = _find_open(context)
    if not context.query.get("upload_filename"):
        raise missing_field("upload_filename")
    name = context.next_code("upload", length=20)
    context.create("upload", {}, unique_key=name, parent_id=dispute.id)
    url = f"{context.services.base_url()}/_emulator/uploads/{context.tenant.id}/{name}"
    return ApiResponse("Upload url generated", {"signedUrl": url, "fileName": name})


@routes.route("PUT", "/_emulator/uploads/{tenant}/{name}", keyless=True, file=True)
def upload(context: RequestContext) -> ApiResponse:
    """Accept a file about a dispute. Its content is not stored."""
    if context.find("upload", unique_key=context.params["name"]) is None:
        raise ApiError(404, "There is no such upload URL", "not_found")
    return message_only("File received")


@routes.route("PUT", "/dispute/{id}/resolve")
def resolve(context: RequestContext) -> ApiResponse:
    dispute = _find_open(context)
    resolution, message = context.require("resolution", "Resolution"), str(context.require("message", "Message"))
    if resolution not in {"merchant-accepted", "declined"}:
        raise ApiError(400, "Invalid resolution passed", "invalid_params")  # the wording is an assumption
    accepted = resolution == "merchant-accepted"
    amount = _read_refund_amount(context, dispute, minimum=1 if accepted else 0)
    context.require("uploaded_filename")
    if (number := context.body.get("evidence")) is not None and number != dispute.body["evidence"]:
        raise ApiError(404, "Evidence not found", "not_found")  # an assumption
    _attach_file(context, dispute)
    serializers.add_history(context, dispute, "merchant", status="resolved" if accepted else AT_BANK, message=message)
    if accepted:
        dispute.body["refund_amount"] = amount
        _resolve(context, dispute, "merchant-accepted")
    else:
        MACHINE.transition(dispute, AT_BANK)
        dispute.body["resolution"] = "declined"
        context.save(dispute)
        context.schedule(BANK_SECONDS, "dispute.decide", id=dispute.id)
    return ApiResponse("Dispute successfully resolved", serializers.serialize_resolved(context, dispute))


@routes.job("dispute.remind")
def remind_merchant(context: RequestContext) -> None:
    dispute = context.get("dispute", context.body["id"])
    if dispute.body["status"] == OPEN:
        context.save(dispute)
        _emit(context, dispute, "remind")


@routes.job("dispute.accept")
def accept_overdue(context: RequestContext) -> None:
    dispute = context.get("dispute", context.body["id"])
    if dispute.body["status"] == OPEN:
        _resolve(context, dispute, "auto-accepted")


@routes.job("dispute.decide")
def decide_declined(context: RequestContext) -> None:
    dispute = context.get("dispute", context.body["id"])
    if dispute.body["status"] == AT_BANK:
        _resolve(context, dispute, "declined")


def _resolve(context: RequestContext, dispute: Document, resolution: str) -> None:
    tx = context.get("transaction", dispute.parent_id)
    MACHINE.transition(dispute, "resolved")
    dispute.body.update(resolution=resolution, resolved=context.now)
    if resolution != "declined":
        # Refunds since the dispute was opened are not repeated.
        amount = min(dispute.body["refund_amount"], refund.refundable_amount(context, tx))
        dispute.body["refund_amount"] = amount
        if amount:
            refund.create_refund(context, tx, amount, dispute=dispute.id)
    context.save(dispute)
    _emit(context, dispute, "resolve")


def _emit(context: RequestContext, dispute: Document, action: str) -> None:
    context.emit(f"charge.dispute.{action}", serializers.webhook_payload(context, dispute))


def _find(context: RequestContext) -> Document:
    dispute = context.find_by_id("dispute", context.params["id"])
    if dispute is None:
        raise _not_found()
    return dispute


def _find_open(context: RequestContext) -> Document:
    dispute = _find(context)
    if dispute.body["status"] != OPEN:
        # The wording is an assumption.
        raise ApiError(400, f"Dispute is {dispute.body['status']}: it cannot be answered any more", "invalid_params")
    return dispute


def _not_found() -> ApiError:
    return ApiError(404, "Dispute not found", "not_found")


def _read_refund_amount(context: RequestContext, dispute: Document, *, minimum: int) -> int:
    amount = context.require_amount("refund_amount", minimum=minimum)
    if amount > refund.refundable_amount(context, context.get("transaction", dispute.parent_id)):
        raise ApiError(400, AMOUNT_TOO_LARGE)
    return amount


def _attach_file(context: RequestContext, dispute: Document) -> None:
    if context.body.get("uploaded_filename"):
        dispute.body["attachments"] = str(context.body["uploaded_filename"])


def _read_filters(context: RequestContext) -> Mapping[str, object]:
    status = context.query.get("status")
    return {"status": status} if status else {}


def _serialize_row(context: RequestContext, dispute: Document) -> dict[str, Any]:
    reference = context.get("transaction", dispute.parent_id).unique_key
    return {
        **serializers.serialize(context, dispute, tuple(name for name in COLUMNS if name != "reference")),
        "reference": reference,
    }
