"""Transfers: money that goes from the balance to recipients. Their life is in
:mod:`~paystackease.emulator.resources.transfer_lifecycle`.

In test mode a transfer succeeds at once, whoever the recipient is. With the setting ``transfers`` at ``"pending"`` it
waits until ``POST /_emulator/transfers/{code}/succeed``, ``fail`` or ``reverse`` says what the bank did;
``approve`` and ``reject`` are what the merchant's approval URL answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from paystackease.emulator.accounting import fees
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import paginate, select_all
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import export, transfer_control
from paystackease.emulator.resources import transfer_lifecycle as life
from paystackease.emulator.resources import transfer_serializers as views
from paystackease.emulator.storage.document import Document
from paystackease.emulator.webhooks import approvals

transfer = RouteGroup()

_REFERENCE = re.compile(r"[a-z0-9_-]{16,50}")
COLUMNS = ("id", "transfer_code", "reference", "status", "amount", "currency", "fee_charged", "reason", "createdAt")

decide = life.decide
"""The merchant's approval URL has answered."""


@transfer.route("POST", "/transfer")
def initiate(context: RequestContext) -> ApiResponse:
    _source(context)
    recipient = _recipient(context, context.require("recipient", "Recipient"))
    amount, currency, reference = context.require_amount(), context.currency(), _reference(context, context.body)
    if reference is not None and context.find("transfer", name=reference) is not None:
        raise _duplicate()
    found = _begin(context, recipient, amount, currency, reference, context.body)
    waits = found.body["status"] == "otp"
    message = "Transfer requires OTP to continue" if waits else "Transfer has been queued"
    return ApiResponse(message, views.brief(context, found, views.CREATED))


@transfer.route("POST", "/transfer/finalize_transfer")
def finalize(context: RequestContext) -> ApiResponse:
    code, otp = str(context.require("transfer_code", "Transfer code")), str(context.require("otp", "OTP"))
    found = transfer_control.waiting(context, code)
    transfer_control.check(otp)
    life.confirm(context, found)
    return ApiResponse("Transfer has been queued", views.brief(context, found, views.FINALIZED))


@transfer.route("POST", "/transfer/bulk")
def bulk(context: RequestContext) -> ApiResponse:
    _source(context)
    items = [_item(context, given) for given in _transfers(context)]
    if context.settings.otp_for_transfers:
        # That the code must be switched off is documented, the wording is an assumption.
        raise ApiError(400, "OTP must be disabled on transfers to make bulk transfers", "invalid_params")
    currency = context.currency()
    orders = [
        (_recipient(context, item.require("recipient", "Recipient")), item.require_amount(), item) for item in items
    ]
    references = [_reference(context, item.body) for item in items]
    _refuse_used(context, references)
    sent: list[dict[str, Any]] = []
    for (recipient, amount, item), reference in zip(orders, references, strict=True):
        found = _begin(context, recipient, amount, currency, reference, item.body)
        sent.append(views.queued(context, found, recipient))
    return ApiResponse(f"{len(sent)} transfers queued.", sent)


@transfer.route("GET", "/transfer")
def list_(context: RequestContext) -> ApiResponse:
    owner, having = _filters(context)
    return paginate(
        context,
        "transfer",
        "Transfers retrieved",
        lambda found: views.full(context, found, views.LISTED),
        parent_id=owner,
        having=having,
    )


@transfer.route("GET", "/transfer/verify/{reference}")
def verify(context: RequestContext) -> ApiResponse:
    return _retrieved(context, context.find("transfer", name=context.params["reference"]))


@transfer.route("GET", "/transfer/export")
def exported(context: RequestContext) -> ApiResponse:
    owner, having = _filters(context)
    found = select_all(context, "transfer", parent_id=owner, having=having)
    return export.made(context, "transfers", COLUMNS, [views.brief(context, one, COLUMNS) for one in found])


@transfer.route("GET", "/transfer/{id_or_code}")
def fetch(context: RequestContext) -> ApiResponse:
    return _retrieved(context, context.find_by_id_or_code("transfer", context.params["id_or_code"]))


@transfer.route("POST", "/_emulator/transfers/{code}/{act}")
def played(context: RequestContext) -> ApiResponse:
    found = context.find("transfer", code=context.params["code"])
    if found is None:
        raise ApiError(404, "Transfer not found")
    play(context, found, context.params["act"], context.body.get("reason"))
    return ApiResponse("It is done", {"transfer_code": found.code, "status": found.body["status"]})


_ACTS = {"succeed": "success", "fail": "failed", "reverse": "reversed", "approve": "pending", "reject": "rejected"}


