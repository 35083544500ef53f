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
from paystackease.emulator.http.context import (
    HEX,
    UPPERCASE_ALPHANUMERIC,
    ApiResponse,
    RequestContext,
    RouteGroup,
    message_only,
)
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import paginate
from paystackease.emulator.resources import payment_request, transaction
from paystackease.emulator.resources.payment_request_serializers import offline_reference
from paystackease.emulator.state_machine import Machine
from paystackease.emulator.storage.store import Document, DuplicateKeyError

terminal = RouteGroup()

MACHINE = Machine("terminal", "unlinked > active > unlinked")
EVENTS = Machine("terminal_event", "sent > delivered > done")

ACTIONS = {"invoice": ("process", "view"), "transaction": ("process", "print")}

KINDS = {"invoice": "payment_request", "transaction": "transaction"}
"""What an event is about, by its type."""

_SHOWN = ("serial_number", "device_make", "name", "address", "status")


@terminal.route("POST", "/terminal/{terminal_id}/event")
def send_event(call: RequestContext) -> ApiResponse:
    found = _asked(call)
    kind = fields.one_of(call.body, "type", tuple(ACTIONS)) or fields.require_text(call.body, "type")
    action = fields.one_of(call.body, "action", ACTIONS[kind]) or fields.require_text(call.body, "action")
    about = _about(call, kind, call.require_object("data"))
    body = {"status": "sent", "terminal": found.id, "type": kind, "action": action, "about": about.id}
    name = call.next_code("terminal_event_id", length=24, alphabet=HEX)
    event = call.new(EVENTS.kind, body, name=name, owner=found.id)
    if found.body["online"]:
        _deliver(call, event)
    return ApiResponse("Event sent to Terminal", {"id": name})


@terminal.route("GET", "/terminal/{terminal_id}/event/{event_id}")
def event_status(call: RequestContext) -> ApiResponse:
    found, event = _asked(call), call.find(EVENTS.kind, name=call.params["event_id"])
    if event is None or event.parent_id != found.id:
        message = "The push notification ID provided is invalid"
        raise ApiError(400, message, data={"code": "INVALID_PUSH_ID"})
    return ApiResponse("Message Status Retrieved", {"delivered": event.body["status"] != "sent"})


@terminal.route("GET", "/terminal/{terminal_id}/presence")
def presence(call: RequestContext) -> ApiResponse:
    found = _asked(call)
    online = found.body["online"]
    return ApiResponse(
        "Terminal status retrieved", {"online": online, "available": online and _at_work(call, found) is None}
    )


@terminal.route("GET", "/terminal")
def list_(call: RequestContext) -> ApiResponse:
    _allowed(call)
    message, having = "Terminals retrieved successfully", {"status": "active"}
    return paginate(call, MACHINE.kind, message, lambda found: _show(call, found), having=having, by_cursor=True)


@terminal.route("GET", "/terminal/{terminal_id}")
def fetch(call: RequestContext) -> ApiResponse:
    return ApiResponse("Terminal retrieved successfully", _show(call, _asked(call)))


@terminal.route("PUT", "/terminal/{terminal_id}")
def update(call: RequestContext) -> ApiResponse:
    found = _asked(call)
    given = {name: fields.text(call.body, name) for name in ("name", "address")}
    found.body.update({name: value for name, value in given.items() if value is not None})
    call.save(found)
    return message_only("Terminal Details updated")


@terminal.route("POST", "/terminal/commission_device")
def commission(call: RequestContext) -> ApiResponse:
    found = _device(call)
    if not MACHINE.may(found, "active"):
        # It is HTTP 200 that says no here.
        return ApiResponse("Device has been commissioned already", omits_data=True, extra={"status": False})
    MACHINE.move(found, "active")
    call.save(found)
    return message_only("Device commissioned successfully")  # the wording is an assumption, after the other's


@terminal.route("POST", "/terminal/decommission_device")
def decommission(call: RequestContext) -> ApiResponse:
    found = _device(call)
    if not MACHINE.may(found, "unlinked"):
        raise _no_device()  # an assumption: to the business it is not there
    MACHINE.move(found, "unlinked")
    call.save(found)
    return message_only("Device decommissioned successfully")


@terminal.route("POST", "/_emulator/terminals")
def manufacture(call: RequestContext) -> ApiResponse:
    """There is a device now, which nobody has linked."""
    serial = fields.text(call.body, "serial_number") or call.next_code(
        "serial_number", length=19, alphabet="0123456789"
    )
    given = {name: fields.text(call.body, name) for name in ("name", "address", "device_make")}
    try:
        found = call.new(
            MACHINE.kind, {**given, "serial_number": serial, "status": "unlinked", "online": True}, name=serial
        )
    except DuplicateKeyError:
        raise fields.invalid("There is a device with this serial_number already: give another") from None
    found.code = call.next_code("terminal_id", length=8, alphabet=UPPERCASE_ALPHANUMERIC)
    call.save(found)
    return ApiResponse("Terminal manufactured", {"terminal_id": found.code, "serial_number": serial})


