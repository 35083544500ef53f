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
from paystackease.emulator.http.context import CAPITALS, HEX, Answer, Call, Resource, done
from paystackease.emulator.http.errors import Refusal
from paystackease.emulator.http.pagination import listed
from paystackease.emulator.resources import payment_request, transaction
from paystackease.emulator.resources.payment_request_serializers import offline_reference
from paystackease.emulator.state_machine import Machine
from paystackease.emulator.storage.store import Document, TakenError

terminal = Resource()

MACHINE = Machine("terminal", "unlinked > active > unlinked")
EVENTS = Machine("terminal_event", "sent > delivered > done")

ACTIONS = {"invoice": ("process", "view"), "transaction": ("process", "print")}

KINDS = {"invoice": "payment_request", "transaction": "transaction"}
"""What an event is about, by its type."""

_SHOWN = ("serial_number", "device_make", "name", "address", "status")


@terminal.on("POST", "/terminal/{terminal_id}/event")
def send_event(call: Call) -> Answer:
    found = _asked(call)
    kind = fields.one_of(call.body, "type", tuple(ACTIONS)) or fields.required_text(call.body, "type")
    action = fields.one_of(call.body, "action", ACTIONS[kind]) or fields.required_text(call.body, "action")
    about = _about(call, kind, call.required_object("data"))
    body = {"status": "sent", "terminal": found.id, "type": kind, "action": action, "about": about.id}
    name = call.fresh("terminal_event_id", length=24, alphabet=HEX)
    event = call.new(EVENTS.kind, body, name=name, owner=found.id)
    if found.body["online"]:
        _deliver(call, event)
    return Answer("Event sent to Terminal", {"id": name})


@terminal.on("GET", "/terminal/{terminal_id}/event/{event_id}")
def event_status(call: Call) -> Answer:
    found, event = _asked(call), call.find(EVENTS.kind, name=call.params["event_id"])
    if event is None or event.owner != found.id:
        message = "The push notification ID provided is invalid"
        raise Refusal(400, message, data={"code": "INVALID_PUSH_ID"})
    return Answer("Message Status Retrieved", {"delivered": event.body["status"] != "sent"})


@terminal.on("GET", "/terminal/{terminal_id}/presence")
def presence(call: Call) -> Answer:
    found = _asked(call)
    online = found.body["online"]
    return Answer(
        "Terminal status retrieved", {"online": online, "available": online and _at_work(call, found) is None}
    )


@terminal.on("GET", "/terminal")
def list_(call: Call) -> Answer:
    _allowed(call)
    message, having = "Terminals retrieved successfully", {"status": "active"}
    return listed(call, MACHINE.kind, message, lambda found: _show(call, found), having=having, by_cursor=True)


@terminal.on("GET", "/terminal/{terminal_id}")
def fetch(call: Call) -> Answer:
    return Answer("Terminal retrieved successfully", _show(call, _asked(call)))


@terminal.on("PUT", "/terminal/{terminal_id}")
def update(call: Call) -> Answer:
    found = _asked(call)
    given = {name: fields.text(call.body, name) for name in ("name", "address")}
    found.body.update({name: value for name, value in given.items() if value is not None})
    call.save(found)
    return done("Terminal Details updated")


@terminal.on("POST", "/terminal/commission_device")
def commission(call: Call) -> Answer:
    found = _device(call)
    if not MACHINE.may(found, "active"):
        # It is HTTP 200 that says no here.
        return Answer("Device has been commissioned already", acknowledges=True, beside={"status": False})
    MACHINE.move(found, "active")
    call.save(found)
    return done("Device commissioned successfully")  # the wording is an assumption, after the other's


@terminal.on("POST", "/terminal/decommission_device")
def decommission(call: Call) -> Answer:
    found = _device(call)
    if not MACHINE.may(found, "unlinked"):
        raise _no_device()  # an assumption: to the business it is not there
    MACHINE.move(found, "unlinked")
    call.save(found)
    return done("Device decommissioned successfully")


@terminal.on("POST", "/_emulator/terminals")
def manufacture(call: Call) -> Answer:
    """There is a device now, which nobody has linked."""
    serial = fields.text(call.body, "serial_number") or call.fresh("serial_number", length=19, alphabet="0123456789")
    given = {name: fields.text(call.body, name) for name in ("name", "address", "device_make")}
    try:
        found = call.new(
            MACHINE.kind, {**given, "serial_number": serial, "status": "unlinked", "online": True}, name=serial
        )
    except TakenError:
        raise fields.invalid("There is a device with this serial_number already: give another") from None
    found.code = call.fresh("terminal_id", length=8, alphabet=CAPITALS)
    call.save(found)
    return Answer("Terminal manufactured", {"terminal_id": found.code, "serial_number": serial})


