"""The reference's pages, written from the running code: one for each module, under its import path, and the tables.

They are made anew whenever the documentation is built and are not kept. What a reader sees of a class is what the class
really has; what must be said by hand stands in the docstrings.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from inspect import get_annotations
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, ForwardRef, get_args, get_origin, is_typeddict

from reference_tables import leaf, page, pages, prose, table
from sphinx.pycode import ModuleAnalyzer

import paystackease
from paystackease import apis, async_apis, types, webhooks
from paystackease._core.endpoint import Endpoint, endpoints_of

CLIENTS = ("paystackease.paystack", "paystackease.apaystack", "paystackease.base", "paystackease.abase")
ROUND_ABOUT = (
    "paystackease.response",
    "paystackease.errors",
    "paystackease.fees",
    "paystackease.helpers.tool_kit",
    "paystackease.helpers.convert",
    "paystackease.endpoints",
    "paystackease.otel",
)
OFFLINE = (
    "paystackease.testing",
    "paystackease.emulator",
    "paystackease.emulator.seed_file",
    "paystackease.emulator.catalog.test_instruments",
)
DATA = (
    "paystackease.data.export",
    "paystackease.data.columns",
    "paystackease.data.mirror",
    "paystackease.data.reconcile",
    "paystackease.data.reconcile_report",
    "paystackease.data.spreadsheets",
)
LISTS = ("errors", "events", "settings", "faults", "control", "environment", "columns", "differences")
ARGUMENTS = ("Retry", "Limit", "Observer", "Request")
"""What is given to a client or got from one, and lives in modules of its own."""

BASES = ("PayStackBaseClientAPI", "AsyncPayStackBaseClientAPI")
"""Classes whose methods are on a page of their own."""

INNER = "work, handle, act, begin, drive, adrive, tell, put_in_force, holder, operations, tenants"
"""What an emulator has for its own pages and servers."""


def write(folder: Path) -> None:
    """Write all of them into a folder; those that say the same already are left, so that Sphinx reads them once."""
    found = dict(_pages())
    for name, text in found.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in folder.rglob("*.md"):
        if path.relative_to(folder).as_posix() not in found:
            path.unlink()


def plain_signature(app: object, thing: Any, bound: bool) -> None:
    """Have Sphinx read an endpoint's types as people do: without what `Annotated` says beside them for the endpoint.

    It would look for `code` of `Annotated[str, Key("code")]` as if that were a class.
    """
    if isinstance(getattr(thing, "endpoint", None), Endpoint):
        signature: inspect.Signature = thing.__signature__
        found = {name: parameter.annotation for name, parameter in signature.parameters.items() if name != "self"}
        thing.__annotations__ = {**found, "return": signature.return_annotation}


def literal_blocks(app: object, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """Have what is indented below a paragraph read as code: docstrings are for people first, and have no `::`."""
    found: list[str] = []
    above = ""
    for before, line in zip(["", *lines], lines, strict=False):
        begins = line.startswith("    ") and not before.strip()
        if begins and above and not above.startswith((" ", "*", "-", ":", "..")) and not above.endswith("::"):
            found += ["::", ""]
        found.append(line)
        above = line if line.strip() else above
    lines[:] = found


def _pages() -> Iterator[tuple[str, str]]:
    blocking, awaited, shapes = _modules(apis), _modules(async_apis), _modules(types)
    hooks = [name for name in _modules(webhooks) if not name.rpartition(".")[2].startswith("_")]
    clients = (*CLIENTS, *ROUND_ABOUT)
    yield from pages()
    yield from _chapter("awaited", "Each API, awaited", awaited, _about_section)
    yield from _chapter("blocking", "Each API, blocking", blocking, _about_section)
    yield from _chapter("types", "What Paystack sends", shapes)
    yield from _chapter("clients", "Clients, and what is around them", clients)
    yield from _chapter("webhooks", "Webhooks", hooks)
    yield from _chapter("offline", "Offline: tests and the emulator", OFFLINE)
    yield from _chapter("data", "Data", DATA)
    yield "arguments.md", _arguments()
    yield (
        "index.md",
        page(
            "# Reference",
            "Made from the running code, so it says what this version does.",
            _toctree("The API, by section", ("endpoints", "awaited", "blocking", "types")),
            _toctree("Python", ("clients", "arguments", "webhooks", "offline", "data")),
            _toctree(
                "Lists", ("errors", "events", "settings", "faults", "control", "environment", "columns", "differences")
            ),
            _toctree("The command line", ("cli/index",)),
        ),
    )


def _chapter(
    name: str, title: str, modules: Sequence[str], about: Callable[[ModuleType], str] | None = None
) -> Iterator[tuple[str, str]]:
    """A page that lists modules, and a page for each."""
    found = {module: import_module(module) for module in modules}
    rows = [(f"[{module}]({module}.md)", (about or _first_sentence)(thing)) for module, thing in found.items()]
    yield f"{name}.md", page(f"# {title}", table(("module", ""), rows))
    above = f"[Reference](index.md) / [{title}]({name}.md)"
    for module, thing in found.items():
        made = _shapes(thing) if module.startswith("paystackease.types.") else _module(thing)
        yield f"{module}.md", leaf(above, made)


def _modules(package: ModuleType) -> list[str]:
    return [f"{package.__name__}.{found.name}" for found in pkgutil.iter_modules(package.__path__)]


def _first_sentence(module: ModuleType) -> str:
    text = (inspect.getdoc(module) or "").split("\n\n")[0]
    return prose(re.sub(r"(:|::)$", ".", text.strip()))


def _about_section(module: ModuleType) -> str:
    for name, thing in vars(module).items():
        if inspect.isclass(thing) and thing.__module__ == module.__name__ and name.endswith("ClientAPI"):
            count = len(endpoints_of(thing))
            return f"`{name}`: {count} call{'s' * (count != 1)}"
    raise LookupError(module.__name__)


def _module(module: ModuleType) -> str:
    said, shapes = [], []
    for name, thing in vars(module).items():
        home = getattr(thing, "__module__", None) or ""
        lent = name in getattr(module, "__all__", ()) and home.startswith(f"{module.__name__}.")
        if name.startswith("_") or not (home == module.__name__ or lent):
            continue
        if is_typeddict(thing):
            shapes.append(_shape(thing))
        elif inspect.isfunction(thing):
            said.append(_directive("autofunction", f"{module.__name__}.{name}"))
        elif inspect.isclass(thing) and (options := _options(name, thing)):
            said.append(_directive("autoclass", f"{home}.{name}", *options))
    return page(f"# {module.__name__}", _directive("automodule", module.__name__), *said, *shapes)


def _options(name: str, thing: type) -> list[str]:
    """What is shown of a class. The endpoints that a client has are made on it; its base's methods are the base's."""
    bases = [base.__name__ for base in thing.__mro__ if base.__name__ in BASES]
    if name == "Emulator":
        return ["members:", "inherited-members:", f"exclude-members: {INNER}"]
    if bases and name not in bases:
        return ["members:", f"inherited-members: {bases[0]}", "show-inheritance:"]
    if any(endpoints_of(thing)):
        return []  # the endpoints' declaration: its client shows them
    return ["members:", "show-inheritance:"]


def _shapes(module: ModuleType) -> str:
    shapes = [thing for thing in vars(module).values() if is_typeddict(thing) and thing.__module__ == module.__name__]
    return page(f"# {module.__name__}", prose(inspect.getdoc(module) or ""), *map(_shape, shapes))


def _shape(thing: type) -> str:
    # A type's fields are read as a table: autodoc would make a heading of each.
    said = ModuleAnalyzer.for_module(thing.__module__).find_attr_docs()
    rows = [
        (f"`{field}`", f"`{_written(hint)}`", prose(" ".join(said.get((thing.__name__, field), ()))))
        for field, hint in get_annotations(thing).items()
    ]
    doc = "\n\n".join(prose(part) for part in (inspect.getdoc(thing) or "").split("\n\n"))
    above = [base.__name__ for base in getattr(thing, "__orig_bases__", ()) if is_typeddict(base)]
    also = f"All of {' and '.join(f'`{name}`' for name in above)}, and:" if above else ""
    # A class to Sphinx, so that signatures lead here.
    head = f":::{{py:class}} {thing.__name__}\n:module: {thing.__module__}"
    return page(head, doc, also, table(("key", "type", ""), rows) if rows else "", ":::").rstrip()


def _written(hint: Any) -> str:
    if isinstance(hint, ForwardRef):
        return hint.__forward_arg__
    if get_origin(hint) is Annotated:
        return _written(get_args(hint)[0])
    text = hint.__name__ if inspect.isclass(hint) and not get_args(hint) else str(hint)
    text = re.sub(r"Annotated\[(\w+), [^\]]*\]", r"\1", text)
    return re.sub(r"\b(typing|collections\.abc|datetime|paystackease(\.\w+)+)\.(?=\w)", "", text)


def _arguments() -> str:
    parts = ["# Retry, Limit, Observer, Request", "All four are imported from `paystackease`."]
    for name in ARGUMENTS:
        thing: Any = getattr(paystackease, name)
        parts.append(_directive("autoclass", f"{thing.__module__}.{name}", "members:"))
    return page(*parts)


def _directive(name: str, argument: str, *options: str) -> str:
    # In MyST, autodoc's directives are written in reST.
    lines = [f".. {name}:: {argument}", *(f"   :{option}" for option in options)]
    return "```{eval-rst}\n" + "\n".join(lines) + "\n```"


def _toctree(caption: str, names: Sequence[str]) -> str:
    return "```{toctree}\n:caption: " + caption + "\n:maxdepth: 1\n\n" + "\n".join(names) + "\n```"
