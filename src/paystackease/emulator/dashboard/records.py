"""Dashboard pages of the business's records: transactions, customers, subscriptions, transfers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.accounting import ledger
from paystackease.emulator.context import RequestContext
from paystackease.emulator.dashboard.routing import ClockAdvance, PageRegistry, not_found, paginate_rows, read_filters
from paystackease.emulator.payments import payment_flow
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import subscription as subscriptions
from paystackease.emulator.resources import transfer as transfers
from paystackease.emulator.resources import transfer_control, transfer_lifecycle
from paystackease.emulator.resources.subscription_serializers import RENEWS
from paystackease.emulator.storage import queries
from paystackease.emulator.storage.document import Document, Query
from paystackease.emulator.transactions import timeline, transaction
from paystackease.emulator.transactions import transaction_serializers as serializers

registry = PageRegistry()

_MAX_EVENTS = 500
"""How many of the newest events are searched for those about one record."""


@registry.page("/", "overview.html")
def overview_page(context: RequestContext) -> Mapping[str, Any]:
    store, tenant = context.services.store, context.tenant.id
    counts = {kind: store.count(tenant, kind, Query()) for kind in ("customer", "transfer")}
    totals = queries.totals_by_currency(store, tenant, "transaction", "success")
    return {
        "business": context.settings.business_name,
        "paid": [{"currency": currency, "count": count, "amount": amount} for currency, count, amount in totals],
        "balances": ledger.balances(context, ledger.BALANCE),
        "customers": counts["customer"],
        "transfers": counts["transfer"],
        "renewing": sum(store.count(tenant, "subscription", Query(having={"status": status})) for status in RENEWS),
        "statuses": queries.count_by_status(store, tenant, "transaction"),
        "latest": [_transaction_row(context, tx) for tx in context.find_all("transaction", limit=6)],
        "events": context.services.outbox.find_events(tenant, limit=6),
    }


@registry.page("/transactions", "transactions.html")
def transactions_page(context: RequestContext) -> Mapping[str, Any]:
    search = context.query.get("about", "").strip()
    where = Query(having=read_filters(context, "status", "channel", "currency"))
    if "@" in search:
        customer = customers.find_by_email(context, search)
        where = Query(having=where.having, parent_id=0 if customer is None else customer.id)
    elif search:
        match = transaction.find_by_reference_or_id(context, search)
        where = Query(having=where.having, max_id=-1) if match is None else _only_document(match, where)
    return {
        **paginate_rows(context, "transaction", lambda tx: _transaction_row(context, tx), where),
        "about": search,
        "statuses": sorted(transaction.MACHINE.statuses),
        "channels": list(payment_flow.CHANNELS),
        "currencies": context.settings.currencies,
    }


@registry.page("/transactions/{id}", "transaction.html")
def transaction_page(context: RequestContext) -> Mapping[str, Any]:
    tx = _find_document(context, "transaction")
    customer = context.get("customer", tx.parent_id)
    payable = transaction.MACHINE.can(tx, "ongoing") or tx.body["status"] in {"ongoing", "pending"}
    return {
        "tx": _transaction_row(context, tx),
        "customer": _customer_row(context, customer),
        "log": timeline.serialize(tx),
        "fees": tx.body.get("fees"),
        "paid_at": tx.body.get("paid_at"),
        "gateway_response": tx.body.get("gateway_response"),
        "paid_with": _instrument_fields(tx.body.get("authorization") or {}),
        "metadata": tx.body.get("metadata"),
        "checkout": f"/_emulator/checkout/{tx.code}" if payable and tx.body["source"] != transaction.CHARGE else None,
        "refunds": [
            {"id": refund.id, "status": refund.body["status"], "amount": refund.body["amount"], "at": refund.created}
            for refund in context.children_of("refund", tx.id)
        ],
        "events": _events_about(context, str(tx.unique_key)),
        "json": serializers.serialize_verified(context, tx),
    }


@registry.page("/customers", "customers.html")
def customers_page(context: RequestContext) -> Mapping[str, Any]:
    search = context.query.get("about", "").strip()
    where = Query()
    if search:
        customer = (
            customers.find_by_email(context, search)
            if "@" in search
            else context.find_by_id_or_code("customer", search)
        )
        where = Query(max_id=-1) if customer is None else _only_document(customer, where)
    return {
        **paginate_rows(context, "customer", lambda customer: _customer_row(context, customer), where),
        "about": search,
    }


@registry.page("/customers/{id}", "customer.html")
def customer_page(context: RequestContext) -> Mapping[str, Any]:
    customer = _find_document(context, "customer")
    return {
        "customer": _customer_row(context, customer),
        "metadata": customer.body["metadata"],
        "cards": [
            {
                "code": document.code,
                "active": document.body["active"],
                **_instrument_fields(document.body["instrument"]),
            }
            for document in context.children_of("authorization", customer.id)
        ],
        "transactions": [
            _transaction_row(context, tx) for tx in context.find_all("transaction", parent_id=customer.id, limit=25)
        ],
        "subscriptions": [
            _subscription_row(context, subscription)
            for subscription in context.children_of("subscription", customer.id)
        ],
    }


@registry.page("/subscriptions", "subscriptions.html")
def subscriptions_page(context: RequestContext) -> Mapping[str, Any]:
    where = Query(having=read_filters(context, "status"))
    return {
        **paginate_rows(context, "subscription", lambda subscription: _subscription_row(context, subscription), where),
        "statuses": sorted(subscriptions.MACHINE.statuses),
    }


@registry.page("/subscriptions/{id}", "subscription.html")
def subscription_page(context: RequestContext) -> Mapping[str, Any]:
    subscription = _find_document(context, "subscription")
    names = ("status", "amount", "currency", "period_start", "period_end", "paid_at")
    return {
        "sub": _subscription_row(context, subscription),
        "customer": _customer_row(context, context.get("customer", subscription.parent_id)),
        "card": _instrument_fields(context.get("authorization", subscription.body["authorization"]).body["instrument"]),
        "cron": subscription.body["cron_expression"],
        "charged": subscription.body["payments_count"],
        "limit": subscription.body["invoice_limit"],
        "invoices": [
            {"code": invoice.code, "at": invoice.created, **{name: invoice.body.get(name) for name in names}}
            for invoice in reversed(context.children_of("invoice", subscription.id))
        ],
        "events": _events_about(context, str(subscription.code)),
    }


@registry.action("/subscriptions/{id}/renew")
def advance_to_renewal(context: RequestContext) -> ClockAdvance:
    subscription = _find_document(context, "subscription")
    if subscription.body["status"] not in subscriptions.LIVE:
        raise not_found("renewal: the subscription has ended")
    return ClockAdvance(max(0.0, subscription.body["period_end"] - context.now), f"/subscriptions/{subscription.id}")


@registry.page("/transfers", "transfers.html")
def transfers_page(context: RequestContext) -> Mapping[str, Any]:
    where = Query(having=read_filters(context, "status", "currency"))
    return {
        **paginate_rows(context, "transfer", lambda transfer: _transfer_row(context, transfer), where),
        "statuses": sorted(transfer_lifecycle.MACHINE.statuses),
        "currencies": context.settings.currencies,
        "balances": ledger.balances(context, ledger.BALANCE),
    }


@registry.page("/transfers/{id}", "transfer.html")
def transfer_page(context: RequestContext) -> Mapping[str, Any]:
    transfer = _find_document(context, "transfer")
    postings = queries.postings_about(context.services.store, context.tenant.id, "transfer", transfer.id)
    acts = {"succeed": "success", "fail": "failed", "reverse": "reversed"}
    return {
        "transfer": _transfer_row(context, transfer),
        "waits": transfer.body["status"],
        "acts": [act for act, status in acts.items() if transfer_lifecycle.MACHINE.can(transfer, status)],
        "why": transfer.body["gateway_response"],
        "postings": [
            {"at": at, "account": account, "amount": amount, "reason": reason}
            for at, account, amount, reason in postings
        ],
        "events": _events_about(context, str(transfer.code)),
    }


@registry.action("/transfers/{id}/otp")
def enter_otp(context: RequestContext) -> str:
    transfer = _find_document(context, "transfer")
    waiting = transfer_control.find_awaiting_otp(context, str(transfer.code))
    transfer_control.verify_otp(str(context.body.get("otp", "")).strip())
    transfer_lifecycle.confirm_otp(context, waiting)
    return f"/transfers/{transfer.id}"


@registry.action("/transfers/{id}/play")
def simulate_outcome(context: RequestContext) -> str:
    transfer = _find_document(context, "transfer")
    transfers.apply_outcome(context, transfer, str(context.body.get("act", "")), context.body.get("reason") or None)
    return f"/transfers/{transfer.id}"


def _find_document(context: RequestContext, kind: str) -> Document:
    document = context.find_by_id(kind, context.params["id"])
    if document is None:
        raise not_found(kind)
    return document


def _only_document(document: Document, where: Query) -> Query:
    return Query(having=where.having, max_id=document.id, above_id=document.id - 1)


def _transaction_row(context: RequestContext, tx: Document) -> Mapping[str, Any]:
    body = tx.body
    names = ("status", "amount", "currency")
    email = context.get("customer", tx.parent_id).body["email"]
    more = {"id": tx.id, "reference": tx.unique_key, "at": tx.created, "email": email, "owner": tx.parent_id}
    return {**more, "channel": body.get("channel"), **{name: body[name] for name in names}}


def _customer_row(context: RequestContext, customer: Document) -> Mapping[str, Any]:
    names = [customer.body[name] for name in ("first_name", "last_name") if customer.body[name]]
    return {
        "id": customer.id,
        "code": customer.code,
        "email": customer.body["email"],
        "name": " ".join(map(str, names)),
        "phone": customer.body["phone"],
        "at": customer.created,
        "risk_action": customer.body["risk_action"],
        "identified": customer.body["identified"],
    }


def _subscription_row(context: RequestContext, subscription: Document) -> Mapping[str, Any]:
    body = subscription.body
    return {
        "id": subscription.id,
        "code": subscription.code,
        "at": subscription.created,
        "email": context.get("customer", subscription.parent_id).body["email"],
        "plan": context.get("plan", body["plan"]).body["name"],
        "next": body["period_end"] if body["status"] in subscriptions.LIVE else None,
        "renews": body["status"] in RENEWS,
        **{name: body[name] for name in ("status", "amount", "currency", "interval")},
    }


def _transfer_row(context: RequestContext, transfer: Document) -> Mapping[str, Any]:
    recipient = context.get("transfer_recipient", transfer.parent_id)
    names = ("status", "amount", "currency", "reason", "fee_charged")
    more = {"id": transfer.id, "code": transfer.code, "reference": transfer.unique_key, "at": transfer.created}
    return {**more, "to": recipient.body["name"], **{name: transfer.body[name] for name in names}}


def _instrument_fields(instrument: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an instrument that a page may show: never more than its last digits."""
    names = ("brand", "bank", "last4", "exp_month", "exp_year", "channel", "reusable")
    return {name: instrument.get(name) for name in names}


def _events_about(context: RequestContext, code_or_reference: str) -> list[Any]:
    """Return the events whose data has this code or reference, oldest first."""
    quoted = f'"{code_or_reference}"'.encode()
    return [
        event
        for event in reversed(context.services.outbox.find_events(context.tenant.id, limit=_MAX_EVENTS))
        if quoted in event.body
    ]
