"""Keeps what was sent, and what came, out of errors: out of their text, and out of the frames that they carry.

Tools such as Sentry and rich show the local variables of each frame of a traceback. A secret in a variable of ours is
therefore a :class:`Secret`. The frames of HTTP libraries hold requests as plain text, so no error carries them on.
"""

from __future__ import annotations

import os
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Generic, TypeVar, cast

T = TypeVar("T")

_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})\b")


class Secret(Generic[T]):
    """A value that no ``repr`` shows. It is not a ``str``, of which rich would show a slice."""

    __slots__ = ("reveal",)
    reveal: Callable[[], T]
    """Return the value. A variable that holds it is seen: use it where it is needed."""

    def __init__(self, value: T) -> None:
        self.reveal = lambda: value

    def __repr__(self) -> str:
        return "Secret(…)"


class HiddenText(str):
    """A text for libraries that take no :class:`Secret`: it shows an ellipsis."""

    reveal: Callable[[], str]
    """Return the real text."""

    def __new__(cls, value: str) -> HiddenText:
        text = super().__new__(cls, "…")
        text.reveal = lambda: value
        return text


def drop_frames(error: BaseException) -> None:
    """Take away the frames of an error, and the errors behind it. A note says where it was raised."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    error.__traceback__ = error.__cause__ = error.__context__ = None
    if place is not None and not isinstance(error, KeyboardInterrupt | SystemExit):
        code = place.tb_frame.f_code
        error.add_note(f"raised in {Path(code.co_filename).name}, line {place.tb_lineno}, {code.co_name}")


def sanitized_cause(error: BaseException) -> Exception:
    """Return an error that says what went wrong, without frames, values or bytes: the cause of one of ours."""
    names = [type(error).__name__]
    for reason in _iter_causes(error):
        if names[-1] != type(reason).__name__:
            names.append(type(reason).__name__)
        if (sentence := _describe(reason)) is not None:
            return ConnectionError(f"{names[-1]}: {sentence}")
    return ConnectionError(" from ".join(names[:3]))


def _iter_causes(error: BaseException) -> Iterator[BaseException]:
    # An error, and those that it wraps, of which each library keeps track in its own way.
    pending: list[object] = [error]
    seen: list[BaseException] = []
    while pending and len(seen) < 10:
        found = pending.pop(0)
        if not isinstance(found, BaseException) or found in seen:
            continue
        seen.append(found)
        yield found
        wrapped = (getattr(found, name, None) for name in ("os_error", "certificate_error", "original_error", "reason"))
        pending += [*wrapped, *cast("tuple[object, ...]", found.args), found.__cause__, found.__context__]


def _describe(reason: BaseException) -> str | None:
    # The system's own words, and none of a server's.
    if type(reason).__module__ in {"builtins", "socket", "ssl"}:
        return _describe_system_error(reason)
    status: object = getattr(reason, "status", None)
    return f"the proxy answered {status}" if isinstance(status, int) else None


def _describe_system_error(reason: BaseException) -> str | None:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"certificate verify failed: {reason.verify_message}"
    if isinstance(reason, ssl.SSLError):
        return reason.reason
    if isinstance(reason, OSError):
        if (tunnel := _TUNNEL.match(str(reason))) is not None:
            return f"the proxy answered {tunnel[1]}"
        if isinstance(reason.errno, int) and not isinstance(reason, socket.gaierror):
            return f"[Errno {reason.errno}] {os.strerror(reason.errno)}"
        if isinstance(reason, socket.gaierror):
            return str(reason.strerror)
    return None
