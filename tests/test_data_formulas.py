"""In CSV no text is a spreadsheet's formula, numbers stay numbers, and files can be read by their owner alone."""

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
def test_what_a_spreadsheet_takes_for_a_formula_has_a_quote_in_front(text):
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "Ada", "a=b", "1-2", "O'Hara", "'tis", "ada@example.com", "{}", '{"a": -1}', " x"]
)
def test_other_text_is_as_it_was(text):
    assert escape_formula(text) == unescape_formula(text) == text


@settings(deadline=None)
@given(TEXT)
def test_every_text_comes_back_and_none_begins_with_a_sign(text):
    written = escape_formula(text)
    assert unescape_formula(written) == text
    assert not written.startswith(tuple(SIGNS))
    assert not written.lstrip(" \"'\ufeff\u200b").startswith(tuple(SIGNS[:8])) or written.startswith("'")


def item(text="Ada", number=1):
    customer = {"id": 1, "first_name": text, "email": text, "metadata": -5}
    return {"id": number, "amount": -500, "reference": text, "currency": "NGN", "customer": customer, "new": text}


def export_items(out, *items, **options):
    client = Paystack(transport=ScriptedTransport(success_response(list(items))))
    assert export(client, Transactions.list_transactions, {}, out, **options) == len(items)
    return out


def cells(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("text", FORMULAS)
def test_an_export_escapes_text_and_no_number(tmp_path, text):
    out = export_items(tmp_path / "all.csv", item(text))
    (row,) = cells(out)
    assert (row["reference"], row["customer.first_name"]) == (f"'{text}", f"'{text}")
    assert (row["amount"], row["customer.metadata"], json.loads(row["other"])) == ("-500", "-5", {"new": text})
    (read,) = read_csv(out)
    assert (read["reference"], read["amount"]) == (text, "-500")


def test_an_export_for_machines_has_text_as_it_is(tmp_path):
    out = export_items(tmp_path / "all.csv", item("=1"), csv_formulas="raw")
    assert [row["reference"] for row in cells(out)] == ["=1"]
    assert [row["reference"] for row in read_csv(out, csv_formulas="raw")] == ["=1"]


def test_other_files_have_text_as_it_is(tmp_path):
    assert json.loads(export_items(tmp_path / "all.jsonl", item("=1")).read_text())["reference"] == "=1"
    with closing(sqlite3.connect(export_items(tmp_path / "all.sqlite", item("=1")))) as connection:
        assert connection.execute("select reference from transactions").fetchall() == [("=1",)]
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    assert parquet.read_table(export_items(tmp_path / "all.parquet", item("=1"))).to_pylist()[0]["reference"] == "=1"


@settings(deadline=None, max_examples=40)
@given(st.lists(TEXT.filter(lambda text: "\0" not in text), max_size=4))
def test_an_export_is_read_back_as_it_was(tmp_path_factory, texts):
    out = tmp_path_factory.mktemp("round") / "all.csv"
    export_items(out, *(item(text, number) for number, text in enumerate(texts, 1)))
    assert [row["reference"] for row in read_csv(out)] == texts


@pytest.mark.parametrize("text", FORMULAS[:5])
def test_a_report_is_escaped_and_orders_are_read_as_they_were(tmp_path, text):
    report = compare_orders([Order(text, 1_000, "NGN")], [])
    path = tmp_path / "report.csv"
    reconcile_report.write_report(report, path, "October")
    assert cells(path)[0]["reference"] == f"'{text}"
    assert next(read_csv(path))["reference"] == text
    (order,) = read_orders(path, reference="reference", amount="ordered", currency="currency", major=False)
    assert order == Order(text, 1_000, "NGN")
    reconcile_report.write_report(report, path, "October", csv_formulas="raw")
    assert cells(path)[0]["reference"] == text


# Who can read them

private = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=[0o022, 0o000])
def _umask(request):
    before = os.umask(request.param)
    yield
    os.umask(before)


@private
@pytest.mark.usefixtures("_umask")
@pytest.mark.parametrize("ending", ["csv", "jsonl", "sqlite", "parquet"])
def test_an_export_and_its_part_can_be_read_by_their_owner_alone(tmp_path, ending):
    if ending == "parquet":
        pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    out = tmp_path / f"all.{ending}"
    modes = []
    client = Paystack(transport=ScriptedTransport(success_response([item()])))
    export(
        client,
        Transactions.list_transactions,
        {},
        out,
        on_progress=lambda _: modes.append(mode(tmp_path / f"{out.name}.part")),
    )
    assert modes
    assert {*modes, mode(out)} == {0o600}


@private
@pytest.mark.usefixtures("_umask")
def test_a_mirror_and_the_files_beside_it_can_be_read_by_their_owner_alone(tmp_path):
    with Mirror(f"sqlite:///{tmp_path}/m.db") as mirror, mirror.engine.begin() as connection:
        connection.exec_driver_sql("delete from mirror_run")
        files = sorted(tmp_path.iterdir())
        assert [file.name for file in files] == ["m.db", "m.db-shm", "m.db-wal"]
        assert {mode(file) for file in files} == {0o600}


@private
@pytest.mark.usefixtures("_umask")
@pytest.mark.parametrize("ending", ["csv", "html", "json"])
def test_a_report_can_be_read_by_its_owner_alone_and_one_that_is_there_keeps_its_mode(tmp_path, ending):
    path = tmp_path / f"report.{ending}"
    reconcile_report.write_report(compare_orders([], []), path, "October")
    assert mode(path) == 0o600
    path.chmod(0o640)
    reconcile_report.write_report(compare_orders([], []), path, "October")
    assert mode(path) == 0o640


@private
def test_a_link_in_the_way_leads_nowhere(tmp_path):
    target = tmp_path / "theirs"
    target.write_text("theirs")
    (tmp_path / "all.csv.new").symlink_to(target)
    export_items(tmp_path / "all.csv", item())
    (tmp_path / "b.csv.part").symlink_to(tmp_path / "nothing")
    with pytest.raises(errors.InvalidArgumentError, match="is a symbolic link"):
        export_items(tmp_path / "b.csv", item())
    assert target.read_text() == "theirs"
    assert not (tmp_path / "nothing").exists()
