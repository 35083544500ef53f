"""Refunds: payments given back, whole or in part.

    pending > processing > processed | failed | needs-attention
    needs-attention > processing                    the merchant says to which account of the customer it is to go

Jobs lead from one to the next. What becomes of one is decided by the test card or account that was paid with, which
the transaction remembers, and after a retry by the account that it is sent to.

The money is taken off what the merchant is settled next. Where the payment itself was settled before, ``unsettled``
falls below zero, until later payments make up for it. The main account bears all of it, and Paystack keeps its fee
(assumptions). While a refund is pending nothing has moved; a failed one gives back what it took. Together, the refunds
of a payment that did not fail are never more than was paid.
"""

from __future__ import annotations

from collections.abc import Mapping

from paystackease.emulator.accounting import ledger
from paystackease.emulator.accounting.ledger import OUTSIDE, UNSETTLED
from paystackease.emulator.catalog.test_instruments import REFUND_ACCOUNTS
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import id_filter, paginate
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import refund_serializers as views
from paystackease.emulator.resources import settlement, transaction
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document

refund = RouteGroup()

MACHINE = StateMachine(
    "refund",
    "pending > processing > processed | failed | needs-attention",
    "needs-attention > processing",
)

PENDING_SECONDS = 5.0
PROCESSING_SECONDS = 60.0
"""How long each takes here; on Paystack it is days (an assumption)."""

REFUNDS = "refunds"
"""The account in which the money is that has left the merchant and not reached the customer."""

PLACES: Mapping[str, str] = {
    # at this status: the account in which the amount is
    "pending": UNSETTLED,
    "processing": REFUNDS,
    "needs-attention": REFUNDS,
    "processed": OUTSIDE,
    "failed": UNSETTLED,
}


@refund.route("POST", "/refund")
def create(context: RequestContext) -> ApiResponse:
    tx = transaction.named(context, context.require("transaction", "Transaction"))
    if tx is None:
        step = "Ensure the transaction reference or ID is correct"
        raise ApiError(400, "Transaction not found", "transaction_not_found", next_step=step)
    currency = context.body.get("currency")
    if currency is not None and currency != tx.body["currency"]:
        # The wording is an assumption.
        raise ApiError(400, "Refund currency does not match transaction currency", "invalid_params")
    amount = None if context.body.get("amount") is None else context.require_amount()
    notes = {name: str(context.body[name]) for name in ("customer_note", "merchant_note") if context.body.get(name)}
    found = begin(context, tx, amount, notes=notes)
    return ApiResponse("Refund has been queued for processing", views.created(context, found, tx))


@refund.route("POST", "/refund/retry_with_customer_details/{id}")
def retry(context: RequestContext) -> ApiResponse:
    found = _find(context)
    names = ("currency", "account_number", "bank_id")
    details = context.require_object("refund_account_details", *names)
    if found.body["status"] != "needs-attention":
        step = "Ensure that the value(s) you're passing are valid."
        message = 'Invalid Refund state, refund status should be "needs-attention"'
        raise ApiError(422, message, "invalid_params", next_step=step)
    if details["currency"] != found.body["currency"]:
        # The wording is an assumption.
        raise ApiError(400, "Refund currency does not match transaction currency", "invalid_params")
    # What becomes of it is all that is kept of the account.
    outcome = REFUND_ACCOUNTS.get(str(details["account_number"]), "processed")
    found.body.update(outcome=outcome, processor=views.TO_AN_ACCOUNT)
    become(context, found, "processing")
    return ApiResponse("Refund retried and has been queued for processing", views.show(context, found, views.RETRIED))


@refund.route("GET", "/refund")
def list_(context: RequestContext) -> ApiResponse:
    # By the transaction's number; its reference finds nothing (observed).
    owner = id_filter(context, "transaction")
    currency = context.query.get("currency")
    having: dict[str, object] = {} if currency is None else {"currency": currency}
    message = "Refunds retrieved"
    answer = paginate(
        context, "refund", message, lambda found: views.listed(context, found), parent_id=owner, having=having
    )
    # Of which refunds these two speak is seen of one transaction alone (observed); elsewhere it is an assumption.
    tx = None if owner is None else context.find("transaction", id=owner)
    retriable = len(context.find_all("refund", parent_id=owner, status="needs-attention"))
    more = {"totalRetriable": retriable, "partialAmountLeft": 0 if tx is None else left(context, tx)}
    return ApiResponse(message, answer.data, meta={**(answer.meta or {}), **more})


@refund.route("GET", "/refund/{id}")
def fetch(context: RequestContext) -> ApiResponse:
    return ApiResponse("Refund retrieved", views.show(context, _find(context), views.FETCHED))


