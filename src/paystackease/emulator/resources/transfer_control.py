"""The one-time password (OTP) of transfers, which is sent to the phone of the business.

    needed > disabling requested (an OTP is sent) > not needed > needed

The emulator does not send it: the OTP is that of Paystack's test instruments.
"""

from __future__ import annotations

from paystackease.emulator.catalog.test_instruments import OTP
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.storage.document import Document

routes = RouteGroup()

REASONS = ("disable_otp", "resend_otp", "transfer")


@routes.route("POST", "/transfer/resend_otp")
def resend(context: RequestContext) -> ApiResponse:
    code, reason = str(context.require("transfer_code", "Transfer code")), context.require("reason", "Reason")
    if reason not in REASONS:
        raise ApiError(400, "Invalid reason passed", "invalid_params")  # the wording is an assumption
    find_awaiting_otp(context, code)
    return message_only("OTP has been resent")


@routes.route("POST", "/transfer/disable_otp")
def disable(context: RequestContext) -> ApiResponse:
    if _pending_request(context) is None:
        context.create("otp_request", {"status": "requested"})
    return message_only("OTP has been sent to mobile number ending with 0000")


@routes.route("POST", "/transfer/disable_otp_finalize")
def finalize_disabling(context: RequestContext) -> ApiResponse:
    verify_otp(str(context.require("otp", "OTP")))
    request = _pending_request(context)
    if request is None:
        raise _invalid_otp()  # no OTP was sent (an assumption)
    request.body["status"] = "done"
    context.save(request)
    context.update_settings(otp_for_transfers=False)
    return message_only("OTP requirement for transfers has been disabled")


@routes.route("POST", "/transfer/enable_otp")
def enable(context: RequestContext) -> ApiResponse:
    context.update_settings(otp_for_transfers=True)
    return message_only("OTP requirement for transfers has been enabled")


def verify_otp(otp: str) -> None:
    """Check an OTP.

    :raises ApiError: If it is wrong.
    """
    if otp != OTP:
        raise _invalid_otp()


def find_awaiting_otp(context: RequestContext, code: str) -> Document:
    """Return the transfer with this code, which waits for its OTP.

    :raises ApiError: If there is no such transfer, or it does not wait for an OTP.
    """
    transfer = context.find("transfer", code=code)
    if transfer is None:
        raise ApiError(400, "Transfer code is invalid")
    if transfer.body["status"] != "otp":
        raise ApiError(400, "Transfer is not currently awaiting OTP")
    return transfer


def _pending_request(context: RequestContext) -> Document | None:
    requests = context.find_all("otp_request", limit=1, having={"status": "requested"})
    return requests[0] if requests else None


def _invalid_otp() -> ApiError:
    # The wording is an assumption, and so is that the transfer still waits.
    return ApiError(400, "OTP provided is invalid")
