"""The commands ``paystackease inbox``, ``listen`` and ``trigger``."""

import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from card_payments import ORDINARY_CARD, pay_by_card
from conftest import SECRET_KEY
from inbox_fixtures import set_arrival, wait_until_idle
from polling import wait_until
from signed_events import charge_event, sign
from test_webhook_adapters import TOO_LONG, post
from webhook_apps import serve_plain_wsgi

from paystackease import Emulator, Paystack, Request, errors, webhooks
from paystackease.cli.app import run
from paystackease.cli.event_scenarios import SCENARIOS
from paystackease.cli.listen import events_of_changes, poll_changes, serve_receiver, statuses_by_id
from paystackease.cli.webhook_tools import DeliveryResult
from paystackease.emulator.server.server import run_in_background
from paystackease.webhooks import Inbox, deduplication, samples

UNREACHABLE = "http://127.0.0.1:9/webhooks"


@pytest.fixture
def command(capsys, monkeypatch):
    """Return a function that runs a command, and returns its exit code, its output and its errors."""
    # cyclopts validates with pydantic if it is loaded. The command's own process does not load it, other tests do.
    monkeypatch.delitem(sys.modules, "pydantic", raising=False)

    def run_command(*tokens):
        code = run(tokens)
        return code, *capsys.readouterr()

    return run_command


@pytest.fixture
def emulator(monkeypatch):
    with Emulator(SECRET_KEY) as emulator, run_in_background(emulator) as url:
        monkeypatch.setenv("PAYSTACK_BASE_URL", url)
        monkeypatch.setenv("PAYSTACK_SECRET_KEY", SECRET_KEY)
        yield emulator


class WebhookApp:
    """An application that receives webhooks."""

    def __init__(self):
        self.events, self.has_received = [], threading.Event()

    def receive(self, event):
        self.events.append(event)
        self.has_received.set()


@pytest.fixture
def webhook_app():
    app = WebhookApp()
    with serve_plain_wsgi(SECRET_KEY, app.receive) as url:
        app.url = url
        yield app


# The inbox


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/inbox.db"


@pytest.fixture
def filled_inbox(url):
    """An inbox with one event that is done and one dead letter."""
    inbox, fixed = Inbox(url, retry_delays=(), poll=0.02), []

    @inbox.on("charge.success", name="ship")
    def ship(event):
        if event.data["reference"] == "T2" and not fixed:
            raise RuntimeError("about ada@example.com")

    for reference in "T1", "T2":
        inbox.receive(charge_event(reference, customer={"email": "ada@example.com"}))
    with inbox:
        wait_until_idle(inbox)
    inbox.fix_handler = lambda: fixed.append(True)
    yield inbox
    inbox.close()


def test_the_inbox_is_listed_without_personal_data(filled_inbox, command, url, monkeypatch):
    code, out, _ = command("inbox", "list", "--inbox", url, "--output", "json")
    assert code == 0
    assert [(entry["key"], entry["state"], entry["subject"]) for entry in json.loads(out)] == [
        (charge_event("T2").key, "dead_letter", "transaction:T2"),
        (charge_event("T1").key, "done", "transaction:T1"),
    ]
    assert "ada@" not in out
    monkeypatch.setenv("PAYSTACK_INBOX", url)
    for options in "--state dead-letter", "--limit 1", "--event charge.success --state dead-letter":
        code, out, _ = command("inbox", "list", "--output", "json", *options.split())
        assert [entry["key"] for entry in json.loads(out)] == [charge_event("T2").key]
    assert json.loads(command("inbox", "list", "--output", "json", "--event", "refund.failed")[1]) == []
    assert charge_event("T1").key in command("inbox", "list", "--output", "table")[1]


def test_the_table_has_complete_keys_and_names_existing_options(filled_inbox, command, url):
    long_event = charge_event("T" + "3" * 95)
    filled_inbox.receive(long_event)
    code, out, _ = command("inbox", "list", "--inbox", url, "--output", "table")
    assert code == 0
    assert [line.split()[:2] for line in out.splitlines()[1:4]] == [
        [long_event.key, "waiting"],
        [charge_event("T2").key, "dead_letter"],
        [charge_event("T1").key, "done"],
    ]
    assert "--fields a,b" in out
    code, out, _ = command("inbox", "list", "--inbox", url, "--output", "table", "--fields", "state, key")
    assert (code, out.splitlines()[1].split()) == (0, ["waiting", long_event.key])


