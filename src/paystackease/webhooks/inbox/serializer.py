"""Serializes what DBOS stores for an inbox, as JSON: people can read it, and reading it never runs code.

A body is stored byte for byte. If msgspec can parse it, it is embedded as it is. Any other body is stored as base64,
which every database can store and every worker can read.
"""

from __future__ import annotations

import base64
import contextlib
import re
from typing import Any, cast

import msgspec
from dbos import Serializer

from paystackease._core.lenient_json import decode, encode
from paystackease.webhooks.inbox.retry_plan import HandlerAttempt


class HandlerFailedError(Exception):
    """A handler failed in its transaction. DBOS stores this error with the step."""

    def __init__(self, text: str, attempt: HandlerAttempt | None = None) -> None:
        super().__init__(text)
        self.attempt = attempt


class Body(bytes):
    """The body of an event, as Paystack signed it: the argument of its workflow."""

    reason: str | None = None
    """Why it is a dead letter from the beginning; None for an event."""
    as_base64: bool = False
    """Whether it is always stored as base64."""


class _Arguments(msgspec.Struct):
    """The arguments of a workflow, as text."""

    args: list[msgspec.Raw]


class JSONSerializer(Serializer):
    """Serializes everything as JSON, so that reading it never runs code."""

    def name(self) -> str:
        """Return the serializer's name in DBOS."""
        return "paystackease_json"

    def serialize(self, data: Any) -> str:
        """Return a value as text."""
        if isinstance(data, dict) and "args" in data:
            arguments = cast("dict[str, Any]", data)
            written = [_embed_body(one) if isinstance(one, Body) else one for one in arguments["args"]]
            return msgspec.json.encode({**arguments, "args": written}).decode()
        if isinstance(data, BaseException):
            data = {_EXCEPTION: [str(data), data.attempt if isinstance(data, HandlerFailedError) else None]}
        # A database of any encoding can store ASCII. Other characters occur only within strings.
        return _NOT_ASCII.sub(_escape, encode(cast("object", data)).decode())

    def deserialize(self, serialized_data: str) -> Any:
        """Return the value of a text: an exception as :class:`HandlerFailedError`, a body as :class:`Body`."""
        data: Any = decode(serialized_data.encode("utf-8", "surrogatepass"))
        if not isinstance(data, dict):
            return data
        if _EXCEPTION in data:
            text, attempt = cast("dict[str, Any]", data)[_EXCEPTION]
            return HandlerFailedError(text, HandlerAttempt(*attempt) if attempt else None)
        if "args" in data:
            data["args"] = [_extract_body(one, serialized_data) for one in cast("dict[str, list[Any]]", data)["args"]]
        return cast("Any", data)


_EXCEPTION = "paystackease exception"
_BASE64, _REASON = "paystackease base64", "paystackease reason"
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_MAX_DEPTH = 100


def _escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _embed_body(body: Body) -> msgspec.Raw | dict[str, str]:
    """Return a body for embedding in JSON: unchanged if possible, else as base64."""
    # A worker parses it with less stack space than there is here.
    is_flat = body.count(b"[") + body.count(b"{") <= _MAX_DEPTH
    if is_flat and body.reason is None and not body.as_base64 and body.strip() == body:
        with contextlib.suppress(ValueError, RecursionError):
            msgspec.json.decode(body)
            return msgspec.Raw(bytes(body))
    written = {_BASE64: base64.b64encode(body).decode()}
    return written if body.reason is None else {**written, _REASON: body.reason}


def _extract_body(argument: Any, text: str) -> Any:
    """Return a body that was embedded in JSON."""
    if not isinstance(argument, dict):
        return argument
    found = cast("dict[str, Any]", argument)
    if _BASE64 in found and "event" not in found:
        body = Body(base64.b64decode(found[_BASE64]))
        body.reason = found.get(_REASON)
        return body
    try:
        return Body(bytes(msgspec.json.decode(text, type=_Arguments).args[0]))
    except (ValueError, RecursionError):  # an earlier version embedded bodies that are nested deeper
        return Body(encode(found))
