"""Account and card verification; banks, countries and states."""

import emulator_payments
import pytest

from paystackease import Request
from paystackease.emulator.catalog.test_instruments import CARDS


def error_of(client, method, path, query=None, body=None):
    response = emulator_payments.response_of(client.send, Request(method, path, query=query, body=body))
    return response.http.status, dict(response)


def test_an_account_is_somebodys(client):
    response = client.verification.resolve_account("0000000000", "057")
    assert response.message == "Account number resolved"
    assert response.data == {"account_number": "0000000000", "account_name": "TEST ACCOUNT"}
    assert client.verification.resolve_account("0111111111", "007").data["account_name"] == "UCHENNA OKORO"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"bank_code": "057"}, "account_number is required"),
        ({"account_number": "0000000000"}, "bank_code is required"),
        ({"account_number": "123", "bank_code": "057"}, "Account number is invalid"),
        ({"account_number": "\uff10" * 10, "bank_code": "057"}, "Account number is invalid"),
        ({"account_number": "0000000000", "bank_code": "no bank!"}, "Account number is invalid"),
    ],
)
def test_an_invalid_account_is_rejected_with_paystacks_message(client, query, message):
    assert error_of(client, "GET", "/bank/resolve", query) == (400, {"status": False, "message": message})


HOLDER = {
    "account_name": "Ada Obi",
    "account_number": "0123456789",
    "account_type": "personal",
    "bank_code": "632005",
    "country_code": "ZA",
    "document_type": "identityNumber",
    "document_number": "1234567890123",
}


def test_an_account_in_south_africa_is_verified(client):
    response = client.verification.validate_account(**HOLDER)
    assert response.message == "Personal Account Verification attempted"
    assert response.data["verified"] is True
    assert response.data["accountHolderMatch"] is True


@pytest.mark.parametrize("change", [{"account_number": "1"}, {"bank_code": "057"}], ids=["number", "bank"])
def test_one_that_cannot_be_is_refused_with_the_reason_in_the_data(client, change):
    status, body = error_of(client, "POST", "/bank/validate", body={**HOLDER, **change})
    assert (status, body["status"]) == (400, False)
    assert body["message"] == "Personal Account Verification attempted"
    assert body["data"] == {
        "verified": False,
        "verificationMessage": "The provided bank account number is invalid",
    }


def test_no_verified_identity_is_stored(client, emulator):
    client.verification.validate_account(**HOLDER)
    client.verification.resolve_account("0123456789", "057")
    assert emulator_payments.stored_values(emulator) & {"Ada Obi", "0123456789", "1234567890123"} == set()


@pytest.mark.parametrize("number", CARDS)
def test_a_test_card_is_known_by_its_first_digits(client, number):
    for length in 6, 8:
        data = client.verification.resolve_card_bin(number[:length]).data
        assert (data["bin"], data["brand"]) == (number[:length], CARDS[number].brand.capitalize())
        assert (data["bank"], data["country_code"]) == ("TEST BANK", "NG")


def test_an_unknown_card_bin_has_no_details(client):
    data = client.verification.resolve_card_bin("411111").data
    assert (data["brand"], data["country_name"]) == ("unknown", "Unknown")


@pytest.mark.parametrize("digits", ["40840", "4084081", "408408408", "40840x"])
def test_a_bin_has_six_or_eight_digits(client, digits):
    body = {"status": False, "message": "Bin must be 6 or 8 digits"}
    assert error_of(client, "GET", f"/decision/bin/{digits}") == (400, body)


# Banks, countries and states


def test_banks_are_listed_by_cursor(client):
    first = client.miscellaneous.list_banks(per_page=10)
    assert first.message == "Banks retrieved"
    assert set(first.meta) == {"next", "previous", "perPage"}
    response = list(client.iterate(first))
    assert [bank["id"] for bank in response] == sorted((bank["id"] for bank in response), reverse=True)
    assert len({bank["code"] for bank in response}) == len(response) > 30
    second = client.miscellaneous.list_banks(per_page=10, next_cursor=first.meta["next"])
    assert second.data == client.miscellaneous.list_banks(per_page=10, page=2).data == response[10:20]
    back = client.miscellaneous.list_banks(per_page=10, previous_cursor=second.meta["previous"])
    assert (back.data, back.meta["previous"]) == (first.data, None)
    assert client.miscellaneous.list_banks(per_page=500).meta["perPage"] == 100


def test_banks_are_filtered(client):
    def codes(**filters):
        return {bank["code"] for bank in client.miscellaneous.list_banks(per_page=100, **filters).data}

    assert codes(country="south africa") == codes(country="south-africa") == codes(currency="ZAR")
    assert codes(enabled_for_verification=True) == codes(country="south africa")
    assert codes(country="ghana", channel_type="mobile_money") == {"MTN", "ATL", "VOD"}
    assert codes(pay_with_bank=True) == {"057", "50211"}
    assert codes(gateway="emandate") == {"057"}
    assert codes(country="atlantis") == set()
    providers = client.miscellaneous.list_banks(pay_with_bank_transfer=True)
    assert providers.message == "NUBAN Providers successfully retrieved"
    assert ([bank["slug"] for bank in providers.data], providers.meta) == (["wema-bank"], {})
    sorted_ = client.miscellaneous.list_banks(per_page=1, include_nip_sort_code=True).data[0]
    assert sorted_["nip_sort_code"] is None


def test_countries_have_their_currencies(client):
    countries = {country["iso_code"]: country for country in client.miscellaneous.list_countries().data}
    assert set(countries) == {"NG", "GH", "ZA", "KE", "CI"}
    assert countries["NG"]["default_currency_code"] == "NGN"
    assert countries["NG"]["relationships"]["currency"] == {"type": "currency", "data": ["NGN", "USD"]}


def test_states_are_listed_for_countries_with_address_verification(client):
    canada = client.miscellaneous.list_states("CA")
    assert canada.message == "States retrieved"
    assert canada.data[0] == {"name": "Alberta", "slug": "alberta", "abbreviation": "AB"}
    assert len(canada.data) == 13
    united = client.miscellaneous.list_states("us").data
    assert len(united) == 51
    assert {"name": "New York", "slug": "new-york", "abbreviation": "NY"} in united
    assert client.miscellaneous.list_states("NG").data == []
    assert error_of(client, "GET", "/address_verification/states") == (
        422,
        {"status": False, "message": "Country is required"},
    )
