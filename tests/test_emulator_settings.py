"""The settings of a business, and their changes."""

import pytest
from conftest import SECRET_KEY
from webhook_shop import WebhookShop, pay_reference

from paystackease import Emulator, Request, errors
from paystackease.emulator.services import Tenant
from paystackease.emulator.settings import DEFAULT_SETTINGS, Settings


def read_settings(client):
    return client.send(Request("GET", "/_emulator/settings")).data


def change_settings(client, **changes):
    return client.send(Request("POST", "/_emulator/settings", body=changes)).data


def test_settings_can_be_read_and_changed_individually(client):
    before = read_settings(client)
    assert before["webhook_schedule"] == "live"
    assert change_settings(client, country="GH", currencies=["GHS"]) == {
        **before,
        "country": "GH",
        "currencies": ["GHS"],
    }
    assert read_settings(client)["currencies"] == ["GHS"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"colour": "blue"}, "colour"),
        ({"quirks": "off"}, "quirks"),
        ({"webhook_mode": "sometimes"}, "webhook_mode"),
        ({"webhook_schedule": "daily"}, "webhook_schedule"),
        ({"self": 1}, "self"),
    ],
)
def test_an_invalid_setting_is_rejected_and_named(client, changes, why):
    before = read_settings(client)
    with pytest.raises(errors.InvalidRequestError, match=why):
        change_settings(client, **changes)
    assert read_settings(client) == before


def test_each_business_has_its_own_and_begins_with_the_emulators(connect):
    with Emulator(SECRET_KEY, settings=Settings(business_name="Ada's Books")) as emulator:
        one, other = connect(transport=emulator), connect(transport=emulator.for_key("sk_test_other"))
        change_settings(one, country="GH")
        assert (read_settings(one)["business_name"], read_settings(one)["country"]) == ("Ada's Books", "GH")
        assert (read_settings(other)["business_name"], read_settings(other)["country"]) == (
            "Ada's Books",
            DEFAULT_SETTINGS.country,
        )


def test_settings_are_stored_in_a_file(connect, tmp_path):
    for turn in range(2):
        with Emulator(SECRET_KEY, db=tmp_path / "paystack.db") as emulator:
            client = connect(transport=emulator)
            assert read_settings(client)["strict"] is (turn == 1)
            change_settings(client, strict=True)


def test_without_quirks_the_answers_have_none(client):
    pay_reference(client, "one")
    assert client.transactions.verify_transaction("one").data["metadata"] == ""
    change_settings(client, quirks=False)
    assert client.transactions.verify_transaction("one").data["metadata"] is None


@pytest.mark.parametrize(("schedule", "tries"), [("live", 75), ("test", 11), ("off", 1)])
def test_webhooks_are_sent_again_on_the_schedule_that_is_set(client, emulator, schedule, tries):
    shop = WebhookShop(*[500] * 100)
    emulator.set_webhook_target(shop)
    change_settings(client, webhook_schedule=schedule)
    pay_reference(client, "one")
    emulator.advance(100 * 3_600)
    assert len(shop.webhooks) == tries


def test_held_webhooks_are_delivered_when_the_mode_changes(client, emulator):
    shop = WebhookShop()
    emulator.set_webhook_target(shop, mode="manual")
    pay_reference(client, "one")
    emulator.run_due()
    assert shop.webhooks == []
    change_settings(client, webhook_mode="auto")
    emulator.run_due()
    assert shop.references == ["one"]


def test_settings_of_a_failed_request_are_rolled_back(client, emulator):
    tenant = Tenant.from_key(SECRET_KEY)

    def fail(call):
        call.update_settings(country="GH")
        assert call.settings.country == "GH"
        raise ZeroDivisionError

    change_settings(client, strict=True)
    with pytest.raises(ZeroDivisionError):
        emulator.run_as(tenant, fail)
    assert read_settings(client)["country"] == "NG"
    emulator.save_snapshot("strict")
    change_settings(client, strict=False)
    emulator.restore_snapshot("strict")
    assert read_settings(client)["strict"] is True
    emulator.reset()
    assert read_settings(client)["strict"] is False


def test_the_opening_balance_is_enough_for_a_payroll_of_25_people(client):
    tobi = {"type": "nuban", "name": "Tobi", "account_number": "0123456789", "bank_code": "058", "currency": "NGN"}
    code = client.send(Request("POST", "/transferrecipient", body=tobi)).data["recipient_code"]
    for number in range(25):
        response = client.transfers.initiate_transfer("balance", 40_000_000, code, reference=f"payroll-{number}")
        assert response.data["status"] == "success"
    assert client.transfer_control.check_balance().data[0]["balance"] > 0
