"""Dashboard pages of the business's records: transactions, customers, subscriptions, transfers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from paystackease.emulator.accounting import ledger
from paystackease.emulator.context import RequestContext
from paystackease.emulator.dashboard import chart
from paystackease.emulator.dashboard.routing import ClockAdvance, PageRegistry, not_found, paginate_rows, read_filters
from paystackease.emulator.dashboard.rows import (
    created_in_range,
    customer_row,
    events_about,
    find_document,
    instrument_fields,
    only_document,
    postings_about,
    subscription_row,
    transaction_row,
    transfer_row,
)
from paystackease.emulator.http.fields import parse_id
from paystackease.emulator.payments import payment_flow
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import subscription as subscriptions
from paystackease.emulator.resources import transfer as transfers
from paystackease.emulator.resources import transfer_control, transfer_lifecycle
from paystackease.emulator.resources.subscription_serializers import RENEWS
from paystackease.emulator.storage import queries
from paystackease.emulator.storage.document import Query
from paystackease.emulator.transactions import timeline, transaction
from paystackease.emulator.transactions import transaction_serializers as serializers

registry = PageRegistry()


@registry.page("/", "overview.html")
def overview_page(context: RequestContext) -> Mapping[str, Any]:
    store, tenant = context.services.store, context.tenant.id
    counts = {kind: store.count(tenant, kind, Query()) for kind in ("customer", "transfer")}
    totals = queries.paid_by_currency(store, tenant, "transaction")
    return {
        "business": context.settings.business_name,
        "paid": [{"currency": currency, "count": count, "amount": amount} for currency, count, amount in totals],
        "balances": ledger.balances(context, ledger.BALANCE),
        "customers": counts["customer"],
        "transfers": counts["transfer"],
        "renewing": sum(store.count(tenant, "subscription", Query(having={"status": status})) for status in RENEWS),
        "statuses": queries.count_by_status(store, tenant, "transaction"),
        "latest": [transaction_row(context, tx) for tx in context.find_all("transaction", limit=6)],
        "events": context.services.outbox.find_events(tenant, limit=6),
        "chart": chart.payments_chart(context),
    }


@registry.page("/transactions", "transactions.html")
def transactions_page(context: RequestContext) -> Mapping[str, Any]:
    search = context.query.get("about", "").strip()
    having = read_filters(context, "status", "channel", "currency")
    if (settlement := parse_id(context.query.get("settlement", ""))) is not None:
        having[f"settlements.{settlement}"] = True
    where = created_in_range(context, Query(having=having))
    if "@" in search:
        customer = customers.find_by_email(context, search)
        where = replace(where, parent_id=0 if customer is None else customer.id)
    elif search:
        match = transaction.find_by_reference_or_id(context, search)
        where = replace(where, max_id=-1) if match is None else only_document(match, where)
    return {
        **paginate_rows(context, "transaction", lambda tx: transaction_row(context, tx), where),
        "about": search,
        "statuses": sorted(transaction.MACHINE.statuses),
        "channels": list(payment_flow.CHANNELS),
        "currencies": context.settings.currencies,
    }


@registry.page("/transactions/{id}", "transaction.html")
def transaction_page(context: RequestContext) -> Mapping[str, Any]:
    tx = find_document(context, "transaction")
    customer = context.get("customer", tx.parent_id)
    payable = transaction.MACHINE.can(tx, "ongoing") or tx.body["status"] in {"ongoing", "pending"}
    return {
        "tx": transaction_row(context, tx),
        "customer": customer_row(context, customer),
        "log": timeline.serialize(tx),
        "fees": tx.body.get("fees"),
        "paid_at": tx.body.get("paid_at"),
        "gateway_response": tx.body.get("gateway_response"),
        "paid_with": instrument_fields(tx.body.get("authorization") or {}),
        "metadata": tx.body.get("metadata"),
        "checkout": f"/_emulator/checkout/{tx.code}" if payable and tx.body["source"] != transaction.CHARGE else None,
        "refunds": [
            {"id": refund.id, "status": refund.body["status"], "amount": refund.body["amount"], "at": refund.created}
            for refund in context.children_of("refund", tx.id)
        ],
        "events": events_about(context, str(tx.unique_key)),
        "json": serializers.serialize_verified(context, tx),
    }


@registry.page("/customers", "customers.html")
def customers_page(context: RequestContext) -> Mapping[str, Any]:
    search = context.query.get("about", "").strip()
    where = created_in_range(context, Query())
    if search:
        customer = (
            customers.find_by_email(context, search)
            if "@" in search
            else context.find_by_id_or_code("customer", search)
        )
        where = replace(where, max_id=-1) if customer is None else only_document(customer, where)
    return {
        **paginate_rows(context, "customer", lambda customer: customer_row(context, customer), where),
        "about": search,
    }


@registry.page("/customers/{id}", "customer.html")
def customer_page(context: RequestContext) -> Mapping[str, Any]:
    customer = find_document(context, "customer")
    return {
        "customer": customer_row(context, customer),
        "metadata": customer.body["metadata"],
        "cards": [
            {
                "code": document.code,
                "active": document.body["active"],
                **instrument_fields(document.body["instrument"]),
            }
            for document in context.children_of("authorization", customer.id)
        ],
        "transactions": [
            transaction_row(context, tx) for tx in context.find_all("transaction", parent_id=customer.id, limit=25)
        ],
        "subscriptions": [
            subscription_row(context, subscription) for subscription in context.children_of("subscription", customer.id)
        ],
    }


@registry.page("/subscriptions", "subscriptions.html")
def subscriptions_page(context: RequestContext) -> Mapping[str, Any]:
    having = read_filters(context, "status")
    if (plan := parse_id(context.query.get("plan", ""))) is not None:
        having["plan"] = plan
    where = created_in_range(context, Query(having=having))
    return {
        **paginate_rows(context, "subscription", lambda subscription: subscription_row(context, subscription), where),
        "statuses": sorted(subscriptions.MACHINE.statuses),
    }


@registry.page("/subscriptions/{id}", "subscription.html")
def subscription_page(context: RequestContext) -> Mapping[str, Any]:
    subscription = find_document(context, "subscription")
    names = ("status", "amount", "currency", "period_start", "period_end", "paid_at")
    return {
        "sub": subscription_row(context, subscription),
        "customer": customer_row(context, context.get("customer", subscription.parent_id)),
        "card": instrument_fields(context.get("authorization", subscription.body["authorization"]).body["instrument"]),
        "cron": subscription.body["cron_expression"],
        "charged": subscription.body["payments_count"],
        "limit": subscription.body["invoice_limit"],
        "invoices": [
            {"code": invoice.code, "at": invoice.created, **{name: invoice.body.get(name) for name in names}}
            for invoice in reversed(context.children_of("invoice", subscription.id))
        ],
        "events": events_about(context, str(subscription.code)),
    }


@registry.action("/subscriptions/{id}/renew")
def advance_to_renewal(context: RequestContext) -> ClockAdvance:
    subscription = find_document(context, "subscription")
    if subscription.body["status"] not in subscriptions.LIVE:
        raise not_found("renewal: the subscription has ended")
    return ClockAdvance(max(0.0, subscription.body["period_end"] - context.now), f"/subscriptions/{subscription.id}")


@registry.page("/transfers", "transfers.html")
def transfers_page(context: RequestContext) -> Mapping[str, Any]:
    where = created_in_range(context, Query(having=read_filters(context, "status", "currency")))
    return {
        **paginate_rows(context, "transfer", lambda transfer: transfer_row(context, transfer), where),
        "statuses": sorted(transfer_lifecycle.MACHINE.statuses),
        "currencies": context.settings.currencies,
        "balances": ledger.balances(context, ledger.BALANCE),
    }


@registry.page("/transfers/{id}", "transfer.html")
def transfer_page(context: RequestContext) -> Mapping[str, Any]:
    transfer = find_document(context, "transfer")
    acts = {"succeed": "success", "fail": "failed", "reverse": "reversed"}
    return {
        "transfer": transfer_row(context, transfer),
        "waits": transfer.body["status"],
        "acts": [act for act, status in acts.items() if transfer_lifecycle.MACHINE.can(transfer, status)],
        "why": transfer.body["gateway_response"],
        "postings": postings_about(context, "transfer", transfer.id),
        "events": events_about(context, str(transfer.code)),
    }


@registry.action("/transfers/{id}/otp")
def enter_otp(context: RequestContext) -> str:
    transfer = find_document(context, "transfer")
    waiting = transfer_control.find_awaiting_otp(context, str(transfer.code))
    transfer_control.verify_otp(str(context.body.get("otp", "")).strip())
    transfer_lifecycle.confirm_otp(context, waiting)
    return f"/transfers/{transfer.id}"


@registry.action("/transfers/{id}/play")
def simulate_outcome(context: RequestContext) -> str:
    transfer = find_document(context, "transfer")
    transfers.apply_outcome(context, transfer, str(context.body.get("act", "")), context.body.get("reason") or None)
    return f"/transfers/{transfer.id}"
