"""Refunds: payments returned to the customer, in full or in part.

    pending > processing > processed | failed | needs-attention
    needs-attention > processing                    the merchant names the customer's account

Jobs lead from one status to the next. The test card or account of the payment determines the outcome; after a retry,
the account that the refund is sent to determines it.

The amount is deducted from the merchant's next settlement. If the payment was settled before, ``unsettled`` falls below
zero until later payments cover it. The main account bears all of it, and Paystack keeps its fee (assumptions).
While a refund is pending, no money has moved. A failed refund returns the money. The refunds of a payment that have not
failed never exceed its amount.
"""

from __future__ import annotations

from collections.abc import Mapping

from paystackease.emulator.accounting import ledger
from paystackease.emulator.accounting.ledger import OUTSIDE, REFUNDS, UNSETTLED
from paystackease.emulator.catalog.test_instruments import REFUND_ACCOUNTS
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import id_filter, paginate
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import refund_serializers as serializers
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import settlement, transaction

routes = RouteGroup()

MACHINE = StateMachine(
    "refund",
    "pending > processing > processed | failed | needs-attention",
    "needs-attention > processing",
)

PENDING_SECONDS = 5.0
PROCESSING_SECONDS = 60.0
"""The duration of each status here; on Paystack it is days (an assumption)."""

ACCOUNTS: Mapping[str, str] = {
    # by status: the account that holds the amount
    "pending": UNSETTLED,
    "processing": REFUNDS,
    "needs-attention": REFUNDS,
    "processed": OUTSIDE,
    "failed": UNSETTLED,
}


@routes.route("POST", "/refund")
def create(context: RequestContext) -> ApiResponse:
    tx = transaction.find_by_reference_or_id(context, context.require("transaction", "Transaction"))
    if tx is None:
        hint = "Ensure the transaction reference or ID is correct"
        raise ApiError(400, "Transaction not found", "transaction_not_found", next_step=hint)
    currency = context.body.get("currency")
    if currency is not None and currency != tx.body["currency"]:
        # The wording is an assumption.
        raise ApiError(400, "Refund currency does not match transaction currency", "invalid_params")
    amount = None if context.body.get("amount") is None else context.require_amount()
    notes = {name: str(context.body[name]) for name in ("customer_note", "merchant_note") if context.body.get(name)}
    refund = create_refund(context, tx, amount, notes=notes)
    return ApiResponse("Refund has been queued for processing", serializers.serialize_created(context, refund, tx))


@routes.route("POST", "/refund/retry_with_customer_details/{id}")
def retry(context: RequestContext) -> ApiResponse:
    refund = _find(context)
    names = ("currency", "account_number", "bank_id")
    details = context.require_object("refund_account_details", *names)
    if refund.body["status"] != "needs-attention":
        hint = "Ensure that the value(s) you're passing are valid."
        message = 'Invalid Refund state, refund status should be "needs-attention"'
        raise ApiError(422, message, "invalid_params", next_step=hint)
    if details["currency"] != refund.body["currency"]:
        # The wording is an assumption.
        raise ApiError(400, "Refund currency does not match transaction currency", "invalid_params")
    # Of the account, only the outcome is stored.
    outcome = REFUND_ACCOUNTS.get(str(details["account_number"]), "processed")
    refund.body.update(outcome=outcome, processor=serializers.TO_AN_ACCOUNT)
    transition(context, refund, "processing")
    return ApiResponse(
        "Refund retried and has been queued for processing", serializers.serialize(context, refund, serializers.RETRIED)
    )


@routes.route("GET", "/refund")
def list_(context: RequestContext) -> ApiResponse:
    # The filter is the transaction's number; a reference matches nothing (observed).
    transaction_id = id_filter(context, "transaction")
    currency = context.query.get("currency")
    having: dict[str, object] = {} if currency is None else {"currency": currency}
    message = "Refunds retrieved"
    response = paginate(
        context,
        "refund",
        message,
        lambda refund: serializers.serialize_listed(context, refund),
        parent_id=transaction_id,
        having=having,
    )
    # The scope of these two is known for one transaction (observed); otherwise it is an assumption.
    tx = None if transaction_id is None else context.find("transaction", number=transaction_id)
    retriable = len(context.find_all("refund", parent_id=transaction_id, having={"status": "needs-attention"}))
    extra_meta = {"totalRetriable": retriable, "partialAmountLeft": 0 if tx is None else refundable_amount(context, tx)}
    return ApiResponse(message, response.data, meta={**(response.meta or {}), **extra_meta})


@routes.route("GET", "/refund/{id}")
def fetch(context: RequestContext) -> ApiResponse:
    return ApiResponse("Refund retrieved", serializers.serialize(context, _find(context), serializers.FETCHED))


