"""The reference's tables: what there is of everything that can be counted, read from the running code."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, get_args

import control
import facts
import msgspec
from sphinx.pycode import ModuleAnalyzer

from paystackease import errors
from paystackease.cli import api_commands as cli
from paystackease.cli.app import API, whole
from paystackease.cli.export import lists
from paystackease.data.columns import columns_of, item_type
from paystackease.emulator import settings
from paystackease.emulator.faults import rules as faults
from paystackease.endpoints import Listed, endpoints
from paystackease.webhooks import deduplication, events

ENVIRONMENT = {
    "PAYSTACK_SECRET_KEY": (
        "clients, commands",
        "The secret key. It is read when a client is made that is given none.",
    ),
    "PAYSTACK_BASE_URL": (
        "clients, commands",
        "Where Paystack is. Left out, `https://api.paystack.co`. Commands that need an emulator look for it here.",
    ),
    "PAYSTACK_PROFILE": (
        "commands",
        "The profile of `paystackease login` whose key is taken, where there is no `PAYSTACK_SECRET_KEY`.",
    ),
    "PAYSTACK_EMULATOR_ALLOW_HOST": (
        "`paystackease emulator up`, `run`",
        "Names under which the emulator may be asked, besides `--allow-host`, `localhost` and IP addresses, separated "
        "by spaces or commas.",
    ),
    "PAYSTACK_INBOX": (
        "`paystackease inbox`",
        "Where the inbox is: `sqlite:///FILE`, or `postgresql://…`. Its password is safer here than in a command.",
    ),
    "HTTP_PROXY, HTTPS_PROXY, NO_PROXY": (
        "clients",
        "A proxy to go through, and for which hosts not. Read once, when a client opens its pool.",
    ),
    "NO_COLOR": ("commands", "Set to anything, nothing is printed in colour."),
    "SSL_CERT_FILE": (
        "`paystackease emulator run`",
        "The certificates that are believed; the command that is run finds the emulator's besides.",
    ),
}
"""The environment variables that are read, by whom, and what for."""

GIVEN = "paystackease emulator run"
"""The command that sets variables for the program that it runs."""


def pages() -> Iterator[tuple[str, str]]:
    """Each page of tables, by its file's name."""
    yield "endpoints.md", _endpoints()
    yield "errors.md", _errors()
    yield "events.md", _events()
    yield "settings.md", _settings()
    yield "faults.md", _faults()
    yield "control.md", _control()
    yield "environment.md", _environment()
    yield "columns.md", _columns()
    yield "differences.md", _differences()
    yield from _commands()


def page(*parts: str) -> str:
    """A page of parts."""
    return "\n\n".join(part for part in parts if part) + "\n"


def leaf(above: str, text: str) -> str:
    """A page that another one lists: not in the bar at the side, which would be a wall, it says where it belongs."""
    heading, _, rest = text.partition("\n")
    return f"---\norphan: true\n---\n\n{heading}\n\n{above}\n{rest}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def prose(text: str) -> str:
    """A docstring's text as Markdown, in one line."""
    text = re.sub(r":[\w:]+:`~?([^`]+)`", lambda found: f"`{found[1].rpartition('.')[2]}`", text)
    return " ".join(re.sub(r"``([^`]*)``", r"`\1`", text).split())


def error_classes() -> list[type[errors.PayStackError]]:
    """Every error, in the order in which they are declared."""
    return [
        found
        for name, found in vars(errors).items()
        if inspect.isclass(found) and issubclass(found, errors.PayStackError) and found.__name__ == name
    ]


def what_to_do(error: type) -> tuple[str, str]:
    """What an error says, and what to do about it: the two parts of its docstring."""
    said, _, do = inspect.cleandoc(error.__doc__ or "").partition("What to do:")
    do = prose(do)
    return prose(said), do[:1].upper() + do[1:]


