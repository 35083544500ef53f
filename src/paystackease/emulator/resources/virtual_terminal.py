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
from paystackease.emulator.http.codes import UPPERCASE_ALPHANUMERIC
from paystackease.emulator.http.context import FIRST_ID, RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import paginate, paginate_documents, select_all
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import revenue_split, split, transaction
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document

virtual_terminal = RouteGroup()

MACHINE = StateMachine("virtual_terminal", "active > inactive")

_BASE = ("id", "code", "name", "integration", "domain", "paymentMethods", "active", "currency")
_LISTED = (*_BASE, "created_at")
_FETCHED = (*_LISTED, "connect_account_id", "destinations")


@virtual_terminal.route("POST", "/virtual_terminal")
def create(context: RequestContext) -> ApiResponse:
    body: dict[str, Any] = {
        "name": fields.require_text(context.body, "name"),
        "currency": context.currency(),
        "metadata": _metadata(context),
        "custom_fields": context.body.get("custom_fields") and fields.require_objects(context.body, "custom_fields"),
        "status": "active",
        "split_code": None,
        "destinations": [],
    }
    if context.body.get("split_code") is not None:
        body["split_code"] = _split(context).code
    _assign(context, body["destinations"])
    found = context.create(MACHINE.kind, body)
    found.code = f"VT_{context.next_code('virtual_terminal_code', length=8, alphabet=UPPERCASE_ALPHANUMERIC)}"
    context.save(found)
    data = {**_shown(context, found, *_BASE), "metadata": body["metadata"], "destinations": _destinations(found)}
    return ApiResponse("Virtual Terminal created", data)


@virtual_terminal.route("GET", "/virtual_terminal")
def list_(context: RequestContext) -> ApiResponse:
    status = fields.optional_choice(context.query, "status", ("active", "inactive"))
    having = {} if status is None else {"status": status}
    message = "Virtual Terminals retrieved"

    def show(found: Document) -> dict[str, Any]:
        return _shown(context, found, *_LISTED)

    if wanted := context.query.get("search", "").casefold():
        # In what it looks is an assumption: the name and the code.
        every = select_all(context, MACHINE.kind, having=having)
        found = [one for one in every if wanted in f"{one.body['name']} {one.code}".casefold()]
        return paginate_documents(context, MACHINE.kind, message, show, found)
    return paginate(context, MACHINE.kind, message, show, having=having, by_cursor="page" not in context.query)


@virtual_terminal.route("GET", "/virtual_terminal/{code}")
def fetch(context: RequestContext) -> ApiResponse:
    return ApiResponse("Virtual Terminal retrieved", _fetched(context, _asked(context)))


@virtual_terminal.route("PUT", "/virtual_terminal/{code}")
def update(context: RequestContext) -> ApiResponse:
    name = fields.require_text(context.body, "name")
    found = context.find(MACHINE.kind, code=context.params["code"])
    if found is None:
        message = "Virtual Terminal not assigned"
        raise ApiError(404, message, "unknown", kind="api_error", next_step="Try again later")
    found.body["name"] = name
    context.save(found)
    return ApiResponse("Virtual Terminal updated", _fetched(context, found))  # the wording is an assumption


@virtual_terminal.route("PUT", "/virtual_terminal/{code}/deactivate")
def deactivate(context: RequestContext) -> ApiResponse:
    found = _asked(context)
    if MACHINE.can(found, "inactive"):  # again is harmless
        MACHINE.transition(found, "inactive")
        context.save(found)
    return message_only("Terminal set to inactive")


@virtual_terminal.route("POST", "/virtual_terminal/{code}/destination/assign")
def assign(context: RequestContext) -> ApiResponse:
    found = _asked(context)
    added = _assign(context, found.body["destinations"])
    context.save(found)
    names = ("target", "name", "type", "id")
    dates = {"createdAt": format_time(context.now), "updatedAt": format_time(context.now)}
    place = {"integration": context.tenant.integration}
    data = [{**place, **{name: one[name] for name in names}, **dates} for one in added]
    return ApiResponse("Destinations assigned successfully", data)


@virtual_terminal.route("POST", "/virtual_terminal/{code}/destination/unassign")
def unassign(context: RequestContext) -> ApiResponse:
    found = _asked(context)
    targets = context.require("targets", '"targets"')
    if not isinstance(targets, list):
        raise fields.invalid_value('"targets" must be an array')
    before: list[dict[str, Any]] = found.body["destinations"]
    found.body["destinations"] = [one for one in before if one["target"] not in targets]
    context.save(found)
    return message_only("Destination deleted successfully")


