"""Whether transfers need a code (OTP), which is sent to the phone of the business.

    needed > asked to be switched off (a code is sent) > not needed > needed

No phone is rung here: the code is that of Paystack's other test instruments.
"""

from __future__ import annotations

from paystackease.emulator.catalog.test_instruments import OTP
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.storage.document import Document

transfer_control = RouteGroup()

REASONS = ("disable_otp", "resend_otp", "transfer")


@transfer_control.route("POST", "/transfer/resend_otp")
def resend(context: RequestContext) -> ApiResponse:
    code, reason = str(context.require("transfer_code", "Transfer code")), context.require("reason", "Reason")
    if reason not in REASONS:
        raise ApiError(400, "Invalid reason passed", "invalid_params")  # the wording is an assumption
    waiting(context, code)
    return message_only("OTP has been resent")


@transfer_control.route("POST", "/transfer/disable_otp")
def disable(context: RequestContext) -> ApiResponse:
    if _asked(context) is None:
        context.create("otp_request", {"status": "asked"})
    return message_only("OTP has been sent to mobile number ending with 0000")


@transfer_control.route("POST", "/transfer/disable_otp_finalize")
def finalize_disabling(context: RequestContext) -> ApiResponse:
    check(str(context.require("otp", "OTP")))
    asked = _asked(context)
    if asked is None:
        raise _wrong()  # nobody was sent a code (an assumption)
    asked.body["status"] = "done"
    context.save(asked)
    context.update_settings(otp_for_transfers=False)
    return message_only("OTP requirement for transfers has been disabled")


@transfer_control.route("POST", "/transfer/enable_otp")
def enable(context: RequestContext) -> ApiResponse:
    context.update_settings(otp_for_transfers=True)
    return message_only("OTP requirement for transfers has been enabled")


def check(otp: str) -> None:
    """Compare a code with the one that was sent.

    :raises Refusal: Where it is another.
    """
    if otp != OTP:
        raise _wrong()


def waiting(context: RequestContext, code: str) -> Document:
    """The transfer with this code, which waits for its OTP.

    :raises Refusal: Where there is none, or it waits for none.
    """
    found = context.find("transfer", code=code)
    if found is None:
        raise ApiError(400, "Transfer code is invalid")
    if found.body["status"] != "otp":
        raise ApiError(400, "Transfer is not currently awaiting OTP")
    return found


def _asked(context: RequestContext) -> Document | None:
    found = context.find_all("otp_request", limit=1, status="asked")
    return found[0] if found else None


def _wrong() -> ApiError:
    # The wording is an assumption. The transfer goes on waiting (an assumption too).
    return ApiError(400, "OTP provided is invalid")
