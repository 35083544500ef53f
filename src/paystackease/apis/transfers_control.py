"""The balance, and the OTP of transfers: https://paystack.com/docs/api/transfer-control/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
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
        """See how much there is to send, in each currency.

        Paystack's page: https://paystack.com/docs/api/transfer-control/#balance

        :returns: The balances, in subunits of their currencies.
        """
        ...

    # Its parameters are in the OpenAPI file; the docs have none. The sample's `meta` counts pages.
    @endpoint("GET", "/balance/ledger", pages="page", rules=(validate_date_order,))
    def fetch_balance_ledger(
        self,
        *,
        per_page: PerPage | None = None,
        page: Page | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
    ) -> Response[list[LedgerEntry]]:
        """List what came into the balance and what left it. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/transfer-control/#balance-ledger

        :param per_page: How many on a page, 1 or more.
        :param page: Which page, 1 or more.
        :param from_date: Only changes at or after this date or moment. A date alone begins at 00:00 UTC; a moment
            without a time zone is UTC.
        :param to_date: Only changes up to this date or moment. A date alone ends with its last moment, 23:59:59.999
            UTC.
        :returns: A page of changes, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where ``per_page`` or ``page`` is below 1, or ``from_date``
            comes after ``to_date``. Nothing was sent.
        """
        ...

    # Each call sends another OTP: never repeated. "disable_otp" is in the OpenAPI file; the docs have the other two.
    @endpoint("POST", "/transfer/resend_otp")
    def resend_otp(
        self, transfer_code: Code, reason: ResendOTP | Literal["disable_otp", "resend_otp", "transfer"]
    ) -> Response[None]:
        """Have another OTP sent to the phone of the business.

        Paystack's page: https://paystack.com/docs/api/transfer-control/#resend-otp

        :param transfer_code: The code of the transfer that waits for it, ``TRF_…``.
        :param reason: What it is for: ``"transfer"``, ``"resend_otp"`` or ``"disable_otp"``, or a member of
            :class:`~paystackease.helpers.tool_kit.ResendOTP`.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        """
        ...

    # Each call sends an OTP: never repeated.
    @endpoint("POST", "/transfer/disable_otp")
    def disable_otp(self) -> Response[None]:
        """Ask for transfers without an OTP. One for :meth:`finalize_disable_otp` goes to the phone of the business.

        Paystack's page: https://paystack.com/docs/api/transfer-control/#disable-otp

        :returns: An acknowledgement without ``data``; its ``message`` says where the OTP went.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        """
        ...

    @endpoint("POST", "/transfer/disable_otp_finalize")
    def finalize_disable_otp(self, otp: Code) -> Response[None]:
        """Confirm that transfers need no OTP any more.

        Paystack's page: https://paystack.com/docs/api/transfer-control/#finalize-disable-otp

        :param otp: What :meth:`disable_otp` had sent to the phone of the business, as text: it may begin with zeros.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where it is not the right one.
        """
        ...

    # What is switched on stays so.
    @endpoint("POST", "/transfer/enable_otp", retry_safety=RetrySafety.ALWAYS)
    def enable_otp(self) -> Response[None]:
        """Have every transfer need an OTP again.

        Paystack's page: https://paystack.com/docs/api/transfer-control/#enable-otp

        :returns: An acknowledgement without ``data``.
        """
        ...


class TransferControlClientAPI(PayStackBaseClientAPI, TransferControl):
    """The Transfers Control API: the balance, and whether transfers need an OTP."""
