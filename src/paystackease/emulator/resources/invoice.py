"""Invoices: one for each period of a subscription, made three days before it begins and charged when it does.

    pending > success              the card was charged
    pending > failed               it had not been when the next was made, or when the subscription ended
    failed > success               a bank took longer than that, and says yes after all

A charge that fails is not repeated: the subscription needs attention, and its next period is charged in its turn, as
Paystack's guide to subscriptions has it. The invoice of the period that is paid for at the checkout, with which a
subscription begins, is told to nobody (an assumption).
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.accounting.intervals import next_charge_after
from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import authorization as authorizations
from paystackease.emulator.resources import charge, transaction
from paystackease.emulator.resources import subscription as subscriptions
from paystackease.emulator.resources import subscription_serializers as views
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document

invoice = RouteGroup()

MACHINE = StateMachine("invoice", "pending > success | failed", "failed > success")


@invoice.job("invoice.create")
def create(context: RequestContext) -> None:
    found = context.get("subscription", context.body["id"])
    if found.body["status"] in views.RENEWS:
        _open(context, found, *_parties(context, found))
        context.save(found)


@invoice.job("invoice.charge")
def collect(context: RequestContext) -> None:
    found = context.get("subscription", context.body["id"])
    if found.body["status"] == "non-renewing":
        _lapse(context, found)
        subscriptions.end(context, found)
        return
    if not subscriptions.may_be_charged(found):
        # The last charge is under way. If it is not paid after all, the next period is charged instead (an assumption).
        found.body["period_end"] = _next(found)
        subscriptions.wait(context, found)
        context.save(found)
        return
    whose, card = _parties(context, found)
    bill = _due(context, found) or _open(context, found, whose, card)
    found.body["period_end"] = _next(found)
    subscriptions.wait(context, found)
    tx = transaction.begin(
        context,
        whose,
        bill.body["amount"],
        bill.body["currency"],
        plan=found.body["plan_code"],
        about={"kind": "invoice", "id": bill.id},
        metadata={"invoice_action": "create"},
    )
    charge.by_authorization(context, tx, card, whose)
    if tx.body["status"] == "processing":
        # A bank takes its time. When it has answered, which falls due before this does, it is known.
        found.body["under_way"] += 1
        context.save(found)
        context.schedule(context.settings.offline_seconds, "invoice.settle", id=bill.id, transaction=tx.id)
    else:
        _settle(context, found, bill, tx, whose, card)


@invoice.job("invoice.settle")
def settle(context: RequestContext) -> None:
    bill = context.get("invoice", context.body["id"])
    found = context.get("subscription", bill.parent_id)
    found.body["under_way"] -= 1
    _settle(context, found, bill, context.get("transaction", context.body["transaction"]), *_parties(context, found))


@transaction.on_paid
def begin(context: RequestContext, tx: Document) -> None:
    """A plan was paid for: its customer is subscribed to it.

    Where it was paid with what cannot be charged again, or the customer is subscribed already, it is a payment and no
    more (an assumption).
    """
    code, about = tx.body.get("plan"), tx.body.get("about")
    if code is None or (about is not None and about["kind"] == "invoice"):
        return
    whose, planned = context.get("customer", tx.parent_id), context.find("plan", code=code)
    card = context.find("authorization", code=tx.body["authorization"].get("authorization_code"))
    if planned is None or card is None or not card.body["shown"]["reusable"]:
        return
    if subscriptions.is_on(context, whose, planned):
        return
    limit = tx.body.get("invoice_limit")
    limit = limit if isinstance(limit, int) and limit > 0 else None
    found = subscriptions.begin(context, whose, planned, card, start=context.now, paid=True, limit=limit)
    body = _body(found, tx.body["amount"], start=context.now, end=found.body["period_end"])
    context.create(
        "invoice", {**body, **_payment(context, tx), "status": "success"}, code_prefix="INV_", parent_id=found.id
    )


def _open(context: RequestContext, found: Document, whose: Document, card: Document) -> Document:
    # The caller keeps what changes in the subscription.
    _lapse(context, found)
    body = _body(found, found.body["amount"], start=found.body["period_end"], end=_next(found))
    bill = context.create("invoice", body, code_prefix="INV_", parent_id=found.id)
    found.body.update(unpaid=bill.id, open_invoice=bill.code)
    _tell(context, "invoice.create", found, bill, whose, card)
    return bill


def _due(context: RequestContext, found: Document) -> Document | None:
    """The invoice of the period that begins now, where it was made before."""
    if found.body["unpaid"] is None:
        return None
    bill = context.get("invoice", found.body["unpaid"])
    return bill if bill.body["period_start"] == format_time(found.body["period_end"]) else None


def _lapse(context: RequestContext, found: Document) -> None:
    """Nobody will pay the invoice that is open."""
    if found.body["unpaid"] is not None:
        bill = context.get("invoice", found.body["unpaid"])
        MACHINE.transition(bill, "failed")
        context.save(bill)
        found.body.update(unpaid=None, open_invoice=None)


def _settle(
    context: RequestContext, found: Document, bill: Document, tx: Document, whose: Document, card: Document
) -> None:
    status, paid = found.body["status"], tx.body["status"] == "success"
    if paid:
        MACHINE.transition(bill, "success")
        bill.body.update(_payment(context, tx))
        context.save(bill)
        found.body["payments_count"] += 1
        if found.body["unpaid"] == bill.id:
            found.body.update(unpaid=None, open_invoice=None)
    if status in views.RENEWS and status != (now := "active" if paid else "attention"):
        subscriptions.MACHINE.transition(found, now)
    context.save(found)
    _tell(context, "invoice.update" if paid else "invoice.payment_failed", found, bill, whose, card)
    if subscriptions.is_charged_out(found) and found.body["status"] in views.RENEWS:
        subscriptions.stop(context, found)


def _parties(context: RequestContext, found: Document) -> tuple[Document, Document]:
    return context.get("customer", found.parent_id), context.get("authorization", found.body["authorization"])


def _next(found: Document) -> float:
    return next_charge_after(found.body["interval"], found.body["start"], found.body["period_end"])


def _body(found: Document, amount: int, *, start: float, end: float) -> dict[str, Any]:
    return {
        "status": "pending",
        "amount": amount,
        "currency": found.body["currency"],
        "period_start": format_time(start),
        "period_end": format_time(end),
        "paid_at": None,
        "description": None,
        "transaction": {},
    }


def _payment(context: RequestContext, tx: Document) -> dict[str, Any]:
    quoted = {"reference": tx.unique_key, **{name: tx.body[name] for name in ("status", "amount", "currency")}}
    return {"paid_at": format_time(context.now), "transaction": quoted}


_SHOWN = ("amount", "period_start", "period_end", "status", "paid_at", "description", "transaction")


def _tell(
    context: RequestContext, event: str, found: Document, bill: Document, whose: Document, card: Document
) -> None:
    # The sample of this one event is years older than those of the others, and has less.
    old = event == "invoice.update"
    told = {
        "domain": "test",
        "invoice_code": bill.code,
        **{name: bill.body[name] for name in _SHOWN},
        "paid": bill.body["status"] == "success",
        "authorization": views.old_card(card) if old else authorizations.serialize(card),
        "subscription": views.show(context, found, views.WITH_INVOICE if old else (*views.WITH_INVOICE, "email_token")),
        "customer": views.payer(context, whose, *(views.OLD_CUSTOMER if old else views.OLD_CUSTOMER[1:])),
        "created_at": format_time(bill.created),
    }
    context.emit(event, told)
