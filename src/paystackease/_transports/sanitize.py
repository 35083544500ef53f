"""Keeps what was sent and received out of errors: out of their messages, and out of the frames of their tracebacks.

Tools such as Sentry and rich show the local variables of each frame of a traceback. Our own variables therefore hold
secrets as a :class:`Secret`. The frames of HTTP libraries hold requests as plain text, so they are removed from errors.
"""

from __future__ import annotations

import errno
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
    """A value that no ``repr`` shows. It is not a ``str``, because rich would show part of one."""

    __slots__ = ("reveal",)
    reveal: Callable[[], T]
    """Return the value. Use it directly: a variable that holds it would be shown."""

    def __init__(self, value: T) -> None:
        self.reveal = lambda: value

    def __repr__(self) -> str:
        return "Secret(…)"


class HiddenText(str):
    """A text for libraries that do not accept a :class:`Secret`. It reads as an ellipsis."""

    reveal: Callable[[], str]
    """Return the real text."""

    def __new__(cls, value: str) -> HiddenText:
        text = super().__new__(cls, "…")
        text.reveal = lambda: value
        return text


def drop_frames(error: BaseException) -> None:
    """Remove the frames of an error, and the errors that caused it. Add a note that says where it was raised."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    error.__traceback__ = error.__cause__ = error.__context__ = None
    if place is not None and not isinstance(error, KeyboardInterrupt | SystemExit):
        code = place.tb_frame.f_code
        error.add_note(f"raised in {Path(code.co_filename).name}, line {place.tb_lineno}, {code.co_name}")


def sanitized_cause(error: BaseException) -> Exception:
    """Return an error that describes another one without its frames, its values or received bytes.

    It is the ``__cause__`` of an error of this library.
    """
    names = [type(error).__name__]
    for reason in _iter_causes(error):
        if names[-1] != type(reason).__name__:
            names.append(type(reason).__name__)
        if (sentence := _describe(reason)) is not None:
            return ConnectionError(f"{names[-1]}: {sentence}")
    return ConnectionError(" from ".join(names[:3]))


def was_refused(error: BaseException) -> bool:
    """Return whether an error means that no program listens at the address."""
    return any(isinstance(reason, OSError) and reason.errno == errno.ECONNREFUSED for reason in _iter_causes(error))


def _iter_causes(error: BaseException) -> Iterator[BaseException]:
    # Yield the error and those that it wraps. Each library keeps a wrapped error in another attribute.
    pending: list[object] = [error]
    seen: list[BaseException] = []
    while pending and len(seen) < 10:
        candidate = pending.pop(0)
        if not isinstance(candidate, BaseException) or candidate in seen:
            continue
        seen.append(candidate)
        yield candidate
        attributes = ("os_error", "certificate_error", "original_error", "reason")
        wrapped = [getattr(candidate, name, None) for name in attributes]
        arguments = cast("tuple[object, ...]", candidate.args)
        pending += [*wrapped, *arguments, candidate.__cause__, candidate.__context__]


def _describe(reason: BaseException) -> str | None:
    # Use texts of the operating system only. A text of the server may contain what was sent.
    if type(reason).__module__ in {"builtins", "socket", "ssl"}:
        return _describe_system_error(reason)
    status: object = getattr(reason, "status", None)
    return f"the proxy responded with {status}" if isinstance(status, int) else None


def _describe_system_error(reason: BaseException) -> str | None:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"certificate verify failed: {reason.verify_message}"
    if isinstance(reason, ssl.SSLError):
        return reason.reason
    if isinstance(reason, OSError):
        if (tunnel := _TUNNEL.match(str(reason))) is not None:
            return f"the proxy responded with {tunnel[1]}"
        if isinstance(reason.errno, int) and not isinstance(reason, socket.gaierror):
            return f"[Errno {reason.errno}] {os.strerror(reason.errno)}"
        if isinstance(reason, socket.gaierror):
            return str(reason.strerror)
    return None
