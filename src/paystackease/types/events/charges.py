"""Events about payments: https://paystack.com/docs/payments/webhooks/"""

from typing import Literal, NotRequired, TypedDict

from paystackease.types.envelope import Metadata
from paystackease.types.events.customers import EventCustomer


class ChargeAuthorization(TypedDict, total=False):
    """The card or account of a payment. The keys depend on the channel; a dispute has none of them."""

    authorization_code: str
    bin: str | None
    last4: str | None
    exp_month: str | None
    exp_year: str | None
    channel: str
    card_type: str | None
    """The brand, sometimes with a trailing space: ``"visa "``."""
    bank: str | None
    country_code: str
    brand: str | None
    reusable: bool
    """Whether it can be charged again."""
    signature: str | None
    account_name: str | None
    sender_country: str
    sender_bank: str | None
    sender_bank_account_number: str
    sender_name: str
    narration: str | None
    receiver_bank_account_number: str | None
    receiver_bank: str | None


class ChargePlan(TypedDict, total=False):
    """The plan that was paid for; empty if there is none."""

    id: int
    name: str
    plan_code: str
    description: str | None
    amount: int
    """Subunits of the currency."""
    interval: str
    send_invoices: bool
    send_sms: bool
    currency: str


class FormulaShare(TypedDict):
    """The share of one subaccount, as the split defines it."""

    id: int
    name: str
    subaccount_code: str
    share: int
    """A percentage or an amount in subunits, by the ``type`` of the formula."""


class SplitFormula(TypedDict):
    """The rule by which a charge is split."""

    type: str
    """``"percentage"`` or ``"flat"``."""
    subaccounts: list[FormulaShare]
    integration: int
    """The remainder, for the integration itself."""


class ShareAmount(TypedDict):
    """The amount that one subaccount received."""

    id: int
    subaccount_code: str
    amount: int
    """Subunits of the currency."""


class SplitShares(TypedDict):
    """The amounts into which a charge was split, in subunits of the currency."""

    paystack: int
    subaccounts: list[ShareAmount]
    integration: int


class ChargeSplit(TypedDict, total=False):
    """The split of a charge; empty if there is none."""

    id: int
    name: str
    split_code: str
    """``SPL_…``"""
    formula: SplitFormula
    shares: SplitShares


class FeesBreakdown(TypedDict):
    """One fee of a charge."""

    amount: str
    """Subunits of the currency, as text."""
    formula: str | None
    type: str


class LogEntry(TypedDict):
    """One action of the customer."""

    type: str
    message: str
    time: int
    """Seconds since the checkout opened."""


class ChargeLog(TypedDict):
    """The actions of the customer at the checkout."""

    time_spent: int
    """Seconds."""
    attempts: int
    errors: int
    success: bool
    mobile: bool
    input: list[object]
    history: list[LogEntry]
    authentication: NotRequired[str | None]
    channel: NotRequired[str | None]
    start_time: NotRequired[int]
    """Seconds since 1970. It is in API responses, not in published events."""


class ChargeSource(TypedDict):
    """The origin of a charge."""

    type: str
    source: str
    entry_point: str
    identifier: str | None


class ChargedTransaction(TypedDict):
    """The fields that a transaction has in each event."""

    id: int
    domain: str
    """``"test"`` or ``"live"``."""
    status: str
    reference: str
    message: str | None
    gateway_response: str
    paid_at: str


class Charge(ChargedTransaction):
    """A transaction that was paid.

    Paystack's published event of a charge with a split ends after ``split``, so all later keys may be missing.
    """

    amount: int | str
    """Subunits of the currency; text if a terminal took the payment."""
    created_at: NotRequired[str]
    paidAt: NotRequired[str]
    """The same as ``paid_at``."""
    channel: NotRequired[str]
    currency: NotRequired[str]
    ip_address: NotRequired[str | None]
    """Sometimes several, separated by commas."""
    metadata: NotRequired[Metadata]
    log: NotRequired[ChargeLog | None]
    fees: NotRequired[int | None]
    """Subunits of the currency."""
    fees_breakdown: NotRequired[FeesBreakdown | None]
    fees_split: NotRequired[int | None]
    authorization: NotRequired[ChargeAuthorization]
    customer: NotRequired[EventCustomer]
    plan: NotRequired[ChargePlan]
    split: NotRequired[ChargeSplit]
    subaccount: NotRequired[dict[str, object]]
    subaccount_group: NotRequired[dict[str, object]]
    order_id: NotRequired[int | str | None]
    requested_amount: NotRequired[int | str | None]
    """Subunits of the currency; text if a terminal took the payment."""
    pos_transaction_data: NotRequired[dict[str, object] | None]
    source: NotRequired[ChargeSource | None]


class ChargeSuccess(TypedDict):
    """A payment succeeded, by any channel."""

    event: Literal["charge.success"]
    data: Charge


class RejectedTransfer(TypedDict):
    """A customer's bank transfer that Paystack rejected."""

    amount: str
    """Subunits of the currency, as text."""
    message: str
    message_type: str
    """Such as ``"INCORRECT_AMOUNT"``."""
    transaction_id: str


class RejectedCustomer(EventCustomer):
    """The sender of a rejected transfer."""

    domain: str
    integration: int
    createdAt: str  # noqa: N815 # Paystack's name
    updatedAt: str  # noqa: N815 # Paystack's name


class BankTransferRejection(TypedDict):
    """A rejected transfer and its sender."""

    bank_transfer: RejectedTransfer
    customer: RejectedCustomer


class BankTransferRejected(TypedDict):
    """A customer's bank transfer was rejected, for example because of its amount."""

    event: Literal["bank.transfer.rejected"]
    data: BankTransferRejection
