"""``paystackease inbox``, ``listen`` and ``trigger``, as they are typed."""

import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
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

ANYWHERE = "http://127.0.0.1:9/webhooks"


@pytest.fixture
def command(capsys, monkeypatch):
    """Return a function that runs a command, and returns its exit code, its output and its errors."""
    # cyclopts validates with pydantic if it is loaded. The command's own process does not load it, other tests do.
    monkeypatch.delitem(sys.modules, "pydantic", raising=False)

    def run_command(*tokens):
        code = run(tokens)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run_command


@pytest.fixture
def emulator(monkeypatch):
    with Emulator(SECRET_KEY) as emulator, run_in_background(emulator) as url:
        monkeypatch.setenv("PAYSTACK_BASE_URL", url)
        monkeypatch.setenv("PAYSTACK_SECRET_KEY", SECRET_KEY)
        yield emulator


class Program:
    """A program that takes webhooks."""

    def __init__(self):
        self.got, self.came = [], threading.Event()

    def take(self, event):
        self.got.append(event)
        self.came.set()


@pytest.fixture
def program():
    taken = Program()
    with serve_plain_wsgi(SECRET_KEY, taken.take) as url:
        taken.url = url
        yield taken


# The inbox


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/inbox.db"


@pytest.fixture
def filled_inbox(url):
    """An inbox with an event that is done and one that is dead-lettered."""
    inbox, mended = Inbox(url, retry_delays=(), poll=0.02), []

    @inbox.on("charge.success", name="ship")
    def ship(event):
        if event.data["reference"] == "T2" and not mended:
            raise RuntimeError("about ada@example.com")

    for reference in "T1", "T2":
        inbox.receive(charge_event(reference, customer={"email": "ada@example.com"}))
    with inbox:
        wait_until_idle(inbox)
    inbox.mend = lambda: mended.append(True)
    yield inbox
    inbox.close()


def test_the_inbox_is_listed_without_what_is_personal(filled_inbox, command, url, monkeypatch):
    code, out, _ = command("inbox", "list", "--inbox", url, "--output", "json")
    assert code == 0
    assert [(one["key"], one["state"], one["subject"]) for one in json.loads(out)] == [
        (charge_event("T2").key, "dead_letter", "transaction:T2"),
        (charge_event("T1").key, "done", "transaction:T1"),
    ]
    assert "ada@" not in out
    monkeypatch.setenv("PAYSTACK_INBOX", url)
    for tokens in (
        ("--state", "dead-letter"),
        ("--limit", "1"),
        ("--event", "charge.success", "--state", "dead-letter"),
    ):
        code, out, _ = command("inbox", "list", "--output", "json", *tokens)
        assert [one["key"] for one in json.loads(out)] == [charge_event("T2").key]
    assert json.loads(command("inbox", "list", "--output", "json", "--event", "refund.failed")[1]) == []
    assert charge_event("T1").key in command("inbox", "list", "--output", "table")[1]


def test_the_table_has_the_whole_key_and_advises_flags_that_exist(filled_inbox, command, url):
    long = charge_event("T" + "3" * 95)
    filled_inbox.receive(long)
    code, out, _ = command("inbox", "list", "--inbox", url, "--output", "table")
    assert code == 0
    assert [line.split()[:2] for line in out.splitlines()[1:4]] == [
        [long.key, "waiting"],
        [charge_event("T2").key, "dead_letter"],
        [charge_event("T1").key, "done"],
    ]
    assert "--fields a,b" in out
    code, out, _ = command("inbox", "list", "--inbox", url, "--output", "table", "--fields", "state, key")
    assert (code, out.splitlines()[1].split()) == (0, ["waiting", long.key])


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
    (shown,) = json.loads(out)
    assert (code, shown["state"], shown["body"]["data"]["customer"]) == (0, "dead_letter", {"email": "ada@example.com"})
    assert [(tried["handler"], "about ada" in tried["error"]) for tried in shown["tries"]] == [("ship", True)]

    filled_inbox.mend()
    code, out, err = command("inbox", "replay", key, charge_event("T1").key, "nothing", "--inbox", url)
    assert (code, out) == (1, f"{key} will be retried.\n")
    assert "pass --again to run all its handlers again" in err
    assert "there is no event nothing" in err
    with filled_inbox:
        wait_until_idle(filled_inbox)
    assert {entry.state for entry in filled_inbox.list()} == {"done"}
    assert command("inbox", "replay", key, "--again", "--inbox", url)[0] == 0


