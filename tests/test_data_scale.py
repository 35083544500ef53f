"""Exports and mirrors of many payments, killed repeatedly: each payment is there once, and memory use is constant."""

import contextlib
import csv
import json
import sqlite3
from pathlib import Path

import large_dataset
import pytest
import sqlalchemy as sa
from postgres_cluster import needs_postgres, run_cluster

from paystackease import Paystack, Request
from paystackease.data.mirror import Mirror

MAX_MB = 150
SHORT, LONG = 1_500, 100_000
SIZES = [SHORT, pytest.param(LONG, marks=pytest.mark.long)]

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")


@pytest.fixture(scope="module")
def database_file(tmp_path_factory):
    files = {}

    def write_once(count):
        if count not in files:
            files[count] = tmp_path_factory.mktemp("many") / "paystack.db"
            large_dataset.write_database(files[count], count)
        return files[count]

    return write_once


@pytest.fixture(params=SIZES)
def count(request):
    return request.param


@pytest.fixture
def url(database_file, count):
    with large_dataset.serve_emulator(database_file(count)) as url:
        yield url


def read_references(out):
    match out.suffix:
        case ".csv":
            with out.open(newline="") as file:
                return [row["reference"] for row in csv.DictReader(file)]
        case ".jsonl":
            with out.open() as file:
                return [json.loads(line)["reference"] for line in file]
        case ".sqlite":
            with contextlib.closing(sqlite3.connect(out)) as connection:
                return [reference for (reference,) in connection.execute("select reference from transactions")]
        case ".parquet":
            parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
            return parquet.read_table(out, columns=["reference"])["reference"].to_pylist()


def expected_references(count):
    return [f"M{number:07}" for number in range(count)]


def count_saved_items(part):
    """Return the number of items in the resume file; 0 if it cannot be read."""
    if not part.exists():
        return 0
    try:
        with contextlib.closing(sqlite3.connect(f"file:{part}?mode=ro", uri=True)) as connection:
            return connection.execute("select coalesce(max(seq), 0) from item").fetchone()[0]
    except sqlite3.Error:
        return 0  # it is being written


def kill_conditions(url, count, count_items):
    """Yield conditions for killing the command: while it waits for a stalled page, and while it reads a long list.

    Each run must get further than the one before.
    """
    for page in 2, 5:
        before = count_items()
        with Paystack(large_dataset.KEY, base_url=url) as client:
            rule = {"action": "stall", "operation": "GET /transaction", "nth": page}
            client.send(Request("POST", "/_emulator/faults", body=rule))
            yield lambda before=before: count_items() > before
            assert count_items() < count
            client.send(Request("DELETE", "/_emulator/faults"))
    for share in (0.2, 0.5, 0.8) if count > SHORT else ():
        before = count_items()
        yield lambda share=share: count_items() >= share * count
        assert before < count_items() < count


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet", "sqlite"])
def test_an_export_resumes_after_being_killed_and_is_complete(url, count, tmp_path, suffix):
    out, peak_file = tmp_path / f"all.{suffix}", tmp_path / "peak"
    part, new = (out.with_name(f"{out.name}.{name}") for name in ("part", "new"))
    tokens = ("export", "transactions", "--out", out)
    for condition in kill_conditions(url, count, lambda: count_saved_items(part)):
        assert large_dataset.Command(url, peak_file, *tokens).kill_when(condition)
        assert not out.exists()
    if count > SHORT:
        # While the file is written.
        assert large_dataset.Command(url, peak_file, *tokens).kill_when(new.exists)
        assert (count_saved_items(part), out.exists()) == (count, False)
    code, output, mb = large_dataset.Command(url, peak_file, *tokens).wait()
    assert code == 0, output
    assert f"{count:,} rows" in output
    assert sorted(read_references(out)) == expected_references(count)
    assert sorted(file.name for file in tmp_path.iterdir()) == [out.name, "peak"]
    assert mb < MAX_MB


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgres)])
def database(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/mirror.db"
    else:
        with run_cluster() as url:
            yield url


def test_a_mirror_resumes_after_being_killed_and_is_complete(url, count, database, tmp_path):
    peak_file = tmp_path / "peak"
    tokens = ("mirror", "sync", database, "--only", "transactions", "--only", "customers")
    with Mirror(database) as mirror:
        table = mirror.tables["transactions"]

        def count_rows():
            with mirror.engine.connect() as connection:
                return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()

        for condition in kill_conditions(url, count, count_rows):
            assert large_dataset.Command(url, peak_file, *tokens).kill_when(condition)
        code, output, mb = large_dataset.Command(url, peak_file, *tokens).wait()
        assert code == 0, output
        with mirror.engine.connect() as connection:
            references = connection.execute(sa.select(table.c.reference)).scalars().all()
        assert sorted(references) == expected_references(count)
        assert mb < MAX_MB
