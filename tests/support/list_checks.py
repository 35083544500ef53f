"""Helpers of the tests of lists."""

import threading

import pytest
from shifting_list import FLAVOURS

from paystackease import Request, Response
from paystackease.response import ResponseInfo

FIRST = Request("GET", "/list")
flavours = pytest.mark.parametrize(("shifting_list", "read"), FLAVOURS, ids=["blocking", "asyncio"])


@pytest.fixture(autouse=True)
def _no_leaked_threads():
    yield
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("paystack-pages")]


def item_ids(items):
    return [item["id"] for item in items]


def make_page(number, last, items=(), query=None, **meta):
    request = Request("GET", "/list", query={"page": number} if query is None else query)
    meta = {"page": number, "pageCount": last} if last else meta
    body = {"status": True, "data": [{"id": item} for item in items], "meta": meta}
    return Response(body, ResponseInfo(request, 200, {}, 1))
