"""The emulator's ledger: postings always balance."""

import datetime as dt

import pytest
from conftest import NOON, SECRET_KEY
from shape_comparison import response_differences

from paystackease import Emulator, Request, errors
from paystackease.emulator import Clock
from paystackease.emulator.accounting import ledger
from paystackease.emulator.context import RequestContext
from paystackease.emulator.services import Tenant
from paystackease.emulator.settings import Settings


@pytest.fixture
def emulator():
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=NOON), settings=Settings(balance={"NGN": 5_000})) as emulator:
        yield emulator


@pytest.fixture
def call(emulator):
    """The request context of an operation."""
    return RequestContext(emulator._services, Tenant.from_key(SECRET_KEY), NOON)


def total(emulator):
    """Return the sum of all accounts of all tenants."""
    return emulator._services.store.execute("select coalesce(sum(amount), 0) from posting")[0][0]


def test_a_debit_of_one_account_is_a_credit_of_the_other(emulator, call):
    ledger.move(call, "NGN", 700, "outside", "unsettled", reason="Payment", cause=("transaction", 1))
    ledger.move(call, "NGN", 100, "unsettled", "paystack", reason="Fees", cause=("transaction", 1))
    assert (ledger.balance(call, "unsettled", "NGN"), ledger.balance(call, "paystack", "NGN")) == (600, 100)
    assert ledger.balance(call, "outside", "NGN") == -700 - 5_000
    assert ledger.balance(call, "unsettled", "GHS") == 0
    assert total(emulator) == 0


def test_currencies_and_tenants_do_not_mix(emulator, call):
    other = RequestContext(emulator._services, Tenant.from_key("sk_test_other"), NOON)
    ledger.move(call, "GHS", 10, "outside", "unsettled", reason="Payment")
    assert ledger.balances(call, "unsettled") == {"GHS": 10}
    assert ledger.balances(other, "unsettled") == {}


def test_the_opening_balance_is_posted_once(call):
    assert ledger.balance(call, "balance", "NGN") == 5_000
    ledger.ensure_opened(call)
    call.update_settings(balance={"NGN": 9_000})
    assert ledger.balance(call, "balance", "NGN") == 5_000


def test_the_balance_cannot_be_overdrawn(emulator, call):
    with pytest.raises(ledger.OverdrawnError), emulator._services.store.transaction():
        ledger.move(call, "NGN", 5_001, "balance", "outside", reason="Too much")
    assert ledger.balance(call, "balance", "NGN") == 5_000
    ledger.move(call, "NGN", 5_000, "balance", "outside", reason="All of it")
    assert ledger.balance(call, "balance", "NGN") == 0


@pytest.mark.parametrize(("amount", "target"), [(-1, "outside"), (1, "balance")])
def test_amounts_are_positive_and_accounts_differ(call, amount, target):
    with pytest.raises(ValueError, match="the accounts are different"):
        ledger.move(call, "NGN", amount, "balance", target, reason="Nonsense")


def test_a_move_of_nothing_is_not_written_down(call):
    ledger.move(call, "NGN", 0, "balance", "outside", reason="Nothing")
    assert ledger.count(call, "balance") == 1


def test_a_rolled_back_operation_posts_nothing(emulator, call):
    def breaks():
        with emulator._services.store.transaction():
            ledger.move(call, "NGN", 700, "balance", "outside", reason="Undone")
            raise KeyError

    with pytest.raises(KeyError):
        breaks()
    assert ledger.balance(call, "balance", "NGN") == 5_000


def test_the_balance_can_be_read_credited_and_debited(client):
    assert client.transfer_control.check_balance().data == [{"currency": "NGN", "balance": 5_000}]
    for amount in 8_000, 0:
        client.send(Request("POST", "/_emulator/balance", body={"balance": amount}))
        assert client.transfer_control.check_balance().data[0]["balance"] == amount
    client.send(Request("POST", "/_emulator/balance", body={"balance": 20, "currency": "GHS"}))
    assert client.transfer_control.check_balance().data[1] == {"currency": "GHS", "balance": 20}
    for wrong in -1, 10**16, "much", None:
        with pytest.raises(errors.InvalidRequestError):
            client.send(Request("POST", "/_emulator/balance", body={"balance": wrong}))


def test_an_empty_balance_is_listed(connect):
    with Emulator(settings=Settings(balance={}, currencies=("ZAR",))) as emulator:
        client = connect(transport=emulator)
        assert client.transfer_control.check_balance().data == [{"currency": "ZAR", "balance": 0}]
        assert client.transfer_control.fetch_balance_ledger().data == []


def test_the_ledger_lists_each_change_and_balance_newest_first(client, emulator):
    for amount in 6_000, 4_000:
        emulator.advance(86_400)
        client.send(Request("POST", "/_emulator/balance", body={"balance": amount}))
    first = client.transfer_control.fetch_balance_ledger(per_page=2)
    entries = list(client.iterate(first))
    assert [(entry["difference"], entry["balance"]) for entry in entries] == [
        (-2_000, 4_000),
        (1_000, 6_000),
        (5_000, 5_000),
    ]
    assert first.meta == {"total": 3, "skipped": 0, "perPage": 2, "page": 1, "pageCount": 2}
    assert entries[0]["createdAt"] == "2026-10-03T12:00:00.000Z"
    late = client.transfer_control.fetch_balance_ledger(from_date=dt.date(2026, 10, 3)).data
    assert [entry["id"] for entry in late] == [entries[0]["id"]]


def test_a_reset_forgets_the_books_too(client, call):
    client.send(Request("POST", "/_emulator/balance", body={"balance": 1}))
    client.send(Request("POST", "/_emulator/reset"))
    assert client.transfer_control.check_balance().data[0]["balance"] == 5_000
    assert ledger.count(call, "balance") == 1


def test_responses_have_the_shapes_of_paystacks_samples(client):
    for operation, answer in {
        "transfer_control.balance": client.transfer_control.check_balance(),
        "transfer_control.balance_ledger": client.transfer_control.fetch_balance_ledger(),
    }.items():
        assert response_differences(operation, answer.http.status, answer) == []


def test_the_first_posting_follows_the_opening_balance(call):
    ledger.move(call, "NGN", 700, "balance", "outside", reason="Salary")
    entries = [(item.reason, item.amount, item.balance) for item in ledger.postings(call, "balance")]
    assert entries == [("Salary", -700, 4_300), ("Opening balance", 5_000, 5_000)]


def test_an_empty_balance_opens_when_there_is_something_before_anything_has_moved(call):
    call.update_settings(balance={})
    assert ledger.balance(call, "balance", "NGN") == 0
    call.update_settings(balance={"NGN": 50, "GHS": 7})
    ledger.move(call, "NGN", 20, "balance", "outside", reason="Salary")
    assert ledger.balances(call, "balance") == {"GHS": 7, "NGN": 30}