@refund.job("refund.process")
def process(context: RequestContext) -> None:
    found = context.get("refund", context.body["id"])
    if found.body["status"] == "pending":
        become(context, found, "processing")


@refund.job("refund.finish")
def finish(context: RequestContext) -> None:
    found = context.get("refund", context.body["id"])
    if found.body["status"] == "processing":
        become(context, found, found.body["outcome"])


def left(context: RequestContext, tx: Document) -> int:
    """How much of a payment can still be given back, in subunits."""
    if tx.body["status"] != "success":
        return 0
    earlier = [one.body for one in context.children_of("refund", tx.id)]
    paid: int = tx.body["amount"]
    given: int = sum(body["amount"] for body in earlier if body["status"] != "failed")
    return paid - given


def begin(
    context: RequestContext,
    tx: Document,
    amount: int | None,
    *,
    dispute: int | None = None,
    notes: Mapping[str, str] | None = None,
) -> Document:
    """Give a payment back.

    :param amount: How much, in subunits; None is all that is left of it.
    :param dispute: The number of the dispute that was lost. It is not waited for then: the bank has the money at once.
    :param notes: ``customer_note`` and ``merchant_note``, where the merchant has some.
    :raises Refusal: Where it was not paid, or not as much is left of it.
    """
    rest = left(context, tx)
    if tx.body["status"] == "reversed" or (tx.body["status"] == "success" and rest <= 0):
        raise ApiError(400, "Transaction has been fully reversed", "transaction_reversed", kind="api_error")
    if tx.body["status"] != "success":
        # The wording is an assumption.
        raise ApiError(400, "Only a transaction that was paid can be refunded", "invalid_params")
    if amount is not None and amount > rest:
        code = "refund_amount_exceeds_transaction_amount"
        step = "The refund amount should not exceed original transaction amount."
        raise ApiError(400, "Refund amount exceeds transaction amount", code, next_step=step)
    body = {
        "status": "pending",
        "amount": rest if amount is None else amount,
        "currency": tx.body["currency"],
        "dispute": dispute,
        "outcome": "processed" if dispute else tx.body.get("refund_outcome", "processed"),
        "processor": views.processor(tx),
        "refund_reference": None,
        "refunded_at": None,
        "expected_at": views.working_days_later(context.now),
        "customer_note": f"Refund for transaction {tx.unique_key}",
        "merchant_note": f"Refund for transaction {tx.unique_key} by {views.MERCHANT}",
        **(notes or {}),
    }
    found = context.create("refund", body, parent_id=tx.id)
    _tell(context, found)
    if dispute is None:
        context.schedule(PENDING_SECONDS, "refund.process", id=found.id)
    else:
        become(context, found, "processing")
        become(context, found, "processed")
    return found


def become(context: RequestContext, found: Document, status: str) -> None:
    """Let it go on to this status, move its money, and tell of it."""
    before, body = PLACES[found.body["status"]], found.body
    MACHINE.transition(found, status)
    _carry(context, found, before, PLACES[status])
    if status != "processing" and body["refund_reference"] is None:
        body["refund_reference"] = views.reference(context, found)
    if status == "processed":
        body["refunded_at"] = context.now
    context.save(found)
    _tell(context, found)
    if status == "processing" and body["dispute"] is None:
        context.schedule(PROCESSING_SECONDS, "refund.finish", id=found.id)
    if status == "processed":
        _reverse(context, found)


def _carry(context: RequestContext, found: Document, source: str, target: str) -> None:
    if source == target:
        return
    amount, currency = found.body["amount"], found.body["currency"]
    ledger.move(context, currency, amount, source, target, reason="Refund", cause=("refund", found.id))
    if source == UNSETTLED:
        settlement.deduct(context, currency, amount)
    elif target == UNSETTLED:
        settlement.deduct(context, currency, -amount)


def _reverse(context: RequestContext, found: Document) -> None:
    # All of a payment was given back, by this refund or by this and others.
    tx = context.get("transaction", found.parent_id)
    done = (one for one in context.children_of("refund", tx.id) if one.body["status"] == "processed")
    if tx.body["status"] == "success" and sum(one.body["amount"] for one in done) == tx.body["amount"]:
        transaction.reverse(context, tx)


def _tell(context: RequestContext, found: Document) -> None:
    context.emit(f"refund.{found.body['status']}", views.webhook_payload(context, found))


def _find(context: RequestContext) -> Document:
    number = context.params["id"]
    found = context.find("refund", id=int(number)) if number.isdecimal() and len(number) < 19 else None
    if found is None:
        raise ApiError(404, "Refund not found", "not_found")
    return found
