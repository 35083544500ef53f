"""Payment requests: a customer is asked to pay, with or without an invoice.

    draft > pending > success       finalized, and paid
    pending > draft                 taken back to be changed
    draft > success                 by who had its page open when it was (an assumption)

One is paid by a transaction of its own, which is there from when the customer opens its page
(``POST /_emulator/payment_requests/{code}/open``) and is paid like any other: at the checkout, step by step. There is
one as long as that one can be paid, so that nobody pays twice. What a request asks for is the sum of its lines and
taxes, or an amount where it has none.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import id_filter, paginate
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import checkout, transaction
from paystackease.emulator.resources import payment_request_serializers as views
from paystackease.emulator.resources import payment_request_terms as terms
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document

payment_request = RouteGroup()

MACHINE = StateMachine("payment_request", "draft > pending > success", "pending > draft > success")


@payment_request.route("POST", "/paymentrequest")
def create(context: RequestContext) -> ApiResponse:
    whose = _customer(context, context.require("customer", "Customer"))
    draft = terms.flag(context, "draft", usual=False)
    body: dict[str, Any] = {
        **terms.NONE,
        "status": "draft" if draft else "pending",
        "currency": context.currency(),
        "notifications": [],
        "archived": False,
        "transaction": None,
        "paid_at": None,
        "amount_paid": None,
        "payment_method": None,
        **terms.given(context, terms.NONE),
    }
    if not draft:
        terms.check(body)
    found = context.create("payment_request", terms.numbered(context, body), code_prefix="PRQ_", parent_id=whose.id)
    # That there is an event of a draft is not documented (observed).
    context.emit(f"paymentrequest.{body['status']}", views.webhook_payload(context, found))
    answer = ApiResponse("Payment request created", views.created(context, found))
    # The answer and the event come before the e-mail.
    _notify(context, found)
    return answer


@payment_request.route("GET", "/paymentrequest")
def list_(context: RequestContext) -> ApiResponse:
    having: dict[str, object] = {name: context.query[name] for name in ("status", "currency") if name in context.query}
    # Archived ones come whenever the query has the parameter, whatever it says (observed).
    archived = (
        "include_archive" in context.query
        if context.settings.quirks
        else context.query.get("include_archive") == "true"
    )
    if not archived:
        having["archived"] = False
    owner = id_filter(context, "customer")
    show = functools.partial(views.full, context)
    return paginate(context, "payment_request", "Payment requests retrieved", show, parent_id=owner, having=having)


@payment_request.route("GET", "/paymentrequest/totals")
def totals(context: RequestContext) -> ApiResponse:
    # That drafts and archived ones do not count is an assumption.
    found = context.find_all("payment_request", archived=False)
    pending, successful = (_sums(context, found, status) for status in ("pending", "success"))
    total = {currency: pending[currency] + successful[currency] for currency in pending}
    sums = {"pending": pending, "successful": successful, "total": total}
    data = {name: [{"currency": one, "amount": sum_} for one, sum_ in sums[name].items()] for name in sums}
    return ApiResponse("Payment request totals", data)


@payment_request.route("GET", "/paymentrequest/{id_or_code}")
def fetch(context: RequestContext) -> ApiResponse:
    return ApiResponse(
        "Payment request retrieved", views.fetched(context, _find(context, context.params["id_or_code"]))
    )


@payment_request.route("GET", "/paymentrequest/verify/{code}")
def verify(context: RequestContext) -> ApiResponse:
    # It takes no number, and knows neither drafts nor archived ones (observed).
    found = context.find("payment_request", code=context.params["code"])
    if found is None or found.body["status"] == "draft" or found.body["archived"]:
        step = "Please check and pass the correct Invoice Code (Payment Request)"
        raise ApiError(400, "Slug is invalid", "invalid_slug", next_step=step)
    return ApiResponse("Payment request retrieved", views.verified(context, found))


@payment_request.route("POST", "/paymentrequest/notify/{code}")
def notify(context: RequestContext) -> ApiResponse:
    found = _find(context, context.params["code"])
    _must_be(found, "pending")
    _send(context, found)
    return message_only("Notification sent")


@payment_request.route("POST", "/paymentrequest/finalize/{code}")
def finalize(context: RequestContext) -> ApiResponse:
    found = _find(context, context.params["code"])
    _must_be(found, "draft")
    terms.check(found.body)
    MACHINE.transition(found, "pending")
    context.save(found)
    context.emit("paymentrequest.pending", views.webhook_payload(context, found))
    answer = ApiResponse("Payment request finalized", views.full(context, found, views.FINALIZED))
    _notify(context, found)
    return answer


@payment_request.route("PUT", "/paymentrequest/{id_or_code}")
def update(context: RequestContext) -> ApiResponse:
    found = _find(context, context.params["id_or_code"])
    _must_be(found, "draft", "pending")
    tx = None if found.body["transaction"] is None else context.get("transaction", found.body["transaction"])
    if tx is not None and _is_being_paid(tx):
        raise ApiError(400, "The payment request is being paid", "invalid_params")  # an assumption
    found.body.update(terms.given(context, found.body))
    if context.body.get("currency") is not None:
        found.body["currency"] = context.currency()
    if context.body.get("customer") is not None:
        found.parent_id = _customer(context, context.body["customer"]).id
    terms.numbered(context, found.body)
    if terms.flag(context, "draft", usual=False) and found.body["status"] == "pending":
        MACHINE.transition(found, "draft")
    if found.body["status"] == "pending":
        terms.check(found.body)
    if tx is not None:
        # What the customer sees on the page that is open is what is asked for now.
        tx.parent_id = found.parent_id
        tx.body.update(_asked(found), requested_amount=found.body["amount"])
        context.save(tx)
    context.save(found)
    answer = ApiResponse("Payment request updated", views.full(context, found))
    _notify(context, found)
    return answer


@payment_request.route("POST", "/paymentrequest/archive/{code}")
def archive(context: RequestContext) -> ApiResponse:
    found = _find(context, context.params["code"])
    found.body["archived"] = True
    context.save(found)
    return message_only("Payment request has been archived")


@payment_request.route("POST", "/_emulator/payment_requests/{code}/open")
def opened(context: RequestContext) -> ApiResponse:
    tx = begin(context, _find(context, context.params["code"]))
    return ApiResponse("The customer opened the payment request", transaction.link(context, tx))


def begin(context: RequestContext, found: Document) -> Document:
    """The transaction by which it is paid, made where there is none that can be.

    :raises Refusal: Where it is a draft, is paid, or is put away.
    """
    _must_be(found, "pending")
    if found.body["archived"]:
        raise ApiError(400, "The payment request is archived", "invalid_params")
    if (number := found.body["transaction"]) is not None:
        tx = context.get("transaction", number)
        if _is_being_paid(tx) or not checkout.expired(context, tx):
            return tx
    asked: dict[str, Any] = {
        **_asked(found),
        "about": {"kind": "payment_request", "id": found.id},
        "callback_url": found.body["redirect_url"],
    }
    tx = transaction.begin(context, context.get("customer", found.parent_id), **asked)
    found.body["transaction"] = tx.id
    context.save(found)
    return tx


@transaction.on_paid
def paid(context: RequestContext, tx: Document) -> None:
    """It is paid. What pays for one that is paid already is a payment and no more."""
    about: Mapping[str, Any] = tx.body.get("about") or {}
    if about.get("kind") != "payment_request":
        return
    found = context.get("payment_request", about["id"])
    if not MACHINE.can(found, "success"):
        return
    MACHINE.transition(found, "success")
    found.body.update(
        paid_at=format_time(context.now),
        amount_paid=tx.body["amount"],
        payment_method=tx.body["channel"],
        transaction=tx.id,
    )
    context.save(found)
    context.emit("paymentrequest.success", views.webhook_payload(context, found))


def _find(context: RequestContext, id_or_code: str) -> Document:
    found = context.find_by_id_or_code("payment_request", id_or_code)
    if found is None:
        raise ApiError(400, "Payment request code is invalid", "invalid_params")  # the code is an assumption
    return found


def _customer(context: RequestContext, named: object) -> Document:
    found = context.find_by_id_or_code("customer", str(named))
    if found is None:
        raise ApiError(400, "Customer not found", "not_found")  # as for partial_debit
    return found


def _must_be(found: Document, *statuses: str) -> None:
    now = found.body["status"]
    if now not in statuses:
        what = {"draft": "is a draft", "pending": "is not a draft", "success": "has already been paid"}[now]
        raise ApiError(400, f"Payment request {what}", "invalid_params")  # an assumption


def _is_being_paid(tx: Document) -> bool:
    return tx.body["status"] in {"ongoing", "pending", "processing", "success"}


def _asked(found: Document) -> dict[str, Any]:
    """What its transaction has of it."""
    names = ("amount", "currency", "metadata", "split")
    return {name: found.body[name] for name in names if found.body[name] is not None}


def _sums(context: RequestContext, found: Iterable[Document], status: str) -> dict[str, int]:
    sums = dict.fromkeys(context.settings.currencies, 0)
    for one in found:
        if one.body["status"] == status:
            currency = one.body["currency"]
            sums[currency] = sums.get(currency, 0) + one.body["amount"]
    return sums


def _notify(context: RequestContext, found: Document) -> None:
    if found.body["status"] == "pending" and terms.flag(context, "send_notification", usual=True):
        _send(context, found)


def _send(context: RequestContext, found: Document) -> None:
    found.body["notifications"].append({"sent_at": format_time(context.now), "channel": "email"})
    context.save(found)
