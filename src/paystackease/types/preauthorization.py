"""Preauthorizations: amounts on hold on cards, to be captured later."""

from typing import NotRequired, TypedDict

from paystackease.types.customers import Authorization
from paystackease.types.envelope import Metadata


class PreauthorizationCustomer(TypedDict):
    """The customer of a preauthorization."""

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
    """The page where a customer allows a hold."""

    authorization_url: str
    access_code: str
    reference: str


class PreauthorizationDetails(TypedDict):
    """The fields of a preauthorization."""

    id: int
    reference: str
    """``pre_…`` if Paystack generated it."""
    status: str
    """``"ongoing"``, ``"authorized"``, ``"captured"``, ``"released"``, ``"failed"`` or ``"abandoned"``; Paystack's
    webhooks also know ``"capture_failed"`` and ``"release_failed"``."""
    amount: int
    """The amount on hold, in subunits of the currency."""
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
    """The bank's response. In other responses it is text."""

    authorizeResponse: str
    rrn: str
    """The bank's reference."""


class ReservedPreauthorization(PreauthorizationDetails):
    """The response to a hold on a saved card."""

    gateway_response: GatewayResponse


class VerifiedPreauthorization(PreauthorizationDetails):
    """A preauthorization."""

    captured_at: str | None


class CapturedPreauthorization(TypedDict):
    """The transaction of a capture."""

    id: int
    """The transaction's, not the preauthorization's."""
    reference: str
    status: str
    """The transaction's: ``"success"``."""
    amount: int
    """The amount captured, in subunits of the currency."""
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
    """The response to a release."""

    status: str
    """``"released"``"""
    reference: str
    id: NotRequired[int]
    """In the sample of Paystack's guide, not in that of its reference."""


class Preauthorization(TypedDict):
    """A preauthorization, as in a list."""

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
    """The transaction of the capture."""
    domain: str
    """``"test"`` or ``"live"``."""
    created_at: str
    captured_at: str | None
    released_at: str | None
