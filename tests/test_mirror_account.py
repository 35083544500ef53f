"""A mirror belongs to one account and mode; the rows of two accounts never mix."""

import datetime as dt

import pytest
import sqlalchemy as sa

from paystackease import Emulator, errors
from paystackease.data.mirror import Mirror
from paystackease.testing import Sandbox

NOW = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
TABLES = ["transactions", "customers"]  # transactions do not name their account, and come first


def pay(emulator, key):
    """Pay a transaction of a business, and return the business's client."""
    sandbox = Sandbox(emulator, key)
    client = sandbox.client()
    sandbox.pay(client.transactions.initialize("ada@example.com", 5000).data["reference"])
    return client


def all_rows(mirror):
    with mirror.engine.connect() as connection:
        return {name: connection.execute(sa.select(mirror.tables[name])).all() for name in TABLES}


@pytest.fixture
def mirror(tmp_path):
    with Mirror(f"sqlite:///{tmp_path}/paystack.db", TABLES) as mirror:
        yield mirror


@pytest.mark.parametrize("full", [False, True])
def test_the_key_of_another_account_is_refused_before_anything_is_written(mirror, full):
    with Emulator() as emulator:
        mirror.sync(pay(emulator, "sk_test_first"), now=NOW)
        rows = all_rows(mirror)
        other = pay(emulator, "sk_test_second")
        with pytest.raises(errors.InvalidArgumentError, match=r"this database mirrors account \d+ \(test\), and the"):
            mirror.sync(other, now=NOW, full=full)
        assert all_rows(mirror) == rows
        assert len(rows["transactions"]) == 1


def test_the_same_account_is_synced_again(mirror):
    with Emulator() as emulator:
        client = pay(emulator, "sk_test_first")
        mirror.sync(client, now=NOW)
        pay(emulator, "sk_test_first")
        mirror.sync(client, now=NOW)
        assert len(all_rows(mirror)["transactions"]) == 2


@pytest.mark.parametrize(("integration", "domain"), [(2, "test"), (1, "live")])
def test_an_item_of_another_account_or_mode_is_not_stored(mirror, integration, domain):
    mirror.upsert("customers", [{"id": 1, "integration": 1, "domain": "test"}], NOW)
    items = [{"id": 2, "integration": 1, "domain": "test"}, {"id": 3, "integration": integration, "domain": domain}]
    with pytest.raises(errors.InvalidArgumentError, match=f"belongs to account {integration} \\({domain}\\)"):
        mirror.upsert("customers", items, NOW)
    assert [row.id for row in all_rows(mirror)["customers"]] == [1]


def test_items_that_do_not_name_their_account_are_stored(mirror):
    mirror.upsert("customers", [{"id": 1, "integration": None}, {"id": 2, "integration": True, "domain": "test"}], NOW)
    mirror.upsert("customers", [{"id": 3, "integration": 7, "domain": "test"}], NOW)
    assert len(all_rows(mirror)["customers"]) == 3
