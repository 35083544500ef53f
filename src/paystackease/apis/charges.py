"""Charges: https://paystack.com/docs/api/charge/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, NotRequired, TypeAlias, TypedDict

from paystackease._core.call_flow import poll_until_final
from paystackease._core.endpoint import endpoint
from paystackease._core.idempotency import CHARGE
from paystackease._core.validation import Amount, Code, Digits, EmailAddress, WireName, require_one_of
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import EFT, QRCODE, USSD, BearerValue, CurrencyValue, MobileMoney
from paystackease.response import Response
from paystackease.types.charges import Charge


@dataclass(frozen=True, slots=True)
class _Day:
    """A date without a time: banks compare birthdays as ``2007-04-15``, which a moment is not written as."""

    words = "be a date without a time of day"

    def allows(self, value: dt.date) -> bool:
        return not isinstance(value, dt.datetime)


Birthday: TypeAlias = Annotated[dt.date, _Day()]
Pin: TypeAlias = Annotated[str, Digits()]
"""Text: PINs begin with zeros."""


class BankCharge(TypedDict):
    """A bank account to charge. Kuda takes ``phone`` and ``token`` in place of ``account_number``."""

    code: Code
    """The bank's code as text, from ``list_banks(pay_with_bank=True)``."""
    account_number: NotRequired[Code]
    """Text: account numbers begin with zeros."""
    phone: NotRequired[Code]
    token: NotRequired[Code]


class BankTransferCharge(TypedDict):
    """An account for the customer to transfer to. May be empty: ``{}``."""

    # Text, or a moment with its time zone. Paystack moves it to between 15 minutes and 8 hours from now.
    account_expires_at: NotRequired[dt.date | str | None]
    """Until when, as ``"2026-10-01T12:00:00Z"`` or a ``datetime`` with a time zone; None is in 8 hours."""


class MobileMoneyCharge(TypedDict):
    """A wallet to charge."""

    # Any provider is taken: each of Paystack's lists has others.
    provider: MobileMoney | str
    """``"mtn"``, ``"atl"``, ``"vod"``, ``"mpesa"``, ``"mpesa_offline"``, ``"mptill"``, ``"orange"`` or ``"wave"``."""
    phone: NotRequired[Code]
    """Text, for M-PESA with the country: ``"+254710000000"``."""
    account: NotRequired[Code]
    """The number of a till, for ``"mptill"`` in place of ``phone``."""


class QRCharge(TypedDict):
    """A QR code to pay by."""

    provider: QRCODE | str
    """``"scan-to-pay"``"""


class USSDCharge(TypedDict):
    """A code to dial."""

    # 737 is the one that the docs still list; the OpenAPI file has 919, 822 and 966 besides.
    type: USSD | str
    """The digits that the bank's code begins with, as text: ``"737"``."""


class EFTCharge(TypedDict):
    """An instant EFT."""

    provider: EFT | str
    """``"ozow"``"""


class CapitecPayCharge(TypedDict):
    """Who pays by Capitec Pay."""

    # CELLPHONE is in the docs; that there are IDNUMBER and ACCOUNTNUMBER too is general knowledge (an assumption).
    identifier_key: Code
    """What the value is: ``"CELLPHONE"``, ``"IDNUMBER"`` or ``"ACCOUNTNUMBER"``."""
    identifier_value: Code
    """The number, as text."""


