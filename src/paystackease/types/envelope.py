"""The parts that answers of every kind share."""

from typing import TypeAlias, TypedDict

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
