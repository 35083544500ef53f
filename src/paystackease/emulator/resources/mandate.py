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
from paystackease.emulator.http.context import ApiResponse, RequestContext, RouteGroup, message_only
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import PER_PAGE
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources.authorization import on_deactivated
from paystackease.emulator.state_machine import Machine
from paystackease.emulator.storage.store import Document

mandate = RouteGroup()

MACHINE = Machine("mandate", "asked > pending > active > revoked", "pending > revoked")

ACTIVATION_SECONDS = 5.0
"""How long the bank takes. Nobody has recorded how long it really does (an assumption)."""

TEST_ACCOUNT = {"number": "0000000000", "bank_code": "057"}
"""The account of a customer who names none: the one that Paystack documents for tests."""

NOT_THERE = "Authorization does not exist or does not belong to integration"


@mandate.route("POST", "/customer/authorization/initialize")
def initialize_authorization(call: RequestContext) -> ApiResponse:
    email = str(call.require("email", "Email"))
    if call.require("channel", "Channel") != "direct_debit":
        raise ApiError(400, "Invalid channel passed", "invalid_params")  # the wording is an assumption
    account = call.require_object("account", "number", "bank_code") if call.body.get("account") else TEST_ACCOUNT
    # A customer is made of an e-mail that nobody has, as when a payment begins (an assumption).
    found = customers.by_email(call, email) or customers.add(call, email)
    return _ask(call, found, account)


@mandate.route("POST", "/customer/{id}/initialize-direct-debit")
def initialize_direct_debit(call: RequestContext) -> ApiResponse:
    account = call.require_object("account", "number", "bank_code")
    call.require_object("address", "street", "city", "state")
    return _ask(call, customers.by_id(call, call.params["id"]), account)


@mandate.route("GET", "/customer/authorization/verify/{reference}")
def verify(call: RequestContext) -> ApiResponse:
    found = call.find("mandate", name=call.params["reference"])
    if found is None or found.body["status"] == "asked":
        raise ApiError(404, NOT_THERE)
    whose = _customer(call, found)
    data = {
        "authorization_code": found.body["authorization_code"],
        "channel": "direct_debit",
        "bank": _bank(found),
        "active": found.body["status"] == "active",
        "customer": {"code": whose.code, "email": whose.body["email"]},
    }
    return ApiResponse("Authorization retrieved successfully", data)


@mandate.route("PUT", "/customer/{id}/directdebit-activation-charge")
def activation_charge(call: RequestContext) -> ApiResponse:
    whose = customers.by_id(call, call.params["id"])
    wanted = call.require("authorization_id", "Authorization id")
    for found in call.owned("mandate", whose.id):
        if found.body["authorization_id"] == wanted:
            retry(call, found)
            return message_only("Mandate is queued for retry")
    raise ApiError(404, NOT_THERE)


@mandate.route("GET", "/customer/{id}/directdebit-mandate-authorizations")
def of_customer(call: RequestContext) -> ApiResponse:
    whose = customers.by_id(call, call.params["id"])
    agreed = [found for found in reversed(call.owned("mandate", whose.id)) if found.body["status"] != "asked"]
    # The cursor is a bare number here.
    return page(call, agreed, call.query.get("cursor", ""))


@mandate.route("POST", "/_emulator/mandates/{reference}/revoke")
def revoke(call: RequestContext) -> ApiResponse:
    """The customer tells the bank that nothing is to be debited any more."""
    found = call.find("mandate", name=call.params["reference"])
    if found is None or not MACHINE.may(found, "revoked"):
        raise ApiError(404, NOT_THERE)
    _revoke(call, found)
    saved = call.get("authorization", found.body["authorization_id"])
    saved.body["active"] = False
    call.save(saved)
    return ApiResponse("The customer revoked it", {"reference": found.unique_key, "status": found.body["status"]})


@on_deactivated
def deactivated(call: RequestContext, authorization: Document) -> None:
    """The merchant wants nothing more of it."""
    for found in call.owned("mandate", authorization.parent_id or 0):
        if found.body["authorization_id"] == authorization.id and MACHINE.may(found, "revoked"):
            _revoke(call, found)


