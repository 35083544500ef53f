"""Dedicated virtual accounts: an account number for each customer, to which the customer transfers money.

    assigned > unassigned

``create`` creates one immediately, ``assign`` after the customer's identity is verified. Transfers to them are
in :mod:`~paystackease.emulator.resources.inbound_transfer`.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.http.pagination import id_filter, paginate
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import dedicated_account_serializers as serializers
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import revenue_split, transaction_serializers

routes = RouteGroup()

FEATURE = "dedicated_nuban"
"""The name of the feature in the setting ``unavailable``."""
CURRENCIES = {"NG": "NGN", "GH": "GHS"}
_FIRST_NUMBER = 9_930_000_000


@routes.route("POST", "/dedicated_account")
def create(context: RequestContext) -> ApiResponse:
    require_feature(context)
    id_or_code = str(context.require("customer", "Customer"))
    customer = context.find_by_id_or_code("customer", id_or_code)
    if customer is None:
        raise ApiError(404, "Customer not found", "not_found")  # an assumption
    # The request may have the missing fields of the customer.
    customer.body.update({name: str(context.body[name]) for name in _NAMES if context.body.get(name)})
    for name in _NAMES:
        if not customer.body[name]:
            raise missing_field(f"Customer {name.replace('_', ' ')}")  # the wording is an assumption
    context.save(customer)
    metadata = context.body.get("metadata")
    account = _get_or_create(
        context,
        customer,
        _read_provider(context),
        _read_split_terms(context),
        _currency_of(context.settings.country),
        metadata,
    )
    return ApiResponse("NUBAN successfully created", serializers.serialize_created(context, account))


@routes.route("POST", "/dedicated_account/assign")
def assign(context: RequestContext) -> ApiResponse:
    require_feature(context)
    names = ("email", *_NAMES, "preferred_bank", "country")
    required = {name: str(context.require(name)) for name in names}
    country = required["country"]
    if country not in CURRENCIES:
        raise ApiError(400, "Invalid country passed", "invalid_params")  # the wording is an assumption
    provider, share = _read_provider(context), _read_split_terms(context)
    customer = customers.get_or_create(context, required["email"])
    customer.body.update({name: required[name] for name in _NAMES})
    context.save(customer)
    # Only some businesses have to send the customer's identity. Without it, nothing is verified.
    identity = {
        name: str(context.body[name]) for name in ("account_number", "bvn", "bank_code") if context.body.get(name)
    }
    verified = customers.verify_identity({**required, **identity, "type": "bank_account"}) if identity else None
    is_correct, identification = (True, None) if verified is None else verified
    seconds = customers.IDENTIFICATION_SECONDS
    terms = {"provider": provider, "share": share, "currency": CURRENCIES[country]}
    context.schedule(
        seconds,
        "dedicated_account.assign",
        id=customer.id,
        is_correct=is_correct,
        identification=identification,
        **terms,
    )
    return message_only("Assign dedicated account in progress")


@routes.route("GET", "/dedicated_account")
def list_(context: RequestContext) -> ApiResponse:
    require_feature(context)
    having: dict[str, object] = {
        name: context.query[name] for name in ("currency", "provider_slug") if context.query.get(name)
    }
    if (active := context.query.get("active")) is not None:
        having["active"] = active == "true"
    if (bank := id_filter(context, "bank_id")) is not None:
        having["bank_id"] = bank
    message, customer_id = "Managed accounts successfully retrieved", id_filter(context, "customer")
    return paginate(
        context,
        "dedicated_account",
        message,
        lambda account: serializers.serialize_listed(context, account),
        parent_id=customer_id,
        having=having,
    )


@routes.route("GET", "/dedicated_account/available_providers")
def list_providers(context: RequestContext) -> ApiResponse:
    require_feature(context)
    providers = [
        {"provider_slug": slug, "bank_id": bank.id, "bank_name": bank.name, "id": number}
        for number, (slug, bank) in enumerate(serializers.PROVIDERS.items(), start=1)
    ]
    return ApiResponse("Dedicated account providers retrieved", providers)


@routes.route("GET", "/dedicated_account/{id}")
def fetch(context: RequestContext) -> ApiResponse:
    require_feature(context)
    return ApiResponse("Managed account successfully retrieved", serializers.serialize_fetched(context, _find(context)))


@routes.route("DELETE", "/dedicated_account/{id}")
def deactivate(context: RequestContext) -> ApiResponse:
    require_feature(context)
    account = _find(context)
    account.body["assigned"] = False
    context.save(account)
    return ApiResponse(
        "Managed Account Successfully Unassigned", serializers.serialize(context, account, serializers.DEACTIVATED)
    )


@routes.route("POST", "/dedicated_account/split")
def assign_split(context: RequestContext) -> ApiResponse:
    require_feature(context)
    account, share = _find_by_body(context), _read_split_terms(context)
    if not share["split"]:
        raise missing_field("Subaccount or split code")  # the wording is an assumption
    account.body.update(share)
    context.save(account)
    return ApiResponse("Assigned Managed Account Successfully Created", serializers.serialize_created(context, account))


@routes.route("DELETE", "/dedicated_account/split")
def remove_split(context: RequestContext) -> ApiResponse:
    require_feature(context)
    account = context.find("dedicated_account", unique_key=str(context.require("account_number")))
    if account is None:
        raise not_found()
    account.body.update(split={}, share={})
    context.save(account)
    # `status` is text in both samples.
    extra = {"status": "success"} if context.settings.quirks else {}
    return ApiResponse(
        "Subaccount unassigned", serializers.serialize(context, account, serializers.UNSPLIT), extra=extra
    )


@routes.job("dedicated_account.assign")
def finish_assignment(context: RequestContext) -> None:
    customer, body = context.get("customer", context.body["id"]), context.body
    if body["identification"] is not None:
        customers.conclude_identification(context, customer, body["identification"], is_correct=body["is_correct"])
    metadata: object = customer.body["metadata"] or {}
    data: dict[str, Any] = {
        "customer": {**transaction_serializers.serialize_customer(context, customer), "metadata": metadata}
    }
    if not body["is_correct"]:
        failed = {**data, "dedicated_account": None, "identification": {"status": "failed"}}
        context.emit("dedicatedaccount.assign.failed", failed)
        return
    account = _get_or_create(context, customer, body["provider"], body["share"], body["currency"], None)
    payload = {
        "dedicated_account": serializers.webhook_payload(context, account),
        "identification": {"status": "success"},
    }
    context.emit("dedicatedaccount.assign.success", {**data, **payload})


_NAMES = ("first_name", "last_name", "phone")


def require_feature(context: RequestContext) -> None:
    """Check that the feature is enabled.

    :raises ApiError: If it is not enabled for the business.
    """
    if FEATURE in context.settings.unavailable:
        message = "Dedicated NUBAN is not available for your business"
        raise ApiError(403, message, "feature_unavailable", kind="api_error")


def _get_or_create(
    context: RequestContext, customer: Document, provider: str, share: dict[str, Any], currency: str, metadata: object
) -> Document:
    for account in context.children_of("dedicated_account", customer.id):
        # A customer has one account at each bank, regardless of the number of requests (an assumption).
        if account.body["assigned"] and account.body["provider_slug"] == provider:
            return account
    number = context.services.store.next_id(context.tenant.id, "dedicated_account.number", _FIRST_NUMBER)
    names = f"{customer.body['first_name']} {customer.body['last_name']}"
    body = {
        "provider_slug": provider,
        "bank_id": serializers.PROVIDERS[provider].id,
        "account_name": f"{context.settings.business_name} / {names}".upper(),
        "assigned": True,
        "active": True,
        "currency": currency,
        "metadata": metadata,
        "assigned_at": context.now,
        "requeried": None,
        **share,
    }
    return context.create("dedicated_account", body, unique_key=str(number), parent_id=customer.id)


def _read_provider(context: RequestContext) -> str:
    slug = str(context.body.get("preferred_bank") or next(iter(serializers.PROVIDERS)))
    if slug not in serializers.PROVIDERS:
        raise ApiError(400, "Invalid preferred bank passed", "invalid_params")  # the wording is an assumption
    return slug


def _currency_of(country: str) -> str:
    if country not in CURRENCIES:
        raise ApiError(400, "Currency not supported by merchant")
    return CURRENCIES[country]


def _read_split_terms(context: RequestContext) -> dict[str, Any]:
    # The split of incoming payments, as the account has it and as its transactions store it.
    requested = {name: str(context.body[name]) for name in ("split_code", "subaccount") if context.body.get(name)}
    terms = {name: requested[name] for name in list(requested)[:1]}
    return {
        "split": terms,
        "share": revenue_split.read_split(RequestContext(context.services, context.tenant, context.now, body=terms)),
    }


def _find_by_body(context: RequestContext) -> Document:
    # Paystack's guide identifies it by its number, the API reference by customer and bank.
    if (number := context.body.get("account_number")) is not None:
        account = context.find("dedicated_account", unique_key=str(number))
    else:
        customer = context.find_by_id_or_code("customer", str(context.require("customer", "Customer")))
        bank = context.body.get("preferred_bank")
        accounts = [] if customer is None else context.children_of("dedicated_account", customer.id)
        matching = [
            account
            for account in accounts
            if account.body["assigned"] and bank in {None, account.body["provider_slug"]}
        ]
        account = matching[-1] if matching else None
    if account is None:
        raise not_found()
    return account


def _find(context: RequestContext) -> Document:
    account = context.find_by_id("dedicated_account", context.params["id"])
    if account is None:
        raise not_found()
    return account


def not_found() -> ApiError:
    """Return the error for an unknown account."""
    return ApiError(404, "Dedicated account not found", "not_found")  # the wording is an assumption
