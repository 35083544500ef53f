"""The parts that all responses have in common."""

from typing import NotRequired, TypeAlias, TypedDict

Metadata: TypeAlias = dict[str, object] | str | int | None
"""The data that was stored with an object. If there is none, Paystack sends null, ``""``, ``0`` or ``{}``."""


class Meta(TypedDict, total=False):
    """The metadata of a response: the position in a list, or advice about an error."""

    total: int
    skipped: int
    perPage: int | str
    page: int
    pageCount: int
    next: str | int | None
    previous: str | int | None
    per_page: int
    count: int
    total_volume: int
    nextStep: str


class ErrorBody(TypedDict):
    """The body of a rejection: ``error.response`` as a plain dict. Older endpoints send only the message."""

    status: bool
    message: str
    meta: NotRequired[Meta]
    type: NotRequired[str]
    """``"api_error"``, ``"validation_error"`` or ``"processor_error"``."""
    code: NotRequired[str]
    data: NotRequired[dict[str, object]]
    """An additional field of a few endpoints."""


class AnswerBody(TypedDict):
    """The body of a success. The endpoint's ``Response[...]`` has the type of ``data``."""

    status: bool | str
    """True; removing a split from a dedicated account returns ``"success"``."""
    message: str
    data: NotRequired[object]
    meta: NotRequired[Meta]
    type: NotRequired[str]
    code: NotRequired[str]
