"""Transfer recipients: https://paystack.com/docs/api/transfer-recipient/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, NotRequired, TypedDict

from paystackease._core.endpoint import endpoint
from paystackease._core.request import RetrySafety
from paystackease._core.validation import (
    Code,
    EmailAddress,
    FromDate,
    IdOrCode,
    Page,
    PerPage,
    ToDate,
    WireName,
    require_one_of,
    validate_date_order,
)
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import CurrencyValue, RecipientTypeValue
from paystackease.response import Response
from paystackease.types.transfer_recipients import AddedRecipients, NewRecipient, Recipient


class RecipientItem(TypedDict):
    """One recipient of a batch."""

    type: RecipientTypeValue
    name: Code
    account_number: NotRequired[str]
    """As text. Needed unless there is an ``authorization_code``, as ``bank_code`` is."""
    bank_code: NotRequired[str]
    """From ``list_banks``, as text."""
    authorization_code: NotRequired[Code]
    currency: NotRequired[CurrencyValue]
    description: NotRequired[str]
    email: NotRequired[EmailAddress]
    metadata: NotRequired[Mapping[str, object]]


class TransferRecipients:
    """The endpoints of the Transfer Recipients API."""

    # For an account that is a recipient, that recipient is returned (Paystack's docs), so a retry changes nothing. For
    # an authorization this is an assumption; a second recipient would move no money either. The account may be "",
    # because version 1 required it for authorizations too.
    @endpoint(
        "POST",
        "/transferrecipient",
        retry_safety=RetrySafety.ALWAYS,
        rules=(
            require_one_of("account_number", "authorization_code"),
            require_one_of("bank_code", "authorization_code"),
        ),
    )
    def create_transfer_recipients(
        self,
        recipient_type: Annotated[RecipientTypeValue, WireName("type")],
        recipient_name: Annotated[Code, WireName("name")],
        account_number: str | None = None,
        bank_code: str | None = None,
        description: str | None = None,
        currency: CurrencyValue | None = None,
        authorization_code: Code | None = None,
        metadata: Mapping[str, object] | None = None,
        *,
        email: EmailAddress | None = None,
    ) -> Response[NewRecipient]:
        """Create a recipient. If the account is a recipient already, that recipient is returned.

        Paystack's page: https://paystack.com/docs/api/transfer-recipient/#create

        :param recipient_type: ``"nuban"`` (Nigeria), ``"ghipss"`` (Ghana), ``"basa"`` (South Africa),
            ``"mobile_money"``, ``"mobile_money_business"`` (tills and paybills in Kenya) or ``"authorization"``, or a
            member of :class:`~paystackease.helpers.tool_kit.RecipientType`.
        :param recipient_name: The name of the account's holder, as at the bank.
        :param account_number: The number of the account or phone, as text. Not needed with ``authorization_code``.
        :param bank_code: The bank's or provider's code as text, from ``list_banks``. Not needed with
            ``authorization_code``.
        :param description: A note of yours.
        :param currency: The currency of the account.
        :param authorization_code: ``AUTH_…``, to send money to an account that was paid from.
        :param metadata: Your own data to store with the recipient, as a dict.
        :param email: The recipient's e-mail address. It is only in an example of Paystack's guide.
        :returns: The recipient. Its ``recipient_code`` identifies it in transfers.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid, or there is neither an account
            nor an authorization. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call, such as an account that the bank
            does not know.
        """
        ...

    # As for a single recipient: existing recipients are returned.
    @endpoint("POST", "/transferrecipient/bulk", retry_safety=RetrySafety.ALWAYS)
    def bulk_create_transfer_recipient(self, batch: Sequence[RecipientItem]) -> Response[AddedRecipients]:
        """Create many recipients. For accounts that are recipients already, those are returned.

        Paystack's page: https://paystack.com/docs/api/transfer-recipient/#bulk

        :param batch: The recipients, each ``{"type": …, "name": …, "account_number": …, "bank_code": …}`` and the other
            parameters of :meth:`create_transfer_recipients`, by Paystack's names.
        :returns: The recipients in ``success``, and those that were not added in ``errors``.
        :raises paystackease.errors.InvalidArgumentError: If a recipient lacks its type or name, or holds what is not
            valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        """
        ...

    # perPage is the docs' spelling; the OpenAPI file has per_page.
    @endpoint("GET", "/transferrecipient", pages="both", rules=(validate_date_order,))
    def list_transfer_recipients(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
        *,
        use_cursor: bool | None = None,
        next: str | None = None,  # noqa: A002 # Paystack's name
        previous: str | None = None,
    ) -> Response[list[Recipient]]:
        """List recipients, newest first.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/transfer-recipient/#list

        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param from_date: Only recipients created at or after this date (00:00 UTC) or datetime (UTC if it has no time
            zone).
        :param to_date: Only recipients created up to this date (23:59:59.999 UTC) or datetime.
        :param use_cursor: Whether to page by cursor: ``meta`` then holds ``next`` instead of page numbers.
        :param next: The cursor of the next page, from ``meta``.
        :param previous: The cursor of the previous page, from ``meta``.
        :returns: A page of recipients. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If ``per_page`` or ``page`` is below 1, or ``from_date`` comes
            after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/transferrecipient/{id_or_code}", identifiers={"id_or_code": ("id", "recipient_code")})
    def fetch_transfer_recipient(self, id_or_code: IdOrCode) -> Response[Recipient]:
        """Fetch a recipient.

        Paystack's page: https://paystack.com/docs/api/transfer-recipient/#fetch

        :param id_or_code: The recipient's ``id`` or code (``RCP_…``).
        :returns: The recipient.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty or below 1. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such recipient.
        """
        ...

    @endpoint("PUT", "/transferrecipient/{id_or_code}")
    def update_transfer_recipient(
        self,
        id_or_code: IdOrCode,
        recipient_name: Annotated[Code, WireName("name")],
        recipient_email: Annotated[EmailAddress, WireName("email")] | None = None,
        *,
        # Only in the community's OpenAPI file.
        metadata: Mapping[str, object] | None = None,
    ) -> Response[Recipient]:
        """Change a recipient's name, and the e-mail address with it. Arguments that you omit stay unchanged.

        Paystack's page: https://paystack.com/docs/api/transfer-recipient/#update

        :param id_or_code: The recipient's ``id`` or code (``RCP_…``).
        :param recipient_name: The new name.
        :param recipient_email: The new e-mail address.
        :param metadata: Your own data to store with the recipient, as a dict. Paystack's own documentation does not
            mention it.
        :returns: The updated recipient.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such recipient.
        """
        ...

    @endpoint("DELETE", "/transferrecipient/{id_or_code}")
    def delete_transfer_recipient(self, id_or_code: IdOrCode) -> Response[None]:
        """Delete a recipient. Paystack stores it as inactive.

        Paystack's page: https://paystack.com/docs/api/transfer-recipient/#delete

        :param id_or_code: The recipient's ``id`` or code (``RCP_…``).
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty or below 1. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such recipient.
        """
        ...


class TransferRecipientsClientAPI(PayStackBaseClientAPI, TransferRecipients):
    """The Transfer Recipients API: the accounts that receive transfers."""
