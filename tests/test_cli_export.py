"""The command ``paystackease export``."""

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
def sandbox(monkeypatch, tmp_path):
    """An emulator with a payment at noon on each of the first five days of October."""
    start = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC).timestamp()
    with Emulator(KEY, clock=Clock(frozen_at=start)) as emulator, run_in_background(emulator) as url:
        sandbox = Sandbox(emulator, KEY, url)
        with sandbox.client() as client:
            for day in range(1, 6):
                client.transactions.initialize("ada@example.com", 1000 * day, reference=f"DAY{day}")
                sandbox.advance(days=1)
        monkeypatch.setenv("PAYSTACK_BASE_URL", url)
        monkeypatch.setenv("PAYSTACK_SECRET_KEY", KEY)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
        monkeypatch.chdir(tmp_path)
        yield sandbox


@pytest.fixture
def run_command(sandbox, capfd):
    def run_tokens(*tokens):
        capfd.readouterr()
        try:
            code = run(tokens)
        except SystemExit as stop:
            code = stop.code
        return code, *capfd.readouterr()

    return run_tokens


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
def test_an_export_takes_the_filters_of_its_endpoint(run_command, tmp_path, options, days):
    code, out, err = run_command("export", "transactions", *options.split(), "--out", "october.csv")
    assert (code, out) == (0, "")
    # In a pipe there is no progress bar, only a summary line.
    assert err == f"Wrote {len(days)} row{'' if len(days) == 1 else 's'} to october.csv.\n"
    assert read_references(tmp_path / "october.csv") == {f"DAY{day}" for day in days}


def test_an_existing_file_is_not_overwritten(run_command, tmp_path):
    (tmp_path / "october.csv").write_text("mine")
    code, _, err = run_command("export", "transactions", "--out", "october.csv")
    assert code == 2
    assert "october.csv already exists" in err
    assert (tmp_path / "october.csv").read_text() == "mine"


def test_a_list_below_an_object_needs_the_id_of_the_object(run_command):
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
