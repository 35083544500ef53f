"""Bulk charges: batches of charges to saved authorizations."""

from typing import NotRequired, TypedDict

from paystackease.types.envelope import Metadata
from paystackease.types.transactions import Instrument, PaymentCustomer


class Batch(TypedDict):
    """The fields of each batch."""

    id: int
    batch_code: str
    """``BCH_…``"""
    domain: str
    """``"test"`` or ``"live"``."""
    status: str
    """``"active"``, ``"paused"`` or ``"complete"``."""
    createdAt: str
    updatedAt: str


class NewBulkCharge(Batch):
    """The response to starting a batch."""

    reference: str
    """Paystack's reference of the batch."""
    integration: int
    total_charges: int
    """The number of charges."""
    pending_charges: int
    """The number of pending charges."""


class BulkCharge(Batch):
    """A batch, as in a list."""

    # Missing from Paystack's samples of 2017, required in its OpenAPI file.
    reference: NotRequired[str]
    """Paystack's reference of the batch."""
    integration: NotRequired[int]
    easy_cron_id: NotRequired[int | str | None]


class FetchedBulkCharge(BulkCharge):
    """A batch, with its progress."""

    total_charges: int
    """The number of charges."""
    pending_charges: int
    """The number of pending charges."""


class BatchTransaction(TypedDict):
    """The transaction of a charge in a batch."""

    id: int
    domain: str
    status: str
    reference: str
    amount: int
    """In the subunit of ``currency``."""
    message: str | None
    gateway_response: str | None
    paid_at: str | None
    """The same as ``paidAt``: Paystack sends both."""
    created_at: str
    channel: str
    currency: str
    ip_address: str | None
    metadata: Metadata
    log: dict[str, object] | None
    fees: int | None
    """Paystack's fee, in the subunit."""
    fees_split: dict[str, object] | int | None
    customer: dict[str, object]
    """Empty: the customer is next to the transaction."""
    authorization: dict[str, object]
    """Empty, likewise."""
    plan: dict[str, object]
    subaccount: dict[str, object]
    paidAt: str | None
    createdAt: str


class BatchAuthorization(Instrument):
    """The authorization of a charge in a batch."""

    signature: NotRequired[str | None]


class BatchCharge(TypedDict):
    """One charge of a batch."""

    id: int
    integration: int
    bulkcharge: int
    """The ``id`` of the batch."""
    domain: str
    """``"test"`` or ``"live"``."""
    status: str
    """``"pending"``, ``"success"``, ``"failed"``, ``"error"`` or ``"inactive_authorization"``."""
    amount: int
    """In the subunit of ``currency``."""
    currency: str
    customer: PaymentCustomer
    authorization: BatchAuthorization
    createdAt: str
    updatedAt: str
    # Paystack's sample of 2017 has only the transaction, its OpenAPI file only the other keys.
    transaction: NotRequired[BatchTransaction]
    reference: NotRequired[str]
    message: NotRequired[str | None]
    metadata: NotRequired[Metadata]
    attempt_partial_debit: NotRequired[bool]
    at_least: NotRequired[int | None]
    """The minimum to charge, in the subunit."""
