"""Every endpoint is a command: its arguments are the request, and its exit code is the outcome."""

import csv
import datetime as dt
import enum
import hashlib
import io
import json

import argument_factory
import msgspec
import pydantic  # noqa: F401 # if it is loaded, cyclopts validates arguments with it
import pytest

from paystackease import Emulator
from paystackease._core.money import format_money
from paystackease.cli import credentials
from paystackease.cli.api_commands import expand_names, short_command_names
from paystackease.cli.app import run
from paystackease.cli.sections import SECTION_HELP
from paystackease.emulator.server.server import run_in_background
from paystackease.endpoints import endpoints

ALL = list(endpoints())
each_endpoint = pytest.mark.parametrize("entry", ALL, ids=[f"{entry.resource}.{entry.endpoint.name}" for entry in ALL])


class RecordingEmulator(Emulator):
    """An emulator that records its requests."""

    def __init__(self):
        super().__init__()
        self.requests = []

    def dispatch(self, method, target, headers, content):
        self.requests.append((method, target, content or None))
        return super().dispatch(method, target, headers, content)


@pytest.fixture(scope="module")
def served_emulator():
    with RecordingEmulator() as emulator, run_in_background(emulator) as url:
        yield emulator, url


@pytest.fixture
def key(request):
    """A key that only this test uses, so that its business is empty."""
    return f"sk_test_{hashlib.sha256(request.node.name.encode()).hexdigest()[:24]}"


@pytest.fixture
def emulator(served_emulator, key, monkeypatch, tmp_path):
    """An emulator whose URL and key are in the environment."""
    emulator, url = served_emulator
    emulator.requests.clear()
    monkeypatch.setenv("PAYSTACK_BASE_URL", url)
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", key)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    return emulator


@pytest.fixture
def run_command(emulator, capfdbinary):
    """Return a function that runs a command, and returns its exit code, its output and its errors."""

    def run_tokens(*tokens):
        capfdbinary.readouterr()
        try:
            code = run(tokens)
        except SystemExit as stop:
            code = stop.code
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return run_tokens


def make_all_arguments(endpoint):
    """Return arguments for all parameters of an endpoint, or for the required ones if its rules forbid that."""
    required = argument_factory.make_arguments(endpoint)
    full = {
        name: argument_factory.make_value(parameter.annotation) for name, parameter in endpoint.parameters.items()
    } | required
    return required if any(rule(full) for rule in endpoint.rules) else full


def to_tokens(endpoint, arguments):
    """Yield the tokens of the command line for these arguments."""
    for name, value in arguments.items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            yield option if value else option.replace("--", "--no-", 1)
        elif isinstance(value, list) and not isinstance(value[0], dict):
            for item in value:
                yield from (option, to_text(item))
        else:
            yield from (option, to_text(value))


def to_text(value):
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return msgspec.json.encode(value).decode() if isinstance(value, dict | list) else str(value)


@each_endpoint
def test_a_command_sends_the_request_of_its_endpoint(run_command, emulator, entry):
    endpoint = entry.endpoint
    arguments = make_all_arguments(endpoint)
    if "reference" in endpoint.parameters:
        arguments["reference"] = "a-reference-of-mine"
    tokens = list(to_tokens(endpoint, arguments))
    code, out, err = run_command(entry.resource, endpoint.name, *tokens, *["--yes"] * endpoint.moves_money)
    assert code in {0, 1}, err
    assert "Traceback" not in err
    request = endpoint.build(**arguments)
    method, target, content = emulator.requests[0]
    assert (method, target) == (request.method, request.target)
    sent_body, expected_body = (json.loads(body) if body else None for body in (content, request.content))
    if endpoint.idempotency is not None and endpoint.idempotency.items_field is not None:
        sent_body = remove_references(sent_body)
        expected_body = remove_references(expected_body)
    assert convert_ids_to_text(sent_body) == convert_ids_to_text(expected_body)
    assert json.loads(out)["status"] is True if code == 0 else err.startswith("Error: ")


def remove_references(body):
    if isinstance(body, dict):
        return {key: remove_references(value) for key, value in body.items() if key != "reference"}
    return [remove_references(item) for item in body] if isinstance(body, list) else body


