"""A webhook handler that updates a mirror: for each event, it fetches the object that the event is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from paystackease._core.endpoint import Endpoint
from paystackease.apis.customers import Customers
from paystackease.apis.disputes import Disputes
from paystackease.apis.payment_requests import PaymentRequests
from paystackease.apis.refund import Refunds
from paystackease.apis.subscriptions import Subscriptions
from paystackease.apis.transactions import Transactions
from paystackease.apis.transfers import Transfers
from paystackease.data.mirror import Mirror
from paystackease.paystack import Paystack
from paystackease.webhooks.events import AnyEvent

_FETCHES: Mapping[str, Sequence[tuple[str, Endpoint[..., Any], str]]] = {
    # prefix of the event's name: the table, the endpoint that fetches its item, and the path of the item's id or code
    # in the event's data
    "charge.success": [("transactions", Transactions.fetch_transaction, "id")],
    "charge.dispute.": [
        ("disputes", Disputes.fetch_dispute, "id"),
        ("transactions", Transactions.fetch_transaction, "transaction.id"),
    ],
    "refund.": [("refunds", Refunds.fetch_refund, "id")],
    "transfer.": [("transfers", Transfers.fetch_transfer, "transfer_code")],
    "subscription.": [("subscriptions", Subscriptions.fetch_subscription, "subscription_code")],
    "invoice.": [("subscriptions", Subscriptions.fetch_subscription, "subscription.subscription_code")],
    "paymentrequest.": [("payment_requests", PaymentRequests.fetch_payment_request, "request_code")],
    "customeridentification.": [("customers", Customers.fetch_customer, "customer_code")],
}


def mirror_handler(mirror: Mirror, client: Paystack) -> Callable[[AnyEvent], None]:
    """Return a handler that fetches the current state of an event's object into a mirror.

    ``inbox.on("*", name="mirror")(mirror_handler(mirror, client))``. The handler is idempotent, and events may arrive
    in any order.
    """

    def update_mirror(event: AnyEvent) -> None:
        name: str = event.name
        fetches = next((fetches for prefix, fetches in _FETCHES.items() if name.startswith(prefix)), ())
        for table, fetch_endpoint, path in fetches:
            identifier = _value_at(event.data, path)
            if table in mirror.tables and identifier is not None:
                seen_at = mirror.next_timestamp(dt.datetime.now(dt.UTC))
                mirror.upsert(table, [client.send(fetch_endpoint.build(identifier)).data], seen_at)
        if name.startswith("refund."):
            _update_refunds(mirror, client, event.data)

    return update_mirror


def _update_refunds(mirror: Mirror, client: Paystack, data: object) -> None:
    # Most refund events have no id. The reference leads to the payment, and the payment to its refunds.
    reference = _value_at(data, "transaction_reference")
    if reference is None:
        return
    seen_at = mirror.next_timestamp(dt.datetime.now(dt.UTC))
    transaction_id = client.transactions.verify_transaction(str(reference)).data["id"]
    if "transactions" in mirror.tables:
        mirror.upsert("transactions", [client.transactions.fetch_transaction(transaction_id).data], seen_at)
    if "refunds" in mirror.tables:
        refunds = client.iterate(client.refund.list_refunds(transaction=transaction_id))
        mirror.upsert("refunds", cast("Iterator[Mapping[str, Any]]", refunds), seen_at)


def _value_at(data: object, path: str) -> Any:
    for name in path.split("."):
        data = cast("Mapping[str, object]", data).get(name) if isinstance(data, Mapping) else None
    return data
