"""``paystackease emulator``: run the offline Paystack emulator on a local port, and control a running one."""

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

from paystackease.cli import gc_disabled

if TYPE_CHECKING:
    import types

    from paystackease.emulator import Emulator

emulator = App(name="emulator", help="Run the offline Paystack emulator, and control a running one.", version_flags=[])

_CONTROL_COMMANDS = {
    "clock": ("emulator_control:clock", "Show the clock of a business of a running emulator, or move it."),
    "fault": ("emulator_control:fault", "Add faults to a running emulator, list them, or clear them."),
    "init": ("emulator_init:init", "Write a seed file, in which each key is explained."),
    "reset": (
        "emulator_control:reset",
        "Reset a running emulator to its initial state: empty, or that of the seed file.\n\n"
        "Settings, faults and the log of requests are reset too. Snapshots and the time are kept.",
    ),
    "settings": ("emulator_control:settings", "Show or change the settings of a running emulator."),
    "snapshot": ("emulator_control:snapshot", "Save the state of a running emulator, or restore it."),
    "tail": (
        "emulator_tail:tail",
        "Follow the requests and webhooks of a running emulator.\n\n"
        "They are printed as they come, until Ctrl-C: time, status, duration, path or event, and reference.",
    ),
}
for _name, (_import_path, _help) in _CONTROL_COMMANDS.items():
    emulator.command(f"paystackease.cli.{_import_path}", name=_name, help=_help)

BASE_URL_VARIABLES = (
    "PAYSTACK_BASE_URL",
    "PAYSTACK_API_URL",
    "PAYSTACK_API_BASE_URL",
    "PAYSTACK_PAYMENT_URL",
    "PAYSTACK_URL",
    "PAYSTACK_HOST",
)
"""The environment variables in which clients of Paystack look for its URL."""


@Parameter(name="*")
@dataclass(frozen=True)
class EmulatorOptions:
    """The options of a new emulator.

    :param db: The file in which all data is stored. Default: in memory, lost at the end.
    :param seed_file: A file (TOML or JSON) with the initial data of every business.
    :param webhook_url: The URL to which webhooks are sent, on this machine.
    :param webhook_schedule: The retry schedule of failed webhooks: as for live keys, as for test keys, or no retries.
    :param quirks: Whether responses have the inconsistencies of Paystack's.
    :param allow_host: A host name that requests may use besides localhost and IP addresses, such as the name of its
        container. May be given several times; or set PAYSTACK_EMULATOR_ALLOW_HOST to all names.
    """

    db: Path | None = None
    seed_file: Path | None = None
    webhook_url: str | None = None
    webhook_schedule: Literal["live", "test", "off"] = "live"
    quirks: Literal["on", "off"] = "on"
    allow_host: tuple[str, ...] = ()

    @property
    def allowed_hosts(self) -> list[str]:
        """The host names that options and the environment allow."""
        from paystackease.emulator.server.host_check import allowed_name

        from_environment = re.split(r"[\s,]+", os.environ.get("PAYSTACK_EMULATOR_ALLOW_HOST", ""))
        try:
            return [allowed_name(name) for name in (*self.allow_host, *filter(None, from_environment))]
        except ValueError as error:
            sys.exit(f"The emulator cannot start: {error}")


@emulator.command
def up(*, host: str = "127.0.0.1", port: int = 4010, setup: EmulatorOptions | None = None) -> None:
    """Run the emulator until Ctrl-C.

    Its dashboard is at /_emulator/ in a browser.

    :param host: The address to listen on. There are no passwords, so use a loopback address.
    :param port: The port to listen on; 0 for a free one.
    """
    with ExitStack() as stack:
        with gc_disabled():
            from paystackease.emulator.server.server import listen, serve, url_of

            setup = setup or EmulatorOptions()
            names = [*setup.allowed_hosts, *_host_names(host)]
            opened = stack.enter_context(_started_emulator(setup))
        try:
            sock = listen(host, port)
        except (OSError, OverflowError) as error:
            sys.exit(f"The emulator cannot listen on {host}:{port}: {error}")
        with sock:
            ready = f"Paystack emulator ready on {url_of(sock)}"
            serve(opened, sock, lambda: print(ready, flush=True), allowed_hosts=names)