def play(context: RequestContext, found: Document, act: str, reason: object = None) -> None:
    """Be the bank (``succeed``, ``fail``, ``reverse``) or the merchant's approval URL (``approve``, ``reject``).

    :param reason: What the bank says, where it does not do it.
    :raises Refusal: Where that cannot happen to the transfer now.
    """
    status = _ACTS.get(act)
    if status is None:
        raise ApiError(404, f"Give one of {', '.join(_ACTS)}", "not_found")
    answers = act in {"approve", "reject"}
    if not life.MACHINE.can(found, status) or (answers and found.body["status"] != "received"):
        now = found.body["status"]
        raise ApiError(400, f"The transfer is {now}: {act} is not what can happen to it now", "invalid_params")
    if answers:
        life.decide(context, found, act == "approve")
    elif act == "succeed":
        life.become(context, found, "success")
    else:
        life.returned(context, found, status, None if reason is None else str(reason))


@transfer.job("transfer.abandon")
def abandon(context: RequestContext) -> None:
    found = context.get("transfer", context.body["id"])
    if found.body["status"] == "otp":
        life.become(context, found, "abandoned")


@transfer.job("transfer.answered")
def answered(context: RequestContext) -> None:
    # That 200 approves and 400 refuses is documented. What breaks is as good as silence (an assumption).
    status: int | None = context.body["status"]
    asked = context.find(approvals.KIND, id=context.body["id"])
    if asked is not None and asked.parent_id is not None and status is not None and status < 500:
        life.decide(context, context.get("transfer", asked.parent_id), status == 200)


@transfer.job("transfer.block")
def block(context: RequestContext) -> None:
    life.decide(context, context.get("transfer", context.body["id"]), None)


def _begin(
    context: RequestContext,
    recipient: Document,
    amount: int,
    currency: str,
    reference: str | None,
    given: Mapping[str, Any],
) -> Document:
    fee = fees.transfer_fee(currency, recipient.body["type"], amount)
    more = {name: given[name] for name in ("metadata", "account_reference") if given.get(name) is not None}
    reason = str(given.get("reason") or "")
    return life.begin(context, recipient, amount, currency, fee=fee, reference=reference, reason=reason, **more)


def _source(context: RequestContext) -> None:
    if context.require("source", "Source") != "balance":
        raise ApiError(400, "Invalid transfer source", "invalid_params")  # the wording is an assumption


def _recipient(context: RequestContext, code: object) -> Document:
    found = context.find("transfer_recipient", code=str(code))
    if found is None or not found.body["active"]:
        step = "Provide a valid recipient. Ensure you are passing the recipient code in the recipient param"
        raise ApiError(400, "Recipient specified is invalid", "invalid_transfer_recipient", next_step=step)
    return found


def _reference(context: RequestContext, given: Mapping[str, Any]) -> str | None:
    reference = given.get("reference")
    if reference is None or reference == "":
        return None
    # Paystack documents what it may be, and its own samples are shorter. The wording is an assumption.
    if not isinstance(reference, str | int) or (context.settings.strict and not _REFERENCE.fullmatch(str(reference))):
        raise ApiError(400, "Invalid transfer reference", "invalid_params")
    return str(reference)


def _duplicate() -> ApiError:
    # All of it observed; no sample of Paystack's has it.
    message = "Please provide a unique reference. Reference already exists on a transfer"
    step = "Create a new reference for the new transfer"
    return ApiError(400, message, "duplicate_transfer_reference", next_step=step)


def _refuse_used(context: RequestContext, references: list[str | None]) -> None:
    # One that is there twice in the call is used as well (an assumption).
    times = Counter(reference for reference in references if reference is not None)
    used = {one for one, count in times.items() if count > 1 or context.find("transfer", name=one) is not None}
    if used:
        message = f"Duplicate reference(s) found: {','.join(sorted(used))}"
        raise ApiError(404, message, "unknown", kind="api_error", next_step="Try again later")


def _transfers(context: RequestContext) -> list[Any]:
    given = context.require("transfers", "Transfers")
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):  # pyright: ignore[reportUnknownVariableType] # JSON
        raise ApiError(400, '"transfers" must be a list of transfers', "invalid_params")  # the wording is an assumption
    return given  # pyright: ignore[reportUnknownVariableType] # as above


def _item(context: RequestContext, given: Mapping[str, Any]) -> RequestContext:
    # One of many is read as the body of a call of its own.
    return RequestContext(context.services, context.tenant, context.now, body=given)


def _filters(context: RequestContext) -> tuple[int | None, dict[str, object]]:
    status, recipient = context.query.get("status"), context.query.get("recipient")
    having: dict[str, object] = {} if not status else {"status": status}
    if not recipient:
        return None, having
    # A number in the documentation, a code in the OpenAPI file: either is taken.
    found = context.find_by_id_or_code("transfer_recipient", recipient)
    return (0 if found is None else found.id), having


def _retrieved(context: RequestContext, found: Document | None) -> ApiResponse:
    if found is None:
        raise ApiError(404, "Transfer not found")
    return ApiResponse("Transfer retrieved", views.full(context, found))
