"""Transfers: money sent from the balance to recipients."""

from typing import NotRequired, TypedDict

from paystackease.types.transfer_recipients import TransferRecipient


class TransferSummary(TypedDict):
    """The fields of a transfer in nearly each response."""

    id: int
    transfer_code: str
    """``TRF_…``"""
    amount: int
    """In subunits of the currency."""
    currency: str
    reason: str
    source: str
    """``"balance"``"""
    source_details: object
    """Null in all that Paystack has published, as is ``failures``."""
    status: str
    """``"otp"`` (it waits for ``finalize_transfer``), ``"pending"``, ``"success"``, ``"failed"``, ``"reversed"`` and
    others."""
    failures: object
    domain: str
    """``"test"`` or ``"live"``."""
    integration: int
    createdAt: str
    updatedAt: str


class FinalizedTransfer(TransferSummary):
    """The response to finalizing a transfer."""

    reference: str
    recipient: int
    """The recipient's ``id``."""
    titan_code: str | None
    transferred_at: str | None


class NewTransfer(FinalizedTransfer):
    """The response to starting a transfer."""

    request: int
    transfersessionid: list[object]
    transfertrials: list[object]


class QueuedTransfer(TypedDict):
    """A transfer of a bulk transfer."""

    reference: str
    recipient: str
    """The recipient's code, ``RCP_…``."""
    amount: int
    """In subunits of the currency."""
    transfer_code: str
    """``TRF_…``"""
    currency: str
    status: str


class TransferSession(TypedDict):
    """The identifier of a transfer at the banks."""

    provider: str | None
    """Such as ``"nip"``."""
    id: str | None


class TransferFee(TypedDict):
    """A part of the fee of a transfer."""

    amount: str
    """In subunits of the currency, as text."""
    formula: str | None
    type: str


class Transfer(TransferSummary):
    """A transfer, as in a list."""

    recipient: TransferRecipient
    reference: NotRequired[str]
    titan_code: NotRequired[str | None]
    transferred_at: NotRequired[str | None]
    request: NotRequired[int]
    session: NotRequired[TransferSession]
    fee_charged: NotRequired[int]
    """In subunits of the currency."""
    fees_breakdown: NotRequired[list[TransferFee] | int | None]


class FetchedTransfer(TransferSummary):
    """A transfer, with its fees and its outcome."""

    recipient: TransferRecipient
    reference: str
    titan_code: str | None
    transferred_at: str | None
    request: int
    session: TransferSession
    fee_charged: int
    """In subunits of the currency."""
    fees_breakdown: list[TransferFee] | None
    gateway_response: str | None


class TransferExport(TypedDict):
    """The file with the exported transfers."""

    path: str
    """The address of the file."""
    expiresAt: NotRequired[str]
