"""Verification of accounts and cards: https://paystack.com/docs/api/verification/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
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

    # Both are text in the docs. The OpenAPI file has whole numbers, which would lose zeros in front.
    @endpoint("GET", "/bank/resolve")
    def resolve_account(self, account_number: Code, bank_code: Code) -> Response[ResolvedAccount]:
        """See whose a bank account is.

        Paystack's page: https://paystack.com/docs/api/verification/#resolve-account

        :param account_number: The number of the account, as text: it may begin with zeros.
        :param bank_code: The bank's code as text, from ``list_banks``.
        :returns: The account, with the name of its holder.
        :raises paystackease.errors.InvalidArgumentError: Where one is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where the bank does not know the account.
        """
        ...

    # Paystack asks a fee for each (general knowledge, an assumption): never repeated.
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
        """Have a bank say whether an account is somebody's. South Africa.

        Paystack's page: https://paystack.com/docs/api/verification/#validate-account

        :param account_name: The holder's name, as the bank knows it.
        :param account_number: The number of the account, as text: it may begin with zeros.
        :param account_type: ``"personal"`` or ``"business"``, or a member of
            :class:`~paystackease.helpers.tool_kit.AccountType`.
        :param bank_code: The bank's code as text, from ``list_banks``.
        :param country_code: The two letters of the bank's country, ``"ZA"``.
        :param document_type: ``"identityNumber"``, ``"passportNumber"`` or ``"businessRegistrationNumber"``, or a
            member of :class:`~paystackease.helpers.tool_kit.DocumentType`.
        :param document_number: The number of that document, as text.
        :returns: What the bank says; ``verified`` is the whole of it.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where the account is not a valid one: ``verified`` is ``False``
            in the ``data`` of the error's ``response``, and ``verificationMessage`` says why.
        """
        ...

    @endpoint("GET", "/decision/bin/{bin}")
    def resolve_card_bin(self, bin_code: Annotated[str, WireName("bin"), Digits()]) -> Response[CardBIN]:
        """See which bank a card comes from.

        Paystack's page: https://paystack.com/docs/api/verification/#resolve-card

        :param bin_code: The first 6 digits of the card, as text. Never the whole number.
        :returns: The bank, the brand and the country of the card.
        :raises paystackease.errors.InvalidArgumentError: Where it is not digits. Nothing was sent.
        """
        ...


class VerificationClientAPI(PayStackBaseClientAPI, Verification):
    """The Verification API: see who accounts belong to, and where cards come from."""
