"""The command ``paystackease emulator tail``, and the activity feed that it reads."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading

import pytest
from conftest import NO_DELAY, NOON, SECRET_KEY

from paystackease import Emulator, Paystack, Request, errors
from paystackease.cli import emulator_tail
from paystackease.cli.app import run
from paystackease.cli.emulator_tail import EntryFilter, format_line, read_entries
from paystackease.emulator import Clock
from paystackease.emulator.activity_feed import MAX_ENTRIES, ActivityFeed
from paystackease.emulator.server.server import run_in_background
from paystackease.emulator.services import Tenant


@pytest.fixture
def command(capsys):
    """Return a function that runs ``paystackease emulator tail …``, and returns its exit code, output and errors."""

    def run_tokens(*tokens):
        code = run(("emulator", "tail", *tokens))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_tokens


@pytest.fixture
def client(monkeypatch):
    """A client of an emulator on a port, whose frozen clock is at noon. It sends no webhooks by itself."""
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=NOON)) as emulator, run_in_background(emulator) as url:
        monkeypatch.setenv("PAYSTACK_BASE_URL", url)
        monkeypatch.setenv("PAYSTACK_SECRET_KEY", SECRET_KEY)
        with Paystack(SECRET_KEY, base_url=url, retry=NO_DELAY) as client:
            yield client


CARD = {"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "2030"}


def send_control(client, method, path, query=None, **body):
    return client.send(Request(method, f"/_emulator{path}", query=query, body=body or None)).data


def pay(client, reference):
    client.transactions.initialize("ada@example.com", 500_000, "NGN", reference)
    send_control(client, "POST", f"/checkout/{reference}/pay", channel="card", card=CARD)


INITIALIZE = "POST /transaction/initialize"


def read_activity(client, **query):
    return send_control(client, "GET", "/activity", query)


# The feed


def test_the_feed_has_requests_events_and_deliveries_in_order(client):
    pay(client, "order-1")
    page = read_activity(client)
    assert [entry["kind"] for entry in page["entries"]] == ["request", "event"]
    assert [entry["seq"] for entry in page["entries"]] == [1, 2]
    assert (page["last"], page["next"], page["more"]) == (2, 2, False)
    assert {entry["reference"] for entry in page["entries"]} == {"order-1"}
    send_control(client, "POST", "/settings", webhook_url="http://127.0.0.1:1/", webhook_mode="manual")
    (event,) = send_control(client, "GET", "/webhooks")
    send_control(client, "POST", f"/webhooks/{event['id']}/replay")
    (delivery,) = read_activity(client, after=2)["entries"]
    assert (delivery["kind"], delivery["event"], delivery["status"]) == ("delivery", "charge.success", None)
    assert delivery["error"]
    assert read_activity(client, after=3)["entries"] == []


def test_the_feed_is_read_in_pages(client):
    for number in range(5):
        client.customers.create_customer(f"a{number}@example.com", "Ada", "Obi", "")
    first_page = read_activity(client, limit=2)
    assert [entry["seq"] for entry in first_page["entries"]] == [1, 2]
    assert (first_page["next"], first_page["more"]) == (2, True)
    second_page = read_activity(client, after=2)
    assert [entry["seq"] for entry in second_page["entries"]] == [3, 4, 5]
    assert (second_page["next"], second_page["more"]) == (5, False)
    empty_page = read_activity(client, limit=0)
    assert (empty_page["entries"], empty_page["last"], empty_page["next"]) == ([], 5, 0)
    assert read_activity(client, after=10**17)["entries"] == []


@pytest.mark.parametrize("query", [{"after": "x"}, {"after": "-1"}, {"limit": "1.5"}, {"after": "9" * 30}])
def test_a_number_that_is_not_valid_is_rejected(client, query):
    with pytest.raises(errors.InvalidRequestError, match="is a number of 0 or more"):
        read_activity(client, **query)


def test_another_business_has_its_own_feed(client):
    pay(client, "order-1")
    with Paystack("sk_test_other", base_url=os.environ["PAYSTACK_BASE_URL"]) as other:
        assert read_activity(other)["entries"] == []


def test_the_feed_has_no_secrets_and_no_bodies(client):
    client.customers.create_customer("ada@example.com", "Ada", "Obi", "08030000001")
    pay(client, "order-1")
    text = json.dumps(read_activity(client))
    for secret in ("ada@example.com", "Obi", "08030000001", "4084084084084081", SECRET_KEY):
        assert secret not in text


def test_a_reset_and_a_restored_snapshot_leave_no_entries_of_other_events(client):
    send_control(client, "PUT", "/snapshots/empty")
    pay(client, "order-1")
    send_control(client, "POST", "/snapshots/empty/restore")
    assert [entry["kind"] for entry in read_activity(client)["entries"]] == ["request"]
    pay(client, "order-2")
    entries = read_activity(client)["entries"]
    assert [(entry["kind"], entry["reference"]) for entry in entries] == [
        ("request", "order-1"),
        ("request", "order-2"),
        ("event", "order-2"),
    ]
    send_control(client, "POST", "/reset")
    after_reset = read_activity(client)
    assert (after_reset["entries"], after_reset["last"]) == ([], entries[-1]["seq"])


def test_an_event_that_was_rolled_back_is_listed_once_or_not_at_all():
    with Emulator(SECRET_KEY) as emulator, Paystack(transport=emulator) as client:

        def emit_and_fail(context):
            context.emit("charge.success", {"reference": "lost"})
            raise ZeroDivisionError

        tenant = Tenant.from_key(SECRET_KEY)
        with pytest.raises(ZeroDivisionError):
            emulator.run_as(tenant, emit_and_fail)
        assert read_activity(client)["entries"] == []
        emulator.run_as(tenant, lambda context: context.emit("charge.success", {"reference": "stored"}))
        assert [entry["reference"] for entry in read_activity(client)["entries"]] == ["stored"]


def test_reading_new_entries_does_not_scan_the_history():
    feed = ActivityFeed()
    for number in range(MAX_ENTRIES + 10):
        feed.add("a", "request", number)
    entries = feed.since("a", 0)
    assert len(entries) == MAX_ENTRIES
    assert [entry.seq for entry in feed.since("a", feed.last_seq - 2)] == [feed.last_seq - 1, feed.last_seq]
    assert feed.since("a", feed.last_seq) == feed.since("b", 0) == []


# The command


def test_the_activity_is_printed_as_lines_of_text(command, client):
    pay(client, "order-1")
    with pytest.raises(errors.NotFoundError):
        client.customers.fetch_customer("CUS_x")
    send_control(client, "POST", "/faults", action="503", operation="POST /customer", times=1)
    with pytest.raises(errors.OutcomeUnknownError):
        client.send(Request("POST", "/customer", body={"email": "a@b.example"}))
    code, out, err = command("--no-follow", "--output", "table")
    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert lines[0] == ["2026-10-01", "(UTC)"]
    assert lines[1][:3] == ["12:00:00", "POST", "200"]
    assert lines[1][4:] == ["ms", "/transaction/initialize", "order-1"]
    assert lines[2] == [
        "12:00:00",
        "webhook",
        "unsent",
        "charge.success",
        "order-1",
        "no",
        "webhook",
        "URL",
        "is",
        "set",
    ]
    assert lines[3][:3] == ["12:00:00", "GET", "404"]
    assert lines[3][4:] == ["ms", "/customer/CUS_x"]
    assert lines[4][4:] == ["ms", "/customer", "fault:", "503"]


def test_json_is_an_object_on_each_line(command, client):
    pay(client, "order-1")
    code, out, err = command("--no-follow", "--output", "json")
    assert (code, err) == (0, "")
    request, event = map(json.loads, out.splitlines())
    assert (request["seq"], request["kind"], request["status"]) == (1, "request", 200)
    assert (event["seq"], event["kind"], event["event"]) == (2, "event", "charge.success")
    assert command("--no-follow")[1] == out  # in a pipe
    assert [json.loads(line)["seq"] for line in command("--no-follow", "--since", "1")[1].splitlines()] == [2]


@pytest.mark.parametrize(
    ("tokens", "subjects"),
    [
        (("--requests",), [INITIALIZE, "GET /customer/CUS_x", "GET /plan"]),
        (("--webhooks",), ["charge.success"]),
        (("--requests", "--webhooks"), [INITIALIZE, "charge.success", "GET /customer/CUS_x", "GET /plan"]),
        (("--status", "4xx"), ["GET /customer/CUS_x"]),
        (("--status", "4XX", "--webhooks"), []),
        (("--status", "200"), [INITIALIZE, "GET /plan"]),
        (("--event", "charge.*"), ["charge.success"]),
        (("--event", "charge"), []),
        (("--event", "transfer.*", "--requests"), [INITIALIZE, "GET /customer/CUS_x", "GET /plan"]),
        (("--operation", "POST /transaction/initialize"), [INITIALIZE]),
        (("--operation", "post /transaction/initialize"), [INITIALIZE]),
        (("--operation", "/customer/{code}"), ["GET /customer/CUS_x"]),
        (("--operation", "customers.fetch_customer"), ["GET /customer/CUS_x"]),
        (("--operation", "POST /plan"), []),
        (("--operation", "/plan", "--event", "charge.success"), ["charge.success", "GET /plan"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_filters_select_entries(tokens, subjects, filtered_entries):
    options = {"requests": False, "webhooks": False, "status": None, "event": None, "operation": None}
    names = iter(tokens)
    for name in names:
        key = name.removeprefix("--")
        options[key] = True if options[key] is False else next(names)
    entry_filter = EntryFilter.parse(**options)
    assert [
        entry.get("event") or f"{entry['method']} {entry['target']}"
        for entry in filtered_entries
        if entry_filter.matches(entry)
    ] == subjects


@pytest.fixture(scope="module")
def filtered_entries():
    with Emulator(SECRET_KEY) as emulator, Paystack(transport=emulator) as client:
        pay(client, "order-1")
        with pytest.raises(errors.NotFoundError):
            client.customers.fetch_customer("CUS_x")
        client.plans.list_plans()
        return read_activity(client)["entries"]


def test_filters_are_options_of_the_command(command, client):
    pay(client, "order-1")
    client.plans.list_plans()
    code, out, _ = command("--no-follow", "--status", "2xx", "--operation", "/plan")
    assert (code, [json.loads(line)["target"] for line in out.splitlines()]) == (0, ["/plan"])
    code, out, _ = command("--no-follow", "--event", "charge.*")
    assert (code, [json.loads(line)["event"] for line in out.splitlines()]) == (0, ["charge.success"])


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        (("--status", "4"), "--status is an HTTP status such as 404 or 4xx, not '4'"),
        (("--status", "xxx"), "--status is an HTTP status such as 404 or 4xx"),
        (("--operation", "transfers.send"), "--operation is one such as"),
    ],
)
def test_a_filter_that_is_not_valid_is_rejected(command, tokens, message):
    code, _, err = command(*tokens)
    assert code == 2
    assert message in err


EVENT = {
    "kind": "event",
    "at": "2026-10-01T12:00:00.000Z",
    "event": "charge.success",
    "reference": "order-1",
    "status": "Pending",
    "tries": 0,
    "held": None,
    "due": None,
}
DELIVERY = {**EVENT, "kind": "delivery", "status": 200, "seconds": 0.0123, "error": None, "fault": None}


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        (DELIVERY, "12:00:00  webhook  200        12 ms  charge.success  order-1"),
        (DELIVERY | {"status": 201}, "12:00:00  webhook  201        12 ms  charge.success  order-1"),
        (
            DELIVERY | {"status": None, "error": "connection refused", "fault": "late", "reference": None},
            "12:00:00  webhook  failed     12 ms  charge.success  fault: late  connection refused",
        ),
        (EVENT, "12:00:00  webhook  unsent            charge.success  order-1  no webhook URL is set"),
        (
            EVENT | {"due": "2026-10-01T12:15:00.000Z"},
            "12:00:00  webhook  waits             charge.success  order-1  due at 2026-10-01 12:15:00 UTC",
        ),
        (
            EVENT | {"held": "told"},
            "12:00:00  webhook  waits             charge.success  order-1  held: webhook_mode is manual",
        ),
        (
            EVENT | {"held": "next"},
            "12:00:00  webhook  waits             charge.success  order-1  held until another event is sent",
        ),
    ],
)
def test_the_line_of_a_webhook_has_the_status_of_its_delivery(entry, line):
    assert format_line(entry).plain == line


def test_a_line_has_no_control_characters():
    line = format_line(DELIVERY | {"reference": "a\x1b[2Jb\r\nc\u202e"}).plain
    assert line.isprintable()
    assert "a\N{REPLACEMENT CHARACTER}[2Jb" in line


class FakeEmulator:
    """Responds to polls with pages."""

    url = "http://127.0.0.1:4010"

    def __init__(self, *pages):
        self.pages, self.queries = list(pages), []

    def call(self, method, path, *, query):
        self.queries.append(query["after"])
        return self.pages.pop(0)


def test_pages_are_read_until_there_are_no_more():
    def page(*seqs, more=False, last=9):
        return {"entries": [{"seq": seq} for seq in seqs], "next": seqs[-1], "more": more, "last": last}

    emulator = FakeEmulator(page(3, 4, more=True), page(9))
    assert [entry["seq"] for entry in read_entries(emulator, 2, follow=False)] == [3, 4, 9]
    assert emulator.queries == [2, 4]


def test_after_a_restart_of_the_emulator_entries_are_read_from_the_start():
    emulator = FakeEmulator(
        {"entries": [], "next": 70, "more": False, "last": 2},
        {"entries": [{"seq": 1}, {"seq": 2}], "next": 2, "more": False, "last": 2},
    )
    assert [entry["seq"] for entry in read_entries(emulator, 70, follow=False)] == [1, 2]
    assert emulator.queries == [70, 0]


def test_polls_are_at_most_two_each_second():
    assert emulator_tail.POLL_SECONDS >= 0.5


@pytest.fixture
def start_tail(client):
    """Start ``paystackease emulator tail``, and return its process and a queue of the lines that it prints."""
    processes = []

    def start(*tokens):
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "paystackease", "emulator", "tail", *tokens],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        assert process.stderr.readline() == f"Following {os.environ['PAYSTACK_BASE_URL']}. Press Ctrl-C to stop.\n"
        lines = queue.Queue()
        threading.Thread(target=lambda: [lines.put(line) for line in process.stdout], daemon=True).start()
        return process, lines

    yield start
    for process in processes:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_new_requests_and_webhooks_are_printed_until_ctrl_c(client, start_tail, stop):
    client.plans.list_plans()
    process, lines = start_tail("--output", "json")
    pay(client, "order-1")
    assert json.loads(lines.get(timeout=10))["target"] == "/transaction/initialize"  # not /plan, which is older
    assert json.loads(lines.get(timeout=10))["event"] == "charge.success"
    process.send_signal(stop)
    assert process.wait(10) == 0
    assert process.stderr.read() == ""


def test_the_history_is_printed_before_new_entries(client, start_tail):
    client.plans.list_plans()
    process, lines = start_tail("--since", "0", "--requests", "-o", "table")
    assert lines.get(timeout=10) == "2026-10-01 (UTC)\n"
    assert lines.get(timeout=10).endswith("  /plan\n")
    client.customers.list_customers()
    assert "  /customer" in lines.get(timeout=10)
    assert process.poll() is None
