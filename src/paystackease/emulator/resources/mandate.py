"""Direct debit mandates: a customer's permission to debit a bank account.

    requested > pending > active > revoked            the customer approves, then the bank; one of them revokes
    pending > revoked

Instead of Paystack's page, ``POST /_emulator/mandates/{reference}/approve`` simulates the customer's approval and
``/revoke`` the revocation. Deactivating the authorization revokes the mandate too (an assumption). The small activation
charge moves no money here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from paystackease.emulator.catalog.banks import BANKS
from paystackease.emulator.catalog.test_instruments import CARD_BANK
from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.fields import parse_id
from paystackease.emulator.http.pagination import PER_PAGE
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document

routes = RouteGroup()

MACHINE = StateMachine("mandate", "requested > pending > active > revoked", "pending > revoked")

ACTIVATION_SECONDS = 5.0
"""How long the bank takes (an assumption: no recording of the real time is known)."""

TEST_ACCOUNT = {"number": "0000000000", "bank_code": "057"}
"""The default account: the one that Paystack documents for tests."""

NOT_FOUND = "Authorization does not exist or does not belong to integration"


@routes.route("POST", "/customer/authorization/initialize")
def initialize_authorization(context: RequestContext) -> ApiResponse:
    email = str(context.require("email", "Email"))
    if context.require("channel", "Channel") != "direct_debit":
        raise ApiError(400, "Invalid channel passed", "invalid_params")  # the wording is an assumption
    account = context.require_object("account", "number", "bank_code") if context.body.get("account") else TEST_ACCOUNT
    # A customer is created for an unknown e-mail address, as for payments (an assumption).
    customer = customers.find_by_email(context, email) or customers.create_customer(context, email)
    return _initialize(context, customer, account)


@routes.route("POST", "/customer/{id}/initialize-direct-debit")
def initialize_direct_debit(context: RequestContext) -> ApiResponse:
    account = context.require_object("account", "number", "bank_code")
    context.require_object("address", "street", "city", "state")
    return _initialize(context, customers.get_by_id(context, context.params["id"]), account)


@routes.route("GET", "/customer/authorization/verify/{reference}")
def verify(context: RequestContext) -> ApiResponse:
    mandate = context.find("mandate", unique_key=context.params["reference"])
    if mandate is None or mandate.body["status"] == "requested":
        raise ApiError(404, NOT_FOUND)
    customer = _get_customer(context, mandate)
    data = {
        "authorization_code": mandate.body["authorization_code"],
        "channel": "direct_debit",
        "bank": _bank_name(mandate),
        "active": mandate.body["status"] == "active",
        "customer": {"code": customer.code, "email": customer.body["email"]},
    }
    return ApiResponse("Authorization retrieved successfully", data)


@routes.route("PUT", "/customer/{id}/directdebit-activation-charge")
def activation_charge(context: RequestContext) -> ApiResponse:
    customer = customers.get_by_id(context, context.params["id"])
    authorization_id = context.require("authorization_id", "Authorization id")
    for mandate in context.children_of("mandate", customer.id):
        if mandate.body["authorization_id"] == authorization_id:
            schedule_activation(context, mandate)
            return message_only("Mandate is queued for retry")
    raise ApiError(404, NOT_FOUND)


@routes.route("GET", "/customer/{id}/directdebit-mandate-authorizations")
def list_for_customer(context: RequestContext) -> ApiResponse:
    customer = customers.get_by_id(context, context.params["id"])
    approved = [
        mandate
        for mandate in reversed(context.children_of("mandate", customer.id))
        if mandate.body["status"] != "requested"
    ]
    # The cursor is a bare number here.
    return paginate_mandates(context, approved, context.query.get("cursor", ""))


@routes.route("POST", "/_emulator/mandates/{reference}/revoke")
def simulate_revocation(context: RequestContext) -> ApiResponse:
    """Revoke the mandate on the customer's behalf."""
    mandate = context.find("mandate", unique_key=context.params["reference"])
    if mandate is None or not MACHINE.can(mandate, "revoked"):
        raise ApiError(404, NOT_FOUND)
    _revoke_mandate(context, mandate)
    authorization = context.get("authorization", mandate.body["authorization_id"])
    authorization.body["active"] = False
    context.save(authorization)
    return ApiResponse("Mandate revoked", {"reference": mandate.unique_key, "status": mandate.body["status"]})


def revoke_deactivated(context: RequestContext, authorization: Document) -> None:
    """Revoke the mandate of an authorization that the merchant deactivated."""
    for mandate in context.children_of("mandate", authorization.parent_id or 0):
        if mandate.body["authorization_id"] == authorization.id and MACHINE.can(mandate, "revoked"):
            _revoke_mandate(context, mandate)


def paginate_mandates(
    context: RequestContext, approved: Sequence[Document], cursor: str, *, encode_cursor: Callable[[int], object] = int
) -> ApiResponse:
    """Return a page of mandates, in the third of Paystack's pagination styles.

    :param approved: All mandates of the list, newest first.
    :param cursor: The number of the first mandate on the page, in digits; empty for the first page.
    :param encode_cursor: Encodes the number of the first mandate on the next page.
    """
    size = context.query.get("per_page", "")
    first_id = parse_id(cursor)
    remaining = [mandate for mandate in approved if first_id is None or mandate.id <= first_id]
    per_page = (int(size) if size.isdecimal() and len(size) < 10 else 0) or PER_PAGE
    page, following = remaining[:per_page], remaining[per_page:]
    meta = {
        "per_page": per_page,
        "next": encode_cursor(following[0].id) if following else None,
        "count": len(page),
        "total": len(approved),
    }
    message = "Mandate authorizations retrieved successfully"
    return ApiResponse(
        message, [_serialize(context, mandate, _get_customer(context, mandate)) for mandate in page], meta=meta
    )


