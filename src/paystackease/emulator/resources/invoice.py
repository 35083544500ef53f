"""Invoices: one for each period of a subscription, created three days before it begins and charged when it does.

    pending > success              the card was charged
    pending > failed               unpaid when the next one was created, or when the subscription ended
    failed > success               a slow bank approved later

A failed charge is not retried: the subscription needs attention, and its next period is charged in turn, as Paystack's
guide to subscriptions says. The invoice of the first period, which is paid at the checkout, has no webhook (an
assumption).
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.accounting.intervals import next_charge_after
from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import charge
from paystackease.emulator.resources import subscription as subscriptions
from paystackease.emulator.resources import subscription_serializers as serializers
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import authorization as authorizations
from paystackease.emulator.transactions import transaction

routes = RouteGroup()

MACHINE = StateMachine("invoice", "pending > success | failed", "failed > success")


@routes.job("invoice.create")
def create(context: RequestContext) -> None:
    subscription = context.get("subscription", context.body["id"])
    if subscription.body["status"] in serializers.RENEWS:
        _create_invoice(context, subscription, *_get_parties(context, subscription))
        context.save(subscription)


@routes.job("invoice.charge")
def charge_due(context: RequestContext) -> None:
    subscription = context.get("subscription", context.body["id"])
    if subscription.body["status"] == "non-renewing":
        _fail_unpaid(context, subscription)
        subscriptions.end_subscription(context, subscription)
        return
    if not subscriptions.can_charge(subscription):
        # The last charge is in flight. If it fails, the next period is charged instead (an assumption).
        subscription.body["period_end"] = _next_period_end(subscription)
        subscriptions.schedule_renewal(context, subscription)
        context.save(subscription)
        return
    customer, card = _get_parties(context, subscription)
    invoice = _open_invoice(context, subscription) or _create_invoice(context, subscription, customer, card)
    subscription.body["period_end"] = _next_period_end(subscription)
    subscriptions.schedule_renewal(context, subscription)
    tx = transaction.create_transaction(
        context,
        customer,
        invoice.body["amount"],
        invoice.body["currency"],
        plan=subscription.body["plan_code"],
        about={"kind": "invoice", "id": invoice.id},
        metadata={"invoice_action": "create"},
    )
    charge.charge_authorization(context, tx, card, customer)
    if tx.body["status"] == "processing":
        # The bank takes longer. The job that charges was scheduled first, so the result is known when this one runs.
        subscription.body["charges_in_flight"] += 1
        context.save(subscription)
        context.schedule(context.settings.offline_seconds, "invoice.settle", id=invoice.id, transaction=tx.id)
    else:
        _record_outcome(context, subscription, invoice, tx, customer, card)


@routes.job("invoice.settle")
def settle_debit(context: RequestContext) -> None:
    invoice = context.get("invoice", context.body["id"])
    subscription = context.get("subscription", invoice.parent_id)
    subscription.body["charges_in_flight"] -= 1
    _record_outcome(
        context,
        subscription,
        invoice,
        context.get("transaction", context.body["transaction"]),
        *_get_parties(context, subscription),
    )


def subscribe_payer(context: RequestContext, tx: Document) -> None:
    """Subscribe the customer who paid for a plan.

    If the instrument is not reusable, or the customer is subscribed already, it is only a payment (an assumption).
    """
    code, about = tx.body.get("plan"), tx.body.get("about")
    if code is None or (about is not None and about["kind"] == "invoice"):
        return
    customer, plan = context.get("customer", tx.parent_id), context.find("plan", code=code)
    card = context.find("authorization", code=tx.body["authorization"].get("authorization_code"))
    if plan is None or card is None or not card.body["instrument"]["reusable"]:
        return
    if subscriptions.has_renewing(context, customer, plan):
        return
    limit = tx.body.get("invoice_limit")
    limit = limit if isinstance(limit, int) and limit > 0 else None
    subscription = subscriptions.create_subscription(
        context, customer, plan, card, start=context.now, paid=True, limit=limit
    )
    body = _new_body(subscription, tx.body["amount"], start=context.now, end=subscription.body["period_end"])
    context.create(
        "invoice",
        {**body, **_payment_fields(context, tx), "status": "success"},
        code_prefix="INV_",
        parent_id=subscription.id,
    )


def _create_invoice(context: RequestContext, subscription: Document, customer: Document, card: Document) -> Document:
    # The caller saves the subscription.
    _fail_unpaid(context, subscription)
    body = _new_body(
        subscription,
        subscription.body["amount"],
        start=subscription.body["period_end"],
        end=_next_period_end(subscription),
    )
    invoice = context.create("invoice", body, code_prefix="INV_", parent_id=subscription.id)
    subscription.body.update(unpaid=invoice.id, open_invoice=invoice.code)
    _emit(context, "invoice.create", subscription, invoice, customer, card)
    return invoice


def _open_invoice(context: RequestContext, subscription: Document) -> Document | None:
    """Return the invoice of the period that begins now, if it was created before."""
    if subscription.body["unpaid"] is None:
        return None
    invoice = context.get("invoice", subscription.body["unpaid"])
    return invoice if invoice.body["period_start"] == format_time(subscription.body["period_end"]) else None


def _fail_unpaid(context: RequestContext, subscription: Document) -> None:
    """Mark the open invoice as failed."""
    if subscription.body["unpaid"] is not None:
        invoice = context.get("invoice", subscription.body["unpaid"])
        MACHINE.transition(invoice, "failed")
        context.save(invoice)
        subscription.body.update(unpaid=None, open_invoice=None)


def _record_outcome(
    context: RequestContext, subscription: Document, invoice: Document, tx: Document, customer: Document, card: Document
) -> None:
    status, paid = subscription.body["status"], tx.body["status"] == "success"
    if paid:
        MACHINE.transition(invoice, "success")
        invoice.body.update(_payment_fields(context, tx))
        context.save(invoice)
        subscription.body["payments_count"] += 1
        if subscription.body["unpaid"] == invoice.id:
            subscription.body.update(unpaid=None, open_invoice=None)
    if status in serializers.RENEWS and status != (now := "active" if paid else "attention"):
        subscriptions.MACHINE.transition(subscription, now)
    context.save(subscription)
    _emit(context, "invoice.update" if paid else "invoice.payment_failed", subscription, invoice, customer, card)
    if subscriptions.has_reached_limit(subscription) and subscription.body["status"] in serializers.RENEWS:
        subscriptions.stop_renewing(context, subscription)


def _get_parties(context: RequestContext, subscription: Document) -> tuple[Document, Document]:
    return context.get("customer", subscription.parent_id), context.get(
        "authorization", subscription.body["authorization"]
    )


def _next_period_end(subscription: Document) -> float:
    return next_charge_after(subscription.body["interval"], subscription.body["start"], subscription.body["period_end"])


def _new_body(subscription: Document, amount: int, *, start: float, end: float) -> dict[str, Any]:
    return {
        "status": "pending",
        "amount": amount,
        "currency": subscription.body["currency"],
        "period_start": format_time(start),
        "period_end": format_time(end),
        "paid_at": None,
        "description": None,
        "transaction": {},
    }


def _payment_fields(context: RequestContext, tx: Document) -> dict[str, Any]:
    transaction_fields = {
        "reference": tx.unique_key,
        **{name: tx.body[name] for name in ("status", "amount", "currency")},
    }
    return {"paid_at": format_time(context.now), "transaction": transaction_fields}


_SHOWN = ("amount", "period_start", "period_end", "status", "paid_at", "description", "transaction")


def _emit(
    context: RequestContext, event: str, subscription: Document, invoice: Document, customer: Document, card: Document
) -> None:
    # The sample of this event is years older than the others, and has fewer fields.
    is_old_format = event == "invoice.update"
    data = {
        "domain": "test",
        "invoice_code": invoice.code,
        **{name: invoice.body[name] for name in _SHOWN},
        "paid": invoice.body["status"] == "success",
        "authorization": serializers.serialize_old_card(card) if is_old_format else authorizations.serialize(card),
        "subscription": serializers.serialize(
            context,
            subscription,
            serializers.WITH_INVOICE if is_old_format else (*serializers.WITH_INVOICE, "email_token"),
        ),
        "customer": serializers.serialize_customer(
            context, customer, *(serializers.OLD_CUSTOMER if is_old_format else serializers.OLD_CUSTOMER[1:])
        ),
        "created_at": format_time(invoice.created),
    }
    context.emit(event, data)
