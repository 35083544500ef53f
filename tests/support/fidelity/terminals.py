"""A device that takes payments in person: linked, sent something, and unlinked."""

from page_payments import post_control as make

from fidelity import expect_error

DIFFERENCES = {}


def exercise(client, emulator):
    terminals = client.terminal
    expect_error(terminals.commission_terminal, "nobody's")
    expect_error(terminals.decommission_terminal, "nobody's")
    device = make(client, "terminals", name="Till")
    terminals.commission_terminal(device["serial_number"])
    expect_error(terminals.commission_terminal, device["serial_number"])
    till = device["terminal_id"]
    terminals.list_terminals()
    terminals.fetch_terminal(till)
    terminals.update_terminal(till, "Second till")
    client.transactions.initialize("ada@example.com", 50_000, reference="at-the-till")
    number = client.transactions.verify_transaction("at-the-till").data["id"]
    expect_error(terminals.send_event, till, "invoice", "process", {"id": 5, "reference": "7"})
    sent = terminals.send_event(till, "transaction", "process", {"id": number}).data["id"]
    terminals.fetch_event_status(till, sent)
    expect_error(terminals.fetch_event_status, till, "0" * 24)
    terminals.fetch_terminal_status(till)
    make(client, f"terminals/{till}/pay")
    terminals.decommission_terminal(device["serial_number"])
