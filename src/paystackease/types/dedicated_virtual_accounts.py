"""Dedicated virtual accounts: bank account numbers that belong to one customer each."""

from typing import NotRequired, TypedDict

from paystackease.types.envelope import Metadata


class ProviderBank(TypedDict):
    """The bank that an account is at."""

    id: int
    name: str
    slug: str
    """``"wema-bank"``; elsewhere ``preferred_bank`` or ``provider_slug``."""


class AccountCustomer(TypedDict):
    """Whose an account is."""

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
    """What an account was assigned to, and when."""

    integration: int
    assignee_id: int
    assignee_type: str
    """``"Customer"``, or ``"Integration"`` once it is no customer's any more."""
    account_type: str
    """``"PAY-WITH-TRANSFER-RECURRING"``."""
    assigned_at: str
    expired: NotRequired[bool]
    expired_at: NotRequired[str | None]


class SplitConfig(TypedDict):
    """Whom the payments into an account are shared with: a subaccount or a split. Empty: nobody."""

    subaccount: NotRequired[str]
    split_code: NotRequired[str]


class NewDedicatedAccount(TypedDict):
    """What creating an account answers."""

    id: int
    account_name: str
    """What a payer sees: the business and the customer."""
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
    """An account, as a list gives it."""

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
    """An account that is no customer's any more."""

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
    """An account whose payments are shared from now on."""

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
    """An account whose payments are shared no more."""

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
    """A bank that gives dedicated virtual accounts."""

    id: int
    provider_slug: str
    """What ``preferred_bank`` and ``provider_slug`` take."""
    bank_id: int
    bank_name: str
