"""A virtual terminal, a page for payments in person, and its notified destinations."""

from page_payments import pay_at_page

from fidelity import expect_error

DIFFERENCES = {}


def exercise(client, emulator):
    terminals = client.virtual_terminal
    subaccount = client.subaccounts.create_subaccount("Obi Books", "058", "0123456789", 30).data["subaccount_code"]
    shares = [{"subaccount": subaccount, "share": 50}]
    split = client.transaction_splits.create_split("Halves", "percentage", "NGN", shares).data
    terminal_code = terminals.create_virtual_terminal("Stall", [{"target": "+2348000000000", "name": "Ada"}]).data[
        "code"
    ]
    terminals.fetch_virtual_terminal(terminal_code)
    terminals.list_virtual_terminals()
    terminals.update_virtual_terminal(terminal_code, "Second stall")
    terminals.assign_destination(terminal_code, [{"target": "+2348000000001", "name": "Obi"}])
    terminals.unassign_destination(terminal_code, ["+2348000000001"])
    terminals.add_split_code(terminal_code, split["split_code"])
    pay_at_page(client, f"virtual_terminals/{terminal_code}", email="eze@example.com", amount=50_000)
    terminals.remove_split_code(terminal_code, split["split_code"])
    expect_error(terminals.remove_split_code, terminal_code, split["split_code"])
    expect_error(terminals.update_virtual_terminal, "VT_NOBODYS", "Third stall")
    terminals.deactivate_virtual_terminal(terminal_code)
