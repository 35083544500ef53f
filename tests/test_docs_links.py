"""Links within the site, and from the pages at the root, lead somewhere. Nothing is asked of the network."""

import re
import sys
from functools import cache

import blocks
import pytest

DOCS = blocks.ROOT / "docs"
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|^:link: (\S+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The generated pages, by their path in the repository."""
    pytest.importorskip("sphinx", reason="the documentation is built with the extra docs")
    sys.path.insert(0, str(DOCS))
    import reference_pages

    folder = tmp_path_factory.mktemp("reference")
    reference_pages.write(folder)
    return {DOCS / "reference" / path.relative_to(folder): path for path in folder.rglob("*.md")}


def prose(path):
    """A page without its code."""
    return re.sub(r"^```(?!\{).*?^```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def links(path):
    for match in LINK.finditer(prose(path)):
        target = match[1] or match[2]
        if not re.match(r"[a-z]+:", target):
            yield target if match[1] else f"{target}.md"


@cache
def anchors(path):
    """What a link can name on a page: its headings, as MyST and GitHub make anchors of them."""
    found = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in found}


def dead(path, where, generated):
    """The links on a page that lead nowhere; `where` is where its links begin."""
    for target in links(path):
        name, _, anchor = target.partition("#")
        there = (where.parent / name).resolve() if name else where
        there = generated.get(there, there)
        if not there.is_file() or (anchor and anchor not in anchors(there)):
            yield target


@pytest.mark.parametrize("page", blocks.pages(), ids=lambda path: path.relative_to(blocks.ROOT).as_posix())
def test_every_link_of_a_page_leads_somewhere(page, written):
    assert list(dead(page, page, written)) == []


def test_every_link_of_the_reference_leads_somewhere(written):
    found = {where.name: list(dead(path, where, written)) for where, path in written.items()}
    assert {name: targets for name, targets in found.items() if targets} == {}


def test_every_page_can_be_reached_from_the_front_page_by_the_bar_and_by_a_link():
    index = (DOCS / "index.md").read_text()
    for page in blocks.pages():
        if page.parent == blocks.ROOT or page.name == "index.md":
            continue
        name = page.relative_to(DOCS).with_suffix("").as_posix()
        assert re.search(rf"^({name}|.+ <{name}>)$", index, re.MULTILINE), f"{name} is not in the bar at the side"
        assert f"({name}.md)" in index, f"the front page does not lead to {name}"


def test_a_link_that_leads_nowhere_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# One two\n\n[a](#one-two) [b](#three) [c](other.md) [d](https://example.com) `[e](f.md)`\n")
    assert list(dead(page, page, {})) == ["#three", "other.md"]
