"""``paystackease emulator``: Paystack, offline, behind a port."""

from __future__ import annotations

import sys
from pathlib import Path

from cyclopts import App

emulator = App(name="emulator", help="Paystack, offline.", version_flags=[])


@emulator.command
def up(*, host: str = "127.0.0.1", port: int = 4010, db: Path | None = None) -> None:
    """Answer as Paystack does, until Ctrl-C.

    :param host: The address to listen at. There are no passwords, so keep it a loopback address.
    :param port: The port to listen at; 0 for a free one.
    :param db: A file in which everything is kept. Left out, it is gone at the end.
    """
    from paystackease.emulator import Emulator
    from paystackease.emulator.web.server import listen, serve, url_of

    try:
        running = Emulator(db=db)
    except ValueError as error:
        sys.exit(f"The emulator cannot begin: {error}")
    with running:
        try:
            sock = listen(host, port)
        except (OSError, OverflowError) as error:
            sys.exit(f"The emulator cannot listen at {host}:{port}: {error}")
        with sock:
            serve(running, sock, lambda: print(f"Paystack emulator ready on {url_of(sock)}", flush=True))
