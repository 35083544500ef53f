"""The commands ``paystackease emulator clock``, ``fault``, ``settings``, ``snapshot`` and ``reset``."""

import json
import os
import subprocess
import sys

import msgspec
import pytest
from conftest import NOON, SECRET_KEY

from paystackease import Emulator, Paystack, Retry
from paystackease.cli.app import run
from paystackease.cli.durations import parse_duration, parse_moment
from paystackease.emulator import Clock
from paystackease.emulator.faults import rules
from paystackease.emulator.server.server import run_in_background
from paystackease.emulator.settings import DEFAULT_SETTINGS, Settings
from paystackease.errors import InvalidArgumentError


@pytest.fixture
def command(capsys):
    """Return a function that runs ``paystackease emulator …``, and returns the exit code, the output and the errors."""

    def run_tokens(*tokens):
        try:
            code = run(("emulator", *tokens))
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_tokens


@pytest.fixture
def emulator(monkeypatch):
    """An emulator on a port, whose frozen clock is at noon. Its URL and a key are in the environment."""
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=NOON)) as emulator, run_in_background(emulator) as url:
        monkeypatch.setenv("PAYSTACK_BASE_URL", url)
        monkeypatch.setenv("PAYSTACK_SECRET_KEY", SECRET_KEY)
        yield emulator


@pytest.fixture
def customers(emulator):
    """Return a function that returns the e-mail addresses of all customers."""
    with Paystack(SECRET_KEY, base_url=emulator.url) as client:
        client.customers.create_customer("ada@example.com", "Ada", "Obi", "")
        yield lambda: [customer["email"] for customer in client.customers.list_customers().data]


# The clock


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("90s", 90),
        ("5m", 300),
        ("2h", 7_200),
        ("3d", 259_200),
        ("1w", 604_800),
        ("1d12h", 129_600),
        ("1.5H", 5_400),
        ("0", 0),
    ],
)
def test_a_duration_is_seconds_or_numbers_with_units(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "5 minutes", "-5m", "5y", "m", "1h-2m", "1e3", "5m3", "\u0661d", "nan", "inf"])
def test_an_invalid_duration_is_rejected_with_examples(command, text):
    code, out, err = command("clock", "advance", text)
    assert (code, out) == (2, "")
    assert "is not a duration: give seconds, such as 90, or numbers with a unit: 90s, 5m, 2h, 3d, 1w" in err


@pytest.mark.parametrize(
    "text",
    ["2026-10-01T12:00", "2026-10-01T13:00+01:00", "2026-10-01T12:00Z", "2026-10-01 12:00:00"],
)
def test_times_are_in_utc_unless_they_have_a_zone(text):
    assert parse_moment(text).timestamp() == NOON


@pytest.mark.parametrize("text", ["", "tomorrow", "12:00", "2026-13-01", "0001-01-01T00:00+14:00"])
def test_an_invalid_time_is_rejected_with_examples(text):
    with pytest.raises(InvalidArgumentError, match="is not a time in ISO 8601: give one such as 2027-01-31"):
        parse_moment(text)


def test_the_clock_is_shown(command, emulator):
    code, out, _ = command("clock", "show", "--output", "table")
    assert code == 0
    assert out.startswith("2026-10-01 12:00:00 UTC, frozen, ")
    assert json.loads(command("clock", "show")[1])["now"] == "2026-10-01T12:00:00.000Z"


def test_advancing_the_clock_prints_the_timeline(command, emulator, customers):
    with Paystack(SECRET_KEY, base_url=emulator.url) as client:
        customer = client.customers.fetch_customer("ada@example.com").data["customer_code"]
        client.customers.validate_customer(
            customer, "Uchenna", "Okoro", "bank_account", "NG", "007", "0123456789", "20012345677"
        )
    command("settings", "set", "webhook_url=http://127.0.0.1:1/")
    code, out, _ = command("clock", "advance", "1h", "-o", "table")
    assert code == 0
    lines = [line.rstrip() for line in out.splitlines()]
    assert lines[0].split() == ["time", "what", "happened"]
    assert any(line.endswith("event customeridentification.failed") for line in lines)
    assert any("webhook customeridentification.failed not delivered: " in line for line in lines)
    assert lines[-1] == "The time is 2026-10-01 13:00:00 UTC."
    code, out, _ = command("clock", "advance", "7d", "--output", "json")
    timeline = json.loads(out)
    assert (code, timeline["now"]) == (0, "2026-10-08T13:00:00.000Z")
    assert timeline["happenings"] == len(timeline["happened"]) > 0
    assert {entry["kind"] for entry in timeline["happened"]} == {"delivery"}
    for line in command("clock", "advance", "1d", "-o", "jsonl")[1].splitlines():
        assert {"at", "kind", "name"} <= json.loads(line).keys()
    assert "Nothing happened. The time is " in command("clock", "advance", "0", "-o", "table")[1]


