"""Run every code block of the documentation, in order, as a reader would.

Each page has its own emulator and its own directory; `PAYSTACK_BASE_URL` and `PAYSTACK_SECRET_KEY` are set. Sybil finds
the blocks. The language of a block says how it is checked:

`python`
    is run. The blocks of a page share their names, and may use top-level `await`. They see nothing else: hidden code,
    in a comment of Sybil's, is rejected, because a reader could not follow the page.
`console`
    `$` begins a command, `>` continues it; the lines below are its output. Output is compared; `...` matches what
    varies. A failing command must be followed by `$ echo $?`. `http://127.0.0.1:4010` is the emulator that the page
    started, otherwise the page's own.
`output`
    is the output of the previous block, compared in the same way.
`toml`, `json`, `yaml`, `ini`
    must be valid.
`text`
    is not checked.

A block whose first line is a comment with a file name, `# shop.py`, is written to that file, and a later block must use
it. Commands that cannot run here are listed in SKIPPED_COMMANDS with the reason.
"""

import ast
import asyncio
import configparser
import contextlib
import inspect
import io
import json
import os
import re
import shlex
import subprocess
import sys
import time
import tomllib
from pathlib import Path

from sybil import Document, Region, Sybil
from sybil.evaluators.python import pad
from sybil.parsers.markdown.lexers import DirectiveInHTMLCommentLexer, RawFencedCodeBlockLexer

from paystackease import Emulator
from paystackease.emulator.server.server import run_in_background

ROOT = Path(__file__).parents[2]
SECRET_KEY = "sk_test_mine"
COMMAND_TIMEOUT = 60
"""Seconds after which a command has failed."""

SKIPPED_COMMANDS = {
    r"pip install -e '\.\[dev\]' && pytest -n auto": "it would run these tests again",
    r"(python -m )?pip install .*": "it is installed already, and tests use no package index",
}
"""Patterns of commands, or of parts between two &&, that are not run, with the reason."""

LONG_RUNNING = r"paystackease emulator up\b.*|paystackease listen\b.*|.*&"
"""Commands that do not end by themselves: the page continues when their output matches."""

ALLOWED_COMMANDS = ["paystackease", "python", "pytest", "export", "cd", "cat", "echo", "head", "ls", "mkdir", "curl"]
"""First words of commands that pages may run. Before you add one, consider its effect on the machine of the tests."""

FILE_HEADER = re.compile(r"# ([\w/.-]+\.(?:py|toml|ini|ya?ml))\n")
EMULATOR_URL = "http://127.0.0.1:4010"


def list_pages():
    """Return the paths of all pages that are written by hand."""
    paths = [path for path in (ROOT / "docs").rglob("*.md") if not {"reference", "_build"} & {*path.parts}]
    return sorted([*ROOT.glob("*.md"), *paths])


def parse_blocks(path):
    """Parse a page with Sybil. Each block is an example of the document."""
    return Sybil(parsers=[_lex_fenced, _lex_hidden]).parse(path)


def run_page(path, folder, monkeypatch):
    """Run the blocks of a page in a directory of its own."""
    with Page(folder, monkeypatch) as page:
        for example in parse_blocks(path):
            example.document.push_evaluator(page.evaluate)
            example.evaluate()


def _lex_fenced(document: Document):
    # The whole line after the fence, so that a block without a language is found too.
    for region in RawFencedCodeBlockLexer(re.compile(r"(?P<info>[^\n]*)\n"))(document):
        language = region.lexemes["info"].strip()
        if not language.startswith("{"):  # a MyST directive: a toctree or an included file
            yield Region(region.start, region.end, (language, region.lexemes["source"]), _reject_evaluation)


def _lex_hidden(document: Document):
    for region in DirectiveInHTMLCommentLexer(directive="invisible-code-block", arguments="python")(document):
        yield Region(region.start, region.end, ("hidden", region.lexemes["source"]), _reject_evaluation)


