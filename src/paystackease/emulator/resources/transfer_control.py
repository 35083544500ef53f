"""Whether transfers need a code (OTP), which is sent to the phone of the business.

    needed > asked to be switched off (a code is sent) > not needed > needed

No phone is rung here: the code is that of Paystack's other test instruments.
"""

from __future__ import annotations

from paystackease.emulator.catalog.test_instruments import OTP
from paystackease.emulator.http.context import Answer, Call, Resource, done
from paystackease.emulator.http.errors import Refusal
from paystackease.emulator.storage.store import Document

transfer_control = Resource()

REASONS = ("disable_otp", "resend_otp", "transfer")


@transfer_control.on("POST", "/transfer/resend_otp")
def resend(call: Call) -> Answer:
    code, reason = str(call.require("transfer_code", "Transfer code")), call.require("reason", "Reason")
    if reason not in REASONS:
        raise Refusal(400, "Invalid reason passed", "invalid_params")  # the wording is an assumption
    waiting(call, code)
    return done("OTP has been resent")


@transfer_control.on("POST", "/transfer/disable_otp")
def disable(call: Call) -> Answer:
    if _asked(call) is None:
        call.new("otp_request", {"status": "asked"})
    return done("OTP has been sent to mobile number ending with 0000")


@transfer_control.on("POST", "/transfer/disable_otp_finalize")
def finalize_disabling(call: Call) -> Answer:
    check(str(call.require("otp", "OTP")))
    asked = _asked(call)
    if asked is None:
        raise _wrong()  # nobody was sent a code (an assumption)
    asked.body["status"] = "done"
    call.save(asked)
    call.set(otp_for_transfers=False)
    return done("OTP requirement for transfers has been disabled")


@transfer_control.on("POST", "/transfer/enable_otp")
def enable(call: Call) -> Answer:
    call.set(otp_for_transfers=True)
    return done("OTP requirement for transfers has been enabled")


def check(otp: str) -> None:
    """Compare a code with the one that was sent.

    :raises Refusal: Where it is another.
    """
    if otp != OTP:
        raise _wrong()


def waiting(call: Call, code: str) -> Document:
    """The transfer with this code, which waits for its OTP.

    :raises Refusal: Where there is none, or it waits for none.
    """
    found = call.find("transfer", code=code)
    if found is None:
        raise Refusal(400, "Transfer code is invalid")
    if found.body["status"] != "otp":
        raise Refusal(400, "Transfer is not currently awaiting OTP")
    return found


def _asked(call: Call) -> Document | None:
    found = call.some("otp_request", limit=1, status="asked")
    return found[0] if found else None


def _wrong() -> Refusal:
    # The wording is an assumption. The transfer goes on waiting (an assumption too).
    return Refusal(400, "OTP provided is invalid")
