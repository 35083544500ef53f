"""Shell completion of commands, options and choices."""

import shutil
import subprocess
import sys

import pytest

from paystackease.cli.sections import SECTION_HELP

COMMAND = [sys.executable, "-W", "error", "-m", "paystackease", "completion"]
needs_bash = pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")

COMPLETION_SCRIPT = """
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
$(complete -p paystackease | sed 's/.*-F \\([^ ]*\\).*/\\1/')
printf '%s\\n' "${COMPREPLY[@]}"
"""

COMPLETIONS = {
    "cus": {"customers"},
    "comp": {"completion"},
    "customers fetch-c": {"fetch-customer"},
    "customers fetch-customer --out": {"--output"},
    "customers fetch --out": {"--output"},
    "customers list --output t": {"table"},
    "transactions list-transactions --stat": {"--status"},
    "plans create Gold 500000 mon": {"monthly"},
    "transfers initiate --y": {"--yes"},
    "export transactions --ou": {"--out"},
    "mirror s": {"sync"},
    "trigger charge.s": {"charge.success"},
    "listen --ev": {"--event", "--every"},
    "completion z": {"zsh"},
    "--vers": {"--version"},
    "nothing x": set(),
}


def run_bash(*args):
    path = shutil.which("bash")
    result = subprocess.run([path, "--norc", *args], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


@needs_bash
def test_bash_completes_once_the_script_is_installed(tmp_path):
    result = subprocess.run(
        [*COMMAND, "bash", "--install"], capture_output=True, text=True, env={"HOME": str(tmp_path), "PATH": ""}
    )
    assert (result.returncode, result.stderr) == (0, "")
    (script,) = tmp_path.rglob("completions/paystackease")
    assert str(script) in result.stdout
    assert str(script) in (tmp_path / ".bashrc").read_text()
    run_bash("-n", str(script))
    completions = {
        words: set(run_bash("-c", COMPLETION_SCRIPT, "bash", str(script), "paystackease", *words.split()).split())
        for words in COMPLETIONS
    }
    assert completions == COMPLETIONS


@pytest.mark.long
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_printed_and_its_shell_understands_it(tmp_path, shell):
    result = subprocess.run([*COMMAND, shell], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
    assert all(name.replace("_", "-") in result.stdout for name in SECTION_HELP)
    if shell_path := shutil.which(shell):
        script = tmp_path / "script"
        script.write_text(result.stdout)
        syntax_check = subprocess.run([shell_path, "-n", str(script)], capture_output=True, text=True)
        assert (syntax_check.returncode, syntax_check.stderr) == (0, "")
