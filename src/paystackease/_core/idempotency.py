"""The references of a call, and whether a verified response belongs to it. It does no I/O.

Paystack rejects a second call with a reference that already exists. So a call with a reference is safe to retry if an
earlier attempt left nothing at Paystack. The verify endpoint tells whether it did.

A response belongs to a call only if it has the reference that was sent. A response of the verify endpoint must also
have the amount, the currency, and the recipient or authorization that were sent. If it lacks a field that Paystack
documents for its status, the outcome stays ambiguous.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal, TypeAlias, TypeVar, cast

from paystackease._core.request import Idempotency, Request, to_query_text
from paystackease._core.success_criteria import Fields, comparable_text

T = TypeVar("T")

Match: TypeAlias = Literal["same", "different", "ambiguous"]
"""Whether a response of the verify endpoint is about the call."""

UNPAID_STATUSES = frozenset(
    {
        "abandoned",
        "failed",
        "ongoing",
        "open_url",
        "pay_offline",
        "pending",
        "pending_bank_transfer",
        "processing",
        "queued",
        "send_address",
        "send_birthday",
        "send_otp",
        "send_phone",
        "send_pin",
        "timeout",
    }
)
"""The statuses in which nothing was paid, or not yet. With these, Paystack returns no authorization, and for a charge
that waits for input only the reference. With any other status, all fields are required.
"""


def generate_reference() -> str:
    """Return a unique reference of 32 hexadecimal digits, which is valid for each endpoint."""
    return secrets.token_hex(16)


def references_of(request: Request[Any]) -> list[str | None]:
    """Return the reference of the call, or of each item; None for an item without one."""
    if request.idempotency is None or request.body is None:
        return []
    return [cast("str | None", item.get("reference")) for item in request.idempotency.items_of(request.body)]


def with_references(request: Request[T], make_reference: Callable[[], str], *, regenerate: bool = False) -> Request[T]:
    """Return the call with a reference for each item that has none.

    :param regenerate: Replace existing references too.
    """
    idempotency = request.idempotency
    assert idempotency is not None, "only a call with idempotency has references"
    items = [
        {**item, "reference": make_reference()} if regenerate or item.get("reference") is None else item
        for item in idempotency.items_of(request.body)
    ]
    verify_request = None
    if idempotency.items_field is None:
        verify_request = idempotency.verify_request(to_query_text(items[0]["reference"]))
    return replace(request, body=idempotency.with_items(request.body, items), verify_request=verify_request)


def expected_items(idempotency: Idempotency, body: object) -> list[Fields]:
    """Return the items of a body. An item without a currency gets the currency of the body."""
    items = idempotency.items_of(body)
    currency = cast("Fields", body).get("currency") if isinstance(body, Mapping) else None
    return [{"currency": currency, **item} for item in items] if currency is not None else items


def confirms_items(idempotency: Idempotency, body: object, response: Fields) -> bool:
    """Return whether a response is a success of the call with this body.

    It must have each reference that was sent, once, and no field that differs from what was sent.
    """
    data, items = response.get("data"), expected_items(idempotency, body)
    if response.get("status") is not True:
        return (
            idempotency == CHARGE
            and _is_capitec_success(response)
            and _reference_of(_transaction_of(data)) == _reference_of(items[0])
        )
    if idempotency.returns_batch:
        if not isinstance(data, Mapping):
            return False
        batch = cast("Fields", data)
        code = batch.get("batch_code")
        return isinstance(code, str) and bool(code) and _parse_number(batch.get("total_charges")) == len(items)
    if idempotency.items_field is None:
        returned = [data]
    elif isinstance(data, list):
        returned = cast("list[object]", data)
    else:
        return False
    by_reference = {_reference_of(item): item for item in returned}
    if len(returned) != len(items) or by_reference.keys() != {_reference_of(item) for item in items}:
        return False
    matches = [_match_fields(idempotency, item, cast("Fields", by_reference[_reference_of(item)])) for item in items]
    return not any("different" in match for match in matches)


def _is_capitec_success(response: Fields) -> bool:
    # For Capitec Pay only, Paystack's guide shows another envelope: it has no `status`, and the reference is in its
    # `transaction`.
    return "status" not in response and response.get("type") == "success" and response.get("code") == "ok"


def _transaction_of(data: object) -> object:
    return cast("Fields", data).get("transaction") if isinstance(data, Mapping) else None


def match_verified(idempotency: Idempotency, sent: Fields, verified: object) -> Match:
    """Return whether the ``data`` of a verify endpoint is about a call, or an item of a call.

    :param sent: The fields of the call or item.
    """
    if not isinstance(verified, Mapping):
        return "ambiguous"
    data = cast("Fields", verified)
    status = data.get("status")
    if (
        _reference_of(data) is None
        or _reference_of(data) != _reference_of(sent)
        or not isinstance(status, str)
        or not status
    ):
        return "ambiguous"
    matches = _match_fields(idempotency, sent, data)
    if "different" in matches:
        return "different"
    required = matches if status not in UNPAID_STATUSES else [] if idempotency.partial_while_pending else matches[:3]
    return "ambiguous" if "ambiguous" in required else "same"


def _match_fields(idempotency: Idempotency, sent: Fields, data: Fields) -> list[Match]:
    code = sent.get("authorization_code", sent.get("authorization"))
    return [
        _match_amount(idempotency, sent, data),
        _match_currency(idempotency, sent, data),
        _match_object(sent.get("recipient"), data.get("recipient"), "recipient_code", "id"),
        _match_object(sent.get("email"), data.get("customer"), "email"),
        _match_object(code, data.get("authorization"), "authorization_code"),
    ]


def _match_amount(idempotency: Idempotency, sent: Fields, data: Fields) -> Match:
    expected, amount, requested = (
        _parse_number(value) for value in (sent.get("amount"), data.get("amount"), data.get("requested_amount"))
    )
    if expected is None:
        return "same"
    if requested is not None and requested != expected:
        return "different"
    if amount is None:
        return "ambiguous"
    if amount == expected:
        return "same"
    if idempotency.amount == "exact":
        return "different"
    if amount > expected:  # if the customer bears the fee, `requested_amount` is the amount that was sent
        return "same" if requested == expected else "ambiguous"
    if idempotency.amount == "or less" or sent.get("attempt_partial_debit") is True:
        return "same" if amount >= (_parse_number(sent.get("at_least")) or 0) else "ambiguous"
    return "ambiguous" if requested == expected else "different"


def _match_currency(idempotency: Idempotency, sent: Fields, data: Fields) -> Match:
    expected, currency = sent.get("currency"), data.get("currency")
    if not isinstance(currency, str) or not currency:
        return "ambiguous"
    if expected is None:
        # Paystack documents a default for every account, which is not a proof that the currency is different.
        return "same" if idempotency.default_currency in {None, currency.upper()} else "ambiguous"
    return "same" if comparable_text(expected).upper() == currency.upper() else "different"


def _match_object(expected: object, value: object, *names: str) -> Match:
    if expected is None:
        return "same"
    codes = [cast("Fields", value).get(name) for name in names] if isinstance(value, Mapping) else []
    known = [_normalize_code(code) for code in codes if isinstance(code, str | int)]
    if not known:
        return "ambiguous"
    return "same" if _normalize_code(expected) in known else "different"


def _normalize_code(value: object) -> str:
    # Paystack does not document whether codes are case-sensitive, or whether spaces around them count.
    return comparable_text(value).strip().casefold()


def _reference_of(data: object) -> str | None:
    reference = cast("Fields", data).get("reference") if isinstance(data, Mapping) else None
    return reference if isinstance(reference, str) else None


def _parse_number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 30 else None


def _keep_verified(verified: Fields, sent: Fields) -> object:
    return verified


def _to_transfer(verified: Fields, sent: Fields) -> object:
    # The response to a new transfer has the id of its recipient, not the recipient.
    recipient = verified.get("recipient")
    number = cast("Fields", recipient).get("id") if isinstance(recipient, Mapping) else recipient
    return {**verified, "recipient": number}


def _to_queued_transfer(verified: Fields, sent: Fields) -> object:
    keys = ("reference", "amount", "transfer_code", "currency", "status")
    return {**{key: verified.get(key) for key in keys}, "recipient": sent.get("recipient")}


TRANSACTION = Idempotency("/transaction/verify/{reference}", build_response=_keep_verified)
"""A charge of a saved authorization."""
PARTIAL_DEBIT = Idempotency("/transaction/verify/{reference}", build_response=_keep_verified, amount="or less")
"""A charge of a saved authorization that may take less than the amount."""
CHECKOUT = Idempotency("/transaction/verify/{reference}", moves_money=False)
"""A prepared payment. Its verify endpoint does not return the URL of the page."""
CHARGE = Idempotency("/charge/{reference}", build_response=_keep_verified, partial_while_pending=True)
"""A payment through one channel, step by step."""
BULK_CHARGE = Idempotency("/transaction/verify/{reference}", items_field="", returns_batch=True)
"""A batch of charges of saved authorizations. The verify endpoint returns each charge, but not the batch."""
TRANSFER = Idempotency(
    "/transfer/verify/{reference}", build_response=_to_transfer, amount="exact", default_currency="NGN"
)
BULK_TRANSFER = replace(TRANSFER, items_field="transfers", build_response=_to_queued_transfer)
RESERVATION = Idempotency("/preauthorization/verify/{reference}", build_response=_keep_verified)
"""A hold on a saved card."""
RESERVATION_CHECKOUT = Idempotency("/preauthorization/verify/{reference}", moves_money=False)
"""A prepared hold. Its verify endpoint does not return the URL of the page."""
