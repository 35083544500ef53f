"""Before a command moves money: what it will do, in words and amounts, and whether you want it.

What is said is read from the request that will be sent, so that it is what will be done.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import TYPE_CHECKING, Any, cast

from paystackease.cli.credentials import masked, mode
from paystackease.cli.output import complain, money, plain

if TYPE_CHECKING:
    from paystackease._core.endpoint import Endpoint
    from paystackease._core.request import Request

ABOUT = (
    "recipient",
    "transaction",
    "authorization_code",
    "email",
    "customer",
    "plan",
    "transfer_code",
    "source",
    "reference",
    "reason",
)
"""The fields that say to whom, from whom and what for."""


LIVE = "LIVE: this moves real money."


class NotAgreedError(Exception):
    """Nobody said yes, so nothing was sent."""


def words(endpoint: Endpoint[..., Any], request: Request[Any], key: str) -> str:
    """What a call will do.

    :param key: The secret key with which it will be sent.
    """
    live = mode(key) == "live"
    head = LIVE if live else f"With {masked(key)}, which moves no real money:"
    lines = [head, *wrap(plain(endpoint.summary), 76, initial_indent="  ", subsequent_indent="  ")]
    lines.append(f"  {request.method} {request.path}")
    lines += [f"  {line}" for line in _told({**request.path_params, **_fields(request.body)})]
    return "\n".join(lines)


def agreed(endpoint: Endpoint[..., Any], request: Request[Any], key: str, *, yes: bool) -> None:
    """Say what will be done, and ask.

    :param yes: Whether it was agreed to beforehand.
    :raises NotAgreedError: Where it is not wanted, or there is nobody to ask.
    """
    text = words(endpoint, request, key)
    if yes:
        if mode(key) == "live":
            complain(text, LIVE)
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise NotAgreedError(f"{text}\nThis moves money, and there is nobody to ask. To go ahead, add --yes.")
    complain(text, LIVE)
    print("Go ahead? Type yes: ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().casefold() != "yes":
        raise NotAgreedError("Nothing was sent.")


def _fields(body: object) -> dict[str, object]:
    if isinstance(body, Mapping):
        return dict(cast("Mapping[str, object]", body))
    return {"items": body} if isinstance(body, list | tuple) else {}


def _told(fields: Mapping[str, object]) -> Iterator[str]:
    currency = fields.get("currency")
    if (amount := fields.get("amount")) is not None:
        yield f"amount: {_amount(amount, currency)}"
    elif "transaction" in fields:
        yield "amount: all of it"
    for items in ("items", "transfers", "charges"):
        if isinstance(found := fields.get(items), list | tuple):
            yield _many(cast("list[Mapping[str, object]]", found), currency)
    for name in ABOUT:
        if (value := fields.get(name)) is not None:
            yield f"{name.replace('_', ' ')}: {value}"


def _many(items: list[Mapping[str, object]], currency: object) -> str:
    amounts = [amount for item in items if isinstance(amount := item.get("amount"), int)]
    return f"{len(items)} of them, together {_amount(sum(amounts), currency)}"


def _amount(amount: object, currency: object) -> str:
    if isinstance(amount, int) and currency:
        return f"{money(amount, getattr(currency, 'value', currency))} ({amount} subunits)"
    return f"{amount} subunits of your own currency"
