"""Pages of a list that fail, and servers whose pagination is inconsistent."""

import pytest
from list_checks import (
    FIRST,
    _no_leaked_threads,  # noqa: F401 # fixtures
    flavours,
    item_ids,
)
from scripted_transport import ScriptedTransport, success_response
from shifting_list import (
    COUNTED,
    FLAVOURS,
    MANDATE_CURSOR,
    NEXT_CURSOR,
    NUMBERED,
    AsyncShiftingList,
    BlockingShiftingList,
    unavailable_response,
)

from paystackease import Request, errors

# Errors


@flavours
def test_a_failed_page_is_named_and_the_iteration_can_be_resumed(shifting_list, read):
    transport = shifting_list(NUMBERED, 1000, 10)
    transport.failures = {57: unavailable_response()}
    items, error = read(transport)
    assert item_ids(items) == list(range(560))
    assert isinstance(error.__cause__, errors.ServerError)
    assert "page 57 could not be fetched" in str(error)
    assert error.status_code == 503
    assert error.request.query["page"] == 57
    rest, error = read(transport, request=error.request)
    assert error is None
    assert item_ids(items + rest) == list(range(1000))


@flavours
@pytest.mark.parametrize("pagination", [NEXT_CURSOR, MANDATE_CURSOR])
def test_an_iteration_can_be_resumed_after_a_failed_cursor_page(shifting_list, read, pagination):
    # A cursor page has no number, so the list counts each as page 1.
    late = errors.APITimeoutError("late", request=FIRST, may_have_arrived=True)
    transport = shifting_list(pagination, 100, 10, changes={4: lambda transport: transport.failures.update({1: late})})
    items, error = read(transport)
    assert error.__cause__ is late
    assert item_ids(items) == list(range(30))
    assert "the next page could not be fetched" in str(error)
    rest, _ = read(transport, request=error.request)
    assert item_ids(items + rest) == list(range(100))


@flavours
def test_an_error_of_a_prefetched_page_is_raised_when_the_page_is_reached(shifting_list, read):
    transport = shifting_list(
        NUMBERED, 100, 10, may_respond=lambda transport, number: number != 2 or 3 in transport.served_pages
    )
    transport.failures = {3: unavailable_response()}
    items, error = read(transport)
    assert transport.served_pages[:3] == [1, 3, 2]
    assert item_ids(items) == list(range(20))
    assert error.request.query["page"] == 3


@flavours
def test_an_error_of_a_page_that_is_requested_again_is_discarded(shifting_list, read):
    def is_ready(transport, number):
        return number != 2 or 3 in transport.served_pages

    transport = shifting_list(NUMBERED, 100, 10, may_respond=is_ready, changes={3: shifting_list.prepend})
    transport.failures = {3: unavailable_response()}
    items, error = read(transport)
    assert error is None
    assert item_ids(items) == list(range(100))


def test_an_exception_of_the_caller_is_not_wrapped():
    for shifting_list, read in FLAVOURS:
        transport = shifting_list(NUMBERED, 100, 10)
        transport.failures = {3: ZeroDivisionError("an error of the caller's transport")}
        with pytest.raises(ZeroDivisionError):
            read(transport)
        assert transport.in_flight == 0


def test_a_client_that_is_closed_during_the_iteration_raises_a_clear_error(connect, flavour):
    client = connect(
        transport={"blocking": BlockingShiftingList, "asyncio": AsyncShiftingList}[flavour](NEXT_CURSOR, 1000, 1)
    )
    items = client.iterate(client.send(Request("GET", "/list", query=NEXT_CURSOR.first_query(1, 1))))
    assert next(items) == {"id": 0}
    assert next(items) == {"id": 1}
    client.close()
    with pytest.raises(errors.PaginationError) as caught:
        list(items)
    assert isinstance(caught.value.__cause__, errors.ClientClosedError)


# Inconsistent servers


class RepeatingTransport:
    """Responds with the same data to every request.

    :param metas: The values of ``meta``, used in rotation.
    """

    def __init__(self, *metas, data=None):
        self.metas, self.data, self.request_count = metas, data, 0

    def send(self, request):
        self.request_count += 1
        assert self.request_count < 1000
        return success_response(self.data, meta=self.metas[self.request_count % len(self.metas)])

    def close(self): ...


@pytest.mark.parametrize(
    "metas",
    [
        [{"next": "same", "perPage": 2}],
        [{"next": 512, "per_page": 2}],
        [{"next": "a"}, {"next": "b"}],
        [{"next": 1, "per_page": 2}, {"next": 2, "per_page": 2}, {"next": 3, "per_page": 2}],
        [{"page": 1, "pageCount": 10}],
        [{"page": 1, "pageCount": 10**9}],
        [{"pageCount": 10**9}],
        [{"next": False}],
        [{"next": {"page": 2}}],
        [{"page": None, "pageCount": "many"}],
    ],
    ids=repr,
)
def test_a_server_that_repeats_pages_forever_ends_the_iteration(connect, metas):
    for data in [{"id": 1}, {"id": 2}], [], None:
        transport = RepeatingTransport(*metas, data=data)
        client = connect(transport=transport)
        assert list(client.iterate(client.send(FIRST))) == (data or [])
        assert transport.request_count < 100


@pytest.mark.parametrize("metas", [[{"next": "same"}], [{"next": "a"}, {"next": "b"}]], ids=repr)
def test_a_server_that_repeats_items_without_ids_ends_the_iteration(connect, metas):
    transport = RepeatingTransport(*metas, data=["x"])
    client = connect(transport=transport)
    assert set(client.iterate(client.send(FIRST))) == {"x"}
    assert transport.request_count <= 4


def test_items_without_ids_and_missing_data_are_returned_unchanged(connect):
    pages = [["a", "a", None, 5], [{"name": "x"}, {"name": "x"}], None, [["a"], {"id": None}, {"id": None}], ["a"]]
    metas = [{"page": number, "pageCount": 5} for number in range(1, 6)]
    client = connect(
        transport=ScriptedTransport(
            *(success_response(data, meta=meta) for data, meta in zip(pages, metas, strict=True))
        )
    )
    items = client.iterate(client.send(FIRST), prefetch=1)
    assert list(items) == [item for data in pages for item in data or ()]


def test_an_item_repeated_on_one_page_is_returned_twice(connect):
    client = connect(transport=ScriptedTransport(success_response([{"id": 1, "n": 1}, {"id": 1, "n": 2}])))
    assert [item["n"] for item in client.iterate(client.send(FIRST))] == [1, 2]


def test_a_list_without_page_numbers_continues_from_the_requested_page(connect, flavour):
    transport = {"blocking": BlockingShiftingList, "asyncio": AsyncShiftingList}[flavour](COUNTED, 100, 10)
    client = connect(transport=transport)
    for number in 4, "4":
        items = client.iterate(client.send(Request("GET", "/list", query={"page": number})))
        assert item_ids(items) == list(range(30, 100))


@flavours
def test_other_query_parameters_are_sent_for_every_page(shifting_list, read):
    transport = shifting_list(NUMBERED, 50, 10)
    queries, respond = [], transport._respond
    transport._respond = lambda request, number: (queries.append(request.query), respond(request, number))[1]
    read(transport, request=Request("GET", "/list", query={"perPage": 10, "status": "success"}))
    assert [query | {"page": 1} for query in queries] == [{"perPage": 10, "status": "success", "page": 1}] * 5
