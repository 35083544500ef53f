"""Disputes: a customer wants the money back from the bank, and the merchant answers, or does not.

    awaiting-merchant-feedback > resolved                              accepted, with a refund; or nobody answered
    awaiting-merchant-feedback > awaiting-bank-feedback > resolved     declined, and the bank decides

There is no operation of Paystack's that makes one: ``POST /_emulator/disputes`` does, as the customer's bank would.
The merchant is reminded a day before it is due. When it is due it is accepted on the merchant's behalf. Declined, it is
the bank that decides, for the merchant unless ``POST /_emulator/disputes/{id}/lose`` says otherwise before.

A dispute that is lost is a refund, at once: :mod:`~paystackease.emulator.resources.refund` moves the money, reverses a
transaction of which nothing is left, and counts what is given back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.http.pagination import DAY, id_filter, paginate, select_all
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import dispute_serializers as views
from paystackease.emulator.resources import export, refund, transaction
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document

dispute = RouteGroup()

OPEN, AT_THE_BANK = "awaiting-merchant-feedback", "awaiting-bank-feedback"
MACHINE = StateMachine("dispute", f"{OPEN} > {AT_THE_BANK} > resolved", f"{OPEN} > resolved")

DUE_AT = 18 * 3_600.0
"""The time of the day at which one is due, in UTC, as in a sample: the first time after a whole day."""
BANK_SECONDS = 3 * DAY
"""How long a bank takes to look at evidence (an assumption)."""

CATEGORIES = ("chargeback", "general", "fraud", "authorization", "processing_errors", "consumer_dispute")
COLUMNS = ("id", "status", "resolution", "category", "refund_amount", "currency", "reference", "dueAt", "createdAt")
TOO_MUCH = "Refund amount cannot be greater than initial amount"


@dispute.route("POST", "/_emulator/disputes")
def make(context: RequestContext) -> ApiResponse:
    """The customer of ``transaction`` disputes it: all that is left of it, or ``refund_amount``."""
    tx = transaction.named(context, context.require("transaction"))
    if tx is None or (rest := refund.left(context, tx)) <= 0:
        raise ApiError(404, "Give the transaction that is disputed: one that is paid and not given back", "not_found")
    if any(one.body["status"] != "resolved" for one in context.children_of("dispute", tx.id)):
        raise ApiError(400, "This transaction is disputed already", "invalid_params")
    category = context.body.get("category") or CATEGORIES[0]
    if category not in CATEGORIES:
        raise ApiError(400, f"category is one of {', '.join(CATEGORIES)}", "invalid_params")
    amount = rest if context.body.get("refund_amount") is None else context.require_amount("refund_amount")
    if amount > rest:
        raise ApiError(400, TOO_MUCH)
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
    found = context.create("dispute", body, parent_id=tx.id)
    views.note(context, found, "customer", status="pending", message=message)
    context.save(found)
    _tell(context, found, "create")
    context.schedule(due - DAY - context.now, "dispute.remind", id=found.id)
    context.schedule(due - context.now, "dispute.accept", id=found.id)
    return ApiResponse("The customer disputes it", views.show(context, found, views.FETCHED))


@dispute.route("POST", "/_emulator/disputes/{id}/lose")
def lose(context: RequestContext) -> ApiResponse:
    """The customer's bank decides against the merchant."""
    found = _find(context)
    if not MACHINE.can(found, "resolved"):
        raise ApiError(400, "This dispute is resolved already", "invalid_params")
    _resolve(context, found, "auto-accepted")
    return ApiResponse("The bank decided for the customer", views.show(context, found, views.FETCHED))


@dispute.route("GET", "/dispute")
def list_(context: RequestContext) -> ApiResponse:
    owner, message = id_filter(context, "transaction"), "Disputes retrieved"
    return paginate(
        context, "dispute", message, lambda found: views.listed(context, found), parent_id=owner, having=_by(context)
    )


@dispute.route("GET", "/dispute/export")
def exported(context: RequestContext) -> ApiResponse:
    found = select_all(context, "dispute", parent_id=id_filter(context, "transaction"), having=_by(context))
    if not found:
        raise ApiError(404, "No disputes found", "not_found")
    return export.made(context, "disputes", COLUMNS, [_row(context, one) for one in found])


@dispute.route("GET", "/dispute/{id}")
def fetch(context: RequestContext) -> ApiResponse:
    return ApiResponse("Dispute retrieved", views.show(context, _find(context), views.FETCHED))


@dispute.route("GET", "/dispute/transaction/{id}")
def of_transaction(context: RequestContext) -> ApiResponse:
    tx = transaction.named(context, context.params["id"])
    found = [] if tx is None else context.children_of("dispute", tx.id)
    if not found:
        raise _not_found()
    # Paystack calls it a list and answers with one; of several, the newest (an assumption).
    return ApiResponse("Dispute retrieved successfully", views.of_transaction(context, found[-1]))


@dispute.route("PUT", "/dispute/{id}")
def update(context: RequestContext) -> ApiResponse:
    found = _open(context)
    found.body["refund_amount"] = _amount(context, found, least=1)
    _attach(context, found)
    context.save(found)
    return ApiResponse("Dispute updated successfully", [views.show(context, found, views.UPDATED)])


