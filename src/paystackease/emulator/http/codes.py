"""Codes and references that look random and are the same in every run with the same seed."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping

LOWERCASE_ALPHANUMERIC = "abcdefghijklmnopqrstuvwxyz0123456789"
ALPHANUMERIC = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
UPPERCASE_ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
HEX_DIGITS = "0123456789abcdef"

_FORMATS: Mapping[str, tuple[int, str]] = {
    "AUTH_": (10, LOWERCASE_ALPHANUMERIC),
    "SPL_": (10, ALPHANUMERIC),
}
"""By prefix: the length of a code and its alphabet, if they are not 15 lower-case letters and digits."""


def code_format(prefix: str) -> tuple[int, str]:
    """Return how many characters follow a prefix such as ``CUS_``, and the alphabet that they are from."""
    return _FORMATS.get(prefix, (15, LOWERCASE_ALPHANUMERIC))


def derive_code(source: str, length: int, alphabet: str) -> str:
    """Derive a code from a text.

    :param length: At most 64.
    """
    digest = hashlib.blake2b(source.encode(), digest_size=length).digest()
    return digest.translate(_translation_table(alphabet)).decode()


@functools.cache
def _translation_table(alphabet: str) -> bytes:
    """Return a character of the alphabet for each byte."""
    return "".join(alphabet[byte % len(alphabet)] for byte in range(256)).encode()
