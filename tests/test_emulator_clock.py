"""The emulator's clock: frozen, running or advanced, with the jobs that become due."""

import json

import pytest
from conftest import NOON, SECRET_KEY
from hypothesis import given, settings
from hypothesis import strategies as st
from webhook_shop import WebhookShop, pay_reference

from paystackease import Emulator, Paystack, Request, errors
from paystackease.emulator import Clock
from paystackease.emulator.clock import format_time

DAY = 86_400.0


def set_clock(client, **body):
    return client.send(Request("POST", "/_emulator/clock", body=body)).data


def read_clock(client):
    return client.send(Request("GET", "/_emulator/clock")).data


def subscribe(client, interval="daily"):
    """Subscribe a customer, whose card was saved by a first payment, to a plan."""
    pay_reference(client, "first")
    customer = client.customers.fetch_customer("ada@example.com").data
    plan = client.plans.create_plan("Paper", 500_000, interval).data["plan_code"]
    card = customer["authorizations"][0]["authorization_code"]
    return client.subscriptions.create_subscription(customer["customer_code"], plan, card).data


def test_the_clock_can_be_read_advanced_and_set(client):
    assert read_clock(client)["now"] == "2026-10-01T12:00:00.000Z"
    assert set_clock(client, advance=90)["now"] == "2026-10-01T12:01:30.000Z"
    assert set_clock(client, to="2026-10-03")["now"] == "2026-10-03T00:00:00.000Z"
    assert set_clock(client, to="2026-10-03T01:00:00+01:00")["happened"] == []


@pytest.mark.parametrize(
    "body", [{}, {"to": "2026-09-30"}, {"to": "soon"}, {"to": 5}, {"advance": "5"}, {"frozen": 1}, {"advance": -0.1}]
)
def test_the_time_does_not_go_back_and_is_a_time(client, body):
    with pytest.raises(errors.InvalidRequestError):
        set_clock(client, **body)
    assert read_clock(client)["now"] == "2026-10-01T12:00:00.000Z"


def test_a_frozen_clock_resumes_from_its_time(connect):
    real = [1_000.0]
    with Emulator(SECRET_KEY, clock=Clock(lambda: real[0])) as emulator:
        client = connect(transport=emulator)
        assert read_clock(client)["frozen"] is False
        set_clock(client, frozen=True)
        real[0] = 1_500.0
        assert read_clock(client) == {"now": format_time(1_000.0), "frozen": True, "ahead": -500.0}
        set_clock(client, frozen=False)
        real[0] = 1_510.0
        assert emulator.clock.now() == 1_010.0
        set_clock(client, frozen=True, advance=60)
        assert emulator.clock.now() == 1_070.0


def test_a_clock_that_was_moved_ahead_is_ahead_when_its_file_is_opened_again(tmp_path):
    real = [1_000.0]
    for turn in range(3):
        with Emulator(SECRET_KEY, db=tmp_path / "paystack.db") as emulator:
            emulator.clock._now = lambda: real[0]
            assert emulator.clock.offset == pytest.approx(turn * DAY)
            emulator.advance(DAY)
    with Emulator(SECRET_KEY, db=tmp_path / "paystack.db") as emulator:
        emulator.clock.freeze()
        frozen_time = emulator.clock.now()
    with Emulator(SECRET_KEY, db=tmp_path / "paystack.db") as emulator:
        assert (emulator.clock.frozen, emulator.clock.now()) == (True, frozen_time)
    # A clock that is passed has precedence over the stored time.
    with Emulator(SECRET_KEY, db=tmp_path / "paystack.db", clock=Clock(frozen_at=NOON)) as emulator:
        assert emulator.clock.now() == NOON


def test_events_during_an_advance_are_listed_in_order(client, emulator):
    subscribe(client)
    emulator.run_due()
    emulator.set_webhook_target(WebhookShop(500))
    happened = emulator.advance(2 * DAY)
    assert [happening.at for happening in happened] == sorted(happening.at for happening in happened)
    assert {happening.kind for happening in happened} == {"job", "event", "delivery"}
    # Each event is delivered before the next job runs, and retried if that fails.
    event_names = [happening.name for happening in happened if happening.kind == "event"]
    assert "charge.success" in event_names
    deliveries = [happening for happening in happened if happening.kind == "delivery"]
    assert deliveries[0].attempt.status == 500
    assert sum(item.event.seq == deliveries[0].event.seq for item in deliveries) == 2
    assert len(deliveries) == len(event_names) + 1


