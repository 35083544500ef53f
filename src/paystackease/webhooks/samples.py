"""A made-up event of each kind, in the shape of its type: nothing in it was ever sent by Paystack.

The shape is read from :mod:`paystackease.types.events`. What a text says is made up from its key.
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

STATUS: Final[Mapping[str, str]] = {
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
"""The ``status`` of what an event is about."""

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
MOMENT: Final = "2026-10-01T12:00:00.000Z"
_MOMENTS = ("_at", "At", "_date", "due_date", "next_payment_date", "period_start", "period_end", "expiry_date")


def names() -> list[str]:
    """The events that there are samples of."""
    return sorted(_SHAPES)


def sample(name: str) -> dict[str, Any]:
    """The body of a made-up event: ``event``, ``data``, and what stands beside them.

    :param name: An official event, such as ``"charge.success"``.
    :raises paystackease.errors.InvalidArgumentError: If there is none of this name.
    """
    shape = _SHAPES.get(name)
    if shape is None:
        raise InvalidArgumentError(f"there is no official event {name}: one of {', '.join(names())}")
    body = _object(shape)
    data = body["data"]
    if isinstance(data, dict) and "status" in data and name in STATUS:
        data["status"] = STATUS[name]
    return body


def about(body: Mapping[str, Any], reference: str) -> dict[str, Any]:
    """The same event about another thing: the transaction, transfer, customer ... of this reference or code.

    :raises paystackease.errors.InvalidArgumentError: If the event is about no one thing.
    """
    path = IDENTITIES[body["event"]].ordering_path
    if not path:
        raise InvalidArgumentError(f"{body['event']} is about no one thing")
    return changed(body, path, reference)


def changed(body: Mapping[str, Any], path: str, value: object) -> dict[str, Any]:
    """The same event with another value in its data.

    :param path: Keys, and places in lists, with dots between: ``"customer.email"``.
    :raises paystackease.errors.InvalidArgumentError: If the path leads through what holds nothing.
    """
    found = copy.deepcopy(dict(body))
    inner: Any = found["data"]
    *way, last = path.split(".")
    try:
        for step in way:
            inner = inner[_place(inner, step)]
        inner[_place(inner, last)] = value
    except (KeyError, IndexError, ValueError, TypeError):
        raise InvalidArgumentError(f"the data of {body['event']} has nothing at {path}") from None
    return found


def _place(inner: object, step: str) -> str | int:
    return int(step) if isinstance(inner, list) else step


def _value(key: str, annotation: Any) -> Any:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {typing.Required, typing.NotRequired}:
        return _value(key, arguments[0])
    if origin is typing.Literal:
        return arguments[0]
    if origin in {typing.Union, types.UnionType}:
        kinds = [kind for kind in arguments if kind is not types.NoneType]
        objects = [kind for kind in kinds if typing.is_typeddict(kind) or typing.get_origin(kind) is dict]
        # A number where it may be one: what an amount is nearly always.
        return _value(key, objects[0] if objects else int if int in kinds else kinds[0])
    if typing.is_typeddict(annotation):
        return _object(annotation)
    if annotation is str:
        return MOMENT if key.endswith(_MOMENTS) else TEXTS.get(key, "1" if key == "id" else "made up")
    if annotation is bool:
        return True
    if annotation is int:
        return NUMBERS.get(key, 4_294_967_297 if key == "id" else 1)
    if annotation is float:
        return 1.5
    if annotation is types.NoneType:
        return None
    if origin is list:
        return [_value(key, arguments[0])]
    return {}


def _object(shape: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(shape, include_extras=True)
    return {key: _value(key, annotation) for key, annotation in hints.items()}


def _name(shape: Any) -> str:
    (name,) = typing.get_args(typing.get_type_hints(shape)["event"])
    return str(name)


_SHAPES: Final[Mapping[str, Any]] = {_name(shape): shape for shape in typing.get_args(events.WebhookEvent)}
