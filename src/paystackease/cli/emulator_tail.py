"""``paystackease emulator tail``: follow the requests and webhooks of a running emulator.

One list of the control API has both in one sequence of numbers. Each poll gets what is newer than the last number, so
that its cost does not grow with the history. Bodies are not shown: the pages of the emulator have them.
"""

from __future__ import annotations

import contextlib
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from cyclopts import Parameter
from cyclopts.validators import Number

from paystackease import errors
from paystackease.cli.emulator_connection import ConnectionOptions, EmulatorConnection, connect
from paystackease.cli.output import default_format

if TYPE_CHECKING:
    from rich.text import Text

Entry: TypeAlias = Mapping[str, Any]

POLL_SECONDS = 0.5
PAGE_SIZE = 200


def tail(
    *,
    requests: Annotated[bool, Parameter(negative=())] = False,
    webhooks: Annotated[bool, Parameter(negative=())] = False,
    status: str | None = None,
    event: str | None = None,
    operation: str | None = None,
    since: Annotated[int | None, Parameter(validator=Number(gte=0))] = None,
    follow: bool = True,
    output: Annotated[Literal["table", "json"] | None, Parameter(name=("--output", "-o"))] = None,
    connection: ConnectionOptions | None = None,
) -> None:
    """Print requests and webhooks as they come, until Ctrl-C: time, status, duration, path or event, reference.

    :param requests: Only requests.
    :param webhooks: Only webhooks.
    :param status: Only requests and deliveries with this HTTP status, such as 404 or 4xx.
    :param event: Only webhooks of this event, such as charge.success or "charge.*".
    :param operation: Only requests of this operation, such as "POST /transfer", /transfer or
        transfers.initiate_transfer.
    :param since: Begin after this number, which is "seq" in the JSON output; 0 prints everything that the emulator
        still has. Default: only what is new.
    :param follow: Whether to wait for more. With --no-follow, what the emulator has is printed, and the command ends.
    :param output: A line for people, or a JSON object on each line. Default: lines for people on a terminal, JSON in a
        pipe.
    """
    entry_filter = EntryFilter.parse(
        requests=requests, webhooks=webhooks, status=status, event=event, operation=operation
    )
    write = _write_json_line if (output or default_format()) == "json" else _line_writer()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # handled as Ctrl-C is
    with contextlib.suppress(KeyboardInterrupt), connect(connection) as emulator:
        start = since
        if start is None:
            start = emulator.call("GET", "/activity", query={"limit": 0})["last"] if follow else 0
        if follow:
            print(f"Following {emulator.url}. Press Ctrl-C to stop.", file=sys.stderr, flush=True)
        for entry in read_entries(emulator, start, follow=follow):
            if entry_filter.matches(entry):
                write(entry)


def read_entries(emulator: EmulatorConnection, after: int, *, follow: bool) -> Iterator[Entry]:
    """Iterate over the entries after that number, oldest first.

    :param follow: Whether to wait for more entries.
    """
    while True:
        page = emulator.call("GET", "/activity", query={"after": after, "limit": PAGE_SIZE})
        yield from page["entries"]
        if page["last"] < after:  # the emulator was started again, and counts from 1
            after = 0
            continue
        after = page["next"]
        if page["more"]:
            continue
        if not follow:
            return
        time.sleep(POLL_SECONDS)


@dataclass(frozen=True)
class EntryFilter:
    """Which entries are printed."""

    kinds: frozenset[str]
    status: str | None
    """Three digits, or one and ``xx``."""
    event: str | None
    """A pattern such as ``charge.*``."""
    operation: str | None
    """``POST /transfer/{}`` or ``/transfer/{}``."""

    @classmethod
    def parse(
        cls, *, requests: bool, webhooks: bool, status: str | None, event: str | None, operation: str | None
    ) -> EntryFilter:
        """Return the filter of a command's options.

        :raises paystackease.errors.InvalidArgumentError: If they are not valid.
        """
        if status is not None and not re.fullmatch("[1-5](xx|[0-9]{2})", status.lower()):
            raise errors.InvalidArgumentError(f"--status is an HTTP status such as 404 or 4xx, not {status!r}")
        if not (requests or webhooks):
            # An event selects webhooks, an operation selects requests. Without both, everything is printed.
            requests = operation is not None or event is None
            webhooks = event is not None or operation is None
        kinds = [*(["request"] if requests else []), *(["event", "delivery"] if webhooks else [])]
        return cls(
            frozenset(kinds),
            None if status is None else status.lower(),
            event,
            None if operation is None else _resolve_operation(operation),
        )

    def matches(self, entry: Entry) -> bool:
        """Return whether an entry is printed."""
        if entry["kind"] not in self.kinds:
            return False
        if self.status is not None and not self._matches_status(entry):
            return False
        if entry["kind"] == "request":
            return self.operation is None or _matches_operation(entry["operation"], self.operation)
        return self.event is None or fnmatchcase(entry["event"], self.event)

    def _matches_status(self, entry: Entry) -> bool:
        # The status of an event is that of its delivery, which is not one of HTTP.
        status = None if entry["kind"] == "event" else entry["status"]
        return status is not None and str(status).startswith((self.status or "").removesuffix("xx"))


