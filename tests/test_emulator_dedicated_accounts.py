"""Dedicated virtual accounts at the emulator: an account number for a customer, and its incoming transfers."""

import json

import pytest
from card_payments import NOON, account_balance, list_event_names, total_balance
from conftest import SECRET_KEY

from paystackease import Emulator, Request, errors
from paystackease.emulator import Clock
from paystackease.emulator.settings import Settings

ADA = ("ada@example.com", "Ada", "Obi", "+2348012345678")
PERSON = {"first_name": "Uchenna", "last_name": "Okoro", "phone": "+2348012345678"}
IDENTIFICATION = {"account_number": "0111111111", "bvn": "222222222221", "bank_code": "007"}
"""The test identity of Paystack's documentation."""
VALID_ASSIGNMENT = {"email": "uche@example.com", **PERSON, "preferred_bank": "test-bank", "country": "NG"}


@pytest.fixture
def accounts(client):
    return client.dedicated_virtual_accounts


@pytest.fixture
def ada(client):
    return client.customers.create_customer(*ADA).data


@pytest.fixture
def account(accounts, ada):
    return accounts.create_virtual_account(ada["customer_code"]).data


def credit(client, account, amount=20_000, **more):
    """Simulate a transfer to the account."""
    path = f"/_emulator/dedicated_accounts/{account['account_number']}/credit"
    return client.send(Request("POST", path, body={"amount": amount, **more})).data


def subaccount(client):
    return client.subaccounts.create_subaccount("Ade", "058", "0123456789", 20.0).data["subaccount_code"]


def test_a_customer_gets_an_account(client, accounts, ada):
    response = accounts.create_virtual_account(ada["customer_code"], "wema-bank", metadata={"shop": 7})
    account = response.data
    assert response.message == "NUBAN successfully created"
    assert (account["bank"]["slug"], account["assigned"], account["currency"]) == ("wema-bank", True, "NGN")
    assert account["account_name"] == "EMULATED BUSINESS / ADA OBI"
    assert len(account["account_number"]) == 10
    assert (account["customer"]["email"], account["metadata"]) == ("ada@example.com", {"shop": 7})
    fetched = accounts.fetch_dedicated_account(account["id"])
    assert fetched.message == "Managed account successfully retrieved"
    assert fetched.data["account_number"] == account["account_number"]
    assert client.customers.fetch_customer(ADA[0]).data["dedicated_account"]["id"] == account["id"]


def test_a_customer_has_one_account_at_each_bank(accounts, ada, account):
    again = accounts.create_virtual_account(ada["id"]).data
    assert again["account_number"] == account["account_number"]
    other = accounts.create_virtual_account(ada["id"], "wema-bank").data
    assert other["account_number"] != account["account_number"]


def test_missing_customer_data_is_required(client, accounts):
    bola = client.send(Request("POST", "/customer", body={"email": "bola@example.com"})).data["customer_code"]
    with pytest.raises(errors.InvalidRequestError, match="Customer first name is required"):
        accounts.create_virtual_account(bola)
    data = accounts.create_virtual_account(bola, first_name="Bola", last_name="Ade", phone="08012345678").data
    assert data["account_name"].endswith("BOLA ADE")
    assert client.customers.fetch_customer(bola).data["phone"] == "08012345678"


def test_an_incoming_transfer_is_a_transaction_of_the_customer(client, emulator, account):
    paid = credit(client, account)
    (event,) = [event for event in emulator.events() if event.name == "charge.success"]
    assert (event.data["channel"], event.data["amount"]) == ("dedicated_nuban", 20_000)
    assert event.data["customer"]["email"] == "ada@example.com"
    assert event.data["authorization"]["receiver_bank_account_number"] == account["account_number"]
    # One percent, and at most 300 naira.
    assert event.data["fees"] == 200
    assert credit(client, account, 10_000_000)["fees"] == 30_000
    assert client.transactions.verify_transaction(paid["reference"]).data["status"] == "success"
    number = account["account_number"]
    data = client.send(Request("GET", "/transaction", query={"virtual_account_number": number})).data
    assert [item["amount"] for item in data] == [10_000_000, 20_000]
    assert account_balance(emulator, "unsettled") == 10_020_000 - 30_200
    assert total_balance(emulator) == 0


def test_a_payment_to_an_account_can_be_refunded(client, emulator, account):
    paid = credit(client, account)
    client.refund.create_refund(paid["reference"], 5_000)
    emulator.advance(65)
    assert list_event_names(emulator, "refund")[-1] == "refund.processed"


@pytest.mark.parametrize("amount", [0, -1, "x", None], ids=str)
def test_an_invalid_transfer_amount_is_rejected(client, account, amount):
    with pytest.raises(errors.InvalidRequestError):
        credit(client, account, amount)


