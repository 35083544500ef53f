"""Importing has no side effects: it loads no unnecessary library, configures no log and reads no environment."""

import importlib.util
import subprocess
import sys

import pytest

import paystackease


def run_python(code):
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
def test_libraries_are_loaded_only_if_they_are_needed(code, absent):
    result = run_python(f"{code}\nimport sys; print(*({absent!r} & set(sys.modules)))")
    assert (result.returncode, result.stdout.strip(), result.stderr) == (0, "", "")


def test_every_public_name_can_be_imported_and_is_listed():
    for name in paystackease.__all__:
        assert getattr(paystackease, name) is not None
        assert name in dir(paystackease)
    with pytest.raises(AttributeError, match="nothing"):
        _ = paystackease.nothing
    result = run_python("from paystackease import *; print(Paystack.__name__, AsyncPaystack.__name__)")
    assert result.stdout.split() == ["Paystack", "AsyncPaystack"]


def test_the_package_has_a_py_typed_marker():
    assert importlib.util.find_spec("paystackease").submodule_search_locations
    assert (importlib.resources.files("paystackease") / "py.typed").is_file()


def test_the_command_line_names_a_missing_library():
    code = """
import sys
for missing in ("cyclopts", "rich"):
    sys.modules[missing] = None
from paystackease.cli import main
main()"""
    result = run_python(code)
    assert result.returncode == 1
    assert result.stderr.strip() == "The command line needs cyclopts. Install it with: pip install 'paystackease[all]'"
