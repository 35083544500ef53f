"""OTPs of transfers at the emulator, if the business requires them."""

import pytest

from paystackease import Request, errors

OTP = "123456"


@pytest.fixture
def control(client):
    return client.transfer_control


@pytest.fixture
def ada(client):
    recipients = client.transfer_recipients
    return recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058").data["recipient_code"]


@pytest.fixture
def pending_transfer(client, control, ada):
    """A transfer that requires an OTP."""
    control.enable_otp()
    response = client.transfers.initiate_transfer("balance", 5_000, ada)
    assert (response.message, response.data["status"]) == ("Transfer requires OTP to continue", "otp")
    return response.data["transfer_code"]


def status(client, code):
    return client.transfers.fetch_transfer(code).data["status"]


def read_balance(control):
    return control.check_balance().data[0]["balance"]


def test_the_correct_otp_releases_the_transfer(client, pending_transfer, emulator):
    assert emulator.events() == []
    response = client.transfers.finalize_transfer(pending_transfer, OTP)
    assert (response.message, response.data["status"]) == ("Transfer has been queued", "success")
    assert [event.name for event in emulator.events()] == ["transfer.success"]


def test_a_wrong_code_does_not_and_the_right_one_still_does(client, pending_transfer, emulator):
    with pytest.raises(errors.InvalidRequestError, match="OTP provided is invalid"):
        client.transfers.finalize_transfer(pending_transfer, "000000")
    assert status(client, pending_transfer) == "otp"
    client.transfers.finalize_transfer(pending_transfer, OTP)
    assert status(client, pending_transfer) == "success"


def test_a_transfer_is_finalized_once(client, pending_transfer, control):
    client.transfers.finalize_transfer(pending_transfer, OTP)
    left = read_balance(control)
    with pytest.raises(errors.InvalidRequestError, match="not currently awaiting OTP"):
        client.transfers.finalize_transfer(pending_transfer, OTP)
    assert read_balance(control) == left


def test_a_transfer_without_an_otp_is_abandoned_and_refunded_after_30_minutes(
    client, pending_transfer, control, emulator
):
    assert read_balance(control) == 2_000_000_000 - 6_000
    emulator.advance(1_799)
    assert status(client, pending_transfer) == "otp"
    emulator.advance(1)
    assert status(client, pending_transfer) == "abandoned"
    assert read_balance(control) == 2_000_000_000
    with pytest.raises(errors.InvalidRequestError, match="not currently awaiting OTP"):
        client.transfers.finalize_transfer(pending_transfer, OTP)
    assert emulator.events() == []


def test_the_code_is_sent_again(control, pending_transfer):
    assert control.resend_otp(pending_transfer, "transfer").message == "OTP has been resent"
    with pytest.raises(errors.InvalidRequestError, match="Transfer code is invalid"):
        control.resend_otp("TRF_nothing", "transfer")


def test_the_otp_is_required_before_the_approval(client, pending_transfer):
    changes = {"approval_url": "http://127.0.0.1:9/nobody-answers"}
    client.send(Request("POST", "/_emulator/settings", body=changes))
    client.transfers.finalize_transfer(pending_transfer, OTP)
    assert status(client, pending_transfer) == "received"


def test_the_code_is_switched_off_with_a_code_and_on_without(client, control, ada, emulator):
    control.enable_otp()
    assert control.disable_otp().message == "OTP has been sent to mobile number ending with 0000"
    with pytest.raises(errors.InvalidRequestError, match="OTP provided is invalid"):
        control.finalize_disable_otp("000000")
    assert client.transfers.initiate_transfer("balance", 100, ada).data["status"] == "otp"
    control.disable_otp()  # a repeated request has no effect
    off = control.finalize_disable_otp(OTP)
    assert off.message == "OTP requirement for transfers has been disabled"
    assert client.transfers.initiate_transfer("balance", 100, ada).data["status"] == "success"
    with pytest.raises(errors.InvalidRequestError, match="OTP provided is invalid"):
        control.finalize_disable_otp(OTP)  # no OTP was sent
    assert control.enable_otp().message == "OTP requirement for transfers has been enabled"
    assert client.transfers.initiate_transfer("balance", 100, ada).data["status"] == "otp"


def test_a_pending_otp_stays_required_after_otps_are_disabled(client, control, pending_transfer):
    control.disable_otp()
    control.finalize_disable_otp(OTP)
    assert status(client, pending_transfer) == "otp"
    client.transfers.finalize_transfer(pending_transfer, OTP)
    assert status(client, pending_transfer) == "success"


def test_each_business_has_its_own_switch(connect, emulator, pending_transfer):
    other = connect(transport=emulator.for_key("sk_test_other"))
    recipients = other.transfer_recipients
    code = recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058").data["recipient_code"]
    assert other.transfers.initiate_transfer("balance", 100, code).data["status"] == "success"
