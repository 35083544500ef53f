"""Transfer recipients: the accounts that money is sent to."""

from typing import NotRequired, TypedDict

from paystackease.types.envelope import Metadata


class RecipientDetails(TypedDict):
    """Where the money of a recipient goes."""

    account_number: str | None
    account_name: str | None
    """Whose account it is, as far as the bank has said."""
    bank_code: str
    bank_name: str
    authorization_code: NotRequired[str | None]
    """Of a recipient of the type ``"authorization"``."""


class RecipientSummary(TypedDict):
    """What every answer says of a recipient."""

    id: int
    recipient_code: str
    """``RCP_…``"""
    type: str
    """``"nuban"``, ``"ghipss"``, ``"mobile_money"``, ``"basa"``, ``"authorization"`` and others."""
    name: str
    currency: str
    details: RecipientDetails
    active: bool
    """``False`` once it was deleted."""
    domain: str
    """``"test"`` or ``"live"``."""
    createdAt: str
    updatedAt: str


class NewRecipient(RecipientSummary):
    """What creating a recipient answers, for one or for each of many."""

    integration: int
    description: NotRequired[str | None]
    email: NotRequired[str | None]
    metadata: NotRequired[Metadata]
    is_deleted: NotRequired[bool]
    """From creating one."""
    isDeleted: NotRequired[bool]
    """From creating many."""


class RefusedRecipients(TypedDict):
    """What Paystack did not add, and why."""

    message: str
    records: list[dict[str, object]]
    """The recipients, as they were given."""


class AddedRecipients(TypedDict):
    """What creating many recipients answers."""

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
    """Whom a transfer goes to."""

    integration: int
    description: str | None
    metadata: Metadata
    email: NotRequired[str | None]
    is_deleted: NotRequired[bool]
    isDeleted: NotRequired[bool]
