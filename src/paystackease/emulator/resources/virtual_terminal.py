"""Virtual terminals: pages on which a customer pays in person, and numbers on WhatsApp that are told of it.

    active > inactive

A customer comes by ``POST /_emulator/virtual_terminals/{code}/open``, with an ``email`` and an ``amount``; what is
paid says in its metadata on which terminal.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from paystackease.emulator.clock import format_time
from paystackease.emulator.http import fields
from paystackease.emulator.http.context import (
    FIRST_ID,
    UPPERCASE_ALPHANUMERIC,
    ApiResponse,
    RequestContext,
    RouteGroup,
    message_only,
)
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import chosen, paginate, selected
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import revenue_split, split, transaction
from paystackease.emulator.state_machine import Machine
from paystackease.emulator.storage.store import Document

virtual_terminal = RouteGroup()

MACHINE = Machine("virtual_terminal", "active > inactive")

_BASE = ("id", "code", "name", "integration", "domain", "paymentMethods", "active", "currency")
_LISTED = (*_BASE, "created_at")
_FETCHED = (*_LISTED, "connect_account_id", "destinations")


@virtual_terminal.route("POST", "/virtual_terminal")
def create(call: RequestContext) -> ApiResponse:
    body: dict[str, Any] = {
        "name": fields.require_text(call.body, "name"),
        "currency": call.currency(),
        "metadata": _metadata(call),
        "custom_fields": call.body.get("custom_fields") and fields.require_objects(call.body, "custom_fields"),
        "status": "active",
        "split_code": None,
        "destinations": [],
    }
    if call.body.get("split_code") is not None:
        body["split_code"] = _split(call).code
    _assign(call, body["destinations"])
    found = call.new(MACHINE.kind, body)
    found.code = f"VT_{call.next_code('virtual_terminal_code', length=8, alphabet=UPPERCASE_ALPHANUMERIC)}"
    call.save(found)
    data = {**_shown(call, found, *_BASE), "metadata": body["metadata"], "destinations": _destinations(found)}
    return ApiResponse("Virtual Terminal created", data)


@virtual_terminal.route("GET", "/virtual_terminal")
def list_(call: RequestContext) -> ApiResponse:
    status = fields.one_of(call.query, "status", ("active", "inactive"))
    having = {} if status is None else {"status": status}
    message = "Virtual Terminals retrieved"

    def show(found: Document) -> dict[str, Any]:
        return _shown(call, found, *_LISTED)

    if wanted := call.query.get("search", "").casefold():
        # In what it looks is an assumption: the name and the code.
        every = selected(call, MACHINE.kind, having=having)
        found = [one for one in every if wanted in f"{one.body['name']} {one.code}".casefold()]
        return chosen(call, MACHINE.kind, message, show, found)
    return paginate(call, MACHINE.kind, message, show, having=having, by_cursor="page" not in call.query)


@virtual_terminal.route("GET", "/virtual_terminal/{code}")
def fetch(call: RequestContext) -> ApiResponse:
    return ApiResponse("Virtual Terminal retrieved", _fetched(call, _asked(call)))


@virtual_terminal.route("PUT", "/virtual_terminal/{code}")
def update(call: RequestContext) -> ApiResponse:
    name = fields.require_text(call.body, "name")
    found = call.find(MACHINE.kind, code=call.params["code"])
    if found is None:
        message = "Virtual Terminal not assigned"
        raise ApiError(404, message, "unknown", kind="api_error", next_step="Try again later")
    found.body["name"] = name
    call.save(found)
    return ApiResponse("Virtual Terminal updated", _fetched(call, found))  # the wording is an assumption


@virtual_terminal.route("PUT", "/virtual_terminal/{code}/deactivate")
def deactivate(call: RequestContext) -> ApiResponse:
    found = _asked(call)
    if MACHINE.may(found, "inactive"):  # again is harmless
        MACHINE.move(found, "inactive")
        call.save(found)
    return message_only("Terminal set to inactive")


@virtual_terminal.route("POST", "/virtual_terminal/{code}/destination/assign")
def assign(call: RequestContext) -> ApiResponse:
    found = _asked(call)
    added = _assign(call, found.body["destinations"])
    call.save(found)
    names = ("target", "name", "type", "id")
    dates = {"createdAt": format_time(call.now), "updatedAt": format_time(call.now)}
    place = {"integration": call.tenant.integration}
    data = [{**place, **{name: one[name] for name in names}, **dates} for one in added]
    return ApiResponse("Destinations assigned successfully", data)


@virtual_terminal.route("POST", "/virtual_terminal/{code}/destination/unassign")
def unassign(call: RequestContext) -> ApiResponse:
    found = _asked(call)
    targets = call.require("targets", '"targets"')
    if not isinstance(targets, list):
        raise fields.invalid('"targets" must be an array')
    before: list[dict[str, Any]] = found.body["destinations"]
    found.body["destinations"] = [one for one in before if one["target"] not in targets]
    call.save(found)
    return message_only("Destination deleted successfully")


@virtual_terminal.route("PUT", "/virtual_terminal/{code}/split_code")
def add_split_code(call: RequestContext) -> ApiResponse:
    # The split is looked at first (observed).
    shared = _split(call)
    found = _asked(call)
    found.body["split_code"] = shared.code
    call.save(found)
    return ApiResponse("Split code assigned", split.serialize(call, shared))


@virtual_terminal.route("DELETE", "/virtual_terminal/{code}/split_code")
def remove_split_code(call: RequestContext) -> ApiResponse:
    code = fields.require_text(call.body, "split_code")
    found = call.find(MACHINE.kind, code=call.params["code"])
    if found is None:
        message = "Virtual Terminal split code assignment does not exist"  # observed
        raise ApiError(400, message, "not_found", next_step=fields.REFERENCE)
    if found.body["split_code"] != code:
        raise ApiError(400, "Payment method does not exist", "not_found", next_step=fields.REFERENCE)
    found.body["split_code"] = None
    call.save(found)
    return message_only("Split code removed")  # the wording is an assumption: there is no sample of a yes


@virtual_terminal.route("POST", "/_emulator/virtual_terminals/{code}/open")
def opened(call: RequestContext) -> ApiResponse:
    """A customer comes, and is to pay so much."""
    found = _asked(call)
    if found.body["status"] != "active":
        raise ApiError(400, "This virtual terminal is inactive", "invalid_params")
    whose = customers.payer(call, fields.require_text(call.body, "email"))
    of = {"code": found.code, "referrer": f"{call.services.base_url()}/{found.code}"}
    more: dict[str, Any] = {"metadata": {"virtual_terminal": of}}
    if found.body["split_code"] is not None:
        more |= revenue_split.asked(replace(call, body={"split_code": found.body["split_code"]}))
    tx = transaction.begin(call, whose, call.require_amount(), found.body["currency"], **more)
    return ApiResponse("Authorization URL created", transaction.link(call, tx))


def _assign(call: RequestContext, destinations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the body's destinations among these; a number that is there is told once (an assumption)."""
    added: list[dict[str, Any]] = []
    for item in fields.require_objects(call.body, "destinations"):
        target, name = fields.require_text(item, "target"), fields.text(item, "name")
        number = call.services.store.next_id(call.tenant.id, "destination", FIRST_ID)
        one = {"target": target, "name": name, "type": "whatsapp", "id": number, "created": call.now}
        destinations[:] = [other for other in destinations if other["target"] != target]
        destinations.append(one)
        added.append(one)
    return added