def event_types() -> dict[str, tuple[str, Any]]:
    """Of each event that Paystack publishes, the name of its type and its data's type."""
    found: dict[str, tuple[str, Any]] = {}
    for name, kind in vars(events).items():
        arguments = get_args(kind)
        if len(arguments) == 2 and name not in {"AnyEvent", "Other"} and isinstance(get_args(arguments[0])[0], str):
            found[get_args(arguments[0])[0]] = name, arguments[1]
    return found


def commands() -> Mapping[str, str]:
    """The help of each command at the top, and of those under it, as cyclopts writes it for a page."""
    text = whole().generate_docs()
    parts = re.split(r"^## (?=paystackease )", text, flags=re.MULTILINE)[1:]
    return {part.split("\n", 1)[0].removeprefix("paystackease "): part for part in parts}


def short_names(command: str) -> Mapping[str, str]:
    """For each short name of a command under one, the whole name."""
    section = command.replace("-", "_")
    found = cli.short_names(section) if section in cli.section_names() else {}
    return {cli.dashed(short): cli.dashed(whole) for short, whole in found.items()}


def _endpoints() -> str:
    rows = list(endpoints())
    parts = [
        "# Endpoints",
        f"All {len(rows)} of them. *Again* is what may happen to a call whose outcome is unclear: see "
        "[when the line drops](../explanations/unclear.md). `python -m paystackease.endpoints` prints the same.",
    ]
    head = ("call", "request", "again", "")
    sections: dict[str, list[Listed]] = {}
    for listed in rows:
        sections.setdefault(listed.section, []).append(listed)
    for section, found in sections.items():
        parts += [f"## client.{section}", table(head, [_endpoint(one) for one in found])]
    return page(*parts)


def _endpoint(listed: Listed) -> Sequence[str]:
    found = listed.endpoint
    again = f"{found.repeat.value}: `{found.guard.field}`" if found.guard else found.repeat.value
    remarks = ["moves money"] * found.moves_money + [f"pages by {found.pages}"] * bool(found.pages)
    remarks += ["undocumented"] * (not found.documented)
    return f"`{found.name}`", f"`{found.method} {found.path}`", again, ", ".join(remarks)


def _errors() -> str:
    rows = []
    for error in error_classes():
        said, do = what_to_do(error)
        depth = len([base for base in error.__mro__ if issubclass(base, errors.PayStackError)]) - 1
        rows.append(("&emsp;" * depth + f"{{py:class}}`~{error.__module__}.{error.__name__}`", said, do))
    return page(
        "# Errors, and what to do",
        "Each is a `PayStackError`; those that are indented are also the one above. Exceptions of HTTP libraries never "
        "escape. No text of theirs has a key, an e-mail address or a number of an account in it; "
        "`error.response` has what Paystack sent.",
        table(("error", "what happened", "what to do"), rows),
    )


def _events() -> str:
    types, rows = event_types(), []
    for name, known in deduplication.IDENTITIES.items():
        state = [
            f"`{path.removesuffix('?')}`" + (" if it has one" if path.endswith("?") else "") for path in known.key_paths
        ]
        subject = f"`{known.kind}:` and `{known.ordering_path}`" if known.ordering_path else "the event's name"
        rows.append((f"`{name}`", f"`{types[name][0]}`", ", ".join(state) or "all of its data", subject))
    return page(
        "# Events",
        f"The {len(rows)} events that Paystack publishes. Each has a type in `paystackease.webhooks.events`, whose "
        "data is described in [paystackease.types.events](paystackease.types.events.md).",
        "An event is *known by* the values that make its `key`: two deliveries with one key are one event. Events of "
        "one *subject* are handled in the order in which they came. One that is not in this table, or lacks what it is "
        "known by, is known by all of its data. [Handled once](../explanations/webhooks.md) says what that is for.",
        table(("event", "type", "known by", "subject"), rows),
    )


