"""Whose an account is, and where a card comes from.

Only banks know whose an account is. The one person whom Paystack's tests know has the account that is documented; any
other number that could be an account's is a test account's here.
"""

from __future__ import annotations

from paystackease.emulator.catalog.banks import BANKS, bank
from paystackease.emulator.catalog.test_instruments import CARD_BANK, CARDS, IDENTITY
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup

verification = RouteGroup()

ATTEMPTED = "Personal Account Verification attempted"
NUBAN = 10
"""The digits of a Nigerian account's number."""


@verification.route("GET", "/bank/resolve")
def resolve_account(context: RequestContext) -> ApiResponse:
    number, code = (_asked(context, name) for name in ("account_number", "bank_code"))
    name = holder(code, number)
    if name is None:
        raise ApiError(400, "Account number is invalid")
    return ApiResponse("Account number resolved", {"account_number": number, "account_name": name})


@verification.route("POST", "/bank/validate")
def validate_account(context: RequestContext) -> ApiResponse:
    given = {
        name: str(context.require(name)) for name in ("account_name", "account_number", "account_type", "bank_code")
    }
    for name in ("country_code", "document_type"):
        context.require(name)
    found = BANKS.get(given["bank_code"])
    # What makes an account somebody's is the bank's business: here, that it could be one of South Africa's.
    if found is None or found.country != "South Africa" or not _is_number(given["account_number"], 7, 13):
        data = {"verified": False, "verificationMessage": "The provided bank account number is invalid"}
        raise ApiError(400, ATTEMPTED, data=data)
    yes = ("accountAcceptsDebits", "accountAcceptsCredits", "accountHolderMatch", "accountOpenForMoreThanThreeMonths")
    data = {**dict.fromkeys(yes, True), "accountOpen": True, "verified": True}
    return ApiResponse(ATTEMPTED, {**data, "verificationMessage": "Account is verified successfully"})


@verification.route("GET", "/decision/bin/{bin}")
def resolve_card_bin(context: RequestContext) -> ApiResponse:
    digits = context.params["bin"]
    if not (digits.isascii() and digits.isdecimal() and len(digits) in {6, 8}):
        raise ApiError(400, "Bin must be 6 or 8 digits")
    for card in CARDS.values():
        if card.number.startswith(digits):
            known = {"country_code": "NG", "country_name": "Nigeria", "card_type": "DEBIT", "bank": CARD_BANK}
            return _bin(digits, brand=card.brand.capitalize(), linked_bank_id=BANKS["001"].id, **known)
    # What is said of a card that nobody knows is general knowledge.
    nowhere = {"country_code": "", "country_name": "Unknown", "card_type": "", "bank": ""}
    return _bin(digits, brand="unknown", linked_bank_id=None, **nowhere)


def holder(code: str, number: str) -> str | None:
    """Whose an account is, as its bank writes it; None, where it can be nobody's.

    :param code: The bank's.
    """
    kept = bank(code)
    if kept is None:
        return None
    if kept.kind == "nuban" and kept.currency == "NGN" and not _is_number(number, NUBAN, NUBAN):
        return None
    if not _is_number(number, 5, 16):
        return None
    if number == IDENTITY["account_number"]:
        return f"{IDENTITY['first_name']} {IDENTITY['last_name']}".upper()
    return "TEST ACCOUNT"


def _asked(context: RequestContext, name: str) -> str:
    value = context.query.get(name)
    if not value:
        raise ApiError(400, f"{name} is required")
    return value


def _is_number(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdecimal() and least <= len(text) <= most


def _bin(digits: str, **more: object) -> ApiResponse:
    return ApiResponse("Bin resolved", {"bin": digits, "sub_brand": "", **more})
