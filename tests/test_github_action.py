"""The composite action: bash runs its commands like a runner of GitHub, and they start an emulator."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import polling
import pytest

from paystackease import Paystack

ROOT = Path(__file__).parent.parent
yaml = pytest.importorskip("yaml", reason="PyYAML comes with the extra docs")
pytestmark = [
    pytest.mark.skipif(not (ROOT / "action.yml").exists(), reason="it is not part of the source distribution"),
    pytest.mark.skipif(sys.platform == "win32", reason="the action is for Linux and macOS"),
]
PYTHON = """#!/bin/sh
# Replaces python3 -m venv: an environment whose pip records its arguments.
[ "$1 $2" = "-m venv" ] || exit 2
mkdir -p "$3/bin"
ln -s {paystackease} "$3/bin/paystackease"
cp {pip} "$3/bin/pip"
"""
PIP = """#!/bin/sh
printf '%s\\n' "$@" > {pip_arguments}
"""


class Runner:
    """Runs the steps of the action, with the inputs of a workflow."""

    def __init__(self, folder):
        self.folder, self._pids = folder, []
        for name in ("commands", "temporary"):
            (folder / name).mkdir()
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PAYSTACK_")},
            "RUNNER_TEMP": str(folder / "temporary"),
            "GITHUB_ENV": str(folder / "environment"),
            "GITHUB_OUTPUT": str(folder / "output"),
        }

    def use_environment_of_tests(self):
        """Make the installing step use the package of the tests instead of a package index."""
        paystackease = Path(sys.executable).parent / "paystackease"
        pip, fake_python = self.folder / "commands" / "pip", self.folder / "commands" / "python3"
        pip.write_text(PIP.format(pip_arguments=self.folder / "pip_arguments"))
        fake_python.write_text(PYTHON.format(paystackease=paystackease, pip=pip))
        for path in (pip, fake_python):
            path.chmod(0o755)
        self._environment["PATH"] = f"{fake_python.parent}:{self._environment['PATH']}"

    def run_action(self, **inputs):
        """Run all steps; return the step that failed, or None, and what was printed."""
        action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
        defaults = {name: entry["default"] for name, entry in action["inputs"].items()}
        assert inputs.keys() <= defaults.keys()
        names = {f"inputs.{name}": value for name, value in (defaults | inputs).items()}
        names["github.action_path"] = str(ROOT)
        output = ""
        for step in action["runs"]["steps"]:
            assert step["shell"] == "bash"
            assert "${{" not in step["run"], "an input could become a command"
            variables = {
                name: re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda match: names[match[1]], value)
                for name, value in step["env"].items()
            }
            result = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=self.folder,
                env=self._environment | variables,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=600,
            )
            output += result.stdout
            if "pid" in self.read_variables("output"):
                self._pids.append(int(self.read_variables("output")["pid"]))
            if result.returncode:
                return step["name"], output
        return None, output

    def read_variables(self, name):
        """Return the variables that the steps wrote into a file of the runner."""
        path = self.folder / name
        return dict(line.split("=", 1) for line in path.read_text().splitlines()) if path.exists() else {}

    def stop_emulators(self):
        for pid in self._pids:
            os.kill(pid, signal.SIGTERM)


@pytest.fixture
def runner(tmp_path):
    runner = Runner(tmp_path)
    runner.use_environment_of_tests()
    yield runner
    runner.stop_emulators()


def is_emulator_ready(variables):
    with Paystack(variables["PAYSTACK_SECRET_KEY"], base_url=variables["PAYSTACK_BASE_URL"]) as client:
        return client.customers.list_customers().message == "Customers retrieved"


def test_the_emulator_responds_in_later_steps_and_ends_by_its_process_id(runner):
    failed, output = runner.run_action(port="0")
    assert failed is None, output
    exported, outputs = runner.read_variables("environment"), runner.read_variables("output")
    assert exported == {"PAYSTACK_BASE_URL": outputs["base-url"], "PAYSTACK_SECRET_KEY": "sk_test_emulator"}
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", outputs["base-url"])
    assert is_emulator_ready(exported)
    os.kill(int(outputs["pid"]), signal.SIGTERM)
    port = int(outputs["base-url"].rpartition(":")[2])
    polling.wait_until(lambda: not is_listening(port))
    runner._pids.clear()


def is_listening(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_a_job_can_set_the_key_the_seed_file_and_the_webhook_url(runner):
    (runner.folder / "seed.toml").write_text('[[customers]]\nemail = "ada@example.com"\n')
    failed, output = runner.run_action(
        **{"port": "0", "secret-key": "sk_test_mine", "seed-file": "seed.toml", "webhook-url": "http://127.0.0.1:9/"}
    )
    assert failed is None, output
    exported = runner.read_variables("environment")
    assert exported["PAYSTACK_SECRET_KEY"] == "sk_test_mine"
    with Paystack("sk_test_mine", base_url=exported["PAYSTACK_BASE_URL"]) as client:
        assert [customer["email"] for customer in client.customers.list_customers().data] == ["ada@example.com"]


@pytest.mark.parametrize(
    ("version", "package"), [("", f"{ROOT}[cli,emulator]"), ("3.0.0", "paystackease[cli,emulator]==3.0.0")]
)
def test_the_action_installs_its_own_version_or_the_requested_one(runner, version, package):
    runner.run_action(version=version, **{"secret-key": "none"})
    assert (runner.folder / "pip_arguments").read_text().splitlines() == ["install", "--quiet", package]


@pytest.mark.parametrize("key", ["sk_live_0123", "", "sk_test_!", "sk_test_a\nPATH=/tmp", "sk_test_$(id)"])
def test_a_key_that_is_not_a_test_key_fails_the_job_and_is_not_shown(runner, key):
    failed, output = runner.run_action(**{"port": "0", "secret-key": key})
    assert failed == "Start the emulator"
    assert "::error::" in output
    assert not key or key not in output
    assert runner.read_variables("environment") == runner.read_variables("output") == {}


def test_an_input_is_an_argument_and_never_a_command(runner):
    failed, _ = runner.run_action(port="0; touch made", version="$(touch made)", **{"seed-file": "`touch made`"})
    assert failed == "Start the emulator"
    assert not list(runner.folder.rglob("made"))


def test_an_emulator_that_cannot_start_fails_the_job_with_the_reason(runner):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        failed, output = runner.run_action(port=str(listener.getsockname()[1]))
    assert failed == "Start the emulator"
    assert re.search(r"cannot listen (at|on) 127\.0\.0\.1", output)
    assert runner.read_variables("environment") == {}


@pytest.mark.long
def test_the_action_installs_the_dependencies_of_the_emulator(tmp_path):
    runner = Runner(tmp_path)
    try:
        failed, output = runner.run_action(port="0")
        assert failed is None, output
        assert is_emulator_ready(runner.read_variables("environment"))
    finally:
        runner.stop_emulators()
