"""What becomes of a transfer, and where its money is meanwhile.

    otp > received | pending | abandoned        it waits for a code, half an hour
    received > pending | rejected | blocked     the merchant's approval URL is asked: it agrees, refuses, is silent
    pending > success | failed | reversed       the bank does it
    success > reversed                          the bank sends it back

The money leaves the balance when the transfer is made. It is under way until the bank has done it, and comes back once,
with the fee, if the bank does not (that the fee comes back is an assumption). One table says where it is at each step,
and the only way to the next step moves it there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from paystackease.emulator.accounting import ledger
from paystackease.emulator.accounting.ledger import BALANCE, OUTSIDE, PAYSTACK, TRANSIT
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.resources import transfer_serializers as views
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
"""How long an approval URL has to answer: as long as one for webhooks (an assumption)."""

_UNDER_WAY, _DONE, _BACK = (TRANSIT, TRANSIT), (OUTSIDE, PAYSTACK), (BALANCE, BALANCE)
PLACES: Mapping[str, tuple[str, str]] = {
    # at this status: the account in which the amount is, and that in which the fee is
    "otp": _UNDER_WAY,
    "received": _UNDER_WAY,
    "pending": _UNDER_WAY,
    "success": _DONE,
    "failed": _BACK,
    "reversed": _BACK,
    "abandoned": _BACK,
    "rejected": _BACK,
    "blocked": _BACK,
}
_TOLD = {"success", "failed", "reversed"}
"""Of which there are webhooks."""


def begin(
    context: RequestContext,
    recipient: Document,
    amount: int,
    currency: str,
    *,
    fee: int,
    reference: str | None,
    **more: Any,
) -> Document:
    """Make a transfer, take its money from the balance, and go as far as it goes by itself.

    :param amount: In subunits of the currency, without the fee.
    :param more: What else it keeps: ``reason``, ``metadata`` …
    :raises Refusal: Where the balance is not enough.
    :raises DuplicateKeyError: Where the reference was used before.
    """
    if ledger.balance(context, BALANCE, currency) < amount + fee:
        # The message is the most handled one of all; its hint and type are assumptions.
        step, message = "Top up your balance and try again", "Your balance is not enough to fulfil this request"
        raise ApiError(400, message, "insufficient_balance", kind="api_error", next_step=step)
    settings = context.settings
    body: dict[str, Any] = {
        "status": "otp" if settings.otp_for_transfers else "received" if settings.approval_url else "pending",
        "amount": amount,
        "currency": currency,
        "fee_charged": fee,
        "transferred_at": None,
        "session": {"provider": None, "id": None},
        "gateway_response": None,
        **more,
    }
    body["request"] = context.services.store.next_id(context.tenant.id, "transfer.request", 1)
    name = reference or context.next_code("transfer.reference", length=16)
    found = context.create("transfer", body, code_prefix="TRF_", unique_key=name, parent_id=recipient.id)
    _carry(context, found, _BACK, PLACES[body["status"]])
    _arrive(context, found)
    return found


def become(context: RequestContext, found: Document, status: str) -> None:
    """Let it go on to this status, move its money, tell of it, and go as far as it then goes by itself."""
    before = PLACES[found.body["status"]]
    MACHINE.transition(found, status)
    _carry(context, found, before, PLACES[status])
    context.save(found)
    if status in _TOLD:
        context.emit(f"transfer.{status}", views.webhook_payload(context, found))
    _arrive(context, found)


def confirm(context: RequestContext, found: Document) -> None:
    """The right code was given."""
    become(context, found, "received" if context.settings.approval_url else "pending")


def decide(context: RequestContext, found: Document, approved: bool | None) -> None:
    """The merchant's approval URL has answered, or None: it has not. A transfer that waits for none stays as it is.

    What it was asked (:mod:`paystackease.emulator.webhooks.approvals`) is settled then.
    """
    if found.body["status"] != "received":
        return
    for asked in context.children_of(approvals.KIND, found.id):
        asked.body["status"] = {True: "approved", False: "rejected", None: "unanswered"}[approved]
        context.save(asked)
    become(context, found, {True: "pending", False: "rejected", None: "blocked"}[approved])


def returned(context: RequestContext, found: Document, status: str, reason: str | None) -> None:
    """The bank does not do it (``"failed"``), or sends it back (``"reversed"``).

    :param reason: What it says.
    """
    if found.body["currency"] == "NGN":
        # In the samples of these two the banks' own number is there, in those of success it is not.
        number = context.stable_code("session", found.id, length=30, alphabet="0123456789")
        found.body["session"] = {"provider": "nip", "id": number}
    if status == "reversed" and found.body["transferred_at"] is None:
        found.body["transferred_at"] = found.updated
    found.body["gateway_response"] = reason
    become(context, found, status)


def _carry(context: RequestContext, found: Document, before: tuple[str, str], after: tuple[str, str]) -> None:
    amounts = (found.body["amount"], found.body["fee_charged"])
    reasons = (found.body["reason"], "Transfer fee")
    for amount, reason, source, target in zip(amounts, reasons, before, after, strict=True):
        if source != target:
            about = ("transfer", found.id)
            ledger.move(context, found.body["currency"], amount, source, target, reason=reason, cause=about)


def _arrive(context: RequestContext, found: Document) -> None:
    step = _BY_ITSELF.get(found.body["status"])
    if step is not None:
        step(context, found)


def _wait_for_code(context: RequestContext, found: Document) -> None:
    context.schedule(OTP_SECONDS, "transfer.abandon", id=found.id)


def _ask(context: RequestContext, found: Document) -> None:
    # What it is sent is an assumption: what a webhook about it would tell.
    url, payload = str(context.settings.approval_url), views.webhook_payload(context, found)
    approvals.request_approval(
        context, url, payload, name="transfer.approval", job="transfer.answered", parent_id=found.id
    )
    context.schedule(APPROVAL_SECONDS, "transfer.block", id=found.id)


def _send(context: RequestContext, found: Document) -> None:
    if context.settings.transfers == "success":
        become(context, found, "success")


_BY_ITSELF: Mapping[str, Callable[[RequestContext, Document], None]] = {
    "otp": _wait_for_code,
    "received": _ask,
    "pending": _send,
}
