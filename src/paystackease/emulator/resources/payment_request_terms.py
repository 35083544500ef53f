"""The terms of a payment request: line items and taxes or an amount, due date, split, and invoice number.

The wordings of the errors are assumptions, except where marked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.clock import format_time, parse_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.transactions import revenue_split

MAX_AMOUNT = 2**53
"""The limit of amounts: JavaScript cannot represent larger integers."""

DEFAULTS: Mapping[str, Any] = {
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


def read_terms(context: RequestContext, current: Mapping[str, Any]) -> dict[str, Any]:
    """Return the terms that the body has, as they are stored.

    :param current: The current terms, for amounts that the body does not have.
    :raises ApiError: If one is invalid.
    """
    body = context.body
    terms: dict[str, Any] = {}
    # `redirect_url` is not documented (observed).
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
            # The message is longer, but no source has the rest.
            raise ApiError(400, "Due date is not in a valid format", "invalid_params")
        terms["due_date"] = format_time(moment)
    if (code := body.get("split_code")) is not None:
        terms.update(split_code=code, **revenue_split.read_split(_context_of(context, {"split_code": code})))
    terms.update(_read_amounts(context, current))
    if body.get("invoice_number") is not None:
        terms.update(has_invoice=True, invoice_number=context.require_amount("invoice_number", minimum=0))
    elif read_flag(context, "has_invoice", default=False):
        terms["has_invoice"] = True
    return terms


def require_amount(terms: Mapping[str, Any]) -> None:
    """Check that the terms have an amount, which is required of a request that is not a draft.

    :raises ApiError: If they have none. The wording is Paystack's (observed).
    """
    if not terms["amount"]:
        message = "Amount was not passed or could not be extrapolated from line items."
        raise ApiError(400, message, "unknown", kind="api_error", next_step="Try again later")


def with_invoice_number(context: RequestContext, terms: dict[str, Any]) -> dict[str, Any]:
    """Return the terms; an invoice without a number gets the one after the latest."""
    if terms["has_invoice"] and terms["invoice_number"] is None:
        latest = context.find_all("payment_request", limit=1, having={"has_invoice": True})
        terms["invoice_number"] = (latest[0].body["invoice_number"] if latest else 0) + 1
    return terms


def read_flag(context: RequestContext, name: str, *, default: bool) -> bool:
    """Return a boolean of the body."""
    value = context.body.get(name)
    return default if value is None else value in (True, "true")


def _read_amounts(context: RequestContext, current: Mapping[str, Any]) -> dict[str, Any]:
    lines = {name: _read_lines(context, name) for name in ("line_items", "tax") if context.body.get(name) is not None}
    if not any(lines.values()) and context.body.get("amount") is not None:
        # An amount replaces all lines (an assumption).
        return {"line_items": [], "tax": [], "amount": context.require_amount()}
    if not lines:
        return {}
    lines = {"line_items": current["line_items"], "tax": current["tax"], **lines}
    total = sum(_compute_line_total(context, line) for group in lines.values() for line in group)
    if total >= MAX_AMOUNT:
        raise ApiError(400, "Invalid Amount Sent", "invalid_params")
    return {**lines, "amount": total, "has_invoice": True}


def _read_lines(context: RequestContext, name: str) -> list[dict[str, Any]]:
    lines = context.body[name]
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):  # pyright: ignore[reportUnknownVariableType] # JSON
        raise ApiError(400, f'"{name}" must be an array', "invalid_params")
    return lines  # pyright: ignore[reportUnknownVariableType] # as above


def _compute_line_total(context: RequestContext, line: Mapping[str, Any]) -> int:
    # The line is stored as it was sent: an amount that is text stays text.
    line_context = _context_of(context, line)
    return line_context.require_amount(minimum=0) * (
        1 if line.get("quantity") is None else line_context.require_amount("quantity")
    )


def _context_of(context: RequestContext, part: Mapping[str, Any]) -> RequestContext:
    """Return a context whose body is a part of this one's."""
    return RequestContext(context.services, context.tenant, context.now, body=part)
