"""The balance, and the OTP of transfers: https://paystack.com/docs/api/transfer-control/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from typing import Literal

from paystackease._core.endpoint import endpoint
from paystackease._core.request import RetrySafety
from paystackease._core.validation import Code, FromDate, Page, PerPage, ToDate, validate_date_order
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import ResendOTP
from paystackease.response import Response
from paystackease.types.transfers_control import Balance, LedgerEntry


class TransferControl:
    """The endpoints of the Transfers Control API."""

    @endpoint("GET", "/balance")
    def check_balance(self) -> Response[list[Balance]]:
        """Fetch the balance in each currency.

        Paystack's page: https://paystack.com/docs/api/transfer-control/#balance

        :returns: The balances, in subunits of their currencies.
        """
        ...

    # Its parameters are only in the OpenAPI file. The sample's `meta` has page numbers.
    @endpoint("GET", "/balance/ledger", pages="page", rules=(validate_date_order,))
    def fetch_balance_ledger(
        self,
        *,
        per_page: PerPage | None = None,
        page: Page | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
    ) -> Response[list[LedgerEntry]]:
        """List the credits and debits of the balance.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/transfer-control/#balance-ledger

        :param per_page: The number of items on a page, 1 or more.
        :param page: The page number, 1 or more.
        :param from_date: Only changes at or after this date (00:00 UTC) or datetime (UTC if it has no time zone).
        :param to_date: Only changes up to this date (23:59:59.999 UTC) or datetime.
        :returns: A page of changes. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If ``per_page`` or ``page`` is below 1, or ``from_date`` comes
            after ``to_date``. Nothing was sent.
        """
        ...

    # Never retried: each call sends another OTP. "disable_otp" is in the OpenAPI file; the docs have the other two.
    @endpoint("POST", "/transfer/resend_otp")
    def resend_otp(
        self, transfer_code: Code, reason: ResendOTP | Literal["disable_otp", "resend_otp", "transfer"]
    ) -> Response[None]:
        """Have another OTP sent to the phone of the business.

        Paystack's page: https://paystack.com/docs/api/transfer-control/#resend-otp

        :param transfer_code: The code of the transfer that waits for it, ``TRF_…``.
        :param reason: The reason: ``"transfer"``, ``"resend_otp"`` or ``"disable_otp"``, or a member of
            :class:`~paystackease.helpers.tool_kit.ResendOTP`.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        """
        ...

    # Never retried: each call sends an OTP.
    @endpoint("POST", "/transfer/disable_otp")
    def disable_otp(self) -> Response[None]:
        """Start to disable OTPs for transfers. The OTP for :meth:`finalize_disable_otp` is sent to the phone of the
        business.

        Paystack's page: https://paystack.com/docs/api/transfer-control/#disable-otp

        :returns: An acknowledgement without ``data``; its ``message`` tells to which number the OTP was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        """
        ...

    @endpoint("POST", "/transfer/disable_otp_finalize")
    def finalize_disable_otp(self, otp: Code) -> Response[None]:
        """Confirm that transfers need no OTP any more.

        Paystack's page: https://paystack.com/docs/api/transfer-control/#finalize-disable-otp

        :param otp: The OTP that :meth:`disable_otp` sent to the phone of the business, as text, because it may begin
            with zeros.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If the argument is not the right one.
        """
        ...

    # Enabling it again changes nothing.
    @endpoint("POST", "/transfer/enable_otp", retry_safety=RetrySafety.ALWAYS)
    def enable_otp(self) -> Response[None]:
        """Require an OTP for each transfer again.

        Paystack's page: https://paystack.com/docs/api/transfer-control/#enable-otp

        :returns: An acknowledgement without ``data``.
        """
        ...


class TransferControlClientAPI(PayStackBaseClientAPI, TransferControl):
    """The Transfers Control API: the balance, and whether transfers need an OTP."""
