"""A secret key is stored where others cannot read it, is never an argument, and is never printed in full."""

import io
import json
import os
import stat

import argument_factory
import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError
from test_cli_commands import to_tokens

from paystackease import Emulator
from paystackease.cli import confirmation, credentials
from paystackease.cli.app import full_app, run
from paystackease.cli.sections import SECTION_HELP
from paystackease.emulator.server.server import run_in_background
from paystackease.endpoints import endpoints

TEST, LIVE = "sk_test_0a1b2c3d4e5f6a7b8c9d", "sk_live_9d8c7b6a5f4e3d2c1b0a"
ALL = list(endpoints())


class FakeKeyring(KeyringBackend):
    """A keyring that is a dictionary, or one without a backend."""

    priority = 1

    def __init__(self, *, works=True):
        super().__init__()
        self.works, self.passwords = works, {}

    def get_password(self, service, username):
        return self.passwords.get((service, username))

    def set_password(self, service, username, password):
        if not self.works:
            raise RuntimeError("there is no keyring here")
        self.passwords[service, username] = password

    def delete_password(self, service, username):
        if self.passwords.pop((service, username), None) is None:
            raise PasswordDeleteError


@pytest.fixture
def fake_keyring(request):
    before = keyring.get_keyring()
    fake_keyring = FakeKeyring(works=getattr(request, "param", True))
    keyring.set_keyring(fake_keyring)
    yield fake_keyring
    keyring.set_keyring(before)


