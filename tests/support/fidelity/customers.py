"""Customers: created, fetched, updated, identified or not, and their saved cards."""

from fidelity import expect_error
from paystackease import Request

DIFFERENCES = {}

PERSON = ("Uchenna", "Okoro", "bank_account", "NG", "007", "0111111111")


def exercise(client, emulator):
    customers = client.customers
    ada = customers.create_customer("ada@example.com", "Ada", "Obi", "08012345678").data["customer_code"]
    card = {"card": "4084084084084081"}
    authorization = client.send(Request("POST", f"/_emulator/customers/{ada}/authorizations", body=card)).data
    customers.list_customers(use_cursor=True)
    customers.fetch_customer(ada)
    customers.update_customer(ada, first_name="Adaeze")
    customers.whitelist_blacklist_customer(ada, "allow")
    customers.validate_customer(ada, *PERSON, "222222222221")
    customers.validate_customer(ada, *PERSON, "12345678901")
    expect_error(customers.validate_customer, ada, *PERSON, "abc")
    customers.deactivate_authorization(authorization["authorization_code"])
    expect_error(customers.deactivate_authorization, authorization["authorization_code"])
    expect_error(customers.fetch_customer, "nobody@example.com")
    emulator.advance(10)
