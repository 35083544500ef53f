"""Describes an error in one line for a log, without personal data and keys."""

from __future__ import annotations

import re

MAX_CHARS = 200
"""The most characters of a message."""

_MAX_READ = 2_000
_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"://[^\s/@]*@"), "://[login]@"),
    (re.compile(r"[^\s@<>()\[\]\"',;:=/]+@[^\s@<>()\[\]\"',;/]+"), "[e-mail]"),
    (re.compile(r"\b(?:sk|pk|whsec|bearer|token)[_ ]\S+", re.IGNORECASE), "[key]"),
    (re.compile(r"\b(?:[A-Z]{2,5}_)?(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{20,}"), "[key]"),
    # A phone number, or six digits or more in a row: an account, a card, an identity number.
    (re.compile(r"\+?\(?\d(?:[\s().-]{0,2}\d){6,}|\d{6,}"), "[number]"),
)


def describe_error(error: BaseException) -> str:
    """Return the class of an error and the first line of its message: ``ValueError: out of stock``.

    E-mail addresses, phone numbers, keys, and runs of six digits or more are replaced. A name cannot be recognized.
    """
    name = type(error).__name__
    try:
        text = str(error)[:_MAX_READ]
    except BaseException as text_error:
        return f"{name}, whose text cannot be formatted: {type(text_error).__name__}"
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    for pattern, replacement in _MASKS:
        line = pattern.sub(replacement, line)
    line = "".join(character if character.isprintable() else " " for character in line)
    line = line if len(line) <= MAX_CHARS else f"{line[: MAX_CHARS - 1]}…"
    return f"{name}: {line}" if line else name
