"""By what Paystack knows a repeat of a call, and how to find out what became of one.

Paystack refuses a second call with a reference that it has. So a call that has one may be sent again, if the first
sending left nothing at Paystack; whether it did is asked of the verify endpoint. All of this is pure.

An answer is the call's own only if it names the reference that was sent. What verify answers is the call's own only if
it has, besides, the amount, the currency and the recipient or authorization that were asked for. A field that
Paystack's shape for that status has, and the answer lacks, proves nothing: the outcome stays ambiguous.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias, TypeVar, cast

from paystackease._core.request import Request, to_query_text
from paystackease._core.success_criteria import Fields, comparable_text

T = TypeVar("T")

Match: TypeAlias = Literal["same", "different", "ambiguous"]
"""Whether what verify answers is about this call."""

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
"""The statuses in which nothing was paid, or not yet: Paystack names no authorization then, and for a charge that
waits for input only its reference. A status that is not listed is held to the whole shape.
"""


def generate_reference() -> str:
    """A reference that nobody has used: 32 of 0-9 and a-f, which every endpoint's alphabet and length allow."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Idempotency:
    """The reference of a call, or the references of its items."""

    verify_path: str
    """The path that tells what became of a reference."""
    items_field: str | None = None
    """Where the items are that have one each: a field of the body, or ``""`` for a body that is a list. None: it is
    the call that has one."""
    build_response: Callable[[Fields, Fields], object] | None = None
    """Makes what the call itself would have answered of what verify answers and what was asked. None: verify has not
    got it."""
    moves_money: bool = True
    """Whether the call moves money, or holds it. Where it does not, it may be made anew with a fresh reference."""
    returns_batch: bool = False
    """Whether the call answers with a batch (``batch_code``, ``total_charges``) and names none of the references."""
    amount: Literal["exact", "or more", "or less"] = "or more"
    """What may be taken beside the amount that was asked for: more if the customer bears the fee, or less as well."""
    default_currency: str | None = None
    """The currency that Paystack documents if none is asked for. None: the integration's, which is not known here."""
    partial_while_pending: bool = False
    """Whether verify answers with the reference and the status alone while the charge waits for input."""

    @property
    def field(self) -> str:
        """The field in Paystack's words: ``reference``, ``transfers[].reference``."""
        return "reference" if self.items_field is None else f"{self.items_field}[].reference"

    def verify_request(self, reference: str) -> Request[object]:
        """The call that tells what became of a reference."""
        return Request("GET", self.verify_path, {"reference": reference})

    def items_of(self, body: object) -> list[Fields]:
        """What has a reference each: the body, or its items."""
        if self.items_field is None:
            return [cast("Fields", body)]
        found = body if self.items_field == "" else cast("Fields", body)[self.items_field]
        return list(cast("Sequence[Fields]", found))

    def with_items(self, body: object, asked: Sequence[Fields]) -> Any:
        """The body with these in place of what it asks."""
        if self.items_field is None:
            return asked[0]
        return list(asked) if self.items_field == "" else {**cast("Fields", body), self.items_field: list(asked)}


def references_of(request: Request[Any]) -> list[str | None]:
    """The references of a guarded call, None where there is none."""
    if request.idempotency is None or request.body is None:
        return []
    return [cast("str | None", asked.get("reference")) for asked in request.idempotency.items_of(request.body)]


def with_references(request: Request[T], make_reference: Callable[[], str], *, regenerate: bool = False) -> Request[T]:
    """The same call, with a reference wherever it had none; ``anew``: with others."""
    guard = request.idempotency
    assert guard is not None, "a call without a guard has no reference"
    asked = [
        {**found, "reference": make_reference()} if regenerate or found.get("reference") is None else found
        for found in guard.items_of(request.body)
    ]
    check = guard.verify_request(to_query_text(asked[0]["reference"])) if guard.items_field is None else None
    return replace(request, body=guard.with_items(request.body, asked), verify_request=check)


def expected_items(guard: Idempotency, body: object) -> list[Fields]:
    """What was asked for each reference, with the currency that the whole call named."""
    items = guard.items_of(body)
    whole = cast("Fields", body).get("currency") if isinstance(body, Mapping) else None
    return [{"currency": whole, **item} for item in items] if whole is not None else items


def confirms_items(guard: Idempotency, body: object, answer: Fields) -> bool:
    """Whether an answer is a success of the call with this body.

    It names each reference that was sent, once, and contradicts nothing that was asked for.
    """
    data, asked = answer.get("data"), expected_items(guard, body)
    if answer.get("status") is not True:
        return (
            guard == CHARGE
            and _is_capitec_success(answer)
            and _reference_of(_transaction_of(data)) == _reference_of(asked[0])
        )
    if guard.returns_batch:
        if not isinstance(data, Mapping):
            return False
        batch = cast("Fields", data)
        code = batch.get("batch_code")
        return isinstance(code, str) and bool(code) and _parse_number(batch.get("total_charges")) == len(asked)
    if guard.items_field is None:
        answered = [data]
    elif isinstance(data, list):
        answered = cast("list[object]", data)
    else:
        return False
    by_reference = {_reference_of(one): one for one in answered}
    if len(answered) != len(asked) or by_reference.keys() != {_reference_of(one) for one in asked}:
        return False
    matches = [_match_fields(guard, one, cast("Fields", by_reference[_reference_of(one)])) for one in asked]
    return not any("different" in of_one for of_one in matches)