def _reject_evaluation(_):
    raise AssertionError("blocks are evaluated by a Page")


class Page:
    """The state of a page while it runs: directory, environment, emulator, and names of its Python blocks."""

    def __init__(self, folder, monkeypatch):
        self._folder = folder
        self._monkeypatch = monkeypatch
        self._stack = contextlib.ExitStack()
        self._files = {}
        self._output = ""
        self._exit_code = 0
        self._names = {}

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            emulator = stack.enter_context(Emulator(SECRET_KEY))
            self._url = stack.enter_context(run_in_background(emulator))
            self._runner = stack.enter_context(asyncio.Runner())
            self._stack = stack.pop_all()
        scripts = Path(sys.executable).parent
        for name, value in {
            "PAYSTACK_BASE_URL": self._url,
            "PAYSTACK_SECRET_KEY": SECRET_KEY,
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self._folder),  # ignore the profiles of the user
            "XDG_CONFIG_HOME": str(self._folder / ".config"),
            "COLUMNS": "120",
            "NO_COLOR": "1",
            "PYTHONWARNINGS": "error",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }.items():
            self._monkeypatch.setenv(name, value)
        self._monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
        self._monkeypatch.chdir(self._folder)
        self._monkeypatch.syspath_prepend(str(self._folder))
        self._modules = {*sys.modules}
        return self

    def __exit__(self, failed, *_):
        self._stack.close()
        for name in {*sys.modules} - self._modules:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(str(self._folder)):
                del sys.modules[name]
        if failed is None:
            unused = [name for name, used in self._files.items() if not used]
            assert not unused, f"unused files: {', '.join(unused)}"

    def evaluate(self, example):
        """Check a block by the rules of its language. Return an error message, or None."""
        language, source = example.parsed
        self._mark_used_files(source)
        if file_header := FILE_HEADER.match(source):
            path = self._folder / file_header[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source[file_header.end() :], encoding="utf-8")
            self._files[file_header[1]] = False
        match language:
            case "python" if file_header:
                ast.parse(source, example.path)
            case "python":
                self._run_python(example, source)
            case "console":
                return self._run_console(source)
            case "output":
                return _compare_output(source, self._output)
            case "toml":
                tomllib.loads(source)
            case "json":
                json.loads(source)
            case "ini":
                configparser.ConfigParser().read_string(source)
            case "yaml":
                import yaml

                yaml.safe_load(source)
            case "text":
                pass
            case "hidden":
                return "hidden code: show it to the reader, or remove it"
            case _:
                return f"unsupported block language {language or '(none)'}: see tests/support/doc_blocks.py"
        return None

    def _mark_used_files(self, source):
        tests = re.search(r"^\$ .*\bpytest\b", source, re.MULTILINE)
        for name in self._files:
            path = Path(name)
            by_pytest = tests and re.fullmatch(r"(test_.*|conftest|pytest|pyproject)", path.stem)
            if by_pytest or re.search(rf"\b{re.escape(path.stem)}\b", source):
                self._files[name] = True

    # Python

    def _run_python(self, example, source):
        if not self._names:
            self._names.update(__name__="__main__")
        text = pad(source.replace(EMULATOR_URL, self._url), example.line)
        code = compile(text, example.path, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        with contextlib.redirect_stdout(io.StringIO()) as output:
            if code.co_flags & inspect.CO_COROUTINE:
                self._runner.run(self._evaluate(code))
            else:
                exec(code, self._names)
        self._output = output.getvalue().replace(self._url, EMULATOR_URL)

    async def _evaluate(self, code):
        await eval(code, self._names)

    # The shell

    def _run_console(self, source):
        for command, expected in parse_commands(source):
            error = self._run_command(command, expected)
            if error:
                return f"$ {command}\n{error}"
        return "the command failed, and is not followed by $ echo $?" if self._exit_code else None

    def _run_command(self, command, expected):
        parts = [] if skip_reason(command) else [part for part in command.split(" && ") if not skip_reason(part)]
        if not parts:
            return f"the output of a skipped command is not checked: {expected!r}" if expected else None
        command = " && ".join(parts)
        program = command.split()[0]
        if program not in ALLOWED_COMMANDS and not program.startswith("PAYSTACK_"):
            return f"the command {program} is not allowed: use {', '.join(ALLOWED_COMMANDS)}"
        if self._exit_code and not command.startswith("echo $?"):
            return f"the previous command exited with {self._exit_code}, and is not followed by $ echo $?"
        for name, value in re.findall(r"(\w+)=(\S+)", command) if program == "export" else ():
            self._monkeypatch.setenv(name, shlex.split(value.replace(EMULATOR_URL, self._url))[0])
        if program == "export":
            return None
        if program == "cd":
            self._monkeypatch.chdir(command.split()[1])
            return None
        text = f"(exit {self._exit_code}); {command.replace(EMULATOR_URL, self._url)}"
        if re.fullmatch(LONG_RUNNING, command, re.DOTALL):
            return self._start_command(command, text, expected)
        completed = subprocess.run(
            ["bash", "-c", text],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_TIMEOUT,
        )
        self._exit_code = completed.returncode
        self._output = completed.stdout.replace(self._url, EMULATOR_URL)
        if self._exit_code and not expected:
            return f"the command failed:\n{self._output}"
        return _compare_output(expected, self._output) if expected else None

    def _start_command(self, command, text, expected):
        is_emulator = command.startswith("paystackease emulator up")
        text = re.sub(r"\s*&$", "", text) + (" --port 0" if is_emulator and "--port" not in command else "")
        log = self._stack.enter_context((self._folder / f".output-{time.monotonic_ns()}").open("w+"))
        process = subprocess.Popen(
            ["bash", "-c", f"exec {text.partition('; ')[2]}"], stdout=log, stderr=subprocess.STDOUT
        )
        self._stack.callback(_terminate, process)
        deadline = time.monotonic() + COMMAND_TIMEOUT
        while True:
            output = Path(log.name).read_text(encoding="utf-8")
            if is_emulator and (ready := re.search(r"ready on (http://\S+)", output)):
                self._url = ready[1]
            error = _compare_output(expected, output.replace(self._url, EMULATOR_URL)) if expected else None
            if error is None and (output or not expected):
                return None
            final = "..." not in expected and len(output.splitlines()) >= len(expected.splitlines()) > 0
            if final or process.poll() is not None or time.monotonic() > deadline:
                return error or "the command printed nothing"
            time.sleep(0.02)


def parse_commands(source):
    """Return the commands of a console block, each with its expected output."""
    commands = []
    for line in source.rstrip().splitlines():
        if line.startswith("$ "):
            commands.append([line[2:], []])
        elif line.startswith("> ") and commands and not commands[-1][1]:
            commands[-1][0] += "\n" + line[2:]
        elif commands:
            commands[-1][1].append(line)
        else:
            raise AssertionError(f"a console block must begin with a command, not with {line!r}")
    return [(command, "\n".join(expected)) for command, expected in commands]


def skip_reason(command):
    """Return the reason why a command is skipped, or None."""
    return next((reason for pattern, reason in SKIPPED_COMMANDS.items() if re.fullmatch(pattern, command)), None)


def _compare_output(expected, output):
    expected_lines = "\n".join(line.rstrip() for line in expected.strip().splitlines())
    actual = "\n".join(line.rstrip() for line in output.strip().splitlines())
    pattern = re.escape(expected_lines).replace(re.escape("..."), ".*?")
    if re.fullmatch(pattern, actual, re.DOTALL):
        return None
    return f"Expected:\n{expected_lines}\n\nActual:\n{actual}"


def _terminate(process):
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