def test_an_event_that_waits_for_a_retry_is_listed_as_retrying(command, url):
    inbox = Inbox(url, retry_delays=(3600,), poll=0.02)

    @inbox.on("*", name="ship")
    def ship(event):
        raise OSError

    inbox.receive(charge_event("T1"))
    with inbox:
        wait_until(lambda: inbox.list("retrying"))
    code, out, _ = command("inbox", "list", "--inbox", url, "--state", "retrying", "--output", "json")
    (entry,) = json.loads(out)
    assert (code, entry["key"], entry["state"]) == (0, charge_event("T1").key, "retrying")
    assert entry["retry_at"] > entry["arrived"]
    assert json.loads(command("inbox", "list", "--inbox", url, "--state", "running", "--output", "json")[1]) == []


def test_an_event_is_shown_and_replayed(filled_inbox, command, url):
    key = charge_event("T2").key
    code, out, _ = command("inbox", "show", key, "--inbox", url)
    (detail,) = json.loads(out)
    assert (code, detail["state"], detail["body"]["data"]["customer"]) == (
        0,
        "dead_letter",
        {"email": "ada@example.com"},
    )
    assert [(attempt["handler"], "about ada" in attempt["error"]) for attempt in detail["tries"]] == [("ship", True)]

    filled_inbox.fix_handler()
    code, out, err = command("inbox", "replay", key, charge_event("T1").key, "nothing", "--inbox", url)
    assert (code, out) == (1, f"{key} will be retried.\n")
    assert "pass --again to run all its handlers again" in err
    assert "there is no event nothing" in err
    with filled_inbox:
        wait_until_idle(filled_inbox)
    assert {entry.state for entry in filled_inbox.list()} == {"done"}
    assert command("inbox", "replay", key, "--again", "--inbox", url)[0] == 0


def test_purge_deletes_events_that_are_old_enough(filled_inbox, command, url):
    for reference in "T1", "T2":
        set_arrival(url, charge_event(reference).key, datetime.now(UTC) - timedelta(days=6))
    filled_inbox.receive(charge_event("T3"))
    assert command("inbox", "purge", "--older-than", "7", "--inbox", url)[:2] == (0, "0 events deleted.\n")
    assert command("inbox", "purge", "--older-than", "5", "--inbox", url)[:2] == (0, "1 event deleted.\n")
    assert [entry.key for entry in filled_inbox.list()] == [charge_event("T3").key, charge_event("T2").key]
    assert command("inbox", "purge", "--older-than", "5", "--state", "dead-letter", "--inbox", url)[0] == 0
    assert [entry.key for entry in filled_inbox.list()] == [charge_event("T3").key]
    with pytest.raises(SystemExit):
        command("inbox", "purge", "--older-than", "3", "--inbox", url)


