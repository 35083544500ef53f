"""Invariants of transfers: each amount is in one account, and the ledger balances."""

import pytest
from conftest import SECRET_KEY
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from paystackease import Emulator, Paystack, Request, Retry, errors
from paystackease.emulator import Clock
from paystackease.emulator.clock import parse_time
from paystackease.emulator.context import RequestContext, Tenant
from paystackease.emulator.resources.transfer_lifecycle import ACCOUNTS, APPROVAL_SECONDS, MACHINE, OTP_SECONDS
from paystackease.emulator.settings import Settings

OPENING = 60_000
FEE = 1_000
"""The fee of a transfer of up to 5,000 naira."""
REFERENCES = ("rent-of-october", "rent-of-november", "rent-of-december")

amounts = st.integers(1, 40_000)
references = st.none() | st.sampled_from(REFERENCES)


class Transfers(RuleBasedStateMachine):
    """A merchant, the bank, an approval URL and the time, in any order."""

    def __init__(self):
        super().__init__()
        clock = Clock(frozen_at=parse_time("2026-10-01T12:00:00"))
        self.emulator = Emulator(SECRET_KEY, clock=clock, settings=Settings(balance={"NGN": OPENING}))
        self.client = Paystack(transport=self.emulator, retry=Retry(max_attempts=1))
        self.filled = OPENING
        self.begun = {}  # id and amount by transfer code
        self.used = set()

    @initialize()
    def somebody(self):
        people = self.client.transfer_recipients
        self.ada = people.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058").data["recipient_code"]

    # The merchant

    @rule(amount=amounts, reference=references)
    def send(self, amount, reference):
        balance_before, is_used = self.balance(), reference in self.used
        try:
            data = self.client.transfers.initiate_transfer("balance", amount, self.ada, reference=reference).data
        except errors.DuplicateReferenceError:
            assert is_used
        except errors.InvalidRequestError:
            assert amount + FEE > balance_before
        else:
            assert not is_used
            self.begin(data)

    @rule(items=st.lists(st.tuples(amounts, references), min_size=1, max_size=3))
    def send_many(self, items):
        before = self.balance(), len(self.begun)
        body = [
            {"amount": amount, "recipient": self.ada, **({"reference": reference} if reference else {})}
            for amount, reference in items
        ]
        many = Request("POST", "/transfer/bulk", body={"source": "balance", "transfers": body})
        try:
            data = self.client.send(many).data
        except errors.InvalidRequestError:
            assert (self.balance(), len(self.begun)) == before  # all of them, or none
        else:
            assert [item["amount"] for item in data] == [amount for amount, _ in items]
            for item in data:
                assert item["reference"] not in self.used
                self.begin(item)

    @precondition(lambda self: self.begun)
    @rule(data=st.data(), otp=st.sampled_from(["123456", "000000"]))
    def finalize(self, data, otp):
        code = self.some(data)
        waits = self.status(code) == "otp"
        try:
            self.client.transfers.finalize_transfer(code, otp)
        except errors.InvalidRequestError:
            assert not waits or otp != "123456"
        else:
            assert waits
            assert otp == "123456"

    @rule(
        otp=st.booleans(),
        url=st.none() | st.just("http://127.0.0.1:9/nobody-answers"),
        bank=st.sampled_from(["success", "pending"]),
    )
    def decide(self, otp, url, bank):
        changes = {"otp_for_transfers": otp, "approval_url": url, "transfers": bank}
        self.client.send(Request("POST", "/_emulator/settings", body=changes))

    @rule(amount=st.integers(0, 100_000))
    def fill(self, amount):
        self.filled += amount - self.balance()
        self.client.send(Request("POST", "/_emulator/balance", body={"balance": amount}))

    # The bank, the approval URL, and the time

    @precondition(lambda self: self.begun)
    @rule(data=st.data(), act=st.sampled_from(["succeed", "fail", "reverse", "approve", "reject"]))
    def play(self, data, act):
        code = self.some(data)
        before = self.status(code)
        play = Request("POST", "/_emulator/transfers/{code}/{act}", {"code": code, "act": act})
        try:
            self.client.send(play)
        except errors.InvalidRequestError:
            assert self.status(code) == before
        else:
            assert self.status(code) != before

    @rule(seconds=st.sampled_from([1, APPROVAL_SECONDS, OTP_SECONDS, 86_400]))
    def wait(self, seconds):
        self.emulator.advance(seconds)

    # Invariants

    @invariant()
    def the_ledger_balances(self):
        rows = self.rows("select move, currency, sum(amount), count(*) from posting group by move, currency")
        assert all((total, count) == (0, 2) for _, _, total, count in rows)

    @invariant()
    def the_balance_is_never_negative(self):
        assert not self.rows("select 1 from posting where account = 'balance' and balance < 0")

    @invariant()
    def each_amount_is_in_the_account_of_its_status(self):
        under_way = out = 0
        for code, status in self.statuses().items():
            seen = self.begun[code]
            where = {"balance": -seen["amount"] - FEE}
            for place, amount in zip(ACCOUNTS[status], (seen["amount"], FEE), strict=True):
                where[place] = where.get(place, 0) + amount
                under_way += amount if place == "transit" else 0
                out += amount if place != "balance" else 0
            sql = "select account, sum(amount) from posting where kind = 'transfer' and about = ? group by account"
            posted_amounts = {account: amount for account, amount in self.rows(sql, seen["id"]) if amount}
            assert posted_amounts == {account: amount for account, amount in where.items() if amount}
        ((transit_balance,),) = self.rows("select coalesce(sum(amount), 0) from posting where account = 'transit'")
        assert transit_balance == under_way
        assert self.balance() == self.filled - out

    @invariant()
    def references_are_unique_and_each_outcome_has_one_event(self):
        statuses = self.statuses()
        assert set(statuses) == set(self.begun)
        assert len(self.used) == len(self.begun)
        sent_events = [(event.name, event.data["transfer_code"]) for event in self.emulator.events()]
        assert len(sent_events) == len(set(sent_events))
        for code, status in statuses.items():
            assert ((f"transfer.{status}", code) in sent_events) == (status in {"success", "failed", "reversed"})

    # Helpers

    def begin(self, transfer_data):
        code = transfer_data["transfer_code"]
        transfer = self.client.transfers.fetch_transfer(code).data
        assert transfer["status"] in {"otp", "received", "pending", "success"}
        assert transfer["fee_charged"] == FEE
        self.begun[code] = {"id": transfer["id"], "amount": transfer["amount"]}
        self.used.add(transfer["reference"])

    def some(self, data):
        return data.draw(st.sampled_from(sorted(self.begun)))

    def status(self, code):
        return self.client.transfers.fetch_transfer(code).data["status"]

    def statuses(self):
        listed = self.client.transfers.list_transfers(per_page=1_000).data
        return {item["transfer_code"]: item["status"] for item in listed}

    def balance(self):
        return self.client.transfer_control.check_balance().data[0]["balance"]

    def rows(self, sql, *values):
        call = RequestContext(self.emulator._services, Tenant.from_key(SECRET_KEY), self.emulator.clock.now())
        return call.services.store.execute(sql, *values)

    def teardown(self):
        self.client.close()
        self.emulator.close()


Transfers.TestCase.settings = settings(
    max_examples=50, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestTransfers = Transfers.TestCase


@pytest.mark.parametrize("status", sorted(ACCOUNTS))
def test_each_status_has_its_places(status):
    assert status in MACHINE.statuses
    assert MACHINE.statuses == set(ACCOUNTS)
