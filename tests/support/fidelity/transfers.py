"""Transfers: single, bulk, with an OTP, failed, reversed and rejected."""

from fidelity import expect_error
from paystackease import Request

OLD = "the sample of this list is of 2017; Paystack's OpenAPI file, like fetch's sample, has these keys"
DIFFERENCES = {
    ("transfer.list", f".data[].{key} is not sent by Paystack"): OLD
    for key in (
        "fee_charged",
        "fees_breakdown",
        "recipient.details.authorization_code",
        "recipient.email",
        "recipient.isDeleted",
        "recipient.is_deleted",
        "reference",
        "request",
        "session",
        "session.id",
        "session.provider",
        "titan_code",
        "transferred_at",
    )
}


def exercise(client, emulator):
    transfers = client.transfers
    recipients = client.transfer_recipients
    ada = recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058").data["recipient_code"]
    transfer = transfers.initiate_transfer(
        "balance", 100_000, ada, reason="Bonus", reference="acv_0000000000000001"
    ).data
    expect_error(transfers.initiate_transfer, "balance", 100_000, ada, reference=transfer["reference"])
    expect_error(transfers.initiate_transfer, "balance", 100_000, "RCP_nobody")
    expect_error(transfers.initiate_transfer, "balance", 10**12, ada)
    transfers.fetch_transfer(transfer["transfer_code"])
    transfers.fetch_transfer(transfer["id"])
    expect_error(transfers.fetch_transfer, "TRF_nothing")
    transfers.verify_transfer(transfer["reference"])
    expect_error(transfers.verify_transfer, "unknown-reference")
    items = [{"amount": 20_000, "recipient": ada, "reference": f"many_00000000000{number}"} for number in range(3)]
    transfers.initiate_bulk_transfer("balance", items)
    expect_error(transfers.initiate_bulk_transfer, "balance", items)
    client.transfer_control.enable_otp()
    pending_code = transfers.initiate_transfer("balance", 5_000, ada).data["transfer_code"]
    client.transfer_control.resend_otp(pending_code, "transfer")
    expect_error(transfers.finalize_transfer, "TRF_nothing", "123456")
    expect_error(transfers.finalize_transfer, pending_code, "000000")
    transfers.finalize_transfer(pending_code, "123456")
    transfers.initiate_transfer("balance", 5_000, ada)  # whose OTP is never entered
    emulator.advance(3_600)
    client.send(Request("POST", "/_emulator/settings", body={"transfers": "pending", "otp_for_transfers": False}))
    failing_code, reversed_code = (
        transfers.initiate_transfer("balance", 7_000, ada).data["transfer_code"] for _ in range(2)
    )
    _apply_outcome(client, failing_code, "fail")
    _apply_outcome(client, reversed_code, "reverse")
    transfers.list_transfers(status="failed")
    transfers.list_transfers(recipient=ada)
    transfers.export_transfers()


def _apply_outcome(client, code, outcome):
    client.send(Request("POST", "/_emulator/transfers/{code}/{outcome}", {"code": code, "outcome": outcome}))
