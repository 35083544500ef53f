"""Subaccounts and split groups, and a split payment."""

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

    split = splits.create_split("Halves", "percentage", "NGN", [{"subaccount": shop, "share": 50}]).data
    splits.fetch_split(split["id"])
    splits.list_split()
    splits.add_or_update_subaccount_split(split["id"], lender, 20)
    splits.update_split(split["id"], bearer_type="all-proportional")
    expect_error(client.send, Request("PUT", f"/split/{split['id']}", body={"bearer_type": "nobody"}))
    splits.remove_sub_account_split(split["id"], lender)
    expect_error(splits.remove_sub_account_split, split["id"], lender)

    for split_fields in {"split_code": split["split_code"]}, {"subaccount": shop}:
        reference = client.transactions.initialize("ada@example.com", 10_000, **split_fields).data["reference"]
        card = {"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "30"}
        client.send(Request("POST", f"/_emulator/checkout/{reference}/pay", body={"channel": "card", "card": card}))
        client.transactions.verify_transaction(reference)
    emulator.advance(2 * 86_400)
    settlements = client.settlements.list_settlements().data
    client.settlements.list_settlement_transactions(settlements[0]["id"])
