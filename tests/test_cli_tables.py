"""Tables of items, and lines about webhooks that name their object."""

import json

import pytest

from paystackease.cli import listen, tables, webhook_tools
from paystackease.webhooks import samples

PAYMENT = {
    "id": 4_294_967_296,
    "domain": "test",
    "integration": 833_259,
    "reference": "T1",
    "status": "success",
    "amount": 250_000,
    "currency": "NGN",
    "metadata": "",
    "paid_at": "2026-10-01T12:00:05.123Z",
    "createdAt": "2026-10-01T12:00:00.000Z",
    "created_at": "2026-10-01T12:00:00.000Z",
    "channel": "card",
    "customer": {"id": 1, "email": "ada@example.com"},
}


@pytest.fixture
def table(capsys, monkeypatch):
    """Return a function that prints items as a table of a width, and returns its lines."""

    def print_table(items, width, fields=()):
        monkeypatch.setattr(tables, "PIPE_WIDTH", width)
        tables.write_table(iter(items), fields)
        return capsys.readouterr().out.splitlines()

    return print_table


@pytest.mark.parametrize("width", [80, 140])
def test_the_most_useful_columns_come_first(table, width):
    head, row, *_ = table([PAYMENT], width)
    assert head.split()[:5] == ["reference", "status", "amount", "customer.email", "createdAt"]
    assert row.split()[:6] == ["T1", "success", "NGN", "2,500.00", "ada@example.com", "2026-10-01"]
    assert head.split()[-1] != "metadata" or width == 140
    assert max(len(line.rstrip()) for line in (head, row)) <= width


def test_a_table_has_one_date_and_no_milliseconds(table):
    head, row, footer = table([PAYMENT], 140)
    assert sum("_at" in name or name.endswith("At") for name in head.split()) == 1
    assert "2026-10-01 12:00:00 " in row
    assert ".000" not in row
    assert "times are in UTC" in footer
    assert "currency" not in head
    assert "integration" not in head


def test_a_requested_date_column_is_shown(table):
    _, row, _ = table([PAYMENT], 80, ["paid_at", "created_at"])
    assert row.split() == ["2026-10-01", "12:00:05", "2026-10-01", "12:00:00"]


def test_an_item_without_a_code_shows_its_id_first(table):
    settlement = {"id": 7, "status": "pending", "currency": "NGN", "effective_amount": 1_227_500, "deductions": 100}
    head, row, *_ = table([settlement], 80)
    assert head.split()[:2] == ["id", "status"]
    assert "NGN 12,275.00" in row
    assert "NGN 1.00" in row


def test_an_amount_has_the_currency_of_its_plan(table):
    subscription = {"subscription_code": "SUB_1", "amount": 250_000, "plan": {"currency": "GHS", "name": "Gold"}}
    assert "GHS 2,500.00" in table([subscription], 80)[1]


def test_a_field_that_is_an_object_in_some_items_does_not_widen_the_table(table):
    items = [PAYMENT, {**PAYMENT, "reference": "T2", "metadata": {"note": "x" * 300}}]
    for line in table(items, 140):
        assert "…" not in line
        assert len(line) <= 140


@pytest.mark.parametrize("width", [30, 80])
def test_the_footer_breaks_between_words(table, width):
    lines = table([PAYMENT], width)
    words = " ".join(lines[2:]).split()
    assert {"--fields", "--output", "everything", "columns,"} <= set(words)


def test_an_event_is_summarized_for_people():
    body = samples.build_sample("charge.success")
    body["data"].update(reference="T1", amount=250_000, currency="NGN", id=7)
    event = webhook_tools.summarize_event(json.dumps(body).encode())
    assert (event.name, event.reference, event.money) == ("charge.success", "T1", "NGN 2,500.00")
    assert (event.kind, event.id) == ("transactions", "7")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"event":"charge.success"}', b'{"event":"x","data":[1]}'])
def test_an_invalid_body_has_a_summary_too(body):
    assert webhook_tools.summarize_event(body).money is None


def test_a_summary_cannot_control_a_terminal():
    body = json.dumps({"event": "a\x1b[2J", "data": {"reference": "T\x1b1\u202e", "currency": "\x07"}}).encode()
    event = webhook_tools.summarize_event(body)
    assert "\x1b" not in f"{event.name}{event.reference}{event.currency}"
    assert event.reference.isascii()


@pytest.fixture
def deliveries(monkeypatch):
    deliveries = []

    def send(url, body, signature):
        deliveries.append((url, body, signature))
        return webhook_tools.DeliveryResult(200, b"", 0.0123)

    monkeypatch.setattr(webhook_tools, "send_event", send)
    return deliveries


def payment_event(**fields):
    return json.dumps({"event": "charge.success", "data": {**PAYMENT, **fields}}).encode()


def test_listen_prints_reference_amount_and_a_link(deliveries, capsys):
    forwarder = listen.Forwarder("http://127.0.0.1:1/", (), "http://127.0.0.1:4010/_emulator/1/", as_json=False)
    forwarder.forward(payment_event(), "signature")
    line = capsys.readouterr().out
    assert "charge.success  200 in 12 ms  T1  NGN 2,500.00  " in line
    assert line.endswith(f"http://127.0.0.1:4010/_emulator/1/transactions/{PAYMENT['id']}\n")
    assert deliveries == [("http://127.0.0.1:1/", payment_event(), "signature")]


def test_listen_forwards_only_the_events_that_are_named(deliveries, capsys):
    forwarder = listen.Forwarder("http://127.0.0.1:1/", ("transfer.*", "refund.failed"), None, as_json=False)
    assert forwarder.forward(payment_event(), None).status == 200
    assert (deliveries, capsys.readouterr().out) == ([], "")
    forwarder.forward(b'{"event":"transfer.failed","data":{"reference":"T2"}}', None)
    assert len(deliveries) == 1
    assert capsys.readouterr().out.split()[1:] == ["transfer.failed", "200", "in", "12", "ms", "T2"]


def test_listen_prints_json(deliveries, capsys):
    forwarder = listen.Forwarder("http://127.0.0.1:1/", (), None, as_json=True)
    forwarder.note("Forwarding")
    forwarder.forward(payment_event(), None)
    out, err = capsys.readouterr()
    line = json.loads(out)
    assert err == "Forwarding\n"
    assert line.pop("at").endswith("Z")
    assert line == {
        "event": "charge.success",
        "reference": "T1",
        "amount": 250_000,
        "currency": "NGN",
        "link": None,
        "status": 200,
        "seconds": 0.012,
        "error": None,
    }
    assert len(deliveries) == 1
