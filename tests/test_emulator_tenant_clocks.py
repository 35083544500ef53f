"""Each business has its own clock: advancing one affects no other business's time or jobs."""

import threading

import pytest
from conftest import NOON, SECRET_KEY
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from test_emulator_clock import DAY, read_clock, set_clock, subscribe
from webhook_shop import WebhookShop, pay_reference

from paystackease import Emulator, Paystack, Request, errors
from paystackease.emulator import Clock
from paystackease.emulator.clock import format_time
from paystackease.emulator.services import Tenant

OTHER = "sk_test_other"


def history_of(emulator, key):
    return [(event.at, event.name, event.status) for event in emulator.events(key)]


def jobs_of(emulator, key):
    sql = "select due, name, body from job where tenant = ? order by due, seq"
    return emulator._services.store.execute(sql, Tenant.from_key(key).id)


@pytest.fixture
def other(connect, emulator):
    """A client of another business of the emulator, with a subscription."""
    client = connect(transport=emulator.for_key(OTHER))
    subscribe(client)
    emulator.set_webhook_target(WebhookShop(), secret_key=OTHER)
    return client


def test_advancing_one_business_leaves_the_others_time_and_pending_work(client, other, emulator):
    subscribe(client)
    before = history_of(emulator, OTHER), jobs_of(emulator, OTHER)
    emulator.advance(40 * DAY)
    assert len(emulator.events()) > 40
    assert (history_of(emulator, OTHER), jobs_of(emulator, OTHER)) == before
    other.customers.list_customers()
    assert (history_of(emulator, OTHER), jobs_of(emulator, OTHER)) == before
    assert (read_clock(client)["now"], read_clock(other)["now"]) == (format_time(NOON + 40 * DAY), format_time(NOON))
    assert emulator.clock is emulator.clock_for(SECRET_KEY)
    assert emulator.clock_for(OTHER).now() == NOON
    emulator.advance(40 * DAY, OTHER)
    assert [entry[:2] for entry in history_of(emulator, OTHER)] == [entry[:2] for entry in history_of(emulator, None)]


def test_a_business_that_begins_later_begins_at_the_first_time(client, connect, emulator):
    emulator.advance(40 * DAY)
    assert read_clock(connect(transport=emulator.for_key("sk_test_late")))["now"] == format_time(NOON)


def test_advancing_all_businesses_lists_events_in_order(client, other, emulator):
    subscribe(client)
    emulator.advance(DAY, OTHER)
    happened = emulator.advance_all(3 * DAY)
    assert (emulator.clock.now(), emulator.clock_for(OTHER).now()) == (NOON + 3 * DAY, NOON + 4 * DAY)
    tenants = [Tenant.from_key(key).id for key in (SECRET_KEY, OTHER)]
    assert {entry.tenant for entry in happened} == set(tenants)
    for tenant in tenants:
        times = [entry.at for entry in happened if entry.tenant == tenant]
        assert times == sorted(times)
    with pytest.raises(ValueError, match="year 2999"):
        emulator.advance_all(1_000 * 366 * DAY)
    assert emulator.clock.now() == NOON + 3 * DAY


def test_over_http_the_clock_is_that_of_the_key_or_with_all_every_one(client, other, emulator):
    subscribe(client)
    everything = Request("POST", "/_emulator/clock", query={"all": True}, body={"advance": 2 * DAY})
    moved = client.send(everything).data
    numbers = {Tenant.from_key(key).integration for key in (SECRET_KEY, OTHER)}
    assert {entry["integration"] for entry in moved["happened"]} == numbers
    assert [(businesse["integration"], businesse["now"]) for businesse in moved["businesses"]] == [
        (Tenant(tenant).integration, format_time(NOON + 2 * DAY)) for tenant in emulator.tenant_ids()
    ]
    set_clock(other, advance=DAY)
    # Clocks that are already later do not change.
    moved = client.send(Request("POST", "/_emulator/clock", query={"all": True}, body={"to": "2026-10-04"})).data
    assert (moved["now"], read_clock(other)["now"]) == ("2026-10-04T00:00:00.000Z", format_time(NOON + 3 * DAY))
    with pytest.raises(errors.InvalidRequestError, match="cannot go back"):
        client.send(Request("POST", "/_emulator/clock", query={"all": True}, body={"to": "2026-10-03"}))
    client.send(Request("POST", "/_emulator/clock", query={"all": True}, body={"frozen": False}))
    assert not emulator.clock_for(OTHER).frozen
    with pytest.raises(errors.InvalidRequestError, match="all is true or false"):
        client.send(Request("GET", "/_emulator/clock", query={"all": "yes"}))
    assert "businesses" not in read_clock(client)


