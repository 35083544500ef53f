"""Charges: payments that are made step by step."""

from typing import NotRequired, Required, TypedDict

from paystackease.types.envelope import Metadata
from paystackease.types.transactions import PaymentCustomer, Timeline


class ChargeAuthorization(TypedDict):
    """The card or account of the payment."""

    authorization_code: str
    """``AUTH_…``"""
    bin: str | None
    last4: str | None
    exp_month: str | int | None
    """Text for cards, a number for mobile money."""
    exp_year: str | int | None
    channel: str
    card_type: NotRequired[str | None]
    """The brand, sometimes with a trailing space: ``"visa "``."""
    bank: str | None
    country_code: str | None
    brand: str | None
    reusable: bool
    """Whether ``charge_authorization`` accepts its ``authorization_code``."""
    signature: NotRequired[str | None]
    account_name: str | None


class ChargeCustomer(TypedDict):
    """The customer."""

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
    """The argument of ``requery`` and ``verify_transaction``."""
    domain: str
    amount: int
    """In the subunit of ``currency``."""
    currency: str
    metadata: Metadata
    createdAt: str
    customer: PaymentCustomer


class Charge(TypedDict, total=False):
    """A charge. Its keys depend on ``status``.

    ==============================  ===============================================================================
    ``status``                      next step
    ==============================  ===============================================================================
    ``"send_pin"``                  ``submit_pin``
    ``"send_otp"``                  ``submit_otp``, with the code that ``display_text`` names
    ``"send_phone"``                ``submit_phone``
    ``"send_birthday"``             ``submit_birthday``
    ``"send_address"``              ``submit_address``; ``country_code`` is its country
    ``"open_url"``                  the customer goes to ``url``
    ``"pay_offline"``               the customer follows ``display_text``, or scans ``qr_code``
    ``"pending_bank_transfer"``     the customer transfers to ``account_number`` until ``account_expires_at``
    ``"pending"``                   ``check_pending_charge``, after 10 seconds or more
    ``"success"``                   paid: the keys of a transaction are here (but see ``timeToLive``)
    ``"failed"``, ``"timeout"``     not paid; ``message`` is the reason
    ==============================  ===============================================================================
    """

    status: Required[str]
    reference: str
    """The argument of the next call. Some responses lack it, so store your own."""
    display_text: str
    """The text for the customer."""
    message: str | None
    """The reason, if it failed."""

    url: str
    """The URL where the customer confirms it, or an image of the QR code."""
    ussd_code: str
    """The code that the customer dials."""
    qr_code: str
    country_code: str
    """The two-letter country code of the requested address."""

    account_name: str
    account_number: str
    """The destination of the payment: a bank account, or an M-PESA paybill."""
    account_reference: int | str
    """The identifier of the payment at the paybill."""
    account_expires_at: str
    """The deadline for the transfer."""
    bank: ChargeBank
    transaction_reference: str
    """The narration that the customer must enter for a Pesalink transfer."""

    timeToLive: int
    """Capitec Pay: in seconds. ``status`` is ``"success"`` before the customer confirms."""
    expiryDate: str
    transaction: CapitecTransaction

    id: int
    domain: str
    amount: int
    """The amount that was paid, in the subunit of ``currency``. Compare it with your price."""
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
    """The requested amount, in the subunit."""
    pos_transaction_data: dict[str, object] | None
    source: dict[str, object] | None
    transaction_date: str
    created_at: str
    createdAt: str
    paid_at: str | None
    paidAt: str | None
