"""What a payment request asks for: its lines and taxes or its amount, when it is due, who shares it, its number.

The wordings of what is refused are assumptions, but for one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.clock import format_time, parse_time
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.resources import revenue_split

MOST = 2**53
"""As of amounts: beyond, JavaScript would not read the number as it is."""

NONE: Mapping[str, Any] = {
    "amount": 0,
    "line_items": [],
    "tax": [],
    "due_date": None,
    "description": None,
    "redirect_url": None,
    "metadata": None,
    "has_invoice": False,
    "invoice_number": None,
    "split_code": None,
    "split": None,
}


def given(context: RequestContext, was: Mapping[str, Any]) -> dict[str, Any]:
    """The terms that the body has, as they are kept.

    :param was: What holds where the body says nothing.
    :raises Refusal: Where one cannot be.
    """
    body = context.body
    terms: dict[str, Any] = {}
    # Where the customer is sent afterwards is not documented (observed).
    for name in ("description", "redirect_url"):
        if (text := body.get(name)) is not None:
            if not isinstance(text, str):
                raise ApiError(400, f'"{name}" must be a string', "invalid_params")
            terms[name] = text
    if (metadata := body.get("metadata")) is not None:
        if not isinstance(metadata, dict):
            raise ApiError(400, '"metadata" must be of type object', "invalid_params")
        terms["metadata"] = metadata
    if (due := body.get("due_date")) is not None:
        moment = parse_time(due) if isinstance(due, str) else None
        if moment is None:
            # The sentence goes on, and no source has the rest.
            raise ApiError(400, "Due date is not in a valid format", "invalid_params")
        terms["due_date"] = format_time(moment)
    if (code := body.get("split_code")) is not None:
        terms.update(split_code=code, **revenue_split.asked(_of(context, {"split_code": code})))
    terms.update(_amounts(context, was))
    if body.get("invoice_number") is not None:
        terms.update(has_invoice=True, invoice_number=context.require_amount("invoice_number", minimum=0))
    elif flag(context, "has_invoice", usual=False):
        terms["has_invoice"] = True
    return terms


def check(terms: Mapping[str, Any]) -> None:
    """See to it that something is asked for, as it must be of what is no draft.

    :raises Refusal: Where nothing is, in Paystack's words (observed).
    """
    if not terms["amount"]:
        message = "Amount was not passed or could not be extrapolated from line items."
        raise ApiError(400, message, "unknown", kind="api_error", next_step="Try again later")


def numbered(context: RequestContext, terms: dict[str, Any]) -> dict[str, Any]:
    """The same terms; an invoice without a number has the one after that of the latest."""
    if terms["has_invoice"] and terms["invoice_number"] is None:
        latest = context.find_all("payment_request", limit=1, has_invoice=True)
        terms["invoice_number"] = (latest[0].body["invoice_number"] if latest else 0) + 1
    return terms


def flag(context: RequestContext, name: str, *, usual: bool) -> bool:
    """What the body says of something that is or is not."""
    value = context.body.get(name)
    return usual if value is None else value in (True, "true")


def _amounts(context: RequestContext, was: Mapping[str, Any]) -> dict[str, Any]:
    lines = {name: _lines(context, name) for name in ("line_items", "tax") if context.body.get(name) is not None}
    if not any(lines.values()) and context.body.get("amount") is not None:
        # An amount stands for all of it: there are no lines beside it (an assumption).
        return {"line_items": [], "tax": [], "amount": context.require_amount()}
    if not lines:
        return {}
    lines = {"line_items": was["line_items"], "tax": was["tax"], **lines}
    total = sum(_cost(context, line) for each in lines.values() for line in each)
    if total >= MOST:
        raise ApiError(400, "Invalid Amount Sent", "invalid_params")
    return {**lines, "amount": total, "has_invoice": True}


def _lines(context: RequestContext, name: str) -> list[dict[str, Any]]:
    found = context.body[name]
    if not isinstance(found, list) or not all(isinstance(line, dict) for line in found):  # pyright: ignore[reportUnknownVariableType] # JSON
        raise ApiError(400, f'"{name}" must be an array', "invalid_params")
    return found  # pyright: ignore[reportUnknownVariableType] # as above


def _cost(context: RequestContext, line: Mapping[str, Any]) -> int:
    # It is kept as it was sent: an amount that was text is shown as text.
    read_as = _of(context, line)
    return read_as.require_amount(minimum=0) * (
        1 if line.get("quantity") is None else read_as.require_amount("quantity")
    )


def _of(context: RequestContext, part: Mapping[str, Any]) -> RequestContext:
    """A part of the body, read as the body of a call of its own."""
    return RequestContext(context.services, context.tenant, context.now, body=part)
