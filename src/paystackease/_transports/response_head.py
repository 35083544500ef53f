"""Parses the head of an HTTP/1 response: its status line and its headers.

http.client parses headers with the parser for e-mail. That takes a tenth of the time of a call. It also accepts more
than RFC 9112 allows, such as a line that ends with a carriage return alone.
"""

from __future__ import annotations

import http.client
import io
import re
from typing import NamedTuple

MAX_LINE_BYTES = 65536
MAX_LINES = 100
"""The same limits as http.client's. The blank line counts, the status line does not."""

_END = re.compile(rb"\n\r?\n")
_STATUS_LINE = re.compile(r"HTTP/1\.([0-9]) ([1-9][0-9]{2})(?: ([^\r\n\0]*))?\r?\n?")
_HEADER_LINES = re.compile(r"(?:[!-9;-~]+:[^\r\n\0]*\r?\n)*\r?\n")
_FOLD = re.compile(r"\r?\n[ \t]+")


class MalformedHeadError(http.client.HTTPException):
    """The head is not one of HTTP/1, or it is too long."""


class ResponseHead(NamedTuple):
    """The head of a response."""

    version: tuple[int, int]
    status: int
    reason: str
    headers: list[tuple[str, str]]
    """Names and values, in order. The names are in their original case."""

    def get_all(self, name: str) -> list[str]:
        """Return the value of each header with this name.

        :param name: The name, in lower case.
        """
        return [value for header, value in self.headers if header.lower() == name]


def read_head(file: io.BufferedReader) -> ResponseHead:
    """Read a head, and nothing after it.

    :param file: Its ``readline`` raises an error if a line has no end.
    :raises MalformedHeadError: If the head is malformed or too long.
    """
    end = _END.search(file.peek())
    return parse_head(file.read(end.end()) if end is not None else _read_lines(file))


def _read_lines(file: io.BufferedReader) -> bytes:
    # Read a head that is longer than the buffer, or of which only a part has been received.
    lines = [_read_line(file)]
    _parse_status_line(lines[0].decode("latin-1"))  # A server of another protocol may send one line and wait.
    while lines[-1] not in {b"\r\n", b"\n"}:
        if len(lines) > MAX_LINES:
            raise MalformedHeadError(f"the head has more than {MAX_LINES} lines")
        lines.append(_read_line(file))
    return b"".join(lines)


def _read_line(file: io.BufferedReader) -> bytes:
    line = file.readline(MAX_LINE_BYTES + 1)
    if len(line) > MAX_LINE_BYTES:
        raise MalformedHeadError(f"a line of the head has more than {MAX_LINE_BYTES} bytes")
    return line


def parse_head(data: bytes) -> ResponseHead:
    """Parse a head.

    A line may end with a line feed alone (RFC 9112, 2.2). A folded header is joined with a space (RFC 9112, 5.2). A
    null byte, or a carriage return within a line, is an error (RFC 9110, 5.5).

    :param data: The status line, the headers and the blank line.
    :raises MalformedHeadError: If the head is malformed or has too many lines.
    """
    line, _, lines = data.decode("latin-1").partition("\n")
    version, status, reason = _parse_status_line(line)
    if lines.count("\n") > MAX_LINES:
        raise MalformedHeadError(f"the head has more than {MAX_LINES} lines")
    if "\n " in lines or "\n\t" in lines:
        lines = _FOLD.sub(" ", lines)
    if _HEADER_LINES.fullmatch(lines) is None:
        raise MalformedHeadError("a line of the head is not a header, or the blank line is missing")
    headers: list[tuple[str, str]] = []
    for line in lines.split("\n")[:-2]:
        name, _, value = line.partition(":")
        headers.append((name, value.strip(" \t\r")))
    return ResponseHead(version, status, reason, headers)


def _parse_status_line(line: str) -> tuple[tuple[int, int], int, str]:
    if (match := _STATUS_LINE.fullmatch(line)) is None:
        raise MalformedHeadError("the response does not begin with a status line")
    minor, status, reason = match.groups("")
    return (1, int(minor)), int(status), reason