def convert_ids_to_text(value):
    # An id that may also be a code is text on the command line.
    if isinstance(value, dict):
        return {key: convert_ids_to_text(item) for key, item in value.items()}
    return [convert_ids_to_text(item) for item in value] if isinstance(value, list) else str(value)


def test_dashes_underscores_and_short_names_are_one_command():
    for words in ("customers fetch_customer", "customers fetch-customer", "customers fetch"):
        assert expand_names([*words.split(), "x"]) == ["customers", "fetch-customer", "x"]
    assert expand_names(["transfer_recipients", "list"]) == ["transfer-recipients", "list-transfer-recipients"]
    assert expand_names(["emulator", "up"]) == ["emulator", "up"]
    assert expand_names([]) == []


@pytest.mark.parametrize("section", SECTION_HELP)
def test_a_short_name_belongs_to_one_command_and_is_no_other_commands_name(section):
    names = {entry.endpoint.name for entry in ALL if entry.resource == section}
    short = short_command_names(section)
    assert set(short.values()) <= names
    assert not set(short) & names


def test_a_response_is_printed_to_a_pipe_as_unchanged_json(run_command):
    code, out, _ = run_command(
        "customers", "create", "ngozi@example.com", "Ngozi", "Bello", "0803", "--metadata", '{"order": "0012"}'
    )
    assert code == 0
    created = json.loads(out)
    assert list(created) == ["status", "message", "data"]
    _, out, _ = run_command("customers", "fetch", created["data"]["customer_code"])
    assert json.loads(out)["data"]["metadata"] == {"order": "0012"}


def test_json_can_be_read_from_a_file(run_command, tmp_path):
    file = tmp_path / "metadata.json"
    file.write_text('{"from": "a file"}')
    code, out, _ = run_command("customers", "create", "chidi@example.com", "", "", "", "--metadata", f"@{file}")
    assert code == 0
    _, out, _ = run_command("customers", "fetch", "chidi@example.com", "--fields", "email,metadata.from")
    assert json.loads(out) == {"email": "chidi@example.com", "metadata.from": "a file"}
    code, _, err = run_command("customers", "create", "x@example.com", "", "", "", "--metadata", "@nowhere.json")
    assert code == 2
    assert "nowhere.json cannot be read" in err
    code, _, err = run_command("customers", "create", "x@example.com", "", "", "", "--metadata", "not json, and secret")
    assert code == 2
    assert "is not JSON" in err


