"""The states of a transfer, and which ledger account holds its money in each.

    otp > received | pending | abandoned        it waits for an OTP, for half an hour
    received > pending | rejected | blocked     the merchant's approval URL approves, rejects, or does not respond
    pending > success | failed | reversed       the bank completes it or does not
    success > reversed                          the bank returns it

The money leaves the balance when the transfer is created. It is in transit until the bank completes the transfer, and
returns once, with the fee, if the bank does not (that the fee returns is an assumption). One table says which account
holds it in each state, and :func:`transition`, the only way to the next state, moves it there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from paystackease.emulator.accounting import ledger
from paystackease.emulator.accounting.ledger import BALANCE, OUTSIDE, PAYSTACK, TRANSIT
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.resources import transfer_serializers as serializers
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document
from paystackease.emulator.webhooks import approvals

MACHINE = StateMachine(
    "transfer",
    "otp > received | pending | abandoned",
    "received > pending | rejected | blocked",
    "pending > success | failed | reversed",
    "success > reversed",
)

OTP_SECONDS = 1_800.0
APPROVAL_SECONDS = 30.0
"""How long an approval URL has to respond: as long as one for webhooks (an assumption)."""

_IN_TRANSIT, _PAID_OUT, _RETURNED = (TRANSIT, TRANSIT), (OUTSIDE, PAYSTACK), (BALANCE, BALANCE)
ACCOUNTS: Mapping[str, tuple[str, str]] = {
    # by status: the accounts that hold the amount and the fee
    "otp": _IN_TRANSIT,
    "received": _IN_TRANSIT,
    "pending": _IN_TRANSIT,
    "success": _PAID_OUT,
    "failed": _RETURNED,
    "reversed": _RETURNED,
    "abandoned": _RETURNED,
    "rejected": _RETURNED,
    "blocked": _RETURNED,
}
_EMITTED = {"success", "failed", "reversed"}
"""The statuses that have webhooks."""


def create_transfer(
    context: RequestContext,
    recipient: Document,
    amount: int,
    currency: str,
    *,
    fee: int,
    reference: str | None,
    **extra: Any,
) -> Document:
    """Create a transfer, take its money from the balance, and advance it while nothing is awaited.

    :param amount: In subunits of the currency, without the fee.
    :param extra: Further fields of its body: ``reason``, ``metadata`` …
    :raises ApiError: If the balance is not sufficient.
    :raises DuplicateKeyError: If the reference was used before.
    """
    if ledger.balance(context, BALANCE, currency) < amount + fee:
        # Many public clients handle this message; its hint and type are assumptions.
        hint, message = "Top up your balance and try again", "Your balance is not enough to fulfil this request"
        raise ApiError(400, message, "insufficient_balance", kind="api_error", next_step=hint)
    settings = context.settings
    body: dict[str, Any] = {
        "status": "otp" if settings.otp_for_transfers else "received" if settings.approval_url else "pending",
        "amount": amount,
        "currency": currency,
        "fee_charged": fee,
        "transferred_at": None,
        "session": {"provider": None, "id": None},
        "gateway_response": None,
        **extra,
    }
    body["request"] = context.services.store.next_id(context.tenant.id, "transfer.request", 1)
    key = reference or context.next_code("transfer.reference", length=16)
    transfer = context.create("transfer", body, code_prefix="TRF_", unique_key=key, parent_id=recipient.id)
    _move_money(context, transfer, _RETURNED, ACCOUNTS[body["status"]])
    _enter_status(context, transfer)
    return transfer


def transition(context: RequestContext, transfer: Document, status: str) -> None:
    """Move a transfer to this status, move its money, emit its webhook, and advance it while nothing is awaited."""
    sources = ACCOUNTS[transfer.body["status"]]
    MACHINE.transition(transfer, status)
    _move_money(context, transfer, sources, ACCOUNTS[status])
    context.save(transfer)
    if status in _EMITTED:
        context.emit(f"transfer.{status}", serializers.webhook_payload(context, transfer))
    _enter_status(context, transfer)


def confirm_otp(context: RequestContext, transfer: Document) -> None:
    """Advance a transfer after the right OTP."""
    transition(context, transfer, "received" if context.settings.approval_url else "pending")


def decide_approval(context: RequestContext, transfer: Document, approved: bool | None) -> None:
    """Apply the response of the approval URL; None means that there was none.

    A transfer that does not wait for approval is not changed. Its approval request
    (:mod:`paystackease.emulator.webhooks.approvals`) gets the result as its status.
    """
    if transfer.body["status"] != "received":
        return
    for request in context.children_of(approvals.KIND, transfer.id):
        request.body["status"] = {True: "approved", False: "rejected", None: "unanswered"}[approved]
        context.save(request)
    transition(context, transfer, {True: "pending", False: "rejected", None: "blocked"}[approved])


def return_funds(context: RequestContext, transfer: Document, status: str, reason: str | None) -> None:
    """Return the money: the bank failed (``"failed"``) or returned (``"reversed"``) the transfer.

    :param reason: The bank's reason.
    """
    if transfer.body["currency"] == "NGN":
        # The samples of these two have the banks' session id, those of success do not.
        number = context.stable_code("session", transfer.id, length=30, alphabet="0123456789")
        transfer.body["session"] = {"provider": "nip", "id": number}
    if status == "reversed" and transfer.body["transferred_at"] is None:
        transfer.body["transferred_at"] = transfer.updated
    transfer.body["gateway_response"] = reason
    transition(context, transfer, status)


def _move_money(
    context: RequestContext, transfer: Document, sources: tuple[str, str], targets: tuple[str, str]
) -> None:
    amounts = (transfer.body["amount"], transfer.body["fee_charged"])
    reasons = (transfer.body["reason"], "Transfer fee")
    for amount, reason, source, target in zip(amounts, reasons, sources, targets, strict=True):
        if source != target:
            cause = ("transfer", transfer.id)
            ledger.move(context, transfer.body["currency"], amount, source, target, reason=reason, cause=cause)


def _enter_status(context: RequestContext, transfer: Document) -> None:
    step = _ON_ENTRY.get(transfer.body["status"])
    if step is not None:
        step(context, transfer)


def _schedule_abandonment(context: RequestContext, transfer: Document) -> None:
    context.schedule(OTP_SECONDS, "transfer.abandon", id=transfer.id)


def _request_approval(context: RequestContext, transfer: Document) -> None:
    # The body of the approval request is an assumption: it is that of a webhook.
    url, payload = str(context.settings.approval_url), serializers.webhook_payload(context, transfer)
    approvals.request_approval(
        context, url, payload, name="transfer.approval", job="transfer.answered", parent_id=transfer.id
    )
    context.schedule(APPROVAL_SECONDS, "transfer.block", id=transfer.id)


def _complete_if_configured(context: RequestContext, transfer: Document) -> None:
    if context.settings.transfers == "success":
        transition(context, transfer, "success")


_ON_ENTRY: Mapping[str, Callable[[RequestContext, Document], None]] = {
    "otp": _schedule_abandonment,
    "received": _request_approval,
    "pending": _complete_if_configured,
}
