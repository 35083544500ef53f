"""Dedicated virtual accounts: bank account numbers that each belong to one customer."""

from typing import NotRequired, TypedDict

from paystackease.types.envelope import Metadata


class ProviderBank(TypedDict):
    """The bank that an account is at."""

    id: int
    name: str
    slug: str
    """``"wema-bank"``; elsewhere ``preferred_bank`` or ``provider_slug``."""


class AccountCustomer(TypedDict):
    """The customer of an account."""

    id: int
    first_name: str | None
    last_name: str | None
    email: str
    customer_code: str
    phone: str | None
    risk_action: str
    metadata: NotRequired[Metadata]
    international_format_phone: NotRequired[str | None]


class Assignment(TypedDict):
    """The assignment of an account."""

    integration: int
    assignee_id: int
    assignee_type: str
    """``"Customer"``, or ``"Integration"`` after it was deactivated."""
    account_type: str
    """``"PAY-WITH-TRANSFER-RECURRING"``."""
    assigned_at: str
    expired: NotRequired[bool]
    expired_at: NotRequired[str | None]


class SplitConfig(TypedDict):
    """The subaccount or split that receives a share of the payments; empty if there is none."""

    subaccount: NotRequired[str]
    split_code: NotRequired[str]


class NewDedicatedAccount(TypedDict):
    """The response to creating an account."""

    id: int
    account_name: str
    """The name that payers see: the business and the customer."""
    account_number: str
    bank: ProviderBank
    customer: AccountCustomer
    currency: str
    assigned: bool
    active: bool
    assignment: Assignment
    metadata: Metadata
    created_at: str
    updated_at: str
    split_config: NotRequired[SplitConfig | None]


class DedicatedAccount(TypedDict):
    """An account, as in a list."""

    id: int
    account_name: str
    account_number: str
    bank: ProviderBank
    customer: AccountCustomer
    currency: str
    assigned: bool
    active: bool
    split_config: SplitConfig | None
    created_at: str
    updated_at: str


class FetchedDedicatedAccount(TypedDict):
    """An account, as it is fetched."""

    id: int
    account_name: str
    account_number: str
    bank: ProviderBank
    customer: AccountCustomer
    currency: str
    assigned: bool
    active: bool
    split_config: SplitConfig | str | None
    """Here it is text that holds JSON."""
    created_at: str
    updated_at: str


class DeactivatedDedicatedAccount(TypedDict):
    """A deactivated account."""

    id: int
    account_name: str
    account_number: str
    bank: ProviderBank
    currency: str
    assigned: bool
    """False from now on."""
    active: bool
    """Still true: the number exists."""
    assignment: Assignment
    metadata: Metadata
    created_at: str
    updated_at: str


class SplitDedicatedAccount(TypedDict):
    """An account with a split."""

    id: int
    account_name: str
    account_number: str
    currency: str
    assigned: bool | int
    """1 in Paystack's guide, for true."""
    active: bool | int
    """As ``assigned``."""
    split_config: SplitConfig | None
    createdAt: str
    updatedAt: str
    metadata: NotRequired[Metadata]
    assignment_id: NotRequired[int]
    last_assignment_id: NotRequired[int]


class UnsplitDedicatedAccount(TypedDict):
    """An account without a split."""

    id: int
    account_name: str
    account_number: str
    currency: str
    assigned: bool
    active: bool
    split_config: SplitConfig | None
    """Empty or null."""
    createdAt: str
    updatedAt: str


class AccountProvider(TypedDict):
    """A bank that provides dedicated virtual accounts."""

    id: int
    provider_slug: str
    """The value for ``preferred_bank`` and ``provider_slug``."""
    bank_id: int
    bank_name: str
