"""CSV that spreadsheets can open: what would be a formula there is text.

A cell whose first character is ``=``, ``+``, ``-``, ``@``, a tab or a line's end is a formula to Excel, LibreOffice or
Google Sheets, and so are the full-width forms of the signs. Names, e-mail addresses and metadata come from customers,
so a formula may be one that sends the sheet elsewhere. Such a cell is written with a single quote in front, as OWASP
advises (https://owasp.org/www-community/attacks/CSV_Injection). Blanks, quotes and invisible characters before the sign
do not hide it. :func:`restored` takes the quote away again, and every text comes back as it was.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias

Formulas: TypeAlias = Literal["escape", "raw"]
"""What becomes of text that a spreadsheet would take for a formula: ``"escape"``, a single quote stands in front of it;
``"raw"``, it is written as it is, for programs.
"""

# Blanks, controls, byte order marks and the like, and quotes, which are escaped so that they can be told from ours. The
# tab and the line's ends are unsafe by themselves.
_UNSAFE = re.compile(r"[\t\r\n]|'*[\s'\"\x00-\x20\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|'+[\t\r\n]")


def escaped(text: str) -> str:
    """The text with a single quote in front, if it may be a formula, or may look as if it had been one."""
    return f"'{text}" if _UNSAFE.match(text) else text


def restored(text: str) -> str:
    """What :func:`escaped` was given."""
    return text[1:] if text.startswith("'") and _UNSAFE.match(text[1:]) else text


def read_csv(path: Path, *, csv_formulas: Formulas = "escape") -> Iterator[dict[str, str]]:
    """The rows of a CSV file that an export or a reconciliation wrote, each text as it was.

    :param csv_formulas: What the file was written with.
    """
    restore = restored if csv_formulas == "escape" else str
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        names = [restore(name) for name in next(rows, ())]
        for row in rows:
            yield dict(zip(names, map(restore, row), strict=True))
