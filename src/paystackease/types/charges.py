"""Charges: where a payment stands that is made step by step."""

from typing import NotRequired, Required, TypedDict

from paystackease.types.envelope import Metadata
from paystackease.types.transactions import PaymentCustomer, Timeline


class ChargeAuthorization(TypedDict):
    """What was paid with."""

    authorization_code: str
    """``AUTH_…``"""
    bin: str | None
    last4: str | None
    exp_month: str | int | None
    """Text for cards, a number for mobile money."""
    exp_year: str | int | None
    channel: str
    card_type: NotRequired[str | None]
    """The brand, sometimes with a blank behind it: ``"visa "``."""
    bank: str | None
    country_code: str | None
    brand: str | None
    reusable: bool
    """Whether ``charge_authorization`` takes its ``authorization_code``."""
    signature: NotRequired[str | None]
    account_name: str | None


class ChargeCustomer(TypedDict):
    """Who pays."""

    id: int
    customer_code: str
    """``CUS_…``"""
    email: str
    risk_action: str
    first_name: NotRequired[str | None]
    last_name: NotRequired[str | None]
    phone: NotRequired[str | None]
    metadata: NotRequired[Metadata]
    international_format_phone: NotRequired[str | None]


class ChargeBank(TypedDict):
    """The bank of the account that the customer is to transfer to."""

    id: int
    name: str
    slug: str


class CapitecTransaction(TypedDict):
    """The transaction behind a charge by Capitec Pay."""

    id: int
    reference: str
    """What ``requery`` and ``verify_transaction`` take."""
    domain: str
    amount: int
    """In the subunit of ``currency``."""
    currency: str
    metadata: Metadata
    createdAt: str
    customer: PaymentCustomer


class Charge(TypedDict, total=False):
    """Where a charge stands. Which keys there are goes by ``status``.

    ==============================  ===============================================================================
    ``status``                      what comes next
    ==============================  ===============================================================================
    ``"send_pin"``                  ``submit_pin``
    ``"send_otp"``                  ``submit_otp``, with what ``display_text`` asks for
    ``"send_phone"``                ``submit_phone``
    ``"send_birthday"``             ``submit_birthday``
    ``"send_address"``              ``submit_address``; ``country_code`` says in which country
    ``"open_url"``                  the customer goes to ``url``
    ``"pay_offline"``               the customer does what ``display_text`` says, or scans ``qr_code``
    ``"pending_bank_transfer"``     the customer transfers to ``account_number`` until ``account_expires_at``
    ``"pending"``                   ``check_pending_charge``, after 10 seconds or more
    ``"success"``                   paid: the keys of a transaction are here (but see ``timeToLive``)
    ``"failed"``, ``"timeout"``     not paid; ``message`` says why
    ==============================  ===============================================================================
    """

    status: Required[str]
    reference: str
    """What the next call takes. Missing from some answers, so keep your own."""
    display_text: str
    """What to tell the customer."""
    message: str | None
    """Why it failed, where it did."""

    url: str
    """Where the customer confirms it, or a picture of the QR code."""
    ussd_code: str
    """What the customer dials."""
    qr_code: str
    country_code: str
    """Two letters: the country of the address that is asked for."""

    account_name: str
    account_number: str
    """Where the customer is to pay to: a bank account, or an M-PESA paybill."""
    account_reference: int | str
    """What tells the payment from others to the same paybill."""
    account_expires_at: str
    """Until when a transfer is taken."""
    bank: ChargeBank
    transaction_reference: str
    """What the customer must write into a Pesalink transfer, as its narration."""

    timeToLive: int
    """Capitec Pay: in seconds. ``status`` is ``"success"`` although the customer has yet to agree."""
    expiryDate: str
    transaction: CapitecTransaction

    id: int
    domain: str
    amount: int
    """What was paid, in the subunit of ``currency``: compare it with your price."""
    currency: str
    channel: str
    gateway_response: str | None
    metadata: Metadata
    ip_address: str | None
    """Sometimes several, with commas between them."""
    log: Timeline | None
    fees: int | None
    """Paystack's fee, in the subunit."""
    fees_split: dict[str, object] | int | None
    fees_breakdown: dict[str, object] | None
    authorization: ChargeAuthorization
    customer: ChargeCustomer
    plan: dict[str, object] | str | int | None
    plan_object: dict[str, object]
    split: dict[str, object]
    subaccount: dict[str, object]
    order_id: int | str | None
    requested_amount: int | None
    """What was asked for, in the subunit."""
    pos_transaction_data: dict[str, object] | None
    source: dict[str, object] | None
    transaction_date: str
    created_at: str
    createdAt: str
    paid_at: str | None
    paidAt: str | None
