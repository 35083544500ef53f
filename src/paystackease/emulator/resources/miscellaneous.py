"""Banks, countries and states: reference data that is the same for every business."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from paystackease.emulator.catalog.banks import BANKS, Bank
from paystackease.emulator.catalog.countries import COUNTRIES, Country, states
from paystackease.emulator.catalog.test_instruments import BANK_ACCOUNTS
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import paginate_items
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup

routes = RouteGroup()

MAX_PER_PAGE = 100
"""The maximum number of banks on a page."""
PROVIDERS = ("wema-bank",)
"""The bank whose accounts customers transfer to, as in the sample."""
_GATEWAYS = {"50211": "digitalbankmandate", "057": "emandate"}
_SINCE = "2016-07-14T00:00:00.000Z"


@routes.route("GET", "/bank")
def list_banks(context: RequestContext) -> ApiResponse:
    query = context.query
    banks = [bank for bank in BANKS.values() if _matches(bank, query.get("country"), query.get("currency"))]
    if (kind := query.get("type")) is not None:
        banks = [bank for bank in banks if bank.kind == kind.replace("ghipps", "ghipss")]  # the OpenAPI file's spelling
    if (gateway := query.get("gateway")) is not None:
        banks = [bank for bank in banks if _GATEWAYS.get(bank.code) == gateway]
    if query.get("pay_with_bank") == "true":
        banks = [bank for bank in banks if _supports_payment(bank)]
    if query.get("enabled_for_verification") == "true":
        banks = [bank for bank in banks if bank.country == "South Africa"]
    if query.get("pay_with_bank_transfer") == "true":
        providers = [_serialize_bank(context, bank, is_deleted=None) for bank in banks if bank.slug in PROVIDERS]
        return ApiResponse("NUBAN Providers successfully retrieved", providers)
    paged_context = (
        replace(context, query={**query, "perPage": str(min(int(query["perPage"]), MAX_PER_PAGE))})
        if _has_page_size(context)
        else context
    )
    by_id = sorted(banks, key=lambda bank: -bank.id)
    return paginate_items(
        paged_context, "bank", "Banks retrieved", [(bank.id, _serialize_bank(context, bank)) for bank in by_id]
    )


@routes.route("GET", "/country")
def list_countries(context: RequestContext) -> ApiResponse:
    return ApiResponse("Countries retrieved", [_serialize_country(country) for country in COUNTRIES])


@routes.route("GET", "/address_verification/states")
def list_states(context: RequestContext) -> ApiResponse:
    country = context.query.get("country")
    if not country:
        raise ApiError(422, "Country is required")
    data = [
        {"name": name, "slug": name.lower().replace(" ", "-"), "abbreviation": abbreviation}
        for abbreviation, name in states(country)
    ]
    return ApiResponse("States retrieved", data)


def _has_page_size(context: RequestContext) -> bool:
    size = context.query.get("perPage", "")
    return size.isdecimal() and len(size) < 10


def _matches(bank: Bank, country: str | None, currency: str | None) -> bool:
    # The documentation has a hyphen in names of countries, the OpenAPI file a space.
    named = bank.country if country is None else country.replace("-", " ")
    return bank.country.casefold() == named.casefold() and bank.currency == (currency or bank.currency)


def _supports_payment(bank: Bank) -> bool:
    return any(account.code == bank.code for account in BANK_ACCOUNTS)


def _serialize_bank(context: RequestContext, bank: Bank, *, is_deleted: bool | None = False) -> dict[str, Any]:
    more = {"nip_sort_code": None} if context.query.get("include_nip_sort_code") == "true" else {}
    return {
        "name": bank.name,
        "slug": bank.slug,
        "code": bank.code,
        "longcode": "",
        "gateway": _GATEWAYS.get(bank.code),
        "pay_with_bank": _supports_payment(bank),
        "active": True,
        "is_deleted": is_deleted,
        "country": bank.country,
        "currency": bank.currency,
        "type": bank.kind,
        "id": bank.id,
        "createdAt": _SINCE,
        "updatedAt": _SINCE,
        **more,
    }


def _serialize_country(country: Country) -> dict[str, Any]:
    relationships = {
        "currency": list(country.currencies),
        "integration_feature": list[str](),
        "integration_type": [f"ITYPE_{2 * country.id + offset:03}" for offset in (-1, 0)],
        "payment_method": [f"PAYM_{country.id:03}"],
    }
    return {
        "id": country.id,
        "name": country.name,
        "iso_code": country.iso_code,
        "default_currency_code": country.currencies[0],
        "integration_defaults": {},
        "relationships": {kind: {"type": kind, "data": data} for kind, data in relationships.items()},
    }
