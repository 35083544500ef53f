"""Transfer recipients: created, updated, deleted."""

from fidelity import expect_error
from paystackease import Request

DIFFERENCES = {}

ADA = {"type": "nuban", "name": "Ada Obi", "account_number": "0123456789", "bank_code": "058"}
AMA = {"type": "mobile_money", "name": "Ama", "account_number": "0551234987", "bank_code": "MTN", "currency": "GHS"}


def exercise(client, emulator):
    recipients = client.transfer_recipients
    ada = recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058").data["recipient_code"]
    recipients.bulk_create_transfer_recipient([ADA, AMA])
    customer = client.customers.create_customer("ada@example.com", "Ada", "Obi", "").data["customer_code"]
    path, card = "/_emulator/customers/{code}/authorizations", {"card": "4084 0840 8408 4081"}
    authorization_code = client.send(Request("POST", path, {"code": customer}, body=card)).data["authorization_code"]
    recipients.create_transfer_recipients("authorization", "Ada Obi", authorization_code=authorization_code)
    recipients.fetch_transfer_recipient(ada)
    recipients.list_transfer_recipients()
    recipients.update_transfer_recipient(ada, "Ada Eze", "ada@example.com")
    recipients.delete_transfer_recipient(ada)
    expect_error(recipients.fetch_transfer_recipient, "RCP_nobody")
    expect_error(recipients.create_transfer_recipients, "nuban", "Ada Obi", "0123456789", "nowhere!")
