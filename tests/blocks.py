"""What the documentation shows is run: every block of a page, in order, as its reader would do it.

A page has an offline Paystack of its own and a folder of its own, and `PAYSTACK_BASE_URL` and `PAYSTACK_SECRET_KEY` say
so. Sybil finds the blocks; what is done with one goes by its language:

`python`
    is run. The blocks of a page share their names, and may `await`. Not shown, but run as well, is what stands in a
    comment, `<!-- invisible-code-block: python`, up to `-->`: there `sandbox`, a `paystackease.testing.Sandbox`, plays
    customers, banks and time.
`console`
    `$` begins a command, `>` goes on with it; the lines below are what it prints. They are compared, `...` standing for
    what differs from time to time. A command that fails must be followed by `$ echo $?`. Where a page says
    http://127.0.0.1:4010, it has the emulator that it started, else its own.
`output`
    is what the block before it printed, compared in the same way.
`toml`, `json`, `yaml`, `ini`
    must be what they say they are.
`text`
    is for reading.

A block whose first line is a comment with a file's name, `# shop.py`, becomes that file, and something after it must
use it. What cannot be run here stands in NOT_RUN with the reason, and nowhere else.
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
from paystackease.testing import Sandbox

ROOT = Path(__file__).parents[1]
SECRET_KEY = "sk_test_mine"
PATIENCE = 60
"""Seconds after which a command is taken to hang."""

NOT_RUN = {
    r"pip install -e '\.\[dev\]' && pytest -n auto": "these tests are among them",
    r"(python -m )?pip install .*": "it is installed already, and a test asks no package index",
}
"""Commands, or parts between two &&, that are not run, as patterns of the whole, and why."""

ENDLESS = r"paystackease emulator up\b.*|paystackease listen\b.*|.*&"
"""Commands that do not end by themselves: the page goes on when they have printed what it shows."""

COMMANDS = ["paystackease", "python", "pytest", "export", "cd", "cat", "echo", "head", "ls", "mkdir", "curl"]
"""What a command may begin with. Whoever adds one has thought of what it does to who runs the tests."""

FILE = re.compile(r"# ([\w/.-]+\.(?:py|toml|ini|ya?ml))\n")
OURS = "http://127.0.0.1:4010"


def pages():
    """Every page that is written by hand."""
    found = [path for path in (ROOT / "docs").rglob("*.md") if not {"reference", "_build"} & {*path.parts}]
    return sorted([*ROOT.glob("*.md"), *found])


def blocks(path):
    """A page as Sybil reads it: an example is a block."""
    return Sybil(parsers=[_fenced, _hidden]).parse(path)


def run(path, folder, monkeypatch):
    """Run a page's blocks in a folder of its own."""
    with Page(folder, monkeypatch) as page:
        for example in blocks(path):
            example.document.push_evaluator(page.evaluate)
            example.evaluate()


def _fenced(document: Document):
    # The whole line after the fence, so that a block without a language is found too.
    for region in RawFencedCodeBlockLexer(re.compile(r"(?P<info>[^\n]*)\n"))(document):
        language = region.lexemes["info"].strip()
        if not language.startswith("{"):  # a directive of the site's: a list of pages, an included file
            yield Region(region.start, region.end, (language, region.lexemes["source"]), _unheard)


def _hidden(document: Document):
    for region in DirectiveInHTMLCommentLexer(directive="invisible-code-block", arguments="python")(document):
        yield Region(region.start, region.end, ("python", region.lexemes["source"]), _unheard)


def _unheard(_):
    raise AssertionError("a page evaluates its blocks")


