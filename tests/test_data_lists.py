"""A list that changes while it is exported: it ends, and what was there when it began is in the file."""

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
def test_an_export_of_a_list_that_grows_in_front_of_each_page_ends(tmp_path, number):
    changes = {answer: lambda list_: list_.prepend(number) for answer in range(2, 3000)}
    found = export_list(BlockingShiftingList(length=3000, size=100, changes=changes), tmp_path / "all.jsonl")
    assert len(found) == len(set(found))
    assert set(range(3000)) <= set(found)


@pytest.mark.parametrize("number", [100, 250])
def test_one_that_grows_faster_than_it_is_read_is_an_error_and_goes_on_later(tmp_path, number):
    changes = {answer: lambda list_: list_.prepend(number) for answer in range(2, 3000)}
    transport = BlockingShiftingList(length=3000, size=100, changes=changes)
    with pytest.raises(errors.PaginationError, match="grows as fast as it is read"):
        export_list(transport, tmp_path / "all.jsonl")
    assert not (tmp_path / "all.jsonl").exists()
    transport.changes = {}
    found = export_list(transport, tmp_path / "all.jsonl")
    assert len(found) == len(set(found))
    assert set(range(3000)) <= set(found)


@pytest.mark.parametrize("gone", [1, 99, 100, 650])
@pytest.mark.parametrize("came", [0, 450])
def test_what_was_taken_out_between_two_runs_of_an_export_hides_nothing(tmp_path, gone, came):
    transport = BlockingShiftingList(length=2000, size=100)
    transport.failures = {8: unavailable_response()}
    out = tmp_path / "all.jsonl"
    with pytest.raises(errors.PaystackError):
        export_list(transport, out)
    for _ in range(gone):  # as payments do that have another status now
        transport.remove(0)
    transport.prepend(came)
    found = export_list(transport, out)
    assert len(found) == len(set(found))
    assert {item["id"] for item in transport.items if item["id"] >= 0} <= set(found)


@pytest.mark.parametrize("gone", [99, 100, 650])
def test_nor_between_two_runs_of_a_mirror(tmp_path, gone):
    transport = BlockingShiftingList(length=2000, size=100)
    transport.failures = {8: unavailable_response()}
    client = Paystack(transport=transport, retry=ONCE)
    with Mirror(f"sqlite:///{tmp_path}/m.db", ["transactions"]) as mirror:
        with pytest.raises(errors.PaystackError):
            sync(mirror, client)
        for _ in range(gone):
            transport.remove(0)
        sync(mirror, client)
        with mirror.engine.connect() as connection:
            found = set(connection.exec_driver_sql("select id from transactions").scalars())
    assert {item["id"] for item in transport.items} <= found


def sync(mirror, client):
    mirror.sync(client, now=dt.datetime(2026, 10, 1, tzinfo=dt.UTC))


def test_a_list_of_which_all_was_taken_out_ends(tmp_path):
    transport = BlockingShiftingList(length=2000, size=100)
    transport.failures = {8: unavailable_response()}
    out = tmp_path / "all.jsonl"
    with pytest.raises(errors.PaystackError):
        export_list(transport, out)
    transport.items.clear()
    assert export_list(transport, out)


def test_the_place_to_go_on_from_is_no_later_page_though_the_first_page_was_a_short_one():
    transport = BlockingShiftingList(NumberedPages(), length=95, changes={2: lambda list_: list_.extend(40)})
    client = Paystack(transport=transport, retry=ONCE)
    listed = Transactions.list_transactions
    pages = list(read_pages(client, listed, {}, {"perPage": 10, "page": 10}))
    assert all(int(page.query["page"]) <= 13 for page in pages)
    assert [item["id"] for page in pages for item in page.items][:5] == list(range(90, 95))


def test_a_client_says_so_too(connect, flavour):
    changes = {answer: lambda list_: list_.prepend(100) for answer in range(2, 3000)}
    transport = (BlockingShiftingList if flavour == "blocking" else AsyncShiftingList)(
        length=3000, size=100, changes=changes
    )
    client = connect(transport=transport)
    with pytest.raises(errors.PaginationError, match="grows as fast as it is read") as caught:
        list(client.iterate(client.send(Request("GET", "/list", query={"perPage": 100}))))
    transport.changes = {}
    assert list(client.iterate(client.send(caught.value.request)))
