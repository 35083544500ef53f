"""Transfer recipients: https://paystack.com/docs/api/transfer-recipient/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
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
    """One of many recipients that are to be created."""

    type: RecipientTypeValue
    name: Code
    account_number: NotRequired[str]
    """As text. Needed unless there is an ``authorization_code``, as ``bank_code`` is."""
    bank_code: NotRequired[str]
    """As ``list_banks`` gives it, as text."""
    authorization_code: NotRequired[Code]
    currency: NotRequired[CurrencyValue]
    description: NotRequired[str]
    email: NotRequired[EmailAddress]
    metadata: NotRequired[Mapping[str, object]]


class TransferRecipients:
    """The endpoints of the Transfer Recipients API."""

    # An account that is a recipient already answers with that recipient (Paystack's docs), so a second time changes
    # nothing. Of an authorization they do not say so (an assumption); a second one would move no money either.
    # The account may be "": version 1 wanted one of authorizations too.
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
        """Create a recipient. An account that is one already answers with that recipient.

        Paystack's page: https://paystack.com/docs/api/transfer-recipient/#create

        :param recipient_type: ``"nuban"`` (Nigeria), ``"ghipss"`` (Ghana), ``"basa"`` (South Africa),
            ``"mobile_money"``, ``"mobile_money_business"`` (tills and paybills in Kenya) or ``"authorization"``, or a
            member of :class:`~paystackease.helpers.tool_kit.RecipientType`.
        :param recipient_name: Whose account it is, as the bank knows it.
        :param account_number: The number of the account or phone, as text. Not needed with ``authorization_code``.
        :param bank_code: The bank's or provider's code as text, from ``list_banks``. Not needed with
            ``authorization_code``.
        :param description: A note of yours.
        :param currency: The currency of the account.
        :param authorization_code: ``AUTH_…``, to send money to an account that was paid from.
        :param metadata: Anything of yours to keep with the recipient, as a dict.
        :param email: The recipient's e-mail address. Only an example in Paystack's guide shows it.
        :returns: The recipient; its ``recipient_code`` is what transfers take.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right, or there is neither an
            account nor an authorization. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it, such as an account that the
            bank does not know.
        """
        ...

    # As one: accounts that are recipients already answer with those.
    @endpoint("POST", "/transferrecipient/bulk", retry_safety=RetrySafety.ALWAYS)
    def bulk_create_transfer_recipient(self, batch: Sequence[RecipientItem]) -> Response[AddedRecipients]:
        """Create many recipients. Accounts that are recipients already answer with those.

        Paystack's page: https://paystack.com/docs/api/transfer-recipient/#bulk

        :param batch: The recipients, each ``{"type": …, "name": …, "account_number": …, "bank_code": …}`` with what
            else :meth:`create_transfer_recipients` takes, by Paystack's names.
        :returns: In ``success`` the recipients, in ``errors`` what was not added.
        :raises paystackease.errors.InvalidArgumentError: Where a recipient lacks its type or name, or holds what cannot
            be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        """
        ...

    # perPage: the docs' spelling; the OpenAPI file says per_page.
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
        """List recipients, the newest first. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/transfer-recipient/#list

        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param from_date: Only recipients created at or after this date or moment. A date alone begins at 00:00 UTC; a
            moment without a time zone is UTC.
        :param to_date: Only recipients created up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :param use_cursor: Whether to page by cursor: ``meta`` then holds ``next`` instead of page numbers.
        :param next: The cursor of the next page, from ``meta``.
        :param previous: The cursor of the previous page, from ``meta``.
        :returns: A page of recipients, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where ``per_page`` or ``page`` is below 1, or ``from_date``
            comes after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/transferrecipient/{id_or_code}", identifiers={"id_or_code": ("id", "recipient_code")})
    def fetch_transfer_recipient(self, id_or_code: IdOrCode) -> Response[Recipient]:
        """Fetch a recipient.

        Paystack's page: https://paystack.com/docs/api/transfer-recipient/#fetch

        :param id_or_code: The recipient's ``id`` or code (``RCP_…``).
        :returns: The recipient.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty or below 1. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such recipient.
        """
        ...

    @endpoint("PUT", "/transferrecipient/{id_or_code}")
    def update_transfer_recipient(
        self,
        id_or_code: IdOrCode,
        recipient_name: Annotated[Code, WireName("name")],
        recipient_email: Annotated[EmailAddress, WireName("email")] | None = None,
        *,
        # The community's OpenAPI file alone has it.
        metadata: Mapping[str, object] | None = None,
    ) -> Response[Recipient]:
        """Change a recipient's name, and the e-mail address with it. What is not given stays as it is.

        Paystack's page: https://paystack.com/docs/api/transfer-recipient/#update

        :param id_or_code: The recipient's ``id`` or code (``RCP_…``).
        :param recipient_name: The new name.
        :param recipient_email: The new e-mail address.
        :param metadata: What to keep with the recipient, as a dict. Paystack's own documentation does not mention it.
        :returns: The recipient as it is now.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such recipient.
        """
        ...

    @endpoint("DELETE", "/transferrecipient/{id_or_code}")
    def delete_transfer_recipient(self, id_or_code: IdOrCode) -> Response[None]:
        """Delete a recipient. Paystack keeps it, but inactive.

        Paystack's page: https://paystack.com/docs/api/transfer-recipient/#delete

        :param id_or_code: The recipient's ``id`` or code (``RCP_…``).
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty or below 1. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such recipient.
        """
        ...


class TransferRecipientsClientAPI(PayStackBaseClientAPI, TransferRecipients):
    """The Transfer Recipients API: the accounts that money is sent to."""