class Page:
    """A reader at work: a folder, an environment, an offline Paystack, and what was typed so far."""

    def __init__(self, folder, monkeypatch):
        self._folder = folder
        self._monkeypatch = monkeypatch
        self._with = contextlib.ExitStack()
        self._files = {}
        self._printed = ""
        self._code = 0
        self._names = {}

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            emulator = stack.enter_context(Emulator(SECRET_KEY))
            self._url = stack.enter_context(run_in_background(emulator))
            self._sandbox = Sandbox(emulator, SECRET_KEY, self._url)
            self._runner = stack.enter_context(asyncio.Runner())
            self._with = stack.pop_all()
        scripts = Path(sys.executable).parent
        for name, value in {
            "PAYSTACK_BASE_URL": self._url,
            "PAYSTACK_SECRET_KEY": SECRET_KEY,
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self._folder),  # no profiles of whoever runs the tests
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
        self._with.close()
        for name in {*sys.modules} - self._modules:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(str(self._folder)):
                del sys.modules[name]
        if failed is None:
            unused = [name for name, used in self._files.items() if not used]
            assert not unused, f"nothing on the page uses {', '.join(unused)}"

    def evaluate(self, example):
        """Do with a block what its language asks for; text that comes back is a complaint."""
        language, source = example.parsed
        self._use(source)
        if named := FILE.match(source):
            path = self._folder / named[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source[named.end() :], encoding="utf-8")
            self._files[named[1]] = False
        match language:
            case "python" if named:
                ast.parse(source, example.path)
            case "python":
                self._python(example, source)
            case "console":
                return self._console(source)
            case "output":
                return _differs(source, self._printed)
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
            case _:
                return f"no block is {language or 'without a language'!r}: tests/blocks.py says what there is"
        return None

    def _use(self, source):
        tests = re.search(r"^\$ .*\bpytest\b", source, re.MULTILINE)
        for name in self._files:
            path = Path(name)
            by_pytest = tests and re.fullmatch(r"(test_.*|conftest|pytest|pyproject)", path.stem)
            if by_pytest or re.search(rf"\b{re.escape(path.stem)}\b", source):
                self._files[name] = True

    # Python

    def _python(self, example, source):
        if not self._names:
            self._names.update(__name__="__main__", sandbox=self._sandbox)
        text = pad(source.replace(OURS, self._url), example.line)
        code = compile(text, example.path, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            if code.co_flags & inspect.CO_COROUTINE:
                self._runner.run(self._awaited(code))
            else:
                exec(code, self._names)
        self._printed = printed.getvalue().replace(self._url, OURS)

    async def _awaited(self, code):
        await eval(code, self._names)

    # The shell

    def _console(self, source):
        for command, shown in commands(source):
            complaint = self._command(command, shown)
            if complaint:
                return f"$ {command}\n{complaint}"
        return "it failed, and $ echo $? does not follow" if self._code else None

    def _command(self, command, shown):
        parts = [] if not_run(command) else [part for part in command.split(" && ") if not not_run(part)]
        if not parts:
            return f"what it shows is not checked: {shown!r}" if shown else None
        command = " && ".join(parts)
        first = command.split()[0]
        if first not in COMMANDS and not first.startswith("PAYSTACK_"):
            return f"tests/blocks.py does not know {first}: {', '.join(COMMANDS)}"
        if self._code and not command.startswith("echo $?"):
            return f"the command before ended with {self._code}, and $ echo $? does not follow"
        for name, value in re.findall(r"(\w+)=(\S+)", command) if first == "export" else ():
            self._monkeypatch.setenv(name, shlex.split(value.replace(OURS, self._url))[0])
        if first == "export":
            return None
        if first == "cd":
            self._monkeypatch.chdir(command.split()[1])
            return None
        text = f"(exit {self._code}); {command.replace(OURS, self._url)}"
        if re.fullmatch(ENDLESS, command, re.DOTALL):
            return self._begin(command, text, shown)
        done = subprocess.run(
            ["bash", "-c", text],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
        )
        self._code = done.returncode
        self._printed = done.stdout.replace(self._url, OURS)
        if self._code and not shown:
            return f"it failed:\n{self._printed}"
        return _differs(shown, self._printed) if shown else None

    def _begin(self, command, text, shown):
        up = command.startswith("paystackease emulator up")
        text = re.sub(r"\s*&$", "", text) + (" --port 0" if up and "--port" not in command else "")
        log = self._with.enter_context((self._folder / f".printed-{time.monotonic_ns()}").open("w+"))
        process = subprocess.Popen(
            ["bash", "-c", f"exec {text.partition('; ')[2]}"], stdout=log, stderr=subprocess.STDOUT
        )
        self._with.callback(_end, process)
        until = time.monotonic() + PATIENCE
        while True:
            printed = Path(log.name).read_text(encoding="utf-8")
            if up and (ready := re.search(r"ready on (http://\S+)", printed)):
                self._url = ready[1]
            complaint = _differs(shown, printed.replace(self._url, OURS)) if shown else None
            if complaint is None and (printed or not shown):
                return None
            final = "..." not in shown and len(printed.splitlines()) >= len(shown.splitlines()) > 0
            if final or process.poll() is not None or time.monotonic() > until:
                return complaint or "it printed nothing"
            time.sleep(0.02)


def commands(source):
    """The commands of a console block, each with what it prints."""
    found = []
    for line in source.rstrip().splitlines():
        if line.startswith("$ "):
            found.append([line[2:], []])
        elif line.startswith("> ") and found and not found[-1][1]:
            found[-1][0] += "\n" + line[2:]
        elif found:
            found[-1][1].append(line)
        else:
            raise AssertionError(f"a console block begins with a command, not with {line!r}")
    return [(command, "\n".join(shown)) for command, shown in found]


def not_run(command):
    """Why a command is not run, or None."""
    return next((why for pattern, why in NOT_RUN.items() if re.fullmatch(pattern, command)), None)


def _differs(shown, printed):
    wanted = "\n".join(line.rstrip() for line in shown.strip().splitlines())
    came = "\n".join(line.rstrip() for line in printed.strip().splitlines())
    pattern = re.escape(wanted).replace(re.escape("..."), ".*?")
    if re.fullmatch(pattern, came, re.DOTALL):
        return None
    return f"The page shows:\n{wanted}\n\nThere is:\n{came}"


def _end(process):
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
