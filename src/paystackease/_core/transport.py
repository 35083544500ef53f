"""What a transport returns. A module of its own, because the emulator imports nothing else of a client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from paystackease.errors import APIConnectionError


@dataclass(frozen=True, slots=True, repr=False)
class RawResponse:
    """An HTTP response before it is decoded. The names of ``headers`` are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


AttemptResult: TypeAlias = RawResponse | APIConnectionError
"""The result of one attempt: a response, or the error that prevented a complete response."""
