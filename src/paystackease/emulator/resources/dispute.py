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

from paystackease.emulator.http.context import ApiResponse, RequestContext, RouteGroup, message_only
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.http.pagination import DAY, id_filter, paginate, selected
from paystackease.emulator.resources import dispute_serializers as views
from paystackease.emulator.resources import export, refund, transaction
from paystackease.emulator.state_machine import Machine
from paystackease.emulator.storage.store import Document

dispute = RouteGroup()

OPEN, AT_THE_BANK = "awaiting-merchant-feedback", "awaiting-bank-feedback"
MACHINE = Machine("dispute", f"{OPEN} > {AT_THE_BANK} > resolved", f"{OPEN} > resolved")

DUE_AT = 18 * 3_600.0
"""The time of the day at which one is due, in UTC, as in a sample: the first time after a whole day."""
BANK_SECONDS = 3 * DAY
"""How long a bank takes to look at evidence (an assumption)."""

CATEGORIES = ("chargeback", "general", "fraud", "authorization", "processing_errors", "consumer_dispute")
COLUMNS = ("id", "status", "resolution", "category", "refund_amount", "currency", "reference", "dueAt", "createdAt")
TOO_MUCH = "Refund amount cannot be greater than initial amount"


@dispute.route("POST", "/_emulator/disputes")
def make(call: RequestContext) -> ApiResponse:
    """The customer of ``transaction`` disputes it: all that is left of it, or ``refund_amount``."""
    tx = transaction.named(call, call.require("transaction"))
    if tx is None or (rest := refund.left(call, tx)) <= 0:
        raise ApiError(404, "Give the transaction that is disputed: one that is paid and not given back", "not_found")
    if any(one.body["status"] != "resolved" for one in call.owned("dispute", tx.id)):
        raise ApiError(400, "This transaction is disputed already", "invalid_params")
    category = call.body.get("category") or CATEGORIES[0]
    if category not in CATEGORIES:
        raise ApiError(400, f"category is one of {', '.join(CATEGORIES)}", "invalid_params")
    amount = rest if call.body.get("refund_amount") is None else call.require_amount("refund_amount")
    if amount > rest:
        raise ApiError(400, TOO_MUCH)
    message = str(call.body.get("message") or "Customer complained about debit without value")
    due = (call.now // DAY + 1) * DAY + DUE_AT
    due += DAY if due - call.now < DAY else 0
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
    found = call.new("dispute", body, owner=tx.id)
    views.note(call, found, "customer", status="pending", message=message)
    call.save(found)
    _tell(call, found, "create")
    call.schedule(due - DAY - call.now, "dispute.remind", id=found.id)
    call.schedule(due - call.now, "dispute.accept", id=found.id)
    return ApiResponse("The customer disputes it", views.show(call, found, views.FETCHED))


@dispute.route("POST", "/_emulator/disputes/{id}/lose")
def lose(call: RequestContext) -> ApiResponse:
    """The customer's bank decides against the merchant."""
    found = _find(call)
    if not MACHINE.may(found, "resolved"):
        raise ApiError(400, "This dispute is resolved already", "invalid_params")
    _resolve(call, found, "auto-accepted")
    return ApiResponse("The bank decided for the customer", views.show(call, found, views.FETCHED))


@dispute.route("GET", "/dispute")
def list_(call: RequestContext) -> ApiResponse:
    owner, message = id_filter(call, "transaction"), "Disputes retrieved"
    return paginate(call, "dispute", message, lambda found: views.listed(call, found), owner=owner, having=_by(call))


@dispute.route("GET", "/dispute/export")
def exported(call: RequestContext) -> ApiResponse:
    found = selected(call, "dispute", owner=id_filter(call, "transaction"), having=_by(call))
    if not found:
        raise ApiError(404, "No disputes found", "not_found")
    return export.made(call, "disputes", COLUMNS, [_row(call, one) for one in found])


@dispute.route("GET", "/dispute/{id}")
def fetch(call: RequestContext) -> ApiResponse:
    return ApiResponse("Dispute retrieved", views.show(call, _find(call), views.FETCHED))


@dispute.route("GET", "/dispute/transaction/{id}")
def of_transaction(call: RequestContext) -> ApiResponse:
    tx = transaction.named(call, call.params["id"])
    found = [] if tx is None else call.owned("dispute", tx.id)
    if not found:
        raise _not_found()
    # Paystack calls it a list and answers with one; of several, the newest (an assumption).
    return ApiResponse("Dispute retrieved successfully", views.of_transaction(call, found[-1]))


@dispute.route("PUT", "/dispute/{id}")
def update(call: RequestContext) -> ApiResponse:
    found = _open(call)
    found.body["refund_amount"] = _amount(call, found, least=1)
    _attach(call, found)
    call.save(found)
    return ApiResponse("Dispute updated successfully", [views.show(call, found, views.UPDATED)])


@dispute.route("POST", "/dispute/{id}/evidence")
def evidence(call: RequestContext) -> ApiResponse:
    found = _open(call)
    names = ("customer_email", "customer_name", "customer_phone", "service_details")
    given: dict[str, object] = {name: str(call.require(name)) for name in names}
    given["delivery_address"] = call.body.get("delivery_address")
    if call.body.get("delivery_date") is not None:
        given["delivery_date"] = call.body["delivery_date"]
    # Nothing tells of it later, so that none of what it says of a person is kept.
    kept = call.new("evidence", {}, owner=found.id)
    found.body["evidence"] = kept.id
    call.save(found)
    return ApiResponse("Evidence created", {**given, "dispute": found.id, "id": kept.id, **views.dates(kept)})


@dispute.route("GET", "/dispute/{id}/upload_url")
def upload_url(call: RequestContext) -> ApiResponse:
    found = _open(call)
    if not call.query.get("upload_filename"):
        raise missing_field("upload_filename")
    name = call.next_code("upload", length=20)
    call.new("upload", {}, name=name, owner=found.id)
    url = f"{call.services.base_url()}/_emulator/uploads/{call.tenant.id}/{name}"
    return ApiResponse("Upload url generated", {"signedUrl": url, "fileName": name})


@dispute.route("PUT", "/_emulator/uploads/{tenant}/{name}", open=True, file=True)
def upload(call: RequestContext) -> ApiResponse:
    """A file about a dispute comes. Of what is in it nothing is kept."""
    if call.find("upload", name=call.params["name"]) is None:
        raise ApiError(404, "There is no such address to send a file to", "not_found")
    return message_only("The file is there")


@dispute.route("PUT", "/dispute/{id}/resolve")
def resolve(call: RequestContext) -> ApiResponse:
    found = _open(call)
    resolution, message = call.require("resolution", "Resolution"), str(call.require("message", "Message"))
    if resolution not in {"merchant-accepted", "declined"}:
        raise ApiError(400, "Invalid resolution passed", "invalid_params")  # the wording is an assumption
    accepted = resolution == "merchant-accepted"
    amount = _amount(call, found, least=1 if accepted else 0)
    call.require("uploaded_filename")
    if (number := call.body.get("evidence")) is not None and number != found.body["evidence"]:
        raise ApiError(404, "Evidence not found", "not_found")  # an assumption
    _attach(call, found)
    views.note(call, found, "merchant", status="resolved" if accepted else AT_THE_BANK, message=message)
    if accepted:
        found.body["refund_amount"] = amount
        _resolve(call, found, "merchant-accepted")
    else:
        MACHINE.move(found, AT_THE_BANK)
        found.body["resolution"] = "declined"
        call.save(found)
        call.schedule(BANK_SECONDS, "dispute.decide", id=found.id)
    return ApiResponse("Dispute successfully resolved", views.resolved(call, found))


@dispute.job("dispute.remind")
def remind(call: RequestContext) -> None:
    found = call.get("dispute", call.body["id"])
    if found.body["status"] == OPEN:
        call.save(found)
        _tell(call, found, "remind")


@dispute.job("dispute.accept")
def accept(call: RequestContext) -> None:
    found = call.get("dispute", call.body["id"])
    if found.body["status"] == OPEN:
        _resolve(call, found, "auto-accepted")


@dispute.job("dispute.decide")
def decide(call: RequestContext) -> None:
    found = call.get("dispute", call.body["id"])
    if found.body["status"] == AT_THE_BANK:
        _resolve(call, found, "declined")


def _resolve(call: RequestContext, found: Document, resolution: str) -> None:
    tx = call.get("transaction", found.parent_id)
    MACHINE.move(found, "resolved")
    found.body.update(resolution=resolution, resolved=call.now)
    if resolution != "declined":
        # What the merchant gave back meanwhile is not given back twice.
        amount = min(found.body["refund_amount"], refund.left(call, tx))
        found.body["refund_amount"] = amount
        if amount:
            refund.begin(call, tx, amount, dispute=found.id)
    call.save(found)
    _tell(call, found, "resolve")


def _tell(call: RequestContext, found: Document, what: str) -> None:
    call.emit(f"charge.dispute.{what}", views.webhook_payload(call, found))


def _find(call: RequestContext) -> Document:
    number = call.params["id"]
    found = call.find("dispute", id=int(number)) if number.isdecimal() and len(number) < 19 else None
    if found is None:
        raise _not_found()
    return found


def _open(call: RequestContext) -> Document:
    found = _find(call)
    if found.body["status"] != OPEN:
        # The wording is an assumption.
        raise ApiError(400, f"Dispute is {found.body['status']}: it cannot be answered any more", "invalid_params")
    return found


def _not_found() -> ApiError:
    return ApiError(404, "Dispute not found", "not_found")


def _amount(call: RequestContext, found: Document, *, least: int) -> int:
    amount = call.require_amount("refund_amount", minimum=least)
    if amount > refund.left(call, call.get("transaction", found.parent_id)):
        raise ApiError(400, TOO_MUCH)
    return amount


def _attach(call: RequestContext, found: Document) -> None:
    if call.body.get("uploaded_filename"):
        found.body["attachments"] = str(call.body["uploaded_filename"])


def _by(call: RequestContext) -> Mapping[str, object]:
    status = call.query.get("status")
    return {"status": status} if status else {}


def _row(call: RequestContext, found: Document) -> dict[str, Any]:
    reference = call.get("transaction", found.parent_id).unique_key
    return {**views.show(call, found, tuple(name for name in COLUMNS if name != "reference")), "reference": reference}
