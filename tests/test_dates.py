"""A date without a time is its whole day in UTC, in every call that filters a list by dates."""

import datetime as dt
import time
from urllib.parse import parse_qs, urlsplit

import argument_factory
import pytest
from scripted_transport import ScriptedTransport, success_response

from paystackease import Emulator, Paystack
from paystackease.apis.transactions import Transactions
from paystackease.emulator import Clock
from paystackease.emulator.clock import parse_time
from paystackease.endpoints import endpoints

DATED = {
    f"{entry.resource}.{entry.endpoint.name}": entry.endpoint
    for entry in endpoints()
    if {parameter.wire_name for parameter in entry.endpoint.parameters.values()} & {"from", "to"}
}
DAY = dt.date(2026, 10, 1)
FIRST, LAST = "2026-10-01T00:00:00.000Z", "2026-10-01T23:59:59.999Z"


class Day(dt.date):
    """A subclass of ``date``, as libraries have, that is not a ``datetime``."""


def build_query(endpoint, **dates):
    query = endpoint.build(**argument_factory.make_arguments(endpoint, **dates)).target
    return {name: values[0] for name, values in parse_qs(urlsplit(query).query).items() if name in {"from", "to"}}


def test_every_endpoint_with_date_filters_is_tested():
    assert len(DATED) >= 22
    assert {"transactions.list_transactions", "transfers.export_transfers", "disputes.list_disputes"} <= set(DATED)


@pytest.mark.parametrize("name", sorted(DATED))
@pytest.mark.parametrize("day", [DAY, Day(2026, 10, 1)], ids=["date", "subclass"])
def test_a_date_is_sent_as_the_first_or_the_last_moment_of_its_day(name, day):
    endpoint = DATED[name]
    assert build_query(endpoint, from_date=day, to_date=day) == {"from": FIRST, "to": LAST}
    assert build_query(endpoint, to_date=day) == {"to": LAST}
    assert build_query(endpoint) == {}


@pytest.mark.parametrize("name", sorted(DATED))
def test_a_datetime_is_sent_in_utc(name):
    noon = dt.datetime(2026, 10, 1, 12)
    lagos = noon.replace(tzinfo=dt.timezone(dt.timedelta(hours=1)))
    expected = {"from": "2026-10-01T11:00:00.000Z", "to": "2026-10-01T12:00:00.000Z"}
    assert build_query(DATED[name], from_date=lagos, to_date=noon) == expected
    midnight = dt.datetime(2026, 10, 1)
    assert build_query(DATED[name], to_date=midnight) == {"to": FIRST}


@pytest.mark.parametrize("name", sorted(DATED))
def test_every_docstring_explains_dates_and_datetimes(name):
    words = " ".join(DATED[name].function.__doc__.split())
    assert "up to this date (23:59:59.999 UTC) or datetime." in words
    assert "at or after this date (00:00 UTC) or datetime (UTC if it has no time zone)." in words


def test_the_first_and_the_last_date_of_python_can_be_sent():
    assert build_query(Transactions.list_transactions, from_date=dt.date.min, to_date=dt.date.max) == {
        "from": "0001-01-01T00:00:00.000Z",
        "to": "9999-12-31T23:59:59.999Z",
    }


def test_dates_in_a_body_are_whole_days_too(connect):
    transport = ScriptedTransport(success_response({"count": 1}), success_response({"count": 1}))
    client = connect(transport=transport)
    filters = {"from": DAY, "to": DAY, "event_type": "charge.success"}
    client.integration.resend_matching_webhook_events(preview=True, filters=filters)
    assert transport.last_sent[2] == {"filters": {"from": FIRST, "to": LAST, "event_type": "charge.success"}}
    assert filters == {"from": DAY, "to": DAY, "event_type": "charge.success"}
    client.integration.resend_matching_webhook_events(preview=True, filters={"to": dt.datetime(2026, 10, 1, 12)})
    assert transport.last_sent[2] == {"filters": {"to": "2026-10-01T12:00:00.000Z"}}


@pytest.mark.parametrize("zone", ["UTC", "Africa/Lagos", "America/New_York", "Pacific/Kiritimati"])
def test_a_day_is_in_utc_in_any_local_time_zone(monkeypatch, zone):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        for day in DAY, dt.date(2026, 3, 8), dt.date(2026, 11, 1):  # the clocks change on two of them in New York
            expected = {"from": f"{day}T00:00:00.000Z", "to": f"{day}T23:59:59.999Z"}
            assert build_query(Transactions.list_transactions, from_date=day, to_date=day) == expected
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_payment_in_the_last_second_of_a_day_is_listed():
    with Emulator("sk_test_dates", clock=Clock(frozen_at=parse_time("2026-10-01T23:59:59.600"))) as emulator:
        client = Paystack(transport=emulator)
        client.transactions.initialize("ada@example.com", 1000, reference="T1")
        emulator.advance(0.4)
        client.transactions.initialize("ada@example.com", 1000, reference="T2")

        def list_references(**dates):
            return [item["reference"] for item in client.transactions.list_transactions(**dates).data]

        assert list_references(to_date=DAY) == ["T1"]
        assert list_references(from_date=DAY, to_date=DAY) == ["T1"]
        assert list_references(from_date=dt.date(2026, 10, 2)) == ["T2"]