@terminal.on("POST", "/_emulator/terminals/{terminal_id}")
def switch(call: Call) -> Answer:
    """Switch it off or on. What it was sent meanwhile reaches it then."""
    found = _asked(call)
    online = fields.flag(call.body, "online")
    found.body["online"] = found.body["online"] if online is None else online
    call.save(found)
    if found.body["online"]:
        for event in call.owned(EVENTS.kind, found.id):
            if EVENTS.may(event, "delivered"):
                _deliver(call, event)
    return Answer("Terminal switched", {"terminal_id": found.code, "online": found.body["online"]})


@terminal.on("POST", "/_emulator/terminals/{terminal_id}/pay")
def pay(call: Call) -> Answer:
    """Whoever stands before it pays."""
    event = _worked_on(call)
    about = call.get(KINDS[event.body["type"]], event.body["about"])
    tx = about if event.body["type"] == "transaction" else payment_request.begin(call, about)
    if not transaction.MACHINE.may(tx, "success"):
        raise Refusal(400, "This transaction has already been paid", "invalid_params")
    found = call.get(MACHINE.kind, event.owner)
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
    return Answer("The customer paid", {"reference": tx.name, "status": tx.body["status"]})


@terminal.on("POST", "/_emulator/terminals/{terminal_id}/cancel")
def cancel(call: Call) -> Answer:
    """Whoever stands before it does not pay."""
    _finish(call, _worked_on(call))
    return done("The customer walked away")


_CARD = ("exp_month", "exp_year", "account_name", "receiver_bank_account_number", "receiver_bank")
"""A terminal tells nothing of the card (the sample has all of these null)."""


def _about(call: Call, kind: str, data: dict[str, Any]) -> Document:
    number, reference = fields.count(data, "id"), data.get("reference")
    if number is None:
        raise fields.invalid('"data.id" is required')
    found = call.find(KINDS[kind], id=number)
    if found is None:
        # That of a transaction is an assumption, after the invoice's.
        raise Refusal(404, f"{kind.capitalize()} not found")
    if kind == "invoice" and reference is not None and str(reference) != offline_reference(call, found):
        raise Refusal(404, "Invoice not found")  # an assumption: it may be that only the id counts
    return found


def _deliver(call: Call, event: Document) -> None:
    EVENTS.move(event, "delivered")
    if event.body["action"] != "process":
        EVENTS.move(event, "done")  # what is looked at or printed takes no time here
    call.save(event)


def _finish(call: Call, event: Document) -> None:
    EVENTS.move(event, "done")
    call.save(event)


def _at_work(call: Call, found: Document) -> Document | None:
    """What it is processing: the newest that reached it, which takes the place of those before."""
    waiting = [event for event in call.owned(EVENTS.kind, found.id) if event.body["status"] == "delivered"]
    return waiting[-1] if waiting else None


def _worked_on(call: Call) -> Document:
    event = _at_work(call, _asked(call))
    if event is None:
        raise Refusal(400, "The terminal was sent nothing to be paid", "invalid_params")
    return event


def _asked(call: Call) -> Document:
    _allowed(call)
    found = call.find(MACHINE.kind, code=call.params["terminal_id"])
    # To the business, one that is unlinked is not there (an assumption).
    if found is None or found.body["status"] != "active":
        raise Refusal(404, "Terminal not found")  # an assumption, after the device's
    return found


def _device(call: Call) -> Document:
    _allowed(call)
    found = call.find(MACHINE.kind, name=fields.required_text(call.body, "serial_number"))
    if found is None:
        raise _no_device()
    return found


def _no_device() -> Refusal:
    return Refusal(404, "Device not found")


def _allowed(call: Call) -> None:
    if "terminal" in call.settings.unavailable:
        message = "Sorry, this feature is not yet available in your country."
        raise Refusal(403, message, "unknown", kind="api_error", next_step="Try again later")  # observed


def _show(call: Call, found: Document) -> dict[str, Any]:
    place = {"id": found.id, "terminal_id": found.code, "integration": call.tenant.integration, "domain": "test"}
    return {**place, **{key: found.body[key] for key in _SHOWN}}
