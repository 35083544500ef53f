"""CSV that is safe to open in a spreadsheet: text that would be run as a formula is escaped.

Excel, LibreOffice and Google Sheets treat a cell as a formula if it begins with ``=``, ``+``, ``-``, ``@``, a tab or a
line break, or with the full-width form of one of the signs. Names, e-mail addresses and metadata come from customers,
so a formula could send the contents of the sheet elsewhere. Such a cell is written with a single quote in front, as
OWASP advises (https://owasp.org/www-community/attacks/CSV_Injection). Blanks, quotes and invisible characters before
the sign do not hide it. :func:`unescape_formula` removes the quote again and restores every text exactly.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias

FormulaPolicy: TypeAlias = Literal["escape", "raw"]
"""How CSV holds text that a spreadsheet would treat as a formula: ``"escape"`` writes a single quote in front of it;
``"raw"`` writes it unchanged, for programs.
"""

# Blanks, control characters, byte order marks and the like, and quotes, which are escaped so that they differ from
# the quote that is added. A tab and a line break are unsafe by themselves.
_UNSAFE = re.compile(r"[\t\r\n]|'*[\s'\"\x00-\x20\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|'+[\t\r\n]")


def escape_formula(text: str) -> str:
    """Return the text with a single quote in front if it may be a formula, or looks like an escaped formula."""
    return f"'{text}" if _UNSAFE.match(text) else text


def unescape_formula(text: str) -> str:
    """Undo :func:`escape_formula`."""
    return text[1:] if text.startswith("'") and _UNSAFE.match(text[1:]) else text


def read_csv(path: Path, *, csv_formulas: FormulaPolicy = "escape") -> Iterator[dict[str, str]]:
    """Read the rows of a CSV file that an export or a reconciliation wrote, with every text restored.

    :param csv_formulas: The value with which the file was written.
    """
    restore = unescape_formula if csv_formulas == "escape" else str
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        names = [restore(name) for name in next(rows, ())]
        for row in rows:
            yield dict(zip(names, map(restore, row), strict=True))