def test_the_clock_is_set_and_does_not_go_back(command, emulator):
    code, out, _ = command("clock", "set", "2026-10-02T01:00+01:00")
    assert (code, json.loads(out)["now"]) == (0, "2026-10-02T00:00:00.000Z")
    code, _, err = command("clock", "set", "2026-10-01")
    assert code == 2
    assert "the clock of the business is at 2026-10-02 00:00:00 UTC and cannot go back: give a later time" in err
    code, _, err = command("clock", "set", "2026-10-01", "--all")
    assert (code, "cannot go back" in err) == (2, True)
    code, _, err = command("clock", "set", "yesterday")
    assert code == 2
    assert "'yesterday' is not a time in ISO 8601" in err


def test_clock_commands_change_one_business_or_with_all_every_business(command, emulator, customers):
    other = emulator.for_key("sk_test_other")
    Paystack(transport=other).customers.create_customer("eve@example.com", "", "", "")
    assert command("clock", "advance", "1d")[0] == 0
    assert (emulator.clock.now(), emulator.clock_for("sk_test_other").now()) == (NOON + 86_400, NOON)
    code, out, _ = command("clock", "show", "--all", "-o", "table")
    assert (code, len(out.splitlines())) == (0, 3)
    assert out.splitlines()[0].split() == ["business", "clock"]
    assert {line.split()[1] for line in out.splitlines()[1:]} == {"2026-10-01", "2026-10-02"}
    assert out.count("12:00:00 UTC, frozen, ") == 2
    clocks = json.loads(command("clock", "show", "--all", "-o", "json")[1])
    assert {"integration", "now", "frozen", "ahead"} == clocks[0].keys()
    code, out, _ = command("clock", "advance", "1h", "--all", "-o", "table")
    assert (code, out.splitlines()[-1].endswith("The time is 2026-10-02 13:00:00 UTC.")) == (0, True)
    assert emulator.clock_for("sk_test_other").now() == NOON + 3_600
    assert command("clock", "set", "2026-10-02", "--all")[0] == 0
    assert (emulator.clock.now(), emulator.clock_for("sk_test_other").now()) == (NOON + 90_000, NOON + 43_200)


def test_advancing_all_names_the_business_of_each_entry(command, emulator, customers):
    with Paystack(transport=emulator.for_key("sk_test_other")) as client:
        client.customers.create_customer("eve@example.com", "Eve", "", "")
        customer = client.customers.fetch_customer("eve@example.com").data["customer_code"]
        client.customers.validate_customer(
            customer, "Uchenna", "Okoro", "bank_account", "NG", "007", "0123456789", "20012345677"
        )
    code, out, _ = command("clock", "advance", "1h", "--all", "-o", "table")
    assert (code, out.split()[:4]) == (0, ["time", "business", "what", "happened"])
    assert "event customeridentification.failed" in out


# Faults


def test_faults_are_added_listed_and_cleared(command, emulator):
    code, out, _ = command("fault", "add", "503", "POST /transfer", "--nth", "2", "--chance", "0.5", "--times", "3")
    assert code == 0
    assert json.loads(out) == [
        {
            "number": 1,
            "action": "503",
            "operation": "POST /transfer",
            "nth": 2,
            "chance": 0.5,
            "times": 3,
            "seen": 0,
            "hits": 0,
        }
    ]
    command("fault", "add", "latency", "customers.fetch_customer", "--every", "4", "--seconds", "0.5")
    command("fault", "add", "twice", "charge.success")
    code, out, _ = command("fault", "list", "--output", "table")
    assert code == 0
    rows = [line.split() for line in out.splitlines()]
    assert rows[0] == ["number", "action", "applied", "applies", "to"]
    assert rows[1] == ["1", "503", "0", "of", "0", "POST", "/transfer,", "nth", "2,", "chance", "0.5,", "times", "3"]
    assert rows[3] == ["3", "twice", "0", "of", "0", "charge.success"]
    assert command("fault", "clear", "2")[:2] == (0, "1 fault cleared.\n")
    code, _, err = command("fault", "clear", "2")
    assert code == 2
    assert "there is no fault 2. The active faults are 1, 3" in err
    assert command("fault", "clear")[:2] == (0, "2 faults cleared.\n")
    assert json.loads(command("fault", "list")[1]) == []


