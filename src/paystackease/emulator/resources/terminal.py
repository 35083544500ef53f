"""Terminals: devices that take payments in person.

    unlinked > active > unlinked              commissioned and decommissioned
    sent > delivered > done                   an event that was sent to one: it waits while the terminal is offline

Paystack sells the devices. Here one comes into being by ``POST /_emulator/terminals``, with a ``serial_number``, and is
switched off and on by ``POST /_emulator/terminals/{terminal_id}`` with ``online``. Whoever stands before it pays by
``POST /_emulator/terminals/{terminal_id}/pay`` what it was sent to be processed, or walks away: ``/cancel``.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.http import fields
from paystackease.emulator.http.codes import HEX_DIGITS, UPPERCASE_ALPHANUMERIC
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import paginate
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import payment_request, transaction
from paystackease.emulator.resources.payment_request_serializers import offline_reference
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document, DuplicateKeyError

terminal = RouteGroup()

MACHINE = StateMachine("terminal", "unlinked > active > unlinked")
EVENTS = StateMachine("terminal_event", "sent > delivered > done")

ACTIONS = {"invoice": ("process", "view"), "transaction": ("process", "print")}

KINDS = {"invoice": "payment_request", "transaction": "transaction"}
"""What an event is about, by its type."""

_SHOWN = ("serial_number", "device_make", "name", "address", "status")


@terminal.route("POST", "/terminal/{terminal_id}/event")
def send_event(context: RequestContext) -> ApiResponse:
    found = _asked(context)
    kind = fields.optional_choice(context.body, "type", tuple(ACTIONS)) or fields.require_text(context.body, "type")
    action = fields.optional_choice(context.body, "action", ACTIONS[kind]) or fields.require_text(
        context.body, "action"
    )
    about = _about(context, kind, context.require_object("data"))
    body = {"status": "sent", "terminal": found.id, "type": kind, "action": action, "about": about.id}
    name = context.next_code("terminal_event_id", length=24, alphabet=HEX_DIGITS)
    event = context.create(EVENTS.kind, body, unique_key=name, parent_id=found.id)
    if found.body["online"]:
        _deliver(context, event)
    return ApiResponse("Event sent to Terminal", {"id": name})


@terminal.route("GET", "/terminal/{terminal_id}/event/{event_id}")
def event_status(context: RequestContext) -> ApiResponse:
    found, event = _asked(context), context.find(EVENTS.kind, name=context.params["event_id"])
    if event is None or event.parent_id != found.id:
        message = "The push notification ID provided is invalid"
        raise ApiError(400, message, data={"code": "INVALID_PUSH_ID"})
    return ApiResponse("Message Status Retrieved", {"delivered": event.body["status"] != "sent"})


@terminal.route("GET", "/terminal/{terminal_id}/presence")
def presence(context: RequestContext) -> ApiResponse:
    found = _asked(context)
    online = found.body["online"]
    return ApiResponse(
        "Terminal status retrieved", {"online": online, "available": online and _at_work(context, found) is None}
    )


@terminal.route("GET", "/terminal")
def list_(context: RequestContext) -> ApiResponse:
    _allowed(context)
    message, having = "Terminals retrieved successfully", {"status": "active"}
    return paginate(context, MACHINE.kind, message, lambda found: _show(context, found), having=having, by_cursor=True)


@terminal.route("GET", "/terminal/{terminal_id}")
def fetch(context: RequestContext) -> ApiResponse:
    return ApiResponse("Terminal retrieved successfully", _show(context, _asked(context)))


@terminal.route("PUT", "/terminal/{terminal_id}")
def update(context: RequestContext) -> ApiResponse:
    found = _asked(context)
    given = {name: fields.optional_text(context.body, name) for name in ("name", "address")}
    found.body.update({name: value for name, value in given.items() if value is not None})
    context.save(found)
    return message_only("Terminal Details updated")


@terminal.route("POST", "/terminal/commission_device")
def commission(context: RequestContext) -> ApiResponse:
    found = _device(context)
    if not MACHINE.can(found, "active"):
        # It is HTTP 200 that says no here.
        return ApiResponse("Device has been commissioned already", omits_data=True, extra={"status": False})
    MACHINE.transition(found, "active")
    context.save(found)
    return message_only("Device commissioned successfully")  # the wording is an assumption, after the other's


@terminal.route("POST", "/terminal/decommission_device")
def decommission(context: RequestContext) -> ApiResponse:
    found = _device(context)
    if not MACHINE.can(found, "unlinked"):
        raise _no_device()  # an assumption: to the business it is not there
    MACHINE.transition(found, "unlinked")
    context.save(found)
    return message_only("Device decommissioned successfully")


@terminal.route("POST", "/_emulator/terminals")
def manufacture(context: RequestContext) -> ApiResponse:
    """There is a device now, which nobody has linked."""
    serial = fields.optional_text(context.body, "serial_number") or context.next_code(
        "serial_number", length=19, alphabet="0123456789"
    )
    given = {name: fields.optional_text(context.body, name) for name in ("name", "address", "device_make")}
    try:
        found = context.create(
            MACHINE.kind, {**given, "serial_number": serial, "status": "unlinked", "online": True}, unique_key=serial
        )
    except DuplicateKeyError:
        raise fields.invalid_value("There is a device with this serial_number already: give another") from None
    found.code = context.next_code("terminal_id", length=8, alphabet=UPPERCASE_ALPHANUMERIC)
    context.save(found)
    return ApiResponse("Terminal manufactured", {"terminal_id": found.code, "serial_number": serial})


@terminal.route("POST", "/_emulator/terminals/{terminal_id}")
def switch(context: RequestContext) -> ApiResponse:
    """Switch it off or on. What it was sent meanwhile reaches it then."""
    found = _asked(context)
    online = fields.optional_flag(context.body, "online")
    found.body["online"] = found.body["online"] if online is None else online
    context.save(found)
    if found.body["online"]:
        for event in context.children_of(EVENTS.kind, found.id):
            if EVENTS.can(event, "delivered"):
                _deliver(context, event)
    return ApiResponse("Terminal switched", {"terminal_id": found.code, "online": found.body["online"]})


@terminal.route("POST", "/_emulator/terminals/{terminal_id}/pay")
def pay(context: RequestContext) -> ApiResponse:
    """Whoever stands before it pays."""
    event = _worked_on(context)
    about = context.get(KINDS[event.body["type"]], event.body["about"])
    tx = about if event.body["type"] == "transaction" else payment_request.begin(context, about)
    if not transaction.MACHINE.can(tx, "success"):
        raise ApiError(400, "This transaction has already been paid", "invalid_params")
    found = context.get(MACHINE.kind, event.parent_id)
    tx.body["source"] = {"type": "offline", "source": "pos", "entry_point": "pos_initialize", "identifier": found.code}
    transaction.succeed(
        context,
        tx,
        channel="pos",
        authorization=dict.fromkeys(_CARD),
        message="Payment Made",
        gateway_response="Approved or completed successfully",
    )
    _finish(context, event)
    return ApiResponse("The customer paid", {"reference": tx.unique_key, "status": tx.body["status"]})


@terminal.route("POST", "/_emulator/terminals/{terminal_id}/cancel")
def cancel(context: RequestContext) -> ApiResponse:
    """Whoever stands before it does not pay."""
    _finish(context, _worked_on(context))
    return message_only("The customer walked away")


_CARD = ("exp_month", "exp_year", "account_name", "receiver_bank_account_number", "receiver_bank")
"""A terminal tells nothing of the card (the sample has all of these null)."""


def _about(context: RequestContext, kind: str, data: dict[str, Any]) -> Document:
    number, reference = fields.optional_count(data, "id"), data.get("reference")
    if number is None:
        raise fields.invalid_value('"data.id" is required')
    found = context.find(KINDS[kind], id=number)
    if found is None:
        # That of a transaction is an assumption, after the invoice's.
        raise ApiError(404, f"{kind.capitalize()} not found")
    if kind == "invoice" and reference is not None and str(reference) != offline_reference(context, found):
        raise ApiError(404, "Invoice not found")  # an assumption: it may be that only the id counts
    return found


def _deliver(context: RequestContext, event: Document) -> None:
    EVENTS.transition(event, "delivered")
    if event.body["action"] != "process":
        EVENTS.transition(event, "done")  # what is looked at or printed takes no time here
    context.save(event)


def _finish(context: RequestContext, event: Document) -> None:
    EVENTS.transition(event, "done")
    context.save(event)


def _at_work(context: RequestContext, found: Document) -> Document | None:
    """What it is processing: the newest that reached it, which takes the place of those before."""
    waiting = [event for event in context.children_of(EVENTS.kind, found.id) if event.body["status"] == "delivered"]
    return waiting[-1] if waiting else None


def _worked_on(context: RequestContext) -> Document:
    event = _at_work(context, _asked(context))
    if event is None:
        raise ApiError(400, "The terminal was sent nothing to be paid", "invalid_params")
    return event


def _asked(context: RequestContext) -> Document:
    _allowed(context)
    found = context.find(MACHINE.kind, code=context.params["terminal_id"])
    # To the business, one that is unlinked is not there (an assumption).
    if found is None or found.body["status"] != "active":
        raise ApiError(404, "Terminal not found")  # an assumption, after the device's
    return found


def _device(context: RequestContext) -> Document:
    _allowed(context)
    found = context.find(MACHINE.kind, name=fields.require_text(context.body, "serial_number"))
    if found is None:
        raise _no_device()
    return found


def _no_device() -> ApiError:
    return ApiError(404, "Device not found")


def _allowed(context: RequestContext) -> None:
    if "terminal" in context.settings.unavailable:
        message = "Sorry, this feature is not yet available in your country."
        raise ApiError(403, message, "unknown", kind="api_error", next_step="Try again later")  # observed


def _show(context: RequestContext, found: Document) -> dict[str, Any]:
    place = {"id": found.id, "terminal_id": found.code, "integration": context.tenant.integration, "domain": "test"}
    return {**place, **{key: found.body[key] for key in _SHOWN}}
