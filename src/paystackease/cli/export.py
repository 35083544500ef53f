"""``paystackease export``: a list as a file, a command for each list that Paystack gives in pages."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from cyclopts import App, Parameter

from paystackease._core.endpoint import Endpoint
from paystackease.cli import credentials
from paystackease.cli.api_commands import HOW, dashed, parameters_of
from paystackease.cli.output import complain, plain
from paystackease.cli.signals import ending_at_once
from paystackease.data.columns import columns_of
from paystackease.data.spreadsheets import Formulas
from paystackease.data.writers import table_name
from paystackease.endpoints import endpoints
from paystackease.errors import InvalidArgumentError, PaystackError
from paystackease.paystack import Paystack

PAGING = frozenset({"page", "per_page", "use_cursor", "next", "previous", "next_page", "previous_page", "cursor"})
"""What an export sees to by itself."""


def lists() -> dict[str, Endpoint[..., Any]]:
    """The lists that come in pages, by what they are lists of: ``transactions``, ``refunds``."""
    found: dict[str, Endpoint[..., Any]] = {}
    for listed in sorted(endpoints(), key=lambda listed: "{" in listed.endpoint.path):
        endpoint = listed.endpoint
        hint = get_type_hints(endpoint.function)["return"]
        if endpoint.pages and get_origin(get_args(hint)[0]) is list:
            name = table_name(endpoint)
            found[f"{listed.section}_{name}" if name in found else name] = endpoint
    return dict(sorted(found.items()))


def columns(name: str, /) -> None:
    """Print the columns of a list's file and their types.

    :param name: The list, such as transactions.
    """
    endpoint = lists().get(name.replace("-", "_"))
    if endpoint is None:
        raise InvalidArgumentError(f"there is no list {name!r}: paystackease export --help names them")
    for column in columns_of(endpoint):
        print(f"{column.name}  {column.kind}")


def _command(endpoint: Endpoint[..., Any]) -> Callable[..., None]:
    takes = [parameter for parameter in parameters_of(endpoint) if parameter.name not in PAGING]
    help_ = "The file: *.csv, *.jsonl, *.parquet or *.sqlite."
    out = Annotated[Path, Parameter(name=("--out", "-o"), group=HOW, help=help_)]
    profile = Annotated[str | None, Parameter(group=HOW, help="Whose account: a profile of paystackease login.")]
    said = "In CSV, text that a spreadsheet would take for a formula: escape puts a ' in front, raw leaves it."
    formulas = Annotated[Formulas, Parameter(group=HOW, help=said)]
    named = inspect.Parameter.KEYWORD_ONLY
    takes += [
        inspect.Parameter("out", named, annotation=out),
        inspect.Parameter("csv_formulas", named, annotation=formulas, default="escape"),
        inspect.Parameter("profile", named, annotation=profile, default=None),
    ]
    names = [name for name in endpoint.parameters if name not in PAGING]

    def command(*args: Any, **kwargs: Any) -> None:
        target: Path = kwargs.pop("out")
        of: str | None = kwargs.pop("profile", None)
        formulas: Formulas = kwargs.pop("csv_formulas", "escape")
        given = dict(zip(names, args, strict=False))
        given.update({name: value for name, value in kwargs.items() if value is not None})
        _export(endpoint, given, target, of, formulas)

    command.__name__ = endpoint.name
    command.__signature__ = inspect.Signature(takes)  # type: ignore[attr-defined] # functions may have one
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in takes}
    return command


def _export(
    endpoint: Endpoint[..., Any], given: Mapping[str, Any], out: Path, profile: str | None, formulas: Formulas
) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from paystackease.data.export import Progress as Told
    from paystackease.data.export import export

    console = Console(stderr=True)
    rate = TextColumn("{task.fields[rate]}")
    bar = (TextColumn(out.name), BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn())
    # In a pipe there is nobody to watch.
    watched = Progress(*bar, console=console, transient=True, disable=not console.is_terminal)

    def tell_how_to_go_on() -> None:
        watched.stop()
        if any(task.completed for task in watched.tasks):
            told = f"What came is kept in {out.name}.part: run the same command again to go on from there."
            complain(told)

    key = credentials.secret_key(profile)
    with Paystack(key) as client, watched as progress, ending_at_once(tell_how_to_go_on):
        task = progress.add_task("", total=None, rate="")

        def tell(told: Told) -> None:
            speed = progress.tasks[0].speed
            per_second = f"{speed:,.0f} a second" if speed else ""
            progress.update(task, completed=told.kept, total=told.total, rate=per_second)

        try:
            rows = export(client, endpoint, given, out, whose=credentials.mark(key), csv_formulas=formulas, tell=tell)
        except PaystackError:
            tell_how_to_go_on()
            raise
    print(f"{rows:,} {'row is' if rows == 1 else 'rows are'} in {out}.", file=sys.stderr)


def _about(endpoint: Endpoint[..., Any]) -> str:
    # What is said of following the pages is an export's own business.
    return plain(endpoint.summary).partition(". client")[0].rstrip(".") + "."


export_app = App(name="export", help="A list as a file: CSV, JSONL, Parquet or SQLite.", version_flags=[])
export_app.command(columns)
for _name, _endpoint in lists().items():
    export_app.command(_command(_endpoint), name=dashed(_name), help=_about(_endpoint))