_PARAMETER = re.compile(r"{[^}]*}")


def _resolve_operation(text: str) -> str:
    if "/" not in text:
        from paystackease.endpoints import endpoints  # imports all sections of the API

        named = {
            f"{section}.{endpoint.name}": f"{endpoint.method} {endpoint.path}" for section, endpoint in endpoints()
        }
        if text not in named:
            raise errors.InvalidArgumentError(
                f'--operation is one such as "POST /transfer", /transfer or transfers.initiate_transfer, not {text!r}'
            )
        text = named[text]
    method, _, path = text.strip().rpartition(" ")
    return f"{method.upper()} {path}".strip()


def _matches_operation(operation: str | None, wanted: str) -> bool:
    if operation is None:
        return False
    name, wanted = (_PARAMETER.sub("{}", text).rstrip("/") for text in (operation, wanted))
    return wanted in (name, name.partition(" ")[2])


# Output


def _write_json_line(entry: Entry) -> None:
    from paystackease._core.lenient_json import encode

    sys.stdout.buffer.write(encode(entry) + b"\n")
    sys.stdout.buffer.flush()


def _line_writer() -> Callable[[Entry], None]:
    """Return a function that prints a line for people, and the date when it changes, since the clock may be moved."""
    from rich.console import Console
    from rich.text import Text

    console, printed_date = Console(highlight=False), ""

    def write(entry: Entry) -> None:
        nonlocal printed_date
        if entry["kind"] == "event" and not _is_unsent(entry):
            return  # its delivery is an entry of its own
        date = entry["at"][:10]
        if date != printed_date:
            printed_date = date
            console.print(Text(f"{date} (UTC)", style="dim"))
        console.print(format_line(entry), soft_wrap=True)

    return write


def _is_unsent(entry: Entry) -> bool:
    due = entry["due"]
    return entry["tries"] == 0 and entry["status"] == "Pending" and (due is None or due > entry["at"])


def format_line(entry: Entry) -> Text:
    """Return the line of an entry."""
    from rich.text import Text

    status, style = _format_status(entry)
    seconds = entry.get("took") if entry["kind"] == "request" else entry.get("seconds")
    duration = "" if seconds is None else f"{seconds * 1000:,.0f} ms"
    subject = entry["target"] if entry["kind"] == "request" else entry["event"]
    reference = entry["reference"] or ""
    parts = [subject, "" if reference in subject else reference, *_notes(entry)]
    line = Text(f"{entry['at'][11:19]}  {entry['method'] if entry['kind'] == 'request' else 'webhook':7}  ")
    line.append(f"{status:7}", style=style)
    line.append(f"{duration:>9}  ")
    line.append("  ".join(_printable(part) for part in parts if part))
    return line


def _format_status(entry: Entry) -> tuple[str, str]:
    if entry["kind"] == "event":
        return "waits" if entry["due"] or entry["held"] else "unsent", "yellow"
    status = entry["status"]
    if status is None:
        return "failed", "red"
    # Paystack accepts no other status than 200 for a webhook.
    is_good = status == 200 if entry["kind"] == "delivery" else status < 400
    return str(status), "green" if is_good else "yellow" if 400 <= status < 500 else "red"


def _notes(entry: Entry) -> Sequence[str]:
    match entry["kind"]:
        case "request":
            waited = f"delayed by {entry['waited']:g} s" if entry["waited"] else ""
            return [f"fault: {', '.join(entry['faults'])}" if entry["faults"] else "", waited]
        case "delivery":
            return [f"fault: {entry['fault']}" if entry["fault"] else "", entry["error"] or ""]
        case _:
            if entry["held"]:
                return [
                    "held until another event is sent" if entry["held"] == "next" else "held: webhook_mode is manual"
                ]
            return [f"due at {entry['due'][:19].replace('T', ' ')} UTC" if entry["due"] else "no webhook URL is set"]


def _printable(text: str) -> str:
    """Return a text without control characters, which a client may have sent and a terminal would execute."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