@terminal.route("POST", "/_emulator/terminals/{terminal_id}")
def switch(call: RequestContext) -> ApiResponse:
    """Switch it off or on. What it was sent meanwhile reaches it then."""
    found = _asked(call)
    online = fields.flag(call.body, "online")
    found.body["online"] = found.body["online"] if online is None else online
    call.save(found)
    if found.body["online"]:
        for event in call.owned(EVENTS.kind, found.id):
            if EVENTS.may(event, "delivered"):
                _deliver(call, event)
    return ApiResponse("Terminal switched", {"terminal_id": found.code, "online": found.body["online"]})


@terminal.route("POST", "/_emulator/terminals/{terminal_id}/pay")
def pay(call: RequestContext) -> ApiResponse:
    """Whoever stands before it pays."""
    event = _worked_on(call)
    about = call.get(KINDS[event.body["type"]], event.body["about"])
    tx = about if event.body["type"] == "transaction" else payment_request.begin(call, about)
    if not transaction.MACHINE.may(tx, "success"):
        raise ApiError(400, "This transaction has already been paid", "invalid_params")
    found = call.get(MACHINE.kind, event.parent_id)
    tx.body["source"] = {"type": "offline", "source": "pos", "entry_point": "pos_initialize", "identifier": found.code}
    transaction.succeed(
        call,
        tx,
        channel="pos",
        authorization=dict.fromkeys(_CARD),
        message="Payment Made",
        gateway_response="Approved or completed successfully",
    )
    _finish(call, event)
    return ApiResponse("The customer paid", {"reference": tx.unique_key, "status": tx.body["status"]})


@terminal.route("POST", "/_emulator/terminals/{terminal_id}/cancel")
def cancel(call: RequestContext) -> ApiResponse:
    """Whoever stands before it does not pay."""
    _finish(call, _worked_on(call))
    return message_only("The customer walked away")


_CARD = ("exp_month", "exp_year", "account_name", "receiver_bank_account_number", "receiver_bank")
"""A terminal tells nothing of the card (the sample has all of these null)."""


def _about(call: RequestContext, kind: str, data: dict[str, Any]) -> Document:
    number, reference = fields.count(data, "id"), data.get("reference")
    if number is None:
        raise fields.invalid('"data.id" is required')
    found = call.find(KINDS[kind], id=number)
    if found is None:
        # That of a transaction is an assumption, after the invoice's.
        raise ApiError(404, f"{kind.capitalize()} not found")
    if kind == "invoice" and reference is not None and str(reference) != offline_reference(call, found):
        raise ApiError(404, "Invoice not found")  # an assumption: it may be that only the id counts
    return found


def _deliver(call: RequestContext, event: Document) -> None:
    EVENTS.move(event, "delivered")
    if event.body["action"] != "process":
        EVENTS.move(event, "done")  # what is looked at or printed takes no time here
    call.save(event)


def _finish(call: RequestContext, event: Document) -> None:
    EVENTS.move(event, "done")
    call.save(event)


def _at_work(call: RequestContext, found: Document) -> Document | None:
    """What it is processing: the newest that reached it, which takes the place of those before."""
    waiting = [event for event in call.owned(EVENTS.kind, found.id) if event.body["status"] == "delivered"]
    return waiting[-1] if waiting else None


def _worked_on(call: RequestContext) -> Document:
    event = _at_work(call, _asked(call))
    if event is None:
        raise ApiError(400, "The terminal was sent nothing to be paid", "invalid_params")
    return event


def _asked(call: RequestContext) -> Document:
    _allowed(call)
    found = call.find(MACHINE.kind, code=call.params["terminal_id"])
    # To the business, one that is unlinked is not there (an assumption).
    if found is None or found.body["status"] != "active":
        raise ApiError(404, "Terminal not found")  # an assumption, after the device's
    return found


def _device(call: RequestContext) -> Document:
    _allowed(call)
    found = call.find(MACHINE.kind, name=fields.require_text(call.body, "serial_number"))
    if found is None:
        raise _no_device()
    return found


def _no_device() -> ApiError:
    return ApiError(404, "Device not found")


def _allowed(call: RequestContext) -> None:
    if "terminal" in call.settings.unavailable:
        message = "Sorry, this feature is not yet available in your country."
        raise ApiError(403, message, "unknown", kind="api_error", next_step="Try again later")  # observed


def _show(call: RequestContext, found: Document) -> dict[str, Any]:
    place = {"id": found.id, "terminal_id": found.code, "integration": call.tenant.integration, "domain": "test"}
    return {**place, **{key: found.body[key] for key in _SHOWN}}