def schedule_activation(context: RequestContext, mandate: Document) -> None:
    """Schedule the bank's activation of a mandate."""
    context.schedule(ACTIVATION_SECONDS, "mandate.activate", id=mandate.id)


def approve_mandate(context: RequestContext, reference: str) -> Document:
    """Approve the mandate on the customer's behalf.

    :raises ApiError: If there is no such mandate.
    """
    mandate = context.find("mandate", unique_key=reference)
    if mandate is None:
        raise ApiError(404, NOT_FOUND)
    if mandate.body["status"] == "requested":
        instrument = _instrument_details(context, mandate)
        authorization = context.create(
            "authorization",
            {"active": False, "instrument": instrument},
            code_prefix="AUTH_",
            parent_id=mandate.parent_id,
        )
        MACHINE.transition(mandate, "pending")
        mandate.body.update(
            authorization_id=authorization.id,
            authorization_code=authorization.code,
            authorized_at=format_time(context.now),
        )
        context.save(mandate)
        _emit(context, "created", mandate, status=True, message="Authorization retrieved successfully")
        schedule_activation(context, mandate)
    return mandate


@routes.job("mandate.activate")
def activate_mandate(context: RequestContext) -> None:
    mandate = context.get("mandate", context.body["id"])
    if mandate.body["status"] != "pending":
        return
    MACHINE.transition(mandate, "active")
    context.save(mandate)
    authorization = context.get("authorization", mandate.body["authorization_id"])
    authorization.body["active"] = True
    context.save(authorization)
    _emit(context, "active", mandate)


def _initialize(context: RequestContext, customer: Document, account: dict[str, Any]) -> ApiResponse:
    number = context.services.store.next_id(context.tenant.id, "mandate.request", 1)
    access_code, reference = context.stable_code("access", number), context.stable_code("mandate", number)
    body = {
        "status": "requested",
        "account_number": str(account["number"]),
        "bank_code": str(account["bank_code"]),
        "authorization_id": None,
        "authorization_code": None,
        "authorized_at": None,
    }
    context.create("mandate", body, unique_key=reference, parent_id=customer.id)
    url = f"{context.services.base_url()}/_emulator/mandates/{reference}"
    data = {"redirect_url": url, "access_code": access_code, "reference": reference}
    return ApiResponse("Authorization initialized", data)


def _serialize(context: RequestContext, mandate: Document, customer: Document) -> dict[str, Any]:
    names = ("first_name", "last_name")
    return {
        "id": mandate.id,
        "status": mandate.body["status"],
        "mandate_id": mandate.id,
        "authorization_id": mandate.body["authorization_id"],
        "authorization_code": mandate.body["authorization_code"],
        "integration_id": context.tenant.integration,
        "account_number": mandate.body["account_number"],
        "bank_code": mandate.body["bank_code"],
        "bank_name": bank.name if (bank := BANKS.get(mandate.body["bank_code"])) else None,
        "customer": {
            "id": customer.id,
            "customer_code": customer.code,
            "email": customer.body["email"],
            **{name: customer.body[name] for name in names},
        },
        "authorized_at": mandate.body["authorized_at"],
    }


def _instrument_details(context: RequestContext, mandate: Document) -> dict[str, Any]:
    customer = _get_customer(context, mandate)
    name = " ".join(customer.body[part] for part in ("first_name", "last_name") if customer.body[part])
    return {
        "last4": mandate.body["account_number"][-4:],
        "channel": "direct_debit",
        "card_type": "mandate",
        "bank": _bank_name(mandate),
        "exp_month": 1,  # numbers here, text for cards
        "exp_year": 2034,
        "country_code": "NG",
        "brand": _bank_name(mandate),
        "reusable": True,
        "signature": f"SIG_{context.stable_code('signature', mandate.id, length=20)}",
        "account_name": name,
    }


def _emit(context: RequestContext, state: str, mandate: Document, **more: object) -> None:
    customer = _get_customer(context, mandate)
    authorization = context.get("authorization", mandate.body["authorization_id"])
    data = {
        "authorization_code": authorization.code,
        "active": state == "active",
        **authorization.body["instrument"],
        **(
            {"integration": context.tenant.integration, "domain": "test", "reference": mandate.unique_key}
            if state == "active"
            else {}
        ),
        "customer": {
            "first_name": customer.body["first_name"],
            "last_name": customer.body["last_name"],
            "code": customer.code,
            "email": customer.body["email"],
            "phone": customer.body["phone"] or "",
            "metadata": customer.body["metadata"],
            "risk_action": customer.body["risk_action"],
        },
    }
    context.emit(f"direct_debit.authorization.{state}", data, **more)


def _bank_name(mandate: Document) -> str:
    bank = BANKS.get(mandate.body["bank_code"])
    return CARD_BANK if bank is None else bank.name


def _get_customer(context: RequestContext, mandate: Document) -> Document:
    return context.get("customer", mandate.parent_id)


def _revoke_mandate(context: RequestContext, mandate: Document) -> None:
    MACHINE.transition(mandate, "revoked")
    context.save(mandate)
