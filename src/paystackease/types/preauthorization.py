"""Preauthorizations: amounts held on cards, to be taken later."""

from typing import NotRequired, TypedDict

from paystackease.types.customers import Authorization
from paystackease.types.envelope import Metadata


class PreauthorizationCustomer(TypedDict):
    """Whose card an amount is held on."""

    id: int
    customer_code: str
    """``CUS_…``"""
    email: str
    first_name: str | None
    last_name: str | None
    phone: str | None
    international_format_phone: str | None
    metadata: Metadata
    risk_action: str
    """``"default"``, ``"allow"`` or ``"deny"``."""


class PreauthorizationRequest(TypedDict):
    """Where a customer goes to have an amount held."""

    authorization_url: str
    access_code: str
    reference: str


class PreauthorizationDetails(TypedDict):
    """What Paystack says about one preauthorization."""

    id: int
    reference: str
    """``pre_…`` where Paystack made it."""
    status: str
    """``"ongoing"``, ``"authorized"``, ``"captured"``, ``"released"``, ``"failed"`` or ``"abandoned"``; Paystack's
    webhooks also know ``"capture_failed"`` and ``"release_failed"``."""
    amount: int
    """What was held, in subunits of the currency."""
    currency: str
    fees: int
    """In subunits of the currency."""
    authorization: Authorization
    customer: PreauthorizationCustomer
    metadata: Metadata
    expiry_date: str | None
    expire_action: str
    """What happens on that date: ``"release"`` or ``"capture"``."""
    split_code: str | None
    split: dict[str, object] | None
    merchant_id: int
    merchant_name: str
    domain: str
    """``"test"`` or ``"live"``."""
    created_at: str
    released_at: str | None


class GatewayResponse(TypedDict):
    """What the bank said. Text elsewhere."""

    authorizeResponse: str
    rrn: str
    """The bank's reference."""


class ReservedPreauthorization(PreauthorizationDetails):
    """What holding an amount on a saved card answers."""

    gateway_response: GatewayResponse


class VerifiedPreauthorization(PreauthorizationDetails):
    """A preauthorization."""

    captured_at: str | None


class CapturedPreauthorization(TypedDict):
    """The transaction by which a held amount was taken."""

    id: int
    """The transaction's, not the preauthorization's."""
    reference: str
    status: str
    """The transaction's: ``"success"``."""
    amount: int
    """What was taken, in subunits of the currency."""
    currency: str
    fees: int
    """In subunits of the currency."""
    transaction_date: str
    channel: str
    """``"preauth"``"""
    gateway_response: str
    message: str | None
    authorization: Authorization
    customer: PreauthorizationCustomer
    plan: dict[str, object] | None
    metadata: Metadata
    ip_address: str | None
    log: dict[str, object] | None
    domain: str
    """``"test"`` or ``"live"``."""


class ReleasedPreauthorization(TypedDict):
    """What letting a held amount go answers."""

    status: str
    """``"released"``"""
    reference: str
    id: NotRequired[int]
    """In the sample of Paystack's guide, not in that of its reference."""


class Preauthorization(TypedDict):
    """A preauthorization, as a list gives it."""

    id: int
    reference: str
    status: str
    """``"ongoing"``, ``"authorized"``, ``"captured"``, ``"released"``, ``"failed"`` or ``"abandoned"``."""
    amount: int
    """In subunits of the currency."""
    currency: str
    fees: int
    """In subunits of the currency."""
    customer: PreauthorizationCustomer
    transaction_id: int | None
    """The transaction by which it was taken."""
    domain: str
    """``"test"`` or ``"live"``."""
    created_at: str
    captured_at: str | None
    released_at: str | None
