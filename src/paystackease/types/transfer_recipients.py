"""Transfer recipients: the accounts that money is sent to."""

from typing import NotRequired, TypedDict

from paystackease.types.envelope import Metadata


class RecipientDetails(TypedDict):
    """The account of a recipient."""

    account_number: str | None
    account_name: str | None
    """The name of the account's holder, if the bank returned it."""
    bank_code: str
    bank_name: str
    authorization_code: NotRequired[str | None]
    """Of a recipient of the type ``"authorization"``."""


class RecipientSummary(TypedDict):
    """The fields of a recipient in each response."""

    id: int
    recipient_code: str
    """``RCP_…``"""
    type: str
    """``"nuban"``, ``"ghipss"``, ``"mobile_money"``, ``"basa"``, ``"authorization"`` and others."""
    name: str
    currency: str
    details: RecipientDetails
    active: bool
    """``False`` after it was deleted."""
    domain: str
    """``"test"`` or ``"live"``."""
    createdAt: str
    updatedAt: str


class NewRecipient(RecipientSummary):
    """The response to creating a recipient, or for each of many."""

    integration: int
    description: NotRequired[str | None]
    email: NotRequired[str | None]
    metadata: NotRequired[Metadata]
    is_deleted: NotRequired[bool]
    """Only if a single recipient was created."""
    isDeleted: NotRequired[bool]
    """From creating many."""


class RefusedRecipients(TypedDict):
    """A recipient that Paystack did not add, with the reason."""

    message: str
    records: list[dict[str, object]]
    """The recipients, as they were sent."""


class AddedRecipients(TypedDict):
    """The response to creating many recipients."""

    success: list[NewRecipient]
    errors: list[RefusedRecipients]


class Recipient(RecipientSummary):
    """A recipient."""

    metadata: Metadata
    integration: NotRequired[int]
    description: NotRequired[str | None]
    email: NotRequired[str | None]
    is_deleted: NotRequired[bool]
    isDeleted: NotRequired[bool]
    recipient_account: NotRequired[str]
    institution_code: NotRequired[str]


class TransferRecipient(RecipientSummary):
    """The recipient of a transfer."""

    integration: int
    description: str | None
    metadata: Metadata
    email: NotRequired[str | None]
    is_deleted: NotRequired[bool]
    isDeleted: NotRequired[bool]
