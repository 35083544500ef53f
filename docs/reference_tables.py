"""Generates the tables of the reference from the code: endpoints, errors, events, settings, faults, commands."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, get_args

import control_operations
import msgspec
import substitutions
from sphinx.pycode import ModuleAnalyzer

from paystackease import errors
from paystackease.cli import api_commands as cli
from paystackease.cli.app import API, full_app
from paystackease.cli.export import exportable_lists
from paystackease.data.columns import columns_of, item_type
from paystackease.emulator import settings
from paystackease.emulator.faults import rules as faults
from paystackease.endpoints import ListedEndpoint, endpoints
from paystackease.webhooks import deduplication, events

ENVIRONMENT = {
    "PAYSTACK_SECRET_KEY": (
        "clients, commands",
        "The secret key of clients that are created without one.",
    ),
    "PAYSTACK_BASE_URL": (
        "clients, commands",
        "The base URL. The default is `https://api.paystack.co`. Commands for an emulator use the one at this URL.",
    ),
    "PAYSTACK_LOG": (
        "clients, commands",
        "`debug` or `info`: sends the library's log to standard error, without keys and personal data. `info` shows "
        "retries, `debug` each attempt too. Read when a client is made.",
    ),
    "PAYSTACK_PROFILE": (
        "commands",
        "The profile of `paystackease login` to use if `PAYSTACK_SECRET_KEY` is not set.",
    ),
    "PAYSTACK_EMULATOR_ALLOW_HOST": (
        "`paystackease emulator up`, `run`",
        "Host names that the emulator accepts in addition to `--allow-host`, `localhost` and IP addresses, separated "
        "by spaces or commas.",
    ),
    "PAYSTACK_INBOX": (
        "`paystackease inbox`",
        "The URL of the inbox: `sqlite:///FILE`, or `postgresql://…`. A password is safer here than in a command.",
    ),
    "HTTP_PROXY, HTTPS_PROXY, NO_PROXY": (
        "clients",
        "The proxy, and the hosts that are reached without it, for clients without `proxy=`. Read once, when a client "
        "opens its connection pool.",
    ),
    "NO_COLOR": ("commands", "If set, output has no colours."),
    "SSL_CERT_FILE": (
        "`paystackease emulator run`",
        "The trusted CA certificates. The command sees them with the emulator's added.",
    ),
}
"""The environment variables that are read, each with its readers and its meaning."""

RUN_COMMAND = "paystackease emulator run"
"""The command that sets variables for the program that it runs."""


def generate_tables() -> Iterator[tuple[str, str]]:
    """Yield each page of tables: its file name and its text."""
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


def render_page(*parts: str) -> str:
    """Join the parts of a page."""
    return "\n\n".join(part for part in parts if part) + "\n"


def render_child_page(above: str, text: str) -> str:
    """Render a page that is not in the sidebar. It links to the page that lists it."""
    heading, _, rest = text.partition("\n")
    return f"---\norphan: true\n---\n\n{heading}\n\n{above}\n{rest}"


def render_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Render a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def render_text(text: str) -> str:
    """Render the text of a docstring as Markdown, in one line."""
    text = re.sub(r":[\w:]+:`~?([^`]+)`", lambda match: f"`{match[1].rpartition('.')[2]}`", text)
    return " ".join(re.sub(r"``([^`]*)``", r"`\1`", text).split())


def list_error_classes() -> list[type[errors.PaystackError]]:
    """Return every error class, in the order of declaration."""
    return [
        member
        for name, member in vars(errors).items()
        if inspect.isclass(member) and issubclass(member, errors.PaystackError) and member.__name__ == name
    ]


def split_error_doc(error: type) -> tuple[str, str]:
    """Return the two parts of an error's docstring: what happened, and what to do."""
    happened, _, action = inspect.cleandoc(error.__doc__ or "").partition("What to do:")
    action = render_text(action)
    return render_text(happened), action[:1].upper() + action[1:]