def test_a_fault_that_was_added_is_applied(command, emulator):
    command("fault", "add", "commit-then-drop", "POST /customer", "--times", "1")
    with Paystack(SECRET_KEY, base_url=emulator.url, retry=Retry(max_attempts=1)) as client:
        with pytest.raises(Exception, match="POST /customer"):
            client.customers.create_customer("ada@example.com", "Ada", "Obi", "")
        assert len(client.customers.list_customers().data) == 1
    assert [(entry["seen"], entry["hits"]) for entry in json.loads(command("fault", "list")[1])] == [(1, 1)]


def test_a_preset_adds_several_faults(command, emulator):
    code, out, _ = command("fault", "add", "black-friday")
    assert code == 0
    assert [entry["action"] for entry in json.loads(out)] == [rule["action"] for rule in rules.PRESETS["black-friday"]]
    code, _, err = command("fault", "add", "black-friday", "--times", "1")
    assert code == 2
    assert "the preset black-friday has its own rules: leave out times" in err


def test_an_unknown_fault_is_rejected_with_the_list_and_a_suggestion(command, emulator):
    code, _, err = command("fault", "add", "comit-then-drop")
    assert code == 2
    assert "there is no fault 'comit-then-drop'. Did you mean 'commit-then-drop'?" in err
    for name in (*rules.ACTIONS, *rules.WEBHOOK_ACTIONS, *rules.PRESETS):
        assert name in err
    code, _, err = command("fault", "add", "xyzzy")
    assert "there is no fault 'xyzzy'.\n" in err
    assert emulator.requests() == []


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        (("503", "POST /nothing"), "'POST /nothing' matches none"),
        (("503", "--nth", "0"), "nth is an integer of 1 or more"),
        (("503", "--chance", "1.5"), "chance is a number from 0 to 1"),
        (("503", "--times", "x"), "times"),
    ],
)
def test_a_rule_that_is_not_valid_is_rejected(command, emulator, tokens, message):
    code, out, err = command("fault", "add", *tokens)
    assert code != 0
    assert message in out + err
    assert json.loads(command("fault", "list")[1]) == []


# Settings


def test_settings_are_shown(command, emulator):
    code, out, _ = command("settings", "show")
    assert (code, json.loads(out)) == (0, json.loads(msgspec.json.encode(DEFAULT_SETTINGS)))
    code, out, _ = command("settings", "show", "-o", "table")
    assert code == 0
    lines = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert lines["business_name"] == "Emulated Business"
    assert lines["webhook_url"] == "null"
    assert lines["balance"] == '{"NGN":2000000000}'


def test_settings_are_changed_with_json_or_text(command, emulator):
    code, out, _ = command(
        "settings",
        "set",
        "quirks=false",
        "business_name=Ada's = shop",
        'balance={"NGN": 5}',
        "webhook_url=http://127.0.0.1:1/",
        "offline_seconds=1.5",
    )
    assert code == 0
    assert json.loads(out) == {
        "quirks": False,
        "business_name": "Ada's = shop",
        "balance": {"NGN": 5},
        "webhook_url": "http://127.0.0.1:1/",
        "offline_seconds": 1.5,
    }
    for name in "webhook_url", "approval_url":
        command("settings", "set", f"{name}=http://127.0.0.1:1/")
        assert json.loads(command("settings", "set", f"{name}=null")[1]) == {name: None}
    assert command("settings", "set", "transfers=pending", "-o", "table")[1] == "transfers  pending\n"


def test_an_unknown_setting_is_rejected_with_the_list_and_a_suggestion(command, emulator):
    code, _, err = command("settings", "set", "quirks=false", "webhook-url=x")
    assert code == 2
    assert "there is no setting 'webhook-url'. Did you mean 'webhook_url'?" in err
    for field in msgspec.structs.fields(Settings):
        assert field.name in err
    assert json.loads(command("settings", "show")[1])["quirks"] is True


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("quirks", 2, "a setting is NAME=VALUE, such as otp_for_transfers=true, not 'quirks'"),
        ("=1", 2, "a setting is NAME=VALUE"),
        ("quirks=maybe", 1, "Expected `bool`, got `str` - at `$.quirks`"),
        ("transfers=later", 1, "Invalid enum value 'later' - at `$.transfers`"),
    ],
)
def test_a_value_that_is_not_valid_is_rejected(command, emulator, text, code, message):
    exit_code, _, err = command("settings", "set", text)
    assert exit_code == code
    assert message in err