def _destinations(found: Document) -> list[dict[str, Any]]:
    return [{name: one[name] for name in ("target", "type", "name")} for one in found.body["destinations"]]


def _fetched(call: RequestContext, found: Document) -> dict[str, Any]:
    data = _shown(call, found, *_FETCHED)
    for shown, one in zip(data["destinations"], found.body["destinations"], strict=True):
        shown["created_at"] = format_time(one["created"])
    return data


def _shown(call: RequestContext, found: Document, *keys: str) -> dict[str, Any]:
    everything: dict[str, Any] = {
        **found.body,
        "id": found.id,
        "code": found.code,
        "integration": call.tenant.integration,
        "domain": "test",
        "paymentMethods": [],
        "active": found.body["status"] == "active",
        "connect_account_id": None,
        "destinations": _destinations(found),
        "created_at": format_time(found.created),
    }
    return {key: everything[key] for key in keys}


def _metadata(call: RequestContext) -> object:
    # An object, or text that holds one: both are documented, and it is shown as it was given (an assumption).
    given = call.body.get("metadata")
    if given is not None and not isinstance(given, dict | str):
        raise fields.invalid('"metadata" must be one of [object, string]')
    return given  # pyright: ignore[reportUnknownVariableType] # a JSON object's keys are text


def _split(call: RequestContext) -> Document:
    found = call.find("split", code=fields.require_text(call.body, "split_code"))
    if found is None or found.body.get("active") is False:
        raise fields.invalid("Invalid split code")
    return found


def _asked(call: RequestContext) -> Document:
    found = call.find(MACHINE.kind, code=call.params["code"])
    if found is None:
        raise ApiError(404, "Virtual Terminal not found", "not_found", next_step=fields.REFERENCE)
    return found
