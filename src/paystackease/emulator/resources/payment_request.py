"""Payment requests: a merchant requests a payment from a customer, with or without an invoice.

    draft > pending > success       finalized, and paid
    pending > draft                 changed back to a draft
    draft > success                 paid at a page that was opened before (an assumption)

A request is paid by a transaction, created when the customer opens its page (``POST
/_emulator/payment_requests/{code}/open``) and paid like any other, at the checkout. While that transaction can be paid,
no other is created, so that the customer cannot pay twice. The amount is the sum of the line items and taxes, or
``amount`` if there are none.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import id_filter, paginate
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import checkout
from paystackease.emulator.resources import payment_request_serializers as serializers
from paystackease.emulator.resources import payment_request_terms as terms
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import transaction

routes = RouteGroup()

MACHINE = StateMachine("payment_request", "draft > pending > success", "pending > draft > success")


@routes.route("POST", "/paymentrequest")
def create(context: RequestContext) -> ApiResponse:
    customer = _find_customer(context, context.require("customer", "Customer"))
    draft = terms.read_flag(context, "draft", default=False)
    body: dict[str, Any] = {
        **terms.DEFAULTS,
        "status": "draft" if draft else "pending",
        "currency": context.currency(),
        "notifications": [],
        "archived": False,
        "transaction": None,
        "paid_at": None,
        "amount_paid": None,
        "payment_method": None,
        **terms.read_terms(context, terms.DEFAULTS),
    }
    if not draft:
        terms.require_amount(body)
    request = context.create(
        "payment_request", terms.with_invoice_number(context, body), code_prefix="PRQ_", parent_id=customer.id
    )
    # The event of a draft is not documented (observed).
    context.emit(f"paymentrequest.{body['status']}", serializers.webhook_payload(context, request))
    response = ApiResponse("Payment request created", serializers.serialize_created(context, request))
    # The response and the event do not have the e-mail yet.
    _notify_if_wanted(context, request)
    return response


@routes.route("GET", "/paymentrequest")
def list_(context: RequestContext) -> ApiResponse:
    having: dict[str, object] = {name: context.query[name] for name in ("status", "currency") if name in context.query}
    # Archived requests are included if the query has the parameter, regardless of its value (observed).
    include_archived = (
        "include_archive" in context.query
        if context.settings.quirks
        else context.query.get("include_archive") == "true"
    )
    if not include_archived:
        having["archived"] = False
    customer_id = id_filter(context, "customer")
    serialize = functools.partial(serializers.serialize_full, context)
    return paginate(
        context, "payment_request", "Payment requests retrieved", serialize, parent_id=customer_id, having=having
    )


@routes.route("GET", "/paymentrequest/totals")
def totals(context: RequestContext) -> ApiResponse:
    # That drafts and archived requests do not count is an assumption.
    requests = context.find_all("payment_request", having={"archived": False})
    pending, successful = (_sum_by_currency(context, requests, status) for status in ("pending", "success"))
    total = {currency: pending[currency] + successful[currency] for currency in pending}
    sums = {"pending": pending, "successful": successful, "total": total}
    data = {
        name: [{"currency": currency, "amount": amount} for currency, amount in sums[name].items()] for name in sums
    }
    return ApiResponse("Payment request totals", data)


@routes.route("GET", "/paymentrequest/{id_or_code}")
def fetch(context: RequestContext) -> ApiResponse:
    return ApiResponse(
        "Payment request retrieved",
        serializers.serialize_fetched(context, _find(context, context.params["id_or_code"])),
    )


@routes.route("GET", "/paymentrequest/verify/{code}")
def verify(context: RequestContext) -> ApiResponse:
    # It does not accept numbers, and does not find drafts and archived requests (observed).
    request = context.find("payment_request", code=context.params["code"])
    if request is None or request.body["status"] == "draft" or request.body["archived"]:
        step = "Please check and pass the correct Invoice Code (Payment Request)"
        raise ApiError(400, "Slug is invalid", "invalid_slug", next_step=step)
    return ApiResponse("Payment request retrieved", serializers.serialize_verified(context, request))


@routes.route("POST", "/paymentrequest/notify/{code}")
def notify(context: RequestContext) -> ApiResponse:
    request = _find(context, context.params["code"])
    _require_status(request, "pending")
    _record_notification(context, request)
    return message_only("Notification sent")


@routes.route("POST", "/paymentrequest/finalize/{code}")
def finalize(context: RequestContext) -> ApiResponse:
    request = _find(context, context.params["code"])
    _require_status(request, "draft")
    terms.require_amount(request.body)
    MACHINE.transition(request, "pending")
    context.save(request)
    context.emit("paymentrequest.pending", serializers.webhook_payload(context, request))
    response = ApiResponse(
        "Payment request finalized", serializers.serialize_full(context, request, serializers.FINALIZED)
    )
    _notify_if_wanted(context, request)
    return response


@routes.route("PUT", "/paymentrequest/{id_or_code}", aliases=["/paymentrequest/update/{id_or_code}"])
def update(context: RequestContext) -> ApiResponse:
    request = _find(context, context.params["id_or_code"])
    _require_status(request, "draft", "pending")
    tx = None if request.body["transaction"] is None else context.get("transaction", request.body["transaction"])
    if tx is not None and _is_being_paid(tx):
        raise ApiError(400, "The payment request is being paid", "invalid_params")  # an assumption
    request.body.update(terms.read_terms(context, request.body))
    if context.body.get("currency") is not None:
        request.body["currency"] = context.currency()
    if context.body.get("customer") is not None:
        request.parent_id = _find_customer(context, context.body["customer"]).id
    terms.with_invoice_number(context, request.body)
    if terms.read_flag(context, "draft", default=False) and request.body["status"] == "pending":
        MACHINE.transition(request, "draft")
    if request.body["status"] == "pending":
        terms.require_amount(request.body)
    if tx is not None:
        # The open page shows the new terms.
        tx.parent_id = request.parent_id
        tx.body.update(_payment_terms(request), requested_amount=request.body["amount"])
        context.save(tx)
    context.save(request)
    response = ApiResponse("Payment request updated", serializers.serialize_full(context, request))
    _notify_if_wanted(context, request)
    return response


@routes.route("POST", "/paymentrequest/archive/{code}")
def archive(context: RequestContext) -> ApiResponse:
    request = _find(context, context.params["code"])
    request.body["archived"] = True
    context.save(request)
    return message_only("Payment request has been archived")


@routes.route("POST", "/_emulator/payment_requests/{code}/open")
def open_request(context: RequestContext) -> ApiResponse:
    tx = get_or_begin_payment(context, _find(context, context.params["code"]))
    return ApiResponse("The customer opened the payment request", transaction.serialize_link(context, tx))


def get_or_begin_payment(context: RequestContext, request: Document) -> Document:
    """Return the request's transaction if it can be paid, else begin one.

    :raises ApiError: If the request is a draft, paid, or archived.
    """
    _require_status(request, "pending")
    if request.body["archived"]:
        raise ApiError(400, "The payment request is archived", "invalid_params")
    if (number := request.body["transaction"]) is not None:
        tx = context.get("transaction", number)
        if _is_being_paid(tx) or not checkout.is_expired(context, tx):
            return tx
    fields: dict[str, Any] = {
        **_payment_terms(request),
        "about": {"kind": "payment_request", "id": request.id},
        "callback_url": request.body["redirect_url"],
    }
    tx = transaction.create_transaction(context, context.get("customer", request.parent_id), **fields)
    request.body["transaction"] = tx.id
    context.save(request)
    return tx


def mark_paid(context: RequestContext, tx: Document) -> None:
    """Mark a request as paid. A second payment changes nothing."""
    about: Mapping[str, Any] = tx.body.get("about") or {}
    if about.get("kind") != "payment_request":
        return
    request = context.get("payment_request", about["id"])
    if not MACHINE.can(request, "success"):
        return
    MACHINE.transition(request, "success")
    request.body.update(
        paid_at=format_time(context.now),
        amount_paid=tx.body["amount"],
        payment_method=tx.body["channel"],
        transaction=tx.id,
    )
    context.save(request)
    context.emit("paymentrequest.success", serializers.webhook_payload(context, request))


def _find(context: RequestContext, id_or_code: str) -> Document:
    request = context.find_by_id_or_code("payment_request", id_or_code)
    if request is None:
        raise ApiError(400, "Payment request code is invalid", "invalid_params")  # the code is an assumption
    return request


def _find_customer(context: RequestContext, id_or_code: object) -> Document:
    customer = context.find_by_id_or_code("customer", str(id_or_code))
    if customer is None:
        raise ApiError(400, "Customer not found", "not_found")  # as for partial_debit
    return customer


def _require_status(request: Document, *statuses: str) -> None:
    now = request.body["status"]
    if now not in statuses:
        reason = {"draft": "is a draft", "pending": "is not a draft", "success": "has already been paid"}[now]
        raise ApiError(400, f"Payment request {reason}", "invalid_params")  # an assumption


def _is_being_paid(tx: Document) -> bool:
    return tx.body["status"] in {"ongoing", "pending", "processing", "success"}


def _payment_terms(request: Document) -> dict[str, Any]:
    """Return the terms that the request's transaction has."""
    names = ("amount", "currency", "metadata", "split")
    return {name: request.body[name] for name in names if request.body[name] is not None}


def _sum_by_currency(context: RequestContext, requests: Iterable[Document], status: str) -> dict[str, int]:
    sums = dict.fromkeys(context.settings.currencies, 0)
    for request in requests:
        if request.body["status"] == status:
            currency = request.body["currency"]
            sums[currency] = sums.get(currency, 0) + request.body["amount"]
    return sums


def _notify_if_wanted(context: RequestContext, request: Document) -> None:
    if request.body["status"] == "pending" and terms.read_flag(context, "send_notification", default=True):
        _record_notification(context, request)


def _record_notification(context: RequestContext, request: Document) -> None:
    request.body["notifications"].append({"sent_at": format_time(context.now), "channel": "email"})
    context.save(request)
