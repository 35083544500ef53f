"""The dashboard's search: records by reference, e-mail address, code or ID, exactly or by how they begin.

Indexes find the records of each kind, and each kind has a limit, so the cost does not depend on their number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

import msgspec

from paystackease.emulator.context import RequestContext
from paystackease.emulator.dashboard.routing import PageRegistry
from paystackease.emulator.http.fields import parse_id
from paystackease.emulator.storage import queries
from paystackease.emulator.storage.document import Document

registry = PageRegistry()

MAX_RESULTS = 5
"""How many records of each kind are listed."""
MAX_LENGTH = 200
"""How many characters of a search are used."""

KeyColumn: TypeAlias = Literal["code", "unique_key"]


class SearchedKind(msgspec.Struct, frozen=True):
    """A kind of records that is searched."""

    kind: str
    label: str
    path: Callable[[Document], str]
    """Returns its page."""
    title: Callable[[Document], object]
    """Returns the text of the link: the key by which people know it."""
    note: Callable[[RequestContext, Document], object]
    """Returns another key or the name, to tell records apart."""
    columns: tuple[KeyColumn, ...] = ("code",)
    """The keys that are searched. Those that are not here are not known to people, or contain account numbers."""


def _page_of(section: str) -> Callable[[Document], str]:
    return lambda document: f"/{section}/{document.id}"


def _email_of_parent(context: RequestContext, document: Document) -> object:
    return context.get("customer", document.parent_id).body["email"]


def _reference_of_parent(context: RequestContext, document: Document) -> object:
    return context.get("transaction", document.parent_id).unique_key


def _name(_context: RequestContext, document: Document) -> object:
    return document.body.get("name") or document.body.get("business_name") or ""


KINDS = (
    SearchedKind(
        "transaction",
        "Transactions",
        _page_of("transactions"),
        lambda document: document.unique_key,
        _email_of_parent,
        ("unique_key", "code"),
    ),
    SearchedKind(
        "customer",
        "Customers",
        _page_of("customers"),
        lambda document: document.body["email"],
        lambda _, document: document.code,
        ("unique_key", "code"),
    ),
    SearchedKind("refund", "Refunds", _page_of("refunds"), lambda document: document.id, _reference_of_parent, ()),
    SearchedKind("dispute", "Disputes", _page_of("disputes"), lambda document: document.id, _reference_of_parent, ()),
    SearchedKind("plan", "Plans", _page_of("plans"), lambda document: document.code, _name),
    SearchedKind(
        "subscription", "Subscriptions", _page_of("subscriptions"), lambda document: document.code, _email_of_parent
    ),
    SearchedKind(
        "transfer",
        "Transfers",
        _page_of("transfers"),
        lambda document: document.unique_key,
        lambda _, document: document.code,
        ("unique_key", "code"),
    ),
    SearchedKind("transfer_recipient", "Recipients", _page_of("recipients"), lambda document: document.code, _name),
    SearchedKind("settlement", "Settlements", _page_of("settlements"), lambda document: document.id, _name, ()),
    SearchedKind("split", "Splits", _page_of("splits"), lambda document: document.code, _name),
    SearchedKind(
        "authorization",
        "Authorizations",
        lambda document: f"/customers/{document.parent_id}",
        lambda document: document.code,
        _email_of_parent,
    ),
    SearchedKind(
        "subaccount",
        "Subaccounts",
        lambda document: f"/settlements?subaccount={quote(str(document.code), safe='')}",
        lambda document: document.code,
        _name,
    ),
    SearchedKind(
        "payment_request",
        "Payment requests",
        lambda document: f"/pay/requests/{quote(str(document.code), safe='')}",
        lambda document: document.code,
        _email_of_parent,
    ),
)


@registry.page("/search", "search.html")
def search_page(context: RequestContext) -> Mapping[str, Any]:
    text = context.query.get("q", "").strip()[:MAX_LENGTH]
    groups = [group for searched in KINDS if (group := _search_kind(context, searched, text))] if text else []
    return {"q": text, "groups": groups}


def _search_kind(context: RequestContext, searched: SearchedKind, text: str) -> Mapping[str, Any] | None:
    matches = {document.id: document for document in _matches(context, searched, text)}
    rows = [
        {
            "path": searched.path(document),
            "title": searched.title(document),
            "note": searched.note(context, document),
            "is_key": searched.note is not _name,
            "status": document.body.get("status"),
        }
        for document in list(matches.values())[:MAX_RESULTS]
    ]
    return {"label": searched.label, "rows": rows, "more": len(matches) > MAX_RESULTS} if rows else None


def _matches(context: RequestContext, searched: SearchedKind, text: str) -> list[Document]:
    """Return the documents that match: those with this ID or key first, and at most a few more than are listed."""
    store, tenant, limit = context.services.store, context.tenant.id, MAX_RESULTS + 1
    number = parse_id(text)
    by_id = None if number is None else context.find(searched.kind, number=number)
    matches = [] if by_id is None else [by_id]
    for column in searched.columns:
        prefix = text.casefold() if (searched.kind, column) == ("customer", "unique_key") else text
        matches += queries.find_by_prefix(store, tenant, searched.kind, column, prefix, limit)
    if searched.kind in {"refund", "dispute"} and (tx := context.find("transaction", unique_key=text)) is not None:
        matches += context.find_all(searched.kind, parent_id=tx.id, limit=limit)
    elif (
        searched.kind in {"transaction", "subscription"}
        and (customer := context.find("customer", unique_key=text.casefold())) is not None
    ):
        matches += context.find_all(searched.kind, parent_id=customer.id, limit=limit)
    return matches
