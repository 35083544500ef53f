"""Customers, their saved authorizations and their direct debit mandates."""

from typing import NotRequired, TypedDict

from paystackease.types.envelope import Metadata


class Authorization(TypedDict):
    """A saved card or account, which can be charged again."""

    authorization_code: str
    bin: str
    last4: str
    exp_month: str
    exp_year: str
    channel: str
    card_type: str
    """The brand, sometimes with a trailing space: ``"visa "``."""
    bank: str
    country_code: str
    brand: str
    reusable: bool
    signature: str
    account_name: str | None


class NewCustomer(TypedDict):
    """The response to creating a customer."""

    id: int
    customer_code: str
    email: str
    integration: int
    domain: str
    identified: bool
    identifications: dict[str, object] | None
    createdAt: str
    updatedAt: str
    first_name: NotRequired[str | None]
    last_name: NotRequired[str | None]
    phone: NotRequired[str | None]
    metadata: NotRequired[Metadata]
    risk_action: NotRequired[str]


class Customer(TypedDict):
    """A customer, as in a list."""

    id: int
    customer_code: str
    """``CUS_…``"""
    email: str
    first_name: str | None
    last_name: str | None
    phone: str | None
    metadata: Metadata
    domain: str
    """``"test"`` or ``"live"``."""
    integration: int
    createdAt: str
    updatedAt: str
    risk_action: NotRequired[str]
    """``"default"``, ``"allow"`` or ``"deny"``."""
    identified: NotRequired[bool]
    identifications: NotRequired[dict[str, object] | None]


class UpdatedCustomer(Customer):
    """The response to changing a customer."""

    transactions: list[object]
    subscriptions: list[object]
    authorizations: list[Authorization]


class FetchedCustomer(UpdatedCustomer):
    """A customer, with all that belongs to it."""

    created_at: str
    """The same as ``createdAt``: Paystack sends both."""
    updated_at: str
    total_transactions: int
    total_transaction_value: list[object]
    dedicated_account: dict[str, object] | None


class AuthorizationRequest(TypedDict):
    """The page where a customer allows direct debits."""

    redirect_url: str
    access_code: str
    reference: str


class CustomerName(TypedDict):
    """The customer of an authorization."""

    code: str
    """``CUS_…``; elsewhere this key is ``customer_code``."""
    email: str


class VerifiedAuthorization(TypedDict):
    """The outcome of a request to allow direct debits."""

    authorization_code: str
    channel: str
    bank: str
    active: bool
    customer: CustomerName


class MandateCustomer(TypedDict):
    """The customer of a mandate."""

    id: int
    customer_code: str
    email: str
    first_name: str
    last_name: str


class MandateAuthorization(TypedDict):
    """A customer's permission to debit a bank account."""

    id: int
    status: str
    """``"pending"``, ``"active"`` or ``"revoked"``."""
    mandate_id: int
    authorization_id: int
    authorization_code: str
    integration_id: int
    account_number: str
    bank_code: str
    bank_name: str | None
    customer: MandateCustomer
    authorized_at: str
