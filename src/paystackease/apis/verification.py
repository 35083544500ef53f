"""Verification of accounts and cards: https://paystack.com/docs/api/verification/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from typing import Annotated

from paystackease._core.endpoint import endpoint
from paystackease._core.validation import Code, Digits, WireName
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import AccountTypeValue, DocumentTypeValue
from paystackease.response import Response
from paystackease.types.verification import CardBIN, ResolvedAccount, ValidatedAccount


class Verification:
    """The endpoints of the Verification API."""

    # Both are text in the docs. The OpenAPI file has whole numbers, which would lose leading zeros.
    @endpoint("GET", "/bank/resolve")
    def resolve_account(self, account_number: Code, bank_code: Code) -> Response[ResolvedAccount]:
        """Fetch the name of the holder of a bank account.

        Paystack's page: https://paystack.com/docs/api/verification/#resolve-account

        :param account_number: The number of the account, as text, because it may begin with zeros.
        :param bank_code: The bank's code as text, from ``list_banks``.
        :returns: The account, with the name of its holder.
        :raises paystackease.errors.InvalidArgumentError: If an argument is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If the bank does not know the account.
        """
        ...

    # Never retried: Paystack charges a fee for each (general knowledge, an assumption).
    @endpoint("POST", "/bank/validate")
    def validate_account(
        self,
        account_name: Code,
        account_number: Code,
        account_type: AccountTypeValue,
        bank_code: Code,
        country_code: Code,
        document_type: DocumentTypeValue,
        document_number: Code | None = None,
    ) -> Response[ValidatedAccount]:
        """Check with the bank whether an account belongs to a person or business. South Africa only.

        Paystack's page: https://paystack.com/docs/api/verification/#validate-account

        :param account_name: The holder's name, as the bank knows it.
        :param account_number: The number of the account, as text, because it may begin with zeros.
        :param account_type: ``"personal"`` or ``"business"``, or a member of
            :class:`~paystackease.helpers.tool_kit.AccountType`.
        :param bank_code: The bank's code as text, from ``list_banks``.
        :param country_code: The two letters of the bank's country, ``"ZA"``.
        :param document_type: ``"identityNumber"``, ``"passportNumber"`` or ``"businessRegistrationNumber"``, or a
            member of :class:`~paystackease.helpers.tool_kit.DocumentType`.
        :param document_number: The number of that document, as text.
        :returns: The bank's response; ``verified`` is the result.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If the account is not valid: ``verified`` is ``False`` in the
            ``data`` of the error's ``response``, and ``verificationMessage`` is the reason.
        """
        ...

    @endpoint("GET", "/decision/bin/{bin}")
    def resolve_card_bin(self, bin_code: Annotated[str, WireName("bin"), Digits()]) -> Response[CardBIN]:
        """Fetch the issuing bank of a card.

        Paystack's page: https://paystack.com/docs/api/verification/#resolve-card

        :param bin_code: The first 6 digits of the card, as text. Never the whole number.
        :returns: The bank, the brand and the country of the card.
        :raises paystackease.errors.InvalidArgumentError: If the argument is not digits. Nothing was sent.
        """
        ...


class VerificationClientAPI(PayStackBaseClientAPI, Verification):
    """The Verification API: look up the holders of accounts and the issuers of cards."""
