"""Transactions: what was paid, with what, by whom, and how it went."""

from typing import NotRequired, TypedDict, final

from paystackease.types.envelope import Metadata


class Checkout(TypedDict):
    """A payment that the customer can now make, at the ``authorization_url``."""

    authorization_url: str
    """Where to send the customer."""
    access_code: str
    """What Paystack's inline and mobile libraries take instead of the URL."""
    reference: str


class Instrument(TypedDict):
    """A card, account or wallet that was paid with. What it does not have is null."""

    authorization_code: str
    """``AUTH_…``"""
    bin: str | None
    last4: str | None
    exp_month: str | None
    exp_year: str | None
    channel: str
    card_type: str | None
    """The brand, sometimes with a blank behind it: ``"visa "``."""
    bank: str | None
    country_code: str | None
    brand: str | None
    reusable: bool
    """Whether ``charge_authorization`` takes its ``authorization_code``."""
    account_name: str | None


class PaymentAuthorization(Instrument):
    """What a transaction was paid with. A transaction that nobody has tried to pay has none of these keys: ``{}``."""

    # That it is {} then is general knowledge; Paystack has published it for the charges of a batch alone.

    signature: str | None
    """The same for the same card, whoever pays with it."""
    sender_country: NotRequired[str | None]
    sender_bank: NotRequired[str | None]
    sender_bank_account_number: NotRequired[str | None]
    sender_name: NotRequired[str | None]
    narration: NotRequired[str | None]
    receiver_bank_account_number: NotRequired[str | None]
    receiver_bank: NotRequired[str | None]


class PaymentCustomer(TypedDict):
    """Who paid."""

    id: int
    first_name: str | None
    last_name: str | None
    email: str
    customer_code: str
    """``CUS_…``"""
    phone: str | None
    metadata: Metadata
    risk_action: str
    international_format_phone: NotRequired[str | None]


class TimelineStep(TypedDict):
    """Something that the customer did, or that came of it."""

    type: str
    """Such as ``"action"``, ``"input"``, ``"auth"`` or ``"success"``."""
    message: str
    time: int
    """Seconds since the start."""


class Timeline(TypedDict):
    """What happened while the customer paid."""

    start_time: int
    """Seconds since 1970."""
    time_spent: int
    """In seconds."""
    attempts: int
    errors: int
    success: bool
    mobile: bool
    """Whether it was on a phone."""
    input: list[object]
    history: list[TimelineStep]
    authentication: NotRequired[str | None]
    channel: NotRequired[str | None]


class PaymentSource(TypedDict):
    """How the transaction came to be."""

    type: str
    """Such as ``"api"``."""
    source: str
    """Such as ``"merchant_api"``."""
    identifier: str | None
    entry_point: NotRequired[str]
    """Such as ``"transaction_initialize"``."""


class TransactionDetails(TypedDict):
    """What every full transaction has."""

    id: int
    """As large as an unsigned 64-bit number may be."""
    domain: str
    """``"test"`` or ``"live"``."""
    status: str
    """``"success"`` is paid. See :class:`~paystackease.helpers.tool_kit.TransactionStatus`."""
    reference: str
    amount: int
    """What was paid, in the subunit of ``currency``: compare it with your price."""
    message: str | None
    """Why it failed, where it did."""
    gateway_response: str | None
    paid_at: str | None
    """The same as ``paidAt``: Paystack sends both."""
    created_at: str
    channel: str
    currency: str
    ip_address: str | None
    """Sometimes several, with commas between them."""
    metadata: Metadata
    log: Timeline | None
    fees: int | None
    """Paystack's fee, in the subunit."""
    fees_split: dict[str, object] | int | None
    customer: PaymentCustomer
    authorization: PaymentAuthorization
    split: dict[str, object]
    """Empty where the payment was not split."""
    subaccount: dict[str, object]
    """Empty where there was none."""
    order_id: int | str | None
    paidAt: str | None
    createdAt: str
    requested_amount: int | None
    """What was asked for, in the subunit. ``amount`` is more where the payer bears the fee."""
    pos_transaction_data: dict[str, object] | None
    source: PaymentSource | None
    connect: NotRequired[dict[str, object] | None]


class Transaction(TransactionDetails):
    """A transaction, as a list gives it."""

    plan: dict[str, object] | None
    """Empty where it pays for no plan."""


class FetchedTransaction(Transaction):
    """A transaction, fetched by its ``id``."""

    receipt_number: str | None
    helpdesk_link: str | None
    fees_breakdown: dict[str, object] | None


class VerifiedTransaction(TransactionDetails):
    """What became of a transaction: it is paid where ``status`` is ``"success"`` and ``amount`` is your price."""

    receipt_number: str | None
    fees_breakdown: dict[str, object] | None
    plan: str | None
    """A plan's code; the plan is in ``plan_object``."""
    plan_object: dict[str, object]
    """Empty where it pays for no plan."""
    transaction_date: str
    """The same as ``created_at``."""


class ChargeAttempt(TypedDict):
    """What charging a saved authorization answers. That it answered does not mean that it was paid: see ``status``."""

    id: int
    domain: str
    """``"test"`` or ``"live"``."""
    status: str
    """``"success"`` is paid; ``"processing"`` is a direct debit on its way."""
    reference: str
    amount: int
    """What was taken, in the subunit of ``currency``."""
    currency: str
    transaction_date: str
    metadata: Metadata
    gateway_response: str | None
    message: str | None
    channel: str
    ip_address: str | None
    log: Timeline | None
    fees: int | None
    """Paystack's fee, in the subunit; null for a direct debit that is on its way."""
    authorization: PaymentAuthorization
    customer: PaymentCustomer
    plan: dict[str, object] | str | int | None
    """Null or 0 where it pays for no plan."""


@final
class ChargedAuthorization(ChargeAttempt):
    """A saved authorization that was charged, or tried to be."""


@final
class PausedCharge(TypedDict):
    """A charge that waits for the customer, who confirms it at the ``authorization_url``.

    ``if "paused" in data:`` tells it from a :class:`ChargedAuthorization`, to type checkers too.
    """

    paused: bool
    authorization_url: str
    """Where to send the customer."""
    access_code: str
    reference: str


class PartialDebit(ChargeAttempt):
    """An authorization of which as much was taken as there was: ``amount``."""

    requested_amount: int
    """What was asked for, in the subunit."""


class CurrencyTotal(TypedDict):
    """A sum in one currency."""

    currency: str
    amount: int
    """In the subunit of ``currency``."""


class TransactionTotals(TypedDict):
    """What came in."""

    total_transactions: int
    """How many."""
    total_volume: int
    """In the subunit. In several currencies, see ``total_volume_by_currency``."""
    total_volume_by_currency: list[CurrencyTotal]
    pending_transfers: int
    """What is still to be paid out, in the subunit."""
    pending_transfers_by_currency: list[CurrencyTotal]


class TransactionExport(TypedDict):
    """Where the file lies."""

    path: str
    """The URL of a CSV file. It works for about a minute."""
    expiresAt: str
    """Until when, as ``"2026-10-01 12:00:00"``."""
