"""``paystackease mirror sync``: what an account has, as tables in a database of yours."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from paystackease.cli import credentials
from paystackease.cli.output import complain
from paystackease.cli.signals import ending_at_once
from paystackease.errors import InvalidArgumentError
from paystackease.paystack import Paystack

if TYPE_CHECKING:
    from paystackease.data.mirror import Mirror, Progress

mirror = App(name="mirror", help="What an account has, as tables in a database of yours.", version_flags=[])


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
    """Bring the tables up to date: everything the first time, later what came and what changed.

    It may be interrupted, and goes on from there when it is run again. It can run beside those who read.

    :param url: The database: sqlite:///paystack.db or postgresql://…
    :param only: Only these tables, such as transactions; may be given several times.
    :param full: Read everything again, however old.
    :param since: At a first run, take nothing older than this day, where Paystack's list can be narrowed so.
    :param overlap_days: How far before the last run to look for what has changed.
    :param follow: Go on: take webhooks, and bring in at once what they are about, until Ctrl-C.
    :param listen: With --follow, the address at which webhooks come in, at any path; port 0 for a free one.
    :param inbox: With --follow, where webhooks are written down until they are handled.
    :param profile: Whose account: a profile of paystackease login.
    """
    from paystackease.data.mirror import Mirror

    key = credentials.secret_key(profile)
    with ExitStack() as stack:
        sock = stack.enter_context(_bound(listen)) if follow else None
        tables, client = stack.enter_context(Mirror(url, only)), stack.enter_context(Paystack(key))
        overlap = dt.timedelta(days=overlap_days)
        came = _sync(tables, client, overlap, full=full, since=since)
        for name, count in came.items():
            print(f"{name}  {count:,}")
        if sock is not None:
            _follow(tables, client, key, sock, inbox)


def _sync(
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
        disable=not console.is_terminal,  # in a pipe there is nobody to watch
    )
    tasks: dict[str, TaskID] = {}

    def tell_how_to_go_on() -> None:
        bars.stop()
        complain("What came is kept: run the same command again to go on from there.")

    with bars, ending_at_once(tell_how_to_go_on):

        def tell(progress: Progress) -> None:
            if progress.table not in tasks:
                tasks[progress.table] = bars.add_task(progress.table, total=None)
            bars.update(tasks[progress.table], completed=progress.done, total=progress.total)

        now = dt.datetime.now(dt.UTC)
        return tables.sync(client, now=now, overlap=overlap, full=full, since=since, tell=tell)


def _follow(tables: Mirror, client: Paystack, key: str, sock: socket.socket, inbox_url: str) -> None:
    import uvicorn

    from paystackease.data.mirror import following
    from paystackease.webhooks.asgi import Webhook
    from paystackease.webhooks.inbox import Inbox

    inbox = Inbox(inbox_url)
    inbox.on("*", name="paystackease.mirror")(following(tables, client))
    with inbox, contextlib.suppress(KeyboardInterrupt):
        sock.listen()
        host, port = sock.getsockname()[:2]
        print(
            f"Webhooks are taken at http://{f'[{host}]' if ':' in host else host}:{port}/. Ctrl-C ends it.", flush=True
        )
        config = uvicorn.Config(Webhook(key, inbox), lifespan="off", log_level="warning", access_log=False)
        uvicorn.Server(config).run(sockets=[sock])


def _bound(address: str) -> socket.socket:
    """A socket for an address, which does not listen yet: that it can be had is to be known before the long first run.

    :raises paystackease.errors.InvalidArgumentError: Where it cannot be had.
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
