"""Subaccounts: the bank accounts that payments are shared with."""

import emulator_payments
import pytest

from paystackease import Request


def create_subaccount(client, name="Obi Books", **more):
    return client.subaccounts.create_subaccount(name, "058", "0123456789", more.pop("percentage_charge", 30), **more)


def error_of(client, method="POST", path="/subaccount", **body):
    response = emulator_payments.response_of(client.send, Request(method, path, body=body))
    return response.http.status, response.message


def test_a_subaccount_has_the_account_name_of_the_bank(client):
    response = create_subaccount(client, description="Books")
    assert (response.http.status, response.message) == (201, "Subaccount created")
    created = response.data
    assert created["subaccount_code"].startswith("ACCT_")
    assert (created["settlement_bank"], created["bank"], created["currency"]) == ("Guaranty Trust Bank", 9, "NGN")
    assert (created["account_name"], created["percentage_charge"]) == ("TEST ACCOUNT", 30)
    assert (created["settlement_schedule"], created["active"], created["is_verified"]) == ("AUTO", True, False)
    for subaccount in created["id"], created["subaccount_code"]:
        result = client.subaccounts.fetch_subaccount(subaccount)
        assert result.message == "Subaccount retrieved"
        assert (result.data["description"], result.data["metadata"]) == ("Books", None)


def test_an_account_of_another_country_is_settled_in_its_currency(client):
    subaccount = client.subaccounts.create_subaccount("Cape Books", "632005", "0123456789", 5.5).data
    assert (subaccount["currency"], subaccount["percentage_charge"]) == ("ZAR", 5.5)


def test_a_subaccount_is_made_each_time(client):
    assert create_subaccount(client).data["id"] != create_subaccount(client).data["id"]


def test_metadata_is_sent_as_text_and_returned_as_an_object(client):
    subaccount = create_subaccount(client, metadata={"shelf": 7}).data
    assert client.subaccounts.fetch_subaccount(subaccount["id"]).data["metadata"] == {"shelf": 7}


def test_an_update_changes_only_the_given_fields(client, emulator):
    code = create_subaccount(client).data["subaccount_code"]
    emulator.advance(60)
    changed = client.subaccounts.update_subaccount(
        code, business_name="Obi & Sons", settlement_schedule="weekly", percentage_charge=0.2, active=False
    )
    assert changed.message == "Subaccount updated"
    updated = changed.data
    assert (updated["business_name"], updated["settlement_schedule"]) == ("Obi & Sons", "WEEKLY")
    assert (updated["percentage_charge"], updated["active"]) == (0.2, False)
    assert (updated["account_number"], updated["settlement_bank"]) == ("0123456789", "Guaranty Trust Bank")
    assert (updated["createdAt"], updated["updatedAt"]) == ("2026-10-01T12:00:00.000Z", "2026-10-01T12:01:00.000Z")
    moved = client.subaccounts.update_subaccount(code, settlement_bank="057", account_number="0000000000").data
    assert (moved["settlement_bank"], moved["account_number"]) == ("Zenith Bank", "0000000000")
    assert client.subaccounts.update_subaccount(code, active=True).data["active"] is True


def test_a_list_is_newest_first_and_its_active_filter_is_inverted(client):
    codes = [create_subaccount(client, f"Shop {number}").data["subaccount_code"] for number in range(3)]
    client.subaccounts.update_subaccount(codes[1], active=False)

    def list_codes(**filters):
        return [subaccount["subaccount_code"] for subaccount in client.subaccounts.list_subaccounts(**filters).data]

    assert list_codes() == codes[::-1]
    assert [subaccount["active"] for subaccount in client.subaccounts.list_subaccounts().data] == [1, 0, 1]
    assert list_codes(active=True) == [codes[1]]
    assert list_codes(active=False) == [codes[2], codes[0]]
    emulator_payments.change_settings(client, quirks=False)
    assert list_codes(active=False) == [codes[1]]
    assert client.subaccounts.list_subaccounts(active=False).data[0]["active"] is False


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"business_name": None}, "Business name is required"),
        ({"settlement_bank": None}, "Bank code is required"),
        ({"settlement_bank": "no bank!"}, "Settlement Bank is invalid"),
        ({"account_number": None}, "Account number is required"),
        ({"account_number": "12"}, "Account number is invalid"),
        ({"percentage_charge": None}, "Percentage charge is required"),
        ({"percentage_charge": 101}, "Percentage charge must be greater than 0 and less than 100"),
        ({"percentage_charge": -1}, "Percentage charge must be greater than 0 and less than 100"),
        ({"percentage_charge": "much"}, "Invalid percentage charge. It should be a number from 0 to 100"),
        ({"percentage_charge": True}, "Invalid percentage charge. It should be a number from 0 to 100"),
    ],
)
def test_an_invalid_subaccount_is_rejected_with_paystacks_message(client, change, message):
    whole = {
        "business_name": "Obi Books",
        "settlement_bank": "058",
        "account_number": "0123456789",
        "percentage_charge": 30,
    }
    assert error_of(client, **{**whole, **change}) == (400, message)
    assert client.subaccounts.list_subaccounts().data == []


def test_both_names_of_the_bank_field_are_accepted(client):
    body = {"business_name": "A", "bank_code": "058", "account_number": "0123456789", "percentage_charge": "12.5"}
    data = client.send(Request("POST", "/subaccount", body=body)).data
    assert (data["settlement_bank"], data["percentage_charge"]) == ("Guaranty Trust Bank", 12.5)


def test_an_unknown_code_is_not_found(client):
    for method in "GET", "PUT":
        response = emulator_payments.response_of(client.send, Request(method, "/subaccount/ACCT_unknown"))
        assert (response.http.status, response.message, response["code"]) == (404, "Subaccount not found", "not_found")
    code = create_subaccount(client).data["subaccount_code"]
    assert error_of(client, "PUT", f"/subaccount/{code}", settlement_schedule="hourly")[0] == 400