def test_events_are_deleted_that_are_old_enough(filled_inbox, command, url):
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


def test_looking_at_an_inbox_makes_none(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for tokens in (["list"], ["show", "x"], ["replay", "x"], ["purge", "--older-than", "9"]):
        code, _, err = command("inbox", *tokens)
        assert (code, "there is no inbox at sqlite:///paystack-inbox.db" in err) == (2, True)
    assert list(tmp_path.iterdir()) == []
    assert command("inbox", "list", "--inbox", "mysql://x")[0] == 2


def test_a_file_that_is_not_an_inbox_is_left_as_it_is(command, tmp_path):
    shop, empty, junk = (tmp_path / name for name in ("shop.db", "empty.db", "junk.db"))
    with closing(sqlite3.connect(shop)) as connection:
        connection.execute("create table orders (reference text)")
        connection.commit()
    empty.touch()
    junk.write_bytes(b"not a database " * 300)
    before = {path: path.read_bytes() for path in (shop, empty, junk)}
    for path, code, sentence in (
        (shop, 2, "there is no inbox at"),
        (empty, 2, "there is no inbox at"),
        (junk, 1, "could not be read: file is not a database"),
    ):
        ended, out, err = command("inbox", "list", "--inbox", f"sqlite:///{path}")
        assert (ended, out, sentence in err, "Traceback" in err) == (code, "", True, False)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_server_that_is_away_is_named_without_the_password(command, monkeypatch):
    monkeypatch.setenv("PAYSTACK_INBOX", "postgresql://shop:hunter2@127.0.0.1:9/inbox")
    code, out, err = command("inbox", "list")
    assert (code, out, "could not be read" in err, "127.0.0.1" in err) == (1, "", True, True)
    assert "hunter2" not in err


# Trigger


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_an_event_really_happens_at_the_emulator(name, command, emulator):
    code, out, err = command("trigger", name)
    assert (code, err) == (0, "")
    told = [line.split()[0] for line in out.splitlines()]
    assert name in told
    assert told == [event.name for event in emulator.events()]


def test_it_moves_the_time_of_no_other_business(command, emulator):
    other = Paystack(transport=emulator.for_key("sk_test_another"))
    other.customers.create_customer("ada@example.com", "", "", "")
    emulator.clock_for("sk_test_another").freeze()
    before = emulator.clock_for("sk_test_another").now()
    assert command("trigger", "charge.dispute.remind")[0] == 0
    assert emulator.clock.now() - before > 86_400
    assert emulator.clock_for("sk_test_another").now() == before


def test_every_official_event_can_be_brought_about_and_no_other(command, emulator):
    assert set(SCENARIOS) == set(deduplication.IDENTITIES)
    code, _, err = command("trigger", "charge.succeeded")
    assert (code, "cannot be triggered at the emulator: did you mean charge.success?" in err) == (2, True)
    assert "use one of bank.transfer.rejected" in command("trigger", "paid")[2]
    assert emulator.events() == []


def test_a_webhook_without_an_address_is_not_sent_and_the_line_says_so(command, emulator, program):
    _, out, _ = command("trigger", "charge.success")
    assert out.endswith("not sent: no address is set (paystackease listen --forward URL)\n")
    Paystack(transport=emulator).send(Request("POST", "/_emulator/settings", body={"webhook_url": program.url}))
    assert "no address" not in command("trigger", "charge.success")[1]


def test_it_happens_to_what_is_named_and_with_what_is_given(command, emulator):
    client = Paystack(transport=emulator)
    begun = client.transactions.initialize("tobi@example.com", 7_000).data["reference"]
    assert command("trigger", "charge.success", "--on", begun)[0] == 0
    paid = client.transactions.verify_transaction(begun).data
    assert (paid["status"], paid["amount"]) == ("success", 7_000)
    assert command("trigger", "refund.processed", "--on", begun)[0] == 0
    assert client.refund.list_refunds().data[0]["status"] == "processed"
    code, _, err = command("trigger", "charge.success", "--on", begun)
    assert (code, "Error" in err) == (1, True)

    assert command("trigger", "charge.success", "--set", "amount=9900", "--set", "metadata.cart=A7")[0] == 0
    data = emulator.events()[-1].data
    assert (data["amount"], data["metadata"]) == (9_900, {"cart": "A7"})
    code, _, err = command("trigger", "charge.success", "--set", "fees=1")
    assert (code, "fees cannot be set" in err) == (2, True)


@pytest.mark.parametrize("name", ["charge.success", "transfer.failed", "subscription.expiring_cards"])
def test_without_an_emulator_a_made_up_event_of_the_right_shape_is_sent(name, command, program, monkeypatch):
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", SECRET_KEY)
    code, out, _ = command("trigger", name, "--forward", program.url)
    assert (code, out.startswith(f"{name}  200 in ")) == (0, True)
    assert program.got[0].body == samples.build_sample(name)


def test_a_made_up_event_is_about_what_is_named_and_has_what_is_given(command, program, monkeypatch):
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", SECRET_KEY)
    given = ("--set", "amount=5", "--set", "customer.email=tobi@example.com", "--set", "metadata.note=a=b")
    assert command("trigger", "charge.success", "--on", "my-order", *given, "--forward", program.url)[0] == 0
    (event,) = program.got
    assert (event.ordering_key, event.data["amount"]) == ("transaction:my-order", 5)
    assert (event.data["customer"]["email"], event.data["metadata"]) == ("tobi@example.com", {"note": "a=b"})
    assert command("trigger", "charge.success", "--forward", ANYWHERE)[0] == 1
    for wrong in (["charge.succeeded"], ["charge.success", "--set", "x"], ["charge.success", "--set", "x.y.z=1"]):
        assert command("trigger", *wrong, "--forward", program.url)[0] == 2
    assert command("trigger", "charge.success", "--forward", "localhost")[0] == 2
    assert len(program.got) == 1


@pytest.mark.parametrize("tokens", [["trigger", "charge.success"], ["listen", "--forward", ANYWHERE]])
@pytest.mark.parametrize("key", ["sk_live_0123456789abcdef", "pk_test_0123456789"])
def test_a_live_key_is_rejected_and_not_printed(tokens, key, command, monkeypatch):
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", key)
    for more in [], ["--forward", ANYWHERE] if tokens[0] == "trigger" else ["--tunnel", "https://x.example"]:
        code, out, err = command(*tokens, *more)
        assert (code, out, "is not a test key" in err, key in err) == (2, "", True, False)


def test_without_an_emulator_and_an_address_there_is_nothing_to_do(command, monkeypatch):
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", SECRET_KEY)
    code, _, err = command("trigger", "charge.success")
    assert (code, "there is no emulator" in err) == (2, True)


# Listen


@contextlib.contextmanager
def run_listen(*tokens, **variables):
    """``paystackease listen`` in a process of its own."""
    line = [sys.executable, "-m", "paystackease", "listen", *tokens]
    environment = {**os.environ, "PAYSTACK_SECRET_KEY": SECRET_KEY, "PYTHONUNBUFFERED": "1", **variables}
    process = subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=60)
    assert (process.returncode, complaints) == (0, "")


