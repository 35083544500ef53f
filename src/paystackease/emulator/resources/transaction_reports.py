"""Transaction reports: lists, totals, timelines and exports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from paystackease.emulator.accounting import ledger
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import created_between, id_filter, paginate, select_all
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import export
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import timeline, transaction
from paystackease.emulator.transactions import transaction_serializers as serializers

routes = RouteGroup()

_SOURCES = {
    "merchantApi": "merchant_api",
    "checkout": "checkout",
    "pos": "pos",
    "virtualTerminal": "virtual_terminal",
}
_EXACT_FILTERS: Mapping[str, str] = {
    # by filter: the field of a transaction that it compares
    "status": "status",
    "channel": "channel",
    "currency": "currency",
    "terminalid": "terminal_id",
    "terminal_id": "terminal_id",
    "split_code": "split.split_code",
    "virtual_account_number": "authorization.receiver_bank_account_number",
}
COLUMNS = ("id", "reference", "status", "amount", "currency", "channel", "fees", "email", "created_at", "paid_at")


@routes.route("GET", "/transaction")
def list_(context: RequestContext) -> ApiResponse:
    customer_id, having = _read_filters(context)
    message = "Transactions retrieved"
    response = paginate(
        context,
        "transaction",
        message,
        lambda tx: serializers.serialize_listed(context, tx),
        parent_id=customer_id,
        having=having,
    )
    if response.meta is not None and "total" in response.meta:
        response.meta = {**response.meta, "total_volume": _total_volume(context, customer_id, having)}
    return response


@routes.route("GET", "/transaction/totals")
def totals(context: RequestContext) -> ApiResponse:
    transactions = select_all(context, "transaction", having={"status": "success"})
    sums: dict[str, int] = {}
    for tx in transactions:
        sums[tx.body["currency"]] = sums.get(tx.body["currency"], 0) + tx.body["amount"]
    pending = {
        currency: amount for currency, amount in ledger.balances(context, ledger.UNSETTLED).items() if amount > 0
    }
    own_currency = context.settings.currencies[0]
    data = {
        "total_transactions": len(transactions),
        # In the business's own currency, as in the sample.
        "total_volume": sums.get(own_currency, 0),
        "total_volume_by_currency": _list_by_currency(sums, own_currency),
        "pending_transfers": pending.get(own_currency, 0),
        "pending_transfers_by_currency": _list_by_currency(pending, own_currency),
    }
    return ApiResponse("Transaction totals", data)


@routes.route("GET", "/transaction/timeline/{id_or_reference}")
def fetch_timeline(context: RequestContext) -> ApiResponse:
    tx = transaction.find_by_reference_or_id(context, context.params["id_or_reference"])
    if tx is None:
        raise ApiError(400, "Transaction ID or reference is invalid")
    return ApiResponse("Timeline retrieved", timeline.serialize(tx))


@routes.route("GET", "/transaction/export")
def export_transactions(context: RequestContext) -> ApiResponse:
    customer_id, having = _read_filters(context)
    transactions = select_all(context, "transaction", parent_id=customer_id, having=having)
    if (settled := context.query.get("settled")) is not None:
        transactions = [tx for tx in transactions if _is_settled(context, tx) == (settled == "true")]
    return export.create_export(context, "transactions", COLUMNS, [_serialize_row(context, tx) for tx in transactions])


@routes.route("GET", "/transaction/{id}/event")
def fetch_events(context: RequestContext) -> ApiResponse:
    # Neither this operation nor the next is documented: their data is an assumption.
    return ApiResponse("Transaction events retrieved", timeline.serialize(_find(context)))


@routes.route("GET", "/transaction/{id}/session")
def fetch_session(context: RequestContext) -> ApiResponse:
    return ApiResponse("Transaction session retrieved", timeline.serialize(_find(context)))


def _read_filters(context: RequestContext) -> tuple[int | None, dict[str, object]]:
    query = context.query
    having: dict[str, object] = {path: query[name] for name, path in _EXACT_FILTERS.items() if query.get(name)}
    if having.get("status") == "all":
        del having["status"]
    if context.find_all("preauthorization", limit=1):
        having["preauthorized"] = None  # a held amount is not a transaction until it is captured
    if (amount := id_filter(context, "amount")) is not None:
        having["amount"] = amount
    if (settlement := id_filter(context, "settlement")) is not None:
        having[f"settlements.{settlement}"] = True
    if (page := id_filter(context, "payment_page")) is not None:
        having |= {"about.kind": "page", "about.id": page}
    if (source := query.get("source")) is not None:
        having["source.source"] = _SOURCES.get(source, source)
    if (code := query.get("subaccount_code")) is not None:
        subaccount = context.find("subaccount", code=code)
        having["subaccount.id"] = 0 if subaccount is None else subaccount.id
    customer_id = id_filter(context, "customer")
    if customer_id is None and (code := query.get("customer_code")) is not None:
        customer = context.find("customer", code=code)
        customer_id = 0 if customer is None else customer.id
    return customer_id, having


def _total_volume(context: RequestContext, customer_id: int | None, having: Mapping[str, object]) -> int:
    # The total of the successful transactions, regardless of currency (an assumption).
    paid = {"status": "success", **having}
    where = replace(created_between(context), parent_id=customer_id, having=paid)
    return context.services.store.sum(context.tenant.id, "transaction", where)


def _is_settled(context: RequestContext, tx: Document) -> bool:
    numbers = map(int, tx.body.get("settlements", ()))
    return any(context.get("settlement", number).body["status"] == "success" for number in numbers)


def _serialize_row(context: RequestContext, tx: Document) -> dict[str, Any]:
    data = serializers.serialize(context, tx, (*COLUMNS[:7], *COLUMNS[8:], "customer"))
    return {**data, "email": data["customer"]["email"]}


def _list_by_currency(sums: Mapping[str, int], own_currency: str) -> list[dict[str, object]]:
    ordered = sorted(sums, key=lambda currency: (currency != own_currency, currency))
    return [{"currency": currency, "amount": sums[currency]} for currency in ordered]


def _find(context: RequestContext) -> Document:
    tx = transaction.find_by_reference_or_id(context, context.params["id"])
    if tx is None:
        raise ApiError(404, "Transaction not found", "transaction_not_found")
    return tx