@routes.job("refund.process")
def process(context: RequestContext) -> None:
    refund = context.get("refund", context.body["id"])
    if refund.body["status"] == "pending":
        transition(context, refund, "processing")


@routes.job("refund.finish")
def finish(context: RequestContext) -> None:
    refund = context.get("refund", context.body["id"])
    if refund.body["status"] == "processing":
        transition(context, refund, refund.body["outcome"])


def refundable_amount(context: RequestContext, tx: Document) -> int:
    """Return how much of a payment can still be refunded, in subunits."""
    if tx.body["status"] != "success":
        return 0
    refunds = [refund.body for refund in context.children_of("refund", tx.id)]
    paid: int = tx.body["amount"]
    refunded: int = sum(body["amount"] for body in refunds if body["status"] != "failed")
    return paid - refunded


def create_refund(
    context: RequestContext,
    tx: Document,
    amount: int | None,
    *,
    dispute: int | None = None,
    notes: Mapping[str, str] | None = None,
) -> Document:
    """Refund a payment.

    :param amount: In subunits; None for the whole refundable amount.
    :param dispute: The number of a lost dispute. Then the refund is processed immediately.
    :param notes: ``customer_note`` and ``merchant_note``, if the request has them.
    :raises ApiError: If the transaction is not paid, or the amount exceeds the refundable amount.
    """
    refundable = refundable_amount(context, tx)
    if tx.body["status"] == "reversed" or (tx.body["status"] == "success" and refundable <= 0):
        raise ApiError(400, "Transaction has been fully reversed", "transaction_reversed", kind="api_error")
    if tx.body["status"] != "success":
        # The wording is an assumption.
        raise ApiError(400, "Only a transaction that was paid can be refunded", "invalid_params")
    if amount is not None and amount > refundable:
        code = "refund_amount_exceeds_transaction_amount"
        hint = "The refund amount should not exceed original transaction amount."
        raise ApiError(400, "Refund amount exceeds transaction amount", code, next_step=hint)
    body = {
        "status": "pending",
        "amount": refundable if amount is None else amount,
        "currency": tx.body["currency"],
        "dispute": dispute,
        "outcome": "processed" if dispute else tx.body.get("refund_outcome", "processed"),
        "processor": serializers.processor(tx),
        "refund_reference": None,
        "refunded_at": None,
        "expected_at": serializers.add_working_days(context.now),
        "customer_note": f"Refund for transaction {tx.unique_key}",
        "merchant_note": f"Refund for transaction {tx.unique_key} by {serializers.MERCHANT}",
        **(notes or {}),
    }
    refund = context.create("refund", body, parent_id=tx.id)
    _emit(context, refund)
    if dispute is None:
        context.schedule(PENDING_SECONDS, "refund.process", id=refund.id)
    else:
        transition(context, refund, "processing")
        transition(context, refund, "processed")
    return refund


def transition(context: RequestContext, refund: Document, status: str) -> None:
    """Move a refund to this status, move its money, and emit its webhook."""
    source, body = ACCOUNTS[refund.body["status"]], refund.body
    MACHINE.transition(refund, status)
    _move_money(context, refund, source, ACCOUNTS[status])
    if status != "processing" and body["refund_reference"] is None:
        body["refund_reference"] = serializers.processor_reference(context, refund)
    if status == "processed":
        body["refunded_at"] = context.now
    context.save(refund)
    _emit(context, refund)
    if status == "processing" and body["dispute"] is None:
        context.schedule(PROCESSING_SECONDS, "refund.finish", id=refund.id)
    if status == "processed":
        _reverse_if_fully_refunded(context, refund)


def _move_money(context: RequestContext, refund: Document, source: str, target: str) -> None:
    if source == target:
        return
    amount, currency = refund.body["amount"], refund.body["currency"]
    ledger.move(context, currency, amount, source, target, reason="Refund", cause=("refund", refund.id))
    if source == UNSETTLED:
        settlement.add_deduction(context, currency, amount)
    elif target == UNSETTLED:
        settlement.add_deduction(context, currency, -amount)


def _reverse_if_fully_refunded(context: RequestContext, refund: Document) -> None:
    # One or several refunds have returned the whole payment.
    tx = context.get("transaction", refund.parent_id)
    processed = (other for other in context.children_of("refund", tx.id) if other.body["status"] == "processed")
    if tx.body["status"] == "success" and sum(other.body["amount"] for other in processed) == tx.body["amount"]:
        transaction.reverse(context, tx)


def _emit(context: RequestContext, refund: Document) -> None:
    context.emit(f"refund.{refund.body['status']}", serializers.webhook_payload(context, refund))


def _find(context: RequestContext) -> Document:
    refund = context.find_by_id("refund", context.params["id"])
    if refund is None:
        raise ApiError(404, "Refund not found", "not_found")
    return refund
