"""Error responses in Paystack's format.

Newer endpoints respond with a ``type``, a ``code`` and a hint under ``meta.nextStep``, older ones with the message
alone. Paystack's samples show which endpoint has which. An error without a source is marked as an assumption.
"""

from __future__ import annotations

from collections.abc import Mapping

HEADERS: Mapping[str, str] = {
    "content-type": "application/json; charset=utf-8",
    "x-powered-by": "paystackease emulator",
}
"""The headers of every response."""


class ApiError(Exception):  # it is a response, not an error of the emulator
    """An unsuccessful response. If an operation raises it, its changes are rolled back."""

    def __init__(
        self,
        status: int,
        message: str,
        code: str | None = None,
        *,
        kind: str = "validation_error",
        next_step: str | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self.body: dict[str, object] = {"status": False, "message": message}
        if data is not None:
            self.body["data"] = data
        if next_step is not None:
            self.body["meta"] = {"nextStep": next_step}
        if code is not None:
            self.body.update(type=kind, code=code)


def invalid_key() -> ApiError:
    """The key is missing, not a test key's shape, or a live one. The capital K in the code is Paystack's (observed)."""
    step = "Ensure that you provide the correct authorization key for the request"
    return ApiError(401, "Invalid key", "invalid_Key", next_step=step)


def missing_field(field: str) -> ApiError:
    """A required field is missing. The wording is that of Paystack's validator; that of single fields varies."""
    return ApiError(400, f"{field} is required", "missing_params", next_step="Provide all required params ")


def too_deep(error: ValueError) -> ApiError:
    """JSON is nested too deeply. Whether and how Paystack rejects it is unknown: an assumption."""
    return ApiError(400, str(error), "invalid_params")


def not_implemented(method: str, path: str) -> ApiError:
    """The emulator does not implement the operation."""
    message = f"The emulator does not have {method} {path} (yet): nothing was done"
    return ApiError(501, message, "not_implemented", kind="emulator_error", headers={"x-emulator-unimplemented": "1"})


def internal_error() -> ApiError:
    """A bug of the emulator, reported as Paystack reports its own."""
    return ApiError(500, "An error occurred", "unknown", kind="api_error")