# State


def test_a_snapshot_is_saved_listed_and_restored(command, emulator, customers):
    code, out, _ = command("snapshot", "save", "with ada")
    assert (code, out) == (0, "Saved with ada. To restore it: paystackease emulator snapshot restore 'with ada'\n")
    assert json.loads(command("snapshot", "list")[1]) == [{"name": "with ada", "at": "2026-10-01T12:00:00.000Z"}]
    assert "with ada  2026-10-01 12:00:00 UTC" in command("snapshot", "list", "-o", "table")[1]
    assert command("reset", "--yes")[:2] == (0, "Reset to the initial state.\n")
    assert customers() == []
    assert command("snapshot", "restore", "with ada", "--yes")[:2] == (0, "Restored with ada.\n")
    assert customers() == ["ada@example.com"]


def test_a_snapshot_may_have_any_name(command, emulator):
    names = ["a/b", "{name}", "%2F", "ä ö", "?x=1#y"]
    for name in names:
        assert command("snapshot", "save", name)[0] == 0
    assert [entry["name"] for entry in json.loads(command("snapshot", "list")[1])] == names
    for name in names:
        assert command("snapshot", "restore", name, "-y")[0] == 0


def test_an_unknown_snapshot_is_rejected_with_the_list_and_a_suggestion(command, emulator):
    code, _, err = command("snapshot", "restore", "paid", "--yes")
    assert code == 2
    assert "there is no snapshot 'paid'. Save one with: paystackease emulator snapshot save NAME" in err
    command("snapshot", "save", "paid-1")
    command("snapshot", "save", "empty")
    code, _, err = command("snapshot", "restore", "paid", "--yes")
    assert code == 2
    assert "there is no snapshot 'paid'. Did you mean 'paid-1'? The snapshots are paid-1, empty" in err


def test_deleting_data_needs_a_confirmation(command, emulator, customers):
    command("snapshot", "save", "one")
    for tokens, text in (
        (("reset",), f"All data of the business of sk_test_… at {emulator.url} will be deleted, except its snapshots."),
        (("snapshot", "save", "one"), "The snapshot 'one' exists, and will be replaced by the present state."),
        (("snapshot", "restore", "one"), "will be replaced by the snapshot 'one'."),
    ):
        code, out, err = command(*tokens)
        assert (code, out) == (2, "")
        assert text in err
        assert "This deletes data, and there is no terminal to confirm it at. To confirm, add --yes." in err
        assert SECRET_KEY not in err
    assert customers() == ["ada@example.com"]
    assert command("snapshot", "save", "one", "--yes")[0] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminal")
@pytest.mark.parametrize(("reply", "code", "remaining"), [(b"yes\n", 0, []), (b"no\n", 2, ["ada@example.com"])])
def test_at_a_terminal_the_command_asks_for_confirmation(emulator, customers, reply, code, remaining):
    import pty

    controller, terminal = pty.openpty()
    try:
        os.write(controller, reply)
        process = subprocess.Popen(
            [sys.executable, "-m", "paystackease", "emulator", "reset"],
            stdin=terminal,
            stderr=terminal,
            stdout=subprocess.DEVNULL,
        )
        assert process.wait(30) == code
    finally:
        os.close(controller)
        os.close(terminal)
    assert customers() == remaining


@pytest.mark.parametrize(
    ("action", "operation", "message"),
    [
        ("lost", "charge.succes", "there is no event 'charge.succes'"),
        ("lost", "charge.succes", "did you mean charge.success?"),
        ("twice", "GET /plan", "there is no event 'GET /plan'"),
        ("503", "transactions.verify_transactio", "did you mean transactions.verify_transaction?"),
        ("503", "GET /plann", "did you mean GET /plan?"),
        ("503", "charge.success", "It is an event, which only the faults of webhooks name: twice, late"),
    ],
)
def test_a_fault_on_an_unknown_operation_or_event_is_rejected(command, emulator, action, operation, message):
    code, out, err = command("fault", "add", action, operation)
    assert (code, out, message in " ".join(err.split())) == (1, "", True), err
    assert json.loads(command("fault", "list", "--output", "json")[1]) in ([], {"faults": []})
