"""The ways out, one for each HTTP library. Each is imported by the client that needs it, so neither loads the other's.

A transport sends a request once and brings back what came, or raises an ``APIConnectionError``. It follows no redirect,
which would take the key elsewhere, keeps no cookie, repeats nothing, and reads no answer past ``MAX_RESPONSE_BYTES``.
"""

from __future__ import annotations

import functools
import platform
import select
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from paystackease import errors
from paystackease._core.config import ClientConfig
from paystackease._core.request import Request
from paystackease._transports.sanitize import Secret

MAX_RESPONSE_BYTES = 8 * 1024 * 1024
"""The longest answer that is read. The longest of Paystack's, a hundred transactions, are a tenth of it."""

CONNECT_SHARE = 1 / 3
"""How much of the timeout goes into connecting at the most. What fails by then surely did not arrive."""

MAX_IDLE_SECONDS = 15.0
"""How long a connection is kept that nobody uses: less than servers do, which close theirs unannounced."""

FailureKind: TypeAlias = Literal["no connection", "timeout", "lost", "too long"]

Framing: TypeAlias = Literal["clear", "doubtful", "refused"]
"""Whether it is certain where an answer ends. After a doubtful one the connection closes; a refused one is an error."""


class LowerCaseHeaders(Mapping[str, str]):
    """The headers of an answer, their names in lower case: made when first looked at, which those of most never are."""

    __slots__ = ("_raw", "_lowered")

    def __init__(self, came: Mapping[str, str]) -> None:
        self._raw = came
        self._lowered: dict[str, str] | None = None

    @property
    def _headers(self) -> dict[str, str]:
        if self._lowered is None:
            self._lowered = {name.lower(): value for name, value in self._raw.items()}
        return self._lowered

    def __getitem__(self, name: str) -> str:
        return self._headers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._headers)

    def __len__(self) -> int:
        return len(self._headers)

    def __repr__(self) -> str:
        return repr(self._headers)

    def __reduce__(self) -> tuple[type[dict[str, str]], tuple[dict[str, str]]]:
        return dict, (self._headers,)  # which can be copied and pickled, and what came perhaps not


def default_headers(config: ClientConfig) -> Secret[dict[str, str]]:
    """What every request says."""
    from paystackease import __version__

    said = {
        "authorization": f"Bearer {config.secret_key}",
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "content-type": "application/json",
        "user-agent": f"paystackease/{__version__} python/{platform.python_version()}",
    }
    return Secret(said)


def find_proxy(config: ClientConfig) -> Secret[str] | None:
    """The proxy that the environment names, with its login. Read once, and alike for both libraries."""
    parts = urlsplit(config.base_url)
    address = getproxies().get(parts.scheme)
    if address is None or proxy_bypass(parts.hostname or ""):
        return None
    return Secret(address if "://" in address else f"http://{address}")


def classify_framing(status: int, version: tuple[int, int], lengths: Sequence[str], codings: Sequence[str]) -> Framing:
    """Judge the head of an answer by RFC 9112, 6.3.

    :param lengths: Its ``Content-Length`` headers.
    :param codings: Its ``Transfer-Encoding`` headers.
    """
    if len(lengths) == 1 and not codings and status >= 200 and status not in _NO_BODY and version >= (1, 1):
        return "clear"  # as nearly all are
    if is_interim(status):
        return "refused" if lengths or codings else "clear"  # it has no body, and this one says that it has
    if len(lengths) + len(codings) > 1 or (codings and codings[0].strip().lower() != "chunked"):
        return "refused"
    if status in _NO_BODY or version < (1, 1) or not (lengths or codings):
        return "doubtful"
    return "clear"


_NO_BODY = frozenset({101, 204, 304})


def has_body(status: int) -> bool:
    """Return whether a final response of this status has a body."""
    return status not in _NO_BODY


def is_interim(status: int) -> bool:
    """Whether the answer proper follows. 101 ends what HTTP there was."""
    return 100 <= status < 200 and status != 101


def make_input_probe(descriptor: int) -> Callable[[], object]:
    """Return a function that says whether a socket has something to read, or its other end has left.

    It asks the system, does not wait, and works for any number of open files. Make one for each connection: to make it
    costs as much as to call it. It is for one thread at a time.
    """
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return functools.partial(poll.poll, 0)
    return lambda: select.select([descriptor], [], [], 0)[0]


def connection_error(kind: FailureKind, request: Request[Any], config: ClientConfig) -> errors.APIConnectionError:
    """The one error that fits. It names the host and the call, and nothing that was sent."""
    host = config.base_url.partition("://")[2]
    seconds = request.timeout or config.timeout
    match kind:
        case "no connection":
            return errors.APIConnectionError(
                f"{request}: no connection to {host}, so nothing was sent", request=request, may_have_arrived=False
            )
        case "timeout":
            return errors.APITimeoutError(
                f"{request}: no whole answer from {host} within {seconds:g} seconds; it may have been done",
                request=request,
                may_have_arrived=True,
            )
        case "lost":
            return errors.APIConnectionError(
                f"{request}: the connection to {host} was lost before a whole answer came; it may have been done",
                request=request,
                may_have_arrived=True,
            )
        case "too long":
            return errors.APIConnectionError(
                f"{request}: {host} sent more than {MAX_RESPONSE_BYTES:,} bytes, which were not read; "
                "it may have been done",
                request=request,
                may_have_arrived=True,
            )
