"""Charges: https://paystack.com/docs/api/charge/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, NotRequired, TypeAlias, TypedDict

from paystackease._core.call_flow import poll_until_final
from paystackease._core.endpoint import endpoint
from paystackease._core.idempotency import CHARGE
from paystackease._core.validation import Amount, Code, Digits, EmailAddress, Reference, WireName, require_one_of
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import EFT, QRCODE, USSD, BearerValue, CurrencyValue, MobileMoney
from paystackease.response import Response
from paystackease.types.charges import Charge


@dataclass(frozen=True, slots=True)
class _Day:
    """A date without a time of day: banks compare birthdays in the form ``2007-04-15``."""

    words = "be a date without a time of day"

    def allows(self, value: dt.date) -> bool:
        return not isinstance(value, dt.datetime)


Birthday: TypeAlias = Annotated[dt.date, _Day()]
Pin: TypeAlias = Annotated[str, Digits()]
"""Text, because PINs may begin with zeros."""


class BankCharge(TypedDict):
    """A bank account to charge. For Kuda, give ``phone`` and ``token`` instead of ``account_number``."""

    code: Code
    """The bank's code as text, from ``list_banks(pay_with_bank=True)``."""
    account_number: NotRequired[Code]
    """Text, because account numbers may begin with zeros."""
    phone: NotRequired[Code]
    token: NotRequired[Code]


class BankTransferCharge(TypedDict):
    """An account to which the customer transfers. May be empty: ``{}``."""

    # Text, or a datetime with a time zone. Paystack limits it to between 15 minutes and 8 hours from now.
    account_expires_at: NotRequired[dt.date | str | None]
    """The time of expiry, as ``"2026-10-01T12:00:00Z"`` or a ``datetime`` with a time zone; None means in 8 hours."""


class MobileMoneyCharge(TypedDict):
    """A wallet to charge."""

    # Any provider is accepted: Paystack's lists differ.
    provider: MobileMoney | str
    """``"mtn"``, ``"atl"``, ``"vod"``, ``"mpesa"``, ``"mpesa_offline"``, ``"mptill"``, ``"orange"`` or ``"wave"``."""
    phone: NotRequired[Code]
    """Text, for M-PESA with the country: ``"+254710000000"``."""
    account: NotRequired[Code]
    """The number of a till, for ``"mptill"`` instead of ``phone``."""


class QRCharge(TypedDict):
    """A QR code."""

    provider: QRCODE | str
    """``"scan-to-pay"``"""


class USSDCharge(TypedDict):
    """A USSD code."""

    # The docs list only 737 now; the OpenAPI file also has 919, 822 and 966.
    type: USSD | str
    """The first digits of the bank's code, as text: ``"737"``."""


class EFTCharge(TypedDict):
    """An instant EFT."""

    provider: EFT | str
    """``"ozow"``"""


class CapitecPayCharge(TypedDict):
    """The identity of a customer of Capitec Pay."""

    # CELLPHONE is in the docs; IDNUMBER and ACCOUNTNUMBER are general knowledge (an assumption).
    identifier_key: Code
    """The type of the value: ``"CELLPHONE"``, ``"IDNUMBER"`` or ``"ACCOUNTNUMBER"``."""
    identifier_value: Code
    """The number, as text."""


class CardCharge(TypedDict):
    """A card to charge. Only businesses that Paystack approved to handle card numbers (PCI DSS) can use it."""

    # Not in the docs' list of parameters: the keys are those of Paystack's command line.
    number: Code
    cvv: Pin
    expiry_month: Pin
    """Two digits, as text."""
    expiry_year: Pin


