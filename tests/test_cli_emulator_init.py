"""The command ``paystackease emulator init``."""

import subprocess
import sys
import tomllib

import msgspec
import pytest
from conftest import SECRET_KEY

from paystackease import Emulator, Paystack
from paystackease.cli.app import run
from paystackease.emulator.seed_file import read_seed_file
from paystackease.emulator.settings import DEFAULT_SETTINGS, Settings


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


def test_init_writes_a_seed_file_that_the_emulator_accepts(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = command("init")
    assert code == 0
    assert out == ("Wrote paystack.toml. Change it, then run: paystackease emulator up --seed-file paystack.toml\n")
    with Emulator(SECRET_KEY, seed_file="paystack.toml") as emulator, Paystack(transport=emulator) as client:
        assert client.customers.fetch_customer("ada@example.com").data["metadata"] == {"loyalty": "gold"}
        assert [plan["name"] for plan in client.plans.list_plans().data] == ["Monthly"]
        assert [recipient["name"] for recipient in client.transfer_recipients.list_transfer_recipients().data] == [
            "Tobi Bello"
        ]


def test_emulator_up_starts_with_the_seed_file(command, tmp_path):
    path = tmp_path / "seed.toml"
    assert command("init", str(path))[0] == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "paystackease", "emulator", "up", "--port", "0", "--seed-file", str(path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        url = process.stdout.readline().split()[-1]
        with Paystack(SECRET_KEY, base_url=url) as client:
            assert len(client.customers.list_customers().data) == 1
    finally:
        process.terminate()
        process.communicate(timeout=10)


def test_the_seed_file_explains_every_key_and_has_the_defaults(command, tmp_path):
    path = tmp_path / "seed.toml"
    command("init", str(path))
    assert read_seed_file(path).apply_to() == DEFAULT_SETTINGS
    lines = path.read_text().splitlines()
    for field in msgspec.structs.fields(Settings):
        (number,) = (
            index for index, line in enumerate(lines) if line.removeprefix("# ").startswith(f"{field.name} = ")
        )
        assert lines[number - 1].startswith("# "), field.name
        assert lines[number - 1].endswith("."), field.name
    # The settings in comments are valid too.
    optional = [
        line.removeprefix("# ") for line in lines if line.startswith(("# approval_url", "# webhook_url", "# fees"))
    ]
    assert len(optional) == 3
    complete = path.read_text().replace("[settings]\n", "[settings]\n" + "\n".join(optional) + "\n")
    path.write_text(complete)
    assert read_seed_file(path).apply_to().fees is not None
    assert set(tomllib.loads(complete)) == {"settings", "customers", "plans", "requests"}


def test_a_file_is_not_overwritten_without_force(command, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("# mine\n")
    code, _, _ = command("init", str(path))
    assert code == f"{path} exists: choose another name, or overwrite it with --force"
    assert path.read_text() == "# mine\n"
    assert command("init", str(path), "--force")[0] == 0
    assert path.read_text() != "# mine\n"


def test_a_seed_file_that_cannot_be_written_is_reported(command, tmp_path):
    code, _, _ = command("init", str(tmp_path / "nowhere" / "seed.toml"))
    assert "cannot be written: No such file" in code
    code, _, err = command("init", str(tmp_path / "seed.json"))
    assert code == 2
    assert "a seed file with comments is TOML: name it" in err