def test_a_requery_finds_an_unnoticed_transfer(client, emulator, accounts, account):
    number = account["account_number"]
    assert credit(client, account, unnoticed=True)["status"] == "unnoticed"
    assert list_event_names(emulator, "charge") == []
    response = accounts.requery_dedicated_account(number, "test-bank")
    assert response.message.startswith("We are checking the status of your transfer")
    assert list_event_names(emulator, "charge") == []
    emulator.advance(2)
    assert list_event_names(emulator, "charge") == ["charge.success"]
    with pytest.raises(errors.InvalidRequestError, match="once in ten minutes"):
        accounts.requery_dedicated_account(number, "test-bank")
    emulator.advance(600)
    accounts.requery_dedicated_account(number, "test-bank")
    emulator.advance(2)
    assert list_event_names(emulator, "charge") == ["charge.success"]


def test_a_requery_is_limited_to_the_requested_day(client, emulator, accounts, account):
    credit(client, account, unnoticed=True)
    path, query = "/dedicated_account/requery", {"account_number": account["account_number"]}
    for date, expected in ("2026-09-30", []), ("2026-10-01", ["charge.success"]):
        client.send(Request("GET", path, query={**query, "provider_slug": "test-bank", "date": date}))
        emulator.advance(600)
        assert list_event_names(emulator, "charge") == expected


def test_an_identified_customer_gets_an_account_later_with_a_webhook(client, emulator, accounts):
    response = accounts.assign_dedicated_virtual_account(**VALID_ASSIGNMENT, **IDENTIFICATION)
    assert (response.http.status, response.message) == (200, "Assign dedicated account in progress")
    assert "data" not in response
    assert accounts.list_dedicated_account().data == []
    emulator.advance(2)
    names = ["customeridentification.success", "dedicatedaccount.assign.success"]
    assert [event.name for event in emulator.events()] == names
    data = emulator.events()[-1].data
    assert data["identification"] == {"status": "success"}
    assert data["customer"]["email"] == "uche@example.com"
    (account,) = accounts.list_dedicated_account().data
    assert data["dedicated_account"]["account_number"] == account["account_number"]
    assert client.customers.fetch_customer("uche@example.com").data["identified"] is True
    stored = str(emulator._services.store.execute("select body from document union all select body from event"))
    assert not any(IDENTIFICATION[name] in stored for name in ("account_number", "bvn"))


@pytest.mark.parametrize("wrong", [{"bvn": "12345678901"}, {"first_name": "Uche"}, {"account_number": "1"}], ids=str)
def test_a_customer_who_cannot_be_identified_gets_a_failure_webhook_and_no_account(emulator, accounts, wrong):
    accounts.assign_dedicated_virtual_account(**{**VALID_ASSIGNMENT, **IDENTIFICATION, **wrong})
    emulator.advance(2)
    names = ["customeridentification.failed", "dedicatedaccount.assign.failed"]
    assert [event.name for event in emulator.events()] == names
    data = emulator.events()[-1].data
    assert (data["dedicated_account"], data["identification"]) == (None, {"status": "failed"})
    assert accounts.list_dedicated_account().data == []


def test_a_customer_without_required_identification_gets_an_account_immediately(emulator, accounts):
    accounts.assign_dedicated_virtual_account(**{**VALID_ASSIGNMENT, "country": "GH"})
    emulator.advance(2)
    assert list_event_names(emulator, "") == ["dedicatedaccount.assign.success"]
    assert accounts.list_dedicated_account().data[0]["currency"] == "GHS"


@pytest.mark.parametrize("missing", sorted(VALID_ASSIGNMENT))
def test_missing_fields_of_an_assignment_are_reported(client, missing):
    body = {name: value for name, value in VALID_ASSIGNMENT.items() if name != missing}
    with pytest.raises(errors.InvalidRequestError, match=f"{missing} is required"):
        client.send(Request("POST", "/dedicated_account/assign", body=body))


def test_a_deactivated_account_returns_transfers(client, emulator, accounts, ada, account):
    response = accounts.deactivate_dedicated_account(account["id"])
    assert response.message == "Managed Account Successfully Unassigned"
    assert (response.data["assigned"], response.data["assignment"]["assignee_type"]) == (False, "Integration")
    with pytest.raises(errors.InvalidRequestError, match="the transfer is returned"):
        credit(client, account)
    assert list_event_names(emulator, "charge") == []
    assert client.customers.fetch_customer(ADA[0]).data["dedicated_account"] is None
    # Deactivation is idempotent: a client may have lost the response.
    assert accounts.deactivate_dedicated_account(account["id"]).data["assigned"] is False
    again = accounts.create_virtual_account(ada["id"]).data
    assert again["account_number"] != account["account_number"]


def test_an_incoming_transfer_is_split(client, emulator, accounts, account):
    code = subaccount(client)
    number = account["account_number"]
    shared = accounts.split_dedicated_account(account_number=number, subaccount=code)
    assert shared.message == "Assigned Managed Account Successfully Created"
    assert shared.data["split_config"] == {"subaccount": code}
    assert json.loads(accounts.fetch_dedicated_account(account["id"]).data["split_config"]) == {"subaccount": code}
    credit(client, account)
    assert account_balance(emulator, f"subaccount:{code}") == 16_000

    alone = accounts.remove_split_dedicated_account(number)
    assert (alone["status"], alone.message, alone.data["split_config"]) == ("success", "Subaccount unassigned", {})
    credit(client, account)
    assert account_balance(emulator, f"subaccount:{code}") == 16_000


