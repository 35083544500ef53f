"""Importing does nothing: no library that nobody asked for, no log set up, no environment read."""

import importlib.util
import subprocess
import sys

import pytest

import paystackease


def python(code):
    return subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        (
            "import paystackease",
            {"aiohttp", "urllib3", "msgspec", "asyncio", "logging", "http.client", "uvicorn", "rich"},
        ),
        ("from paystackease import Paystack; Paystack('sk_test_1')", {"aiohttp", "asyncio", "uvicorn", "rich"}),
        ("from paystackease import AsyncPaystack; AsyncPaystack('sk_test_1')", {"urllib3", "uvicorn", "rich"}),
        ("import paystackease.abase", {"paystackease.base", "urllib3", "aiohttp"}),
        ("from paystackease import AsyncPaystack", {"paystackease.base", "paystackease.paystack", "urllib3"}),
        ("import paystackease.base", {"paystackease.abase", "aiohttp", "asyncio", "urllib3"}),
        ("from paystackease import Paystack", {"paystackease.abase", "paystackease.apaystack", "aiohttp", "asyncio"}),
        ("from paystackease import Emulator; Emulator()", {"aiohttp", "urllib3", "uvicorn", "starlette", "rich"}),
        ("from paystackease import errors, RiskAction", {"aiohttp", "urllib3", "msgspec"}),
        (
            "from paystackease import webhooks; webhooks.HandlerRegistry(); webhooks.IPAllowlist()",
            {"aiohttp", "urllib3", "msgspec", "starlette", "fastapi", "django", "flask", "dbos", "sqlalchemy"},
        ),
    ],
)
def test_nothing_is_loaded_before_it_is_needed(code, absent):
    done = python(f"{code}\nimport sys; print(*({absent!r} & set(sys.modules)))")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


def test_every_public_name_can_be_imported_and_is_listed():
    for name in paystackease.__all__:
        assert getattr(paystackease, name) is not None
        assert name in dir(paystackease)
    with pytest.raises(AttributeError, match="nothing"):
        _ = paystackease.nothing
    done = python("from paystackease import *; print(Paystack.__name__, AsyncPaystack.__name__)")
    assert done.stdout.split() == ["Paystack", "AsyncPaystack"]


def test_the_package_says_that_it_is_typed():
    assert importlib.util.find_spec("paystackease").submodule_search_locations
    assert (importlib.resources.files("paystackease") / "py.typed").is_file()


def test_the_command_line_says_what_it_needs():
    code = """
import sys
for missing in ("cyclopts", "rich"):
    sys.modules[missing] = None
from paystackease.cli import main
main()"""
    done = python(code)
    assert done.returncode == 1
    assert done.stderr.strip() == "The command line needs cyclopts. Install it with: pip install 'paystackease[all]'"
