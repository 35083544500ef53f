"""The balance and its ledger, and the OTP of transfers."""

from fidelity import expect_error

DIFFERENCES = {}


def exercise(client, emulator):
    control = client.transfer_control
    recipients = client.transfer_recipients
    ada = recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058").data["recipient_code"]
    control.check_balance()
    control.enable_otp()
    pending_code = client.transfers.initiate_transfer("balance", 5_000, ada).data["transfer_code"]
    control.resend_otp(pending_code, "transfer")
    control.disable_otp()
    expect_error(control.finalize_disable_otp, "000000")
    control.finalize_disable_otp("123456")
    client.transfers.initiate_transfer("balance", 5_000, ada, "Bonus")
    control.fetch_balance_ledger()
