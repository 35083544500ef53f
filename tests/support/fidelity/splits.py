"""Subaccounts and split groups, and a payment that is shared."""

from fidelity import expect_error
from paystackease import Request

DIFFERENCES = {}


def exercise(client, emulator):
    subaccounts, splits = client.subaccounts, client.transaction_splits
    shop = subaccounts.create_subaccount("Obi Books", "058", "0123456789", 30).data["subaccount_code"]
    lender = subaccounts.create_subaccount("Obi Loans", "057", "0000000000", 10).data["subaccount_code"]
    subaccounts.fetch_subaccount(shop)
    subaccounts.update_subaccount(shop, description="Books, old and new")
    subaccounts.update_subaccount(lender, description="Loans")
    subaccounts.list_subaccounts()

    made = splits.create_split("Halves", "percentage", "NGN", [{"subaccount": shop, "share": 50}]).data
    splits.fetch_split(made["id"])
    splits.list_split()
    splits.add_or_update_subaccount_split(made["id"], lender, 20)
    splits.update_split(made["id"], bearer_type="all-proportional")
    expect_error(client.send, Request("PUT", f"/split/{made['id']}", body={"bearer_type": "nobody"}))
    splits.remove_sub_account_split(made["id"], lender)
    expect_error(splits.remove_sub_account_split, made["id"], lender)

    for shared in {"split_code": made["split_code"]}, {"subaccount": shop}:
        reference = client.transactions.initialize("ada@example.com", 10_000, **shared).data["reference"]
        card = {"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "30"}
        client.send(Request("POST", f"/_emulator/checkout/{reference}/pay", body={"channel": "card", "card": card}))
        client.transactions.verify_transaction(reference)
    emulator.advance(2 * 86_400)
    settled = client.settlements.list_settlements().data
    client.settlements.list_settlement_transactions(settled[0]["id"])