def test_items_are_lines_of_json_or_csv_and_every_page_is_followed(run_command, emulator):
    for number in range(7):
        run_command("plans", "create", f"Plan {number}", "50000", "monthly")
    _, out, _ = run_command("plans", "list", "--per-page", "3", "--output", "jsonl")
    assert len(out.splitlines()) == 3
    _, out, _ = run_command("plans", "list", "--per-page", "3", "--all", "--output", "jsonl", "--fields", "name,amount")
    assert [json.loads(line) for line in out.splitlines()][-1] == {"name": "Plan 0", "amount": 50000}
    assert len(out.splitlines()) == 7
    _, out, _ = run_command("plans", "list", "--all", "--output", "json", "--fields", "name")
    assert [item["name"] for item in json.loads(out)] == [f"Plan {number}" for number in reversed(range(7))]
    _, out, _ = run_command("plans", "list", "--all", "--output", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert (len(rows), rows[0]["name"], rows[0]["amount"]) == (7, "Plan 6", "50000")


def test_a_table_shows_amounts_with_their_currency(run_command):
    run_command("plans", "create", "Gold", "1250050", "monthly")
    _, out, _ = run_command("plans", "list", "--output", "table", "--fields", "name,amount,interval", "--per-page", "1")
    assert "Gold" in out
    assert "NGN 12,500.50" in out
    _, out, _ = run_command("plans", "list", "--output", "table", "--page", "99")
    assert "No items." in out
    _, out, _ = run_command("plans", "list", "--output", "jsonl", "--fields", "plan_code", "--per-page", "1")
    _, out, _ = run_command("plans", "fetch", json.loads(out)["plan_code"], "--output", "table")
    assert "Plan retrieved" in out
    assert "NGN 12,500.50" in out


@pytest.mark.parametrize(
    ("tokens", "code", "message"),
    [
        (("customers", "fetch", "nobody@example.com"), 1, "Customer email is invalid for your live domain"),
        (("customers", "fetch"), 2, "email-or-code requires an"),
        (("customers", "fetch", "x", "--output", "xml"), 2, "xml"),
        (("customers", "fly"), 2, "fly"),
        (("customers", "list", "--from", "tomorrow"), 2, "2026-10-31"),
        (("transactions", "initialize", "not an e-mail", "5000"), 2, "e-mail"),
        (("transactions", "initialize", "ada@example.com", "fifty"), 2, "fifty"),
    ],
)
def test_a_failed_command_has_an_exit_code_and_a_message(run_command, tokens, code, message):
    exit_code, out, err = run_command(*tokens)
    assert (exit_code, out) == (code, "")
    assert message in " ".join(err.split())
    assert "Traceback" not in err


def test_a_connection_error_has_its_own_exit_code(run_command, monkeypatch):
    monkeypatch.setenv("PAYSTACK_BASE_URL", "http://127.0.0.1:1")
    exit_code, _, err = run_command("plans", "list")
    assert exit_code == 3
    assert "could not connect" in err


def test_a_command_that_moves_money_needs_a_confirmation(run_command, emulator, key):
    tokens = ("transfers", "initiate", "balance", "1250050", "RCP_x", "--currency", "NGN", "--reason", "Rent")
    exit_code, _, err = run_command(*tokens)
    assert exit_code == 2
    for words in ("Send money from the balance", "NGN 12,500.50 (1250050 subunits)", "RCP_x", "Rent", "add --yes"):
        assert words in err
    assert key not in err
    assert emulator.requests == []
    exit_code, _, err = run_command(*tokens, "--yes")
    assert exit_code == 1
    assert "Recipient specified is invalid" in err


def test_a_command_with_a_live_key_warns_that_it_moves_real_money(run_command, monkeypatch, emulator):
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", "sk_live_0123456789abcdef")
    exit_code, _, err = run_command("refund", "create", "T1")
    assert exit_code == 2
    assert "LIVE: this moves real money." in err
    assert "amount: the full amount" in err
    assert emulator.requests == []
    exit_code, _, err = run_command("refund", "create", "T1", "--yes")
    assert exit_code == 1  # the emulator rejects live keys
    assert "LIVE" in err
    assert "Invalid key" in err


def test_a_key_is_stored_in_a_profile_and_never_printed_in_full(run_command, monkeypatch, tmp_path):
    monkeypatch.delenv("PAYSTACK_SECRET_KEY")
    assert run_command("plans", "list")[0] == 2
    monkeypatch.setattr("sys.stdin", io.StringIO("sk_test_shopshopshopshop\n"))
    exit_code, out, _ = run_command("login", "--profile", "shop")
    assert exit_code == 0
    assert "sk_test_…shop" in out
    assert "sk_test_shop" not in out
    assert credentials.profiles_path().stat().st_mode & 0o077 == 0
    assert run_command("plans", "list", "--profile", "shop")[0] == 0
    exit_code, _, err = run_command("plans", "list", "--profile", "other")
    assert exit_code == 2
    assert "login --profile other" in err
    monkeypatch.setenv("PAYSTACK_PROFILE", "shop")
    assert run_command("plans", "list")[0] == 0
    _, out, _ = run_command("profiles")
    assert out.startswith("shop  test  sk_test_…shop")
    assert run_command("logout", "--profile", "shop")[0] == 0
    assert run_command("logout", "--profile", "shop")[0] == 2
    monkeypatch.setattr("sys.stdin", io.StringIO("hunter2\n"))
    exit_code, _, err = run_command("login")
    assert exit_code == 2
    assert "hunter2" not in err


def test_help_is_generated_from_the_endpoint(run_command):
    exit_code, out, _ = run_command("transfers", "initiate", "--help")
    assert exit_code == 0
    text = " ".join(out.split())
    for words in ("Send money from the balance", "POST /transfer", "The amount, in subunits", "--reference", "--yes"):
        assert words in text
    assert ":class:" not in text
    assert "``" not in text


def test_amounts_are_written_with_their_currency():
    assert format_money(0, "NGN") == "NGN 0.00"
    assert format_money(-123456789, "GHS") == "GHS -1,234,567.89"