class CardCharge(TypedDict):
    """A card to charge. Paystack takes it from businesses that it has cleared for handling card numbers (PCI DSS)."""

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
        reference: Code | None = None,
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
        currency: CurrencyValue | None = None,  # in the samples of Paystack's guides, in no list of parameters
        birthday: Birthday | None = None,  # in the OpenAPI file and the reference's sample
        split_code: Code | None = None,
        subaccount: Code | None = None,
        transaction_charge: Amount | None = None,
        bearer: BearerValue | None = None,
    ) -> Response[Charge]:
        """Begin a payment by one channel: a bank account, mobile money, USSD, a saved authorization … It moves money.

        The answer's ``data["status"]`` says what comes next (see :class:`~paystackease.types.charges.Charge`), until
        it is ``"success"`` or ``"failed"``. One exception: by Capitec Pay it is ``"success"`` at once, while the
        customer has yet to agree; ask :meth:`check_pending_charge` or ``verify_transaction`` whether it was paid.

        Paystack's page: https://paystack.com/docs/api/charge/#create

        :param email: The customer's e-mail address.
        :param amount: How much, in the subunit of the currency.
        :param pin: The card's PIN as text, with an authorization that is not reusable.
        :param authorization_code: ``AUTH_…``, to charge what was saved. Not together with a bank account.
        :param reference: Your reference, used only once: letters, digits, ``-``, ``.`` and ``=``. Paystack refuses one
            that it knows.
        :param device_id: What tells the customer's device from others: letters, digits, ``-``, ``.`` and ``=``.
        :param bank: A bank account (Nigeria), ``{"code": "057", "account_number": "0000000000"}``; for Kuda
            ``{"code": "50211", "phone": …, "token": …}``.
        :param bank_transfer: An account to transfer to (Nigeria, and Pesalink in Kenya),
            ``{"account_expires_at": "2026-10-01T12:00:00Z"}`` or ``{}``. Paystack keeps to between 15 minutes and
            8 hours, for Pesalink 25 minutes.
        :param qr: A QR code (South Africa), ``{"provider": "scan-to-pay"}``.
        :param ussd: A code to dial (Nigeria), ``{"type": "737"}``.
        :param mobile_money: A wallet (Ghana, Kenya, Côte d'Ivoire), ``{"phone": "0551234987", "provider": "mtn"}``; for
            an M-PESA till ``{"account": …, "provider": "mptill"}``.
        :param metadata: Anything of yours to keep with the transaction, as a dict.
        :param eft: Instant EFT (South Africa), ``{"provider": "ozow"}``.
        :param capitec_pay: Capitec Pay (South Africa),
            ``{"identifier_key": "CELLPHONE", "identifier_value": "0812345678"}``.
        :param card: A card, ``{"number": …, "cvv": …, "expiry_month": …, "expiry_year": …}``, all as text. Only for
            businesses that Paystack has cleared for it.
        :param currency: The currency, such as ``"GHS"``. Paystack's default is your integration's.
        :param birthday: The customer's birthday, where the bank wants to know it.
        :param split_code: ``SPL_…``, to split the payment.
        :param subaccount: ``ACCT_…``, the subaccount that the payment is for.
        :param transaction_charge: What of it goes to your main account, in the subunit, in place of the subaccount's
            percentage.
        :param bearer: Who pays Paystack's fee, ``"account"`` or ``"subaccount"``. Paystack's default is ``"account"``.
        :returns: Where the charge stands. That there is an answer does not mean that it is paid.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right, or there is no channel.
            Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        :raises paystackease.errors.DuplicateReferenceError: Where the reference was used before. This call did nothing.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done, even after asking by
            the reference.
        """
        ...

    # Of these steps, Paystack knows a repeat by nothing: the reference names the charge, and the step may have been
    # taken. So they are never repeated.

    @endpoint(
        "POST",
        "/charge/submit_pin",
        moves_money=True,
        verify_path="/charge/{reference}",
        identifiers={"reference": ("reference",)},
        data_keys=("reference", "status"),
    )
    def submit_pin(self, pin: Pin, reference: Code) -> Response[Charge]:
        """Go on with a charge whose status is ``"send_pin"``. It moves money.

        Paystack's page: https://paystack.com/docs/api/charge/#submit-pin

        :param pin: The PIN as text: it may begin with zeros.
        :param reference: The charge's reference.
        :returns: Where the charge stands now.
        :raises paystackease.errors.InvalidArgumentError: Where the PIN is not digits, or the reference is empty.
            Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is no such charge.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done. Ask
            :meth:`check_pending_charge` before you do it again: it says where the charge stands.
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
        """Go on with a charge whose status is ``"send_otp"``. It moves money.

        Paystack's page: https://paystack.com/docs/api/charge/#submit-otp

        :param otp: The one-time password or the voucher, as text: it may begin with zeros.
        :param reference: The charge's reference.
        :returns: Where the charge stands now.
        :raises paystackease.errors.InvalidArgumentError: Where one is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is no such charge.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done. Ask
            :meth:`check_pending_charge` before you do it again: it says where the charge stands.
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
        """Go on with a charge whose status is ``"send_phone"``. It moves money.

        Paystack's page: https://paystack.com/docs/api/charge/#submit-phone

        :param phone: The customer's phone number, as text: it may begin with zeros.
        :param reference: The charge's reference.
        :returns: Where the charge stands now.
        :raises paystackease.errors.InvalidArgumentError: Where one is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is no such charge.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done. Ask
            :meth:`check_pending_charge` before you do it again: it says where the charge stands.
        """
        ...

    @endpoint(
        "POST",
        "/charge/submit_birthday",
        moves_money=True,
        verify_path="/charge/{reference}",
        identifiers={"reference": ("reference",)},
        data_keys=("status",),  # what asks for an OTP then may lack the reference
    )
    def submit_birthday(self, birthday: Birthday, reference: Code) -> Response[Charge]:
        """Go on with a charge whose status is ``"send_birthday"``. It moves money.

        Paystack's page: https://paystack.com/docs/api/charge/#submit-birthday

        :param birthday: The customer's birthday, a ``datetime.date``.
        :param reference: The charge's reference. Keep it: the answer may come without it.
        :returns: Where the charge stands now.
        :raises paystackease.errors.InvalidArgumentError: Where it is not a date alone, or the reference is empty.
            Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is no such charge.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done. Ask
            :meth:`check_pending_charge` before you do it again: it says where the charge stands.
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
        """Go on with a charge whose status is ``"send_address"``. It moves money.

        Paystack's page: https://paystack.com/docs/api/charge/#submit-address

        :param reference: The charge's reference.
        :param address: The street and the number of the card's billing address.
        :param city: The city.
        :param state: The state. ``list_states`` has those of the charge's ``country_code``.
        :param zipcode: The postal code as text, sent as ``zip_code``.
        :returns: Where the charge stands now.
        :raises paystackease.errors.InvalidArgumentError: Where one is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is no such charge.
        :raises paystackease.errors.APIStatusError: Where the charge failed: here Paystack answers so, with HTTP 200.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done. Ask
            :meth:`check_pending_charge` before you do it again: it says where the charge stands.
        """
        ...

    @endpoint("GET", "/charge/{reference}", identifiers={"reference": ("reference",)})
    def check_pending_charge(self, reference: Code) -> Response[Charge]:
        """See where a charge stands. Wait 10 seconds or more before it, and between two of them.

        Paystack's page: https://paystack.com/docs/api/charge/#check

        :param reference: The charge's reference.
        :returns: Where the charge stands.
        :raises paystackease.errors.InvalidArgumentError: Where the reference is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is no such charge.
        """
        ...


class ChargesClientAPI(PayStackBaseClientAPI, Charges):
    """The Charge API: take a payment by a channel of your choice, step by step, without Paystack's pages."""

    def wait_for_charge(self, reference: str, *, deadline: float = 300.0, every: float = 10.0) -> Response[Charge]:
        """Wait until a charge has ended, however: paid, failed, or given up. Ask its ``data["status"]`` which.

        :param reference: The charge's reference.
        :param deadline: How many seconds to wait at the most. Mobile money must be confirmed within 180.
        :param every: How many seconds to wait before asking, and then ever longer, up to 30. Paystack wants 10 or more.
        :returns: Where the charge stands, as :meth:`check_pending_charge` answers it.
        :raises paystackease.errors.ChargePendingError: Where it has not ended by then. It may yet: ask again later.
        :raises paystackease.errors.InvalidRequestError: Where there is no such charge.
        """
        request = Charges.check_pending_charge.build(reference)
        manner = self._request_options
        return self._run_flow(poll_until_final(request, manner.retry, manner.observers, every=every, deadline=deadline))
