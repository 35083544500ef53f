"""Exports, mirrors and reconciliation are complete even if this machine's clock and Paystack's differ."""

import csv
import datetime as dt
import email.utils
import json
import time

import pytest
import sqlalchemy as sa
from test_export import EmulatorConnection, begin_payments

from paystackease import Emulator, Paystack, Retry, errors, webhooks
from paystackease._core.transport import RawResponse
from paystackease.apis.transactions import Transactions
from paystackease.cli.app import run
from paystackease.data.export import export
from paystackease.data.mirror import Mirror
from paystackease.data.mirror_handler import mirror_handler
from paystackease.emulator import Clock
from paystackease.emulator.server.server import run_in_background
from paystackease.testing import Sandbox

KEY = "sk_test_export"
MINUTE, HOUR, DAY = 60, 3_600, 86_400
NOON = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)
YEAR = dt.timedelta(days=365)


def next_midnight():
    """Return the next midnight of this machine's clock."""
    return (time.time() // DAY + 1) * DAY


CLOCKS = {
    "a second ahead": lambda: Clock(lambda: time.time() + 1),
    "a minute ahead": lambda: Clock(lambda: time.time() + MINUTE),
    "an hour ahead": lambda: Clock(lambda: time.time() + HOUR),
    "a day ahead": lambda: Clock(lambda: time.time() + DAY),
    "two years ahead": lambda: Clock(lambda: time.time() + 730 * DAY),
    "an hour behind": lambda: Clock(lambda: time.time() - HOUR),
    "a day behind": lambda: Clock(lambda: time.time() - DAY),
    "past midnight": lambda: Clock(frozen_at=next_midnight() + 0.5),
    "before midnight": lambda: Clock(frozen_at=next_midnight() - 0.5),
}


@pytest.fixture(params=CLOCKS)
def sandbox(request, monkeypatch, tmp_path):
    """An account with a new payment, at an emulator with another clock."""
    with Emulator(KEY, clock=CLOCKS[request.param]()) as emulator, run_in_background(emulator) as url:
        monkeypatch.setenv("PAYSTACK_BASE_URL", url)
        monkeypatch.setenv("PAYSTACK_SECRET_KEY", KEY)
        monkeypatch.chdir(tmp_path)
        sandbox = Sandbox(emulator, KEY, url)
        make_payment(sandbox, "T1")
        yield sandbox


def make_payment(sandbox, reference):
    with sandbox.client() as client:
        client.transactions.initialize("ada@example.com", 1_000, reference=reference)
    sandbox.pay(reference)


def write_orders(path, *references):
    path.write_text("reference,amount\n" + "".join(f"{reference},1000\n" for reference in references))
    return ["reconcile", "--orders", str(path), "--reference", "reference", "--amount", "amount"]


def test_the_newest_payment_is_exported_mirrored_and_reconciled(sandbox, tmp_path, capfd):
    assert run(["export", "transactions", "--out", "all.csv"]) in {0, None}
    with (tmp_path / "all.csv").open(newline="") as file:
        assert [row["reference"] for row in csv.DictReader(file)] == ["T1"]
    assert run(write_orders(tmp_path / "orders.csv", "T1")) == 0
    assert "Everything matches." in capfd.readouterr().out
    for reference in "T2", "T3":
        run(["mirror", "sync", "sqlite:///m.db", "--overlap-days", "0"])
        make_payment(sandbox, reference)
    run(["mirror", "sync", "sqlite:///m.db", "--overlap-days", "0"])
    tokens = write_orders(tmp_path / "orders.csv", "T1", "T2", "T3")
    assert run([*tokens, "--mirror", "sqlite:///m.db"]) == 0, capfd.readouterr()
    assert "not complete" not in capfd.readouterr().err


class DatedConnection(EmulatorConnection):
    """A connection whose responses have a Date header, like Paystack's."""

    def send(self, request):
        response = super().send(request)
        date = email.utils.formatdate(self.emulator.clock.now(), usegmt=True)
        return RawResponse(response.status, {**response.headers, "date": date}, response.content)


@pytest.fixture
def emulator():
    with Emulator(KEY, clock=Clock(frozen_at=NOON.timestamp())) as emulator:
        yield emulator


@pytest.fixture(params=[EmulatorConnection, DatedConnection])
def connection(emulator, request):
    return request.param(emulator)


@pytest.fixture
def client(connection):
    return Paystack(transport=connection, retry=Retry(max_attempts=1))


@pytest.fixture
def mirror(tmp_path):
    with Mirror(f"sqlite:///{tmp_path}/m.db", ["transactions", "refunds", "customers"]) as mirror:
        yield mirror


def read_statuses(mirror):
    table = mirror.tables["transactions"]
    with mirror.engine.connect() as connection:
        return dict(tuple(row) for row in connection.execute(sa.select(table.c.reference, table.c.status)))


@pytest.mark.parametrize("offset", [-YEAR, -dt.timedelta(hours=1), dt.timedelta(minutes=1), YEAR, 20 * YEAR], ids=str)
def test_a_mirror_stores_new_rows_after_a_run_with_a_wrong_clock(emulator, client, mirror, offset):
    begin_payments(emulator, 3)
    mirror.sync(client, now=NOON + offset)
    Sandbox(emulator, KEY).pay("T00001")
    emulator.advance(5 * MINUTE)
    begin_payments(emulator, 2, begin=3)
    now = NOON + dt.timedelta(minutes=5)
    mirror.sync(client, now=now, overlap=dt.timedelta(hours=2))
    assert read_statuses(mirror) == {f"T{n:05}": "success" if n == 1 else "abandoned" for n in range(5)}
    mirror.sync(client, now=now - YEAR)
    assert len(read_statuses(mirror)) == 5


def test_a_later_run_reads_only_the_overlap_with_any_clock(emulator, client, connection, mirror):
    begin_payments(emulator, 300)
    emulator.advance(40 * DAY)
    begin_payments(emulator, 1, begin=300)
    mirror.sync(client, now=NOON - YEAR)
    assert mirror.sync(client, now=NOON - YEAR)["transactions"] == 1


def test_rows_with_one_timestamp_are_all_stored_with_any_overlap(emulator, client, mirror, tmp_path):
    begin_payments(emulator, 250)
    assert export(client, Transactions.list_transactions, {}, tmp_path / "all.jsonl") == 250
    for begin in 250, 350:
        mirror.sync(client, now=NOON, overlap=dt.timedelta(0))
        begin_payments(emulator, 100, begin=begin)
    mirror.sync(client, now=NOON, overlap=-dt.timedelta(days=3))
    assert len(read_statuses(mirror)) == 450


def test_a_row_with_a_future_date_does_not_hide_later_rows(emulator, mirror):
    client = Paystack(transport=DatedConnection(emulator), retry=Retry(max_attempts=1))
    begin_payments(emulator, 1)
    mirror.sync(client, now=NOON)
    future_row = {"id": 10**6, "reference": "FUTURE", "status": "success", "created_at": "2062-01-01T00:00:00.000Z"}

    class FutureRowConnection(DatedConnection):
        def send(self, request):
            response = super().send(request)
            if not request.target.startswith("/transaction?"):
                return response
            body = json.loads(response.content)
            body["data"].insert(0, future_row)
            return RawResponse(response.status, response.headers, json.dumps(body).encode())

    mirror.sync(Paystack(transport=FutureRowConnection(emulator), retry=Retry(max_attempts=1)), now=NOON)
    emulator.advance(60 * DAY)
    begin_payments(emulator, 1, begin=1)
    mirror.sync(client, now=NOON)
    assert set(read_statuses(mirror)) == {"T00000", "T00001", "FUTURE"}


def test_a_later_read_is_newer_even_if_the_clock_was_set_back(emulator, client, mirror):
    begin_payments(emulator, 1)
    mirror.sync(client, now=NOON + YEAR)
    Sandbox(emulator, KEY).pay("T00000")
    (event,) = [event for event in emulator.events() if event.name == "charge.success"]
    mirror_handler(mirror, client)(webhooks.Event(event.name, event.data, {}))  # by the clock of this machine
    assert read_statuses(mirror) == {"T00000": "success"}


def test_timestamps_always_increase(mirror):
    timestamps = [mirror.next_timestamp(now) for now in (NOON, NOON, NOON + YEAR, NOON, NOON - YEAR, NOON + 2 * YEAR)]
    assert timestamps == sorted(set(timestamps))
    assert (timestamps[0], timestamps[2], timestamps[5]) == (NOON, NOON + YEAR, NOON + 2 * YEAR)


@pytest.mark.parametrize("offset", [0, 30, HOUR, DAY, 40 * DAY])
@pytest.mark.parametrize("breaks_at", [2, 4])
def test_an_export_resumes_after_any_time(emulator, client, connection, tmp_path, offset, breaks_at):
    begin_payments(emulator, 420)
    out = tmp_path / "all.jsonl"
    connection.breaks_at = breaks_at
    with pytest.raises(errors.PaystackError):
        export(client, Transactions.list_transactions, {}, out)
    emulator.advance(offset)
    begin_payments(emulator, 250, begin=420)
    connection.breaks_at = None
    rows = export(client, Transactions.list_transactions, {}, out)
    references = {row.split('"reference":"')[1][:6] for row in out.read_text().splitlines()}
    assert rows == len(references)
    assert {f"T{number:05}" for number in range(420)} <= references


def test_a_resumed_run_stores_the_current_state(emulator, client, connection, mirror):
    begin_payments(emulator, 220)
    connection.breaks_at = 3
    with pytest.raises(errors.PaystackError):
        mirror.sync(client, now=NOON)
    assert mirror.incomplete_tables() == ["transactions", "refunds", "customers"]
    Sandbox(emulator, KEY).pay("T00110")
    connection.breaks_at = None
    mirror.sync(client, now=NOON - YEAR)
    assert read_statuses(mirror)["T00110"] == "success"
    assert mirror.incomplete_tables() == []


def test_reconciliation_rejects_an_incomplete_mirror(emulator, client, connection, mirror, tmp_path, capfd):
    begin_payments(emulator, 220)
    Sandbox(emulator, KEY).pay("T00000")
    connection.breaks_at = 3
    with pytest.raises(errors.PaystackError):
        mirror.sync(client, now=NOON)
    tokens = [*write_orders(tmp_path / "orders.csv", "T00000"), "--mirror", f"sqlite:///{tmp_path}/m.db"]
    assert run(tokens) == 5
    assert "transactions are not complete" in capfd.readouterr().err.replace("\n", " ")


def test_the_start_date_of_a_first_run_is_stored_even_without_rows(emulator, client, mirror):
    begin_payments(emulator, 1)
    emulator.advance(90 * DAY)
    assert mirror.sync(client, now=NOON, since=dt.date(2026, 12, 1))["transactions"] == 0
    begin_payments(emulator, 1, begin=1)
    assert mirror.sync(client, now=NOON)["transactions"] == 1
