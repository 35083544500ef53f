"""Old paths that popular clients still request respond as the operations that replaced them."""

import json

import pytest

from paystackease import Emulator, Request, errors
from paystackease.cli.emulator import coverage
from paystackease.testing import Sandbox

KEY = "sk_test_old_paths"


@pytest.fixture
def sandbox():
    with Emulator(KEY) as emulator:
        yield Sandbox(emulator, KEY)


@pytest.fixture
def client(sandbox):
    return sandbox.client()


def pay(sandbox, client, **fields):
    started = client.transactions.initialize("ada@example.com", 5000, **fields).data
    sandbox.pay(started["reference"])
    return client.transactions.verify_transaction(started["reference"]).data


def test_an_authorization_is_deactivated(sandbox, client):
    code = pay(sandbox, client)["authorization"]["authorization_code"]
    path = "/customer/deactivate_authorization"
    response = client.send(Request("POST", path, body={"authorization_code": code}))
    assert response.message == "Authorization has been deactivated"
    with pytest.raises(errors.NotFoundError):
        client.send(Request("POST", path, body={"authorization_code": code}))


def test_the_transactions_of_a_settlement_are_listed(sandbox, client):
    pay(sandbox, client)
    sandbox.advance(days=4)
    (settlement, *_) = client.settlements.list_settlements().data
    new = client.settlements.list_settlement_transactions(settlement["id"]).data
    assert client.send(Request("GET", f"/settlement/{settlement['id']}/transaction")).data == new
    assert len(new) == 1


def test_a_payment_request_is_updated(client):
    customer = client.customers.create_customer("ada@example.com", "Ada", "Obi", "08030000001").data["customer_code"]
    code = client.payment_requests.create_payment_request(customer, amount=5000).data["request_code"]
    client.send(Request("PUT", f"/paymentrequest/update/{code}", body={"amount": 7000}))
    assert client.payment_requests.fetch_payment_request(code).data["amount"] == 7000


def test_a_split_is_added_to_and_removed_from_a_virtual_terminal(client):
    bank = {"settlement_bank": "058", "account_number": "0123456047", "percentage_charge": 10}
    subaccount = client.send(Request("POST", "/subaccount", body={"business_name": "Ada", **bank})).data
    shares = [{"subaccount": subaccount["subaccount_code"], "share": 20}]
    body = {"name": "Halves", "type": "percentage", "currency": "NGN", "subaccounts": shares}
    split = client.send(Request("POST", "/split", body=body)).data["split_code"]
    targets = [{"target": "+2348030000001", "name": "Ada"}]
    terminal = client.send(Request("POST", "/virtual_terminal", body={"name": "Till", "destinations": targets})).data
    path, body = f"/virtual_terminal/{terminal['code']}", {"split_code": split}
    new, old = (
        [client.send(Request(method, f"{path}/{name}", body=body)).message for method in ("PUT", "DELETE")]
        for name in ("split_code", "split")
    )
    assert old == new


@pytest.mark.parametrize("plan", [None, "monthly"])
def test_an_access_code_is_verified(sandbox, client, plan):
    fields = {"channels": ["card", "ussd"]}
    if plan is not None:
        fields["plan"] = client.plans.create_plan("Gold", 50_000, plan).data["plan_code"]
    started = client.transactions.initialize("ada@example.com", 50_000, **fields).data
    data = client.send(Request("GET", f"/transaction/verify_access_code/{started['access_code']}")).data
    assert (data["access_code"], data["reference"]) == (started["access_code"], started["reference"])
    assert (data["transaction_status"], data["amount"], data["currency"]) == ("abandoned", 50_000, "NGN")
    assert data["plan_details"] == (plan and {"interval": plan})
    with pytest.raises(errors.NotFoundError):
        client.send(Request("GET", "/transaction/verify_access_code/0peioxfhpn"))


@pytest.mark.parametrize("name", ["zip_code", "zipcode"])
def test_an_address_is_submitted_with_either_name_of_the_postcode(sandbox, client, name):
    client.send(Request("POST", "/_emulator/settings", body={"asks_address": True}))
    card = {"number": "4084084084084081", "cvv": "408", "expiry_month": "01", "expiry_year": "99"}
    charge = {"email": "ada@example.com", "amount": 5000, "card": card}
    started = client.send(Request("POST", "/charge", body=charge)).data
    assert started["status"] == "send_address"
    address = {"address": "1 Marina", "city": "Lagos", "state": "Lagos", "reference": started["reference"]}
    with pytest.raises(errors.APIStatusError, match="zip_code is required"):
        client.send(Request("POST", "/charge/submit_address", body=address))
    done = client.send(Request("POST", "/charge/submit_address", body={**address, name: "101001"}))
    assert done.data["status"] == "success"


def test_a_fault_of_an_operation_applies_to_its_old_path(sandbox):
    sandbox.add_fault("503", "POST /customer/authorization/deactivate")
    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
    body = json.dumps({"authorization_code": "AUTH_x"}).encode()
    reply = sandbox.emulator.respond("POST", "/customer/deactivate_authorization", headers, body)
    assert reply.status == 503


def test_coverage_lists_the_old_paths(capsys):
    coverage()
    out = capsys.readouterr().out
    assert "alias     POST /customer/deactivate_authorization  →  POST /customer/authorization/deactivate" in out
    assert out.count("\nalias ") == 5
    assert out.splitlines()[-1] == "178 of 178 operations are stateful."
