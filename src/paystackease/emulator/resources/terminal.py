"""Terminals: devices that take payments in person.

    unlinked > active > unlinked              commissioned and decommissioned
    sent > delivered > done                   an event sent to a terminal; it waits while the terminal is offline

``POST /_emulator/terminals`` simulates a new device, with a ``serial_number``;
``POST /_emulator/terminals/{terminal_id}`` switches it off and on with ``online``. The customer pays the invoice
or transaction of the event with ``POST /_emulator/terminals/{terminal_id}/pay``, or leaves: ``/cancel``.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.context import RequestContext
from paystackease.emulator.http import fields
from paystackease.emulator.http.codes import HEX_DIGITS, UPPERCASE_ALPHANUMERIC
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import paginate
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import payment_request
from paystackease.emulator.resources.payment_request_serializers import offline_reference
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document, DuplicateKeyError
from paystackease.emulator.transactions import transaction

routes = RouteGroup()

MACHINE = StateMachine("terminal", "unlinked > active > unlinked")
EVENT_MACHINE = StateMachine("terminal_event", "sent > delivered > done")

ACTIONS = {"invoice": ("process", "view"), "transaction": ("process", "print")}

SUBJECT_KINDS = {"invoice": "payment_request", "transaction": "transaction"}
"""By the type of an event: the kind of document that it is about."""

_SHOWN = ("serial_number", "device_make", "name", "address", "status")


@routes.route("POST", "/terminal/{terminal_id}/event")
def send_event(context: RequestContext) -> ApiResponse:
    terminal = _find(context)
    kind = fields.optional_choice(context.body, "type", tuple(ACTIONS)) or fields.require_text(context.body, "type")
    action = fields.optional_choice(context.body, "action", ACTIONS[kind]) or fields.require_text(
        context.body, "action"
    )
    subject = _find_subject(context, kind, context.require_object("data"))
    body = {"status": "sent", "terminal": terminal.id, "type": kind, "action": action, "about": subject.id}
    name = context.next_code("terminal_event_id", length=24, alphabet=HEX_DIGITS)
    event = context.create(EVENT_MACHINE.kind, body, unique_key=name, parent_id=terminal.id)
    if terminal.body["online"]:
        _deliver(context, event)
    return ApiResponse("Event sent to Terminal", {"id": name})


@routes.route("GET", "/terminal/{terminal_id}/event/{event_id}")
def event_status(context: RequestContext) -> ApiResponse:
    terminal, event = _find(context), context.find(EVENT_MACHINE.kind, unique_key=context.params["event_id"])
    if event is None or event.parent_id != terminal.id:
        message = "The push notification ID provided is invalid"
        raise ApiError(400, message, data={"code": "INVALID_PUSH_ID"})
    return ApiResponse("Message Status Retrieved", {"delivered": event.body["status"] != "sent"})


@routes.route("GET", "/terminal/{terminal_id}/presence")
def presence(context: RequestContext) -> ApiResponse:
    terminal = _find(context)
    online = terminal.body["online"]
    return ApiResponse(
        "Terminal status retrieved",
        {"online": online, "available": online and _current_event(context, terminal) is None},
    )


@routes.route("GET", "/terminal")
def list_(context: RequestContext) -> ApiResponse:
    _require_feature(context)
    message, having = "Terminals retrieved successfully", {"status": "active"}
    return paginate(
        context, MACHINE.kind, message, lambda terminal: _serialize(context, terminal), having=having, by_cursor=True
    )


@routes.route("GET", "/terminal/{terminal_id}")
def fetch(context: RequestContext) -> ApiResponse:
    return ApiResponse("Terminal retrieved successfully", _serialize(context, _find(context)))


@routes.route("PUT", "/terminal/{terminal_id}")
def update(context: RequestContext) -> ApiResponse:
    terminal = _find(context)
    values = {name: fields.optional_text(context.body, name) for name in ("name", "address")}
    terminal.body.update({name: value for name, value in values.items() if value is not None})
    context.save(terminal)
    return message_only("Terminal Details updated")


@routes.route("POST", "/terminal/commission_device")
def commission(context: RequestContext) -> ApiResponse:
    terminal = _find_device(context)
    if not MACHINE.can(terminal, "active"):
        # This error has HTTP 200.
        return ApiResponse("Device has been commissioned already", omits_data=True, extra={"status": False})
    MACHINE.transition(terminal, "active")
    context.save(terminal)
    return message_only(
        "Device commissioned successfully"
    )  # the wording is an assumption, after that of decommissioning


@routes.route("POST", "/terminal/decommission_device")
def decommission(context: RequestContext) -> ApiResponse:
    terminal = _find_device(context)
    if not MACHINE.can(terminal, "unlinked"):
        raise _no_device()  # an assumption: it is not a device of the business
    MACHINE.transition(terminal, "unlinked")
    context.save(terminal)
    return message_only("Device decommissioned successfully")


@routes.route("POST", "/_emulator/terminals")
def simulate_device(context: RequestContext) -> ApiResponse:
    """Add a device that is not linked to a business."""
    serial_number = fields.optional_text(context.body, "serial_number") or context.next_code(
        "serial_number", length=19, alphabet="0123456789"
    )
    values = {name: fields.optional_text(context.body, name) for name in ("name", "address", "device_make")}
    try:
        terminal = context.create(
            MACHINE.kind,
            {**values, "serial_number": serial_number, "status": "unlinked", "online": True},
            unique_key=serial_number,
        )
    except DuplicateKeyError:
        raise fields.invalid_value("A device with this serial_number exists already: use another") from None
    terminal.code = context.next_code("terminal_id", length=8, alphabet=UPPERCASE_ALPHANUMERIC)
    context.save(terminal)
    return ApiResponse("Terminal created", {"terminal_id": terminal.code, "serial_number": serial_number})


@routes.route("POST", "/_emulator/terminals/{terminal_id}")
def simulate_switch(context: RequestContext) -> ApiResponse:
    """Switch a terminal off or on. Switched on, it receives the events sent meanwhile."""
    terminal = _find(context)
    online = fields.optional_flag(context.body, "online")
    terminal.body["online"] = terminal.body["online"] if online is None else online
    context.save(terminal)
    if terminal.body["online"]:
        for event in context.children_of(EVENT_MACHINE.kind, terminal.id):
            if EVENT_MACHINE.can(event, "delivered"):
                _deliver(context, event)
    return ApiResponse("Terminal switched", {"terminal_id": terminal.code, "online": terminal.body["online"]})


@routes.route("POST", "/_emulator/terminals/{terminal_id}/pay")
def simulate_payment(context: RequestContext) -> ApiResponse:
    """Pay at the terminal, as a customer does."""
    event = _require_current_event(context)
    subject = context.get(SUBJECT_KINDS[event.body["type"]], event.body["about"])
    tx = subject if event.body["type"] == "transaction" else payment_request.get_or_begin_payment(context, subject)
    if not transaction.MACHINE.can(tx, "success"):
        raise ApiError(400, "This transaction has already been paid", "invalid_params")
    terminal = context.get(MACHINE.kind, event.parent_id)
    tx.body["source"] = {
        "type": "offline",
        "source": "pos",
        "entry_point": "pos_initialize",
        "identifier": terminal.code,
    }
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


@routes.route("POST", "/_emulator/terminals/{terminal_id}/cancel")
def simulate_cancellation(context: RequestContext) -> ApiResponse:
    """Leave the terminal without paying, as a customer does."""
    _finish(context, _require_current_event(context))
    return message_only("The customer left without paying")


_CARD = ("exp_month", "exp_year", "account_name", "receiver_bank_account_number", "receiver_bank")
"""The fields of the card, which a terminal does not report: all are null in the sample."""


def _find_subject(context: RequestContext, kind: str, data: dict[str, Any]) -> Document:
    number, reference = fields.optional_count(data, "id"), data.get("reference")
    if number is None:
        raise fields.invalid_value('"data.id" is required')
    subject = context.find(SUBJECT_KINDS[kind], number=number)
    if subject is None:
        # For a transaction this is an assumption, after that for an invoice.
        raise ApiError(404, f"{kind.capitalize()} not found")
    if kind == "invoice" and reference is not None and str(reference) != offline_reference(context, subject):
        raise ApiError(404, "Invoice not found")  # an assumption: Paystack may check only the id
    return subject


def _deliver(context: RequestContext, event: Document) -> None:
    EVENT_MACHINE.transition(event, "delivered")
    if event.body["action"] != "process":
        EVENT_MACHINE.transition(event, "done")  # viewing and printing take no time here
    context.save(event)


def _finish(context: RequestContext, event: Document) -> None:
    EVENT_MACHINE.transition(event, "done")
    context.save(event)


def _current_event(context: RequestContext, terminal: Document) -> Document | None:
    """Return the event that a terminal processes: the newest delivered one, which replaces earlier ones."""
    waiting = [
        event for event in context.children_of(EVENT_MACHINE.kind, terminal.id) if event.body["status"] == "delivered"
    ]
    return waiting[-1] if waiting else None


def _require_current_event(context: RequestContext) -> Document:
    event = _current_event(context, _find(context))
    if event is None:
        raise ApiError(400, "The terminal has no event to pay", "invalid_params")
    return event


def _find(context: RequestContext) -> Document:
    _require_feature(context)
    terminal = context.find(MACHINE.kind, code=context.params["terminal_id"])
    # An unlinked terminal does not exist for the business (an assumption).
    if terminal is None or terminal.body["status"] != "active":
        raise ApiError(404, "Terminal not found")  # an assumption, after that for a device
    return terminal


def _find_device(context: RequestContext) -> Document:
    _require_feature(context)
    terminal = context.find(MACHINE.kind, unique_key=fields.require_text(context.body, "serial_number"))
    if terminal is None:
        raise _no_device()
    return terminal


def _no_device() -> ApiError:
    return ApiError(404, "Device not found")


def _require_feature(context: RequestContext) -> None:
    if "terminal" in context.settings.unavailable:
        message = "Sorry, this feature is not yet available in your country."
        raise ApiError(403, message, "unknown", kind="api_error", next_step="Try again later")  # observed


def _serialize(context: RequestContext, terminal: Document) -> dict[str, Any]:
    place = {
        "id": terminal.id,
        "terminal_id": terminal.code,
        "integration": context.tenant.integration,
        "domain": "test",
    }
    return {**place, **{key: terminal.body[key] for key in _SHOWN}}
