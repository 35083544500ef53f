"""Resolving the holder of a bank account, and the issuer of a card.

The one person in Paystack's test data has the documented account. Any other valid account number resolves to a test
account here.
"""

from __future__ import annotations

from paystackease.emulator.catalog.banks import BANKS, find_bank
from paystackease.emulator.catalog.test_instruments import CARD_BANK, CARDS, IDENTITY
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup

routes = RouteGroup()

ATTEMPTED = "Personal Account Verification attempted"
NUBAN = 10
"""The number of digits of a Nigerian account number."""


@routes.route("GET", "/bank/resolve")
def resolve_account(context: RequestContext) -> ApiResponse:
    number, code = (_require_query(context, name) for name in ("account_number", "bank_code"))
    name = account_holder(code, number)
    if name is None:
        raise ApiError(400, "Account number is invalid")
    return ApiResponse("Account number resolved", {"account_number": number, "account_name": name})


@routes.route("POST", "/bank/validate")
def validate_account(context: RequestContext) -> ApiResponse:
    account = {
        name: str(context.require(name)) for name in ("account_name", "account_number", "account_type", "bank_code")
    }
    for name in ("country_code", "document_type"):
        context.require(name)
    bank_info = BANKS.get(account["bank_code"])
    # Only the bank can validate an account. Here, every possible South African account number is valid.
    if bank_info is None or bank_info.country != "South Africa" or not _is_number(account["account_number"], 7, 13):
        data = {"verified": False, "verificationMessage": "The provided bank account number is invalid"}
        raise ApiError(400, ATTEMPTED, data=data)
    yes = ("accountAcceptsDebits", "accountAcceptsCredits", "accountHolderMatch", "accountOpenForMoreThanThreeMonths")
    data = {**dict.fromkeys(yes, True), "accountOpen": True, "verified": True}
    return ApiResponse(ATTEMPTED, {**data, "verificationMessage": "Account is verified successfully"})


@routes.route("GET", "/decision/bin/{bin}")
def resolve_card_bin(context: RequestContext) -> ApiResponse:
    digits = context.params["bin"]
    if not (digits.isascii() and digits.isdecimal() and len(digits) in {6, 8}):
        raise ApiError(400, "Bin must be 6 or 8 digits")
    for card in CARDS.values():
        if card.number.startswith(digits):
            fields = {"country_code": "NG", "country_name": "Nigeria", "card_type": "DEBIT", "bank": CARD_BANK}
            return _bin_response(digits, brand=card.brand.capitalize(), linked_bank_id=BANKS["001"].id, **fields)
    # The response for an unknown card is general knowledge.
    unknown = {"country_code": "", "country_name": "Unknown", "card_type": "", "bank": ""}
    return _bin_response(digits, brand="unknown", linked_bank_id=None, **unknown)


def account_holder(code: str, number: str) -> str | None:
    """Return the name of an account's holder, or None if the number cannot be valid.

    :param code: The bank's code.
    """
    bank_info = find_bank(code)
    if bank_info is None:
        return None
    if bank_info.kind == "nuban" and bank_info.currency == "NGN" and not _is_number(number, NUBAN, NUBAN):
        return None
    if not _is_number(number, 5, 16):
        return None
    if number == IDENTITY["account_number"]:
        return f"{IDENTITY['first_name']} {IDENTITY['last_name']}".upper()
    return "TEST ACCOUNT"


def _require_query(context: RequestContext, name: str) -> str:
    value = context.query.get(name)
    if not value:
        raise ApiError(400, f"{name} is required")
    return value


def _is_number(text: str, min_digits: int, max_digits: int) -> bool:
    return text.isascii() and text.isdecimal() and min_digits <= len(text) <= max_digits


def _bin_response(digits: str, **more: object) -> ApiResponse:
    return ApiResponse("Bin resolved", {"bin": digits, "sub_brand": "", **more})