def _settings() -> str:
    docs = ModuleAnalyzer.for_module(settings.__name__).find_attr_docs()
    rows = []
    for field in msgspec.structs.fields(settings.Settings):
        said = prose(" ".join(docs.get(("Settings", field.name), [""])))
        default = msgspec.to_builtins(getattr(settings.DEFAULT, field.name))
        rows.append((f"`{field.name}`", f"`{msgspec.json.encode(default).decode()}`", said))
    return page(
        "# The emulator's settings",
        "What differs between one business and another at the emulator. A "
        "[seed file](paystackease.emulator.seed_file.md) has them under `[settings]`, "
        "`POST /_emulator/settings` changes them, "
        "`@pytest.mark.paystack(...)` sets them for a test, and the dashboard has a form.",
        table(("setting", "where nobody says otherwise", "what it is"), rows),
    )


def _faults() -> str:
    docs = ModuleAnalyzer.for_module(faults.__name__).find_attr_docs()
    said = {
        "latency": "the answer comes late",
        "429": "nothing is done, and the answer says to come later",
        "reset": "nothing is done, and the connection is lost without a word",
        "empty": "nothing is done, and the connection is closed without an answer",
        "stall": "nothing is done, and no answer ever comes",
        "half": "it is done, and the answer breaks off in the middle",
        "drip": "it is done, and the answer comes bit by bit",
        "bad-json": "it is done, and the answer is not quite JSON",
        "content-type": "it is done, and the answer calls itself a page",
        "stale": "what is read is as it was before the last change",
        "commit-then-drop": "it is done, and the connection is lost before the answer",
        "commit-then-stall": "it is done, and no answer ever comes",
        "commit-then-504": "it is done, and the answer is a 504",
        "twice": "a webhook is delivered twice",
        "late": "a webhook comes late",
        "out-of-order": "a webhook comes after those that happened later",
        "lost": "a webhook never comes",
        "bad-signature": "a webhook's signature is wrong",
    }
    rows = []
    for name, action in faults.ACTIONS.items():
        what = said.get(name) or f"nothing is done, and the answer is a {name}"
        rows.append((f"`{name}`", what, f"`seconds={action.seconds:g}`" if action.seconds else ""))
    rules = [
        (f"`{field.name}`", prose(" ".join(docs.get(("Rule", field.name), [""]))))
        for field in msgspec.structs.fields(faults.Rule)
    ]
    presets = [
        (f"`{name}`", "<br>".join(f"`{_rule(rule)}`" for rule in found)) for name, found in faults.PRESETS.items()
    ]
    return page(
        "# Faults",
        "What can be made to go wrong at the emulator: `emulator.add_fault(...)`, `sandbox.add_fault(...)`, "
        "`POST /_emulator/faults`, or the header `x-emulator-fault` for one request.",
        "## Of calls",
        table(("action", "what happens", "unless told otherwise"), rows),
        "## Of webhooks",
        table(("action", "what happens"), [(f"`{name}`", said[name]) for name in faults.WEBHOOK_ACTIONS]),
        "## Which calls, and how often",
        table(("field", "what it says"), rules),
        "## Presets",
        "Several at once: `paystackease emulator run --preset NAME -- COMMAND`.",
        table(("preset", "rules"), presets),
    )


def _control() -> str:
    parts = [
        "# What only the emulator has",
        "Its own operations are under `/_emulator/`, so that none is taken for Paystack's. They take and give JSON in "
        "Paystack's envelope, and work on the business of the secret key that asks. In Python most have a method, of "
        "[Emulator](paystackease.emulator.md) or of a test's [Sandbox](paystackease.testing.md), whose `control` asks "
        "for any of them. A browser finds the dashboard at `/_emulator/`.",
    ]
    for group, found in control.GROUPS.items():
        parts += [
            f"## {group}",
            table(("operation", "what it does"), [(f"`{name}`", say) for name, say in found.items()]),
        ]
    return page(*parts)


def _rule(rule: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in rule.items())


