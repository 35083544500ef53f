"""paystackease export, as it is typed."""

import csv
import datetime as dt

import pytest

from paystackease import Emulator
from paystackease.cli.app import run
from paystackease.cli.export import exportable_lists
from paystackease.data.columns import columns_of
from paystackease.emulator import Clock
from paystackease.emulator.server.server import run_in_background
from paystackease.testing import Sandbox

KEY = "sk_test_export0123456789"


@pytest.fixture
def shop(monkeypatch, tmp_path):
    """An emulator with a payment at noon of each of the first days of October."""
    begin = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC).timestamp()
    with Emulator(KEY, clock=Clock(frozen_at=begin)) as emulator, run_in_background(emulator) as url:
        shop = Sandbox(emulator, KEY, url)
        with shop.client() as client:
            for day in range(1, 6):
                client.transactions.initialize("ada@example.com", 1000 * day, reference=f"DAY{day}")
                shop.advance(days=1)
        monkeypatch.setenv("PAYSTACK_BASE_URL", url)
        monkeypatch.setenv("PAYSTACK_SECRET_KEY", KEY)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
        monkeypatch.chdir(tmp_path)
        yield shop


@pytest.fixture
def run_command(shop, capfd):
    def typed(*tokens):
        capfd.readouterr()
        try:
            code = run(tokens)
        except SystemExit as end:
            code = end.code
        return code, *capfd.readouterr()

    return typed


def read_references(path):
    with path.open(newline="") as file:
        return {row["reference"] for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("options", "days"),
    [
        ("--from 2026-10-02 --to 2026-10-04", {2, 3, 4}),  # the whole day is included
        ("--from 2026-10-04", {4, 5}),
        ("--to 2026-10-01", {1}),
        ("--from 2026-10-02T12:00:01 --to 2026-10-03T11:59:59", set()),
        ("--status success", set()),
        ("--amount 3000", {3}),
    ],
)
def test_a_list_is_narrowed_as_its_endpoint_is(run_command, tmp_path, options, days):
    code, out, err = run_command("export", "transactions", *options.split(), "--out", "october.csv")
    assert (code, out) == (0, "")
    # In a pipe there is no bar: one line says what is there.
    assert err == f"Wrote {len(days)} row{'' if len(days) == 1 else 's'} to october.csv.\n"
    assert read_references(tmp_path / "october.csv") == {f"DAY{day}" for day in days}


def test_a_file_that_is_there_is_not_written_over(run_command, tmp_path):
    (tmp_path / "october.csv").write_text("mine")
    code, _, err = run_command("export", "transactions", "--out", "october.csv")
    assert code == 2
    assert "october.csv already exists" in err
    assert (tmp_path / "october.csv").read_text() == "mine"


def test_a_list_of_one_thing_s_needs_to_know_of_which(run_command):
    code, _, err = run_command("export", "settlement-transactions", "--out", "x.csv")
    assert code == 2
    assert "SETTLEMENT-ID" in " ".join(err.split()).upper()


@pytest.mark.parametrize("name", sorted(exportable_lists()))
def test_the_columns_of_every_list_can_be_printed(run_command, name):
    code, out, err = run_command("export", "columns", name.replace("_", "-"))
    assert (code, err) == (0, "")
    assert [tuple(line.split()) for line in out.splitlines()] == [
        (column.name, column.type) for column in columns_of(exportable_lists()[name])
    ]


def test_an_unknown_list_is_reported(run_command):
    code, _, err = run_command("export", "columns", "cheques")
    assert code == 2
    assert "there is no list 'cheques'" in err
