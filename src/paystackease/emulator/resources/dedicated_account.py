"""Dedicated virtual accounts: an account number for each customer, into which they pay when they like.

    assigned > unassigned

One is made at once, or, by ``assign``, after it was checked who the customer is. What comes into it is in
:mod:`~paystackease.emulator.resources.inbound_transfer`.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.http.pagination import id_filter, paginate
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import dedicated_account_serializers as views
from paystackease.emulator.resources import revenue_split, transaction_serializers
from paystackease.emulator.storage.document import Document

dedicated_account = RouteGroup()

FEATURE = "dedicated_nuban"
"""What the setting ``unavailable`` names, where the business may not do this."""
CURRENCIES = {"NG": "NGN", "GH": "GHS"}
_FIRST_NUMBER = 9_930_000_000


@dedicated_account.route("POST", "/dedicated_account")
def create(context: RequestContext) -> ApiResponse:
    see_whether_it_may(context)
    named = str(context.require("customer", "Customer"))
    whose = context.find_by_id_or_code("customer", named)
    if whose is None:
        raise ApiError(404, "Customer not found", "not_found")  # an assumption
    # What is not known of the customer may be given here.
    whose.body.update({name: str(context.body[name]) for name in _NAMES if context.body.get(name)})
    for name in _NAMES:
        if not whose.body[name]:
            raise missing_field(f"Customer {name.replace('_', ' ')}")  # the wording is an assumption
    context.save(whose)
    metadata = context.body.get("metadata")
    found = _assign(context, whose, _provider(context), _share(context), _currency(context.settings.country), metadata)
    return ApiResponse("NUBAN successfully created", views.made(context, found))


@dedicated_account.route("POST", "/dedicated_account/assign")
def assign(context: RequestContext) -> ApiResponse:
    see_whether_it_may(context)
    names = ("email", *_NAMES, "preferred_bank", "country")
    asked = {name: str(context.require(name)) for name in names}
    country = asked["country"]
    if country not in CURRENCIES:
        raise ApiError(400, "Invalid country passed", "invalid_params")  # the wording is an assumption
    provider, share = _provider(context), _share(context)
    whose = customers.payer(context, asked["email"])
    whose.body.update({name: asked[name] for name in _NAMES})
    context.save(whose)
    # Only some kinds of business must say who the customer is: where nothing is said, nothing is checked.
    identity = {
        name: str(context.body[name]) for name in ("account_number", "bvn", "bank_code") if context.body.get(name)
    }
    checked = customers.looked_up({**asked, **identity, "type": "bank_account"}) if identity else None
    right, identification = (True, None) if checked is None else checked
    seconds = customers.IDENTIFICATION_SECONDS
    kept = {"provider": provider, "share": share, "currency": CURRENCIES[country]}
    context.schedule(
        seconds, "dedicated_account.assign", id=whose.id, right=right, identification=identification, **kept
    )
    return message_only("Assign dedicated account in progress")


@dedicated_account.route("GET", "/dedicated_account")
def list_(context: RequestContext) -> ApiResponse:
    see_whether_it_may(context)
    having: dict[str, object] = {
        name: context.query[name] for name in ("currency", "provider_slug") if context.query.get(name)
    }
    if (active := context.query.get("active")) is not None:
        having["active"] = active == "true"
    if (bank := id_filter(context, "bank_id")) is not None:
        having["bank_id"] = bank
    message, owner = "Managed accounts successfully retrieved", id_filter(context, "customer")
    return paginate(
        context, "dedicated_account", message, lambda one: views.listed(context, one), parent_id=owner, having=having
    )


@dedicated_account.route("GET", "/dedicated_account/available_providers")
def providers(context: RequestContext) -> ApiResponse:
    see_whether_it_may(context)
    found = [
        {"provider_slug": slug, "bank_id": bank.id, "bank_name": bank.name, "id": number}
        for number, (slug, bank) in enumerate(views.PROVIDERS.items(), start=1)
    ]
    return ApiResponse("Dedicated account providers retrieved", found)


@dedicated_account.route("GET", "/dedicated_account/{id}")
def fetch(context: RequestContext) -> ApiResponse:
    see_whether_it_may(context)
    return ApiResponse("Managed account successfully retrieved", views.fetched(context, _find(context)))


@dedicated_account.route("DELETE", "/dedicated_account/{id}")
def deactivate(context: RequestContext) -> ApiResponse:
    see_whether_it_may(context)
    found = _find(context)
    found.body["assigned"] = False
    context.save(found)
    return ApiResponse("Managed Account Successfully Unassigned", views.show(context, found, views.DEACTIVATED))


@dedicated_account.route("POST", "/dedicated_account/split")
def split(context: RequestContext) -> ApiResponse:
    see_whether_it_may(context)
    found, share = _named(context), _share(context)
    if not share["split"]:
        raise missing_field("Subaccount or split code")  # the wording is an assumption
    found.body.update(share)
    context.save(found)
    return ApiResponse("Assigned Managed Account Successfully Created", views.made(context, found))


@dedicated_account.route("DELETE", "/dedicated_account/split")
def unsplit(context: RequestContext) -> ApiResponse:
    see_whether_it_may(context)
    found = context.find("dedicated_account", name=str(context.require("account_number")))
    if found is None:
        raise not_found()
    found.body.update(split={}, share={})
    context.save(found)
    # Its status is text in both samples.
    beside = {"status": "success"} if context.settings.quirks else {}
    return ApiResponse("Subaccount unassigned", views.show(context, found, views.UNSPLIT), extra=beside)


@dedicated_account.job("dedicated_account.assign")
def assigned(context: RequestContext) -> None:
    whose, body = context.get("customer", context.body["id"]), context.body
    if body["identification"] is not None:
        customers.conclude(context, whose, body["identification"], right=body["right"])
    metadata: object = whose.body["metadata"] or {}
    told: dict[str, Any] = {"customer": {**transaction_serializers.customer(context, whose), "metadata": metadata}}
    if not body["right"]:
        failed = {**told, "dedicated_account": None, "identification": {"status": "failed"}}
        context.emit("dedicatedaccount.assign.failed", failed)
        return
    found = _assign(context, whose, body["provider"], body["share"], body["currency"], None)
    account = {"dedicated_account": views.webhook_payload(context, found), "identification": {"status": "success"}}
    context.emit("dedicatedaccount.assign.success", {**told, **account})


_NAMES = ("first_name", "last_name", "phone")


def see_whether_it_may(context: RequestContext) -> None:
    """:raises Refusal: Where Paystack has not turned it on for the business."""
    if FEATURE in context.settings.unavailable:
        message = "Dedicated NUBAN is not available for your business"
        raise ApiError(403, message, "feature_unavailable", kind="api_error")


def _assign(
    context: RequestContext, whose: Document, provider: str, share: dict[str, Any], currency: str, metadata: object
) -> Document:
    for found in context.children_of("dedicated_account", whose.id):
        # A customer has one at each bank, however often it is asked for (an assumption).
        if found.body["assigned"] and found.body["provider_slug"] == provider:
            return found
    number = context.services.store.next_id(context.tenant.id, "dedicated_account.number", _FIRST_NUMBER)
    names = f"{whose.body['first_name']} {whose.body['last_name']}"
    body = {
        "provider_slug": provider,
        "bank_id": views.PROVIDERS[provider].id,
        "account_name": f"{context.settings.business_name} / {names}".upper(),
        "assigned": True,
        "active": True,
        "currency": currency,
        "metadata": metadata,
        "assigned_at": context.now,
        "requeried": None,
        **share,
    }
    return context.create("dedicated_account", body, unique_key=str(number), parent_id=whose.id)


def _provider(context: RequestContext) -> str:
    slug = str(context.body.get("preferred_bank") or next(iter(views.PROVIDERS)))
    if slug not in views.PROVIDERS:
        raise ApiError(400, "Invalid preferred bank passed", "invalid_params")  # the wording is an assumption
    return slug


def _currency(country: str) -> str:
    if country not in CURRENCIES:
        raise ApiError(400, "Currency not supported by merchant")
    return CURRENCIES[country]


def _share(context: RequestContext) -> dict[str, Any]:
    # Who shares what comes in, as the account shows it and as its transactions keep it.
    shown = {name: str(context.body[name]) for name in ("split_code", "subaccount") if context.body.get(name)}
    only = {name: shown[name] for name in list(shown)[:1]}
    return {
        "split": only,
        "share": revenue_split.asked(RequestContext(context.services, context.tenant, context.now, body=only)),
    }


def _named(context: RequestContext) -> Document:
    # Paystack's guide names it by its number, its reference by customer and bank.
    if (number := context.body.get("account_number")) is not None:
        found = context.find("dedicated_account", name=str(number))
    else:
        whose = context.find_by_id_or_code("customer", str(context.require("customer", "Customer")))
        bank = context.body.get("preferred_bank")
        own = [] if whose is None else context.children_of("dedicated_account", whose.id)
        fitting = [one for one in own if one.body["assigned"] and bank in {None, one.body["provider_slug"]}]
        found = fitting[-1] if fitting else None
    if found is None:
        raise not_found()
    return found


def _find(context: RequestContext) -> Document:
    number = context.params["id"]
    found = context.find("dedicated_account", id=int(number)) if number.isdecimal() and len(number) < 19 else None
    if found is None:
        raise not_found()
    return found


def not_found() -> ApiError:
    """There is no such account."""
    return ApiError(404, "Dedicated account not found", "not_found")  # the wording is an assumption
