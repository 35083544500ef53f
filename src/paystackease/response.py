"""What a call returns: Paystack's JSON object, with typed properties for the parts of its envelope."""

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
    """The HTTP response and the request of a call. It is separate from the body."""

    request: Request[object]
    """The request."""
    status: int
    """The HTTP status."""
    headers: Mapping[str, str]
    """The HTTP headers. Their names are in lower case."""
    attempts: int
    """The number of attempts: 1 if there was no retry."""
    recovered: bool = False
    """Whether the response of the call was lost, and this one was built from its verify endpoint."""
    items: Mapping[str, Literal["answered", "recovered"]] | None = None
    """For a recovered bulk call: the source of each item, by its reference."""

    @property
    def reference(self) -> str | None:
        """The reference of the call, yours or a generated one; None if the call has no reference."""
        return self.request.reference


class Response(dict[str, object], Generic[T_co]):
    """Paystack's response: a ``dict`` with the JSON body that Paystack sent.

    Only the parts of the envelope are properties. The fields of ``data`` keep Paystack's names, and are read by key:
    ``response.data["customer_code"]``. ``response.data is response["data"]``.
    """

    __slots__ = ("http",)

    def __init__(self, body: Mapping[str, object], http: ResponseInfo) -> None:
        super().__init__(body)
        self.http = http
        """The HTTP status and headers, the request, and the number of attempts."""

    @property
    def data(self) -> T_co:
        """The result of the call, or None if Paystack sends only an acknowledgement."""
        return cast(T_co, self.get("data"))

    @property
    def message(self) -> str:
        """Paystack's message, or ``""``."""
        return str(self.get("message") or "")

    @property
    def meta(self) -> Meta:
        """Paystack's information about a list (its pages) or an error (the next step). It may be empty."""
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