def page(
    call: RequestContext, agreed: Sequence[Document], cursor: str, *, show_next: Callable[[int], object] = int
) -> ApiResponse:
    """A page of mandates, in a third way of Paystack's.

    :param agreed: All of them, the newest first.
    :param cursor: The number of the first on the page, in digits; empty for the first page.
    :param show_next: Writes that of the next page.
    """
    size = call.query.get("per_page", "")
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
    return ApiResponse(message, [_show(call, found, _customer(call, found)) for found in some], meta=meta)


def retry(call: RequestContext, found: Document) -> None:
    """Ask the bank again whether it agrees."""
    call.schedule(ACTIVATION_SECONDS, "mandate.activate", id=found.id)


def approve(call: RequestContext, reference: str) -> Document:
    """The customer agrees.

    :raises Refusal: Where nobody asked.
    """
    found = call.find("mandate", name=reference)
    if found is None:
        raise ApiError(404, NOT_THERE)
    if found.body["status"] == "asked":
        shown = _authorization(call, found)
        saved = call.new("authorization", {"active": False, "shown": shown}, code="AUTH_", owner=found.parent_id)
        MACHINE.move(found, "pending")
        found.body.update(
            authorization_id=saved.id,
            authorization_code=saved.code,
            authorized_at=format_time(call.now),
        )
        call.save(found)
        _tell(call, "created", found, status=True, message="Authorization retrieved successfully")
        retry(call, found)
    return found


@mandate.job("mandate.activate")
def activate(call: RequestContext) -> None:
    found = call.get("mandate", call.body["id"])
    if found.body["status"] != "pending":
        return
    MACHINE.move(found, "active")
    call.save(found)
    saved = call.get("authorization", found.body["authorization_id"])
    saved.body["active"] = True
    call.save(saved)
    _tell(call, "active", found)


def _ask(call: RequestContext, whose: Document, account: dict[str, Any]) -> ApiResponse:
    number = call.services.store.next_id(call.tenant.id, "mandate.request", 1)
    access_code, reference = call.stable_code("access", number), call.stable_code("mandate", number)
    body = {
        "status": "asked",
        "account_number": str(account["number"]),
        "bank_code": str(account["bank_code"]),
        "authorization_id": None,
        "authorization_code": None,
        "authorized_at": None,
    }
    call.new("mandate", body, name=reference, owner=whose.id)
    url = f"{call.services.base_url()}/_emulator/mandates/{reference}"
    data = {"redirect_url": url, "access_code": access_code, "reference": reference}
    return ApiResponse("Authorization initialized", data)


def _show(call: RequestContext, found: Document, whose: Document) -> dict[str, Any]:
    names = ("first_name", "last_name")
    return {
        "id": found.id,
        "status": found.body["status"],
        "mandate_id": found.id,
        "authorization_id": found.body["authorization_id"],
        "authorization_code": found.body["authorization_code"],
        "integration_id": call.tenant.integration,
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


def _authorization(call: RequestContext, found: Document) -> dict[str, Any]:
    whose = _customer(call, found)
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
        "signature": f"SIG_{call.stable_code('signature', found.id, length=20)}",
        "account_name": name,
    }


def _tell(call: RequestContext, what: str, found: Document, **more: object) -> None:
    whose = _customer(call, found)
    saved = call.get("authorization", found.body["authorization_id"])
    data = {
        "authorization_code": saved.code,
        "active": what == "active",
        **saved.body["shown"],
        **(
            {"integration": call.tenant.integration, "domain": "test", "reference": found.unique_key}
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
    call.emit(f"direct_debit.authorization.{what}", data, **more)


def _bank(found: Document) -> str:
    bank = BANKS.get(found.body["bank_code"])
    return CARD_BANK if bank is None else bank.name


def _customer(call: RequestContext, found: Document) -> Document:
    return call.get("customer", found.parent_id)


def _revoke(call: RequestContext, found: Document) -> None:
    MACHINE.move(found, "revoked")
    call.save(found)
