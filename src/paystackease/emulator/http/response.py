"""A successful response, before it is encoded: Paystack's envelope."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class ApiResponse(msgspec.Struct):
    """The result of an operation, in Paystack's envelope. :class:`~.errors.ApiError` is its counterpart."""

    message: str
    data: object = None
    status: int = 200
    meta: Mapping[str, object] | None = None
    omits_data: bool = False
    """True if the envelope has no ``data`` at all, not even null."""
    extra: Mapping[str, object] = msgspec.field(default_factory=dict[str, object])
    """Further fields of the envelope. They override the usual ones."""

    @property
    def body(self) -> dict[str, object]:
        """The envelope."""
        body: dict[str, object] = {"status": True, "message": self.message}
        if not self.omits_data:
            body["data"] = self.data
        if self.meta is not None:
            body["meta"] = self.meta
        body.update(self.extra)
        return body

    @property
    def content(self) -> bytes:
        """The encoded body."""
        return msgspec.json.encode(self.body)

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers besides the usual ones."""
        return {}


def message_only(message: str, status: int = 200) -> ApiResponse:
    """Return a response without ``data``."""
    return ApiResponse(message, status=status, omits_data=True)