def test_an_emulators_webhooks_are_passed_on_for_as_long_as_it_listens(command, emulator, program):
    client = Paystack(transport=emulator)
    settings = Request("GET", "/_emulator/settings")
    with run_listen("--forward", program.url) as process:
        assert program.url in process.stdout.readline()
        assert command("trigger", "charge.success")[0] == 0
        assert program.came.wait(30)
        assert "charge.success  200 in " in process.stdout.readline()
        assert client.send(settings).data["webhook_url"].startswith("http://127.0.0.1:")
    assert [event.name for event in program.got] == ["charge.success"]
    assert program.got[0].body == json.loads(emulator.events()[0].body)
    assert client.send(settings).data["webhook_url"] is None


def test_what_a_tunnel_brings_is_passed_on_if_paystack_signed_it():
    came = []

    def trusting(body, signature):
        came.append(body)
        return DeliveryResult(200, b"", 0.0)

    with serve_receiver(0, trusting) as own:
        tokens = ("--forward", f"http://127.0.0.1:{own}", "--tunnel", "https://ada.example/hook", "--port", "0")
        with run_listen(*tokens) as process:
            told = [process.stdout.readline() for _ in range(3)]
            assert told[1].strip() == "https://ada.example/hook"
            port = re.search(r"port (\d+)", told[2])[1]
            body = json.dumps(samples.build_sample("charge.success")).encode()
            for signature, status in (sign(body), 200), ("0" * 128, 401), (None, 401), (sign(body, "sk_test_x"), 401):
                assert post(f"http://127.0.0.1:{port}", body, signature)[0] == status
    assert came == [body], "what was refused went no further"