@dispute.route("POST", "/dispute/{id}/evidence")
def evidence(context: RequestContext) -> ApiResponse:
    found = _open(context)
    names = ("customer_email", "customer_name", "customer_phone", "service_details")
    given: dict[str, object] = {name: str(context.require(name)) for name in names}
    given["delivery_address"] = context.body.get("delivery_address")
    if context.body.get("delivery_date") is not None:
        given["delivery_date"] = context.body["delivery_date"]
    # Nothing tells of it later, so that none of what it says of a person is kept.
    kept = context.create("evidence", {}, parent_id=found.id)
    found.body["evidence"] = kept.id
    context.save(found)
    return ApiResponse("Evidence created", {**given, "dispute": found.id, "id": kept.id, **views.dates(kept)})


@dispute.route("GET", "/dispute/{id}/upload_url")
def upload_url(context: RequestContext) -> ApiResponse:
    found = _open(context)
    if not context.query.get("upload_filename"):
        raise missing_field("upload_filename")
    name = context.next_code("upload", length=20)
    context.create("upload", {}, unique_key=name, parent_id=found.id)
    url = f"{context.services.base_url()}/_emulator/uploads/{context.tenant.id}/{name}"
    return ApiResponse("Upload url generated", {"signedUrl": url, "fileName": name})


@dispute.route("PUT", "/_emulator/uploads/{tenant}/{name}", keyless=True, file=True)
def upload(context: RequestContext) -> ApiResponse:
    """A file about a dispute comes. Of what is in it nothing is kept."""
    if context.find("upload", name=context.params["name"]) is None:
        raise ApiError(404, "There is no such address to send a file to", "not_found")
    return message_only("The file is there")


@dispute.route("PUT", "/dispute/{id}/resolve")
def resolve(context: RequestContext) -> ApiResponse:
    found = _open(context)
    resolution, message = context.require("resolution", "Resolution"), str(context.require("message", "Message"))
    if resolution not in {"merchant-accepted", "declined"}:
        raise ApiError(400, "Invalid resolution passed", "invalid_params")  # the wording is an assumption
    accepted = resolution == "merchant-accepted"
    amount = _amount(context, found, least=1 if accepted else 0)
    context.require("uploaded_filename")
    if (number := context.body.get("evidence")) is not None and number != found.body["evidence"]:
        raise ApiError(404, "Evidence not found", "not_found")  # an assumption
    _attach(context, found)
    views.note(context, found, "merchant", status="resolved" if accepted else AT_THE_BANK, message=message)
    if accepted:
        found.body["refund_amount"] = amount
        _resolve(context, found, "merchant-accepted")
    else:
        MACHINE.transition(found, AT_THE_BANK)
        found.body["resolution"] = "declined"
        context.save(found)
        context.schedule(BANK_SECONDS, "dispute.decide", id=found.id)
    return ApiResponse("Dispute successfully resolved", views.resolved(context, found))


@dispute.job("dispute.remind")
def remind(context: RequestContext) -> None:
    found = context.get("dispute", context.body["id"])
    if found.body["status"] == OPEN:
        context.save(found)
        _tell(context, found, "remind")


@dispute.job("dispute.accept")
def accept(context: RequestContext) -> None:
    found = context.get("dispute", context.body["id"])
    if found.body["status"] == OPEN:
        _resolve(context, found, "auto-accepted")


@dispute.job("dispute.decide")
def decide(context: RequestContext) -> None:
    found = context.get("dispute", context.body["id"])
    if found.body["status"] == AT_THE_BANK:
        _resolve(context, found, "declined")


def _resolve(context: RequestContext, found: Document, resolution: str) -> None:
    tx = context.get("transaction", found.parent_id)
    MACHINE.transition(found, "resolved")
    found.body.update(resolution=resolution, resolved=context.now)
    if resolution != "declined":
        # What the merchant gave back meanwhile is not given back twice.
        amount = min(found.body["refund_amount"], refund.left(context, tx))
        found.body["refund_amount"] = amount
        if amount:
            refund.begin(context, tx, amount, dispute=found.id)
    context.save(found)
    _tell(context, found, "resolve")


def _tell(context: RequestContext, found: Document, what: str) -> None:
    context.emit(f"charge.dispute.{what}", views.webhook_payload(context, found))


def _find(context: RequestContext) -> Document:
    number = context.params["id"]
    found = context.find("dispute", id=int(number)) if number.isdecimal() and len(number) < 19 else None
    if found is None:
        raise _not_found()
    return found


def _open(context: RequestContext) -> Document:
    found = _find(context)
    if found.body["status"] != OPEN:
        # The wording is an assumption.
        raise ApiError(400, f"Dispute is {found.body['status']}: it cannot be answered any more", "invalid_params")
    return found


def _not_found() -> ApiError:
    return ApiError(404, "Dispute not found", "not_found")


def _amount(context: RequestContext, found: Document, *, least: int) -> int:
    amount = context.require_amount("refund_amount", minimum=least)
    if amount > refund.left(context, context.get("transaction", found.parent_id)):
        raise ApiError(400, TOO_MUCH)
    return amount


def _attach(context: RequestContext, found: Document) -> None:
    if context.body.get("uploaded_filename"):
        found.body["attachments"] = str(context.body["uploaded_filename"])


def _by(context: RequestContext) -> Mapping[str, object]:
    status = context.query.get("status")
    return {"status": status} if status else {}


def _row(context: RequestContext, found: Document) -> dict[str, Any]:
    reference = context.get("transaction", found.parent_id).unique_key
    return {
        **views.show(context, found, tuple(name for name in COLUMNS if name != "reference")),
        "reference": reference,
    }
