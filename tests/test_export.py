"""Exports: a list is written to a file without duplicates or gaps, also after failures."""

import csv
import json
import sqlite3

import pytest

from paystackease import Emulator, Paystack, Retry, errors
from paystackease.apis.customers import Customers
from paystackease.apis.transactions import Transactions
from paystackease.cli.export import exportable_lists
from paystackease.data.columns import OTHER, columns_of, row_converter
from paystackease.data.export import export
from paystackease.emulator import Clock
from paystackease.emulator.clock import parse_time

SECRET_KEY = "sk_test_export"


class EmulatorConnection:
    """A transport to an emulator that fails on request."""

    def __init__(self, emulator):
        self.emulator, self.request_count, self.breaks_at = emulator, 0, None

    def send(self, request):
        self.request_count += 1
        if self.breaks_at is not None and self.request_count >= self.breaks_at:
            raise errors.APIConnectionError("the line is down", request=request, may_have_arrived=False)
        return self.emulator.send(request)

    def close(self):
        pass


@pytest.fixture
def emulator():
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=parse_time("2026-10-30T12:00:00"))) as emulator:
        yield emulator


@pytest.fixture
def line(emulator):
    return EmulatorConnection(emulator)


@pytest.fixture
def client(line):
    return Paystack(transport=line, retry=Retry(max_attempts=1))


def begin_payments(emulator, count, begin=0):
    client = Paystack(transport=emulator)
    for number in range(begin, begin + count):
        client.transactions.initialize("ada@example.com", 1_000 + number, reference=f"T{number:05}")


def run_export(client, out, endpoint=Transactions.list_transactions, **arguments):
    return export(client, endpoint, arguments, out)


def references(out):
    return [json.loads(line)["reference"] for line in out.read_text().splitlines()]


def test_jsonl_has_the_items_as_paystack_sent_them(client, emulator, tmp_path):
    begin_payments(emulator, 250)
    out = tmp_path / "october.jsonl"
    assert run_export(client, out) == 250
    items = [json.loads(line) for line in out.read_text().splitlines()]
    assert items == list(client.iterate(client.transactions.list_transactions(per_page=100)))
    assert [file.name for file in tmp_path.iterdir()] == ["october.jsonl"]


@pytest.mark.parametrize("ending", ["csv", "sqlite", "parquet"])
def test_the_columns_are_those_that_are_documented(client, emulator, tmp_path, ending):
    begin_payments(emulator, 3)
    out = tmp_path / f"october.{ending}"
    assert run_export(client, out) == 3
    names = [column.name for column in columns_of(Transactions.list_transactions)]
    if ending == "csv":
        with out.open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert rows[0]["amount"] == "1002"
    elif ending == "sqlite":
        connection = sqlite3.connect(out)
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute("select * from transactions")]
        connection.close()
        assert rows[0]["amount"] == 1002
    else:
        parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
        rows = parquet.read_table(out).to_pylist()
        assert rows[0]["amount"] == 1002
    assert list(rows[0]) == names
    assert [row["reference"] for row in rows] == ["T00002", "T00001", "T00000"]
    assert rows[0]["currency"] == "NGN"
    assert rows[0]["customer.email"] == "ada@example.com"


@pytest.mark.parametrize("breaks_at", [1, 2, 3, 5, 6])
def test_an_export_of_a_growing_list_resumes_after_a_lost_connection(client, line, emulator, tmp_path, breaks_at):
    begin_payments(emulator, 520)
    out = tmp_path / "all.jsonl"
    line.breaks_at = breaks_at
    with pytest.raises(errors.PaystackError):
        run_export(client, out)
    assert not out.exists()
    begin_payments(emulator, 130, begin=520)
    line.breaks_at = None
    count = run_export(client, out)
    listed = references(out)
    assert count == len(listed) == len(set(listed))
    assert {f"T{number:05}" for number in range(520)} <= set(listed)
    assert not out.with_name("all.jsonl.part").exists()


def test_an_export_without_any_row_starts_from_the_beginning(client, line, emulator, tmp_path):
    out = tmp_path / "all.jsonl"
    line.breaks_at = 1
    with pytest.raises(errors.PaystackError):
        run_export(client, out)
    begin_payments(emulator, 5)
    line.breaks_at = None
    assert run_export(client, out) == 5


def test_the_resume_file_of_one_export_is_not_used_by_another(client, line, emulator, tmp_path):
    begin_payments(emulator, 150)
    line.breaks_at = 2
    out = tmp_path / "all.jsonl"
    with pytest.raises(errors.PaystackError):
        run_export(client, out)
    line.breaks_at = None
    with pytest.raises(errors.InvalidArgumentError, match="another export"):
        run_export(client, out, status="success")
    with pytest.raises(errors.InvalidArgumentError, match="another export"):
        run_export(client, out, Customers.list_customers)
    with pytest.raises(errors.InvalidArgumentError, match="another export"):
        export(client, Transactions.list_transactions, {}, out, account_fingerprint="another account")


def test_no_file_is_overwritten_and_a_name_without_an_extension_is_rejected(client, tmp_path):
    there = tmp_path / "there.csv"
    there.write_text("mine")
    with pytest.raises(errors.InvalidArgumentError, match="already exists"):
        run_export(client, there)
    assert there.read_text() == "mine"
    with pytest.raises(errors.InvalidArgumentError, match="unsupported file extension"):
        run_export(client, tmp_path / "october")
    assert client._state.transport.request_count == 0


def test_an_empty_list_is_a_file_with_its_columns(client, tmp_path):
    out = tmp_path / "none.csv"
    assert run_export(client, out, Customers.list_customers) == 0
    assert out.read_text().startswith("id,")


def test_unknown_fields_and_mismatched_types_go_to_the_last_column():
    columns = columns_of(Transactions.list_transactions)
    item = {"id": 1, "amount": "12.5", "customer": {"email": "ada@example.com", "new": [1]}, "added": True, "log": None}
    row = dict(zip([column.name for column in columns], row_converter(columns)(item), strict=True))
    assert (row["id"], row["amount"], row["customer.email"]) == (1, None, "ada@example.com")
    assert json.loads(row[OTHER]) == {"amount": "12.5", "customer.new": [1], "added": True}


def test_every_list_has_its_own_columns_and_a_name():
    listed = exportable_lists()
    assert {"transactions", "customers", "refunds", "transfers", "settlement_transactions", "banks"} <= set(listed)
    for name, endpoint in listed.items():
        columns = columns_of(endpoint)
        names = [column.name for column in columns]
        assert len(names) == len(set(names)) > 1, name
        assert names[-1] == OTHER


def test_a_list_of_cursors_is_followed_too(client, emulator, tmp_path):
    begin_payments(emulator, 230)
    out = tmp_path / "cursors.jsonl"
    count = run_export(client, out, Transactions.list_transactions, use_cursor=True)
    assert count == len(set(references(out))) == 230
