"""Events about dedicated virtual accounts."""

from typing import Literal, TypedDict

from paystackease.types.envelope import Metadata
from paystackease.types.events.customers import EventCustomer


class AccountBank(TypedDict):
    """The bank of an account."""

    id: int
    name: str
    slug: str


class AccountAssignment(TypedDict):
    """The owner of an account."""

    integration: int
    assignee_id: int
    assignee_type: str
    """``"Customer"`` or ``"Integration"``."""
    expired: bool
    account_type: str
    assigned_at: str
    expired_at: str | None


class AssignedAccount(TypedDict):
    """A virtual account that belongs to one customer."""

    id: int
    bank: AccountBank
    account_name: str
    account_number: str
    assigned: bool
    currency: str
    metadata: Metadata
    active: bool
    created_at: str
    updated_at: str
    assignment: AccountAssignment


class IdentificationStatus(TypedDict):
    """The result of the identity check."""

    status: str
    """``"success"`` or ``"failed"``."""


class AccountAssigned(TypedDict):
    """A customer and the new account."""

    customer: EventCustomer
    dedicated_account: AssignedAccount
    identification: IdentificationStatus


class AccountNotAssigned(TypedDict):
    """A customer without an account."""

    customer: EventCustomer
    dedicated_account: None
    identification: IdentificationStatus


class DedicatedAccountAssignSuccess(TypedDict):
    """A dedicated virtual account was assigned to a customer."""

    event: Literal["dedicatedaccount.assign.success"]
    data: AccountAssigned


class DedicatedAccountAssignFailed(TypedDict):
    """No dedicated virtual account could be assigned to a customer."""

    event: Literal["dedicatedaccount.assign.failed"]
    data: AccountNotAssigned
