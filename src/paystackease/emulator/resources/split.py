"""Split groups: the shares of a payment, and who bears its fee.

A payment stores a copy of its split: :mod:`paystackease.emulator.transactions.revenue_split`.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.fields import parse_id
from paystackease.emulator.http.pagination import paginate
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import subaccount
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import revenue_split

routes = RouteGroup()


@routes.route("POST", "/split")
def create(context: RequestContext) -> ApiResponse:
    name, kind = str(context.require("name", "Name")), str(context.require("type", "Type"))
    context.require("currency", "Currency")
    parts: list[dict[str, Any]] = []
    for part in revenue_split.read_subaccounts(context.body.get("subaccounts")):
        parts = _set_share(parts, _find_subaccount(context, part.get("subaccount")).id, _read_share(part.get("share")))
    body: dict[str, Any] = {
        "name": name,
        "type": kind,
        "currency": context.currency(),
        "active": True,
        # The documentation's request does not have it, and its response has this value.
        "bearer_type": context.body.get("bearer_type") or "all",
        "bearer_subaccount": _read_bearer_id(context),
        "subaccounts": parts,
    }
    body["members"] = _member_flags(parts)
    revenue_split.validate_split(body)
    data = serialize(context, context.create("split", body, code_prefix="SPL_"))
    if body["bearer_subaccount"] is None:
        del data["bearer_subaccount"]
    return ApiResponse("Split created", data)


@routes.route("GET", "/split")
def list_(context: RequestContext) -> ApiResponse:
    query = context.query
    having: dict[str, object] = {}
    if (name := query.get("name")) is not None:
        having["name"] = name
    if (active := query.get("active")) is not None:
        having["active"] = active == "true"
    if (code := query.get("subaccount_code")) is not None:
        member = context.find("subaccount", code=code)
        having[f"members.{0 if member is None else member.id}"] = True
    if context.settings.quirks:
        # This list accepts perPage and ignores per_page (observed).
        context = replace(context, query={name: value for name, value in query.items() if name != "per_page"})
    return paginate(context, "split", "Split retrieved", lambda split: serialize(context, split), having=having)


@routes.route("GET", "/split/{id}")
def fetch(context: RequestContext) -> ApiResponse:
    return ApiResponse("Split retrieved", serialize(context, _find(context)))


@routes.route("PUT", "/split/{id}")
def update(context: RequestContext) -> ApiResponse:
    split, body = _find(context), context.body
    if body.get("name"):
        split.body["name"] = str(body["name"])
    if isinstance(body.get("active"), bool):
        split.body["active"] = body["active"]
    if body.get("bearer_type") is not None:
        split.body["bearer_type"] = body["bearer_type"]
    if body.get("bearer_subaccount") is not None:
        split.body["bearer_subaccount"] = _read_bearer_id(context)
    return _save_response(context, split, "Split group updated")


@routes.route("POST", "/split/{id}/subaccount/add")
def add_subaccount(context: RequestContext) -> ApiResponse:
    split = _find(context)
    if not context.body.get("subaccount"):
        raise ApiError(400, "Please specify subaccount to be added")
    added = _find_subaccount(context, context.body["subaccount"])
    split.body["subaccounts"] = _set_share(split.body["subaccounts"], added.id, _read_share(context.body.get("share")))
    return _save_response(context, split, "Subaccount added")


@routes.route("POST", "/split/{id}/subaccount/remove")
def remove_subaccount(context: RequestContext) -> ApiResponse:
    split = _find(context)
    if not context.body.get("subaccount"):
        raise ApiError(400, "Please specify subaccount to be removed")
    removed = context.find("subaccount", code=str(context.body["subaccount"]))
    before: list[dict[str, Any]] = split.body["subaccounts"]
    after = [part for part in before if removed is None or part["subaccount"] != removed.id]
    if len(after) == len(before):
        raise subaccount.not_found()
    split.body["subaccounts"] = after
    _save_response(context, split, "")
    return message_only("Subaccount removed")


def _save_response(context: RequestContext, split: Document, message: str) -> ApiResponse:
    revenue_split.validate_split(split.body)
    split.body["members"] = _member_flags(split.body["subaccounts"])
    context.save(split)
    return ApiResponse(message, serialize(context, split))


def _find(context: RequestContext) -> Document:
    number = context.params["id"]
    if not number.isascii() or parse_id(number) is None:
        raise ApiError(400, "Split ID should be an integer")
    split = context.find_by_id("split", number)
    if split is None:
        step = subaccount.NOT_FOUND_STEP
        raise ApiError(404, "Split not found", "not_found", next_step=step)  # as for a subaccount (an assumption)
    return split


def _find_subaccount(context: RequestContext, code: object) -> Document:
    document = context.find("subaccount", code=str(code))
    if code is None or document is None or not document.body["active"]:
        raise ApiError(400, "You have invalid or missing subaccount(s) key")
    return document


def _read_share(share: object) -> int | float:
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share < 2**53:
        raise ApiError(400, "You have invalid or missing share(s)", "invalid_params")  # an assumption
    return share


def _set_share(parts: list[dict[str, Any]], number: int, share: int | float) -> list[dict[str, Any]]:
    # A subaccount that is a member already gets the new share.
    part = {"subaccount": number, "share": share}
    if any(other["subaccount"] == number for other in parts):
        return [part if other["subaccount"] == number else other for other in parts]
    return [*parts, part]


def _member_flags(parts: list[dict[str, Any]]) -> dict[str, bool]:
    # Lists are filtered by these.
    return {str(part["subaccount"]): True for part in parts}


def _read_bearer_id(context: RequestContext) -> int | None:
    code = context.body.get("bearer_subaccount")
    return None if not code else _find_subaccount(context, code).id


def serialize(context: RequestContext, split: Document) -> dict[str, Any]:
    """Return a split group with its subaccounts."""
    parts: list[dict[str, Any]] = split.body["subaccounts"]
    names = ("name", "type", "currency", "active", "bearer_type", "bearer_subaccount")
    members = [context.get("subaccount", part["subaccount"]) for part in parts]
    return {
        "id": split.id,
        "split_code": split.code,
        **{name: split.body[name] for name in names},
        "integration": context.tenant.integration,
        "domain": "test",
        "createdAt": format_time(split.created),
        "updatedAt": format_time(split.updated),
        "is_dynamic": False,
        "subaccounts": [
            {"subaccount": subaccount.serialize(context, member, *subaccount.IN_SPLIT), "share": part["share"]}
            for member, part in zip(members, parts, strict=True)
        ],
        "total_subaccounts": len(parts),
    }
