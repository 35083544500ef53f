"""Dedicated accounts of customers: created, split, credited and deactivated; and identification of customers."""

from fidelity import expect_error
from paystackease import Request

# The operation has two samples, which are compared together.
SPLIT_ONLY = "only the sample of a split account has it"
DIFFERENCES = {
    ("dedicated_account.create", ".data.assignment.expired_at is missing"): SPLIT_ONLY,
    ("dedicated_account.create", ".data.customer.metadata is missing"): SPLIT_ONLY,
    ("dedicated_account.create", ".data.split_config is missing"): SPLIT_ONLY,
}

PERSON = ("uche@example.com", "Uchenna", "Okoro", "+2348012345678")
IDENTITY = ("0111111111", "222222222221", "007")


def exercise(client, emulator):
    accounts, customers = client.dedicated_virtual_accounts, client.customers
    ada = customers.create_customer("ada@example.com", "Ada", "Obi", "+2348012345678").data["customer_code"]
    subaccount = client.subaccounts.create_subaccount("Ade", "058", "0123456789", 20.0).data["subaccount_code"]
    account = accounts.create_virtual_account(ada).data
    accounts.split_dedicated_account(account_number=account["account_number"], subaccount=subaccount)
    accounts.list_dedicated_account()
    accounts.fetch_dedicated_account(account["id"])
    accounts.requery_dedicated_account(account["account_number"], "test-bank")
    client.send(Request("POST", f"/_emulator/dedicated_accounts/{account['id']}/credit", body={"amount": 20_000}))
    accounts.remove_split_dedicated_account(account["account_number"])
    customers.fetch_customer(ada)
    accounts.deactivate_dedicated_account(account["id"])
    accounts.fetch_bank_providers()
    accounts.assign_dedicated_virtual_account(*PERSON, "test-bank", "NG", *IDENTITY)
    accounts.assign_dedicated_virtual_account(*PERSON, "test-bank", "NG", "1", *IDENTITY[1:])
    customers.validate_customer(ada, "Ada", "Obi", "bank_account", "NG", "007", *IDENTITY[:2])
    expect_error(customers.validate_customer, ada, "Ada", "Obi", "bank_account", "NG", "007", "0111111111", "abc")
    emulator.advance(10)
