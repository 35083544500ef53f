"""Transfers: https://paystack.com/docs/api/transfer/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
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
    Reference,
    ToDate,
    WireName,
    validate_date_order,
)
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import CurrencyValue, TransferStatusValue
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
    """One transfer of a bulk transfer."""

    amount: Amount
    """In subunits of the currency."""
    recipient: Code
    """The recipient's code, ``RCP_…``."""
    reference: NotRequired[Reference]
    """Your own name for it, as for one transfer."""
    reason: NotRequired[str]
    account_reference: NotRequired[str]
    """The number of the account at a paybill, in Kenya."""


class Transfers:
    """The endpoints of the Transfers API."""

    # The docs require 16 to 50 of a-z, 0-9, "-" and "_" for a reference. Their own samples are shorter, so only
    # Paystack validates it.
    @endpoint("POST", "/transfer", moves_money=True, idempotency=TRANSFER)
    def initiate_transfer(
        self,
        transfer_source: Annotated[Code, WireName("source")],
        amount: Amount,
        transfer_recipient: Annotated[Code, WireName("recipient")],
        reason: str | None = None,
        currency: CurrencyValue | None = None,
        reference: Reference | None = None,
        *,
        account_reference: str | None = None,
        # Only in the community's OpenAPI file.
        metadata: Mapping[str, object] | None = None,
    ) -> Response[NewTransfer]:
        """Send money from the balance to a recipient.

        Paystack's page: https://paystack.com/docs/api/transfer/#initiate

        :param transfer_source: The source of the money: ``"balance"``, the only value.
        :param amount: The amount, in subunits of the currency.
        :param transfer_recipient: The recipient's code, ``RCP_…``.
        :param reason: The reason. The recipient's bank may show it.
        :param currency: Three letters, or a member of :class:`~paystackease.helpers.tool_kit.Currency`. Paystack's
            default is ``"NGN"``.
        :param reference: Your unique reference, which Paystack accepts once: 16 to 50 of ``a-z``, ``0-9``, ``-`` and
            ``_``. If omitted, one is generated. Pass one, so that you can always find the transfer with
            :meth:`verify_transfer`.
        :param account_reference: The number of the account at a paybill, in Kenya.
        :param metadata: Your own data to store with the transfer, as a dict. Paystack's own documentation does not
            mention it.
        :returns: The transfer. If its ``status`` is ``"otp"``, call :meth:`finalize_transfer`.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call, such as an unknown recipient or a
            balance that is too low.
        :raises paystackease.errors.DuplicateReferenceError: If the reference already exists. This call was not
            processed.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown, even after the reference was
            verified.
        """
        ...

    # Never retried: it moves money. A finalized transfer no longer waits for an OTP, and the response to a second call
    # is not documented.
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
        :param otp: The OTP that was sent to the phone of the business, as text, because it may begin with zeros.
        :returns: The updated transfer.
        :raises paystackease.errors.InvalidArgumentError: If an argument is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there is no such transfer, or if the OTP is wrong.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown. Check with :meth:`fetch_transfer`
            before you retry: ``status`` is ``"otp"`` if the call was not processed.
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

        :param transfer_source: The source of the money: ``"balance"``, the only value.
        :param transfers: The transfers, each ``{"amount": …, "recipient": "RCP_…", "reference": …}``, and optionally
            ``reason``. Amounts are in subunits of the currency. If one reference already exists, Paystack sends none of
            them.
        :param currency: The currency of them all, three letters. Paystack's default is ``"NGN"``.
        :returns: A summary of the transfers. Webhooks report their outcome.
        :raises paystackease.errors.InvalidArgumentError: If a transfer lacks its amount or recipient, or holds what is
            not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call, such as a balance that is too
            low.
        :raises paystackease.errors.DuplicateReferenceError: If a reference already exists. None of them is sent.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown, even after the references were
            verified. ``items`` has the state of each.
        """
        ...

    # perPage is the docs' spelling; the OpenAPI file has per_page.
    @endpoint("GET", "/transfer", pages="both", rules=(validate_date_order,))
    def list_transfers(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        # Version 1 and older documentation have it. Today's documentation has recipient instead.
        customer_id: Annotated[IdOrCode, WireName("customer")] | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
        *,
        # A number in the docs, a code in the OpenAPI file.
        recipient: IdOrCode | None = None,
        status: TransferStatusValue | None = None,
        use_cursor: bool | None = None,
        next: str | None = None,  # noqa: A002 # Paystack's name
        previous: str | None = None,
    ) -> Response[list[Transfer]]:
        """List transfers, newest first.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/transfer/#list

        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param customer_id: Paystack no longer documents it and may ignore it. It documents ``recipient``.
        :param from_date: Only transfers created at or after this date (00:00 UTC) or datetime (UTC if it has no time
            zone).
        :param to_date: Only transfers created up to this date (23:59:59.999 UTC) or datetime.
        :param recipient: Only transfers to this recipient: its ``id``, or its code (``RCP_…``), which Paystack
            documents in one place only.
        :param status: Only transfers with this status: ``"pending"``, ``"success"``, ``"failed"``, ``"otp"``,
            ``"abandoned"``, ``"reversed"``, ``"blocked"``, ``"rejected"`` or ``"received"``.
        :param use_cursor: Whether to page by cursor: ``meta`` then holds ``next`` instead of page numbers.
        :param next: The cursor of the next page, from ``meta``.
        :param previous: The cursor of the previous page, from ``meta``.
        :returns: A page of transfers. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If ``per_page`` or ``page`` is below 1, or ``from_date`` comes
            after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/transfer/{id_or_code}", identifiers={"id_or_code": ("id", "transfer_code")})
    def fetch_transfer(self, id_or_code: IdOrCode) -> Response[FetchedTransfer]:
        """Fetch a transfer.

        Paystack's page: https://paystack.com/docs/api/transfer/#fetch

        :param id_or_code: The transfer's ``id`` or code (``TRF_…``).
        :returns: The transfer.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty or below 1. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such transfer.
        """
        ...

    @endpoint("GET", "/transfer/verify/{reference}", identifiers={"reference": ("reference",)})
    def verify_transfer(self, reference: Code) -> Response[FetchedTransfer]:
        """Fetch the outcome of a transfer by its reference.

        Paystack's page: https://paystack.com/docs/api/transfer/#verify

        :param reference: The ``reference`` that the transfer was started with.
        :returns: The transfer.
        :raises paystackease.errors.InvalidArgumentError: If the reference is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such transfer.
        """
        ...

    # Not in the docs, but in Paystack's OpenAPI file, its examples and its Node library. Safe to retry: each call makes
    # another file, and changes nothing else.
    @endpoint("GET", "/transfer/export", rules=(validate_date_order,))
    def export_transfers(
        self,
        recipient: IdOrCode | None = None,
        status: TransferStatusValue | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
    ) -> Response[TransferExport]:
        """Have the transfers put into a file.

        Paystack's page: https://paystack.com/docs/api/transfer/ (without a word about it; the OpenAPI file has it)

        :param recipient: Only transfers to this recipient: its code (``RCP_…``) or ``id``.
        :param status: Only transfers with this status, as for :meth:`list_transfers`.
        :param from_date: Only transfers created at or after this date (00:00 UTC) or datetime (UTC if it has no time
            zone).
        :param to_date: Only transfers created up to this date (23:59:59.999 UTC) or datetime.
        :returns: The address of the file, in ``path``.
        :raises paystackease.errors.InvalidArgumentError: If ``from_date`` comes after ``to_date``. Nothing was sent.
        """
        ...


class TransfersClientAPI(PayStackBaseClientAPI, Transfers):
    """The Transfers API: send money from the balance to recipients."""
