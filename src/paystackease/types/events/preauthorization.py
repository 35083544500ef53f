"""Events about preauthorizations."""

from typing import Literal, NotRequired, TypedDict

from paystackease.types.customers import Authorization
from paystackease.types.envelope import Metadata
from paystackease.types.events.charges import ChargeSplit
from paystackease.types.events.customers import EventCustomer


class CaptureTransaction(TypedDict):
    """The transaction of a capture."""

    id: str
    """A number, as text."""
    currency: str
    transaction_date: str
    status: str
    reference: str
    domain: str
    metadata: Metadata
    gateway_response: str
    message: str | None
    channel: str
    fees: int
    """Subunits of the currency."""
    split: ChargeSplit


class EventPreauthorization(TypedDict):
    """An amount on hold on a card, until it is captured or released."""

    id: int
    domain: str
    """``"test"`` or ``"live"``."""
    status: str
    """``"authorized"``, ``"captured"``, ``"capture_failed"``, ``"released"`` or ``"release_failed"``."""
    reference: str
    amount: int
    """The amount on hold, in subunits of the currency."""
    captured_amount: str | None
    """The amount captured, in subunits of the currency, as text."""
    captured_at: str | None
    currency: str
    fees: int
    """Subunits of the currency."""
    message: str | None
    metadata: Metadata
    authorization: Authorization
    customer: EventCustomer
    merchant_id: int
    merchant_name: str
    transaction_id: str | None
    """A number, as text."""
    expiry_date: str | None
    """When ``expire_action`` is carried out."""
    expire_action: NotRequired[str]
    """``"release"`` or ``"capture"``."""
    expired_at: NotRequired[str | None]
    split_code: NotRequired[str | None]
    split: NotRequired[dict[str, object] | None]


class CapturedPreauthorization(EventPreauthorization):
    """An amount that was captured."""

    transaction: CaptureTransaction


class PreauthorizationReserveSuccess(TypedDict):
    """An amount is on hold on a card."""

    event: Literal["preauthorization.reserve.success"]
    data: EventPreauthorization


class PreauthorizationCaptureSuccess(TypedDict):
    """An amount was captured, at your request or because the hold expired."""

    event: Literal["preauthorization.capture.success"]
    data: CapturedPreauthorization


class PreauthorizationCaptureFailed(TypedDict):
    """An amount could not be captured."""

    event: Literal["preauthorization.capture.failed"]
    data: EventPreauthorization


class PreauthorizationReleaseSuccess(TypedDict):
    """An amount was released, at your request or because the hold expired."""

    event: Literal["preauthorization.release.success"]
    data: EventPreauthorization


class PreauthorizationReleaseFailed(TypedDict):
    """An amount could not be released."""

    event: Literal["preauthorization.release.failed"]
    data: EventPreauthorization
