"""``paystackease mirror sync``: mirror an account in SQLite or PostgreSQL."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from paystackease.cli import credentials
from paystackease.cli.output import print_error
from paystackease.cli.signals import exit_on_interrupt
from paystackease.errors import InvalidArgumentError
from paystackease.paystack import Paystack

if TYPE_CHECKING:
    from paystackease.data.mirror import Mirror, Progress

mirror = App(name="mirror", help="Mirror an account in SQLite or PostgreSQL.", version_flags=[])


@mirror.command
def sync(
    url: str,
    /,
    *,
    only: Annotated[list[str] | None, Parameter(negative=())] = None,
    full: bool = False,
    since: dt.date | None = None,
    overlap_days: int = 30,
    follow: bool = False,
    listen: str = "127.0.0.1:8787",
    inbox: str = "sqlite:///paystack-inbox.db",
    profile: str | None = None,
) -> None:
    """Update the tables: everything in the first run, later what is new or has changed.

    An interrupted run is resumable: run the command again. Readers are not blocked.

    :param url: The database: sqlite:///paystack.db or postgresql://…
    :param only: Only these tables, such as transactions; may be given several times.
    :param full: Fetch everything again, however old.
    :param since: In a first run, skip what is older than this day, if the list can be filtered by date.
    :param overlap_days: How many days before the newest row to look for changes.
    :param follow: Keep running: receive webhooks, and fetch the objects that they are about, until Ctrl-C.
    :param listen: With --follow, the address at which webhooks are received, at any path; port 0 for a free one.
    :param inbox: With --follow, the database of the webhook inbox.
    :param profile: The account to use: a profile of paystackease login.
    """
    from paystackease.data.mirror import Mirror

    key = credentials.secret_key(profile)
    with ExitStack() as stack:
        sock = stack.enter_context(_bind_socket(listen)) if follow else None
        tables, client = stack.enter_context(Mirror(url, only)), stack.enter_context(Paystack(key))
        overlap = dt.timedelta(days=overlap_days)
        received = _sync_with_progress(tables, client, overlap, full=full, since=since)
        for name, count in received.items():
            print(f"{name}  {count:,}")
        if sock is not None:
            _follow_webhooks(tables, client, key, sock, inbox)


def _sync_with_progress(
    tables: Mirror, client: Paystack, overlap: dt.timedelta, *, full: bool, since: dt.date | None
) -> dict[str, int]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    bars = Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,  # the bars are shown only on a terminal
    )
    tasks: dict[str, TaskID] = {}

    def print_how_to_resume() -> None:
        bars.stop()
        print_error("Progress is saved: run the same command again to resume.")

    with bars, exit_on_interrupt(print_how_to_resume):

        def on_progress(progress: Progress) -> None:
            if progress.table not in tasks:
                tasks[progress.table] = bars.add_task(progress.table, total=None)
            bars.update(tasks[progress.table], completed=progress.received, total=progress.total)

        now = dt.datetime.now(dt.UTC)
        return tables.sync(client, now=now, overlap=overlap, full=full, since=since, on_progress=on_progress)


def _follow_webhooks(tables: Mirror, client: Paystack, key: str, sock: socket.socket, inbox_url: str) -> None:
    import uvicorn

    from paystackease.data.mirror_handler import mirror_handler
    from paystackease.webhooks.asgi import Webhook
    from paystackease.webhooks.inbox import Inbox

    inbox = Inbox(inbox_url)
    inbox.on("*", name="paystackease.mirror")(mirror_handler(tables, client))
    with inbox, contextlib.suppress(KeyboardInterrupt):
        sock.listen()
        host, port = sock.getsockname()[:2]
        print(
            f"Receiving webhooks at http://{f'[{host}]' if ':' in host else host}:{port}/. Press Ctrl-C to stop.",
            flush=True,
        )
        config = uvicorn.Config(Webhook(key, inbox), lifespan="off", log_level="warning", access_log=False)
        uvicorn.Server(config).run(sockets=[sock])


def _bind_socket(address: str) -> socket.socket:
    """Bind a socket, which does not listen yet. A port in use is reported before the first run, which is long.

    :raises paystackease.errors.InvalidArgumentError: If the address is not available.
    """
    host, _, port = address.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, int(port)))
    except (OSError, OverflowError, ValueError) as error:
        sock.close()
        raise InvalidArgumentError(
            f"--listen takes an address such as 127.0.0.1:8787, not {address}: {error}"
        ) from None
    return sock
