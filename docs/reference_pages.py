"""The reference's pages, written from the running code: one for each module, under its import path.

They are made anew whenever the documentation is built and are not kept. What a reader sees of a class is what the class
really has; what must be said by hand stands in the docstrings.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator, Sequence
from importlib import import_module
from inspect import get_annotations
from pathlib import Path
from types import ModuleType
from typing import Any, ForwardRef, is_typeddict

import paystackease
from paystackease import apis, async_apis, types
from paystackease._endpoint import endpoints_of
from paystackease.endpoints import Listed, endpoints

CLIENTS = ("paystackease.paystack", "paystackease.apaystack", "paystackease.base", "paystackease.abase")
ROUND_ABOUT = (
    "paystackease.response",
    "paystackease.errors",
    "paystackease.helpers.tool_kit",
    "paystackease.helpers.convert",
    "paystackease.otel",
    "paystackease.endpoints",
)
ARGUMENTS = ("Retry", "Limit", "Observer", "Request")
"""What is given to a client or got from one, and lives in modules of its own."""


def write(folder: Path) -> None:
    """Write all of them into a folder; those that say the same already are left, so that Sphinx reads them once."""
    pages = dict(_pages())
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in folder.rglob("*.md"):
        if path.relative_to(folder).as_posix() not in pages:
            path.unlink()


def _pages() -> Iterator[tuple[str, str]]:
    blocking, awaited, shapes = _modules(apis), _modules(async_apis), _modules(types)
    yield "endpoints.md", _endpoints()
    yield "arguments.md", _arguments()
    for name in (*CLIENTS, *ROUND_ABOUT, *blocking, *awaited):
        yield f"{name}.md", _module(import_module(name))
    for name in shapes:
        yield f"{name}.md", _shapes(import_module(name))
    toctrees = {
        "What can be called": ("endpoints",),
        "Clients": (*CLIENTS, "arguments"),
        "Each API, awaited": awaited,
        "Each API, blocking": blocking,
        "Around them": ROUND_ABOUT,
        "What Paystack sends": shapes,
    }
    parts = ["# Reference", "Made from the running code, so it says what this version does."]
    parts += [_toctree(caption, names) for caption, names in toctrees.items()]
    yield "index.md", _page(*parts)


def _modules(package: ModuleType) -> list[str]:
    return [f"{package.__name__}.{found.name}" for found in pkgutil.iter_modules(package.__path__)]


def _module(module: ModuleType) -> str:
    parts = [f"# {module.__name__}", _directive("automodule", module.__name__)]
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(thing):
            # The endpoints that a client has are made on its class; the base's methods are on the base's page.
            bases = [base.__name__ for base in thing.__mro__ if base.__name__.endswith("BaseClientAPI")]
            if bases and thing.__name__ not in bases:
                options = ["members:", f"inherited-members: {bases[0]}", "show-inheritance:"]
            elif any(endpoints_of(thing)):
                continue  # the endpoints' declaration: its client shows them
            else:
                options = ["members:", "show-inheritance:"]
            parts.append(_directive("autoclass", f"{module.__name__}.{name}", *options))
        elif inspect.isfunction(thing):
            parts.append(_directive("autofunction", f"{module.__name__}.{name}"))
    return _page(*parts)


def _shapes(module: ModuleType) -> str:
    # A type's fields are read as a table: autodoc would make a heading of each.
    parts = [f"# {module.__name__}", inspect.getdoc(module) or ""]
    for name, thing in vars(module).items():
        if not is_typeddict(thing) or thing.__module__ != module.__name__:
            continue
        rows = [f"| `{field}` | {_written(hint)} |" for field, hint in get_annotations(thing).items()]
        doc = inspect.getdoc(thing) or ""
        parts += [f"## {name}", doc, "\n".join(["| key | type |", "|---|---|", *rows])]
    return _page(*parts)


def _written(hint: object) -> str:
    text = hint.__forward_arg__ if isinstance(hint, ForwardRef) else str(hint)
    return f"`{text}`".replace("|", "\\|").replace("typing.", "")


def _arguments() -> str:
    parts = ["# Retry, Limit, Observer, Request", "All four are imported from `paystackease`."]
    for name in ARGUMENTS:
        thing: Any = getattr(paystackease, name)
        parts.append(_directive("autoclass", f"{thing.__module__}.{name}", "members:"))
    return _page(*parts)


def _endpoints() -> str:
    rows = list(endpoints())
    parts = [
        "# Endpoints",
        f"All {len(rows)} of them, and what happens to a call whose outcome is unclear. "
        "`python -m paystackease.endpoints` prints the same.",
    ]
    section = ""
    for listed in rows:
        if listed.section != section:
            section = listed.section
            parts.append(f"\n## {section.replace('_', ' ').capitalize()}\n")
            parts.append("| call | request | after an unclear outcome | |\n|---|---|---|---|")
        parts[-1] += "\n" + _row(listed)
    return _page(*parts)


def _row(listed: Listed) -> str:
    found = listed.endpoint
    again = f"{found.repeat.value}, by its {found.guard.field}" if found.guard else found.repeat.value
    remarks = ["moves money"] * found.moves_money + [f"pages by {found.pages}"] * bool(found.pages)
    remarks += ["undocumented"] * (not found.documented)
    cells = (f"`{listed.section}.{found.name}`", f"`{found.method} {found.path}`", again, ", ".join(remarks))
    return "| " + " | ".join(cells) + " |"


def _directive(name: str, argument: str, *options: str) -> str:
    # In MyST, autodoc's directives are written in reST.
    lines = [f".. {name}:: {argument}", *(f"   :{option}" for option in options)]

    return "```{eval-rst}\n" + "\n".join(lines) + "\n```"


def _toctree(caption: str, names: Sequence[str]) -> str:
    return "```{toctree}\n:caption: " + caption + "\n:maxdepth: 1\n\n" + "\n".join(names) + "\n```"


def _page(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"
