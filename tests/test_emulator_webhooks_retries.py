"""Attempts of webhooks follow Paystack's schedule, are recorded, and can be repeated."""

import json

import pytest
from conftest import NOON
from webhook_shop import HOUR, WebhookShop, pay_reference

from paystackease import Paystack, Request, errors
from paystackease.emulator.webhooks.outbox import retry_delay

# The retry schedule


def test_live_webhooks_are_tried_every_3_minutes_and_then_hourly_for_72_hours():
    tried, at = [0.0], 0.0
    while (wait := retry_delay("live", len(tried), at)) is not None:
        at += wait
        tried.append(at)
    assert tried[:6] == [0, 180, 360, 540, 540 + HOUR, 540 + 2 * HOUR]
    assert 71 * HOUR < tried[-1] <= 72 * HOUR
    assert len(tried) == 4 + 71


def test_test_webhooks_are_tried_hourly_for_10_hours():
    tried, at = [0.0], 0.0
    while (wait := retry_delay("test", len(tried), at)) is not None:
        at += wait
        tried.append(at)
    assert tried == [hours * HOUR for hours in range(11)]
    assert retry_delay("off", 1, 0.0) is None


@pytest.mark.parametrize("status", [201, 204, 302, 400, 500])
def test_any_status_but_200_is_a_failure_and_is_retried_on_schedule(emulator, status):
    shop = WebhookShop(status, status)
    emulator.set_webhook_target(shop)
    pay_reference(Paystack(transport=emulator), "one")
    emulator.deliver()
    assert len(shop.webhooks) == 1
    happened = emulator.advance(179)
    assert happened == []
    happened = emulator.advance(1 + 180)
    assert [(happening.at - NOON, happening.attempt.status) for happening in happened] == [(180, status), (360, 200)]
    assert shop.webhooks[0] == shop.webhooks[1] == shop.webhooks[2]
    (event,) = emulator.events()
    assert (event.status, event.tries, event.due) == ("Delivered", 3, None)


def test_a_target_that_never_responds_with_200_gets_75_attempts(emulator):
    shop = WebhookShop(*[500] * 100)
    emulator.set_webhook_target(shop)
    pay_reference(Paystack(transport=emulator), "one")
    emulator.advance(100 * HOUR)
    assert len(shop.webhooks) == 75
    (event,) = emulator.events()
    assert (event.status, event.due) == ("Failed", None)


def test_a_webhook_that_fails_does_not_hold_up_the_next(emulator):
    shop = WebhookShop(500)
    emulator.set_webhook_target(shop)
    client = Paystack(transport=emulator)
    pay_reference(client, "one")
    pay_reference(client, "two")
    emulator.deliver()
    emulator.advance(180)
    assert shop.references == ["one", "two", "one"]


def test_attempts_are_recorded_and_a_webhook_can_be_redelivered(connect, emulator):
    client, shop = connect(transport=emulator), WebhookShop(500)
    emulator.set_webhook_target(shop)
    pay_reference(client, "one")
    emulator.deliver()
    emulator.advance(180)
    (listed,) = client.send(Request("GET", "/_emulator/webhooks")).data
    assert (listed["event"], listed["status"], listed["tries"]) == ("charge.success", "Delivered", 2)
    again = client.send(Request("POST", "/_emulator/webhooks/{id}/replay", {"id": listed["id"]})).data
    assert [attempt["status"] for attempt in again["attempts"]] == [500, 200, 200]
    fetched = client.send(Request("GET", "/_emulator/webhooks/{id}", {"id": listed["id"]})).data
    assert fetched["attempts"] == again["attempts"]
    assert json.loads(fetched["body"])["data"]["reference"] == "one"
    assert shop.references == ["one"] * 3
    with pytest.raises(errors.NotFoundError, match="Webhook not found"):
        client.send(Request("GET", "/_emulator/webhooks/{id}", {"id": "0" * 24}))


def test_a_webhook_can_be_redelivered_with_other_data(emulator):
    client, shop = Paystack(transport=emulator), WebhookShop()
    emulator.set_webhook_target(shop)
    pay_reference(client, "one")
    emulator.deliver()
    path = Request("POST", "/_emulator/webhooks/{id}/replay", {"id": emulator.events()[0].id}, body={"data": {"id": 1}})
    client.send(path)
    assert shop.webhooks[-1] == {"event": "charge.success", "data": {"id": 1}}
    assert emulator.events()[0].data["reference"] == "one"
