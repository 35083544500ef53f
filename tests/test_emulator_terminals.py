"""Terminals at the emulator: linking, events, and online status."""

import pytest
from emulator_payments import SECRET_KEY, frozen_emulator, start_transaction
from page_payments import post_control

from paystackease import Request, errors
from paystackease.emulator.settings import Settings


@pytest.fixture
def terminals(client):
    return client.terminal


@pytest.fixture
def till(client, terminals):
    """A terminal that is linked."""
    device = post_control(client, "terminals", serial_number="0123", name="Till")
    terminals.commission_terminal("0123")
    return device["terminal_id"]


@pytest.fixture
def transaction(client):
    """An unpaid transaction."""
    return client.transactions.verify_transaction(start_transaction(client, 50_000)).data


@pytest.fixture
def request_(client):
    """A payment request."""
    ada = client.customers.create_customer("ada@example.com", "Ada", "Obi", "").data["customer_code"]
    return client.payment_requests.create_payment_request(ada, amount=20_000).data


def test_a_device_is_linked_once_and_unlinked_once(client, terminals):
    device = post_control(client, "terminals", name="Till")
    assert terminals.list_terminals().data == []
    assert terminals.commission_terminal(device["serial_number"]).http.status == 200
    with pytest.raises(errors.APIStatusError) as again:
        terminals.commission_terminal(device["serial_number"])
    assert again.value.response.http.status == 200
    assert again.value.response == {"status": False, "message": "Device has been commissioned already"}
    assert terminals.fetch_terminal(device["terminal_id"]).data["status"] == "active"
    response = terminals.decommission_terminal(device["serial_number"])
    assert response == {"status": True, "message": "Device decommissioned successfully"}
    with pytest.raises(errors.NotFoundError, match="Device not found"):
        terminals.decommission_terminal(device["serial_number"])
    with pytest.raises(errors.NotFoundError, match="Terminal not found"):
        terminals.fetch_terminal(device["terminal_id"])
    terminals.commission_terminal(device["serial_number"])
    assert [terminal["terminal_id"] for terminal in terminals.list_terminals().data] == [device["terminal_id"]]


def test_there_is_one_device_of_a_serial_number(client, till):
    with pytest.raises(errors.InvalidRequestError, match="A device with this serial_number exists already"):
        post_control(client, "terminals", serial_number="0123")


@pytest.mark.parametrize("name", ["commission_terminal", "decommission_terminal"])
def test_an_unknown_device_is_not_found(terminals, name):
    with pytest.raises(errors.NotFoundError, match="Device not found"):
        getattr(terminals, name)("0123")


def test_a_terminal_is_renamed_and_moved(terminals, till):
    assert terminals.update_terminal(till, terminal_address="1 Marina").message == "Terminal Details updated"
    terminal = terminals.fetch_terminal(till).data
    assert (terminal["name"], terminal["address"], terminal["serial_number"]) == ("Till", "1 Marina", "0123")


def test_a_transaction_is_paid_at_a_terminal_that_is_busy_until_then(client, emulator, terminals, till, transaction):
    event_id = terminals.send_event(till, "transaction", "process", {"id": transaction["id"]}).data["id"]
    assert terminals.fetch_event_status(till, event_id).data == {"delivered": True}
    assert terminals.fetch_terminal_status(till).data == {"online": True, "available": False}
    post_control(client, f"terminals/{till}/pay")
    assert terminals.fetch_terminal_status(till).data == {"online": True, "available": True}
    paid = client.transactions.verify_transaction(transaction["reference"]).data
    assert (paid["status"], paid["channel"], paid["source"]["identifier"]) == ("success", "pos", till)
    assert paid["fees"] == 250  # half a percent, as of a terminal
    assert [event.name for event in emulator.events(SECRET_KEY)] == ["charge.success"]


def test_an_invoice_is_paid_at_a_terminal(client, emulator, terminals, till, request_):
    data = {"id": request_["id"], "reference": request_["offline_reference"]}
    terminals.send_event(till, "invoice", "process", data)
    post_control(client, f"terminals/{till}/pay")
    assert client.payment_requests.fetch_payment_request(request_["request_code"]).data["status"] == "success"
    assert [event.name for event in emulator.events(SECRET_KEY)][-2:] == ["charge.success", "paymentrequest.success"]


def test_a_cancelled_terminal_payment_charges_nothing(client, terminals, till, transaction):
    terminals.send_event(till, "transaction", "process", {"id": transaction["id"]})
    post_control(client, f"terminals/{till}/cancel")
    assert terminals.fetch_terminal_status(till).data["available"] is True
    assert client.transactions.verify_transaction(transaction["reference"]).data["status"] == "abandoned"
    for item in "pay", "cancel":
        with pytest.raises(errors.InvalidRequestError, match="The terminal has no event to pay"):
            post_control(client, f"terminals/{till}/{item}")


