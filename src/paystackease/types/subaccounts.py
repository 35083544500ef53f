"""Subaccounts: the bank accounts that payments are shared with."""

from typing import NotRequired, TypedDict

from paystackease.types.envelope import Metadata


class SubaccountDetails(TypedDict):
    """The fields of a subaccount."""

    id: int
    subaccount_code: str
    """``ACCT_…``"""
    business_name: str
    percentage_charge: float
    """The percentage of each payment for the main account."""
    settlement_bank: str
    """The name of the bank, although its code was sent."""
    bank: int
    """Paystack's number of the bank."""
    account_number: str
    account_name: str | None
    currency: str
    settlement_schedule: str
    """In upper case, although it is sent in lower case: ``"AUTO"``."""
    active: bool
    is_verified: bool
    migrate: bool
    product: str
    integration: int
    managed_by_integration: int
    domain: str
    """``"test"`` or ``"live"``."""
    createdAt: str
    updatedAt: str


class NewSubaccount(SubaccountDetails):
    """The response to creating a subaccount."""

    description: NotRequired[str | None]
    primary_contact_name: NotRequired[str | None]
    primary_contact_email: NotRequired[str | None]
    primary_contact_phone: NotRequired[str | None]
    metadata: NotRequired[Metadata]


class FetchedSubaccount(SubaccountDetails):
    """A subaccount, as fetched or changed."""

    description: str | None
    primary_contact_name: str | None
    primary_contact_email: str | None
    primary_contact_phone: str | None
    metadata: Metadata


class Subaccount(TypedDict):
    """A subaccount, as in a list."""

    id: int
    subaccount_code: str
    """``ACCT_…``"""
    business_name: str
    description: str | None
    primary_contact_name: str | None
    primary_contact_email: str | None
    primary_contact_phone: str | None
    metadata: Metadata
    percentage_charge: float
    """The percentage of each payment for the main account."""
    settlement_bank: str
    """The name of the bank."""
    bank_id: int
    """Paystack's number of the bank; elsewhere this key is ``bank``."""
    account_number: str
    currency: str
    active: int
    """``1`` or ``0``; elsewhere a boolean."""
