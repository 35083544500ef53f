"""Bulk charges: batches of charges to saved authorizations."""

from typing import NotRequired, TypedDict

from paystackease.types.envelope import Metadata
from paystackease.types.transactions import Instrument, PaymentCustomer


class Batch(TypedDict):
    """What every batch has."""

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
    """What starting a batch answers."""

    reference: str
    """Paystack's reference of the batch."""
    integration: int
    total_charges: int
    """How many charges there are."""
    pending_charges: int
    """How many are still to be made."""


class BulkCharge(Batch):
    """A batch, as a list gives it."""

    # Missing from Paystack's samples of 2017, required in its OpenAPI file.
    reference: NotRequired[str]
    """Paystack's reference of the batch."""
    integration: NotRequired[int]
    easy_cron_id: NotRequired[int | str | None]


class FetchedBulkCharge(BulkCharge):
    """A batch, and how far it is."""

    total_charges: int
    """How many charges there are."""
    pending_charges: int
    """How many are still to be made."""


class BatchTransaction(TypedDict):
    """The transaction that a charge of a batch made."""

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
    """Empty: the customer stands beside the transaction."""
    authorization: dict[str, object]
    """Empty, likewise."""
    plan: dict[str, object]
    subaccount: dict[str, object]
    paidAt: str | None
    createdAt: str


class BatchAuthorization(Instrument):
    """What a charge of a batch is taken from."""

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
    # Paystack's sample of 2017 has the transaction and not the rest, its OpenAPI file the rest and not the transaction.
    transaction: NotRequired[BatchTransaction]
    reference: NotRequired[str]
    message: NotRequired[str | None]
    metadata: NotRequired[Metadata]
    attempt_partial_debit: NotRequired[bool]
    at_least: NotRequired[int | None]
    """The least to be taken, in the subunit."""