def list_event_types() -> dict[str, tuple[str, Any]]:
    """Return the name of the type, and the type of the data, of each event that Paystack publishes."""
    types_by_event: dict[str, tuple[str, Any]] = {}
    for name, kind in vars(events).items():
        arguments = get_args(kind)
        has_type = len(arguments) == 2 and name not in {"AnyEvent", "UnknownEvent"}
        if has_type and isinstance(get_args(arguments[0])[0], str):
            types_by_event[get_args(arguments[0])[0]] = name, arguments[1]
    return types_by_event


def list_commands() -> Mapping[str, str]:
    """Return the help of each top-level command and its subcommands, as cyclopts renders it for a page."""
    text = full_app().generate_docs()
    parts = re.split(r"^## (?=paystackease )", text, flags=re.MULTILINE)[1:]
    return {part.split("\n", 1)[0].removeprefix("paystackease "): part for part in parts}


def list_short_names(command: str) -> Mapping[str, str]:
    """Return the full name of each subcommand that has a short name."""
    section = command.replace("-", "_")
    short_names = cli.short_command_names(section) if section in cli.SECTION_HELP else {}
    return {cli.to_dashes(short): cli.to_dashes(full_name) for short, full_name in short_names.items()}


def _endpoints() -> str:
    rows = list(endpoints())
    parts = [
        "# Endpoints",
        f"All {len(rows)} endpoints. *Retry safety* says whether a call with an unknown outcome may be repeated: see "
        "[retries, idempotency and unknown outcomes](../explanations/unknown-outcomes.md). "
        "`python -m paystackease.endpoints` prints the same table.",
    ]
    head = ("call", "request", "retry safety", "")
    by_resource: dict[str, list[ListedEndpoint]] = {}
    for listed in rows:
        by_resource.setdefault(listed.resource, []).append(listed)
    for resource, resource_endpoints in by_resource.items():
        parts += [f"## client.{resource}", render_table(head, [_endpoint(listed) for listed in resource_endpoints])]
    return render_page(*parts)


def _endpoint(listed: ListedEndpoint) -> Sequence[str]:
    endpoint = listed.endpoint
    retry_safety = endpoint.retry_safety.value
    if endpoint.idempotency:
        retry_safety += f": `{endpoint.idempotency.field}`"
    remarks = ["moves money"] * endpoint.moves_money + [f"pages by {endpoint.pages}"] * bool(endpoint.pages)
    remarks += ["undocumented"] * (not endpoint.documented)
    return f"`{endpoint.name}`", f"`{endpoint.method} {endpoint.path}`", retry_safety, ", ".join(remarks)


def _errors() -> str:
    rows = []
    for error in list_error_classes():
        happened, action = split_error_doc(error)
        depth = len([base for base in error.__mro__ if issubclass(base, errors.PaystackError)]) - 1
        rows.append(("&emsp;" * depth + f"{{py:class}}`~{error.__module__}.{error.__name__}`", happened, action))
    return render_page(
        "# Errors",
        "Each is a `PaystackError`; indented classes are subclasses of the one above. Exceptions of HTTP libraries are "
        "never raised. The text of an error contains no key, e-mail address or account number; `error.response` has "
        "what Paystack sent.",
        render_table(("error", "what happened", "what to do"), rows),
    )


def _events() -> str:
    types, rows = list_event_types(), []
    for name, known in deduplication.IDENTITIES.items():
        state = [
            f"`{path.removesuffix('?')}`" + (" if present" if path.endswith("?") else "") for path in known.key_paths
        ]
        ordering = f"`{known.object_type}:` and `{known.ordering_path}`" if known.ordering_path else "the event's name"
        rows.append((f"`{name}`", f"`{types[name][0]}`", ", ".join(state) or "all of its data", ordering))
    return render_page(
        "# Events",
        f"The {len(rows)} events that Paystack publishes. Each has a type in `paystackease.webhooks.events`. Its "
        "data is described in [paystackease.types.events](paystackease.types.events.md).",
        "*Key fields* make the deduplication key, `event.key`: deliveries with the same key are one event. Events "
        "with the same *ordering key* are handled in the order in which they arrived. The key of an event that is "
        "not in this table, or lacks these fields, is made from all of its data. "
        "See [webhook delivery](../explanations/webhooks.md).",
        render_table(("event", "type", "key fields", "ordering key"), rows),
    )


