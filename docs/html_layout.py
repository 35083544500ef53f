"""Prepares the HTML of each page for narrow screens: where names may break, and the labels of stacked tables."""

from __future__ import annotations

import html
import re
from itertools import count

from docutils import nodes
from sphinx.application import Sphinx

NAME = re.compile(r"(<h[1-6][^>]*>|<span class=\"sig-(?:pre)?name[^>]*>)(.*?)(</h[1-6]>|</span></span>)", re.DOTALL)
"""A heading, or the name in a signature."""

BREAK = re.compile(r"(?<=\w)(?=[._/]\w)|(?<=[a-z])(?=[A-Z][a-z])|(?<=\.)$")
"""Where a name may break: before a dot, an underscore, a slash or an inner capital."""

TABLE = re.compile(r"<table class=\"docutils.*?</table>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")


def adapt_page(app: Sphinx, name: str, template: str, context: dict[str, str], doctree: nodes.document | None) -> None:
    """Change the body of a page before Sphinx writes it."""
    if "body" in context:
        body = NAME.sub(lambda match: match[1] + _allow_breaks(match[2]) + match[3], context["body"])
        context["body"] = TABLE.sub(lambda match: _label_cells(match[0]), body)


def _allow_breaks(text: str) -> str:
    parts = re.split(r"(<[^>]*>|&\w+;)", text)  # tags and entities have the odd indices
    parts[::2] = [BREAK.sub("<wbr>", part) for part in parts[::2]]
    return "".join(parts)


def _label_cells(table: str) -> str:
    """Give each cell the heading of its column, which the style sheet shows where the columns are stacked."""
    labels = [_text_of(cell) for cell in re.findall(r"<th\b.*?</th>", table, re.DOTALL)]
    return re.sub(r"<tr\b.*?</tr>", lambda row: _label_row(row[0], labels), table, flags=re.DOTALL)


def _label_row(row: str, labels: list[str]) -> str:
    columns = count()

    def label_cell(cell: re.Match[str]) -> str:
        column = next(columns)
        label = labels[column] if 0 < column < len(labels) else ""  # the first cell is the heading of its row
        if not _text_of(cell[0]):
            return f'<td class="empty">{cell[1]}</td>'
        return f'<td data-label="{html.escape(label)}">{cell[1]}</td>' if label else cell[0]

    return re.sub(r"<td\b[^>]*>(.*?)</td>", label_cell, row, flags=re.DOTALL)


def _text_of(cell: str) -> str:
    return html.unescape(TAG.sub("", cell)).strip()
