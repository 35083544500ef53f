"""Banks, countries and states."""

from typing import NotRequired, TypedDict


class Bank(TypedDict):
    """A bank, or another institution with accounts."""

    id: int
    name: str
    slug: str
    """Its name in addresses, such as ``"wema-bank"``."""
    code: str
    """``bank_code`` in other calls."""
    longcode: str
    gateway: str | None
    pay_with_bank: bool
    active: bool
    is_deleted: bool | None
    country: str
    currency: str
    type: str
    """``"nuban"``, ``"ghipss"``, ``"mobile_money"``, ``"kepss"`` or ``"basa"``."""
    createdAt: str
    updatedAt: str
    supports_transfer: NotRequired[bool]
    available_for_direct_debit: NotRequired[bool]
    nip_sort_code: NotRequired[str | None]
    """Only with ``include_nip_sort_code``."""


class Relationship(TypedDict):
    """The entries of one type in a country."""

    type: str
    data: list[str]
    supported_currencies: NotRequired[dict[str, object]]
    """The format of accounts by currency, for the type ``"currency"``."""


class CountryRelationships(TypedDict):
    """Paystack's features in a country."""

    currency: Relationship
    integration_feature: Relationship
    integration_type: Relationship
    payment_method: Relationship


class Country(TypedDict):
    """A country that Paystack works in."""

    id: int
    name: str
    iso_code: str
    """Two letters."""
    default_currency_code: str
    integration_defaults: dict[str, object]
    relationships: CountryRelationships
    calling_code: NotRequired[str]
    active_for_dashboard_onboarding: NotRequired[bool]
    pilot_mode: NotRequired[bool]


class State(TypedDict):
    """A state or province, for the verification of addresses."""

    name: str
    slug: str
    abbreviation: str
