"""A command imports only what it needs, so that it starts fast."""

import gc
import json
import subprocess
import sys

import pytest

from paystackease import Paystack
from paystackease._core.lazy_resources import LazyResource
from paystackease.cli import gc_disabled
from paystackease.cli.sections import SECTION_HELP

PROGRAM = """
import contextlib, io, json, os, sys
from paystackease.cli import main
sys.argv = ["paystackease", *sys.argv[1:]]
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main()
json.dump(sorted(sys.modules), sys.__stdout__)
"""

HEAVY = {"aiohttp", "asyncio", "dbos", "jinja2", "keyring", "pyarrow", "sqlalchemy", "starlette", "uvicorn"}
RENDERERS = {"--help": {"markdown_it", "msgspec", "urllib3"}, "--version": {"cyclopts", "rich", "logging"}}
CASES = {
    "--help": set(),
    "--version": set(),
    "customers --help": {"customers"},
    "customers fetch x": {"customers"},
    "transfers initiate --help": {"transfers"},
    "reconcile --help": set(),
    "mirror sync --help": set(),
    "doctor --help": set(),
    "inbox list --help": set(),
    "listen --help": set(),
    "emulator up --help": set(),
    "emulator fault --help": set(),
    "emulator clock show": set(),
    "emulator settings set quirks=false": set(),
    "emulator tail --no-follow": set(),
    "emulator init": set(),
}


@pytest.mark.parametrize("command", CASES)
def test_a_command_imports_only_the_libraries_and_resources_that_it_needs(command, tmp_path):
    environment = {"PAYSTACK_SECRET_KEY": "sk_test_startup", "PAYSTACK_BASE_URL": "http://127.0.0.1:1"}
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, *command.split()],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**environment, "HOME": str(tmp_path)},
    )
    loaded = json.loads(result.stdout)
    assert not HEAVY & {name.partition(".")[0] for name in loaded}
    assert not RENDERERS.get(command, set()) & {name.partition(".")[0] for name in loaded}
    assert "paystackease.emulator" not in loaded
    resources = {name.rpartition(".")[2] for name in loaded if name.startswith("paystackease.apis.")}
    assert resources == CASES[command]


def test_the_help_lists_each_section_of_a_client():
    assert list(SECTION_HELP) == [name for name, value in vars(Paystack).items() if isinstance(value, LazyResource)]


def test_an_emulator_imports_no_part_of_a_client():
    program = "import json, sys, paystackease.emulator; json.dump(sorted(sys.modules), sys.stdout)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    names = json.loads(result.stdout)
    modules = {name.removeprefix("paystackease.") for name in names if name.startswith("paystackease.")}
    assert "emulator.emulator" in modules
    client = {"_core.call_flow", "_core.client_state", "_core.config", "_core.endpoint", "_core.request", "_transports"}
    assert not modules & {*client, "base", "abase", "apis", "types"}


def test_garbage_collection_is_enabled_again_after_loading_succeeds_or_fails():
    with gc_disabled():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), gc_disabled():
        raise ZeroDivisionError
    assert gc.isenabled()