@pytest.fixture
def run_command(monkeypatch, tmp_path, capfdbinary):
    """Return a function that runs a command, and returns its exit code and all that it printed."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)

    def run_tokens(*tokens, stdin=""):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        capfdbinary.readouterr()
        try:
            code = run(tokens)
        except SystemExit as stop:
            code = stop.code
        out, err = capfdbinary.readouterr()
        return code, (out + err).decode()

    return run_tokens


def test_a_key_is_stored_in_the_keyring_if_there_is_one(fake_keyring, run_command):
    code, output = run_command("login", "--profile", "shop", stdin=f"{LIVE}\n")
    assert code == 0
    assert "The live key sk_live_…1b0a is stored as 'shop' in the system's keyring." in output
    assert fake_keyring.passwords == {("paystackease", "shop"): LIVE}
    assert json.loads(credentials.profiles_path().read_text()) == {"shop": None}
    assert credentials.secret_key("shop") == LIVE
    assert run_command("profiles") == (0, "shop  live  sk_live_…1b0a  (keyring)\n")
    assert run_command("logout", "--profile", "shop")[0] == 0
    assert fake_keyring.passwords == {}
    assert run_command("profiles") == (0, "")


@pytest.mark.parametrize("fake_keyring", [False], indirect=True, ids=["none"])
@pytest.mark.skipif(os.name == "nt", reason="Windows has permissions of another kind")
def test_without_a_keyring_a_key_is_stored_in_a_private_file(fake_keyring, run_command):
    before = os.umask(0)
    try:
        assert run_command("login", stdin=f"{TEST}\n")[0] == 0
        assert run_command("login", "--profile", "live", stdin=f"{LIVE}\n")[0] == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE(credentials.profiles_path().stat().st_mode) == 0o600
    assert stat.S_IMODE(credentials.profiles_path().parent.stat().st_mode) == 0o700
    assert (credentials.secret_key(None), credentials.secret_key("live")) == (TEST, LIVE)
    assert [file.name for file in credentials.profiles_path().parent.iterdir()] == ["profiles.json"]


def test_a_key_that_the_keyring_lost_is_reported(fake_keyring, run_command):
    run_command("login", stdin=f"{TEST}\n")
    fake_keyring.passwords.clear()
    assert "its key is missing from the keyring" in run_command("profiles")[1]
    code, output = run_command("plans", "list")
    assert code == 2
    assert "login" in output


def test_login_with_an_existing_profile_replaces_the_key(fake_keyring, run_command):
    run_command("login", stdin=f"{TEST}\n")
    fake_keyring.works = False
    run_command("login", stdin=f"{LIVE}\n")
    assert credentials.secret_key(None) == LIVE
    fake_keyring.works = True
    run_command("login", stdin=f"{TEST}\n")
    assert credentials.secret_key(None) == TEST
    assert LIVE not in credentials.profiles_path().read_text()


def test_unreadable_profiles_are_reported_without_their_contents(fake_keyring, run_command):
    credentials.profiles_path().parent.mkdir(parents=True)
    credentials.profiles_path().write_text(f'{{"shop": "{LIVE}"')
    code, output = run_command("plans", "list", "--profile", "shop")
    assert code == 2
    assert LIVE not in output
    assert "cannot be read" in output


def iterate_commands(app, path=()):
    """Yield every command with its words."""
    for name in app:
        if name.startswith("-"):
            continue
        command = app[name]
        if command.default_command is not None:
            yield (*path, name), command
        yield from iterate_commands(command, (*path, name))


def test_no_command_has_an_option_for_a_secret_key():
    options, commands = {}, list(iterate_commands(full_app()))
    assert len(commands) > len(ALL)
    for words, command in commands:
        for argument in command.assemble_argument_collection():
            for name in argument.names or (argument.name,):
                if "key" in name.lower() or "secret" in name.lower():
                    options.setdefault(" ".join(words[:1]), set()).add(name)
    assert set(options) <= {"inbox"}, options  # its keys are those of events


@pytest.fixture(scope="module")
def url():
    with Emulator() as emulator, run_in_background(emulator) as url:
        yield url


@pytest.mark.parametrize("section", SECTION_HELP)
def test_no_command_prints_a_wrong_key(run_command, monkeypatch, url, section):
    monkeypatch.setenv("PAYSTACK_BASE_URL", url)
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", LIVE)  # an emulator rejects it
    for endpoint in (entry.endpoint for entry in ALL if entry.resource == section):
        tokens = [section, endpoint.name, *to_tokens(endpoint, argument_factory.make_arguments(endpoint))]
        code, output = run_command(*tokens, *["--yes"] * endpoint.moves_money)
        assert code == 1, output
        assert "Invalid key" in output
        assert LIVE not in output
        assert ("LIVE: this moves real money." in output) is endpoint.moves_money


@pytest.mark.parametrize(
    "words",
    [
        "doctor",
        "doctor --webhook http://127.0.0.1:1/",
        "export transactions --out all.csv",
        "mirror sync sqlite:///m.db",
        "listen --forward http://127.0.0.1:1/",
        "trigger charge.success",
        "reconcile --orders orders.csv --reference a --amount b",
    ],
)
def test_no_other_command_prints_a_wrong_key(run_command, monkeypatch, url, tmp_path, words):
    (tmp_path / "orders.csv").write_text("a,b\nT1,100\n")
    monkeypatch.setenv("PAYSTACK_BASE_URL", url)
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", LIVE)
    code, output = run_command(*words.split())
    assert code in {1, 2}, output
    assert LIVE not in output
    assert "Traceback" not in output


@pytest.mark.parametrize("key", ["sk_live", "sk_test_abc", "hunter2", "pk_live_0123456789abcdef"])
def test_a_short_key_is_masked_completely(key):
    assert len(credentials.mask_key(key)) <= len("sk_test_…cdef")
    assert key not in credentials.mask_key(key)


def test_keys_are_distinguished_by_a_fingerprint_that_reveals_nothing():
    assert credentials.fingerprint(TEST) == credentials.fingerprint(TEST) != credentials.fingerprint(LIVE)
    assert len(credentials.fingerprint(LIVE)) == 16


def test_a_confirmation_starts_with_the_warning_about_a_live_key():
    entry = next(entry for entry in ALL if entry.endpoint.name == "initiate_transfer")
    request = entry.endpoint.build("balance", 5000, "RCP_x")
    assert confirmation.describe_request(entry.endpoint, request, LIVE).splitlines()[0] == confirmation.LIVE
