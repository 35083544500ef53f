"""Direct debit mandates: requested, approved, charged, listed and verified."""

from fidelity import expect_error
from paystackease import Request

DIFFERENCES = {}


def exercise(client, emulator):
    customers, debits = client.customers, client.direct_debit
    ada = customers.create_customer("ada@example.com", "Ada", "Obi", "08012345678").data["id"]
    account, address = {"number": "0123456789", "bank_code": "058"}, {"street": "1", "city": "Ikeja", "state": "Lagos"}
    email_reference = customers.initialize_authorization("ada@example.com", "direct_debit").data["reference"]
    id_reference = customers.initialize_direct_debit(ada, account, address).data["reference"]
    expect_error(customers.verify_authorization, email_reference)
    for reference in email_reference, id_reference:
        client.send(Request("POST", f"/_emulator/mandates/{reference}/approve"))
    pending = customers.fetch_mandate_authorizations(ada).data[0]
    customers.direct_debit_activation_charge(ada, pending["authorization_id"])
    debits.trigger_activation_charge([ada])
    emulator.advance(60)
    debits.list_mandate_authorizations(per_page=1)
    customers.verify_authorization(email_reference)