@pytest.mark.parametrize("authorization", ["", "Bearer sk_live_x", "Bearer pk_test_x"])
@pytest.mark.parametrize("query", ["", "?all=true"])
def test_without_a_key_the_clock_is_refused_with_a_sentence(emulator, authorization, query):
    for method in "GET", "POST":
        reply = emulator.respond(method, f"/_emulator/clock{query}", {"authorization": authorization}, b"{}")
        assert reply.status == 401
        assert b"Each business has a clock of its own: send the header Authorization" in reply.content
    assert emulator.clock.now() == NOON


def test_parallel_advances_equal_sequential_ones():
    keys = [f"sk_test_parallel{number}" for number in range(4)]
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=NOON)) as emulator:
        shops = {key: WebhookShop(500) for key in keys}
        for key, shop in shops.items():
            emulator.set_webhook_target(shop, secret_key=key)
            subscribe(Paystack(transport=emulator.for_key(key)))
        threads = [
            threading.Thread(target=lambda key=key, days=days: [emulator.advance(DAY, key) for _ in range(days)])
            for days, key in enumerate(keys, 3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for days, key in enumerate(keys, 3):
            assert emulator.clock_for(key).now() == NOON + days * DAY
            with Emulator(key, clock=Clock(frozen_at=NOON)) as alone:
                shop = WebhookShop(500)
                alone.set_webhook_target(shop)
                subscribe(Paystack(transport=alone))
                alone.advance(days * DAY)
                assert history_of(emulator, key) == history_of(alone, key)
                assert len(shops[key].webhooks) == len(shop.webhooks)


def test_a_running_business_is_served_while_another_is_frozen_or_ahead():
    real = [1_000.0]
    with Emulator(SECRET_KEY, clock=Clock(lambda: real[0])) as emulator:
        for key in SECRET_KEY, OTHER, "sk_test_frozen":
            emulator.set_webhook_target(WebhookShop(500), secret_key=key)
            pay_reference(Paystack(transport=emulator.for_key(key)), "one")
        emulator.clock_for("sk_test_frozen").freeze()
        emulator.advance(10_000, OTHER)
        emulator.run_due()
        tries = {key: len(emulator._services.outbox.attempts(Tenant.from_key(key).id)) for key in (SECRET_KEY, OTHER)}
        assert tries == {SECRET_KEY: 1, OTHER: 2}
        waiting = emulator.idle_seconds()
        assert 0 < waiting < float("inf")
        real[0] += waiting + 1
        assert [entry.tenant for entry in emulator.run_due() if entry.kind == "delivery"][:1] == [
            Tenant.from_key(SECRET_KEY).id
        ]
        real[0] += 100 * DAY
        emulator.run_due()
        assert len(emulator._services.outbox.attempts(Tenant.from_key("sk_test_frozen").id)) == 1
        assert emulator.clock_for("sk_test_frozen").now() == 1_000.0
        emulator.clock_for("sk_test_frozen").unfreeze()
        emulator.advance(0, "sk_test_frozen")
        assert emulator.idle_seconds() <= 3_600


def test_a_delay_by_a_fault_moves_the_clock_of_its_own_business(client, other, emulator):
    emulator.add_fault("latency", "GET /customer", seconds=20, secret_key=OTHER)
    other.customers.list_customers()
    assert (emulator.clock.now(), emulator.clock_for(OTHER).now()) == (NOON, NOON + 20)


@pytest.mark.parametrize("frozen", [True, False])
def test_restoring_a_snapshot_moves_the_business_back_to_its_time(connect, frozen):
    real = [NOON]
    with Emulator(SECRET_KEY, clock=Clock(lambda: real[0], frozen_at=NOON if frozen else None)) as emulator:
        client, other = connect(transport=emulator), connect(transport=emulator.for_key(OTHER))
        for item in client, other:
            subscribe(item)
        emulator.advance(DAY)
        before = history_of(emulator, None), jobs_of(emulator, SECRET_KEY)
        emulator.save_snapshot("then")
        emulator.advance(9 * DAY)
        story = history_of(emulator, None)
        emulator.advance(2 * DAY, OTHER)
        others = history_of(emulator, OTHER)
        real[0] += 500
        emulator.clock.unfreeze() if frozen else emulator.clock.freeze()
        emulator.restore_snapshot("then")
        assert (emulator.clock.now(), emulator.clock.frozen) == (NOON + DAY, frozen)
        emulator.run_due()
        assert (history_of(emulator, None), jobs_of(emulator, SECRET_KEY)) == before
        assert emulator.clock_for(OTHER).now() == NOON + 2 * DAY + (0 if frozen else 500)
        assert history_of(emulator, OTHER) == others
        emulator.advance(9 * DAY)
        assert history_of(emulator, None) == story


def test_a_reset_sets_the_clock_of_the_business_back(client, other, emulator):
    set_clock(client, advance=DAY)
    set_clock(other, advance=DAY)
    client.send(Request("POST", "/_emulator/reset"))
    assert (read_clock(client)["now"], read_clock(other)["now"]) == (format_time(NOON), format_time(NOON + DAY))


def test_each_clock_survives_a_restart(tmp_path):
    path = tmp_path / "paystack.db"
    with Emulator(SECRET_KEY, db=path) as emulator:
        client = Paystack(transport=emulator.for_key(OTHER))
        subscribe(client)
        emulator.set_webhook_target(WebhookShop(), secret_key=OTHER)
        emulator.clock_for(OTHER).freeze()
        emulator.advance(DAY, OTHER)
        emulator.save_snapshot("then", OTHER)
        then = emulator.clock_for(OTHER).now()
        emulator.advance(DAY, OTHER)
        emulator.advance(30 * DAY)
        jobs = jobs_of(emulator, OTHER)
    with Emulator(SECRET_KEY, db=path) as emulator:
        assert emulator.clock.offset == pytest.approx(30 * DAY, abs=60)
        clock = emulator.clock_for(OTHER)
        assert (clock.frozen, clock.now()) == (True, then + DAY)
        emulator.for_key(OTHER)
        emulator.run_due()
        assert jobs_of(emulator, OTHER) == jobs
        before = len(emulator.events(OTHER))
        emulator.advance(DAY, OTHER)
        assert len(emulator.events(OTHER)) > before
        emulator.restore_snapshot("then", OTHER)
    with Emulator(SECRET_KEY, db=path) as emulator:
        assert (emulator.clock_for(OTHER).frozen, emulator.clock_for(OTHER).now()) == (True, then)
        assert Tenant.from_key(OTHER).id in emulator.tenant_ids()


class UndoneError(Exception):
    pass


KEYS = [f"sk_test_machine{number}" for number in range(3)]


class ClocksMachine(RuleBasedStateMachine):
    """Jobs of three businesses, whose clocks are advanced, frozen and run: each job runs at its own business's time."""

    def __init__(self):
        super().__init__()
        self.real, self.ran, self.number = [1_000.0], [], 0
        self.emulator = Emulator(KEYS[0], clock=Clock(lambda: self.real[0]))
        self.emulator.scheduler._job_handlers = {
            "tick": lambda call: self.ran.append((call.tenant.id, call.now, call.body["number"]))
        }
        self.tenants = [Tenant.from_key(key) for key in KEYS]
        self.times = dict.fromkeys(KEYS, 0.0)  # the offset, or the time if frozen
        self.frozen = dict.fromkeys(KEYS, False)
        self.waiting, self.saved = {key: [] for key in KEYS}, {}

    def now(self, key):
        return self.times[key] + (0 if self.frozen[key] else self.real[0])

    def expect(self, *keys):
        """Those that are due by now have run, each business's in order and at their times."""
        for key in keys:
            tenant = Tenant.from_key(key).id
            due = sorted(job for job in self.waiting[key] if job[0] <= self.now(key))
            self.waiting[key] = [job for job in self.waiting[key] if job not in due]
            assert [(at, number) for whose, at, number in self.ran if whose == tenant] == due
            self.ran = [ran for ran in self.ran if ran[0] != tenant]
        assert self.ran == []

    @rule(key=st.sampled_from(KEYS), delays=st.lists(st.integers(0, 20), min_size=1, max_size=5), undone=st.booleans())
    def schedule_jobs(self, key, delays, undone):
        jobs = [(self.now(key) + delay, self.number + index) for index, delay in enumerate(delays)]
        self.number += len(jobs)

        def schedule(call):
            for (_, number), delay in zip(jobs, delays, strict=True):
                call.schedule(delay, "tick", number=number)
            if undone:
                raise UndoneError

        if undone:
            with pytest.raises(UndoneError):
                self.emulator.run_as(Tenant.from_key(key), schedule)
        else:
            self.emulator.run_as(Tenant.from_key(key), schedule)
        self.expect(key)
        self.waiting[key] += [] if undone else jobs

    @rule(key=st.sampled_from(KEYS), seconds=st.integers(0, 30))
    def advance_one(self, key, seconds):
        self.emulator.advance(seconds, key)
        self.times[key] += seconds
        self.expect(key)

    @rule(seconds=st.integers(0, 30))
    def all_are_advanced(self, seconds):
        # Only businesses whose clock was used are listed.
        for tenant in self.tenants:
            self.emulator.clock_of(tenant)
        self.emulator.advance_all(seconds)
        for key in KEYS:
            self.times[key] += seconds
        self.expect(*KEYS)

    @rule(seconds=st.integers(0, 30))
    def pass_real_time(self, seconds):
        self.real[0] += seconds
        self.emulator.run_due()
        self.expect(*KEYS)

    @rule(key=st.sampled_from(KEYS), frozen=st.booleans())
    def freeze_or_run_one(self, key, frozen):
        clock = self.emulator.clock_for(key)
        (clock.freeze if frozen else clock.unfreeze)()
        self.times[key] = self.now(key) - (0 if frozen else self.real[0])
        self.frozen[key] = frozen

    @rule(key=st.sampled_from(KEYS))
    def save_one(self, key):
        self.emulator.save_snapshot("now", key)
        self.saved[key] = self.now(key), self.frozen[key], list(self.waiting[key])

    @rule(key=st.sampled_from(KEYS))
    def restore_one(self, key):
        if key in self.saved:
            self.emulator.restore_snapshot("now", key)
            now, self.frozen[key], waiting = self.saved[key]
            self.times[key] = now - (0 if self.frozen[key] else self.real[0])
            self.waiting[key] = list(waiting)

    @rule(key=st.sampled_from(KEYS))
    def reset_one(self, key):
        self.emulator.reset(key)
        self.times[key], self.frozen[key], self.waiting[key] = 0.0, False, []

    @invariant()
    def next_due_time_is_known(self):
        left = [
            max(0.0, due - self.now(key))
            for key in KEYS
            for due, _ in self.waiting[key]
            if not self.frozen[key] or due <= self.now(key)
        ]
        assert self.emulator.idle_seconds() == pytest.approx(min(left, default=float("inf")), abs=1e-6)

    @invariant()
    def each_clock_has_its_own_time(self):
        for key in KEYS:
            assert self.emulator.clock_for(key).now() == self.now(key)

    def teardown(self):
        self.emulator.close()


ClocksMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestClocks = ClocksMachine.TestCase
