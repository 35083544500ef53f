"""Writes each page as Markdown beside its HTML, and ``llms.txt``, a list of the pages for language models.

The Markdown is made from Sphinx's own document tree, so generated pages of the reference have it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

INDENT = "  "
SKILL = "skills/paystackease/SKILL"
"""The page that is copied as it is: tools read its front matter."""

LLMS_SECTIONS = {
    "Start": ("quickstart", SKILL),
    "Guides": ("guides/",),
    "Explanations": ("explanations/", "architecture", "glossary"),
    "Migration": ("migrating",),
    "Reference": (
        "reference/index",
        "reference/endpoints",
        "reference/errors",
        "reference/events",
        "reference/arguments",
        "reference/settings",
        "reference/faults",
        "reference/control",
        "reference/environment",
        "reference/awaited",
        "reference/blocking",
        "reference/types",
        "reference/cli/index",
    ),
}
"""The headings of ``llms.txt``, each with pages or folders."""


def write_page(app: Sphinx, doctree: nodes.document, name: str) -> None:
    """Write a page as Markdown. Sphinx calls this when the links of the page are resolved."""
    if app.builder.format != "html":
        return
    path = Path(app.outdir, f"{name}.md")
    path.parent.mkdir(parents=True, exist_ok=True)
    if name == SKILL:
        text = Path(app.env.doc2path(name)).read_text(encoding="utf-8")
    else:
        text = MarkdownWriter().render(doctree)
    path.write_text(text, encoding="utf-8")


def link_page(app: Sphinx, name: str, template: str, context: dict[str, str], doctree: nodes.document | None) -> None:
    """Name the Markdown page in the head of the HTML page."""
    if doctree is not None:
        target = PurePosixPath(name).name
        context["metatags"] += f'<link rel="alternate" type="text/markdown" href="{target}.md">'


def write_llms(app: Sphinx, failed: Exception | None) -> None:
    """Write ``llms.txt`` (https://llmstxt.org): the pages, each with its first sentence."""
    if failed is not None or app.builder.format != "html":
        return
    lines = [
        "# paystackease",
        "",
        "> Paystack for Python 3.11 or later: every operation of the API, blocking and asyncio; webhooks with a "
        "durable inbox; an offline emulator for development and tests; a command line.",
        "",
        "Each page of this site is Markdown too: replace `.html` by `.md`.",
    ]
    for heading, patterns in LLMS_SECTIONS.items():
        lines += ["", f"## {heading}", ""]
        for name in _select_pages(app, patterns):
            title = app.env.titles[name].astext()
            summary = _first_sentence(app.env.get_doctree(name))
            lines.append(f"- [{title}]({app.config.html_baseurl}{name}.md)" + (f": {summary}" if summary else ""))
    Path(app.outdir, "llms.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _select_pages(app: Sphinx, patterns: Iterable[str]) -> Iterator[str]:
    for pattern in patterns:
        for name in sorted(app.env.found_docs):
            if (
                name == pattern
                or (pattern.endswith("/") and name.startswith(pattern))
                or (pattern == "migrating" and name.startswith("migrating"))
            ):
                yield name


def _first_sentence(doctree: nodes.document) -> str:
    for section in doctree.findall(nodes.section):
        for child in section.children:
            if isinstance(child, nodes.paragraph) and " / " not in child.astext()[:40]:
                return re.split(r"(?<=[.!?:])\s", " ".join(child.astext().split()))[0].rstrip(":")
        break
    return ""


class MarkdownWriter:
    """Renders a document tree as Markdown. Elements without a rule are rendered as what they contain."""

    def __init__(self) -> None:
        self._level = 0

    def render(self, node: nodes.Node) -> str:
        """Return the Markdown of a whole document."""
        return self._blocks(node).strip() + "\n"

    # Blocks

    def _blocks(self, node: nodes.Node) -> str:
        return "\n\n".join(text for child in node.children if (text := self._block(child)).strip())

    def _block(self, node: nodes.Node) -> str:
        if isinstance(node, nodes.Element) and "sd-card-title" in node.get("classes", ()):
            return f"**{self._text(node)}**"
        for kind, render in self._rules.items():
            if isinstance(node, kind):
                return render(self, node)
        if isinstance(node, nodes.Inline | nodes.Text):
            return self._inline(node)
        if isinstance(node, nodes.TextElement):
            return "".join(self._inline(child) for child in node.children)
        return self._blocks(node)

    def _section(self, node: nodes.Element) -> str:
        self._level += 1
        text = self._blocks(node)
        self._level -= 1
        return text

    def _title(self, node: nodes.Element) -> str:
        return "#" * max(self._level, 1) + " " + self._text(node)

    def _code(self, node: nodes.Element) -> str:
        language = node.get("language", "")
        language = "" if language in {"default", "none"} else language
        return f"```{language}\n{node.astext().rstrip()}\n```"

    def _bullets(self, node: nodes.Element) -> str:
        return "\n".join(self._item("- ", child) for child in node.children)

    def _numbers(self, node: nodes.Element) -> str:
        return "\n".join(self._item(f"{number}. ", child) for number, child in enumerate(node.children, 1))

    def _item(self, marker: str, node: nodes.Node) -> str:
        text = re.sub(r"\n\n(?=- )", "\n", self._blocks(node))
        return marker + text.replace("\n", "\n" + " " * len(marker))

    def _definition(self, node: nodes.Element) -> str:
        terms = ", ".join(self._text(child) for child in node.children if isinstance(child, nodes.term))
        rest = [self._block(child) for child in node.children if isinstance(child, nodes.definition)]
        return f"**{terms}**\n\n" + "\n\n".join(rest)

    def _table(self, node: nodes.Element) -> str:
        rows = [
            [" ".join(self._blocks(cell).split()).replace("|", "\\|") for cell in row.children]
            for row in node.findall(nodes.row)
        ]
        head, *rest = rows
        lines = [head, ["---"] * len(head), *rest]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)

    def _signature(self, node: nodes.Element) -> str:
        return "```python\n" + _signature_text(node) + "\n```"

    def _object(self, node: nodes.Element) -> str:
        return self._blocks(node)

    def _field(self, node: nodes.Element) -> str:
        name, body = node.children
        text = self._block(body)
        separator = "\n" if text.startswith("- ") else " "
        return f"**{self._text(name)}:**{separator}{text}"

    def _quote(self, node: nodes.Element) -> str:
        return "> " + self._blocks(node).replace("\n", "\n> ")

    def _nothing(self, node: nodes.Element) -> str:
        return ""

    # Text in a line

    def _text(self, node: nodes.Node) -> str:
        return "".join(self._inline(child) for child in node.children)

    def _inline(self, node: nodes.Node) -> str:
        match node:
            case nodes.Text():
                return node.astext()
            case nodes.literal() | addnodes.literal_strong() | addnodes.literal_emphasis():
                return f"`{node.astext()}`"
            case nodes.strong():
                return f"**{self._text(node)}**"
            case nodes.emphasis():
                return f"*{self._text(node)}*"
            case nodes.reference():
                return self._reference(node)
            case nodes.raw() | nodes.comment():
                return ""
            case _:
                return self._text(node)

    def _reference(self, node: nodes.Element) -> str:
        text, target = self._text(node), node.get("refuri", "")
        if not target and "refid" in node:
            target = "#" + node["refid"]
        if target == text:
            return f"<{text}>"
        if node.get("internal"):
            target = re.sub(r"\.html(?=#|$)", ".md", target)
        return f"[{text}]({target})" if target else text

    _rules: ClassVar = {
        nodes.section: _section,
        nodes.title: _title,
        nodes.literal_block: _code,
        nodes.bullet_list: _bullets,
        nodes.enumerated_list: _numbers,
        nodes.definition_list_item: _definition,
        nodes.table: _table,
        addnodes.desc_signature: _signature,
        addnodes.desc: _object,
        nodes.field: _field,
        nodes.block_quote: _quote,
        nodes.raw: _nothing,
        nodes.comment: _nothing,
        nodes.system_message: _nothing,
        nodes.substitution_definition: _nothing,
        nodes.meta: _nothing,
        addnodes.index: _nothing,
    }


def _signature_text(node: nodes.Element) -> str:
    parts = []
    for child in node.children:
        if isinstance(child, addnodes.desc_parameterlist):
            parameters = [parameter.astext() for parameter in child.children]
            single = "(" + ", ".join(parameters) + ")"
            long = len("".join(parts) + single) > 88
            parts.append("(\n    " + ",\n    ".join(parameters) + ",\n)" if long else single)
        elif isinstance(child, addnodes.desc_returns):
            parts.append(" -> " + child.astext().removeprefix(" -> "))
        else:
            parts.append(child.astext())
    return "".join(parts)
