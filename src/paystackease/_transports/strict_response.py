"""Reads a response strictly and by a deadline, and tells whether its connection may be used again.

:class:`StrictResponse` parses the head. :class:`DeadlineSocket` is the file that http.client reads it from.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
import time
import zlib
from typing import Any, Protocol, cast

from paystackease._transports.common import MAX_RESPONSE_BYTES, classify_framing, has_body, is_interim
from paystackease._transports.response_head import MalformedHeadError, read_head

_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")


class TracksResponseEnd(Protocol):
    """A connection that knows whether its last response ended for certain, with nothing after it."""

    ended_clearly: bool


class StrictResponse(http.client.HTTPResponse):
    """A response with a strictly parsed head. Every interim response before it is skipped, not only 100.

    It says that it closes the connection unless it is certain where it ends.
    """

    def begin(self) -> None:
        """Read the head.

        :raises MalformedHeadError: If it is malformed, or if it does not say where the response ends.
        """
        while True:
            head = read_head(self.fp)
            status = head.status
            lengths, codings = head.get_all("content-length"), head.get_all("transfer-encoding")
            framing = classify_framing(status, head.version, lengths, codings)
            if framing == "invalid":
                raise MalformedHeadError("the head does not say where the response ends")
            if not is_interim(status):
                break
        # These are all attributes that ``begin`` of http.client sets.
        self.code, self.status, self.reason = status, status, head.reason
        self.version = 11 if head.version >= (1, 1) else 10
        self.headers = self.msg = http.client.HTTPMessage()
        for name, value in head.headers:
            self.headers[name] = value
        self.chunked, self.chunk_left, self.length = False, None, None  # Without a length, it ends with the connection.
        if not has_body(status):
            self.length = 0
        elif codings:
            self.chunked = cast("_StrictLineReader", self.fp).reads_chunk_sizes = True
        elif lengths:
            self.length = _parse_length(lengths[0])
        says_close = any("close" in value.lower() for value in head.get_all("connection"))
        self.will_close = says_close or framing != "certain"


def _parse_length(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise MalformedHeadError("Content-Length is not a number of bytes")
    return int(value)


def decompress(data: bytes, coding: str | None) -> bytes:
    """Decompress a body, at most to one byte more than a response may have.

    urllib3 decompresses too, but in a time that grows with the square of the number of members in gzip data, and it
    accepts data that is not complete. Servers send one member.

    :param coding: The ``Content-Encoding``, or None.
    :raises http.client.HTTPException: If the data is malformed, incomplete or followed by more.
    """
    name = (coding or "identity").strip().lower()
    if name not in {"gzip", "x-gzip", "deflate"} or len(data) > MAX_RESPONSE_BYTES or not data:
        return data  # A coding that was not asked for leaves something that is not JSON.
    # Some servers send deflate without the head that RFC 9110, 8.4.1.2, requires. That head is a multiple of 31.
    is_bare = name == "deflate" and int.from_bytes(data[:2]) % 31 != 0
    decompressor = zlib.decompressobj(-zlib.MAX_WBITS if is_bare else 32 + zlib.MAX_WBITS)
    try:
        body = decompressor.decompress(data, MAX_RESPONSE_BYTES + 1)
    except zlib.error as error:
        raise http.client.HTTPException("malformed compressed data") from error
    if len(body) <= MAX_RESPONSE_BYTES and (not decompressor.eof or decompressor.unused_data):
        raise http.client.HTTPException("the compressed data is incomplete, or followed by more")
    return body


class DeadlineSocket(io.RawIOBase):
    """The file from which http.client reads a response, until a deadline."""

    def __init__(self, sock: socket.socket, ends: float, connection: TracksResponseEnd) -> None:
        self.connection = connection
        self._socket, self._ends = sock, ends
        self._file = sock.makefile("rb", buffering=0)  # The socket stays open as long as this file.
        self._receive = sock.recv_into
        self._is_over = False

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return a buffered reader of this file."""
        return _StrictLineReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Receive into a buffer.

        :raises TimeoutError: If the deadline has passed.
        """
        if self._is_over:
            return None
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        return self._receive(buffer)

    def finish(self) -> None:
        """Read nothing more from the socket."""
        self._is_over = True

    def close(self) -> None:
        """Close this file, and the socket if nothing else keeps it open."""
        self._file.close()
        super().close()


class _StrictLineReader(io.BufferedReader):
    """A reader that raises an error if a line has no end, which means that the connection was lost.

    http.client would take such a line for a whole one.
    """

    reads_chunk_sizes = False
    """Whether the next line is the size of a chunk. http.client accepts ``-1`` and ``0x10`` for a size."""

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read a line.

        :raises ConnectionResetError: If it has no end.
        :raises http.client.HTTPException: If it is not the size of a chunk (RFC 9112, 7.1) and must be one.
        """
        line = super().readline(size)
        if not line.endswith(b"\n") and len(line) != size:
            raise ConnectionResetError
        if self.reads_chunk_sizes:
            match = _CHUNK_SIZE.fullmatch(line)
            if match is None:
                raise http.client.HTTPException("a chunk does not begin with its size")
            self.reads_chunk_sizes = int(match[1], 16) > 0
        return line

    def close(self) -> None:
        """Close the file, and record whether more was received than the response."""
        if not self.closed:
            # http.client closes this at the end of the response. More input does not belong to any response.
            raw = cast("DeadlineSocket", self.raw)
            raw.finish()
            raw.connection.ended_clearly = not self.peek(1)
        super().close()
