"""Events about the identification of customers."""

from typing import Literal, NotRequired, TypedDict


class Identification(TypedDict):
    """The document or account that identifies a customer. Some digits are replaced with asterisks."""

    country: str
    type: str
    """``"bank_account"`` or ``"bvn"``."""
    bvn: NotRequired[str]
    account_number: NotRequired[str]
    bank_code: NotRequired[str]
    value: NotRequired[str]
    """The number, if ``type`` is not ``"bank_account"``."""


class IdentityCheck(TypedDict):
    """A check of a customer's identity."""

    customer_code: str
    email: str
    identification: Identification


class PassedIdentityCheck(IdentityCheck):
    """A check that succeeded."""

    customer_id: str
    """A number, as text. If the check fails, it is a number."""


class FailedIdentityCheck(IdentityCheck):
    """A check that failed."""

    customer_id: int
    reason: str


class CustomerIdentificationSuccess(TypedDict):
    """A customer's identity was confirmed."""

    event: Literal["customeridentification.success"]
    data: PassedIdentityCheck


class CustomerIdentificationFailed(TypedDict):
    """A customer's identity was not confirmed."""

    event: Literal["customeridentification.failed"]
    data: FailedIdentityCheck