def test_reading_a_missing_inbox_does_not_create_it(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for tokens in (["list"], ["show", "x"], ["replay", "x"], ["purge", "--older-than", "9"]):
        code, _, err = command("inbox", *tokens)
        assert (code, "there is no inbox at sqlite:///paystack-inbox.db" in err) == (2, True)
    assert list(tmp_path.iterdir()) == []
    assert command("inbox", "list", "--inbox", "mysql://x")[0] == 2


def test_a_file_that_is_not_an_inbox_is_not_modified(command, tmp_path):
    orders_db, empty_file, text_file = (tmp_path / name for name in ("shop.db", "empty.db", "junk.db"))
    with contextlib.closing(sqlite3.connect(orders_db)) as connection, connection:
        connection.execute("create table orders (reference text)")
    empty_file.touch()
    text_file.write_bytes(b"not a database " * 300)
    before = {path: path.read_bytes() for path in (orders_db, empty_file, text_file)}
    for path, code, message in (
        (orders_db, 2, "there is no inbox at"),
        (empty_file, 2, "there is no inbox at"),
        (text_file, 1, "could not be read: file is not a database"),
    ):
        exit_code, out, err = command("inbox", "list", "--inbox", f"sqlite:///{path}")
        assert (exit_code, out, message in err, "Traceback" in err) == (code, "", True, False)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_unreachable_server_is_reported_without_the_password(command, monkeypatch):
    monkeypatch.setenv("PAYSTACK_INBOX", "postgresql://shop:hunter2@127.0.0.1:9/inbox")
    code, out, err = command("inbox", "list")
    assert (code, out, "could not be read" in err, "127.0.0.1" in err) == (1, "", True, True)
    assert "hunter2" not in err


# Trigger


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_trigger_makes_the_emulator_emit_the_event(name, command, emulator):
    code, out, err = command("trigger", name)
    assert (code, err) == (0, "")
    names = [line.split()[0] for line in out.splitlines()]
    assert name in names
    assert names == [event.name for event in emulator.events()]


def test_trigger_does_not_move_the_clock_of_another_business(command, emulator):
    Paystack(transport=emulator.for_key("sk_test_another")).customers.create_customer("ada@example.com", "", "", "")
    emulator.clock_for("sk_test_another").freeze()
    before = emulator.clock_for("sk_test_another").now()
    assert command("trigger", "charge.dispute.remind")[0] == 0
    assert emulator.clock.now() - before > 86_400
    assert emulator.clock_for("sk_test_another").now() == before


def test_every_documented_event_and_no_other_can_be_triggered(command, emulator):
    assert set(SCENARIOS) == set(deduplication.IDENTITIES)
    code, _, err = command("trigger", "charge.succeeded")
    assert (code, "cannot be triggered at the emulator: did you mean charge.success?" in err) == (2, True)
    assert "use one of bank.transfer.rejected" in command("trigger", "paid")[2]
    assert emulator.events() == []


def test_trigger_reports_that_no_webhook_url_is_set(command, emulator, webhook_app):
    _, out, _ = command("trigger", "charge.success")
    assert out.endswith("not sent: no address is set (paystackease listen --forward URL)\n")
    Paystack(transport=emulator).send(Request("POST", "/_emulator/settings", body={"webhook_url": webhook_app.url}))
    assert "no address" not in command("trigger", "charge.success")[1]


def test_trigger_changes_the_named_object_with_the_given_fields(command, emulator):
    client = Paystack(transport=emulator)
    reference = client.transactions.initialize("tobi@example.com", 7_000).data["reference"]
    assert command("trigger", "charge.success", "--on", reference)[0] == 0
    payment = client.transactions.verify_transaction(reference).data
    assert (payment["status"], payment["amount"]) == ("success", 7_000)
    assert command("trigger", "refund.processed", "--on", reference)[0] == 0
    assert client.refund.list_refunds().data[0]["status"] == "processed"
    code, _, err = command("trigger", "charge.success", "--on", reference)
    assert (code, "Error" in err) == (1, True)
    assert command("trigger", "charge.success", "--set", "amount=9900", "--set", "metadata.cart=A7")[0] == 0
    data = emulator.events()[-1].data
    assert (data["amount"], data["metadata"]) == (9_900, {"cart": "A7"})
    code, _, err = command("trigger", "charge.success", "--set", "fees=1")
    assert (code, "fees cannot be set" in err) == (2, True)


@pytest.mark.parametrize("name", ["charge.success", "transfer.failed", "subscription.expiring_cards"])
def test_without_an_emulator_a_sample_event_is_sent(name, command, webhook_app, monkeypatch):
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", SECRET_KEY)
    code, out, _ = command("trigger", name, "--forward", webhook_app.url)
    assert (code, out.startswith(f"{name}  200 in ")) == (0, True)
    assert webhook_app.events[0].body == samples.build_sample(name)


def test_a_sample_event_has_the_named_reference_and_the_given_fields(command, webhook_app, monkeypatch):
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", SECRET_KEY)
    options = ("--set", "amount=5", "--set", "customer.email=tobi@example.com", "--set", "metadata.note=a=b")
    assert command("trigger", "charge.success", "--on", "my-order", *options, "--forward", webhook_app.url)[0] == 0
    (event,) = webhook_app.events
    assert (event.ordering_key, event.data["amount"]) == ("transaction:my-order", 5)
    assert (event.data["customer"]["email"], event.data["metadata"]) == ("tobi@example.com", {"note": "a=b"})
    assert command("trigger", "charge.success", "--forward", UNREACHABLE)[0] == 1
    for tokens in (["charge.succeeded"], ["charge.success", "--set", "x"], ["charge.success", "--set", "x.y.z=1"]):
        assert command("trigger", *tokens, "--forward", webhook_app.url)[0] == 2
    assert command("trigger", "charge.success", "--forward", "localhost")[0] == 2
    assert len(webhook_app.events) == 1


@pytest.mark.parametrize("tokens", [["trigger", "charge.success"], ["listen", "--forward", UNREACHABLE]])
@pytest.mark.parametrize("key", ["sk_live_0123456789abcdef", "pk_test_0123456789"])
def test_a_live_key_is_rejected_and_not_printed(tokens, key, command, monkeypatch):
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", key)
    for options in [], ["--forward", UNREACHABLE] if tokens[0] == "trigger" else ["--tunnel", "https://x.example"]:
        code, out, err = command(*tokens, *options)
        assert (code, out, "is not a test key" in err, key in err) == (2, "", True, False)


def test_trigger_without_an_emulator_and_a_url_is_an_error(command, monkeypatch):
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", SECRET_KEY)
    code, _, err = command("trigger", "charge.success")
    assert (code, "there is no emulator" in err) == (2, True)


# Listen


@contextlib.contextmanager
def run_listen(*tokens):
    """Run ``paystackease listen`` in a separate process."""
    command = [sys.executable, "-m", "paystackease", "listen", *tokens]
    environment = {**os.environ, "PAYSTACK_SECRET_KEY": SECRET_KEY, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        _, error_output = process.communicate(timeout=60)
    assert (process.returncode, error_output) == (0, "")


def test_listen_forwards_the_emulators_webhooks_until_it_ends(command, emulator, webhook_app):
    client = Paystack(transport=emulator)
    settings = Request("GET", "/_emulator/settings")
    with run_listen("--forward", webhook_app.url) as process:
        assert webhook_app.url in process.stdout.readline()
        assert command("trigger", "charge.success")[0] == 0
        assert webhook_app.has_received.wait(30)
        assert "charge.success  200 in " in process.stdout.readline()
        assert client.send(settings).data["webhook_url"].startswith("http://127.0.0.1:")
    assert [event.name for event in webhook_app.events] == ["charge.success"]
    assert webhook_app.events[0].body == json.loads(emulator.events()[0].body)
    assert client.send(settings).data["webhook_url"] is None


def test_listen_forwards_only_signed_webhooks_from_a_tunnel():
    bodies = []

    def record(body, signature):
        bodies.append(body)
        return DeliveryResult(200, b"", 0.0)

    with serve_receiver(0, record) as app_port:
        tokens = ("--forward", f"http://127.0.0.1:{app_port}", "--tunnel", "https://ada.example/hook", "--port", "0")
        with run_listen(*tokens) as process:
            lines = [process.stdout.readline() for _ in range(3)]
            assert lines[1].strip() == "https://ada.example/hook"
            port = re.search(r"port (\d+)", lines[2])[1]
            body = json.dumps(samples.build_sample("charge.success")).encode()
            for signature, status in (sign(body), 200), ("0" * 128, 401), (None, 401), (sign(body, "sk_test_x"), 401):
                assert post(f"http://127.0.0.1:{port}", body, signature)[0] == status
    assert bodies == [body], "rejected bodies are not forwarded"


def test_a_test_account_is_polled_for_changes():
    with Emulator(SECRET_KEY) as emulator:
        client = Paystack(transport=emulator)
        pay_by_card(client, 9_000)  # before the first poll, and so not reported
        reference = client.transactions.initialize("ada@example.com", 5_000).data["reference"]
        polls = poll_changes(client)
        assert [next(polls), next(polls)] == [[], []]
        card = {"channel": "card", "card": ORDINARY_CARD}
        client.send(Request("POST", f"/_emulator/checkout/{reference}/pay", body=card))
        (event,) = next(polls)
        assert (event["event"], event["data"]["reference"]) == ("charge.success", reference)
        assert next(polls) == []
        client.refund.create_refund(reference)
        ada = client.transfer_recipients.create_transfer_recipients("nuban", "Ada Obi", "0000000000", "057").data
        client.transfers.initiate_transfer("balance", 1_000, ada["recipient_code"])
        assert [event["event"] for event in next(polls)] == ["transfer.success", "refund.pending"]
        emulator.advance(65)
        assert [event["event"] for event in next(polls)] == ["refund.processed"]


def test_changes_of_status_become_events():
    pending, paid = {"id": 1, "status": "ongoing"}, {"id": 1, "status": "success", "reference": "T1"}
    statuses = statuses_by_id([pending, {"id": 0, "status": "success"}])
    events = events_of_changes("transaction", statuses, [paid, {"id": 0, "status": "success"}])
    assert list(events) == [{"event": "charge.success", "data": paid}]
    assert list(events_of_changes("transaction", statuses_by_id([paid]), [paid])) == []
    transfers = [{"id": 2, "status": "failed", "transfer_code": "TRF_2"}, {"id": 1, "status": "otp"}]
    assert [event["event"] for event in events_of_changes("transfer", {}, transfers)] == ["transfer.failed"]
    refund = {"id": 7, "status": "processed", "amount": 5, "currency": "NGN", "transaction_reference": "T1"}
    (event,) = events_of_changes("refund", {"7": "pending"}, [refund])
    assert webhooks.Event(event["event"], event["data"], event).key == "refund.processed:T1:-:7:5:processed"
    events = events_of_changes("transaction", {}, [{"id": 2, "status": "success"}, paid])
    assert [event["data"]["id"] for event in events] == [1, 2]


def test_a_receiver_rejects_a_long_body_and_a_port_in_use():
    with serve_receiver(0, lambda body, signature: DeliveryResult(None, b"", 0.0)) as port:
        url = f"http://127.0.0.1:{port}"
        assert post(url, b"{}", None)[0] == 502
        assert post(url, b"", None, ("Content-Length", TOO_LONG))[0] == 413
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the server may close it early
            assert post(url, b"", None, chunks=[b"{}", b""])[0] == 413
        with pytest.raises(errors.InvalidArgumentError, match="try another --port"), serve_receiver(port, print):
            pass
