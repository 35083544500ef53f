"""A page that takes payments in person, and who is told of them."""

from page_payments import pay_at_page

from fidelity import expect_error

DIFFERENCES = {}


def exercise(client, emulator):
    terminals = client.virtual_terminal
    shop = client.subaccounts.create_subaccount("Obi Books", "058", "0123456789", 30).data["subaccount_code"]
    shares = [{"subaccount": shop, "share": 50}]
    split = client.transaction_splits.create_split("Halves", "percentage", "NGN", shares).data
    stall = terminals.create_virtual_terminal("Stall", [{"target": "+2348000000000", "name": "Ada"}]).data["code"]
    terminals.fetch_virtual_terminal(stall)
    terminals.list_virtual_terminals()
    terminals.update_virtual_terminal(stall, "Second stall")
    terminals.assign_destination(stall, [{"target": "+2348000000001", "name": "Obi"}])
    terminals.unassign_destination(stall, ["+2348000000001"])
    terminals.add_split_code(stall, split["split_code"])
    pay_at_page(client, f"virtual_terminals/{stall}", email="eze@example.com", amount=50_000)
    terminals.remove_split_code(stall, split["split_code"])
    expect_error(terminals.remove_split_code, stall, split["split_code"])
    expect_error(terminals.update_virtual_terminal, "VT_NOBODYS", "Third stall")
    terminals.deactivate_virtual_terminal(stall)
