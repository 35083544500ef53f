"""Virtual terminals: pages on which a customer pays in person, and WhatsApp numbers that are notified.

    active > inactive

``POST /_emulator/virtual_terminals/{code}/open`` simulates a customer, with an ``email`` and an ``amount``. The
transaction's metadata names the terminal.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http import fields
from paystackease.emulator.http.codes import UPPERCASE_ALPHANUMERIC
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import paginate, paginate_documents, select_all
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import split
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import FIRST_ID, Document
from paystackease.emulator.transactions import revenue_split, transaction

routes = RouteGroup()

MACHINE = StateMachine("virtual_terminal", "active > inactive")

_BASE = ("id", "code", "name", "integration", "domain", "paymentMethods", "active", "currency")
_LISTED = (*_BASE, "created_at")
_FETCHED = (*_LISTED, "connect_account_id", "destinations")


@routes.route("POST", "/virtual_terminal")
def create(context: RequestContext) -> ApiResponse:
    body: dict[str, Any] = {
        "name": fields.require_text(context.body, "name"),
        "currency": context.currency(),
        "metadata": _read_metadata(context),
        "custom_fields": context.body.get("custom_fields") and fields.require_objects(context.body, "custom_fields"),
        "status": "active",
        "split_code": None,
        "destinations": [],
    }
    if context.body.get("split_code") is not None:
        body["split_code"] = _find_split(context).code
    _add_destinations(context, body["destinations"])
    terminal = context.create(MACHINE.kind, body)
    terminal.code = f"VT_{context.next_code('virtual_terminal_code', length=8, alphabet=UPPERCASE_ALPHANUMERIC)}"
    context.save(terminal)
    data = {
        **_serialize(context, terminal, *_BASE),
        "metadata": body["metadata"],
        "destinations": _serialize_destinations(terminal),
    }
    return ApiResponse("Virtual Terminal created", data)


@routes.route("GET", "/virtual_terminal")
def list_(context: RequestContext) -> ApiResponse:
    status = fields.optional_choice(context.query, "status", ("active", "inactive"))
    having = {} if status is None else {"status": status}
    message = "Virtual Terminals retrieved"

    def serialize(terminal: Document) -> dict[str, Any]:
        return _serialize(context, terminal, *_LISTED)

    if search := context.query.get("search", "").casefold():
        # The searched fields, name and code, are an assumption.
        terminals = select_all(context, MACHINE.kind, having=having)
        matching = [
            terminal for terminal in terminals if search in f"{terminal.body['name']} {terminal.code}".casefold()
        ]
        return paginate_documents(context, MACHINE.kind, message, serialize, matching)
    return paginate(context, MACHINE.kind, message, serialize, having=having, by_cursor="page" not in context.query)


@routes.route("GET", "/virtual_terminal/{code}")
def fetch(context: RequestContext) -> ApiResponse:
    return ApiResponse("Virtual Terminal retrieved", _serialize_fetched(context, _find(context)))


@routes.route("PUT", "/virtual_terminal/{code}")
def update(context: RequestContext) -> ApiResponse:
    name = fields.require_text(context.body, "name")
    terminal = context.find(MACHINE.kind, code=context.params["code"])
    if terminal is None:
        message = "Virtual Terminal not assigned"
        raise ApiError(404, message, "unknown", kind="api_error", next_step="Try again later")
    terminal.body["name"] = name
    context.save(terminal)
    return ApiResponse(
        "Virtual Terminal updated", _serialize_fetched(context, terminal)
    )  # the wording is an assumption


@routes.route("PUT", "/virtual_terminal/{code}/deactivate")
def deactivate(context: RequestContext) -> ApiResponse:
    terminal = _find(context)
    if MACHINE.can(terminal, "inactive"):  # deactivating again changes nothing
        MACHINE.transition(terminal, "inactive")
        context.save(terminal)
    return message_only("Terminal set to inactive")


@routes.route("POST", "/virtual_terminal/{code}/destination/assign")
def assign(context: RequestContext) -> ApiResponse:
    terminal = _find(context)
    added = _add_destinations(context, terminal.body["destinations"])
    context.save(terminal)
    names = ("target", "name", "type", "id")
    dates = {"createdAt": format_time(context.now), "updatedAt": format_time(context.now)}
    place = {"integration": context.tenant.integration}
    data = [{**place, **{name: destination[name] for name in names}, **dates} for destination in added]
    return ApiResponse("Destinations assigned successfully", data)


@routes.route("POST", "/virtual_terminal/{code}/destination/unassign")
def unassign(context: RequestContext) -> ApiResponse:
    terminal = _find(context)
    targets = context.require("targets", '"targets"')
    if not isinstance(targets, list):
        raise fields.invalid_value('"targets" must be an array')
    before: list[dict[str, Any]] = terminal.body["destinations"]
    terminal.body["destinations"] = [destination for destination in before if destination["target"] not in targets]
    context.save(terminal)
    return message_only("Destination deleted successfully")


@routes.route("PUT", "/virtual_terminal/{code}/split_code", aliases=["/virtual_terminal/{code}/split"])
def add_split_code(context: RequestContext) -> ApiResponse:
    # The split is validated first (observed).
    split_document = _find_split(context)
    terminal = _find(context)
    terminal.body["split_code"] = split_document.code
    context.save(terminal)
    return ApiResponse("Split code assigned", split.serialize(context, split_document))


@routes.route("DELETE", "/virtual_terminal/{code}/split_code", aliases=["/virtual_terminal/{code}/split"])
def remove_split_code(context: RequestContext) -> ApiResponse:
    code = fields.require_text(context.body, "split_code")
    terminal = context.find(MACHINE.kind, code=context.params["code"])
    if terminal is None:
        message = "Virtual Terminal split code assignment does not exist"  # observed
        raise ApiError(400, message, "not_found", next_step=fields.CHECK_REFERENCE_HINT)
    if terminal.body["split_code"] != code:
        raise ApiError(400, "Payment method does not exist", "not_found", next_step=fields.CHECK_REFERENCE_HINT)
    terminal.body["split_code"] = None
    context.save(terminal)
    return message_only("Split code removed")  # the wording is an assumption: there is no sample of success


@routes.route("POST", "/_emulator/virtual_terminals/{code}/open")
def open_terminal(context: RequestContext) -> ApiResponse:
    """Open the terminal's page on a customer's behalf, and begin a payment."""
    terminal = _find(context)
    if terminal.body["status"] != "active":
        raise ApiError(400, "This virtual terminal is inactive", "invalid_params")
    customer = customers.get_or_create(context, fields.require_text(context.body, "email"))
    page = {"code": terminal.code, "referrer": f"{context.services.base_url()}/{terminal.code}"}
    extra: dict[str, Any] = {"metadata": {"virtual_terminal": page}}
    if terminal.body["split_code"] is not None:
        extra |= revenue_split.read_split(replace(context, body={"split_code": terminal.body["split_code"]}))
    tx = transaction.create_transaction(context, customer, context.require_amount(), terminal.body["currency"], **extra)
    return ApiResponse("Authorization URL created", transaction.serialize_link(context, tx))


def _add_destinations(context: RequestContext, destinations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add the body's destinations. A destination with the same number is replaced (an assumption)."""
    added: list[dict[str, Any]] = []
    for item in fields.require_objects(context.body, "destinations"):
        target, name = fields.require_text(item, "target"), fields.optional_text(item, "name")
        number = context.services.store.next_id(context.tenant.id, "destination", FIRST_ID)
        destination = {"target": target, "name": name, "type": "whatsapp", "id": number, "created": context.now}
        destinations[:] = [other for other in destinations if other["target"] != target]
        destinations.append(destination)
        added.append(destination)
    return added