def test_a_test_account_is_polled_for_changes():
    with Emulator(SECRET_KEY) as emulator:
        client = Paystack(transport=emulator)
        pay_by_card(client, 9_000)  # before, and so not reported
        begun = client.transactions.initialize("ada@example.com", 5_000).data["reference"]
        looks = poll_changes(client)
        assert [next(looks), next(looks)] == [[], []]
        card = {"channel": "card", "card": ORDINARY_CARD}
        client.send(Request("POST", f"/_emulator/checkout/{begun}/pay", body=card))
        (paid,) = next(looks)
        assert (paid["event"], paid["data"]["reference"]) == ("charge.success", begun)
        assert next(looks) == []

        client.refund.create_refund(begun)
        ada = client.transfer_recipients.create_transfer_recipients("nuban", "Ada Obi", "0000000000", "057").data
        client.transfers.initiate_transfer("balance", 1_000, ada["recipient_code"])
        assert [event["event"] for event in next(looks)] == ["transfer.success", "refund.pending"]
        emulator.advance(65)
        assert [event["event"] for event in next(looks)] == ["refund.processed"]


def test_which_changes_paystack_tells_of():
    pending, paid = {"id": 1, "status": "ongoing"}, {"id": 1, "status": "success", "reference": "T1"}
    known = statuses_by_id([pending, {"id": 0, "status": "success"}])
    assert list(events_of_changes("transaction", known, [paid, {"id": 0, "status": "success"}])) == [
        {"event": "charge.success", "data": paid}
    ]
    assert list(events_of_changes("transaction", statuses_by_id([paid]), [paid])) == []
    sent = [{"id": 2, "status": "failed", "transfer_code": "TRF_2"}, {"id": 1, "status": "otp"}]
    assert [one["event"] for one in events_of_changes("transfer", {}, sent)] == ["transfer.failed"]
    refund = {"id": 7, "status": "processed", "amount": 5, "currency": "NGN", "transaction_reference": "T1"}
    (told,) = events_of_changes("refund", {"7": "pending"}, [refund])
    assert webhooks.Event(told["event"], told["data"], told).key == "refund.processed:T1:-:7:5:processed"
    assert [
        one["data"]["id"] for one in events_of_changes("transaction", {}, [{"id": 2, "status": "success"}, paid])
    ] == [1, 2]


def test_a_receiver_takes_no_body_that_is_too_long_and_no_port_that_is_taken():
    with serve_receiver(0, lambda body, signature: DeliveryResult(None, b"", 0.0)) as port:
        url = f"http://127.0.0.1:{port}"
        assert post(url, b"{}", None)[0] == 502
        assert post(url, b"", None, ("Content-Length", TOO_LONG))[0] == 413
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may be hung up on while it sends
            assert post(url, b"", None, chunks=[b"{}", b""])[0] == 413
        with pytest.raises(errors.InvalidArgumentError, match="try another --port"), serve_receiver(port, print):
            pass
