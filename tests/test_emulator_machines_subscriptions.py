"""Time at the emulator is one line: however it is cut into pieces, the same is charged, and each period once."""

import datetime as dt
import itertools
from collections import Counter
from types import SimpleNamespace

import msgspec
from conftest import SECRET_KEY
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from paystackease import Emulator, Paystack, Request, Retry, errors
from paystackease.emulator import Clock
from paystackease.emulator.clock import parse_time
from paystackease.emulator.resources.subscription import MACHINE

NOON = "2026-10-29T12:00:00"
HOUR, DAY = 3_600, 86_400
EMAILS = ("ada@example.com", "ama@example.com")
CARDS = ("4084 0840 8408 4081", "5192 6027 2058 4796")
PLANS = {  # name: (interval, invoice limit)
    "Hours": ("hourly", 5),
    "Days": ("daily", 0),
    "Weeks": ("weekly", 3),
    "Months": ("monthly", 0),
    "Quarters": ("quarterly", 2),
}
TABLES = {
    "document": "kind, id, code, unique_key, parent_id, created, updated, body from document order by kind, id",
    "job": "due, name, body from job order by due, seq",
    "event": "at, name, body from event order by seq",
    "posting": "move, at, account, currency, amount, balance, reason from posting order by move, account",
}

pieces = st.lists(st.sampled_from([1, HOUR, DAY - 1, DAY, 3 * DAY, 13 * DAY]), min_size=1, max_size=5)
days = st.none() | st.integers(0, 30)
emails, plans = st.sampled_from(EMAILS), st.sampled_from(sorted(PLANS))


def reachable():
    """Return the reachable statuses of each status."""
    steps = {
        status: {after for after in MACHINE.statuses if MACHINE.can(SimpleNamespace(body={"status": status}), after)}
        for status in MACHINE.statuses
    }
    for between, before in itertools.product(sorted(steps), repeat=2):
        if between in steps[before]:
            steps[before] |= steps[between]
    return steps


REACHABLE = reachable()


class Subscriptions(RuleBasedStateMachine):
    """Two emulators get the same calls. One is advanced in one step, the other in several."""

    def __init__(self):
        super().__init__()
        self.both = [Emulator(SECRET_KEY, clock=Clock(frozen_at=parse_time(NOON))) for _ in range(2)]
        self.clients = [Paystack(transport=emulator, retry=Retry(max_attempts=1)) for emulator in self.both]
        self.seen = {}

    @initialize()
    def somebody(self):
        self.plans = {
            name: self.each(lambda client, name=name, of=of: client.plans.create_plan(name, 1_000, of[0], None, of[1]))
            for name, of in PLANS.items()
        }
        self.cards = {}
        path = "/_emulator/customers/{code}/authorizations"
        for email, card in zip(EMAILS, CARDS, strict=True):
            code = self.each(lambda client, email=email: client.customers.create_customer(email, "", "", ""))
            save = Request("POST", path, {"code": code["customer_code"]}, body={"card": card})
            self.cards[email] = self.each(lambda client, save=save: client.send(save))["authorization_code"]

    @rule(email=emails, plan=plans, start=days)
    def subscribe(self, email, plan, start):
        today = dt.datetime.fromtimestamp(self.both[0].clock.now(), dt.UTC).date()
        date = None if start is None else today + dt.timedelta(days=start)
        code = self.plans[plan]["plan_code"]
        self.each(lambda client: client.subscriptions.create_subscription(email, code, start_date=date))

    @precondition(lambda self: self.seen)
    @rule(data=st.data(), act=st.sampled_from(["disable_subscription", "enable_subscription"]))
    def decide(self, data, act):
        code = data.draw(st.sampled_from(sorted(self.seen)))
        token = self.clients[0].subscriptions.fetch_subscription(code).data["email_token"]
        self.each(lambda client: getattr(client.subscriptions, act)(code, token))

    @rule(email=emails, declines=st.none() | st.just("Insufficient Funds"))
    def set_card_behavior(self, email, declines):
        path = f"/_emulator/authorizations/{self.cards[email]}"
        self.each(lambda client: client.send(Request("POST", path, body={"declines": declines})))

    @rule(plan=plans, amount=st.integers(1, 5_000))
    def change(self, plan, amount):
        code = self.plans[plan]["plan_code"]
        self.each(lambda client: client.plans.update_plan(code, amount=amount))

    @rule(pieces=pieces)
    def wait(self, pieces):
        at_once, piecewise = self.both
        at_once.advance(sum(pieces))
        for piece in pieces:
            piecewise.advance(piece)

    @invariant()
    def both_emulators_are_equal(self):
        for table, columns in TABLES.items():
            at_once, piecewise = (emulator._services.store.execute(f"select {columns}") for emulator in self.both)
            assert at_once == piecewise, table

    @invariant()
    def each_period_is_charged_once(self):
        periods = Counter((invoice.owner, invoice.body["period_start"]) for invoice in self.documents("invoice"))
        paid = Counter(
            transaction.body["about"]["id"]
            for transaction in self.documents("transaction")
            if transaction.body["status"] == "success"
        )
        assert not [matches for matches, times in (*periods.items(), *paid.items()) if times > 1]
        statuses = {invoice.id: invoice.body["status"] for invoice in self.documents("invoice")}
        assert set(paid) == {number for number, status in statuses.items() if status == "success"}

    @invariant()
    def charges_do_not_exceed_the_invoice_limit(self):
        for subscription in self.documents("subscription"):
            charged = sum(invoice.body["status"] == "success" for invoice in self.documents("invoice", subscription.id))
            assert subscription.body["payments_count"] == charged
            assert charged <= (subscription.body["invoice_limit"] or charged)

    @invariant()
    def statuses_follow_the_state_machine(self):
        for subscription in self.documents("subscription"):
            before, now = self.seen.get(subscription.code, "active"), subscription.body["status"]
            assert now == before or now in REACHABLE[before]
            self.seen[subscription.code] = now

    @invariant()
    def ended_subscriptions_send_no_events(self):
        over = set()
        for event in self.both[0].events():
            data = event.data
            code = data.get("subscription_code") or data.get("subscription", {}).get("subscription_code")
            assert code not in over
            if event.name == "subscription.disable":
                over.add(code)
        statuses = {subscription.code: subscription.body["status"] for subscription in self.documents("subscription")}
        assert over == {code for code, status in statuses.items() if status in {"cancelled", "completed"}}

    def each(self, call):
        """Send a request to both emulators and return the data of their equal responses."""
        responses = []
        for client in self.clients:
            try:
                responses.append(dict(call(client)))
            except errors.APIStatusError as refused:
                responses.append(dict(refused.response))
        assert responses[0] == responses[1]
        return responses[0].get("data")

    def documents(self, kind, owner=None):
        rows = self.both[0]._services.store.execute(
            "select id, code, parent_id, body from document where kind = ?", kind
        )
        matches = [
            SimpleNamespace(id=row[0], code=row[1], owner=row[2], body=msgspec.json.decode(row[3])) for row in rows
        ]
        return [item for item in matches if owner is None or item.owner == owner]

    def teardown(self):
        for client, emulator in zip(self.clients, self.both, strict=True):
            client.close()
            emulator.close()


Subscriptions.TestCase.settings = settings(
    max_examples=30, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestSubscriptions = Subscriptions.TestCase


def test_what_is_over_stays_over():
    assert {status for status, after in REACHABLE.items() if not after} == {"cancelled", "completed"}
