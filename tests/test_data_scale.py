"""However many payments there are, and however often it is killed: each is there once, in flat memory."""

import contextlib
import csv
import json
import sqlite3
from pathlib import Path

import many
import pytest
import sqlalchemy as sa
from postgres import cluster, needs_postgres

from paystackease import Paystack, Request
from paystackease.data.mirror import Mirror

MOST_MB = 150
SHORT, LONG = 1_500, 100_000
SIZES = [SHORT, pytest.param(LONG, marks=pytest.mark.long)]

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured as Linux tells it")


@pytest.fixture(scope="module")
def _made(tmp_path_factory):
    found = {}

    def made(count):
        if count not in found:
            found[count] = tmp_path_factory.mktemp("many") / "paystack.db"
            many.made(found[count], count)
        return found[count]

    return made


@pytest.fixture(params=SIZES)
def count(request):
    return request.param


@pytest.fixture
def url(_made, count):
    with many.served(_made(count)) as url:
        yield url


def references(out):
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


def expected(count):
    return [f"M{number:07}" for number in range(count)]


def kept(part):
    """How many items are kept in the part; 0 where nobody can say."""
    if not part.exists():
        return 0
    try:
        with contextlib.closing(sqlite3.connect(f"file:{part}?mode=ro", uri=True)) as connection:
            return connection.execute("select coalesce(max(seq), 0) from item").fetchone()[0]
    except sqlite3.Error:
        return 0  # it is just being written


def moments(url, count, there):
    """When to kill, one after the other: while it waits for a page that does not come, and, of a long list, while it
    works. Each must go further than the one before.
    """
    for page in 2, 5:
        before = there()
        with Paystack(many.KEY, base_url=url) as client:
            rule = {"action": "stall", "operation": "GET /transaction", "nth": page}
            client.send(Request("POST", "/_emulator/faults", body=rule))
            yield lambda before=before: there() > before
            assert there() < count
            client.send(Request("DELETE", "/_emulator/faults"))
    for share in (0.2, 0.5, 0.8) if count > SHORT else ():
        before = there()
        yield lambda share=share: there() >= share * count
        assert before < there() < count


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet", "sqlite"])
def test_an_export_that_is_killed_goes_on_and_is_whole(url, count, tmp_path, ending):
    out, most = tmp_path / f"all.{ending}", tmp_path / "most"
    part, new = (out.with_name(f"{out.name}.{name}") for name in ("part", "new"))
    tokens = ("export", "transactions", "--out", out)
    for reached in moments(url, count, lambda: kept(part)):
        assert many.Command(url, most, *tokens).killed_when(reached)
        assert not out.exists()
    if count > SHORT:
        # While the file is written.
        assert many.Command(url, most, *tokens).killed_when(new.exists)
        assert (kept(part), out.exists()) == (count, False)
    code, said, mb = many.Command(url, most, *tokens).ended()
    assert code == 0, said
    assert f"{count:,} rows" in said
    assert sorted(references(out)) == expected(count)
    assert sorted(file.name for file in tmp_path.iterdir()) == [out.name, "most"]
    assert mb < MOST_MB


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgres)])
def database(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/mirror.db"
    else:
        with cluster() as url:
            yield url


def test_a_mirror_that_is_killed_goes_on_and_is_whole(url, count, database, tmp_path):
    most = tmp_path / "most"
    tokens = ("mirror", "sync", database, "--only", "transactions", "--only", "customers")
    with Mirror(database) as mirror:
        table = mirror.tables["transactions"]

        def there():
            with mirror.engine.connect() as connection:
                return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()

        for reached in moments(url, count, there):
            assert many.Command(url, most, *tokens).killed_when(reached)
        code, said, mb = many.Command(url, most, *tokens).ended()
        assert code == 0, said
        with mirror.engine.connect() as connection:
            found = connection.execute(sa.select(table.c.reference)).scalars().all()
        assert sorted(found) == expected(count)
        assert mb < MOST_MB
