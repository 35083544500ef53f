"""Sample events, built from their types. All values are made up; Paystack sent none of them.

The fields come from :mod:`paystackease.types.events`, and each value depends on the field's name.
"""

from __future__ import annotations

import copy
import types
import typing
from collections.abc import Mapping
from typing import Any, Final

from paystackease.errors import InvalidArgumentError
from paystackease.types import events
from paystackease.webhooks.deduplication import IDENTITIES

STATUSES: Final[Mapping[str, str]] = {
    "charge.success": "success",
    "charge.dispute.create": "awaiting-merchant-feedback",
    "charge.dispute.remind": "awaiting-merchant-feedback",
    "charge.dispute.resolve": "resolved",
    "invoice.create": "success",
    "invoice.payment_failed": "pending",
    "invoice.update": "success",
    "paymentrequest.pending": "pending",
    "paymentrequest.success": "success",
    "preauthorization.capture.failed": "capture_failed",
    "preauthorization.capture.success": "captured",
    "preauthorization.release.failed": "release_failed",
    "preauthorization.release.success": "released",
    "preauthorization.reserve.success": "authorized",
    "refund.failed": "failed",
    "refund.needs-attention": "needs-attention",
    "refund.pending": "pending",
    "refund.processed": "processed",
    "refund.processing": "processing",
    "subscription.create": "active",
    "subscription.disable": "complete",
    "subscription.not_renew": "non-renewing",
    "transfer.failed": "failed",
    "transfer.reversed": "reversed",
    "transfer.success": "success",
}
"""The ``status`` in the data of each event."""

TEXTS: Final[Mapping[str, str]] = {
    "account_name": "Ada Obi",
    "account_number": "0123456789",
    "amount": "250000",
    "authorization_code": "AUTH_made0up",
    "bank": "Zenith Bank",
    "bank_name": "Zenith Bank",
    "bin": "408408",
    "brand": "visa",
    "card_type": "visa",
    "channel": "card",
    "country": "NG",
    "country_code": "NG",
    "currency": "NGN",
    "customer_code": "CUS_made0up",
    "domain": "test",
    "email": "ada@example.com",
    "exp_month": "12",
    "exp_year": "2030",
    "first_name": "Ada",
    "gateway_response": "Successful",
    "interval": "monthly",
    "invoice_code": "INV_made0up",
    "ip_address": "127.0.0.1",
    "last4": "4081",
    "last_name": "Obi",
    "name": "Ada Obi",
    "phone": "+2348000000000",
    "plan_code": "PLN_made0up",
    "recipient_code": "RCP_made0up",
    "reference": "made-up-1",
    "refund_reference": "made-up-refund-1",
    "request_code": "PRQ_made0up",
    "risk_action": "default",
    "status": "success",
    "subscription_code": "SUB_made0up",
    "transaction_reference": "made-up-1",
    "transfer_code": "TRF_made0up",
}
NUMBERS: Final[Mapping[str, int]] = {"amount": 250_000, "requested_amount": 250_000, "fees": 13_750, "quantity": 1}
TIMESTAMP: Final = "2026-10-01T12:00:00.000Z"
_TIMESTAMP_SUFFIXES = (
    "_at",
    "At",
    "_date",
    "due_date",
    "next_payment_date",
    "period_start",
    "period_end",
    "expiry_date",
)


def event_names() -> list[str]:
    """Return the names of the events that have samples."""
    return sorted(_EVENT_TYPES)


def build_sample(name: str) -> dict[str, Any]:
    """Return the body of a sample event: ``event``, ``data``, and the fields beside them.

    :param name: An official event, such as ``"charge.success"``.
    :raises paystackease.errors.InvalidArgumentError: If there is no such event.
    """
    event_type = _EVENT_TYPES.get(name)
    if event_type is None:
        raise InvalidArgumentError(f"Paystack publishes no event {name}: use one of {', '.join(event_names())}")
    body = _sample_object(event_type)
    data = body["data"]
    if isinstance(data, dict) and "status" in data and name in STATUSES:
        data["status"] = STATUSES[name]
    return body


def with_identifier(body: Mapping[str, Any], reference: str) -> dict[str, Any]:
    """Return the same event about another object: the transaction, transfer or customer with this reference or code.

    :raises paystackease.errors.InvalidArgumentError: If the event is not about a single object.
    """
    path = IDENTITIES[body["event"]].ordering_path
    if not path:
        raise InvalidArgumentError(f"{body['event']} is not about a single object, so it takes no reference or code")
    return with_value(body, path, reference)


def with_value(body: Mapping[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return the same event with another value in its data.

    :param path: Keys and list indexes, joined by dots: ``"customer.email"``.
    :raises paystackease.errors.InvalidArgumentError: If there is no object or list at the path's parent.
    """
    changed = copy.deepcopy(dict(body))
    inner: Any = changed["data"]
    *parents, last = path.split(".")
    try:
        for parent in parents:
            inner = inner[_key_or_index(inner, parent)]
        inner[_key_or_index(inner, last)] = value
    except (KeyError, IndexError, ValueError, TypeError):
        raise InvalidArgumentError(f"the data of {body['event']} has no field {path}") from None
    return changed


def _key_or_index(container: object, part: str) -> str | int:
    return int(part) if isinstance(container, list) else part


def _sample_value(key: str, annotation: Any) -> Any:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {typing.Required, typing.NotRequired}:
        return _sample_value(key, arguments[0])
    if origin is typing.Literal:
        return arguments[0]
    if origin in {typing.Union, types.UnionType}:
        members = [member for member in arguments if member is not types.NoneType]
        objects = [member for member in members if typing.is_typeddict(member) or typing.get_origin(member) is dict]
        # An amount that may be a number or text is nearly always a number.
        return _sample_value(key, objects[0] if objects else int if int in members else members[0])
    if typing.is_typeddict(annotation):
        return _sample_object(annotation)
    if annotation is str:
        return TIMESTAMP if key.endswith(_TIMESTAMP_SUFFIXES) else TEXTS.get(key, "1" if key == "id" else "made up")
    if annotation is bool:
        return True
    if annotation is int:
        return NUMBERS.get(key, 4_294_967_297 if key == "id" else 1)
    if annotation is float:
        return 1.5
    if annotation is types.NoneType:
        return None
    if origin is list:
        return [_sample_value(key, arguments[0])]
    return {}


def _sample_object(typed_dict: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(typed_dict, include_extras=True)
    return {key: _sample_value(key, annotation) for key, annotation in hints.items()}


def _event_name(event_type: Any) -> str:
    (name,) = typing.get_args(typing.get_type_hints(event_type)["event"])
    return str(name)


_EVENT_TYPES: Final[Mapping[str, Any]] = {
    _event_name(event_type): event_type for event_type in typing.get_args(events.WebhookEvent)
}
