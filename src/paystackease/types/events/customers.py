"""The customer in webhook events."""

from typing import NotRequired, TypedDict

from paystackease.types.envelope import Metadata


class Person(TypedDict):
    """A name and an e-mail address."""

    first_name: str | None
    last_name: str | None
    email: str


class Payer(Person):
    """The fields of each full customer."""

    customer_code: str
    """``CUS_…``"""
    phone: str | None
    metadata: Metadata
    risk_action: str
    """``"default"``, ``"allow"`` or ``"deny"``."""
    international_format_phone: NotRequired[str | None]


class EventCustomer(Payer):
    """A customer."""

    id: int