@emulator.command
def run(
    *command: Annotated[str, Parameter(allow_leading_hyphen=True)],
    port: int = 0,
    preset: str | None = None,
    setup: EmulatorOptions | None = None,
) -> int:
    """Run a command with its own emulator: paystackease emulator run -- pytest

    PAYSTACK_BASE_URL and a test key are set in the command's environment. On Linux as root, or if port 443 may be used,
    the emulator also serves the command at https://api.paystack.co, for clients whose URL cannot be configured. Other
    processes on the machine are not affected. The exit code is the command's.

    :param command: The command and its arguments, after two dashes.
    :param port: The port to listen on; 0 for a free one.
    :param preset: Faults to inject: flaky-network, bank-downtime, webhook-hell or black-friday.
    """
    from paystackease.emulator.faults.rules import PRESETS
    from paystackease.emulator.server.api_host_override import NAMES, UnsupportedError, override_api_host
    from paystackease.emulator.server.server import run_in_background, serve_in_background

    if not command:
        print("No command given: paystackease emulator run -- COMMAND", file=sys.stderr)
        return 2
    key = os.environ.get("PAYSTACK_SECRET_KEY", "sk_test_emulator")
    if not key.startswith("sk_test_"):
        print("PAYSTACK_SECRET_KEY is not a test key, and the emulator accepts no other: unset it", file=sys.stderr)
        return 2
    if preset is not None and preset not in PRESETS:
        print(f"--preset must be one of {', '.join(PRESETS)}.", file=sys.stderr)
        return 2
    setup = setup or EmulatorOptions()
    names = [*setup.allowed_hosts, *NAMES]
    with ExitStack() as stack:
        instance = stack.enter_context(_started_emulator(setup, key))
        for rule in PRESETS[preset] if preset else ():
            instance.add_fault(**rule)
        url = stack.enter_context(run_in_background(instance, port=port, allowed_hosts=names))
        variables = {**dict.fromkeys(BASE_URL_VARIABLES, url), **_key_variables(key)}
        wrapped: Sequence[str] = command
        try:
            override = stack.enter_context(override_api_host())
        except UnsupportedError as reason:
            print(f"https://api.paystack.co is not redirected to the emulator: {reason}.", file=sys.stderr)
        else:
            stack.enter_context(serve_in_background(instance, override.sock, override.tls, allowed_hosts=names))
            variables.update(override.variables)
            wrapped = override.wrap_command(command)
        return _run_command(wrapped, variables)


@emulator.command
def coverage() -> None:
    """List every operation of the API, and whether the emulator implements it."""
    from paystackease.emulator import Emulator
    from paystackease.endpoints import endpoints

    with Emulator() as instance:
        stateful, aliases = instance.operations(), instance.aliases()
    rows = [(f"{section}.{endpoint.name}", f"{endpoint.method} {endpoint.path}") for section, endpoint in endpoints()]
    width = max(len(name) for name, _ in rows)
    implemented = [_without_names(operation) in stateful for _, operation in rows]
    for (name, operation), is_stateful in zip(rows, implemented, strict=True):
        print(f"{'stateful' if is_stateful else 'not yet ':8}  {name:{width}}  {operation}")
    for old, operation in sorted(aliases.items()):
        print(f"alias     {old}  →  {operation}")
    print(f"{sum(implemented)} of {len(rows)} operations are stateful.")


def _without_names(operation: str) -> str:
    """Return an operation without the names of its path parameters."""
    from paystackease.emulator.http.operation_names import normalize_operation

    return normalize_operation(operation)


def _host_names(host: str) -> list[str]:
    """Return the host if it is a name; IP addresses are allowed anyway."""
    from paystackease.emulator.server.host_check import allowed_name

    try:
        return [allowed_name(host)]
    except ValueError:
        return []


def _key_variables(key: str) -> Mapping[str, str]:
    return {"PAYSTACK_SECRET_KEY": key, "PAYSTACK_PUBLIC_KEY": key.replace("sk_", "pk_", 1)}


@contextmanager
def _started_emulator(setup: EmulatorOptions, key: str | None = None) -> Generator[Emulator]:
    from paystackease.emulator.emulator import SECRET_KEY, Emulator
    from paystackease.emulator.settings import DEFAULT_SETTINGS, with_changes

    values = {
        "webhook_url": setup.webhook_url,
        "webhook_schedule": setup.webhook_schedule,
        "quirks": setup.quirks == "on",
    }
    try:
        instance = Emulator(
            key or SECRET_KEY, db=setup.db, settings=with_changes(DEFAULT_SETTINGS, values), seed_file=setup.seed_file
        )
    except ValueError as error:
        sys.exit(f"The emulator cannot start: {error}")
    with instance:
        yield instance


def _run_command(command: Sequence[str], variables: Mapping[str, str]) -> int:
    try:
        process = subprocess.Popen(command, env={**os.environ, **variables})
    except OSError as error:
        print(f"{command[0]} cannot be run: {error.strerror}", file=sys.stderr)
        return 127

    def forward_signal(number: int, frame: types.FrameType | None) -> None:
        process.send_signal(number)

    # Ctrl-C reaches the command too, because it is in the same process group; the command decides how it exits.
    previous = {number: signal.signal(number, forward_signal) for number in (signal.SIGTERM,)}
    previous[signal.SIGINT] = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        code = process.wait()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return 128 - code if code < 0 else code
