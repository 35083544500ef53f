"""Events about direct debit mandates."""

from typing import Literal, TypedDict

from paystackease.types.envelope import Metadata
from paystackease.types.events.customers import Person


class MandateHolder(Person):
    """The customer who gave a mandate."""

    code: str
    """``CUS_…``; elsewhere this key is ``customer_code``."""
    phone: str
    metadata: Metadata
    risk_action: str
    """``"default"``, ``"allow"`` or ``"deny"``."""


class Mandate(TypedDict):
    """A customer's permission to debit a bank account."""

    authorization_code: str
    active: bool
    """Whether it can be charged yet."""
    last4: str
    channel: str
    card_type: str
    bank: str
    exp_month: int
    """A number, unlike a card's."""
    exp_year: int
    country_code: str
    brand: str
    reusable: bool
    signature: str
    account_name: str
    customer: MandateHolder


class ActiveMandate(Mandate):
    """A mandate that can be charged."""

    integration: int
    domain: str
    """``"test"`` or ``"live"``."""
    reference: str


class DirectDebitAuthorizationCreated(TypedDict):
    """A customer gave a mandate. The account cannot be debited yet."""

    event: Literal["direct_debit.authorization.created"]
    status: bool
    """Only this event has the ``status`` and ``message`` of an API response."""
    message: str
    data: Mandate


class DirectDebitAuthorizationActive(TypedDict):
    """A customer's bank account can now be debited."""

    event: Literal["direct_debit.authorization.active"]
    data: ActiveMandate
