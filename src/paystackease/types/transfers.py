"""Transfers: money sent from the balance to recipients."""

from typing import NotRequired, TypedDict

from paystackease.types.transfer_recipients import TransferRecipient


class TransferSummary(TypedDict):
    """What nearly every answer says of a transfer."""

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
    """What finalizing a transfer answers."""

    reference: str
    recipient: int
    """The recipient's ``id``."""
    titan_code: str | None
    transferred_at: str | None


class NewTransfer(FinalizedTransfer):
    """What starting a transfer answers."""

    request: int
    transfersessionid: list[object]
    transfertrials: list[object]


class QueuedTransfer(TypedDict):
    """One of the transfers that were started together."""

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
    """How the banks know a transfer."""

    provider: str | None
    """Such as ``"nip"``."""
    id: str | None


class TransferFee(TypedDict):
    """A part of what a transfer cost."""

    amount: str
    """In subunits of the currency, as text."""
    formula: str | None
    type: str


class Transfer(TransferSummary):
    """A transfer, as a list gives it."""

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
    """A transfer, with what it cost and how it went."""

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
    """Where the exported transfers are."""

    path: str
    """The address of the file."""
    expiresAt: NotRequired[str]
