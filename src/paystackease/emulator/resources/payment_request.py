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
from paystackease.emulator.http.context import ApiResponse, RequestContext, RouteGroup, message_only
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import id_filter, paginate
from paystackease.emulator.resources import checkout, transaction
from paystackease.emulator.resources import payment_request_serializers as views
from paystackease.emulator.resources import payment_request_terms as terms
from paystackease.emulator.state_machine import Machine
from paystackease.emulator.storage.store import Document

payment_request = RouteGroup()

MACHINE = Machine("payment_request", "draft > pending > success", "pending > draft > success")


@payment_request.route("POST", "/paymentrequest")
def create(call: RequestContext) -> ApiResponse:
    whose = _customer(call, call.require("customer", "Customer"))
    draft = terms.flag(call, "draft", usual=False)
    body: dict[str, Any] = {
        **terms.NONE,
        "status": "draft" if draft else "pending",
        "currency": call.currency(),
        "notifications": [],
        "archived": False,
        "transaction": None,
        "paid_at": None,
        "amount_paid": None,
        "payment_method": None,
        **terms.given(call, terms.NONE),
    }
    if not draft:
        terms.check(body)
    found = call.new("payment_request", terms.numbered(call, body), code="PRQ_", owner=whose.id)
    # That there is an event of a draft is not documented (observed).
    call.emit(f"paymentrequest.{body['status']}", views.webhook_payload(call, found))
    answer = ApiResponse("Payment request created", views.created(call, found))
    # The answer and the event come before the e-mail.
    _notify(call, found)
    return answer


@payment_request.route("GET", "/paymentrequest")
def list_(call: RequestContext) -> ApiResponse:
    having: dict[str, object] = {name: call.query[name] for name in ("status", "currency") if name in call.query}
    # Archived ones come whenever the query has the parameter, whatever it says (observed).
    archived = "include_archive" in call.query if call.settings.quirks else call.query.get("include_archive") == "true"
    if not archived:
        having["archived"] = False
    owner = id_filter(call, "customer")
    show = functools.partial(views.full, call)
    return paginate(call, "payment_request", "Payment requests retrieved", show, owner=owner, having=having)


@payment_request.route("GET", "/paymentrequest/totals")
def totals(call: RequestContext) -> ApiResponse:
    # That drafts and archived ones do not count is an assumption.
    found = call.some("payment_request", archived=False)
    pending, successful = (_sums(call, found, status) for status in ("pending", "success"))
    total = {currency: pending[currency] + successful[currency] for currency in pending}
    sums = {"pending": pending, "successful": successful, "total": total}
    data = {name: [{"currency": one, "amount": sum_} for one, sum_ in sums[name].items()] for name in sums}
    return ApiResponse("Payment request totals", data)


@payment_request.route("GET", "/paymentrequest/{id_or_code}")
def fetch(call: RequestContext) -> ApiResponse:
    return ApiResponse("Payment request retrieved", views.fetched(call, _find(call, call.params["id_or_code"])))


@payment_request.route("GET", "/paymentrequest/verify/{code}")
def verify(call: RequestContext) -> ApiResponse:
    # It takes no number, and knows neither drafts nor archived ones (observed).
    found = call.find("payment_request", code=call.params["code"])
    if found is None or found.body["status"] == "draft" or found.body["archived"]:
        step = "Please check and pass the correct Invoice Code (Payment Request)"
        raise ApiError(400, "Slug is invalid", "invalid_slug", next_step=step)
    return ApiResponse("Payment request retrieved", views.verified(call, found))


@payment_request.route("POST", "/paymentrequest/notify/{code}")
def notify(call: RequestContext) -> ApiResponse:
    found = _find(call, call.params["code"])
    _must_be(found, "pending")
    _send(call, found)
    return message_only("Notification sent")


@payment_request.route("POST", "/paymentrequest/finalize/{code}")
def finalize(call: RequestContext) -> ApiResponse:
    found = _find(call, call.params["code"])
    _must_be(found, "draft")
    terms.check(found.body)
    MACHINE.move(found, "pending")
    call.save(found)
    call.emit("paymentrequest.pending", views.webhook_payload(call, found))
    answer = ApiResponse("Payment request finalized", views.full(call, found, views.FINALIZED))
    _notify(call, found)
    return answer