def _serialize_destinations(terminal: Document) -> list[dict[str, Any]]:
    return [{name: one[name] for name in ("target", "type", "name")} for one in terminal.body["destinations"]]


def _serialize_fetched(context: RequestContext, terminal: Document) -> dict[str, Any]:
    data = _serialize(context, terminal, *_FETCHED)
    for shown, one in zip(data["destinations"], terminal.body["destinations"], strict=True):
        shown["created_at"] = format_time(one["created"])
    return data


def _serialize(context: RequestContext, terminal: Document, *keys: str) -> dict[str, Any]:
    everything: dict[str, Any] = {
        **terminal.body,
        "id": terminal.id,
        "code": terminal.code,
        "integration": context.tenant.integration,
        "domain": "test",
        "paymentMethods": [],
        "active": terminal.body["status"] == "active",
        "connect_account_id": None,
        "destinations": _serialize_destinations(terminal),
        "created_at": format_time(terminal.created),
    }
    return {key: everything[key] for key in keys}


def _read_metadata(context: RequestContext) -> object:
    # An object, or text that holds one: both are documented. It is returned unchanged (an assumption).
    metadata = context.body.get("metadata")
    if metadata is not None and not isinstance(metadata, dict | str):
        raise fields.invalid_value('"metadata" must be one of [object, string]')
    return metadata  # pyright: ignore[reportUnknownVariableType] # a JSON object's keys are text


def _find_split(context: RequestContext) -> Document:
    split_document = context.find("split", code=fields.require_text(context.body, "split_code"))
    if split_document is None or split_document.body.get("active") is False:
        raise fields.invalid_value("Invalid split code")
    return split_document


def _find(context: RequestContext) -> Document:
    terminal = context.find(MACHINE.kind, code=context.params["code"])
    if terminal is None:
        raise ApiError(404, "Virtual Terminal not found", "not_found", next_step=fields.CHECK_REFERENCE_HINT)
    return terminal
