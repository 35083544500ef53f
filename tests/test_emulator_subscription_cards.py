"""The card of a subscription: the manage link, changing it, its expiry; and direct debit instead of a card."""

import json

import pytest
from conftest import SECRET_KEY

from paystackease import Emulator, Request
from paystackease.emulator import Clock
from paystackease.emulator.clock import format_time, parse_time

NOON = "2026-10-15T12:00:00"


DAY = 86_400


CARD = "4084 0840 8408 4081"


@pytest.fixture
def emulator():
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=parse_time(NOON))) as emulator:
        yield emulator


@pytest.fixture
def subscriptions(client):
    return client.subscriptions


@pytest.fixture
def ada(client):
    return client.customers.create_customer("ada@example.com", "Ada", "Obi", "").data


@pytest.fixture
def card(client, ada):
    return save(client, ada)


@pytest.fixture
def gold(client):
    return client.plans.create_plan("Gold", 500_000, "monthly").data


@pytest.fixture
def subscription(subscriptions, card, gold):
    """A subscription that is charged monthly, from now on."""
    return subscriptions.create_subscription("ada@example.com", gold["plan_code"]).data


def save(client, customer, card=CARD):
    path = "/_emulator/customers/{code}/authorizations"
    saved = Request("POST", path, {"code": customer["customer_code"]}, body={"card": card})
    return client.send(saved).data["authorization_code"]


def status(client, subscription):
    return client.subscriptions.fetch_subscription(subscription["subscription_code"]).data["status"]


def page(emulator, url, method="GET", act="", **body):
    """Request the manage page without a key and return the status and the body."""
    content = json.dumps(body).encode() if body else None
    path = url.removeprefix(emulator.url) + act
    reply = emulator.respond(method, path, {"content-type": "application/json"}, content)
    return reply.status, json.loads(reply.content)


@pytest.fixture
def link(subscriptions, subscription):
    generated = subscriptions.generate_update_subscription(subscription["subscription_code"])
    assert generated.message == "Link generated"
    return generated.data["link"]


def test_the_link_leads_the_customer_to_the_subscription(subscriptions, emulator, subscription, link, card):
    assert (
        subscriptions.send_update_subscription_link(subscription["subscription_code"]).message
        == "Email successfully sent"
    )
    status_code, body = page(emulator, link)
    assert status_code == 200
    page_data = body["data"]
    assert (page_data["plan"]["name"], page_data["amount"], page_data["status"]) == ("Gold", 500_000, "active")
    assert (page_data["authorization_code"], [card["last4"] for card in page_data["cards"]]) == (card, ["4081"])


def test_a_new_card_on_the_page_is_charged_next(client, emulator, subscription, link, card):
    status_code, body = page(emulator, link, "POST", "/card", card="5192 6027 2058 4796")
    assert (status_code, len(body["data"]["cards"])) == (200, 2)
    emulator.advance(32 * DAY)
    latest = client.transactions.list_transactions().data[0]
    assert latest["authorization"]["last4"] == "4796"
    assert page(emulator, link, "POST", "/card", authorization_code=card)[0] == 200
    emulator.advance(31 * DAY)
    assert client.transactions.list_transactions().data[0]["authorization"]["last4"] == "4081"


def test_a_card_of_another_customer_is_rejected(client, emulator, subscription, link, card):
    ama = client.customers.create_customer("ama@example.com", "Ama", "Mensah", "").data
    status_code, body = page(emulator, link, "POST", "/card", authorization_code=save(client, ama))
    assert (status_code, body["message"]) == (400, "Authorization specified is invalid or does not belong to customer")
    assert page(emulator, link, "POST", "/card", card="4000 0000 0000 0000")[0] == 400
    assert page(emulator, link)[1]["data"]["authorization_code"] == card


def test_there_the_customer_ends_it(client, emulator, subscription, link):
    assert page(emulator, link, "POST", "/cancel")[0] == 200
    assert status(client, subscription) == "non-renewing"
    assert page(emulator, link, "POST", "/cancel")[0] == 404


def test_the_update_link_cannot_be_guessed(emulator, subscription, link):
    base_link, _, token = link.rpartition("/")
    assert page(emulator, f"{base_link}/{token[::-1]}")[0] == 404
    assert page(emulator, link.replace(base_link.rpartition("/")[2], "0" * 16))[0] == 404


def test_who_has_the_key_changes_the_card_by_the_code(client, emulator, subscription, ada):
    other = save(client, ada, "5192 6027 2058 4796")
    path = f"/_emulator/subscriptions/{subscription['subscription_code']}/card"
    changed = client.send(Request("POST", path, body={"authorization_code": other})).data
    assert changed["authorization"]["authorization_code"] == other


def test_expiring_cards_are_announced_at_the_start_of_the_month(connect):
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=parse_time("2030-10-15T12:00"))) as emulator:
        client = connect(transport=emulator)
        ada = client.customers.create_customer("ada@example.com", "Ada", "Obi", "").data
        save(client, ada)  # until 12/2030
        codes = [client.plans.create_plan(name, 1_000, "annually").data["plan_code"] for name in ("A", "B", "C")]
        first, second, third = (
            client.subscriptions.create_subscription("ada@example.com", code).data for code in codes
        )
        client.subscriptions.disable_subscription(third["subscription_code"], third["email_token"])
        emulator.advance(120 * DAY)
        expiring = [event for event in emulator.events() if event.name == "subscription.expiring_cards"]
        assert [format_time(event.at) for event in expiring] == ["2030-12-01T00:00:00.000Z"]
        told_of = expiring[0].data
        assert {item["subscription"]["subscription_code"] for item in told_of} == {
            first["subscription_code"],
            second["subscription_code"],
        }
        assert {(item["expiry_date"], item["description"]) for item in told_of} == {
            ("12/2030", "visa ending with 4081")
        }
