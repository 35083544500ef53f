"""Restoring undoes everything: whatever was done since, all is as it was, and what is done then is done as before.

Hypothesis plays two businesses, of which one goes back to what was saved and the other is not to notice.
"""

import emulator_payments
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from test_emulator_snapshots import TABLES
from webhook_shop import WebhookShop

from paystackease import Emulator, Paystack, Request, Retry, errors
from paystackease.emulator import Clock
from paystackease.emulator.clock import parse_time
from paystackease.emulator.services import Tenant

KEYS = ("sk_test_goes_back", "sk_test_goes_on")
EMAILS = ("ada@example.com", "Ama@example.com")
SAVED = "as it is now"
COUNTED_ANEW = {"seq", "event", "place", "seconds"}
"""Columns that differ after a restore: events and attempts are numbered across businesses."""


def pay_reference(client, at):
    card = emulator_payments.card_details(
        *(emulator_payments.SUCCESS_CARD, emulator_payments.DECLINED_CARD, emulator_payments.NO_TOKEN_CARD)[at % 3]
    )
    body = {"email": EMAILS[at % 2], "amount": 10_000 + at, "reference": f"P{at}", "card": card}
    return client.send(Request("POST", "/charge", body=body))


def begin(client, at):
    return client.transactions.initialize(EMAILS[at % 2], 5_000 + at, reference=f"P{at}")


def refund(client, at):
    return client.refund.create_refund(f"P{at}", 1_000 * (at + 1))


def transfer(client, at):
    recipient = client.transfer_recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058").data
    amount = 10**12 if at == 5 else 5_000  # more than the balance
    return client.transfers.initiate_transfer(
        "balance", amount, recipient["recipient_code"], reference=f"transfer-number-{at}"
    )


def subscribe(client, at):
    planned = client.plans.create_plan(f"Plan {at}", 1_000, "daily", None, at).data["plan_code"]
    return client.subscriptions.create_subscription(EMAILS[at % 2].lower(), planned)


def rename(client, at):
    return client.send(Request("POST", "/_emulator/settings", body={"business_name": f"Shop {at}"}))


def read_transactions(client, at):
    return client.transactions.list_transactions(status=("success", "failed", "abandoned")[at % 3])


def settle(client, at):
    listed = client.settlements.list_settlements().data
    path = f"/_emulator/settlements/{listed[0]['id'] if listed else 0}/settle"
    return client.send(Request("POST", path))


OPERATIONS = {
    operation.__name__: operation
    for operation in (pay_reference, begin, refund, transfer, subscribe, rename, read_transactions, settle)
}
operations = st.lists(st.tuples(st.sampled_from(sorted(OPERATIONS)), st.integers(0, 5)), min_size=1, max_size=6)


class SnapshotMachine(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.emulator = Emulator(KEYS[0], clock=Clock(frozen_at=parse_time("2026-10-29T12:00:00")))
        self.clients = [Paystack(transport=self.emulator.for_key(key), retry=Retry(max_attempts=1)) for key in KEYS]
        for key in KEYS:
            self.emulator.set_webhook_target(WebhookShop(500), secret_key=key)

    @rule(operations=operations)
    def execute_operations(self, operations):
        for operation in operations:
            self.execute_operation(operation)

    @rule(seconds=st.sampled_from([0, 600, 86_400, 4 * 86_400]))
    def time_passes(self, seconds):
        self.emulator.advance(seconds)

    @rule(since=operations, meanwhile=operations)
    def one_goes_back(self, since, meanwhile):
        before = self.stored_rows()
        self.emulator.save_snapshot(SAVED)
        assert self.stored_rows() == before
        answers = [self.execute_operation(operation) for operation in since]
        after = self.reproducible_rows()
        for operation in meanwhile:
            self.execute_operation(operation, 1)
        others = self.stored_rows(1)
        self.emulator.restore_snapshot(SAVED)
        assert self.stored_rows() == before
        assert [self.execute_operation(operation) for operation in since] == answers
        assert self.reproducible_rows() == after
        assert self.stored_rows(1) == others

    @invariant()
    def list_totals_match_the_rows(self):
        if not hasattr(self, "emulator"):
            return
        sql = """select json_extract(body, '$.status'), count(*), sum(json_extract(body, '$.amount')) from document
            where tenant = ? and kind = 'transaction' group by 1"""
        totals = {status: counted for status, *counted in self.execute(sql, 0)}
        for status in sorted({*totals, "success"}):
            meta = self.clients[0].transactions.list_transactions(status=status, per_page=1).meta
            assert [meta["total"], meta["total_volume"]] == totals.get(status, [0, 0])

    @invariant()
    def the_books_balance(self):
        if hasattr(self, "emulator"):
            assert emulator_payments.find_imbalances(self.emulator) == []

    def execute_operation(self, operation, which=0):
        """Execute an operation and return its response."""
        name, at = operation
        try:
            return dict(OPERATIONS[name](self.clients[which], at))
        except errors.APIStatusError as refused:
            return dict(refused.response)

    def stored_rows(self, which=0):
        """Return all stored rows of one tenant, except snapshots."""
        return {
            table: sorted(self.execute(f"select * from {table} where tenant = ?", which), key=repr) for table in TABLES
        }

    def reproducible_rows(self):
        """Return the stored rows of the first tenant that a restore reproduces."""
        totals = {}
        for table in TABLES:
            columns = [
                name
                for name in self.emulator._services.store.column_names(table).split(", ")
                if name not in COUNTED_ANEW
            ]
            sql = f"select {', '.join(columns)} from {table} where tenant = ?"
            totals[table] = sorted(self.execute(sql, 0), key=repr)
        return totals

    def execute(self, sql, which):
        return self.emulator._services.store.execute(sql, Tenant.from_key(KEYS[which]).id)

    def teardown(self):
        if hasattr(self, "emulator"):
            self.emulator.close()


SnapshotMachine.TestCase.settings = settings(
    max_examples=15, stateful_step_count=8, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestGoingBack = SnapshotMachine.TestCase