def _settings() -> str:
    docs = ModuleAnalyzer.for_module(settings.__name__).find_attr_docs()
    rows = []
    for field in msgspec.structs.fields(settings.Settings):
        meaning = render_text(" ".join(docs.get(("Settings", field.name), [""])))
        default = msgspec.to_builtins(getattr(settings.DEFAULT_SETTINGS, field.name))
        rows.append((f"`{field.name}`", f"`{msgspec.json.encode(default).decode()}`", meaning))
    return render_page(
        "# The emulator's settings",
        "Settings of a business in the emulator. A "
        "[seed file](paystackease.emulator.seed_file.md) has them under `[settings]`, "
        "`POST /_emulator/settings` changes them, "
        "`@pytest.mark.paystack(...)` sets them for a test, and the dashboard has a form.",
        render_table(("setting", "default", "meaning"), rows),
    )


def _faults() -> str:
    docs = ModuleAnalyzer.for_module(faults.__name__).find_attr_docs()
    descriptions = {
        "latency": "the response is delayed",
        "429": "not processed; the response says to retry later",
        "reset": "not processed; the connection is reset",
        "empty": "not processed; the connection is closed without a response",
        "stall": "not processed; no response is sent",
        "half": "processed; the response is truncated",
        "drip": "processed; the response is sent slowly, in pieces",
        "bad-json": "processed; the response is invalid JSON",
        "content-type": "processed; the response has the content type of a web page",
        "stale": "a read returns the state before the last change",
        "commit-then-drop": "processed; the connection is lost before the response",
        "commit-then-stall": "processed; no response is sent",
        "commit-then-504": "processed; the response is a 504",
        "twice": "a webhook is delivered twice",
        "late": "a webhook is delayed",
        "out-of-order": "a webhook arrives after those of later events",
        "lost": "a webhook is not delivered",
        "bad-signature": "a webhook's signature is wrong",
    }
    rows = []
    for name, action in faults.ACTIONS.items():
        effect = descriptions.get(name) or f"not processed; the response is a {name}"
        rows.append((f"`{name}`", effect, f"`seconds={action.seconds:g}`" if action.seconds else ""))
    rules = [
        (f"`{field.name}`", render_text(" ".join(docs.get(("Rule", field.name), [""]))))
        for field in msgspec.structs.fields(faults.FaultRule)
    ]
    presets = [
        (f"`{name}`", "<br>".join(f"`{_rule(rule)}`" for rule in rules)) for name, rules in faults.PRESETS.items()
    ]
    return render_page(
        "# Faults",
        "Faults that the emulator can inject: `emulator.add_fault(...)`, `sandbox.add_fault(...)`, "
        "`paystackease emulator fault add ...`, `POST /_emulator/faults`, or the header `x-emulator-fault` for one "
        "request.",
        "## Faults of calls",
        render_table(("action", "effect", "default"), rows),
        "## Faults of webhooks",
        render_table(("action", "effect"), [(f"`{name}`", descriptions[name]) for name in faults.WEBHOOK_ACTIONS]),
        "## Fields of a rule",
        render_table(("field", "meaning"), rules),
        "## Presets",
        "A preset combines several rules: `paystackease emulator run --preset NAME -- COMMAND`.",
        render_table(("preset", "rules"), presets),
    )


def _control() -> str:
    parts = [
        "# Control API of the emulator",
        "The emulator's own operations are under `/_emulator/`. They use JSON in Paystack's envelope, and act on the "
        "business of the secret key in the request. In Python, most have a method of "
        "[Emulator](paystackease.emulator.md) or of a test's [Sandbox](paystackease.testing.md); `Sandbox.control` "
        "calls any of them. [`paystackease emulator`](cli/emulator.md) has commands for the most common ones. In a "
        "browser, `/_emulator/` is the dashboard.",
    ]
    for group, operations in control_operations.GROUPS.items():
        parts += [
            f"## {group}",
            render_table(("operation", "description"), [(f"`{name}`", text) for name, text in operations.items()]),
        ]
    return render_page(*parts)