@payment_request.route("PUT", "/paymentrequest/{id_or_code}")
def update(call: RequestContext) -> ApiResponse:
    found = _find(call, call.params["id_or_code"])
    _must_be(found, "draft", "pending")
    tx = None if found.body["transaction"] is None else call.get("transaction", found.body["transaction"])
    if tx is not None and _is_being_paid(tx):
        raise ApiError(400, "The payment request is being paid", "invalid_params")  # an assumption
    found.body.update(terms.given(call, found.body))
    if call.body.get("currency") is not None:
        found.body["currency"] = call.currency()
    if call.body.get("customer") is not None:
        found.parent_id = _customer(call, call.body["customer"]).id
    terms.numbered(call, found.body)
    if terms.flag(call, "draft", usual=False) and found.body["status"] == "pending":
        MACHINE.move(found, "draft")
    if found.body["status"] == "pending":
        terms.check(found.body)
    if tx is not None:
        # What the customer sees on the page that is open is what is asked for now.
        tx.parent_id = found.parent_id
        tx.body.update(_asked(found), requested_amount=found.body["amount"])
        call.save(tx)
    call.save(found)
    answer = ApiResponse("Payment request updated", views.full(call, found))
    _notify(call, found)
    return answer


@payment_request.route("POST", "/paymentrequest/archive/{code}")
def archive(call: RequestContext) -> ApiResponse:
    found = _find(call, call.params["code"])
    found.body["archived"] = True
    call.save(found)
    return message_only("Payment request has been archived")


@payment_request.route("POST", "/_emulator/payment_requests/{code}/open")
def opened(call: RequestContext) -> ApiResponse:
    tx = begin(call, _find(call, call.params["code"]))
    return ApiResponse("The customer opened the payment request", transaction.link(call, tx))


def begin(call: RequestContext, found: Document) -> Document:
    """The transaction by which it is paid, made where there is none that can be.

    :raises Refusal: Where it is a draft, is paid, or is put away.
    """
    _must_be(found, "pending")
    if found.body["archived"]:
        raise ApiError(400, "The payment request is archived", "invalid_params")
    if (number := found.body["transaction"]) is not None:
        tx = call.get("transaction", number)
        if _is_being_paid(tx) or not checkout.expired(call, tx):
            return tx
    asked: dict[str, Any] = {
        **_asked(found),
        "about": {"kind": "payment_request", "id": found.id},
        "callback_url": found.body["redirect_url"],
    }
    tx = transaction.begin(call, call.get("customer", found.parent_id), **asked)
    found.body["transaction"] = tx.id
    call.save(found)
    return tx


@transaction.on_paid
def paid(call: RequestContext, tx: Document) -> None:
    """It is paid. What pays for one that is paid already is a payment and no more."""
    about: Mapping[str, Any] = tx.body.get("about") or {}
    if about.get("kind") != "payment_request":
        return
    found = call.get("payment_request", about["id"])
    if not MACHINE.may(found, "success"):
        return
    MACHINE.move(found, "success")
    found.body.update(
        paid_at=format_time(call.now),
        amount_paid=tx.body["amount"],
        payment_method=tx.body["channel"],
        transaction=tx.id,
    )
    call.save(found)
    call.emit("paymentrequest.success", views.webhook_payload(call, found))


def _find(call: RequestContext, id_or_code: str) -> Document:
    found = call.find_by_id_or_code("payment_request", id_or_code)
    if found is None:
        raise ApiError(400, "Payment request code is invalid", "invalid_params")  # the code is an assumption
    return found


def _customer(call: RequestContext, named: object) -> Document:
    found = call.find_by_id_or_code("customer", str(named))
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


def _sums(call: RequestContext, found: Iterable[Document], status: str) -> dict[str, int]:
    sums = dict.fromkeys(call.settings.currencies, 0)
    for one in found:
        if one.body["status"] == status:
            currency = one.body["currency"]
            sums[currency] = sums.get(currency, 0) + one.body["amount"]
    return sums


def _notify(call: RequestContext, found: Document) -> None:
    if found.body["status"] == "pending" and terms.flag(call, "send_notification", usual=True):
        _send(call, found)


def _send(call: RequestContext, found: Document) -> None:
    found.body["notifications"].append({"sent_at": format_time(call.now), "channel": "email"})
    call.save(found)
