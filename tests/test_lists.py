"""Iteration over paginated lists that change: every item once, in order."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from list_checks import (
    _no_leaked_threads,  # noqa: F401 # fixtures
    flavours,
    item_ids,
)
from shifting_list import (
    ALL_PAGINATIONS,
    COUNTED,
    MANDATE_CURSOR,
    NEXT_CURSOR,
    NUMBERED,
)

paginations = pytest.mark.parametrize("pagination", ALL_PAGINATIONS, ids=["numbered", "counted", "next", "mandates"])
brief_settings = settings(max_examples=25, deadline=None)


def original_ids(items):
    """Return the ids of the items that were in the list from the beginning."""
    return [number for number in item_ids(items) if 0 <= number < 100_000]


# Items


@flavours
@paginations
@brief_settings
@given(
    length=st.integers(0, 150),
    size=st.integers(1, 60),
    start=st.integers(1, 5),
    prefetch=st.integers(1, 12),
    delays=st.lists(st.integers(0, 9), max_size=20),
)
def test_every_item_is_returned_once_and_in_order(
    shifting_list, read, pagination, length, size, start, prefetch, delays
):
    if pagination not in (NUMBERED, COUNTED):
        start = min(start, length // size + 1)  # there is no cursor beyond the end
    transport = shifting_list(pagination, length, size, delays=delays)
    items, error = read(transport, start, prefetch=prefetch)
    assert error is None
    assert item_ids(items) == list(range((start - 1) * size, length))
    assert len(transport.requested_pages) == len(set(transport.requested_pages)) or pagination in (
        NEXT_CURSOR,
        MANDATE_CURSOR,
    )
    assert transport.max_in_flight <= (prefetch if pagination in (NUMBERED, COUNTED) else 1)


# At most every other response changes the list. With more, items are added as fast as they are read, and a shifted page
# looks like another list.
change_numbers = st.lists(st.integers(1, 20), max_size=8, unique=True).map(
    lambda numbers: [2 * number for number in numbers]
)


@flavours
@paginations
@settings(max_examples=50, deadline=None)
@given(
    data=st.data(),
    length=st.integers(0, 120),
    size=st.integers(2, 20),
    start=st.integers(1, 3),
    prefetch=st.integers(1, 10),
    delays=st.lists(st.integers(0, 12), max_size=30),
)
def test_no_item_is_missing_or_repeated_if_items_are_prepended(
    shifting_list, read, pagination, data, length, size, start, prefetch, delays
):
    if pagination not in (NUMBERED, COUNTED):
        start = min(start, length // size + 1)
    changes = dict.fromkeys(data.draw(change_numbers), shifting_list.prepend)
    transport = shifting_list(pagination, length, size, changes=changes, delays=delays)
    items, error = read(transport, start, prefetch=prefetch)
    assert error is None
    assert len(item_ids(items)) == len(set(item_ids(items)))
    assert original_ids(items) == list(range((start - 1) * size, length))
    assert transport.max_in_flight <= prefetch


@flavours
def test_no_item_is_missing_if_a_later_page_is_served_first(shifting_list, read):
    # Page 3 is served before an item is prepended, and page 2 afterwards: one item moves from page 2 to page 3.
    def is_ready(transport, number):
        return number != 2 or 3 in transport.served_pages

    transport = shifting_list(NUMBERED, 100, 10, may_respond=is_ready, changes={3: shifting_list.prepend})
    items, _ = read(transport)
    assert transport.served_pages[:3] == [1, 3, 2]
    assert item_ids(items) == list(range(100))
    assert transport.requested_pages.count(3) == 2


@flavours
@settings(max_examples=40, deadline=None)
@given(
    changes=st.dictionaries(st.integers(1, 20), st.integers(-50, 50), max_size=8),
    length=st.integers(0, 120),
    size=st.integers(1, 20),
    prefetch=st.integers(1, 10),
    delays=st.lists(st.integers(0, 12), max_size=30),
)
def test_no_item_is_repeated_if_items_are_removed_and_added(
    shifting_list, read, changes, length, size, prefetch, delays
):
    def make_change(index):
        return lambda transport: transport.extend() if index < 0 else transport.remove(index)

    changes = {number: make_change(index) for number, index in changes.items()}
    transport = shifting_list(NUMBERED, length, size, changes=changes, delays=delays)
    items, error = read(transport, prefetch=prefetch)
    assert error is None
    assert len(item_ids(items)) == len(set(item_ids(items)))
    assert original_ids(items) == sorted(original_ids(items))


@flavours
@paginations
def test_items_appended_during_the_iteration_are_returned(shifting_list, read, pagination):
    transport = shifting_list(pagination, 30, 10, changes={3: lambda transport: transport.extend(15)})
    items, _ = read(transport, prefetch=1)
    assert len(set(item_ids(items))) == len(items) == 45


@flavours
@paginations
def test_an_empty_list_has_no_items(shifting_list, read, pagination):
    transport = shifting_list(pagination, 0)
    assert read(transport) == ([], None)
    assert len(transport.requested_pages) == 1
