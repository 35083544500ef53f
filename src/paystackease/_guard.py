"""By what Paystack knows a repeat of a call, and how to find out what became of one.

Paystack refuses a second call with a reference that it has. So a call that has one may be sent again, if the first
sending left nothing at Paystack; whether it did is asked of the verify endpoint. All of this is pure.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from paystackease._request import Request

T = TypeVar("T")

Fields = Mapping[str, object]


def new_reference() -> str:
    """A reference that nobody has used: 32 of 0-9 and a-f, which every endpoint's alphabet and length allow."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Guard:
    """The reference of a call, or the references of its items."""

    verify: str
    """The path that tells what became of a reference."""
    items: str | None = None
    """Where the items are that have one each: a field of the body, or ``""`` for a body that is a list. None: it is
    the call that has one."""
    answer: Callable[[Fields, Fields], object] | None = None
    """Makes what the call itself would have answered of what verify answers and what was asked. None: verify has not
    got it."""
    charges: bool = True
    """Whether the call moves money, or holds it. Where it does not, it may be made anew with a fresh reference."""
    compare: tuple[str, ...] = ("amount", "currency", "email", "authorization_code", "recipient")
    """What of the call verify must confirm, where both have it, before a reference of the caller's is taken for it."""

    @property
    def field(self) -> str:
        """The field in Paystack's words: ``reference``, ``transfers[].reference``."""
        return "reference" if self.items is None else f"{self.items}[].reference"

    def check(self, reference: str) -> Request[object]:
        """The call that tells what became of a reference."""
        return Request("GET", self.verify, {"reference": reference})

    def asked(self, body: object) -> list[Fields]:
        """What has a reference each: the body, or its items."""
        if self.items is None:
            return [cast("Fields", body)]
        found = body if self.items == "" else cast("Fields", body)[self.items]
        return list(cast("Sequence[Fields]", found))

    def body(self, body: object, asked: Sequence[Fields]) -> Any:
        """The body with these in place of what it asks."""
        if self.items is None:
            return asked[0]
        return list(asked) if self.items == "" else {**cast("Fields", body), self.items: list(asked)}


def references(request: Request[Any]) -> list[str | None]:
    """The references of a guarded call, None where there is none."""
    if request.guard is None or request.body is None:
        return []
    return [cast("str | None", asked.get("reference")) for asked in request.guard.asked(request.body)]


def referenced(request: Request[T], make: Callable[[], str], *, anew: bool = False) -> Request[T]:
    """The same call, with a reference wherever it had none; ``anew``: with others."""
    guard = request.guard
    assert guard is not None, "a call without a guard has no reference"
    asked = [
        {**found, "reference": make()} if anew or found.get("reference") is None else found
        for found in guard.asked(request.body)
    ]
    check = guard.check(str(asked[0]["reference"])) if guard.items is None else None
    return replace(request, body=guard.body(request.body, asked), check=check)


def contradicts(guard: Guard, asked: Fields, found: Fields) -> bool:
    """Whether what was found by a reference is something else than what was asked for."""
    for name in guard.compare:
        wanted = asked.get(name)
        there = [_plain(value) for value in _shown(name, found) if value is not None]
        if wanted is not None and there and _plain(wanted) not in there:
            return True
    return False


def _shown(name: str, found: Fields) -> list[object]:
    # Where what was asked for shows in what verify answers.
    match name:
        case "amount":
            # Where the customer bears the fees, `amount` is more than was asked for, and `requested_amount` what was.
            return [found.get("amount"), found.get("requested_amount")]
        case "email":
            return [_part(found, "customer", "email")]
        case "authorization_code":
            return [_part(found, "authorization", name)]
        case "recipient":
            return [_part(found, "recipient", "recipient_code")]
        case _:
            return [found.get(name)]


def _part(found: Fields, name: str, key: str) -> object:
    part = found.get(name)
    return cast("Fields", part).get(key) if isinstance(part, Mapping) else None


def _plain(value: object) -> str:
    # 5000 and "5000", NGN and Currency.NGN, Ada@ and ada@ are the same.
    return str(getattr(value, "value", value)).casefold()


def _as_found(found: Fields, asked: Fields) -> object:
    return found


def _transfer(found: Fields, asked: Fields) -> object:
    # A new transfer has the number of its recipient, and not the recipient.
    recipient = found.get("recipient")
    number = cast("Fields", recipient).get("id") if isinstance(recipient, Mapping) else recipient
    return {**found, "recipient": number}


def _queued_transfer(found: Fields, asked: Fields) -> object:
    keys = ("reference", "amount", "transfer_code", "currency", "status")
    return {**{key: found.get(key) for key in keys}, "recipient": asked.get("recipient")}


TRANSACTION = Guard("/transaction/verify/{reference}", answer=_as_found)
"""A saved authorization that is charged."""
PARTIAL_DEBIT = Guard(
    "/transaction/verify/{reference}", answer=_as_found, compare=("currency", "email", "authorization_code")
)
"""The same, of which less than the amount may be taken."""
CHECKOUT = Guard("/transaction/verify/{reference}", charges=False)
"""A payment that is prepared: verify cannot give back the address of its page."""
CHARGE = Guard("/charge/{reference}", answer=_as_found)
"""A payment by one channel, step by step."""
BULK_CHARGE = Guard("/transaction/verify/{reference}", items="")
"""Many saved authorizations: verify knows each, and not the batch."""
TRANSFER = Guard("/transfer/verify/{reference}", answer=_transfer)
BULK_TRANSFER = Guard("/transfer/verify/{reference}", items="transfers", answer=_queued_transfer)
RESERVATION = Guard("/preauthorization/verify/{reference}", answer=_as_found)
"""An amount that is held on a saved card."""
RESERVATION_CHECKOUT = Guard("/preauthorization/verify/{reference}", charges=False)
