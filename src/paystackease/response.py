"""What a call returns: Paystack's JSON object just as it came, with the parts of its envelope named and typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Literal, TypeVar, cast, overload

from paystackease.types.envelope import Meta

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paystackease._core.request import Request

T_co = TypeVar("T_co", covariant=True)


@dataclass(slots=True)
class ResponseInfo:
    """How an answer came. Kept beside the body, never mixed into it."""

    request: Request[object]
    """What was asked."""
    status: int
    """The HTTP status."""
    headers: Mapping[str, str]
    """The HTTP headers, their names in lower case."""
    attempts: int
    """How many times the request was sent before this answer came: 1 unless it was repeated."""
    recovered: bool = False
    """Whether Paystack's answer to the call was lost, and this is what it said when it was asked what became of it."""
    items: Mapping[str, Literal["answered", "recovered"]] | None = None
    """Of a bulk call that was recovered: how the answer to each item came, by its reference."""

    @property
    def reference(self) -> str | None:
        """The reference of the call, yours or the one that was made for it, where Paystack knows it by one."""
        return self.request.reference


class Response(dict[str, object], Generic[T_co]):
    """Paystack's answer: a ``dict``, and the very body that Paystack sent.

    Only the envelope has names here. What is inside ``data`` is Paystack's, and is reached by key:
    ``response.data["customer_code"]``. ``response.data is response["data"]``.
    """

    __slots__ = ("http",)

    def __init__(self, body: Mapping[str, object], http: ResponseInfo) -> None:
        super().__init__(body)
        self.http = http
        """How the answer came: its HTTP status and headers, the request, the number of attempts."""

    @property
    def data(self) -> T_co:
        """What was asked for, or ``None`` where Paystack sends an acknowledgement alone."""
        return cast(T_co, self.get("data"))

    @property
    def message(self) -> str:
        """Paystack's sentence about what happened, or ``""``."""
        return str(self.get("message") or "")

    @property
    def meta(self) -> Meta:
        """What Paystack says about a list (its pages) or an error (the next step); empty where it says nothing."""
        meta = self.get("meta")
        return cast(Meta, meta) if isinstance(meta, dict) else Meta()

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, key: Literal["data"]) -> T_co: ...
        @overload
        def __getitem__(self, key: Literal["message"]) -> str: ...
        @overload
        def __getitem__(self, key: Literal["meta"]) -> Meta: ...
        @overload
        def __getitem__(self, key: str) -> object: ...
        def __getitem__(self, key: str) -> object: ...
