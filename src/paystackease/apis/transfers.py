"""Transfers: https://paystack.com/docs/api/transfer/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, NotRequired, TypedDict

from paystackease._core.endpoint import endpoint
from paystackease._core.idempotency import BULK_TRANSFER, TRANSFER
from paystackease._core.validation import (
    Amount,
    Code,
    FromDate,
    IdOrCode,
    Page,
    PerPage,
    ToDate,
    WireName,
    validate_date_order,
)
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import CurrencyValue
from paystackease.response import Response
from paystackease.types.transfers import (
    FetchedTransfer,
    FinalizedTransfer,
    NewTransfer,
    QueuedTransfer,
    Transfer,
    TransferExport,
)


class TransferItem(TypedDict):
    """One of many transfers that are to be started together."""

    amount: Amount
    """In subunits of the currency."""
    recipient: Code
    """The recipient's code, ``RCP_…``."""
    reference: NotRequired[Code]
    """Your own name for it, as for one transfer."""
    reason: NotRequired[str]
    account_reference: NotRequired[str]
    """The number of the account at a paybill, in Kenya."""


class Transfers:
    """The endpoints of the Transfers API."""

    # The docs want 16 to 50 of a-z, 0-9, "-" and "_" for a reference. Their own samples have shorter ones, so whether
    # one will do is Paystack's to say.
    @endpoint("POST", "/transfer", moves_money=True, idempotency=TRANSFER)
    def initiate_transfer(
        self,
        transfer_source: Annotated[Code, WireName("source")],
        amount: Amount,
        transfer_recipient: Annotated[Code, WireName("recipient")],
        reason: str | None = None,
        currency: CurrencyValue | None = None,
        reference: Code | None = None,
        *,
        account_reference: str | None = None,
        # The community's OpenAPI file alone has it.
        metadata: Mapping[str, object] | None = None,
    ) -> Response[NewTransfer]:
        """Send money from the balance to a recipient.

        Paystack's page: https://paystack.com/docs/api/transfer/#initiate

        :param transfer_source: Where the money is taken from: ``"balance"``, the one that there is.
        :param amount: How much, in subunits of the currency.
        :param transfer_recipient: The recipient's code, ``RCP_…``.
        :param reason: What it is for; the recipient's bank may show it.
        :param currency: Three letters, or a member of :class:`~paystackease.helpers.tool_kit.Currency`. Paystack's
            default is ``"NGN"``.
        :param reference: Your own name for the transfer, by which Paystack refuses a second one: 16 to 50 of ``a-z``,
            ``0-9``, ``-`` and ``_``. Left out, one is made up; give it, so that :meth:`verify_transfer` finds the
            transfer whatever becomes of this call.
        :param account_reference: The number of the account at a paybill, in Kenya.
        :param metadata: Anything of yours to keep with the transfer, as a dict. Paystack's own documentation does not
            mention it.
        :returns: The transfer. Where its ``status`` is ``"otp"``, :meth:`finalize_transfer` is still to be called.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it, such as an unknown
            recipient or a balance that is too low.
        :raises paystackease.errors.DuplicateReferenceError: Where the reference was used before. This call did nothing.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done, even after asking by
            the reference.
        """
        ...

    # A transfer is finalized once: it then waits for no OTP any more. What the second time answers is not documented,
    # and it is money: never repeated.
    @endpoint(
        "POST",
        "/transfer/finalize_transfer",
        moves_money=True,
        verify_path="/transfer/{transfer_code}",
        identifiers={"transfer_code": ("transfer_code",)},
        data_keys=("transfer_code",),
    )
    def finalize_transfer(self, transfer_code: Code, otp: Code) -> Response[FinalizedTransfer]:
        """Confirm a transfer that waits for an OTP. The money then leaves.

        Paystack's page: https://paystack.com/docs/api/transfer/#finalize

        :param transfer_code: The transfer's code, ``TRF_…``.
        :param otp: What was sent to the phone of the business, as text: it may begin with zeros.
        :returns: The transfer as it is now.
        :raises paystackease.errors.InvalidArgumentError: Where one is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is no such transfer, or the OTP is not the right
            one.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done. Ask
            :meth:`fetch_transfer` before you do it again: ``status`` is ``"otp"`` as long as it was not.
        """
        ...

    @endpoint("POST", "/transfer/bulk", moves_money=True, idempotency=BULK_TRANSFER)
    def initiate_bulk_transfer(
        self,
        transfer_source: Annotated[Code, WireName("source")],
        transfers: Sequence[TransferItem],
        *,
        currency: CurrencyValue | None = None,
    ) -> Response[list[QueuedTransfer]]:
        """Send money to many recipients. The OTP must be switched off for transfers.

        Paystack's page: https://paystack.com/docs/api/transfer/#bulk

        :param transfer_source: Where the money is taken from: ``"balance"``, the one that there is.
        :param transfers: The transfers, each ``{"amount": …, "recipient": "RCP_…", "reference": …}``, with a
            ``reason`` where you like. Amounts are in subunits of the currency. One reference that was used before and
            Paystack sends none of them.
        :param currency: The currency of them all, three letters. Paystack's default is ``"NGN"``.
        :returns: The transfers, in short; their outcome comes later, as webhooks.
        :raises paystackease.errors.InvalidArgumentError: Where a transfer lacks its amount or recipient, or holds what
            cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it, such as a balance that is
            too low.
        :raises paystackease.errors.DuplicateReferenceError: Where a reference was used before. None of them is sent.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done, even after asking by
            the references; ``items`` says what is known of each.
        """
        ...

    # perPage: the docs' spelling; the OpenAPI file says per_page.
    @endpoint("GET", "/transfer", pages="both", rules=(validate_date_order,))
    def list_transfers(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        # Version 1 sent it, and older documentation had it. Today's has the recipient instead.
        customer_id: Annotated[IdOrCode, WireName("customer")] | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
        *,
        # A number in the docs, a code in the OpenAPI file.
        recipient: IdOrCode | None = None,
        status: str | None = None,
        use_cursor: bool | None = None,
        next: str | None = None,  # noqa: A002 # Paystack's name
        previous: str | None = None,
    ) -> Response[list[Transfer]]:
        """List transfers, the newest first. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/transfer/#list

        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param customer_id: Paystack documents this no longer and may ignore it; ``recipient`` is what it documents.
        :param from_date: Only transfers created at or after this date or moment. A date alone begins at 00:00 UTC; a
            moment without a time zone is UTC.
        :param to_date: Only transfers created up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :param recipient: Only transfers to this recipient: its ``id``, or its code (``RCP_…``), which Paystack
            documents in one place only.
        :param status: Only transfers that stand so: ``"pending"``, ``"success"``, ``"failed"``, ``"otp"``,
            ``"abandoned"``, ``"reversed"``, ``"blocked"``, ``"rejected"`` or ``"received"``.
        :param use_cursor: Whether to page by cursor: ``meta`` then holds ``next`` instead of page numbers.
        :param next: The cursor of the next page, from ``meta``.
        :param previous: The cursor of the previous page, from ``meta``.
        :returns: A page of transfers, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where ``per_page`` or ``page`` is below 1, or ``from_date``
            comes after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/transfer/{id_or_code}", identifiers={"id_or_code": ("id", "transfer_code")})
    def fetch_transfer(self, id_or_code: IdOrCode) -> Response[FetchedTransfer]:
        """Fetch a transfer.

        Paystack's page: https://paystack.com/docs/api/transfer/#fetch

        :param id_or_code: The transfer's ``id`` or code (``TRF_…``).
        :returns: The transfer.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty or below 1. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such transfer.
        """
        ...

    @endpoint("GET", "/transfer/verify/{reference}", identifiers={"reference": ("reference",)})
    def verify_transfer(self, reference: Code) -> Response[FetchedTransfer]:
        """See what became of a transfer, by its reference.

        Paystack's page: https://paystack.com/docs/api/transfer/#verify

        :param reference: The ``reference`` that the transfer was started with.
        :returns: The transfer.
        :raises paystackease.errors.InvalidArgumentError: Where the reference is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such transfer.
        """
        ...

    # Not in the docs; in Paystack's OpenAPI file, its examples and its Node library. Each call makes a file anew and
    # changes nothing else, so that it may be repeated.
    @endpoint("GET", "/transfer/export", rules=(validate_date_order,))
    def export_transfers(
        self,
        recipient: IdOrCode | None = None,
        status: str | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
    ) -> Response[TransferExport]:
        """Have the transfers put into a file.

        Paystack's page: https://paystack.com/docs/api/transfer/ (without a word about it; the OpenAPI file has it)

        :param recipient: Only transfers to this recipient: its code (``RCP_…``) or ``id``.
        :param status: Only transfers that stand so, as for :meth:`list_transfers`.
        :param from_date: Only transfers created at or after this date or moment. A date alone begins at 00:00 UTC; a
            moment without a time zone is UTC.
        :param to_date: Only transfers created up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :returns: The address of the file, in ``path``.
        :raises paystackease.errors.InvalidArgumentError: Where ``from_date`` comes after ``to_date``. Nothing was sent.
        """
        ...


class TransfersClientAPI(PayStackBaseClientAPI, Transfers):
    """The Transfers API: send money from the balance to recipients."""
