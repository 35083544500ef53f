"""Split groups: who shares a payment, and who bears its fee.

A payment that names one is divided as it was then (:mod:`paystackease.emulator.resources.revenue_split`).
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import paginate
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import revenue_split, subaccount
from paystackease.emulator.storage.document import Document

split = RouteGroup()


@split.route("POST", "/split")
def create(context: RequestContext) -> ApiResponse:
    name, kind = str(context.require("name", "Name")), str(context.require("type", "Type"))
    context.require("currency", "Currency")
    parts: list[dict[str, Any]] = []
    for part in revenue_split.listed(context.body.get("subaccounts")):
        parts = _with(parts, _asked(context, part.get("subaccount")).id, _share(part.get("share")))
    body: dict[str, Any] = {
        "name": name,
        "type": kind,
        "currency": context.currency(),
        "active": True,
        # The documentation's request says nothing of it, and this is what the answer has.
        "bearer_type": context.body.get("bearer_type") or "all",
        "bearer_subaccount": _bearing(context),
        "subaccounts": parts,
    }
    body["members"] = _members(parts)
    revenue_split.check(body)
    data = serialize(context, context.create("split", body, code_prefix="SPL_"))
    if body["bearer_subaccount"] is None:
        del data["bearer_subaccount"]
    return ApiResponse("Split created", data)


@split.route("GET", "/split")
def list_(context: RequestContext) -> ApiResponse:
    query = context.query
    having: dict[str, object] = {}
    if (name := query.get("name")) is not None:
        having["name"] = name
    if (active := query.get("active")) is not None:
        having["active"] = active == "true"
    if (code := query.get("subaccount_code")) is not None:
        found = context.find("subaccount", code=code)
        having[f"members.{0 if found is None else found.id}"] = True
    if context.settings.quirks:
        # perPage is heeded here, and per_page is not (observed).
        context = replace(context, query={name: value for name, value in query.items() if name != "per_page"})
    return paginate(context, "split", "Split retrieved", lambda found: serialize(context, found), having=having)


@split.route("GET", "/split/{id}")
def fetch(context: RequestContext) -> ApiResponse:
    return ApiResponse("Split retrieved", serialize(context, _find(context)))


@split.route("PUT", "/split/{id}")
def update(context: RequestContext) -> ApiResponse:
    found, body = _find(context), context.body
    if body.get("name"):
        found.body["name"] = str(body["name"])
    if isinstance(body.get("active"), bool):
        found.body["active"] = body["active"]
    if body.get("bearer_type") is not None:
        found.body["bearer_type"] = body["bearer_type"]
    if body.get("bearer_subaccount") is not None:
        found.body["bearer_subaccount"] = _bearing(context)
    return _kept(context, found, "Split group updated")


@split.route("POST", "/split/{id}/subaccount/add")
def add(context: RequestContext) -> ApiResponse:
    found = _find(context)
    if not context.body.get("subaccount"):
        raise ApiError(400, "Please specify subaccount to be added")
    one = _asked(context, context.body["subaccount"])
    found.body["subaccounts"] = _with(found.body["subaccounts"], one.id, _share(context.body.get("share")))
    return _kept(context, found, "Subaccount added")


@split.route("POST", "/split/{id}/subaccount/remove")
def remove(context: RequestContext) -> ApiResponse:
    found = _find(context)
    if not context.body.get("subaccount"):
        raise ApiError(400, "Please specify subaccount to be removed")
    one = context.find("subaccount", code=str(context.body["subaccount"]))
    before: list[dict[str, Any]] = found.body["subaccounts"]
    after = [part for part in before if one is None or part["subaccount"] != one.id]
    if len(after) == len(before):
        raise subaccount.not_found()
    found.body["subaccounts"] = after
    _kept(context, found, "")
    return message_only("Subaccount removed")


def _kept(context: RequestContext, found: Document, message: str) -> ApiResponse:
    revenue_split.check(found.body)
    found.body["members"] = _members(found.body["subaccounts"])
    context.save(found)
    return ApiResponse(message, serialize(context, found))


def _find(context: RequestContext) -> Document:
    number = context.params["id"]
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise ApiError(400, "Split ID should be an integer")
    found = context.find("split", id=int(number))
    if found is None:
        step = subaccount.NOT_FOUND_STEP
        raise ApiError(404, "Split not found", "not_found", next_step=step)  # as of a subaccount (an assumption)
    return found


def _asked(context: RequestContext, code: object) -> Document:
    found = context.find("subaccount", code=str(code))
    if code is None or found is None or not found.body["active"]:
        raise ApiError(400, "You have invalid or missing subaccount(s) key")
    return found


def _share(share: object) -> int | float:
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share < 2**53:
        raise ApiError(400, "You have invalid or missing share(s)", "invalid_params")  # an assumption
    return share


def _with(parts: list[dict[str, Any]], number: int, share: int | float) -> list[dict[str, Any]]:
    # One that is in already gets another share.
    part = {"subaccount": number, "share": share}
    if any(other["subaccount"] == number for other in parts):
        return [part if other["subaccount"] == number else other for other in parts]
    return [*parts, part]


def _members(parts: list[dict[str, Any]]) -> dict[str, bool]:
    # By which a list is narrowed.
    return {str(part["subaccount"]): True for part in parts}


def _bearing(context: RequestContext) -> int | None:
    code = context.body.get("bearer_subaccount")
    return None if not code else _asked(context, code).id


def serialize(context: RequestContext, found: Document) -> dict[str, Any]:
    """A group with those who share."""
    parts: list[dict[str, Any]] = found.body["subaccounts"]
    names = ("name", "type", "currency", "active", "bearer_type", "bearer_subaccount")
    members = [context.get("subaccount", part["subaccount"]) for part in parts]
    return {
        "id": found.id,
        "split_code": found.code,
        **{name: found.body[name] for name in names},
        "integration": context.tenant.integration,
        "domain": "test",
        "createdAt": format_time(found.created),
        "updatedAt": format_time(found.updated),
        "is_dynamic": False,
        "subaccounts": [
            {"subaccount": subaccount.serialize(context, one, *subaccount.IN_SPLIT), "share": part["share"]}
            for one, part in zip(members, parts, strict=True)
        ],
        "total_subaccounts": len(parts),
    }
