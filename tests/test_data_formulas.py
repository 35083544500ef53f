"""In CSV, text is never a spreadsheet formula, numbers stay numbers, and only the owner can read the files."""

import csv
import json
import os
import sqlite3
import stat
import sys
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_transport import ScriptedTransport, success_response

from paystackease import Paystack, errors
from paystackease.apis.transactions import Transactions
from paystackease.data import reconcile_report
from paystackease.data.export import export
from paystackease.data.mirror import Mirror
from paystackease.data.reconcile import Order, compare_orders, read_orders
from paystackease.data.spreadsheets import escape_formula, read_csv, unescape_formula

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20A1",
    " =1",
    "\u00a0=1",
    "\ufeff=1",
    "\u200b=1",
    '"=1',
    "'=1",
    "''=1",
]
SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20\t\r\n"
TEXT = st.text(st.sampled_from(SIGNS + "' \"\ufeff\u200ba1,;")) | st.text()


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_a_spreadsheet_reads_as_a_formula_gets_a_quote(text):
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "Ada", "a=b", "1-2", "O'Hara", "'tis", "ada@example.com", "{}", '{"a": -1}', " x"]
)
def test_other_text_is_unchanged(text):
    assert escape_formula(text) == unescape_formula(text) == text


@settings(deadline=None)
@given(TEXT)
def test_every_text_round_trips_and_no_escaped_text_starts_with_a_sign(text):
    escaped = escape_formula(text)
    assert unescape_formula(escaped) == text
    assert not escaped.startswith(tuple(SIGNS))
    assert not escaped.lstrip(" \"'\ufeff\u200b").startswith(tuple(SIGNS[:8])) or escaped.startswith("'")


def make_item(text="Ada", number=1):
    customer = {"id": 1, "first_name": text, "email": text, "metadata": -5}
    return {"id": number, "amount": -500, "reference": text, "currency": "NGN", "customer": customer, "new": text}


def export_items(out, *items, **options):
    client = Paystack(transport=ScriptedTransport(success_response(list(items))))
    assert export(client, Transactions.list_transactions, {}, out, **options) == len(items)
    return out


def read_rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("text", FORMULAS)
def test_an_export_escapes_text_but_not_numbers(tmp_path, text):
    out = export_items(tmp_path / "all.csv", make_item(text))
    (row,) = read_rows(out)
    assert (row["reference"], row["customer.first_name"]) == (f"'{text}", f"'{text}")
    assert (row["amount"], row["customer.metadata"], json.loads(row["other"])) == ("-500", "-5", {"new": text})
    (unescaped,) = read_csv(out)
    assert (unescaped["reference"], unescaped["amount"]) == (text, "-500")


def test_a_raw_export_does_not_escape_text(tmp_path):
    out = export_items(tmp_path / "all.csv", make_item("=1"), csv_formulas="raw")
    assert [row["reference"] for row in read_rows(out)] == ["=1"]
    assert [row["reference"] for row in read_csv(out, csv_formulas="raw")] == ["=1"]


def test_other_formats_do_not_escape_text(tmp_path):
    assert json.loads(export_items(tmp_path / "all.jsonl", make_item("=1")).read_text())["reference"] == "=1"
    with closing(sqlite3.connect(export_items(tmp_path / "all.sqlite", make_item("=1")))) as connection:
        assert connection.execute("select reference from transactions").fetchall() == [("=1",)]
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    assert (
        parquet.read_table(export_items(tmp_path / "all.parquet", make_item("=1"))).to_pylist()[0]["reference"] == "=1"
    )


@settings(deadline=None, max_examples=40)
@given(st.lists(TEXT.filter(lambda text: "\0" not in text), max_size=4))
def test_an_export_round_trips(tmp_path_factory, texts):
    out = tmp_path_factory.mktemp("round") / "all.csv"
    export_items(out, *(make_item(text, number) for number, text in enumerate(texts, 1)))
    assert [row["reference"] for row in read_csv(out)] == texts


@pytest.mark.parametrize("text", FORMULAS[:5])
def test_a_report_is_escaped_and_its_orders_round_trip(tmp_path, text):
    report = compare_orders([Order(text, 1_000, "NGN")], [])
    path = tmp_path / "report.csv"
    reconcile_report.write_report(report, path, "October")
    assert read_rows(path)[0]["reference"] == f"'{text}"
    assert next(read_csv(path))["reference"] == text
    (order,) = read_orders(path, reference="reference", amount="ordered", currency="currency", major=False)
    assert order == Order(text, 1_000, "NGN")
    reconcile_report.write_report(report, path, "October", csv_formulas="raw")
    assert read_rows(path)[0]["reference"] == text


# File permissions

needs_file_modes = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")


def file_mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=[0o022, 0o000])
def _umask(request):
    before = os.umask(request.param)
    yield
    os.umask(before)


@needs_file_modes
@pytest.mark.usefixtures("_umask")
@pytest.mark.parametrize("suffix", ["csv", "jsonl", "sqlite", "parquet"])
def test_only_the_owner_can_read_an_export_and_its_resume_file(tmp_path, suffix):
    if suffix == "parquet":
        pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    out = tmp_path / f"all.{suffix}"
    modes = []
    client = Paystack(transport=ScriptedTransport(success_response([make_item()])))
    export(
        client,
        Transactions.list_transactions,
        {},
        out,
        on_progress=lambda _: modes.append(file_mode(tmp_path / f"{out.name}.part")),
    )
    assert modes
    assert {*modes, file_mode(out)} == {0o600}


@needs_file_modes
@pytest.mark.usefixtures("_umask")
def test_only_the_owner_can_read_a_mirror_and_its_wal_files(tmp_path):
    with Mirror(f"sqlite:///{tmp_path}/m.db") as mirror, mirror.engine.begin() as connection:
        connection.exec_driver_sql("delete from mirror_run")
        files = sorted(tmp_path.iterdir())
        assert [file.name for file in files] == ["m.db", "m.db-shm", "m.db-wal"]
        assert {file_mode(file) for file in files} == {0o600}


@needs_file_modes
@pytest.mark.usefixtures("_umask")
@pytest.mark.parametrize("suffix", ["csv", "html", "json"])
def test_only_the_owner_can_read_a_new_report_and_an_existing_file_keeps_its_mode(tmp_path, suffix):
    path = tmp_path / f"report.{suffix}"
    reconcile_report.write_report(compare_orders([], []), path, "October")
    assert file_mode(path) == 0o600
    path.chmod(0o640)
    reconcile_report.write_report(compare_orders([], []), path, "October")
    assert file_mode(path) == 0o640


@needs_file_modes
def test_a_symbolic_link_is_not_written_through(tmp_path):
    target = tmp_path / "theirs"
    target.write_text("theirs")
    (tmp_path / "all.csv.new").symlink_to(target)
    export_items(tmp_path / "all.csv", make_item())
    (tmp_path / "b.csv.part").symlink_to(tmp_path / "nothing")
    with pytest.raises(errors.InvalidArgumentError, match="is a symbolic link"):
        export_items(tmp_path / "b.csv", make_item())
    assert target.read_text() == "theirs"
    assert not (tmp_path / "nothing").exists()
