"""What a transport brings back: in a module of its own, for the emulator has no other part of a client in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class RawResponse:
    """An answer as it came. The names of ``headers`` are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes
