"""Computes what identifies an event, and which events must be handled in order.

Paystack gives its events no id, resends them for 72 hours, and may send one twice or out of order. An event says that
something has reached a state, so it is identified by its name, the thing it is about, and the status. :func:`key`
returns that. Two deliveries with one key are one event, which is handled once.

:func:`ordering_key` returns the thing that the event is about. Events with one ordering key are handled in the order in
which they arrived. A payment, its refunds and its disputes share one, the transaction.

An unknown event, or a known one that lacks an identifying field, is identified by all of its data: if anything in it
differs, it is another event. If several events of Paystack's cannot be told apart, because nothing in them differs, the
table says so.

Neither key contains personal data: what is not plainly a reference, code, number or status is replaced by a digest.
Both are stored in databases. If you change a line of this table, events that were handled may be handled again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Final, NamedTuple, cast

from paystackease._core.lenient_json import encode


class Identity(NamedTuple):
    """What identifies an event: paths into its data, such as ``"customer.customer_code"``."""

    kind: str
    """What sort of thing it is about."""
    ordering_path: str
    """Which one."""
    key_paths: tuple[str, ...]
    """What makes it this event. A path that ends in ``?`` may be missing or null; no path at all means all the data."""


_DISPUTE = ("id", "transaction.reference", "status")
_HOLD = ("reference", "id", "status")
# Published refunds have no id until they need attention, and no reference of their own until a processor has them. Two
# refunds of one payment, of the same amount, cannot be told apart before that. An id is used where there is one.
_REFUND = ("transaction_reference", "refund_reference?", "id?", "amount", "status")

IDENTITIES: Final[Mapping[str, Identity]] = {
    # The same wrong amount twice for one payment looks the same.
    "bank.transfer.rejected": Identity(
        "bank_transfer",
        "bank_transfer.transaction_id",
        ("bank_transfer.transaction_id", "bank_transfer.message_type", "bank_transfer.amount"),
    ),
    "charge.dispute.create": Identity("transaction", "transaction.reference", _DISPUTE),
    # A dispute's status is the same at each reminder; that the time of its update is not, is an assumption.
    "charge.dispute.remind": Identity("transaction", "transaction.reference", (*_DISPUTE, "updated_at?")),
    "charge.dispute.resolve": Identity("transaction", "transaction.reference", (*_DISPUTE, "resolution?")),
    "charge.success": Identity("transaction", "reference", ("reference", "id", "status")),
    # A check that fails twice with the same numbers, for the same reason, looks the same.
    "customeridentification.failed": Identity(
        "customer", "customer_code", ("customer_code", "identification", "reason?")
    ),
    "customeridentification.success": Identity("customer", "customer_code", ("customer_code", "identification")),
    # A customer who twice gets no account looks the same.
    "dedicatedaccount.assign.failed": Identity(
        "customer", "customer.customer_code", ("customer.customer_code", "identification?")
    ),
    "dedicatedaccount.assign.success": Identity(
        "customer", "customer.customer_code", ("customer.customer_code", "dedicated_account.id")
    ),
    "direct_debit.authorization.active": Identity(
        "authorization", "authorization_code", ("authorization_code", "reference?", "active")
    ),
    "direct_debit.authorization.created": Identity(
        "authorization", "authorization_code", ("authorization_code", "active")
    ),
    "invoice.create": Identity("invoice", "invoice_code", ("invoice_code", "status")),
    # Two attempts at one invoice look the same where neither has a transaction.
    "invoice.payment_failed": Identity("invoice", "invoice_code", ("invoice_code", "status", "transaction.reference?")),
    "invoice.update": Identity(
        "invoice", "invoice_code", ("invoice_code", "status", "transaction.reference?", "transaction.status?")
    ),
    "paymentrequest.pending": Identity("payment_request", "request_code", ("request_code", "status")),
    "paymentrequest.success": Identity("payment_request", "request_code", ("request_code", "status")),
    # A capture or release that fails twice looks the same.
    "preauthorization.capture.failed": Identity("preauthorization", "reference", (*_HOLD, "captured_amount?")),
    "preauthorization.capture.success": Identity("preauthorization", "reference", (*_HOLD, "captured_amount?")),
    "preauthorization.release.failed": Identity("preauthorization", "reference", _HOLD),
    "preauthorization.release.success": Identity("preauthorization", "reference", _HOLD),
    "preauthorization.reserve.success": Identity("preauthorization", "reference", _HOLD),
    "refund.failed": Identity("transaction", "transaction_reference", _REFUND),
    "refund.needs-attention": Identity("transaction", "transaction_reference", _REFUND),
    "refund.pending": Identity("transaction", "transaction_reference", _REFUND),
    "refund.processed": Identity("transaction", "transaction_reference", _REFUND),
    "refund.processing": Identity("transaction", "transaction_reference", _REFUND),
    "subscription.create": Identity("subscription", "subscription_code", ("subscription_code", "status")),
    "subscription.disable": Identity("subscription", "subscription_code", ("subscription_code", "status")),
    # One list for all customers, once a month.
    "subscription.expiring_cards": Identity("subscription", "", ()),
    # One that is enabled, of which no event tells, and disabled again before its next invoice looks the same.
    "subscription.not_renew": Identity(
        "subscription", "subscription_code", ("subscription_code", "status", "most_recent_invoice.invoice_code?")
    ),
    "transfer.failed": Identity("transfer", "transfer_code", ("transfer_code", "status")),
    "transfer.reversed": Identity("transfer", "transfer_code", ("transfer_code", "status")),
    "transfer.success": Identity("transfer", "transfer_code", ("transfer_code", "status")),
}
"""What identifies each event that Paystack publishes."""


def key(name: str, data: object) -> str:
    """Return what identifies an event across deliveries: ``"charge.success:T563902:4099:success"``.

    :param name: The event's name.
    :param data: Its data.
    """
    identity = IDENTITIES.get(name)
    if identity is not None and identity.key_paths:
        parts = [_part(data, path) for path in identity.key_paths]
        if None not in parts:
            return ":".join([name, *cast("list[str]", parts)])
    return f"{_plain(name)}:{_digest(data)}"


def ordering_key(name: str, data: object) -> str:
    """Return what the event is about, such as ``"transaction:T563902"``: such events are handled in order.

    :param name: The event's name.
    :param data: Its data.
    """
    identity = IDENTITIES.get(name)
    if identity is not None:
        which = _part(data, identity.ordering_path) if identity.ordering_path else None
        return f"{identity.kind}:{which}" if which else name
    for path in ("reference", "id", "code"):
        if which := _part(data, path):
            return f"{_plain(name.partition('.')[0])}:{which}"
    return _plain(name)


def _part(data: object, path: str) -> str | None:
    found = data
    for step in path.removesuffix("?").split("."):
        found = cast("dict[str, object]", found).get(step) if isinstance(found, dict) else None
    if found is None or found == "":
        return "-" if path.endswith("?") else None
    return _plain(found)


# What references, codes, numbers, statuses and times are made of.
_PLAIN = re.compile(r"[A-Za-z0-9_.=+-]{1,100}")


def _plain(value: object) -> str:
    if isinstance(value, str | int):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if _PLAIN.fullmatch(text):
            return text
    return _digest(value)


def _digest(value: object) -> str:
    return hashlib.sha256(encode(value, is_sorted=True)).hexdigest()[:32]
