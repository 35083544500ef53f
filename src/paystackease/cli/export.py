"""``paystackease export``: export a list to a file, with a command for each paginated list of the API."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from cyclopts import App, Parameter

from paystackease._core.endpoint import Endpoint
from paystackease.cli import credentials
from paystackease.cli.api_commands import OPTIONS_GROUP, command_summary, endpoint_parameters, to_dashes
from paystackease.cli.output import print_error
from paystackease.cli.signals import exit_on_interrupt
from paystackease.data.columns import columns_of
from paystackease.data.spreadsheets import FormulaPolicy
from paystackease.data.writers import table_name
from paystackease.endpoints import endpoints
from paystackease.errors import InvalidArgumentError, PaystackError
from paystackease.paystack import Paystack

PAGINATION_PARAMETERS = frozenset(
    {"page", "per_page", "use_cursor", "next", "previous", "next_page", "previous_page", "cursor"}
)
"""Parameters that an export sets itself."""


def exportable_lists() -> dict[str, Endpoint[..., Any]]:
    """Return the endpoints of paginated lists by the names of their lists: ``transactions``, ``refunds``."""
    by_name: dict[str, Endpoint[..., Any]] = {}
    for section, endpoint in sorted(endpoints(), key=lambda listed: "{" in listed.endpoint.path):
        hint = get_type_hints(endpoint.function)["return"]
        if endpoint.pages and get_origin(get_args(hint)[0]) is list:
            name = table_name(endpoint)
            by_name[f"{section}_{name}" if name in by_name else name] = endpoint
    return dict(sorted(by_name.items()))


def columns(name: str, /) -> None:
    """Print the columns of an exported list and their types.

    :param name: The list, such as transactions.
    """
    endpoint = exportable_lists().get(name.replace("-", "_"))
    if endpoint is None:
        raise InvalidArgumentError(f"there is no list {name!r}: see paystackease export --help")
    for column in columns_of(endpoint):
        print(f"{column.name}  {column.type}")


def _build_command(endpoint: Endpoint[..., Any]) -> Callable[..., None]:
    parameters = [
        parameter for parameter in endpoint_parameters(endpoint) if parameter.name not in PAGINATION_PARAMETERS
    ]
    help_ = "The output file: *.csv, *.jsonl, *.parquet or *.sqlite."
    out = Annotated[Path, Parameter(name=("--out", "-o"), group=OPTIONS_GROUP, help=help_)]
    profile = Annotated[
        str | None, Parameter(group=OPTIONS_GROUP, help="The account to use: a profile of paystackease login.")
    ]
    help_ = "Text in CSV that a spreadsheet would treat as a formula: escape writes a ' in front, raw leaves it."
    formulas = Annotated[FormulaPolicy, Parameter(group=OPTIONS_GROUP, help=help_)]
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters += [
        inspect.Parameter("out", keyword, annotation=out),
        inspect.Parameter("csv_formulas", keyword, annotation=formulas, default="escape"),
        inspect.Parameter("profile", keyword, annotation=profile, default=None),
    ]
    names = [name for name in endpoint.parameters if name not in PAGINATION_PARAMETERS]

    def command(*args: Any, **kwargs: Any) -> None:
        out_path: Path = kwargs.pop("out")
        profile_name: str | None = kwargs.pop("profile", None)
        policy: FormulaPolicy = kwargs.pop("csv_formulas", "escape")
        arguments = dict(zip(names, args, strict=False))
        arguments.update({name: value for name, value in kwargs.items() if value is not None})
        _export(endpoint, arguments, out_path, profile_name, policy)

    command.__name__ = endpoint.name
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # functions may have one
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def _export(
    endpoint: Endpoint[..., Any], arguments: Mapping[str, Any], out: Path, profile: str | None, policy: FormulaPolicy
) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from paystackease.data.export import Progress as ExportProgress
    from paystackease.data.export import export

    console = Console(stderr=True)
    rate = TextColumn("{task.fields[rate]}")
    bar = (TextColumn(out.name), BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn())
    # The bar is shown only on a terminal.
    progress_bar = Progress(*bar, console=console, transient=True, disable=not console.is_terminal)

    def print_how_to_resume() -> None:
        progress_bar.stop()
        if any(task.completed for task in progress_bar.tasks):
            print_error(f"Progress is saved in {out.name}.part: run the same command again to resume.")

    key = credentials.secret_key(profile)
    with Paystack(key) as client, progress_bar as progress, exit_on_interrupt(print_how_to_resume):
        task = progress.add_task("", total=None, rate="")

        def on_progress(state: ExportProgress) -> None:
            speed = progress.tasks[0].speed
            per_second = f"{speed:,.0f} a second" if speed else ""
            progress.update(task, completed=state.received, total=state.total, rate=per_second)

        try:
            rows = export(
                client,
                endpoint,
                arguments,
                out,
                account_fingerprint=credentials.fingerprint(key),
                csv_formulas=policy,
                on_progress=on_progress,
            )
        except PaystackError:
            print_how_to_resume()
            raise
    print(f"Wrote {rows:,} {'row' if rows == 1 else 'rows'} to {out}.", file=sys.stderr)


export_app = App(name="export", help="Export a list to a file: CSV, JSONL, Parquet or SQLite.", version_flags=[])
export_app.command(columns)
for _name, _endpoint in exportable_lists().items():
    export_app.command(_build_command(_endpoint), name=to_dashes(_name), help=command_summary(_endpoint))
