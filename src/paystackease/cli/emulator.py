"""``paystackease emulator``: Paystack, offline, behind a port."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from paystackease.cli import loading

if TYPE_CHECKING:
    import types

    from paystackease.emulator import Emulator

emulator = App(name="emulator", help="Paystack, offline.", version_flags=[])

BASE_URLS = (
    "PAYSTACK_BASE_URL",
    "PAYSTACK_API_URL",
    "PAYSTACK_API_BASE_URL",
    "PAYSTACK_PAYMENT_URL",
    "PAYSTACK_URL",
    "PAYSTACK_HOST",
)
"""What clients of Paystack call the variable that says where it is."""


@Parameter(name="*")
@dataclass(frozen=True)
class Setup:
    """How an emulator begins.

    :param db: A file in which everything is kept. Left out, it is gone at the end.
    :param seed_file: A file (TOML or JSON) with what every business begins with.
    :param webhook_url: Where webhooks go, an address on this machine.
    :param webhook_schedule: When a webhook that failed is sent again: as for live keys, as for test keys, or not.
    :param quirks: Whether answers have the oddities that Paystack's have.
    :param allow_host: A name under which it may be asked besides localhost and IP addresses, such as the name of its
        container. Give it once for each name, or set PAYSTACK_EMULATOR_ALLOW_HOST to all of them.
    """

    db: Path | None = None
    seed_file: Path | None = None
    webhook_url: str | None = None
    webhook_schedule: Literal["live", "test", "off"] = "live"
    quirks: Literal["on", "off"] = "on"
    allow_host: tuple[str, ...] = ()

    @property
    def allowed_hosts(self) -> list[str]:
        """The names that the flags and the environment allow."""
        from paystackease.emulator.server.host_check import allowed_name

        named = re.split(r"[\s,]+", os.environ.get("PAYSTACK_EMULATOR_ALLOW_HOST", ""))
        try:
            return [allowed_name(name) for name in (*self.allow_host, *filter(None, named))]
        except ValueError as error:
            sys.exit(f"The emulator cannot begin: {error}")


@emulator.command
def up(*, host: str = "127.0.0.1", port: int = 4010, setup: Setup | None = None) -> None:
    """Answer as Paystack does, until Ctrl-C.

    What has happened is shown at /_emulator/ in a browser.

    :param host: The address to listen at. There are no passwords, so keep it a loopback address.
    :param port: The port to listen at; 0 for a free one.
    """
    with ExitStack() as stack:
        with loading():
            from paystackease.emulator.server.server import listen, serve, url_of

            setup = setup or Setup()
            names = [*setup.allowed_hosts, *_name_in(host)]
            opened = stack.enter_context(_begun(setup))
        try:
            sock = listen(host, port)
        except (OSError, OverflowError) as error:
            sys.exit(f"The emulator cannot listen at {host}:{port}: {error}")
        with sock:
            ready = f"Paystack emulator ready on {url_of(sock)}"
            serve(opened, sock, lambda: print(ready, flush=True), allowed_hosts=names)


@emulator.command
def run(
    *command: Annotated[str, Parameter(allow_leading_hyphen=True)],
    port: int = 0,
    preset: str | None = None,
    setup: Setup | None = None,
) -> int:
    """Run a command with an emulator of its own: paystackease emulator run -- pytest

    The command finds PAYSTACK_BASE_URL and a test key in its environment. Where the system allows it, on Linux as root
    or with port 443 allowed, it also finds the emulator at https://api.paystack.co, so that a client works that can be
    told no other address; nobody else on the machine does. The exit code is the command's.

    :param command: The command and its arguments, after two dashes.
    :param port: The port to listen at; 0 for a free one.
    :param preset: What goes wrong: flaky-network, bank-downtime, webhook-hell or black-friday.
    """
    from paystackease.emulator.faults.rules import PRESETS
    from paystackease.emulator.server.api_host_override import NAMES, UnsupportedError, override_api_host
    from paystackease.emulator.server.server import run_in_background, serve_in_background

    if not command:
        print("Say what to run: paystackease emulator run -- COMMAND", file=sys.stderr)
        return 2
    key = os.environ.get("PAYSTACK_SECRET_KEY", "sk_test_emulator")
    if not key.startswith("sk_test_"):
        print("PAYSTACK_SECRET_KEY is not a test key, and the emulator takes no other: unset it", file=sys.stderr)
        return 2
    if preset is not None and preset not in PRESETS:
        print(f"A preset is one of {', '.join(PRESETS)}.", file=sys.stderr)
        return 2
    setup = setup or Setup()
    names = [*setup.allowed_hosts, *NAMES]
    with ExitStack() as stack:
        here = stack.enter_context(_begun(setup, key))
        for rule in PRESETS[preset] if preset else ():
            here.add_fault(**rule)
        url = stack.enter_context(run_in_background(here, port=port, allowed_hosts=names))
        variables = {**dict.fromkeys(BASE_URLS, url), **_keys(key)}
        wrapped: Sequence[str] = command
        try:
            own = stack.enter_context(override_api_host())
        except UnsupportedError as reason:
            print(f"https://api.paystack.co is not served to the command: {reason}.", file=sys.stderr)
        else:
            stack.enter_context(serve_in_background(here, own.sock, own.tls, allowed_hosts=names))
            variables.update(own.variables)
            wrapped = own.wrap_command(command)
        return _run(wrapped, variables)


@emulator.command
def coverage() -> None:
    """List every operation of the API, and whether the emulator has it."""
    from paystackease.emulator import Emulator
    from paystackease.endpoints import endpoints

    with Emulator() as here:
        known = here.operations()
    rows = [(f"{section}.{found.name}", f"{found.method} {found.path}") for section, found in endpoints()]
    width = max(len(name) for name, _ in rows)
    there = [_plain(operation) in known for _, operation in rows]
    for (name, operation), stateful in zip(rows, there, strict=True):
        print(f"{'stateful' if stateful else 'not yet ':8}  {name:{width}}  {operation}")
    print(f"{sum(there)} of {len(rows)} operations are stateful.")


def _plain(operation: str) -> str:
    from paystackease.emulator.faults.rules import normalize_operation

    return normalize_operation(operation)


def _name_in(host: str) -> list[str]:
    """The name at which the emulator listens, if it is not an address that is allowed anyway."""
    from paystackease.emulator.server.host_check import allowed_name

    try:
        return [allowed_name(host)]
    except ValueError:
        return []


def _keys(key: str) -> Mapping[str, str]:
    return {"PAYSTACK_SECRET_KEY": key, "PAYSTACK_PUBLIC_KEY": key.replace("sk_", "pk_", 1)}


@contextmanager
def _begun(setup: Setup, key: str | None = None) -> Generator[Emulator]:
    from paystackease.emulator.emulator import SECRET_KEY, Emulator
    from paystackease.emulator.settings import DEFAULT_SETTINGS, with_changes

    told = {
        "webhook_url": setup.webhook_url,
        "webhook_schedule": setup.webhook_schedule,
        "quirks": setup.quirks == "on",
    }
    try:
        here = Emulator(
            key or SECRET_KEY, db=setup.db, settings=with_changes(DEFAULT_SETTINGS, told), seed_file=setup.seed_file
        )
    except ValueError as error:
        sys.exit(f"The emulator cannot begin: {error}")
    with here:
        yield here


def _run(command: Sequence[str], variables: Mapping[str, str]) -> int:
    try:
        process = subprocess.Popen(command, env={**os.environ, **variables})
    except OSError as error:
        print(f"{command[0]} cannot be run: {error.strerror}", file=sys.stderr)
        return 127

    def pass_on(number: int, frame: types.FrameType | None) -> None:
        process.send_signal(number)

    # Ctrl-C goes to the command too, which is in the same group: it says how it ends.
    before = {number: signal.signal(number, pass_on) for number in (signal.SIGTERM,)}
    before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        code = process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 128 - code if code < 0 else code
