"""A terminal for payments in person: commissioned, sent an event, and decommissioned."""

from page_payments import post_control

from fidelity import expect_error

DIFFERENCES = {}


def exercise(client, emulator):
    terminals = client.terminal
    expect_error(terminals.commission_terminal, "nobody's")
    expect_error(terminals.decommission_terminal, "nobody's")
    device = post_control(client, "terminals", name="Till")
    terminals.commission_terminal(device["serial_number"])
    expect_error(terminals.commission_terminal, device["serial_number"])
    terminal_id = device["terminal_id"]
    terminals.list_terminals()
    terminals.fetch_terminal(terminal_id)
    terminals.update_terminal(terminal_id, "Second till")
    client.transactions.initialize("ada@example.com", 50_000, reference="at-the-till")
    transaction_id = client.transactions.verify_transaction("at-the-till").data["id"]
    expect_error(terminals.send_event, terminal_id, "invoice", "process", {"id": 5, "reference": "7"})
    event_id = terminals.send_event(terminal_id, "transaction", "process", {"id": transaction_id}).data["id"]
    terminals.fetch_event_status(terminal_id, event_id)
    expect_error(terminals.fetch_event_status, terminal_id, "0" * 24)
    terminals.fetch_terminal_status(terminal_id)
    post_control(client, f"terminals/{terminal_id}/pay")
    terminals.decommission_terminal(device["serial_number"])
