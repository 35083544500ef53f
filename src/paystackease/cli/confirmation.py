"""Ask for confirmation before a command moves money or deletes data, and show what it will do.

The description is read from the request that will be sent, so that it cannot differ from what is done.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import TYPE_CHECKING, Any, cast

from paystackease._core.money import format_money
from paystackease.cli.credentials import key_mode, mask_key
from paystackease.cli.output import print_error, strip_markup

if TYPE_CHECKING:
    from paystackease._core.endpoint import Endpoint
    from paystackease._core.request import Request

DESCRIBED_FIELDS = (
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
"""The fields that name the payer, the payee and the purpose."""

LIVE = "LIVE: this moves real money."


class NotConfirmedError(Exception):
    """The user did not confirm, so nothing was sent."""


def describe_request(endpoint: Endpoint[..., Any], request: Request[Any], key: str) -> str:
    """Return a description of what a request will do.

    :param key: The secret key with which it will be sent.
    """
    live = key_mode(key) == "live"
    heading = LIVE if live else f"With {mask_key(key)}, which moves no real money:"
    lines = [heading, *wrap(strip_markup(endpoint.summary), 76, initial_indent="  ", subsequent_indent="  ")]
    lines.append(f"  {request.method} {request.path}")
    lines += [f"  {line}" for line in _describe_fields({**request.path_params, **_fields(request.body)})]
    return "\n".join(lines)


def confirm(endpoint: Endpoint[..., Any], request: Request[Any], key: str, *, yes: bool) -> None:
    """Show what will be done, and ask for confirmation.

    :param yes: Whether the user has confirmed already, with ``--yes``.
    :raises NotConfirmedError: If the user declines, or there is no terminal to ask at.
    """
    text = describe_request(endpoint, request, key)
    if yes:
        if key_mode(key) == "live":
            print_error(text, LIVE)
        return
    _ask(text, "This moves money")


def confirm_deletion(text: str, *, yes: bool) -> None:
    """Show what will be deleted, and ask for confirmation.

    :param yes: Whether the user has confirmed already, with ``--yes``.
    :raises NotConfirmedError: If the user declines, or there is no terminal to ask at.
    """
    if not yes:
        _ask(text, "This deletes data")


def _ask(text: str, effect: str) -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise NotConfirmedError(f"{text}\n{effect}, and there is no terminal to confirm it at. To confirm, add --yes.")
    print_error(text, LIVE)
    print("Type yes to confirm: ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().casefold() != "yes":
        raise NotConfirmedError("Nothing was sent.")


def _fields(body: object) -> dict[str, object]:
    if isinstance(body, Mapping):
        return dict(cast("Mapping[str, object]", body))
    return {"items": body} if isinstance(body, list | tuple) else {}


def _describe_fields(fields: Mapping[str, object]) -> Iterator[str]:
    currency = fields.get("currency")
    if (amount := fields.get("amount")) is not None:
        yield f"amount: {_format_amount(amount, currency)}"
    elif "transaction" in fields:
        yield "amount: the full amount"
    for items in ("items", "transfers", "charges"):
        if isinstance(value := fields.get(items), list | tuple):
            yield _describe_items(cast("list[Mapping[str, object]]", value), currency)
    for name in DESCRIBED_FIELDS:
        if (value := fields.get(name)) is not None:
            yield f"{name.replace('_', ' ')}: {value}"


def _describe_items(items: list[Mapping[str, object]], currency: object) -> str:
    amounts = [amount for item in items if isinstance(amount := item.get("amount"), int)]
    return f"{len(items)} items, in total {_format_amount(sum(amounts), currency)}"


def _format_amount(amount: object, currency: object) -> str:
    if isinstance(amount, int) and currency:
        return f"{format_money(amount, getattr(currency, 'value', currency))} ({amount} subunits)"
    return f"{amount} subunits of your integration's currency"
