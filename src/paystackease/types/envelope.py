"""The parts that answers of every kind share."""

from typing import NotRequired, TypeAlias, TypedDict

Metadata: TypeAlias = dict[str, object] | str | int | None
"""Whatever was stored with an object. Where nothing was, Paystack sends null, ``""``, ``0`` or ``{}``."""


class Meta(TypedDict, total=False):
    """What stands beside ``data``: where a list goes on, or what to do about an error."""

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
    """An answer that says no, whole: ``error.response`` as a plain dict. Older endpoints send the message alone."""

    status: bool
    message: str
    meta: NotRequired[Meta]
    type: NotRequired[str]
    """``"api_error"``, ``"validation_error"`` or ``"processor_error"``."""
    code: NotRequired[str]
    data: NotRequired[dict[str, object]]
    """What a few endpoints say besides."""


class AnswerBody(TypedDict):
    """An answer that says yes, whole. What ``data`` is, the endpoint's ``Response[...]`` says."""

    status: bool | str
    """True; removing a split from a dedicated account says ``"success"``."""
    message: str
    data: NotRequired[object]
    meta: NotRequired[Meta]
    type: NotRequired[str]
    code: NotRequired[str]
