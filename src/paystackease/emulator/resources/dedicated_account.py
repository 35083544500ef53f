"""Dedicated virtual accounts: an account number for each customer, into which they pay when they like.

    assigned > unassigned

One is made at once, or, by ``assign``, after it was checked who the customer is. What comes into it is in
:mod:`~paystackease.emulator.resources.inbound_transfer`.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.http.context import ApiResponse, RequestContext, RouteGroup, message_only
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.http.pagination import id_filter, paginate
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import dedicated_account_serializers as views
from paystackease.emulator.resources import revenue_split, transaction_serializers
from paystackease.emulator.storage.store import Document

dedicated_account = RouteGroup()

FEATURE = "dedicated_nuban"
"""What the setting ``unavailable`` names, where the business may not do this."""
CURRENCIES = {"NG": "NGN", "GH": "GHS"}
_FIRST_NUMBER = 9_930_000_000


@dedicated_account.route("POST", "/dedicated_account")
def create(call: RequestContext) -> ApiResponse:
    see_whether_it_may(call)
    named = str(call.require("customer", "Customer"))
    whose = call.find_by_id_or_code("customer", named)
    if whose is None:
        raise ApiError(404, "Customer not found", "not_found")  # an assumption
    # What is not known of the customer may be given here.
    whose.body.update({name: str(call.body[name]) for name in _NAMES if call.body.get(name)})
    for name in _NAMES:
        if not whose.body[name]:
            raise missing_field(f"Customer {name.replace('_', ' ')}")  # the wording is an assumption
    call.save(whose)
    metadata = call.body.get("metadata")
    found = _assign(call, whose, _provider(call), _share(call), _currency(call.settings.country), metadata)
    return ApiResponse("NUBAN successfully created", views.made(call, found))


@dedicated_account.route("POST", "/dedicated_account/assign")
def assign(call: RequestContext) -> ApiResponse:
    see_whether_it_may(call)
    names = ("email", *_NAMES, "preferred_bank", "country")
    asked = {name: str(call.require(name)) for name in names}
    country = asked["country"]
    if country not in CURRENCIES:
        raise ApiError(400, "Invalid country passed", "invalid_params")  # the wording is an assumption
    provider, share = _provider(call), _share(call)
    whose = customers.payer(call, asked["email"])
    whose.body.update({name: asked[name] for name in _NAMES})
    call.save(whose)
    # Only some kinds of business must say who the customer is: where nothing is said, nothing is checked.
    identity = {name: str(call.body[name]) for name in ("account_number", "bvn", "bank_code") if call.body.get(name)}
    checked = customers.looked_up({**asked, **identity, "type": "bank_account"}) if identity else None
    right, identification = (True, None) if checked is None else checked
    seconds = customers.IDENTIFICATION_SECONDS
    kept = {"provider": provider, "share": share, "currency": CURRENCIES[country]}
    call.schedule(seconds, "dedicated_account.assign", id=whose.id, right=right, identification=identification, **kept)
    return message_only("Assign dedicated account in progress")


@dedicated_account.route("GET", "/dedicated_account")
def list_(call: RequestContext) -> ApiResponse:
    see_whether_it_may(call)
    having: dict[str, object] = {
        name: call.query[name] for name in ("currency", "provider_slug") if call.query.get(name)
    }
    if (active := call.query.get("active")) is not None:
        having["active"] = active == "true"
    if (bank := id_filter(call, "bank_id")) is not None:
        having["bank_id"] = bank
    message, owner = "Managed accounts successfully retrieved", id_filter(call, "customer")
    return paginate(call, "dedicated_account", message, lambda one: views.listed(call, one), owner=owner, having=having)


@dedicated_account.route("GET", "/dedicated_account/available_providers")
def providers(call: RequestContext) -> ApiResponse:
    see_whether_it_may(call)
    found = [
        {"provider_slug": slug, "bank_id": bank.id, "bank_name": bank.name, "id": number}
        for number, (slug, bank) in enumerate(views.PROVIDERS.items(), start=1)
    ]
    return ApiResponse("Dedicated account providers retrieved", found)


@dedicated_account.route("GET", "/dedicated_account/{id}")
def fetch(call: RequestContext) -> ApiResponse:
    see_whether_it_may(call)
    return ApiResponse("Managed account successfully retrieved", views.fetched(call, _find(call)))


@dedicated_account.route("DELETE", "/dedicated_account/{id}")
def deactivate(call: RequestContext) -> ApiResponse:
    see_whether_it_may(call)
    found = _find(call)
    found.body["assigned"] = False
    call.save(found)
    return ApiResponse("Managed Account Successfully Unassigned", views.show(call, found, views.DEACTIVATED))


@dedicated_account.route("POST", "/dedicated_account/split")
def split(call: RequestContext) -> ApiResponse:
    see_whether_it_may(call)
    found, share = _named(call), _share(call)
    if not share["split"]:
        raise missing_field("Subaccount or split code")  # the wording is an assumption
    found.body.update(share)
    call.save(found)
    return ApiResponse("Assigned Managed Account Successfully Created", views.made(call, found))


@dedicated_account.route("DELETE", "/dedicated_account/split")
def unsplit(call: RequestContext) -> ApiResponse:
    see_whether_it_may(call)
    found = call.find("dedicated_account", name=str(call.require("account_number")))
    if found is None:
        raise not_found()
    found.body.update(split={}, share={})
    call.save(found)
    # Its status is text in both samples.
    beside = {"status": "success"} if call.settings.quirks else {}
    return ApiResponse("Subaccount unassigned", views.show(call, found, views.UNSPLIT), extra=beside)


@dedicated_account.job("dedicated_account.assign")
def assigned(call: RequestContext) -> None:
    whose, body = call.get("customer", call.body["id"]), call.body
    if body["identification"] is not None:
        customers.conclude(call, whose, body["identification"], right=body["right"])
    metadata: object = whose.body["metadata"] or {}
    told: dict[str, Any] = {"customer": {**transaction_serializers.customer(call, whose), "metadata": metadata}}
    if not body["right"]:
        failed = {**told, "dedicated_account": None, "identification": {"status": "failed"}}
        call.emit("dedicatedaccount.assign.failed", failed)
        return
    found = _assign(call, whose, body["provider"], body["share"], body["currency"], None)
    account = {"dedicated_account": views.webhook_payload(call, found), "identification": {"status": "success"}}
    call.emit("dedicatedaccount.assign.success", {**told, **account})


_NAMES = ("first_name", "last_name", "phone")


def see_whether_it_may(call: RequestContext) -> None:
    """:raises Refusal: Where Paystack has not turned it on for the business."""
    if FEATURE in call.settings.unavailable:
        message = "Dedicated NUBAN is not available for your business"
        raise ApiError(403, message, "feature_unavailable", kind="api_error")


def _assign(
    call: RequestContext, whose: Document, provider: str, share: dict[str, Any], currency: str, metadata: object
) -> Document:
    for found in call.owned("dedicated_account", whose.id):
        # A customer has one at each bank, however often it is asked for (an assumption).
        if found.body["assigned"] and found.body["provider_slug"] == provider:
            return found
    number = call.services.store.next_id(call.tenant.id, "dedicated_account.number", _FIRST_NUMBER)
    names = f"{whose.body['first_name']} {whose.body['last_name']}"
    body = {
        "provider_slug": provider,
        "bank_id": views.PROVIDERS[provider].id,
        "account_name": f"{call.settings.business_name} / {names}".upper(),
        "assigned": True,
        "active": True,
        "currency": currency,
        "metadata": metadata,
        "assigned_at": call.now,
        "requeried": None,
        **share,
    }
    return call.new("dedicated_account", body, name=str(number), owner=whose.id)


def _provider(call: RequestContext) -> str:
    slug = str(call.body.get("preferred_bank") or next(iter(views.PROVIDERS)))
    if slug not in views.PROVIDERS:
        raise ApiError(400, "Invalid preferred bank passed", "invalid_params")  # the wording is an assumption
    return slug


def _currency(country: str) -> str:
    if country not in CURRENCIES:
        raise ApiError(400, "Currency not supported by merchant")
    return CURRENCIES[country]


def _share(call: RequestContext) -> dict[str, Any]:
    # Who shares what comes in, as the account shows it and as its transactions keep it.
    shown = {name: str(call.body[name]) for name in ("split_code", "subaccount") if call.body.get(name)}
    only = {name: shown[name] for name in list(shown)[:1]}
    return {
        "split": only,
        "share": revenue_split.asked(RequestContext(call.services, call.tenant, call.now, body=only)),
    }


def _named(call: RequestContext) -> Document:
    # Paystack's guide names it by its number, its reference by customer and bank.
    if (number := call.body.get("account_number")) is not None:
        found = call.find("dedicated_account", name=str(number))
    else:
        whose = call.find_by_id_or_code("customer", str(call.require("customer", "Customer")))
        bank = call.body.get("preferred_bank")
        own = [] if whose is None else call.owned("dedicated_account", whose.id)
        fitting = [one for one in own if one.body["assigned"] and bank in {None, one.body["provider_slug"]}]
        found = fitting[-1] if fitting else None
    if found is None:
        raise not_found()
    return found


def _find(call: RequestContext) -> Document:
    number = call.params["id"]
    found = call.find("dedicated_account", id=int(number)) if number.isdecimal() and len(number) < 19 else None
    if found is None:
        raise not_found()
    return found


def not_found() -> ApiError:
    """There is no such account."""
    return ApiError(404, "Dedicated account not found", "not_found")  # the wording is an assumption