def test_over_http_only_events_of_the_own_key_are_listed(client, emulator):
    other_client = Paystack(transport=emulator.for_key("sk_test_other"))
    subscribe(other_client)
    subscribe(client)
    moved = set_clock(client, advance=DAY)
    assert moved["happenings"] == len(moved["happened"]) > 0
    mine = [event for event in emulator.events() if event.at > NOON]
    assert [happening["id"] for happening in moved["happened"] if happening["kind"] == "event"] == [
        event.id for event in mine
    ]
    assert [event for event in emulator.events("sk_test_other") if event.at > NOON] == []
    moved = set_clock(other_client, advance=DAY)
    others = [event for event in emulator.events("sk_test_other") if event.at > NOON]
    assert [happening["id"] for happening in moved["happened"] if happening["kind"] == "event"] == [
        event.id for event in others
    ]
    assert len(others) == len(mine)


def test_several_advances_equal_one_advance_by_their_sum():
    histories = []
    for steps in ([7 * DAY], [3.5 * DAY, 3.5 * DAY], [DAY] * 7, [12_345.0] * 40 + [7 * DAY - 40 * 12_345.0]):
        with Emulator(SECRET_KEY, clock=Clock(frozen_at=NOON)) as emulator:
            shop = WebhookShop(500, 500)
            emulator.set_webhook_target(shop)
            subscribe(Paystack(transport=emulator))
            for step in steps:
                emulator.advance(step)
            histories.append(([(event.at, event.body) for event in emulator.events()], shop.webhooks))
    assert all(history == histories[0] for history in histories)
    assert len(histories[0][0]) > 10


@settings(max_examples=10, deadline=None)
@given(
    pieces=st.lists(st.sampled_from([1, 90, 3_600, 40_000, 86_399, 3 * 86_400]), min_size=1, max_size=5),
    statuses=st.lists(st.sampled_from([200, 404, 500]), max_size=8),
    schedule=st.sampled_from(["live", "test"]),
)
def test_the_number_of_advances_does_not_affect_webhooks_or_settlements(pieces, statuses, schedule):
    histories = []
    for parts in [sum(pieces)], pieces:
        with Emulator(SECRET_KEY, clock=Clock(frozen_at=NOON)) as emulator:
            client = Paystack(transport=emulator)
            shop = WebhookShop(*statuses)
            emulator.set_webhook_target(shop)
            client.send(Request("POST", "/_emulator/settings", body={"webhook_schedule": schedule}))
            subscribe(client)
            share = client.subaccounts.create_subaccount("Ada's", "058", "0123456789", 20).data["subaccount_code"]
            pay_reference(client, "shared", subaccount=share)
            client.refund.create_refund("first", 1_000)
            happened = [happening for part in parts for happening in emulator.advance(part)]
            stored = [
                emulator._services.store.execute(f"select {columns} order by 1, 2, 3")
                for columns in (
                    "kind, id, updated, body from document",
                    "due, name, body from job",
                    "seq, at, name, body, status, due, round, tries from event",
                    "seq, event, at, url, status, response, error from attempt",
                    "account, currency, move, at, amount, balance, reason from posting",
                )
            ]
            histories.append(
                ([(happening.at, happening.kind, happening.name) for happening in happened], shop.webhooks, stored)
            )
    assert histories[0] == histories[1]


def test_a_webhook_handler_can_advance_the_clock(emulator):
    client = Paystack(transport=emulator)

    class Hurried(WebhookShop):
        def __call__(self, *args):
            if not self.webhooks:
                set_clock(client, advance=3_600)
            return super().__call__(*args)

    shop = Hurried()
    emulator.set_webhook_target(shop)
    pay_reference(client, "one")
    pay_reference(client, "two")
    emulator.advance(60)
    assert shop.references == ["one", "two"]
    assert emulator.clock.now() == NOON + 3_600


def test_every_date_comes_from_the_emulators_clock(client, emulator):
    emulator.advance(400 * DAY)
    pay_reference(client, "one")
    client.plans.create_plan("Paper", 500_000, "monthly")
    texts = [request.response_body for request in emulator.requests()] + [event.body for event in emulator.events()]
    dates = [
        word for text in texts for word in json.dumps(json.loads(text)).split('"') if word[:2] == "20" and "T" in word
    ]
    assert dates
    assert {date[:10] for date in dates} == {"2027-11-05"}
