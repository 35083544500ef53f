"""Events about transfers."""

from typing import Literal, NotRequired, TypedDict

from paystackease.types.envelope import Metadata


class TransferIntegration(TypedDict):
    """The sender. In API responses this is a number."""

    id: int
    is_live: bool
    business_name: str
    logo_path: NotRequired[str]


class RecipientDetails(TypedDict):
    """The account of a recipient."""

    authorization_code: str | None
    account_number: str
    account_name: str | None
    bank_code: str
    bank_name: str


class AnyRecipient(TypedDict):
    """The fields of each recipient."""

    id: int
    active: bool
    currency: str
    description: str | None
    domain: str
    """``"test"`` or ``"live"``."""
    email: str | None
    integration: int
    metadata: Metadata
    name: str
    recipient_code: str
    """``RCP_…``"""
    type: str
    is_deleted: bool
    details: RecipientDetails


class PaidRecipient(AnyRecipient):
    """The recipient of a transfer that succeeded."""

    createdAt: str
    updatedAt: str


class UnpaidRecipient(AnyRecipient):
    """The recipient of a transfer that failed."""

    created_at: str
    updated_at: str


class TransferSession(TypedDict):
    """The identifier of a transfer in the bank network."""

    provider: str | None
    id: str | None


class AnyTransfer(TypedDict):
    """The fields of each transfer."""

    id: int
    amount: int
    """Subunits of the currency."""
    currency: str
    domain: str
    """``"test"`` or ``"live"``."""
    failures: dict[str, object] | None
    integration: TransferIntegration
    reason: str | None
    reference: str
    source: str
    """``"balance"``."""
    source_details: dict[str, object] | None
    status: str
    """``"success"``, ``"failed"`` or ``"reversed"``, as in the event's name."""
    titan_code: str | None
    transfer_code: str
    """``TRF_…``"""
    transferred_at: str | None
    session: TransferSession


class PaidTransfer(AnyTransfer):
    """A transfer that succeeded. Its times are ``createdAt`` and ``updatedAt``."""

    recipient: PaidRecipient
    createdAt: str
    updatedAt: str
    fee_charged: int
    """Subunits of the currency."""
    gateway_response: str | None


class UnpaidTransfer(AnyTransfer):
    """A transfer that failed. Its times are ``created_at`` and ``updated_at``."""

    recipient: UnpaidRecipient
    created_at: str
    updated_at: str


class TransferSuccess(TypedDict):
    """A transfer succeeded."""

    event: Literal["transfer.success"]
    data: PaidTransfer


class TransferFailed(TypedDict):
    """A transfer failed."""

    event: Literal["transfer.failed"]
    data: UnpaidTransfer


class TransferReversed(TypedDict):
    """A transfer was returned to your balance."""

    event: Literal["transfer.reversed"]
    data: UnpaidTransfer
