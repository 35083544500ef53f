"""The dashboard's pages of what Paystack knows: transactions, customers, subscriptions, transfers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.accounting import ledger
from paystackease.emulator.dashboard.routing import Desk, Moved, having, nothing, numbered
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.payments import payment_flow
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import subscription as subscriptions
from paystackease.emulator.resources import timeline, transaction, transfer, transfer_control, transfer_lifecycle
from paystackease.emulator.resources import transaction_serializers as views
from paystackease.emulator.resources.subscription_serializers import RENEWS
from paystackease.emulator.storage.document import Document, Query

books = Desk()

_LATEST = 500
"""How many of the newest events are looked through for those about one thing."""


@books.shows("/", "overview.html")
def overview(context: RequestContext) -> Mapping[str, Any]:
    store, tenant = context.services.store, context.tenant.id
    counted = {kind: store.count(tenant, kind, Query()) for kind in ("customer", "transfer")}
    paid = store.execute(
        """select json_extract(body, '$.currency'), count(*), sum(json_extract(body, '$.amount')) from document
        where tenant = ? and kind = 'transaction' and json_extract(body, '$.status') = 'success' group by 1""",
        tenant,
    )
    return {
        "business": context.settings.business_name,
        "paid": [{"currency": currency, "count": count, "amount": amount} for currency, count, amount in paid],
        "balances": ledger.balances(context, ledger.BALANCE),
        "customers": counted["customer"],
        "transfers": counted["transfer"],
        "renewing": sum(store.count(tenant, "subscription", Query(having={"status": one})) for one in RENEWS),
        "statuses": _statuses(context, "transaction"),
        "latest": [_transaction(context, tx) for tx in context.find_all("transaction", limit=6)],
        "events": context.services.outbox.find_events(tenant, limit=6),
    }


@books.shows("/transactions", "transactions.html")
def transactions(context: RequestContext) -> Mapping[str, Any]:
    asked = context.query.get("about", "").strip()
    where = Query(having=having(context, "status", "channel", "currency"))
    if "@" in asked:
        whose = customers.by_email(context, asked)
        where = Query(having=where.having, parent_id=0 if whose is None else whose.id)
    elif asked:
        found = transaction.named(context, asked)
        where = Query(having=where.having, max_id=-1) if found is None else _alone(found, where)
    return {
        **numbered(context, "transaction", lambda tx: _transaction(context, tx), where),
        "about": asked,
        "statuses": sorted(transaction.MACHINE.statuses),
        "channels": list(payment_flow.CHANNELS),
        "currencies": context.settings.currencies,
    }


@books.shows("/transactions/{id}", "transaction.html")
def one_transaction(context: RequestContext) -> Mapping[str, Any]:
    tx = _find(context, "transaction")
    whose = context.get("customer", tx.parent_id)
    payable = transaction.MACHINE.can(tx, "ongoing") or tx.body["status"] in {"ongoing", "pending"}
    return {
        "tx": _transaction(context, tx),
        "whose": _customer(context, whose),
        "log": timeline.serialize(tx),
        "fees": tx.body.get("fees"),
        "paid_at": tx.body.get("paid_at"),
        "gateway_response": tx.body.get("gateway_response"),
        "paid_with": _paid_with(tx.body.get("authorization") or {}),
        "metadata": tx.body.get("metadata"),
        "checkout": f"/_emulator/checkout/{tx.code}" if payable and tx.body["source"] != transaction.CHARGE else None,
        "refunds": [
            {"id": one.id, "status": one.body["status"], "amount": one.body["amount"], "at": one.created}
            for one in context.children_of("refund", tx.id)
        ],
        "events": _told(context, str(tx.unique_key)),
        "json": views.verified(context, tx),
    }


@books.shows("/customers", "customers.html")
def all_customers(context: RequestContext) -> Mapping[str, Any]:
    asked = context.query.get("about", "").strip()
    where = Query()
    if asked:
        found = customers.by_email(context, asked) if "@" in asked else context.find_by_id_or_code("customer", asked)
        where = Query(max_id=-1) if found is None else _alone(found, where)
    return {**numbered(context, "customer", lambda found: _customer(context, found), where), "about": asked}


@books.shows("/customers/{id}", "customer.html")
def one_customer(context: RequestContext) -> Mapping[str, Any]:
    found = _find(context, "customer")
    return {
        "whose": _customer(context, found),
        "metadata": found.body["metadata"],
        "cards": [
            {"code": one.code, "active": one.body["active"], **_paid_with(one.body["shown"])}
            for one in context.children_of("authorization", found.id)
        ],
        "transactions": [
            _transaction(context, tx) for tx in context.find_all("transaction", parent_id=found.id, limit=25)
        ],
        "subscriptions": [_subscription(context, one) for one in context.children_of("subscription", found.id)],
    }


@books.shows("/subscriptions", "subscriptions.html")
def all_subscriptions(context: RequestContext) -> Mapping[str, Any]:
    where = Query(having=having(context, "status"))
    return {
        **numbered(context, "subscription", lambda found: _subscription(context, found), where),
        "statuses": sorted(subscriptions.MACHINE.statuses),
    }


@books.shows("/subscriptions/{id}", "subscription.html")
def one_subscription(context: RequestContext) -> Mapping[str, Any]:
    found = _find(context, "subscription")
    names = ("status", "amount", "currency", "period_start", "period_end", "paid_at")
    return {
        "sub": _subscription(context, found),
        "whose": _customer(context, context.get("customer", found.parent_id)),
        "card": _paid_with(context.get("authorization", found.body["authorization"]).body["shown"]),
        "cron": found.body["cron_expression"],
        "charged": found.body["payments_count"],
        "limit": found.body["invoice_limit"],
        "invoices": [
            {"code": one.code, "at": one.created, **{name: one.body.get(name) for name in names}}
            for one in reversed(context.children_of("invoice", found.id))
        ],
        "events": _told(context, str(found.code)),
    }


@books.does("/subscriptions/{id}/renew")
def renew(context: RequestContext) -> Moved:
    found = _find(context, "subscription")
    if found.body["status"] not in subscriptions.LIVE:
        raise nothing("renewal: the subscription is over")
    return Moved(max(0.0, found.body["period_end"] - context.now), f"/subscriptions/{found.id}")


@books.shows("/transfers", "transfers.html")
def all_transfers(context: RequestContext) -> Mapping[str, Any]:
    where = Query(having=having(context, "status", "currency"))
    return {
        **numbered(context, "transfer", lambda found: _transfer(context, found), where),
        "statuses": sorted(transfer_lifecycle.MACHINE.statuses),
        "currencies": context.settings.currencies,
        "balances": ledger.balances(context, ledger.BALANCE),
    }


@books.shows("/transfers/{id}", "transfer.html")
def one_transfer(context: RequestContext) -> Mapping[str, Any]:
    found = _find(context, "transfer")
    sql = """select at, account, amount, reason from posting
        where tenant = ? and kind = 'transfer' and about = ? order by move"""
    money = context.services.store.execute(sql, context.tenant.id, found.id)
    acts = {"succeed": "success", "fail": "failed", "reverse": "reversed"}
    return {
        "transfer": _transfer(context, found),
        "waits": found.body["status"],
        "acts": [act for act, status in acts.items() if transfer_lifecycle.MACHINE.can(found, status)],
        "why": found.body["gateway_response"],
        "postings": [{"at": at, "account": where, "amount": amount, "reason": why} for at, where, amount, why in money],
        "events": _told(context, str(found.code)),
    }


@books.does("/transfers/{id}/otp")
def enter_otp(context: RequestContext) -> str:
    found = _find(context, "transfer")
    waiting = transfer_control.waiting(context, str(found.code))
    transfer_control.check(str(context.body.get("otp", "")).strip())
    transfer_lifecycle.confirm(context, waiting)
    return f"/transfers/{found.id}"


@books.does("/transfers/{id}/play")
def play_bank(context: RequestContext) -> str:
    found = _find(context, "transfer")
    transfer.play(context, found, str(context.body.get("act", "")), context.body.get("reason") or None)
    return f"/transfers/{found.id}"


def _find(context: RequestContext, kind: str) -> Document:
    number = context.params["id"]
    found = context.find(kind, id=int(number)) if number.isdecimal() and len(number) < 19 else None
    if found is None:
        raise nothing(kind)
    return found


def _alone(found: Document, where: Query) -> Query:
    return Query(having=where.having, max_id=found.id, above_id=found.id - 1)


def _statuses(context: RequestContext, kind: str) -> Mapping[str, int]:
    sql = """select json_extract(body, '$.status'), count(*) from document
        where tenant = ? and kind = ? group by 1 order by 2 desc"""
    return dict(context.services.store.execute(sql, context.tenant.id, kind))


def _transaction(context: RequestContext, tx: Document) -> Mapping[str, Any]:
    body = tx.body
    names = ("status", "amount", "currency")
    email = context.get("customer", tx.parent_id).body["email"]
    more = {"id": tx.id, "reference": tx.unique_key, "at": tx.created, "email": email, "owner": tx.parent_id}
    return {**more, "channel": body.get("channel"), **{name: body[name] for name in names}}


def _customer(context: RequestContext, found: Document) -> Mapping[str, Any]:
    names = [found.body[name] for name in ("first_name", "last_name") if found.body[name]]
    return {
        "id": found.id,
        "code": found.code,
        "email": found.body["email"],
        "name": " ".join(map(str, names)),
        "phone": found.body["phone"],
        "at": found.created,
        "risk_action": found.body["risk_action"],
        "identified": found.body["identified"],
    }


def _subscription(context: RequestContext, found: Document) -> Mapping[str, Any]:
    body = found.body
    return {
        "id": found.id,
        "code": found.code,
        "at": found.created,
        "email": context.get("customer", found.parent_id).body["email"],
        "plan": context.get("plan", body["plan"]).body["name"],
        "next": body["period_end"] if body["status"] in subscriptions.LIVE else None,
        "renews": body["status"] in RENEWS,
        **{name: body[name] for name in ("status", "amount", "currency", "interval")},
    }


def _transfer(context: RequestContext, found: Document) -> Mapping[str, Any]:
    recipient = context.get("transfer_recipient", found.parent_id)
    names = ("status", "amount", "currency", "reason", "fee_charged")
    more = {"id": found.id, "code": found.code, "reference": found.unique_key, "at": found.created}
    return {**more, "to": recipient.body["name"], **{name: found.body[name] for name in names}}


def _paid_with(shown: Mapping[str, Any]) -> dict[str, Any]:
    """What may be seen of what was paid with: never more than its last digits."""
    names = ("brand", "bank", "last4", "exp_month", "exp_year", "channel", "reusable")
    return {name: shown.get(name) for name in names}


def _told(context: RequestContext, about: str) -> list[Any]:
    """The events about something, by the code or the reference that stands in them, the oldest first."""
    sign = f'"{about}"'.encode()
    return [
        event
        for event in reversed(context.services.outbox.find_events(context.tenant.id, limit=_LATEST))
        if sign in event.body
    ]