def test_nothing_is_paid_twice_at_a_terminal(client, terminals, till, transaction):
    for _ in range(2):
        terminals.send_event(till, "transaction", "process", {"id": transaction["id"]})
    post_control(client, f"terminals/{till}/pay")
    with pytest.raises(errors.InvalidRequestError, match="This transaction has already been paid"):
        post_control(client, f"terminals/{till}/pay")


@pytest.mark.parametrize(("kind", "action"), [("transaction", "print"), ("invoice", "view")])
def test_a_viewed_or_printed_request_does_not_occupy_the_terminal(terminals, till, transaction, request_, kind, action):
    about = transaction if kind == "transaction" else request_
    event_id = terminals.send_event(till, kind, action, {"id": about["id"]}).data["id"]
    assert terminals.fetch_event_status(till, event_id).data == {"delivered": True}
    assert terminals.fetch_terminal_status(till).data["available"] is True


def test_a_request_to_an_offline_terminal_is_delivered_when_it_is_online(client, terminals, till, transaction):
    post_control(client, f"terminals/{till}", online=False)
    assert terminals.fetch_terminal_status(till).data == {"online": False, "available": False}
    event_id = terminals.send_event(till, "transaction", "process", {"id": transaction["id"]}).data["id"]
    assert terminals.fetch_event_status(till, event_id).data == {"delivered": False}
    post_control(client, f"terminals/{till}", online=True)
    assert terminals.fetch_event_status(till, event_id).data == {"delivered": True}
    post_control(client, f"terminals/{till}/pay")


def test_an_event_is_its_terminals(client, terminals, till, transaction):
    other = post_control(client, "terminals", serial_number="4567")["terminal_id"]
    terminals.commission_terminal("4567")
    event_id = terminals.send_event(till, "transaction", "print", {"id": transaction["id"]}).data["id"]
    for terminal, event in (other, event_id), (till, "0" * 24):
        with pytest.raises(errors.InvalidRequestError) as exc_info:
            terminals.fetch_event_status(terminal, event)
        assert exc_info.value.response == {
            "status": False,
            "message": "The push notification ID provided is invalid",
            "data": {"code": "INVALID_PUSH_ID"},
        }


def test_terminals_are_always_paginated_by_cursor(client, terminals):
    for number in range(5):
        post_control(client, "terminals", serial_number=f"{number}")
        terminals.commission_terminal(f"{number}")
    listed = terminals.list_terminals(2)
    assert set(listed.meta) == {"next", "previous", "perPage"}
    assert [item["serial_number"] for item in client.iterate(listed)] == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"action": "process", "data": {"id": 1}}, 400, '"type" is required'),
        ({"type": "refund"}, 400, '"type" must be one of [invoice, transaction]'),
        ({"type": "invoice"}, 400, '"action" is required'),
        ({"type": "invoice", "action": "print"}, 400, '"action" must be one of [process, view]'),
        ({"type": "transaction", "action": "view"}, 400, '"action" must be one of [process, print]'),
        ({"type": "invoice", "action": "view"}, 400, "data is required"),
        ({"type": "invoice", "action": "view", "data": 5}, 400, '"data" must be of type object'),
        ({"type": "invoice", "action": "view", "data": {"reference": "x"}}, 400, '"data.id" is required'),
        ({"type": "invoice", "action": "view", "data": {"id": 5}}, 404, "Invoice not found"),
        ({"type": "transaction", "action": "print", "data": {"id": 5}}, 404, "Transaction not found"),
    ],
)
def test_an_unsupported_terminal_action_is_rejected(client, till, body, status, message):
    with pytest.raises(errors.APIStatusError) as exc_info:
        client.send(Request("POST", f"/terminal/{till}/event", body=body))
    assert (exc_info.value.response.http.status, exc_info.value.response.message) == (status, message)


def test_an_invoice_is_known_by_its_offline_reference_too(terminals, till, request_):
    with pytest.raises(errors.NotFoundError, match="Invoice not found"):
        terminals.send_event(till, "invoice", "view", {"id": request_["id"], "reference": "5"})


def test_terminals_can_be_unavailable(connect):
    with frozen_emulator(settings=Settings(unavailable=("terminal",))) as emulator:
        terminals = connect(transport=emulator).terminal
        with pytest.raises(errors.PermissionDeniedError, match="this feature is not yet available in your country"):
            terminals.list_terminals()