def _environment() -> str:
    from paystackease.cli.emulator import BASE_URLS

    return page(
        "# Environment variables",
        table(("variable", "read by", "what it says"), [(f"`{name}`", *said) for name, said in ENVIRONMENT.items()]),
        "## Set for you",
        f"`{GIVEN} -- COMMAND` sets, for the command: the address of its emulator as "
        + ", ".join(f"`{name}`" for name in BASE_URLS)
        + ", which are the names that clients of Paystack read, and a key as `PAYSTACK_SECRET_KEY` and "
        "`PAYSTACK_PUBLIC_KEY`.",
    )


def _differences() -> str:
    rows = [(f"`{what}`", f"`{how}`", why) for what, how, why in facts.differences()]
    return page(
        "# Where the emulator differs",
        f"All {len(rows)} ways in which an answer or a webhook of the emulator is not shaped like the one that "
        "Paystack publishes, and why. The tests play every operation and find these and no others. "
        "[How faithful the emulator is](../explanations/emulator.md) says more.",
        table(("of what", "how", "why"), rows),
    )


def _columns() -> str:
    found = lists()
    parts = [
        "# Columns of exports",
        f"`paystackease export LIST --out FILE` writes {len(found)} lists, and `paystackease mirror sync` has tables "
        "of the same columns. Their names are paths into what Paystack sends. Amounts are subunits; `json` is text "
        "that holds JSON. The last column, `other`, has whatever Paystack sent besides.",
    ]
    for name, endpoint in found.items():
        cells = [f"`{column.name}` {column.kind}" for column in columns_of(endpoint)]
        rows = [cells[index : index + 2] for index in range(0, len(cells), 2)]
        rows = [row if len(row) == 2 else [*row, ""] for row in rows]
        kind = item_type(endpoint)
        parts += [
            f"## {name}",
            f"`{endpoint.method} {endpoint.path}`: each a "
            f"[{kind.__name__}]({kind.__module__}.md), {len(cells)} columns.",
            f":::{{dropdown}} The columns of {name}\n\n" + table(("", ""), rows) + "\n:::",
        ]
    return page(*parts)


def _commands() -> Iterator[tuple[str, str]]:
    found = commands()
    for name, text in found.items():
        title, _, rest = text.partition("\n")
        rest = re.sub(r"^##(#+) ", r"#\1 ", rest, flags=re.MULTILINE)
        rest = re.sub(r"^(Paystack's page: )(https://\S+)$", r"\1<\2>", rest, flags=re.MULTILINE)
        for short, long in short_names(name).items():
            heading = f"## paystackease {name} {long}\n"
            rest = rest.replace(heading, f"{heading}\nShort: `paystackease {name} {short}`.\n")
        text = page(f"# {title}", rest.replace("```console", "```text").strip())
        yield f"cli/{name}.md", leaf("[Reference](../index.md) / [The command line](index.md)", text)
    groups: Mapping[Literal["around", "api"], str] = {"around": "Around the API", "api": "The API"}
    parts = [
        "# The command line",
        "`pip install 'paystackease[cli]'`. `--help` after any command says what stands here. A command ends with 0 "
        "when it was done, 1 when Paystack said no or it could not be done, 2 when what was typed cannot be right, 3 "
        "when Paystack could not be reached, and 4 when it is not known whether it was done.",
        "A command of the API may be called by what is left of its name without the section's: "
        "`paystackease customers fetch`. `-o json`, `-o jsonl` and `-o csv` are for programs; `--all` follows every "
        "page; what moves money asks first, unless `--yes` is given.",
    ]
    for kind, caption in groups.items():
        names = [name for name in found if (whole()[name].group == (API,)) == (kind == "api")]
        rows = [(f"[{name}]({name}.md)", whole()[name].help) for name in names]
        parts += [f"## {caption}", table(("command", ""), rows)]
    yield "cli/index.md", page(*parts)