def _is_capitec_success(answer: Fields) -> bool:
    # To a charge by Capitec Pay alone Paystack's guide shows another envelope, which has no `status`, and the reference
    # in its `transaction`.
    return "status" not in answer and answer.get("type") == "success" and answer.get("code") == "ok"


def _transaction_of(data: object) -> object:
    return cast("Fields", data).get("transaction") if isinstance(data, Mapping) else None


def match_verified(guard: Idempotency, asked: Fields, found: object) -> Match:
    """Whether what verify answers is about the call, or item of a call, that asked for this."""
    if not isinstance(found, Mapping):
        return "ambiguous"
    data = cast("Fields", found)
    status = data.get("status")
    if (
        _reference_of(data) is None
        or _reference_of(data) != _reference_of(asked)
        or not isinstance(status, str)
        or not status
    ):
        return "ambiguous"
    matches = _match_fields(guard, asked, data)
    if "different" in matches:
        return "different"
    required = matches if status not in UNPAID_STATUSES else [] if guard.partial_while_pending else matches[:3]
    return "ambiguous" if "ambiguous" in required else "same"


def _match_fields(guard: Idempotency, asked: Fields, found: Fields) -> list[Match]:
    code = asked.get("authorization_code", asked.get("authorization"))
    return [
        _match_amount(guard, asked, found),
        _match_currency(guard, asked, found),
        _match_object(asked.get("recipient"), found.get("recipient"), "recipient_code", "id"),
        _match_object(asked.get("email"), found.get("customer"), "email"),
        _match_object(code, found.get("authorization"), "authorization_code"),
    ]


def _match_amount(guard: Idempotency, asked: Fields, found: Fields) -> Match:
    wanted, amount, requested = (
        _parse_number(value) for value in (asked.get("amount"), found.get("amount"), found.get("requested_amount"))
    )
    if wanted is None:
        return "same"
    if requested is not None and requested != wanted:
        return "different"
    if amount is None:
        return "ambiguous"
    if amount == wanted:
        return "same"
    if guard.amount == "exact":
        return "different"
    if amount > wanted:  # if the customer bears the fee, `requested_amount` is what was asked for
        return "same" if requested == wanted else "ambiguous"
    if guard.amount == "or less" or asked.get("attempt_partial_debit") is True:
        return "same" if amount >= (_parse_number(asked.get("at_least")) or 0) else "ambiguous"
    return "ambiguous" if requested == wanted else "different"


def _match_currency(guard: Idempotency, asked: Fields, found: Fields) -> Match:
    wanted, currency = asked.get("currency"), found.get("currency")
    if not isinstance(currency, str) or not currency:
        return "ambiguous"
    if wanted is None:
        # That a default holds for every account is Paystack's word, and no proof against what it answers.
        return "same" if guard.default_currency in {None, currency.upper()} else "ambiguous"
    return "same" if comparable_text(wanted).upper() == currency.upper() else "different"


def _match_object(wanted: object, part: object, *names: str) -> Match:
    if wanted is None:
        return "same"
    found = [cast("Fields", part).get(name) for name in names] if isinstance(part, Mapping) else []
    known = [_normalize_code(value) for value in found if isinstance(value, str | int)]
    if not known:
        return "ambiguous"
    return "same" if _normalize_code(wanted) in known else "different"


def _normalize_code(value: object) -> str:
    # Whether Paystack tells upper from lower case, and heeds blanks around a code, is not known.
    return comparable_text(value).strip().casefold()


def _reference_of(data: object) -> str | None:
    named = cast("Fields", data).get("reference") if isinstance(data, Mapping) else None
    return named if isinstance(named, str) else None


def _parse_number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 30 else None


def _keep_verified(found: Fields, asked: Fields) -> object:
    return found


def _to_transfer(found: Fields, asked: Fields) -> object:
    # A new transfer has the number of its recipient, and not the recipient.
    recipient = found.get("recipient")
    number = cast("Fields", recipient).get("id") if isinstance(recipient, Mapping) else recipient
    return {**found, "recipient": number}


def _to_queued_transfer(found: Fields, asked: Fields) -> object:
    keys = ("reference", "amount", "transfer_code", "currency", "status")
    return {**{key: found.get(key) for key in keys}, "recipient": asked.get("recipient")}


TRANSACTION = Idempotency("/transaction/verify/{reference}", build_response=_keep_verified)
"""A saved authorization that is charged."""
PARTIAL_DEBIT = Idempotency("/transaction/verify/{reference}", build_response=_keep_verified, amount="or less")
"""The same, of which less than the amount may be taken."""
CHECKOUT = Idempotency("/transaction/verify/{reference}", moves_money=False)
"""A payment that is prepared: verify cannot give back the address of its page."""
CHARGE = Idempotency("/charge/{reference}", build_response=_keep_verified, partial_while_pending=True)
"""A payment by one channel, step by step."""
BULK_CHARGE = Idempotency("/transaction/verify/{reference}", items_field="", returns_batch=True)
"""Many saved authorizations: verify knows each, and not the batch."""
TRANSFER = Idempotency(
    "/transfer/verify/{reference}", build_response=_to_transfer, amount="exact", default_currency="NGN"
)
BULK_TRANSFER = replace(TRANSFER, items_field="transfers", build_response=_to_queued_transfer)
RESERVATION = Idempotency("/preauthorization/verify/{reference}", build_response=_keep_verified)
"""An amount that is held on a saved card."""
RESERVATION_CHECKOUT = Idempotency("/preauthorization/verify/{reference}", moves_money=False)
