"""Transactions: payments by customers."""

from typing import NotRequired, TypedDict, final

from paystackease.types.envelope import Metadata


class Checkout(TypedDict):
    """A payment that the customer can now make, at the ``authorization_url``."""

    authorization_url: str
    """The page for the customer."""
    access_code: str
    """The argument of Paystack's inline and mobile libraries, instead of the URL."""
    reference: str


class Instrument(TypedDict):
    """The card, account or wallet of a payment. Fields that it does not have are null."""

    authorization_code: str
    """``AUTH_…``"""
    bin: str | None
    last4: str | None
    exp_month: str | None
    exp_year: str | None
    channel: str
    card_type: str | None
    """The brand, sometimes with a trailing space: ``"visa "``."""
    bank: str | None
    country_code: str | None
    brand: str | None
    reusable: bool
    """Whether ``charge_authorization`` accepts its ``authorization_code``."""
    account_name: str | None


class PaymentAuthorization(Instrument):
    """The card, account or wallet of a transaction; ``{}`` before the first attempt to pay."""

    # That it is {} then is general knowledge; Paystack has published it only for the charges of a batch.

    signature: str | None
    """Identifies the card, also across customers."""
    sender_country: NotRequired[str | None]
    sender_bank: NotRequired[str | None]
    sender_bank_account_number: NotRequired[str | None]
    sender_name: NotRequired[str | None]
    narration: NotRequired[str | None]
    receiver_bank_account_number: NotRequired[str | None]
    receiver_bank: NotRequired[str | None]


class PaymentCustomer(TypedDict):
    """The customer."""

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
    """An action of the customer, or its result."""

    type: str
    """Such as ``"action"``, ``"input"``, ``"auth"`` or ``"success"``."""
    message: str
    time: int
    """Seconds since the start."""


class Timeline(TypedDict):
    """The timeline of a payment."""

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
    """The origin of the transaction."""

    type: str
    """Such as ``"api"``."""
    source: str
    """Such as ``"merchant_api"``."""
    identifier: str | None
    entry_point: NotRequired[str]
    """Such as ``"transaction_initialize"``."""


class TransactionDetails(TypedDict):
    """The fields of each full transaction."""

    id: int
    """As large as an unsigned 64-bit number may be."""
    domain: str
    """``"test"`` or ``"live"``."""
    status: str
    """``"success"`` is paid. See :class:`~paystackease.helpers.tool_kit.TransactionStatus`."""
    reference: str
    amount: int
    """The amount that was paid, in the subunit of ``currency``. Compare it with your price."""
    message: str | None
    """The reason, if it failed."""
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
    """Empty if the payment was not split."""
    subaccount: dict[str, object]
    """Empty if there is none."""
    order_id: int | str | None
    paidAt: str | None
    createdAt: str
    requested_amount: int | None
    """The requested amount, in the subunit. ``amount`` is more if the customer bears the fee."""
    pos_transaction_data: dict[str, object] | None
    source: PaymentSource | None
    connect: NotRequired[dict[str, object] | None]


class Transaction(TransactionDetails):
    """A transaction, as in a list."""

    plan: dict[str, object] | None
    """Empty if there is no plan."""


class FetchedTransaction(Transaction):
    """A transaction, fetched by its ``id``."""

    receipt_number: str | None
    helpdesk_link: str | None
    fees_breakdown: dict[str, object] | None


class VerifiedTransaction(TransactionDetails):
    """The outcome of a transaction. It is paid if ``status`` is ``"success"`` and ``amount`` is your price."""

    receipt_number: str | None
    fees_breakdown: dict[str, object] | None
    plan: str | None
    """A plan's code; the plan is in ``plan_object``."""
    plan_object: dict[str, object]
    """Empty if there is no plan."""
    transaction_date: str
    """The same as ``created_at``."""


class ChargeAttempt(TypedDict):
    """The response to charging a saved authorization. It is paid only if ``status`` is ``"success"``."""

    id: int
    domain: str
    """``"test"`` or ``"live"``."""
    status: str
    """``"success"`` is paid; ``"processing"`` is a direct debit in progress."""
    reference: str
    amount: int
    """The charged amount, in the subunit of ``currency``."""
    currency: str
    transaction_date: str
    metadata: Metadata
    gateway_response: str | None
    message: str | None
    channel: str
    ip_address: str | None
    log: Timeline | None
    fees: int | None
    """Paystack's fee, in the subunit; null for a direct debit in progress."""
    authorization: PaymentAuthorization
    customer: PaymentCustomer
    plan: dict[str, object] | str | int | None
    """Null or 0 if there is no plan."""


@final
class ChargedAuthorization(ChargeAttempt):
    """A saved authorization that was charged, or tried to be."""


@final
class PausedCharge(TypedDict):
    """A charge that waits until the customer confirms it at the ``authorization_url``.

    ``if "paused" in data:`` distinguishes it from a :class:`ChargedAuthorization`, also for type checkers.
    """

    paused: bool
    authorization_url: str
    """The page for the customer."""
    access_code: str
    reference: str


class PartialDebit(ChargeAttempt):
    """A partial debit; ``amount`` is what was charged."""

    requested_amount: int
    """The requested amount, in the subunit."""


class CurrencyTotal(TypedDict):
    """A sum in one currency."""

    currency: str
    amount: int
    """In the subunit of ``currency``."""


class TransactionTotals(TypedDict):
    """The totals of transactions."""

    total_transactions: int
    """The number of transactions."""
    total_volume: int
    """In the subunit. In several currencies, see ``total_volume_by_currency``."""
    total_volume_by_currency: list[CurrencyTotal]
    pending_transfers: int
    """The amount of pending payouts, in the subunit."""
    pending_transfers_by_currency: list[CurrencyTotal]


class TransactionExport(TypedDict):
    """The URL of the file."""

    path: str
    """The URL of a CSV file. It works for about a minute."""
    expiresAt: str
    """Until when, as ``"2026-10-01 12:00:00"``."""
