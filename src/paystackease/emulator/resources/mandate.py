"""Direct debit: a customer's permission to debit a bank account.

    asked > pending > active > revoked            the customer agrees, the bank does, and one of them does no more
    pending > revoked

Paystack's page on which a customer agrees is not here: ``POST /_emulator/mandates/{reference}/approve`` is the customer
who does, and ``/revoke`` the one who does no more. A merchant who deactivates the authorization revokes the mandate as
well (an assumption). The small charge by which the bank is asked moves nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from paystackease.emulator.catalog.banks import BANKS
from paystackease.emulator.catalog.test_instruments import CARD_BANK
from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import PER_PAGE
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources.authorization import on_deactivated
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document

mandate = RouteGroup()

MACHINE = StateMachine("mandate", "asked > pending > active > revoked", "pending > revoked")

ACTIVATION_SECONDS = 5.0
"""How long the bank takes. Nobody has recorded how long it really does (an assumption)."""

TEST_ACCOUNT = {"number": "0000000000", "bank_code": "057"}
"""The account of a customer who names none: the one that Paystack documents for tests."""

NOT_THERE = "Authorization does not exist or does not belong to integration"


@mandate.route("POST", "/customer/authorization/initialize")
def initialize_authorization(context: RequestContext) -> ApiResponse:
    email = str(context.require("email", "Email"))
    if context.require("channel", "Channel") != "direct_debit":
        raise ApiError(400, "Invalid channel passed", "invalid_params")  # the wording is an assumption
    account = context.require_object("account", "number", "bank_code") if context.body.get("account") else TEST_ACCOUNT
    # A customer is made of an e-mail that nobody has, as when a payment begins (an assumption).
    found = customers.by_email(context, email) or customers.add(context, email)
    return _ask(context, found, account)


@mandate.route("POST", "/customer/{id}/initialize-direct-debit")
def initialize_direct_debit(context: RequestContext) -> ApiResponse:
    account = context.require_object("account", "number", "bank_code")
    context.require_object("address", "street", "city", "state")
    return _ask(context, customers.by_id(context, context.params["id"]), account)


@mandate.route("GET", "/customer/authorization/verify/{reference}")
def verify(context: RequestContext) -> ApiResponse:
    found = context.find("mandate", name=context.params["reference"])
    if found is None or found.body["status"] == "asked":
        raise ApiError(404, NOT_THERE)
    whose = _customer(context, found)
    data = {
        "authorization_code": found.body["authorization_code"],
        "channel": "direct_debit",
        "bank": _bank(found),
        "active": found.body["status"] == "active",
        "customer": {"code": whose.code, "email": whose.body["email"]},
    }
    return ApiResponse("Authorization retrieved successfully", data)


@mandate.route("PUT", "/customer/{id}/directdebit-activation-charge")
def activation_charge(context: RequestContext) -> ApiResponse:
    whose = customers.by_id(context, context.params["id"])
    wanted = context.require("authorization_id", "Authorization id")
    for found in context.children_of("mandate", whose.id):
        if found.body["authorization_id"] == wanted:
            retry(context, found)
            return message_only("Mandate is queued for retry")
    raise ApiError(404, NOT_THERE)


@mandate.route("GET", "/customer/{id}/directdebit-mandate-authorizations")
def of_customer(context: RequestContext) -> ApiResponse:
    whose = customers.by_id(context, context.params["id"])
    agreed = [found for found in reversed(context.children_of("mandate", whose.id)) if found.body["status"] != "asked"]
    # The cursor is a bare number here.
    return page(context, agreed, context.query.get("cursor", ""))


@mandate.route("POST", "/_emulator/mandates/{reference}/revoke")
def revoke(context: RequestContext) -> ApiResponse:
    """The customer tells the bank that nothing is to be debited any more."""
    found = context.find("mandate", name=context.params["reference"])
    if found is None or not MACHINE.can(found, "revoked"):
        raise ApiError(404, NOT_THERE)
    _revoke(context, found)
    saved = context.get("authorization", found.body["authorization_id"])
    saved.body["active"] = False
    context.save(saved)
    return ApiResponse("The customer revoked it", {"reference": found.unique_key, "status": found.body["status"]})


@on_deactivated
def deactivated(context: RequestContext, authorization: Document) -> None:
    """The merchant wants nothing more of it."""
    for found in context.children_of("mandate", authorization.parent_id or 0):
        if found.body["authorization_id"] == authorization.id and MACHINE.can(found, "revoked"):
            _revoke(context, found)


def page(
    context: RequestContext, agreed: Sequence[Document], cursor: str, *, show_next: Callable[[int], object] = int
) -> ApiResponse:
    """A page of mandates, in a third way of Paystack's.

    :param agreed: All of them, the newest first.
    :param cursor: The number of the first on the page, in digits; empty for the first page.
    :param show_next: Writes that of the next page.
    """
    size = context.query.get("per_page", "")
    number = int(cursor) if cursor.isdecimal() and len(cursor) < 19 else None
    rest = [found for found in agreed if number is None or found.id <= number]
    per_page = (int(size) if size.isdecimal() and len(size) < 10 else 0) or PER_PAGE
    some, beyond = rest[:per_page], rest[per_page:]
    meta = {
        "per_page": per_page,
        "next": show_next(beyond[0].id) if beyond else None,
        "count": len(some),
        "total": len(agreed),
    }
    message = "Mandate authorizations retrieved successfully"
    return ApiResponse(message, [_show(context, found, _customer(context, found)) for found in some], meta=meta)


def retry(context: RequestContext, found: Document) -> None:
    """Ask the bank again whether it agrees."""
    context.schedule(ACTIVATION_SECONDS, "mandate.activate", id=found.id)


def approve(context: RequestContext, reference: str) -> Document:
    """The customer agrees.

    :raises Refusal: Where nobody asked.
    """
    found = context.find("mandate", name=reference)
    if found is None:
        raise ApiError(404, NOT_THERE)
    if found.body["status"] == "asked":
        shown = _authorization(context, found)
        saved = context.create(
            "authorization", {"active": False, "shown": shown}, code_prefix="AUTH_", parent_id=found.parent_id
        )
        MACHINE.transition(found, "pending")
        found.body.update(
            authorization_id=saved.id,
            authorization_code=saved.code,
            authorized_at=format_time(context.now),
        )
        context.save(found)
        _tell(context, "created", found, status=True, message="Authorization retrieved successfully")
        retry(context, found)
    return found


@mandate.job("mandate.activate")
def activate(context: RequestContext) -> None:
    found = context.get("mandate", context.body["id"])
    if found.body["status"] != "pending":
        return
    MACHINE.transition(found, "active")
    context.save(found)
    saved = context.get("authorization", found.body["authorization_id"])
    saved.body["active"] = True
    context.save(saved)
    _tell(context, "active", found)


def _ask(context: RequestContext, whose: Document, account: dict[str, Any]) -> ApiResponse:
    number = context.services.store.next_id(context.tenant.id, "mandate.request", 1)
    access_code, reference = context.stable_code("access", number), context.stable_code("mandate", number)
    body = {
        "status": "asked",
        "account_number": str(account["number"]),
        "bank_code": str(account["bank_code"]),
        "authorization_id": None,
        "authorization_code": None,
        "authorized_at": None,
    }
    context.create("mandate", body, unique_key=reference, parent_id=whose.id)
    url = f"{context.services.base_url()}/_emulator/mandates/{reference}"
    data = {"redirect_url": url, "access_code": access_code, "reference": reference}
    return ApiResponse("Authorization initialized", data)


def _show(context: RequestContext, found: Document, whose: Document) -> dict[str, Any]:
    names = ("first_name", "last_name")
    return {
        "id": found.id,
        "status": found.body["status"],
        "mandate_id": found.id,
        "authorization_id": found.body["authorization_id"],
        "authorization_code": found.body["authorization_code"],
        "integration_id": context.tenant.integration,
        "account_number": found.body["account_number"],
        "bank_code": found.body["bank_code"],
        "bank_name": bank.name if (bank := BANKS.get(found.body["bank_code"])) else None,
        "customer": {
            "id": whose.id,
            "customer_code": whose.code,
            "email": whose.body["email"],
            **{name: whose.body[name] for name in names},
        },
        "authorized_at": found.body["authorized_at"],
    }


def _authorization(context: RequestContext, found: Document) -> dict[str, Any]:
    whose = _customer(context, found)
    name = " ".join(whose.body[part] for part in ("first_name", "last_name") if whose.body[part])
    return {
        "last4": found.body["account_number"][-4:],
        "channel": "direct_debit",
        "card_type": "mandate",
        "bank": _bank(found),
        "exp_month": 1,  # numbers here, text for cards
        "exp_year": 2034,
        "country_code": "NG",
        "brand": _bank(found),
        "reusable": True,
        "signature": f"SIG_{context.stable_code('signature', found.id, length=20)}",
        "account_name": name,
    }


def _tell(context: RequestContext, what: str, found: Document, **more: object) -> None:
    whose = _customer(context, found)
    saved = context.get("authorization", found.body["authorization_id"])
    data = {
        "authorization_code": saved.code,
        "active": what == "active",
        **saved.body["shown"],
        **(
            {"integration": context.tenant.integration, "domain": "test", "reference": found.unique_key}
            if what == "active"
            else {}
        ),
        "customer": {
            "first_name": whose.body["first_name"],
            "last_name": whose.body["last_name"],
            "code": whose.code,
            "email": whose.body["email"],
            "phone": whose.body["phone"] or "",
            "metadata": whose.body["metadata"],
            "risk_action": whose.body["risk_action"],
        },
    }
    context.emit(f"direct_debit.authorization.{what}", data, **more)


def _bank(found: Document) -> str:
    bank = BANKS.get(found.body["bank_code"])
    return CARD_BANK if bank is None else bank.name


def _customer(context: RequestContext, found: Document) -> Document:
    return context.get("customer", found.parent_id)


def _revoke(context: RequestContext, found: Document) -> None:
    MACHINE.transition(found, "revoked")
    context.save(found)
