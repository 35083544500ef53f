"""Generates the reference from the code: a page for each module, named by its import path, and the tables.

The pages are generated in each build and are not in the repository. Text comes from docstrings.
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

from reference_tables import generate_tables, render_child_page, render_page, render_table, render_text
from sphinx.pycode import ModuleAnalyzer

from paystackease import apis, async_apis, types, webhooks
from paystackease._core.config import TIMEOUT
from paystackease._core.endpoint import Endpoint, endpoints_of

CLIENT_MODULES = ("paystackease.paystack", "paystackease.apaystack", "paystackease.base", "paystackease.abase")
HELPER_MODULES = (
    "paystackease.response",
    "paystackease.errors",
    "paystackease.helpers.tool_kit",
    "paystackease.helpers.convert",
    "paystackease.endpoints",
    "paystackease.otel",
)
TESTING_MODULES = (
    "paystackease.testing",
    "paystackease.emulator",
    "paystackease.emulator.seed_file",
    "paystackease.emulator.catalog.test_instruments",
)
DATA_MODULES = (
    "paystackease.data.export",
    "paystackease.data.columns",
    "paystackease.data.mirror",
    "paystackease.data.reconcile",
    "paystackease.data.reconcile_report",
    "paystackease.data.spreadsheets",
)
LISTS = ("errors", "events", "settings", "faults", "control", "environment", "columns", "differences")
OPTIONS = ("Retry", "RateLimit", "Observer", "Request")
"""Classes of client options and requests. Their modules are private, so they share a page."""

BASES = ("PayStackBaseClientAPI", "AsyncPayStackBaseClientAPI")
"""Base classes whose methods have a page of their own."""

INTERNAL_MEMBERS = (
    *("activate_fault", "add_routes", "adeliver_due", "advance_all_flow", "advance_flow", "arun_flow", "clock_of"),
    *("deliver_flow", "dispatch", "find_tenant", "initialize_tenant", "key_suffix", "operations"),
    *("reply_of", "reset_tenant", "respond", "run_as", "run_flow", "tenant_ids", "tenants"),
)
"""Members of an emulator that are for its pages and servers only."""


def write_pages(folder: Path) -> None:
    """Write all pages into a directory. Unchanged files are kept, so that Sphinx does not read them again."""
    generated = dict(_generate_pages())
    for name, text in generated.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in folder.rglob("*.md"):
        if path.relative_to(folder).as_posix() not in generated:
            path.unlink()


def strip_annotated(app: object, method: Any, bound: bool) -> None:
    """Remove `Annotated` from the types of an endpoint, before Sphinx reads its signature.

    Sphinx would otherwise resolve `code` in `Annotated[str, Key("code")]` as a class.
    """
    if isinstance(getattr(method, "endpoint", None), Endpoint):
        signature: inspect.Signature = method.__signature__
        annotations = {name: parameter.annotation for name, parameter in signature.parameters.items() if name != "self"}
        method.__annotations__ = {**annotations, "return": signature.return_annotation}


def shorten_defaults(
    app: object,
    object_type: str,
    name: str,
    documented: object,
    options: object,
    signature: str | None,
    result: str | None,
) -> tuple[str | None, str | None]:
    """Show the number of a default timeout in a signature, and `...` for a function, which is not valid there."""
    if signature:
        signature = re.sub(r"<function \w+>", "...", signature.replace("= TIMEOUT", f"= {TIMEOUT:g}"))
    return signature, result


def mark_literal_blocks(
    app: object, object_type: str, name: str, documented: object, options: object, lines: list[str]
) -> None:
    """Mark indented paragraphs as literal blocks: docstrings have no `::`, because people read them first."""
    marked: list[str] = []
    previous_text = ""
    for before, line in zip(["", *lines], lines, strict=False):
        begins = line.startswith("    ") and not before.strip()
        if (
            begins
            and previous_text
            and not previous_text.startswith((" ", "*", "-", ":", ".."))
            and not previous_text.endswith("::")
        ):
            marked += ["::", ""]
        marked.append(line)
        previous_text = line if line.strip() else previous_text
    lines[:] = marked


def _generate_pages() -> Iterator[tuple[str, str]]:
    blocking, asynchronous, schemas = _list_modules(apis), _list_modules(async_apis), _list_modules(types)
    webhook_modules = [name for name in _list_modules(webhooks) if not name.rpartition(".")[2].startswith("_")]
    client_modules = (*CLIENT_MODULES, *HELPER_MODULES)
    yield from generate_tables()
    yield from _generate_chapter("awaited", "Resources, asyncio", asynchronous, _describe_resource)
    yield from _generate_chapter("blocking", "Resources, blocking", blocking, _describe_resource)
    yield from _generate_chapter("types", "Types of Paystack's JSON", schemas)
    yield from _generate_chapter("clients", "Clients, errors and helpers", client_modules)
    yield from _generate_chapter("webhooks", "Webhooks", webhook_modules)
    yield from _generate_chapter("offline", "Testing and the emulator", TESTING_MODULES)
    yield from _generate_chapter("data", "Export, mirror and reconcile", DATA_MODULES)
    yield "arguments.md", _generate_options()
    yield (
        "index.md",
        render_page(
            "# Reference",
            "Generated from the code of this version.",
            _toctree("Paystack's API", ("endpoints", "awaited", "blocking", "types")),
            _toctree("Python API", ("clients", "arguments", "webhooks", "offline", "data")),
            _toctree(
                "Tables", ("errors", "events", "settings", "faults", "control", "environment", "columns", "differences")
            ),
            _toctree("Command line", ("cli/index",)),
        ),
    )


def _generate_chapter(
    name: str, title: str, modules: Sequence[str], describe: Callable[[ModuleType], str] | None = None
) -> Iterator[tuple[str, str]]:
    """Generate a page that lists modules, and a page for each."""
    imported = {path: import_module(path) for path in modules}
    rows = [(f"[{path}]({path}.md)", (describe or _first_sentence)(module)) for path, module in imported.items()]
    yield f"{name}.md", render_page(f"# {title}", render_table(("module", ""), rows))
    breadcrumb = f"[Reference](index.md) / [{title}]({name}.md)"
    for path, module in imported.items():
        text = _render_schemas(module) if path.startswith("paystackease.types.") else _render_module(module)
        yield f"{path}.md", render_child_page(breadcrumb, text)


def _list_modules(package: ModuleType) -> list[str]:
    return [f"{package.__name__}.{module.name}" for module in pkgutil.iter_modules(package.__path__)]


def _first_sentence(module: ModuleType) -> str:
    text = (inspect.getdoc(module) or "").split("\n\n")[0]
    return render_text(re.sub(r"(:|::)$", ".", text.strip()))


def _describe_resource(module: ModuleType) -> str:
    for name, member in vars(module).items():
        if inspect.isclass(member) and member.__module__ == module.__name__ and name.endswith("ClientAPI"):
            count = len(endpoints_of(member))
            return f"`{name}`: {count} call{'s' * (count != 1)}"
    raise LookupError(module.__name__)


def _render_module(module: ModuleType) -> str:
    directives, schemas = [], []
    for name, member in vars(module).items():
        home = getattr(member, "__module__", None) or ""
        reexported = name in getattr(module, "__all__", ()) and home.startswith(f"{module.__name__}.")
        if name.startswith("_") or not (home == module.__name__ or reexported):
            continue
        if is_typeddict(member):
            schemas.append(_render_schema(member))
        elif inspect.isfunction(member):
            directives.append(_directive("autofunction", f"{module.__name__}.{name}"))
        elif inspect.isclass(member) and (options := _choose_options(name, member)):
            directives.append(_directive("autoclass", f"{home}.{name}", *options))
    return render_page(f"# {module.__name__}", _directive("automodule", module.__name__), *directives, *schemas)


def _choose_options(name: str, cls: type) -> list[str]:
    """Return the autodoc options of a class. Endpoint methods are shown with the client, others with the base class."""
    bases = [base.__name__ for base in cls.__mro__ if base.__name__ in BASES]
    if name == "Emulator":
        return ["members:", "inherited-members:", f"exclude-members: {', '.join(INTERNAL_MEMBERS)}"]
    if bases and name not in bases:
        return ["members:", f"inherited-members: {bases[0]}", "show-inheritance:"]
    if any(endpoints_of(cls)):
        return []  # a declaration of endpoints: the client shows them
    return ["members:", "show-inheritance:"]


def _render_schemas(module: ModuleType) -> str:
    homes = (module.__name__, f"{module.__name__}.")  # the schemas of a package are in its modules
    schemas = [
        member
        for member in vars(module).values()
        if is_typeddict(member) and (member.__module__ == homes[0] or member.__module__.startswith(homes[1]))
    ]
    return render_page(f"# {module.__name__}", render_text(inspect.getdoc(module) or ""), *map(_render_schema, schemas))


def _render_schema(schema: type) -> str:
    # A table, because autodoc would make a heading of each field.
    docs = ModuleAnalyzer.for_module(schema.__module__).find_attr_docs()
    rows = [
        (f"`{field}`", f"`{_render_type(hint)}`", render_text(" ".join(docs.get((schema.__name__, field), ()))))
        for field, hint in get_annotations(schema).items()
    ]
    doc = "\n\n".join(render_text(part) for part in (inspect.getdoc(schema) or "").split("\n\n"))
    base_names = [base.__name__ for base in getattr(schema, "__orig_bases__", ()) if is_typeddict(base)]
    bases_note = f"All fields of {' and '.join(f'`{name}`' for name in base_names)}, and:" if base_names else ""
    # A class for Sphinx, so that signatures link to it.
    head = f":::{{py:class}} {schema.__name__}\n:module: {schema.__module__}"
    return render_page(head, doc, bases_note, render_table(("key", "type", ""), rows) if rows else "", ":::").rstrip()


def _render_type(hint: Any) -> str:
    if isinstance(hint, ForwardRef):
        return hint.__forward_arg__
    if get_origin(hint) is Annotated:
        return _render_type(get_args(hint)[0])
    text = hint.__name__ if inspect.isclass(hint) and not get_args(hint) else str(hint)
    text = re.sub(r"Annotated\[(\w+), [^\]]*\]", r"\1", text)
    return re.sub(r"\b(typing|collections\.abc|datetime|paystackease(\.\w+)+)\.(?=\w)", "", text)


def _generate_options() -> str:
    # By their public names, so that the search does not show the private modules.
    classes = [_directive("autoclass", f"paystackease.{name}", "members:") for name in OPTIONS]
    return render_page("# Retry, RateLimit, Observer, Request", "Import all four from `paystackease`.", *classes)


def _directive(name: str, argument: str, *options: str) -> str:
    # MyST evaluates autodoc directives in reST only.
    lines = [f".. {name}:: {argument}", *(f"   :{option}" for option in options)]
    return "```{eval-rst}\n" + "\n".join(lines) + "\n```"


def _toctree(caption: str, names: Sequence[str]) -> str:
    return "```{toctree}\n:caption: " + caption + "\n:maxdepth: 1\n\n" + "\n".join(names) + "\n```"
