"""Connect a command to a running emulator, and print what its control API returns."""

from __future__ import annotations

import difflib
import os
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias
from urllib.parse import urlsplit

from cyclopts import Parameter

from paystackease import errors
from paystackease.cli.output import OutputFormat, default_format, print_items

if TYPE_CHECKING:
    from paystackease.paystack import Paystack

DEFAULT_URL = "http://127.0.0.1:4010"
DEFAULT_KEY = "sk_test_emulator"

TIMEOUT = 600.0
"""Seconds. Advancing the clock by years runs every job that becomes due, and delivers its webhooks."""

PAYSTACK_DOMAINS = ("paystack.co", "paystack.com")

Output: TypeAlias = Annotated[
    OutputFormat | None,
    Parameter(name=("--output", "-o"), help="Output format. Default: a table on a terminal, JSON in a pipe."),
]
Yes: TypeAlias = Annotated[
    bool, Parameter(name=("--yes", "-y"), negative=(), help="Delete data without asking for confirmation.")
]


@Parameter(name="*")
@dataclass(frozen=True)
class ConnectionOptions:
    """The running emulator. The business is that of the key in PAYSTACK_SECRET_KEY, or of the emulator's default key.

    :param url: The address of the emulator.
    """

    url: Annotated[str, Parameter(env_var="PAYSTACK_BASE_URL")] = DEFAULT_URL

    @property
    def address(self) -> str:
        """The address, without a slash at its end."""
        return (self.url or DEFAULT_URL).rstrip("/")


@dataclass(frozen=True)
class EmulatorConnection:
    """A connection to a running emulator."""

    client: Paystack
    url: str

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        query: Mapping[str, object] | None = None,
        **path_params: object,
    ) -> Any:
        """Call an operation of the control API, and return its data.

        :param path: Its path under ``/_emulator``.
        """
        from paystackease._core.request import Request

        with connection_errors(self.url):
            return self.client.send(Request[Any](method, f"/_emulator{path}", path_params, query, body)).data


@contextmanager
def connect(options: ConnectionOptions | None) -> Generator[EmulatorConnection]:
    """Connect to a running emulator. A live key is never sent, and Paystack itself is never called.

    :raises paystackease.errors.SecretKeyError: If the key is not a test key.
    :raises paystackease.errors.InvalidArgumentError: If there is something else than an emulator at the address.
    :raises paystackease.errors.APIConnectionError: If there is nothing at the address.
    """
    from paystackease import Retry
    from paystackease.paystack import Paystack

    url = (options or ConnectionOptions()).address
    key = os.environ.get("PAYSTACK_SECRET_KEY") or DEFAULT_KEY
    if not key.startswith("sk_test_"):
        raise errors.SecretKeyError(
            "PAYSTACK_SECRET_KEY is not a test key, and an emulator accepts no other: unset it, or set it to sk_test_…"
        )
    host = _host_of(url)
    if any(host == domain or host.endswith(f".{domain}") for domain in PAYSTACK_DOMAINS):
        raise _not_an_emulator(url)
    # Without retries: an emulator that does not run is reported immediately.
    with Paystack(key, base_url=url, timeout=TIMEOUT, retry=Retry(max_attempts=1)) as client:
        connection = EmulatorConnection(client, url)
        _check(connection)
        yield connection


@contextmanager
def connection_errors(url: str) -> Generator[None]:
    """Report a failed connection with the command that starts an emulator."""
    try:
        yield
    except errors.APITimeoutError:
        raise
    except errors.APIConnectionError as error:
        message = f"no emulator responds at {url}. Start it: paystackease emulator up"
        raise errors.APIConnectionError(
            message, request=error.request, may_have_arrived=error.may_have_arrived
        ) from error


def suggest(name: str, allowed: Iterable[str]) -> str:
    """Return the end of an error message, ``. Did you mean 'lost'?``, or a period if no allowed name is similar."""
    close = difflib.get_close_matches(name, list(allowed), n=1)
    return f". Did you mean {close[0]!r}?" if close else "."


def print_object(data: Mapping[str, object], output: OutputFormat | None) -> None:
    """Print an object: in a table one field per line, and as JSON on its own."""
    from paystackease.cli.output import print_json

    match output or default_format():
        case "json":
            print_json(data)
        case "table":
            width = max(map(len, data))
            for name, value in data.items():
                print(f"{name:{width}}  {format_setting(value)}")
        case _:
            print_items([data], output, ())


def print_list(
    items: Sequence[Mapping[str, object]], output: OutputFormat | None, rows: Iterable[Mapping[str, object]]
) -> None:
    """Print a list.

    :param items: What is printed in the formats for programs.
    :param rows: What is printed in a table.
    """
    if (output or default_format()) == "table":
        print_rows(list(rows))
    else:
        print_items(items, output, ())


def print_rows(rows: Sequence[Mapping[str, object]]) -> None:
    """Print a table with all columns. No value is shortened: what does not fit is wrapped by the terminal."""
    if not rows:
        print("No items.")
        return
    lines = [list(rows[0]), *([str(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(f"{cell:{width}}" for cell, width in zip(line, widths, strict=True)).rstrip())


def format_setting(value: object) -> str:
    """Return a value as ``emulator settings set`` accepts it: text as it is, anything else as JSON."""
    from paystackease._core.lenient_json import encode

    return value if isinstance(value, str) else encode(value).decode()


def _host_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "") if parts.scheme in {"http", "https"} else ""
    except ValueError:
        host = ""
    if not host:
        raise errors.InvalidArgumentError(f"{url!r} is not an address of an emulator, such as {DEFAULT_URL}")
    return host.rstrip(".").lower()


def _check(connection: EmulatorConnection) -> None:
    try:
        clock = connection.call("GET", "/clock")
    except (errors.APIStatusError, errors.MalformedResponseError) as error:
        if error.status_code == 421:  # an emulator that does not know the host name; its message says what to do
            raise
        raise _not_an_emulator(connection.url) from error
    if not (isinstance(clock, dict) and {"now", "frozen"} <= clock.keys()):
        raise _not_an_emulator(connection.url)


def _not_an_emulator(url: str) -> errors.InvalidArgumentError:
    return errors.InvalidArgumentError(
        f"{url} is not an emulator, and this command works only with one. Start one (paystackease emulator up), and "
        "set --url or PAYSTACK_BASE_URL to its address"
    )