def test_an_account_can_be_identified_by_its_customer(client, accounts, ada, account):
    code = subaccount(client)
    shared = accounts.split_dedicated_account(ada["customer_code"], code, preferred_bank="test-bank").data
    assert shared["account_number"] == account["account_number"]
    with pytest.raises(errors.NotFoundError):
        accounts.split_dedicated_account(ada["customer_code"], code, preferred_bank="wema-bank")


def test_an_account_can_be_created_with_a_split(client, emulator, accounts, ada):
    code = subaccount(client)
    group = client.transaction_splits.create_split(
        "Halves", "percentage", "NGN", [{"subaccount": code, "share": 50}], "account"
    ).data["split_code"]
    account = accounts.create_virtual_account(ada["id"], split_code=group).data
    assert account["split_config"] == {"split_code": group}
    credit(client, account)
    assert account_balance(emulator, f"subaccount:{code}") == 10_000
    for wrong in {"subaccount": "ACCT_nothing"}, {"split_code": "SPL_nothing"}:
        with pytest.raises(errors.NotFoundError, match="Invalid S"):
            accounts.create_virtual_account(ada["id"], "wema-bank", **wrong)


def test_accounts_are_listed_and_filtered(client, accounts, ada, account):
    bola = client.customers.create_customer("bola@example.com", "Bola", "Ade", "08012345678").data
    other = accounts.create_virtual_account(bola["id"], "wema-bank").data
    numbers = lambda **by: [account["id"] for account in accounts.list_dedicated_account(**by).data]  # noqa: E731
    assert numbers() == [other["id"], account["id"]]
    assert numbers(customer_id=ada["id"]) == [account["id"]]
    assert numbers(provider_slug="wema-bank") == [other["id"]]
    assert numbers(bank_id=other["bank"]["id"]) == [other["id"]]
    assert numbers(active=True, currency="NGN") == [other["id"], account["id"]]
    assert numbers(active=False) == numbers(currency="GHS") == []
    assert len(list(client.iterate(accounts.list_dedicated_account(per_page=1)))) == 2
    assert len(list(client.iterate(accounts.list_dedicated_account(per_page=1, use_cursor=True)))) == 2


def test_dedicated_accounts_can_be_unavailable(connect):
    settings = Settings(unavailable=("dedicated_nuban",))
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=NOON), settings=settings) as emulator:
        accounts = connect(transport=emulator).dedicated_virtual_accounts
        for call in (
            lambda: accounts.create_virtual_account("CUS_x"),
            lambda: accounts.assign_dedicated_virtual_account(**VALID_ASSIGNMENT),
            accounts.list_dedicated_account,
            accounts.fetch_bank_providers,
            lambda: accounts.fetch_dedicated_account(1),
            lambda: accounts.deactivate_dedicated_account(1),
            lambda: accounts.requery_dedicated_account("1", "test-bank"),
            lambda: accounts.split_dedicated_account(account_number="1", subaccount="ACCT_x"),
            lambda: accounts.remove_split_dedicated_account("1"),
        ):
            with pytest.raises(errors.PermissionDeniedError, match="Dedicated NUBAN is not available") as exc_info:
                call()
            assert (exc_info.value.type, exc_info.value.code) == ("api_error", "feature_unavailable")


def test_a_missing_account_is_reported(client, accounts, ada):
    for call in (
        lambda: accounts.fetch_dedicated_account(1),
        lambda: accounts.deactivate_dedicated_account(1),
        lambda: accounts.requery_dedicated_account("1", "test-bank"),
        lambda: accounts.split_dedicated_account(account_number="1", subaccount=subaccount(client)),
        lambda: accounts.remove_split_dedicated_account("1"),
        lambda: credit(client, {"account_number": "1"}),
    ):
        with pytest.raises(errors.NotFoundError, match="Dedicated account not found"):
            call()
    with pytest.raises(errors.NotFoundError, match="Customer not found"):
        accounts.create_virtual_account("CUS_nothing")
    with pytest.raises(errors.InvalidRequestError, match="Invalid preferred bank"):
        accounts.create_virtual_account(ada["id"], "no-bank")
    with pytest.raises(errors.InvalidRequestError, match="Invalid country"):
        accounts.assign_dedicated_virtual_account(**{**VALID_ASSIGNMENT, "country": "ZA"})


def test_the_listed_banks_are_accepted_by_the_other_operations(accounts, ada):
    banks = accounts.fetch_bank_providers().data
    assert "test-bank" in {bank["provider_slug"] for bank in banks}
    for bank in banks:
        data = accounts.create_virtual_account(ada["id"], bank["provider_slug"]).data
        assert data["bank"]["id"] == bank["bank_id"]