@virtual_terminal.route("PUT", "/virtual_terminal/{code}/split_code")
def add_split_code(context: RequestContext) -> ApiResponse:
    # The split is looked at first (observed).
    shared = _split(context)
    found = _asked(context)
    found.body["split_code"] = shared.code
    context.save(found)
    return ApiResponse("Split code assigned", split.serialize(context, shared))


@virtual_terminal.route("DELETE", "/virtual_terminal/{code}/split_code")
def remove_split_code(context: RequestContext) -> ApiResponse:
    code = fields.require_text(context.body, "split_code")
    found = context.find(MACHINE.kind, code=context.params["code"])
    if found is None:
        message = "Virtual Terminal split code assignment does not exist"  # observed
        raise ApiError(400, message, "not_found", next_step=fields.CHECK_REFERENCE_HINT)
    if found.body["split_code"] != code:
        raise ApiError(400, "Payment method does not exist", "not_found", next_step=fields.CHECK_REFERENCE_HINT)
    found.body["split_code"] = None
    context.save(found)
    return message_only("Split code removed")  # the wording is an assumption: there is no sample of a yes


@virtual_terminal.route("POST", "/_emulator/virtual_terminals/{code}/open")
def opened(context: RequestContext) -> ApiResponse:
    """A customer comes, and is to pay so much."""
    found = _asked(context)
    if found.body["status"] != "active":
        raise ApiError(400, "This virtual terminal is inactive", "invalid_params")
    whose = customers.payer(context, fields.require_text(context.body, "email"))
    of = {"code": found.code, "referrer": f"{context.services.base_url()}/{found.code}"}
    more: dict[str, Any] = {"metadata": {"virtual_terminal": of}}
    if found.body["split_code"] is not None:
        more |= revenue_split.asked(replace(context, body={"split_code": found.body["split_code"]}))
    tx = transaction.begin(context, whose, context.require_amount(), found.body["currency"], **more)
    return ApiResponse("Authorization URL created", transaction.link(context, tx))


def _assign(context: RequestContext, destinations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the body's destinations among these; a number that is there is told once (an assumption)."""
    added: list[dict[str, Any]] = []
    for item in fields.require_objects(context.body, "destinations"):
        target, name = fields.require_text(item, "target"), fields.optional_text(item, "name")
        number = context.services.store.next_id(context.tenant.id, "destination", FIRST_ID)
        one = {"target": target, "name": name, "type": "whatsapp", "id": number, "created": context.now}
        destinations[:] = [other for other in destinations if other["target"] != target]
        destinations.append(one)
        added.append(one)
    return added


def _destinations(found: Document) -> list[dict[str, Any]]:
    return [{name: one[name] for name in ("target", "type", "name")} for one in found.body["destinations"]]


def _fetched(context: RequestContext, found: Document) -> dict[str, Any]:
    data = _shown(context, found, *_FETCHED)
    for shown, one in zip(data["destinations"], found.body["destinations"], strict=True):
        shown["created_at"] = format_time(one["created"])
    return data


def _shown(context: RequestContext, found: Document, *keys: str) -> dict[str, Any]:
    everything: dict[str, Any] = {
        **found.body,
        "id": found.id,
        "code": found.code,
        "integration": context.tenant.integration,
        "domain": "test",
        "paymentMethods": [],
        "active": found.body["status"] == "active",
        "connect_account_id": None,
        "destinations": _destinations(found),
        "created_at": format_time(found.created),
    }
    return {key: everything[key] for key in keys}


def _metadata(context: RequestContext) -> object:
    # An object, or text that holds one: both are documented, and it is shown as it was given (an assumption).
    given = context.body.get("metadata")
    if given is not None and not isinstance(given, dict | str):
        raise fields.invalid_value('"metadata" must be one of [object, string]')
    return given  # pyright: ignore[reportUnknownVariableType] # a JSON object's keys are text


def _split(context: RequestContext) -> Document:
    found = context.find("split", code=fields.require_text(context.body, "split_code"))
    if found is None or found.body.get("active") is False:
        raise fields.invalid_value("Invalid split code")
    return found


def _asked(context: RequestContext) -> Document:
    found = context.find(MACHINE.kind, code=context.params["code"])
    if found is None:
        raise ApiError(404, "Virtual Terminal not found", "not_found", next_step=fields.CHECK_REFERENCE_HINT)
    return found
