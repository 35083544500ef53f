"""Webhooks of the emulator: signed, in order, in each delivery mode; waiting for one."""

import json
import threading

import pytest
from conftest import SECRET_KEY
from webhook_shop import HOUR, WebhookShop, listen_for_webhooks, pay_reference

from paystackease import Emulator, Paystack, Request
from paystackease.emulator.server.server import run_in_background
from paystackease.webhooks.signature import verify

# Delivery


def test_events_are_delivered_once_in_order_and_signed_over_their_bytes(connect, emulator):
    client, shop = connect(transport=emulator), WebhookShop()
    emulator.set_webhook_target(shop)
    for reference in "one", "two":
        pay_reference(client, reference, metadata={"10": 1.5, "2": "\u00e9"})
    assert shop.webhooks == []
    attempts = emulator.deliver()
    assert shop.references == ["one", "two"]
    assert shop.signatures_valid == [True, True]
    assert [(attempt.status, attempt.response, attempt.delivered) for attempt in attempts] == [
        (200, "thanks", True)
    ] * 2
    assert emulator.deliver() == []
    assert shop.webhooks == [json.loads(event.body) for event in emulator.events()]


def test_without_a_target_no_webhook_is_delivered(connect, emulator):
    client, shop = connect(transport=emulator), WebhookShop()
    pay_reference(client, "before")
    emulator.set_webhook_target(shop)
    pay_reference(client, "after")
    emulator.deliver()
    assert shop.references == ["after"]
    emulator.set_webhook_target(None)
    pay_reference(client, "much later")
    assert emulator.deliver() == []


def test_rolled_back_events_are_not_delivered(emulator):
    shop = WebhookShop()
    emulator.set_webhook_target(shop)
    with pytest.raises(ZeroDivisionError):
        emulator.run_as(emulator.tenants()[0] if emulator.tenants() else _tenant(), _emit_and_fail)
    assert emulator.deliver() == []


def _tenant():
    from paystackease.emulator.services import Tenant

    return Tenant.from_key(SECRET_KEY)


def _emit_and_fail(call):
    call.emit("charge.success", {"reference": "never"})
    raise ZeroDivisionError


def test_each_key_signs_its_own_webhooks(emulator):
    shop, other = WebhookShop(), WebhookShop()
    emulator.set_webhook_target(shop)
    emulator.set_webhook_target(other, secret_key="sk_test_other")
    pay_reference(Paystack(transport=emulator.for_key("sk_test_other")), "theirs")
    emulator.deliver("sk_test_other")
    emulator.deliver()
    assert (shop.webhooks, other.references) == ([], ["theirs"])
    assert other.signatures_valid == [False]  # by this test's key


def test_no_secret_key_is_stored(tmp_path):
    with Emulator(SECRET_KEY, db=tmp_path / "paystack.db") as emulator:
        emulator.set_webhook_target(WebhookShop())
        pay_reference(Paystack(transport=emulator), "one")
        emulator.deliver()
    for file in tmp_path.iterdir():
        assert SECRET_KEY.encode() not in file.read_bytes()


def test_pending_webhooks_of_a_file_are_delivered_once_its_key_is_known_again(tmp_path):
    with listen_for_webhooks() as (url, told):
        with Emulator(SECRET_KEY, db=tmp_path / "paystack.db") as emulator:
            emulator.set_webhook_target(url)
            pay_reference(Paystack(transport=emulator), "one")
        with Emulator("sk_test_other", db=tmp_path / "paystack.db") as emulator:
            emulator.run_due()
            assert told == []
            Paystack(transport=emulator.for_key(SECRET_KEY)).customers.list_customers()
            emulator.run_due()
        ((path, headers, body),) = told
    assert path == "/paystack"
    assert verify(body, headers["x-paystack-signature"], SECRET_KEY).data["reference"] == "one"


# Delivery modes


def test_manual_webhooks_wait_until_they_are_released(connect, emulator):
    client, shop = connect(transport=emulator), WebhookShop()
    emulator.set_webhook_target(shop, mode="manual")
    pay_reference(client, "one")
    emulator.advance(HOUR)
    assert shop.webhooks == []
    (attempt,) = client.send(Request("POST", "/_emulator/webhooks/deliver")).data
    assert attempt["status"] == 200
    assert shop.references == ["one"]


def test_inline_webhooks_arrive_before_the_response_and_see_the_committed_state(connect, emulator):
    client, seen = connect(transport=emulator), []
    asking = Paystack(transport=emulator)

    class Asking(WebhookShop):
        def __call__(self, *args):
            response = super().__call__(*args)
            seen.append(asking.transactions.verify_transaction(self.references[-1]).data["status"])
            return response

    emulator.set_webhook_target(Asking(), mode="inline")
    pay_reference(client, "one")
    assert seen == ["success"]


def test_the_clock_does_not_advance_during_a_delivery(emulator):
    times = []
    client = Paystack(transport=emulator)

    class Asking(WebhookShop):
        def __call__(self, *args):
            times.append(client.send(Request("GET", "/_emulator/clock")).data["now"])
            return super().__call__(*args)

    emulator.set_webhook_target(Asking(500, 500))
    pay_reference(client, "one")
    emulator.advance(HOUR)
    assert times == [f"2026-10-01T12:0{minute}:00.000Z" for minute in (0, 3, 6)]


# Waiting


def test_wait_for_event_returns_a_past_event(emulator):
    client = Paystack(transport=emulator)
    pay_reference(client, "one")
    pay_reference(client, "two")
    assert emulator.wait_for("charge.success", reference="one").data["reference"] == "one"
    assert emulator.wait_for("charge.success").data["reference"] == "two"
    assert emulator.wait_for("charge.success", customer__email="ada@example.com", timeout=0)


def test_wait_for_event_returns_when_another_thread_causes_the_event():
    with (
        Emulator(SECRET_KEY) as emulator,
        run_in_background(emulator) as url,
        Paystack(SECRET_KEY, base_url=url) as client,
    ):
        emulator.set_webhook_target(WebhookShop())
        thread = threading.Thread(target=pay_reference, args=(client, "later"))
        thread.start()
        assert emulator.wait_for("charge.success", reference="later", timeout=30).name == "charge.success"
        thread.join()


def test_a_wait_that_times_out_lists_the_events(emulator):
    pay_reference(Paystack(transport=emulator), "one")
    with pytest.raises(TimeoutError, match=r"no transfer\.success with reference .* latest events: charge\.success"):
        emulator.wait_for("transfer.success", reference="one", timeout=0)
