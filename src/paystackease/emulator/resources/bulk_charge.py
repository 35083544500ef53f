"""Bulk charges: many saved authorizations, charged one after the other.

    active > complete           a batch, when all of its items are final
    active > paused > active
    pending > success | failed | inactive_authorization | error         an item

Every item is a transaction from the start, ``queued`` until its turn. So a client that lost the response can verify
each reference. If a reference was used before, the whole request is rejected. A job charges the next item, and
schedules the job for the one after it. Pausing ends that chain of jobs and resuming starts another, so no item is
charged twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.http.pagination import paginate
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import charge
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import authorization as authorizations
from paystackease.emulator.transactions import transaction
from paystackease.emulator.transactions import transaction_serializers as serializers

routes = RouteGroup()

BATCH = StateMachine("bulk_charge", "active > complete", "active > paused > active", "paused > complete")
ITEM = StateMachine("bulk_charge_item", "pending > success | failed | inactive_authorization | error")

ITEM_SECONDS = 1.0
"""From one item to the next (an assumption)."""

_REFERENCE = re.compile(r"[a-z0-9_-]+")


@routes.route("POST", "/bulkcharge", array=True)
def initiate(context: RequestContext) -> ApiResponse:
    if not context.items or not all(isinstance(item, dict) for item in context.items):
        raise ApiError(400, "Charges are required: an array of objects", "missing_params")  # the wording is ours
    total = len(context.items)
    body = {"status": "active", "total_charges": total, "pending_charges": total, "next": 0, "run": 0}
    suffix = context.next_code("bulk_charge.reference", length=10)
    reference = f"bulkcharge-{int(context.now * 1000)}-{suffix}"
    batch = context.create("bulk_charge", body, code_prefix="BCH_", unique_key=reference)
    for position, fields in enumerate(context.items):
        _queue_item(
            context, batch, position, RequestContext(context.services, context.tenant, context.now, body=fields)
        )
    _schedule_next(context, batch)
    data = _serialize(context, batch, ("batch_code", "reference", "integration", *_FETCHED))
    return ApiResponse("Charges have been queued", data)


@routes.route("GET", "/bulkcharge")
def list_(context: RequestContext) -> ApiResponse:
    having = _status_filter(context)
    return paginate(
        context,
        "bulk_charge",
        "Bulk charges retrieved",
        lambda batch: _serialize(context, batch, _LISTED),
        having=having,
    )


@routes.route("GET", "/bulkcharge/{id_or_code}")
def fetch(context: RequestContext) -> ApiResponse:
    return ApiResponse(
        "Bulk charge retrieved", _serialize(context, _find(context, context.params["id_or_code"]), _FETCHED)
    )


@routes.route("GET", "/bulkcharge/{id_or_code}/charges")
def list_charges(context: RequestContext) -> ApiResponse:
    batch = _find(context, context.params["id_or_code"])
    message, having = "Bulk charge items retrieved", _status_filter(context)
    return paginate(
        context,
        "bulk_charge_item",
        message,
        lambda item: _serialize_item(context, item),
        parent_id=batch.id,
        having=having,
    )


@routes.route("GET", "/bulkcharge/pause/{batch_code}")
def pause(context: RequestContext) -> ApiResponse:
    batch = _find(context, context.params["batch_code"])
    if batch.body["status"] != "paused":
        _transition(batch, "paused")
        context.save(batch)
    return message_only("Bulk charge batch has been paused")


@routes.route("GET", "/bulkcharge/resume/{batch_code}")
def resume(context: RequestContext) -> ApiResponse:
    batch = _find(context, context.params["batch_code"])
    if batch.body["status"] != "active":
        _transition(batch, "active")
        batch.body["run"] += 1  # jobs of the paused run are ignored
        context.save(batch)
        _schedule_next(context, batch)
    return message_only("Bulk charge batch has been resumed")


@routes.job("bulk_charge.next")
def charge_next(context: RequestContext) -> None:
    batch = context.get("bulk_charge", context.body["id"])
    if batch.body["status"] != "active" or batch.body["run"] != context.body["run"]:
        return
    item = context.find("bulk_charge_item", unique_key=f"{batch.id}:{batch.body['next']}")
    assert item is not None, "the batch has total_charges items"
    batch.body["next"] += 1
    context.save(batch)
    _charge_item(context, item)
    _schedule_next(context, context.get("bulk_charge", batch.id))


@routes.job("bulk_charge.debited")
def finish_debit(context: RequestContext) -> None:
    _finish_item(context, context.get("bulk_charge_item", context.body["id"]))


def _queue_item(context: RequestContext, batch: Document, position: int, item_context: RequestContext) -> None:
    code = str(item_context.require("authorization", "Authorization"))
    authorization = context.find("authorization", code=code)
    if authorization is None:
        # An assumption, as for a single charge.
        raise ApiError(400, "Authorization code is invalid", "invalid_params")
    partial = item_context.body.get("attempt_partial_debit") is True
    minimum = item_context.require_amount("at_least") if item_context.body.get("at_least") is not None else 0
    fields = {"status": "queued", "source": transaction.CHARGE, **transaction.shared_fields(item_context)}
    customer, currency = context.get("customer", authorization.parent_id), context.settings.currencies[0]
    tx = transaction.create_transaction(
        context, customer, item_context.require_amount(), currency, reference=_read_reference(item_context), **fields
    )
    body = {
        "status": "pending",
        "amount": tx.body["amount"],
        "currency": currency,
        "transaction": tx.id,
        "authorization": authorization.id,
        "minimum": minimum if partial else None,
    }
    context.create("bulk_charge_item", body, unique_key=f"{batch.id}:{position}", parent_id=batch.id)


def _read_reference(item_context: RequestContext) -> str | None:
    reference = item_context.body.get("reference")
    if reference is None:
        return None
    if reference == "":
        raise missing_field("Reference")
    if item_context.settings.strict and not _REFERENCE.fullmatch(str(reference)):
        raise ApiError(400, "Invalid transaction reference", "invalid_params")  # the wording is an assumption
    return str(reference)


def _schedule_next(context: RequestContext, batch: Document) -> None:
    body = batch.body
    if body["status"] == "active" and body["next"] < body["total_charges"]:
        context.schedule(ITEM_SECONDS, "bulk_charge.next", id=batch.id, run=body["run"])


def _charge_item(context: RequestContext, item: Document) -> None:
    tx = context.get("transaction", item.body["transaction"])
    authorization = context.get("authorization", item.body["authorization"])
    if tx.body["status"] == "queued":
        if not authorization.body["instrument"]["reusable"]:
            transaction.fail(context, tx, "Authorization is not reusable")  # the wording is an assumption
            _finish_item(context, item, "error")
            return
        paid = charge.charge_authorization(context, tx, authorization, minimum=item.body["minimum"])
        if not paid and context.get("transaction", tx.id).body["status"] == "processing":
            # The bank takes longer. The job that charges then was scheduled before this one, so it runs first.
            context.schedule(context.settings.offline_seconds, "bulk_charge.debited", id=item.id)
            return
    _finish_item(context, item, None if authorization.body["active"] else "inactive_authorization")


def _finish_item(context: RequestContext, item: Document, status: str | None = None) -> None:
    tx = context.get("transaction", item.body["transaction"])
    paid = tx.body["status"] in {"success", "reversed"}
    ITEM.transition(item, "success" if paid else status or "failed")
    context.save(item)
    batch = context.get("bulk_charge", item.parent_id)
    batch.body["pending_charges"] -= 1
    if not batch.body["pending_charges"]:
        BATCH.transition(batch, "complete")
    context.save(batch)


def _find(context: RequestContext, id_or_code: str) -> Document:
    batch = context.find_by_id_or_code("bulk_charge", id_or_code)
    if batch is None:
        hint = "Ensure that you're passing the correct reference for the requested resource that exists on this "
        raise ApiError(404, "Bulk charge code not found", "not_found", next_step=f"{hint}integration")
    return batch


def _transition(batch: Document, status: str) -> None:
    if not BATCH.can(batch, status):
        # The wording is an assumption.
        raise ApiError(400, f"Bulk charge batch is {batch.body['status']}", "invalid_params")
    BATCH.transition(batch, status)


def _status_filter(context: RequestContext) -> Mapping[str, object]:
    status = context.query.get("status")
    return {"status": status} if status else {}


_LISTED = ("domain", "batch_code", "status", "id", "createdAt", "updatedAt")
_FETCHED = (*_LISTED, "total_charges", "pending_charges")


def _serialize(context: RequestContext, batch: Document, fields: tuple[str, ...]) -> dict[str, Any]:
    everything = {
        **batch.body,
        "id": batch.id,
        "batch_code": batch.code,
        "reference": batch.unique_key,
        "integration": context.tenant.integration,
        "domain": "test",
        "createdAt": format_time(batch.created),
        "updatedAt": format_time(batch.updated),
    }
    return {name: everything[name] for name in fields}


_TRANSACTION_KEYS = (
    *("id", "domain", "status", "reference", "amount", "message", "gateway_response", "paid_at", "created_at"),
    *("channel", "currency", "ip_address", "metadata", "log", "fees", "fees_split", "paidAt", "createdAt"),
)


def _serialize_item(context: RequestContext, item: Document) -> dict[str, Any]:
    tx = context.get("transaction", item.body["transaction"])
    paid_with = authorizations.serialize(context.get("authorization", item.body["authorization"]))
    customer = serializers.serialize_customer(context, context.get("customer", tx.parent_id))
    empty: dict[str, Any] = {"customer": {}, "authorization": {}, "plan": {}, "subaccount": {}}
    is_final = item.body["status"] != "pending"
    return {
        "integration": context.tenant.integration,
        "bulkcharge": item.parent_id,
        "customer": {name: value for name, value in customer.items() if name != "international_format_phone"},
        "authorization": {name: value for name, value in paid_with.items() if name != "signature"},
        "transaction": {**serializers.serialize(context, tx, _TRANSACTION_KEYS), **empty},
        "domain": "test",
        "amount": item.body["amount"],
        "currency": item.body["currency"],
        "status": item.body["status"],
        # These two are not in the sample, which is old (observed).
        "reference": tx.unique_key,
        "message": tx.body.get("gateway_response") if is_final else None,
        "id": item.id,
        "createdAt": format_time(item.created),
        "updatedAt": format_time(item.updated),
    }
