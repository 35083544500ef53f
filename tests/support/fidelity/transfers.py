"""Transfers: one, many, with a code, that fail, that come back, that cannot be."""

from fidelity import expect_error
from paystackease import Request

OLD = "the sample of this one list is of 2017; Paystack's OpenAPI file, like fetch's sample, has these keys"
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
    people = client.transfer_recipients
    ada = people.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058").data["recipient_code"]
    sent = transfers.initiate_transfer("balance", 100_000, ada, reason="Bonus", reference="acv_0000000000000001").data
    expect_error(transfers.initiate_transfer, "balance", 100_000, ada, reference=sent["reference"])
    expect_error(transfers.initiate_transfer, "balance", 100_000, "RCP_nobody")
    expect_error(transfers.initiate_transfer, "balance", 10**12, ada)
    transfers.fetch_transfer(sent["transfer_code"])
    transfers.fetch_transfer(sent["id"])
    expect_error(transfers.fetch_transfer, "TRF_nothing")
    transfers.verify_transfer(sent["reference"])
    expect_error(transfers.verify_transfer, "nothing-of-the-kind")
    many = [{"amount": 20_000, "recipient": ada, "reference": f"many_00000000000{number}"} for number in range(3)]
    transfers.initiate_bulk_transfer("balance", many)
    expect_error(transfers.initiate_bulk_transfer, "balance", many)
    client.transfer_control.enable_otp()
    waiting = transfers.initiate_transfer("balance", 5_000, ada).data["transfer_code"]
    client.transfer_control.resend_otp(waiting, "transfer")
    expect_error(transfers.finalize_transfer, "TRF_nothing", "123456")
    expect_error(transfers.finalize_transfer, waiting, "000000")
    transfers.finalize_transfer(waiting, "123456")
    transfers.initiate_transfer("balance", 5_000, ada)  # whose code nobody gives
    emulator.advance(3_600)
    client.send(Request("POST", "/_emulator/settings", body={"transfers": "pending", "otp_for_transfers": False}))
    failing, back = (transfers.initiate_transfer("balance", 7_000, ada).data["transfer_code"] for _ in range(2))
    _play(client, failing, "fail")
    _play(client, back, "reverse")
    transfers.list_transfers(status="failed")
    transfers.list_transfers(recipient=ada)
    transfers.export_transfers()


def _play(client, code, act):
    client.send(Request("POST", "/_emulator/transfers/{code}/{act}", {"code": code, "act": act}))