def _rule(rule: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in rule.items())


def _environment() -> str:
    from paystackease.cli.emulator import BASE_URL_VARIABLES

    return render_page(
        "# Environment variables",
        render_table(
            ("variable", "read by", "meaning"), [(f"`{name}`", *described) for name, described in ENVIRONMENT.items()]
        ),
        "## Variables that are set",
        f"`{RUN_COMMAND} -- COMMAND` sets for the command: the URL of its emulator as "
        + ", ".join(f"`{name}`" for name in BASE_URL_VARIABLES)
        + ", which are names that clients of Paystack read, and a key as `PAYSTACK_SECRET_KEY` and "
        "`PAYSTACK_PUBLIC_KEY`.",
    )


def _differences() -> str:
    rows = [
        (f"`{subject}`", f"`{difference}`", reason) for subject, difference, reason in substitutions.read_differences()
    ]
    return render_page(
        "# Differences of the emulator",
        f"All {len(rows)} differences in shape between a response or webhook of the emulator and the one that Paystack "
        "publishes. The tests call every operation and find these and no others. See "
        "[how accurate the emulator is](../explanations/emulator.md).",
        render_table(("object", "difference", "reason"), rows),
    )


def _columns() -> str:
    lists = exportable_lists()
    parts = [
        "# Columns of exports",
        f"`paystackease export LIST --out FILE` writes {len(lists)} lists, and `paystackease mirror sync` has tables "
        "with the same columns. Names are paths into Paystack's JSON. Amounts are in subunits; `json` is text "
        "that holds JSON. The last column, `other`, has all other keys that Paystack sent.",
    ]
    for name, endpoint in lists.items():
        cells = [f"`{column.name}` {column.type}" for column in columns_of(endpoint)]
        rows = [cells[index : index + 2] for index in range(0, len(cells), 2)]
        rows = [row if len(row) == 2 else [*row, ""] for row in rows]
        item_class = item_type(endpoint)
        parts += [
            f"## {name}",
            f"`{endpoint.method} {endpoint.path}`: each a "
            f"[{item_class.__name__}]({item_class.__module__}.md), {len(cells)} columns.",
            f":::{{dropdown}} The columns of {name}\n\n" + render_table(("", ""), rows) + "\n:::",
        ]
    return render_page(*parts)


def _commands() -> Iterator[tuple[str, str]]:
    commands = list_commands()
    for name, text in commands.items():
        title, _, rest = text.partition("\n")
        rest = re.sub(r"^##(#+) ", r"#\1 ", rest, flags=re.MULTILINE)
        rest = re.sub(r"^(Paystack's page: )(https://\S+)$", r"\1<\2>", rest, flags=re.MULTILINE)
        for short, long in list_short_names(name).items():
            heading = f"## paystackease {name} {long}\n"
            rest = rest.replace(heading, f"{heading}\nShort: `paystackease {name} {short}`.\n")
        text = render_page(f"# {title}", rest.replace("```console", "```text").strip())
        yield f"cli/{name}.md", render_child_page("[Reference](../index.md) / [The command line](index.md)", text)
    groups: Mapping[Literal["around", "api"], str] = {"around": "Tools", "api": "Paystack's API"}
    parts = [
        "# The command line",
        "The command line needs the extra `cli`. `--help` after any command prints the same text. Exit codes: 0 for "
        "success, 1 if Paystack rejected the call or the command failed, 2 for invalid arguments, 3 if Paystack "
        "could not be reached, and 4 if the outcome is unknown.",
        "Commands of the API have short names without the name of their resource: `paystackease customers fetch`. "
        "`-o json`, `-o jsonl` and `-o csv` are for programs. `--all` follows every page. Commands that move money ask "
        "for confirmation, unless `--yes` is given.",
    ]
    for kind, caption in groups.items():
        names = [name for name in commands if (full_app()[name].group == (API,)) == (kind == "api")]
        rows = [(f"[{name}]({name}.md)", full_app()[name].help) for name in names]
        parts += [f"## {caption}", render_table(("command", ""), rows)]
    yield "cli/index.md", render_page(*parts)
