"""A list that changes during an export: the export ends, and the file has every item that existed at the start."""

import datetime as dt
import json

import pytest
from shifting_list import ONCE, AsyncShiftingList, BlockingShiftingList, NumberedPages, unavailable_response

from paystackease import Paystack, Request, errors
from paystackease.apis.transactions import Transactions
from paystackease.data.export import export
from paystackease.data.mirror import Mirror
from paystackease.data.pagination import read_pages


def export_list(transport, out):
    export(Paystack(transport=transport, retry=ONCE), Transactions.list_transactions, {}, out)
    return [json.loads(row)["id"] for row in out.read_text().splitlines()]


@pytest.mark.parametrize("number", [1, 70])
def test_an_export_of_a_growing_list_ends(tmp_path, number):
    changes = {request_number: lambda list_: list_.prepend(number) for request_number in range(2, 3000)}
    ids = export_list(BlockingShiftingList(length=3000, size=100, changes=changes), tmp_path / "all.jsonl")
    assert len(ids) == len(set(ids))
    assert set(range(3000)) <= set(ids)


@pytest.mark.parametrize("number", [100, 250])
def test_a_list_that_grows_faster_than_it_is_read_is_a_resumable_error(tmp_path, number):
    changes = {request_number: lambda list_: list_.prepend(number) for request_number in range(2, 3000)}
    transport = BlockingShiftingList(length=3000, size=100, changes=changes)
    with pytest.raises(errors.PaginationError, match="grows as fast as it is read"):
        export_list(transport, tmp_path / "all.jsonl")
    assert not (tmp_path / "all.jsonl").exists()
    transport.changes = {}
    ids = export_list(transport, tmp_path / "all.jsonl")
    assert len(ids) == len(set(ids))
    assert set(range(3000)) <= set(ids)


@pytest.mark.parametrize("removed", [1, 99, 100, 650])
@pytest.mark.parametrize("added", [0, 450])
def test_items_removed_between_two_runs_of_an_export_hide_no_others(tmp_path, removed, added):
    transport = BlockingShiftingList(length=2000, size=100)
    transport.failures = {8: unavailable_response()}
    out = tmp_path / "all.jsonl"
    with pytest.raises(errors.PaystackError):
        export_list(transport, out)
    for _ in range(removed):  # like payments whose status changed
        transport.remove(0)
    transport.prepend(added)
    ids = export_list(transport, out)
    assert len(ids) == len(set(ids))
    assert {item["id"] for item in transport.items if item["id"] >= 0} <= set(ids)


@pytest.mark.parametrize("removed", [99, 100, 650])
def test_items_removed_between_two_runs_of_a_mirror_hide_no_others(tmp_path, removed):
    transport = BlockingShiftingList(length=2000, size=100)
    transport.failures = {8: unavailable_response()}
    client = Paystack(transport=transport, retry=ONCE)
    with Mirror(f"sqlite:///{tmp_path}/m.db", ["transactions"]) as mirror:
        with pytest.raises(errors.PaystackError):
            sync_mirror(mirror, client)
        for _ in range(removed):
            transport.remove(0)
        sync_mirror(mirror, client)
        with mirror.engine.connect() as connection:
            ids = set(connection.exec_driver_sql("select id from transactions").scalars())
    assert {item["id"] for item in transport.items} <= ids


def sync_mirror(mirror, client):
    mirror.sync(client, now=dt.datetime(2026, 10, 1, tzinfo=dt.UTC))


def test_an_export_of_an_emptied_list_ends(tmp_path):
    transport = BlockingShiftingList(length=2000, size=100)
    transport.failures = {8: unavailable_response()}
    out = tmp_path / "all.jsonl"
    with pytest.raises(errors.PaystackError):
        export_list(transport, out)
    transport.items.clear()
    assert export_list(transport, out)


def test_the_resume_page_is_not_too_late_after_a_short_first_page():
    transport = BlockingShiftingList(NumberedPages(), length=95, changes={2: lambda list_: list_.extend(40)})
    client = Paystack(transport=transport, retry=ONCE)
    endpoint = Transactions.list_transactions
    pages = list(read_pages(client, endpoint, {}, {"perPage": 10, "page": 10}))
    assert all(int(page.query["page"]) <= 13 for page in pages)
    assert [item["id"] for page in pages for item in page.items][:5] == list(range(90, 95))


def test_iterating_over_a_list_that_grows_too_fast_is_a_resumable_error(connect, flavour):
    changes = {request_number: lambda list_: list_.prepend(100) for request_number in range(2, 3000)}
    transport = (BlockingShiftingList if flavour == "blocking" else AsyncShiftingList)(
        length=3000, size=100, changes=changes
    )
    client = connect(transport=transport)
    with pytest.raises(errors.PaginationError, match="grows as fast as it is read") as caught:
        list(client.iterate(client.send(Request("GET", "/list", query={"perPage": 100}))))
    transport.changes = {}
    assert list(client.iterate(client.send(caught.value.request)))
