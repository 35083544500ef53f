"""Events about refunds."""

from typing import Literal, TypedDict

from paystackease.types.events.customers import Person


class AnyRefund(TypedDict):
    """The fields of each refund."""

    status: str
    """``"pending"``, ``"processing"``, ``"processed"``, ``"needs-attention"`` or ``"failed"``, as in the event name."""
    transaction_reference: str
    refund_reference: str | None
    amount: int | str
    """Subunits of the currency: text in the events pending, processing and processed, otherwise a number."""
    currency: str
    customer: Person
    integration: int
    domain: str
    """``"test"`` or ``"live"``."""


class EventRefund(AnyRefund):
    """A refund."""

    processor: str
    """The payment processor."""


class RefundInNeed(AnyRefund):
    """A refund for which Paystack needs the customer's bank account."""

    id: str
    """A number, as text. It is required to retry the refund."""
    customer_note: str
    merchant_note: str


class RefundPending(TypedDict):
    """A refund was created."""

    event: Literal["refund.pending"]
    data: EventRefund


class RefundProcessing(TypedDict):
    """A refund was sent to the processor."""

    event: Literal["refund.processing"]
    data: EventRefund


class RefundProcessed(TypedDict):
    """A refund was completed."""

    event: Literal["refund.processed"]
    data: EventRefund


class RefundNeedsAttention(TypedDict):
    """A refund waits for you to provide the customer's bank account."""

    event: Literal["refund.needs-attention"]
    data: RefundInNeed


class RefundFailed(TypedDict):
    """A refund failed. Its amount was returned to your balance."""

    event: Literal["refund.failed"]
    data: EventRefund
