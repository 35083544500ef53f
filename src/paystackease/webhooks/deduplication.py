"""Computes the keys by which events are deduplicated and ordered.

Paystack gives its events no id, resends them for 72 hours, and may send one twice or out of order. An event says that
an object has reached a state, so it is identified by its name, the object, and the status. :func:`key` returns that.
Deliveries with the same key are one event, which is handled once.

:func:`ordering_key` returns the object that the event is about. Events with the same ordering key are handled in the
order in which they arrived. A payment, its refunds and its disputes share one: the transaction.

An unknown event, or a known one that lacks an identifying field, is identified by all of its data. If anything in the
data differs, it is another event. Some of Paystack's events cannot be distinguished, because nothing in them differs:
the table says which.

Neither key contains personal data: a value that does not look like a reference, code, number or status is replaced by a
digest. Both keys are stored in databases. If you change an entry of this table, handled events may be handled again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Final, NamedTuple, cast

from paystackease._core.lenient_json import encode


class Identity(NamedTuple):
    """The fields that identify an event, as paths into its data: ``"customer.customer_code"``."""

    object_type: str
    """The type of the object that the event is about."""
    ordering_path: str
    """The path of that object's reference or code."""
    key_paths: tuple[str, ...]
    """The paths of the identifying values; all data if empty. If a path ends in ``?``, its value may be missing."""


_DISPUTE = ("id", "transaction.reference", "status")
_HOLD = ("reference", "id", "status")
# Refunds in Paystack's samples have no id until they need attention, and no reference of their own until a processor
# has them. Before that, two refunds of the same amount of one payment look the same. An id is used if there is one.
_REFUND = ("transaction_reference", "refund_reference?", "id?", "amount", "status")

IDENTITIES: Final[Mapping[str, Identity]] = {
    # Two transfers of the same wrong amount for one payment look the same.
    "bank.transfer.rejected": Identity(
        "bank_transfer",
        "bank_transfer.transaction_id",
        ("bank_transfer.transaction_id", "bank_transfer.message_type", "bank_transfer.amount"),
    ),
    "charge.dispute.create": Identity("transaction", "transaction.reference", _DISPUTE),
    # Each reminder has the same status. That each has another time of update is an assumption.
    "charge.dispute.remind": Identity("transaction", "transaction.reference", (*_DISPUTE, "updated_at?")),
    "charge.dispute.resolve": Identity("transaction", "transaction.reference", (*_DISPUTE, "resolution?")),
    "charge.success": Identity("transaction", "reference", ("reference", "id", "status")),
    # Two checks that fail with the same numbers, for the same reason, look the same.
    "customeridentification.failed": Identity(
        "customer", "customer_code", ("customer_code", "identification", "reason?")
    ),
    "customeridentification.success": Identity("customer", "customer_code", ("customer_code", "identification")),
    # Two failed assignments to one customer look the same.
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
    # Two failed attempts for one invoice look the same if neither has a transaction.
    "invoice.payment_failed": Identity("invoice", "invoice_code", ("invoice_code", "status", "transaction.reference?")),
    "invoice.update": Identity(
        "invoice", "invoice_code", ("invoice_code", "status", "transaction.reference?", "transaction.status?")
    ),
    "paymentrequest.pending": Identity("payment_request", "request_code", ("request_code", "status")),
    "paymentrequest.success": Identity("payment_request", "request_code", ("request_code", "status")),
    # Two failed captures, or two failed releases, look the same.
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
    # One list of all customers' cards, once a month.
    "subscription.expiring_cards": Identity("subscription", "", ()),
    # Paystack sends no event when a subscription is enabled. If it is disabled again before its next invoice, the two
    # events look the same.
    "subscription.not_renew": Identity(
        "subscription", "subscription_code", ("subscription_code", "status", "most_recent_invoice.invoice_code?")
    ),
    "transfer.failed": Identity("transfer", "transfer_code", ("transfer_code", "status")),
    "transfer.reversed": Identity("transfer", "transfer_code", ("transfer_code", "status")),
    "transfer.success": Identity("transfer", "transfer_code", ("transfer_code", "status")),
}
"""The identifying fields of each event that Paystack publishes."""


def key(name: str, data: object) -> str:
    """Return the key of an event, the same for each delivery: ``"charge.success:T563902:4099:success"``.

    :param name: The event's name.
    :param data: Its data.
    """
    identity = IDENTITIES.get(name)
    if identity is not None and identity.key_paths:
        parts = [_value_at(data, path) for path in identity.key_paths]
        if None not in parts:
            return ":".join([name, *cast("list[str]", parts)])
    return f"{_readable_or_digest(name)}:{_digest(data)}"


def ordering_key(name: str, data: object) -> str:
    """Return the object that an event is about: ``"transaction:T563902"``. Its events are handled in order.

    :param name: The event's name.
    :param data: Its data.
    """
    identity = IDENTITIES.get(name)
    if identity is not None:
        identifier = _value_at(data, identity.ordering_path) if identity.ordering_path else None
        return f"{identity.object_type}:{identifier}" if identifier else name
    for path in ("reference", "id", "code"):
        if identifier := _value_at(data, path):
            return f"{_readable_or_digest(name.partition('.')[0])}:{identifier}"
    return _readable_or_digest(name)


def _value_at(data: object, path: str) -> str | None:
    value = data
    for field in path.removesuffix("?").split("."):
        value = cast("dict[str, object]", value).get(field) if isinstance(value, dict) else None
    if value is None or value == "":
        return "-" if path.endswith("?") else None
    return _readable_or_digest(value)


# The characters of references, codes, numbers, statuses and times.
_READABLE = re.compile(r"[A-Za-z0-9_.=+-]{1,100}")


def _readable_or_digest(value: object) -> str:
    if isinstance(value, str | int):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if _READABLE.fullmatch(text):
            return text
    return _digest(value)


def _digest(value: object) -> str:
    return hashlib.sha256(encode(value, is_sorted=True)).hexdigest()[:32]