class Charges:
    """The endpoints of the Charge API."""

    # Paystack charges by one of these. Its reference marks none of them as required, as each excludes the others.
    @endpoint(
        "POST",
        "/charge",
        moves_money=True,
        idempotency=CHARGE,
        rules=(
            require_one_of(
                "authorization_code",
                "bank",
                "bank_transfer",
                "qr",
                "ussd",
                "mobile_money",
                "eft",
                "capitec_pay",
                "card",
            ),
        ),
    )
    def create_charge(
        self,
        email: EmailAddress,
        amount: Amount,
        pin: Pin | None = None,
        authorization_code: Code | None = None,
        reference: Reference | None = None,
        device_id: Code | None = None,
        bank: BankCharge | None = None,
        bank_transfer: BankTransferCharge | None = None,
        qr: QRCharge | None = None,
        ussd: USSDCharge | None = None,
        mobile_money: MobileMoneyCharge | None = None,
        metadata: Mapping[str, object] | None = None,  # an object in the reference, the OpenAPI file and every sample
        *,
        eft: EFTCharge | None = None,
        capitec_pay: CapitecPayCharge | None = None,
        card: CardCharge | None = None,
        currency: CurrencyValue | None = None,  # only in the samples of Paystack's guides
        birthday: Birthday | None = None,  # in the OpenAPI file and the reference's sample
        split_code: Code | None = None,
        subaccount: Code | None = None,
        transaction_charge: Amount | None = None,
        bearer: BearerValue | None = None,
    ) -> Response[Charge]:
        """Start a payment through one channel: a bank account, mobile money, USSD, a saved authorization … It moves
        money.

        ``data["status"]`` of the response tells the next step (see :class:`~paystackease.types.charges.Charge`), until
        it is ``"success"`` or ``"failed"``. Exception: for Capitec Pay it is ``"success"`` immediately, before the
        customer confirms. Check with :meth:`check_pending_charge` or ``verify_transaction`` whether it was paid.

        Paystack's page: https://paystack.com/docs/api/charge/#create

        :param email: The customer's e-mail address.
        :param amount: The amount, in the subunit of the currency.
        :param pin: The card's PIN as text, with an authorization that is not reusable.
        :param authorization_code: ``AUTH_…``, to charge a saved authorization. Not together with a bank account.
        :param reference: Your unique reference: letters, digits, ``-``, ``.`` and ``=``. Paystack rejects one that
            already exists.
        :param device_id: An identifier of the customer's device: letters, digits, ``-``, ``.`` and ``=``.
        :param bank: A bank account (Nigeria), ``{"code": "057", "account_number": "0000000000"}``; for Kuda ``{"code":
            "50211", "phone": …, "token": …}``.
        :param bank_transfer: An account to transfer to (Nigeria, and Pesalink in Kenya), ``{"account_expires_at":
            "2026-10-01T12:00:00Z"}`` or ``{}``. Paystack limits it to between 15 minutes and 8 hours, for Pesalink to
            25 minutes.
        :param qr: A QR code (South Africa), ``{"provider": "scan-to-pay"}``.
        :param ussd: A code to dial (Nigeria), ``{"type": "737"}``.
        :param mobile_money: A wallet (Ghana, Kenya, Côte d'Ivoire), ``{"phone": "0551234987", "provider": "mtn"}``; for
            an M-PESA till ``{"account": …, "provider": "mptill"}``.
        :param metadata: Your own data to store with the transaction, as a dict.
        :param eft: Instant EFT (South Africa), ``{"provider": "ozow"}``.
        :param capitec_pay: Capitec Pay (South Africa), ``{"identifier_key": "CELLPHONE", "identifier_value":
            "0812345678"}``.
        :param card: A card, ``{"number": …, "cvv": …, "expiry_month": …, "expiry_year": …}``, all as text. Only for
            businesses that Paystack has approved for it.
        :param currency: The currency, such as ``"GHS"``. Paystack's default is your integration's.
        :param birthday: The customer's birthday, if the bank requires it.
        :param split_code: ``SPL_…``, to split the payment.
        :param subaccount: ``ACCT_…``, the subaccount of the payment.
        :param transaction_charge: The amount for your main account, in the subunit, instead of the subaccount's
            percentage.
        :param bearer: Who pays Paystack's fee, ``"account"`` or ``"subaccount"``. Paystack's default is ``"account"``.
        :returns: The charge. A response does not mean that it was paid: read its ``status``.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid, or if there is no channel.
            Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        :raises paystackease.errors.DuplicateReferenceError: If the reference already exists. This call was not
            processed.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown, even after the reference was
            verified.
        """
        ...

    # These steps are never retried. Paystack cannot detect a repeated step: the reference identifies the charge, not
    # the step.

    @endpoint(
        "POST",
        "/charge/submit_pin",
        moves_money=True,
        verify_path="/charge/{reference}",
        identifiers={"reference": ("reference",)},
        data_keys=("reference", "status"),
    )
    def submit_pin(self, pin: Pin, reference: Code) -> Response[Charge]:
        """Continue a charge whose status is ``"send_pin"``. It moves money.

        Paystack's page: https://paystack.com/docs/api/charge/#submit-pin

        :param pin: The PIN as text, because it may begin with zeros.
        :param reference: The charge's reference.
        :returns: The charge, with its new status.
        :raises paystackease.errors.InvalidArgumentError: If the PIN is not digits, or if the reference is empty.
            Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there is no such charge.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown. Check with
            :meth:`check_pending_charge` before you retry: it returns the status of the charge.
        """
        ...

    @endpoint(
        "POST",
        "/charge/submit_otp",
        moves_money=True,
        verify_path="/charge/{reference}",
        identifiers={"reference": ("reference",)},
        data_keys=("reference", "status"),
    )
    def submit_otp(self, otp: Code, reference: Code) -> Response[Charge]:
        """Continue a charge whose status is ``"send_otp"``. It moves money.

        Paystack's page: https://paystack.com/docs/api/charge/#submit-otp

        :param otp: The one-time password or the voucher, as text, because it may begin with zeros.
        :param reference: The charge's reference.
        :returns: The charge, with its new status.
        :raises paystackease.errors.InvalidArgumentError: If an argument is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there is no such charge.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown. Check with
            :meth:`check_pending_charge` before you retry: it returns the status of the charge.
        """
        ...

    @endpoint(
        "POST",
        "/charge/submit_phone",
        moves_money=True,
        verify_path="/charge/{reference}",
        identifiers={"reference": ("reference",)},
        data_keys=("reference", "status"),
    )
    def submit_phone(self, phone: Code, reference: Code) -> Response[Charge]:
        """Continue a charge whose status is ``"send_phone"``. It moves money.

        Paystack's page: https://paystack.com/docs/api/charge/#submit-phone

        :param phone: The customer's phone number, as text, because it may begin with zeros.
        :param reference: The charge's reference.
        :returns: The charge, with its new status.
        :raises paystackease.errors.InvalidArgumentError: If an argument is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there is no such charge.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown. Check with
            :meth:`check_pending_charge` before you retry: it returns the status of the charge.
        """
        ...

    @endpoint(
        "POST",
        "/charge/submit_birthday",
        moves_money=True,
        verify_path="/charge/{reference}",
        identifiers={"reference": ("reference",)},
        data_keys=("status",),  # a response that asks for an OTP may lack the reference
    )
    def submit_birthday(self, birthday: Birthday, reference: Code) -> Response[Charge]:
        """Continue a charge whose status is ``"send_birthday"``. It moves money.

        Paystack's page: https://paystack.com/docs/api/charge/#submit-birthday

        :param birthday: The customer's birthday, a ``datetime.date``.
        :param reference: The charge's reference. Store it: the response may lack it.
        :returns: The charge, with its new status.
        :raises paystackease.errors.InvalidArgumentError: If the birthday is not a date, or if the reference is empty.
            Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there is no such charge.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown. Check with
            :meth:`check_pending_charge` before you retry: it returns the status of the charge.
        """
        ...

    @endpoint(
        "POST",
        "/charge/submit_address",
        moves_money=True,
        verify_path="/charge/{reference}",
        identifiers={"reference": ("reference",)},
        data_keys=("reference", "status"),
    )
    def submit_address(
        self,
        reference: Code,
        address: Code,
        city: Code,
        state: Code,
        zipcode: Annotated[
            Code, WireName("zip_code")
        ],  # as in the samples and the OpenAPI file; the docs' list: zipcode
    ) -> Response[Charge]:
        """Continue a charge whose status is ``"send_address"``. It moves money.

        Paystack's page: https://paystack.com/docs/api/charge/#submit-address

        :param reference: The charge's reference.
        :param address: The street and the number of the card's billing address.
        :param city: The city.
        :param state: The state. ``list_states`` has those of the charge's ``country_code``.
        :param zipcode: The postal code as text, sent as ``zip_code``.
        :returns: The charge, with its new status.
        :raises paystackease.errors.InvalidArgumentError: If an argument is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there is no such charge.
        :raises paystackease.errors.APIStatusError: If the charge failed. Paystack reports this with HTTP 200.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown. Check with
            :meth:`check_pending_charge` before you retry: it returns the status of the charge.
        """
        ...

    @endpoint("GET", "/charge/{reference}", identifiers={"reference": ("reference",)})
    def check_pending_charge(self, reference: Code) -> Response[Charge]:
        """Fetch the status of a charge. Wait 10 seconds or more before the first call and between calls.

        Paystack's page: https://paystack.com/docs/api/charge/#check

        :param reference: The charge's reference.
        :returns: The charge.
        :raises paystackease.errors.InvalidArgumentError: If the reference is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there is no such charge.
        """
        ...


class ChargesClientAPI(PayStackBaseClientAPI, Charges):
    """The Charge API: take a payment through one channel, step by step, without Paystack's pages."""

    def wait_for_charge(self, reference: str, *, deadline: float = 300.0, every: float = 10.0) -> Response[Charge]:
        """Poll a charge until its status is final. ``data["status"]`` tells whether it was paid, failed or was
        abandoned.

        :param reference: The charge's reference.
        :param deadline: The maximum time to wait, in seconds. Customers must confirm mobile money within 180 seconds.
        :param every: The first interval in seconds. It grows up to 30. Paystack requires 10 or more.
        :returns: The charge, as from :meth:`check_pending_charge`.
        :raises paystackease.errors.ChargePendingError: If the status is not final by then. The charge may still
            succeed.
        :raises paystackease.errors.InvalidRequestError: If there is no such charge.
        """
        request = Charges.check_pending_charge.build(reference)
        manner = self._request_options
        return self._run_flow(poll_until_final(request, manner.retry, manner.observers, every=every, deadline=deadline))
