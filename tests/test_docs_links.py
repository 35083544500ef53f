"""Links within the documentation, and from the pages in the root, have targets. No test uses the network."""

import re
import sys
from functools import cache

import doc_blocks
import pytest

DOCS = doc_blocks.ROOT / "docs"
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|^:link: (\S+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def generated_pages(tmp_path_factory):
    """Return the generated pages, by their path in the repository."""
    pytest.importorskip("sphinx", reason="the documentation is built with the extra docs")
    sys.path.insert(0, str(DOCS))
    import reference_pages

    folder = tmp_path_factory.mktemp("reference")
    reference_pages.write_pages(folder)
    return {DOCS / "reference" / path.relative_to(folder): path for path in folder.rglob("*.md")}


def strip_code(path):
    """Return the text of a page without its code."""
    return re.sub(r"^```(?!\{).*?^```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def find_links(path):
    for match in LINK.finditer(strip_code(path)):
        target = match[1] or match[2]
        if not re.match(r"[a-z]+:", target):
            yield target if match[1] else f"{target}.md"


@cache
def find_anchors(path):
    """Return the anchors of a page: its headings, as MyST and GitHub write them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in headings}


def find_dead_links(path, location, generated_pages):
    """Yield the links of a page that have no target, relative to `location`."""
    for target in find_links(path):
        name, _, anchor = target.partition("#")
        destination = (location.parent / name).resolve() if name else location
        destination = generated_pages.get(destination, destination)
        if not destination.is_file() or (anchor and anchor not in find_anchors(destination)):
            yield target


@pytest.mark.parametrize("page", doc_blocks.list_pages(), ids=lambda path: path.relative_to(doc_blocks.ROOT).as_posix())
def test_every_link_of_a_page_has_a_target(page, generated_pages):
    assert list(find_dead_links(page, page, generated_pages)) == []


def test_every_link_of_the_reference_has_a_target(generated_pages):
    dead = {page.name: list(find_dead_links(path, page, generated_pages)) for page, path in generated_pages.items()}
    assert {name: targets for name, targets in dead.items() if targets} == {}


def test_the_front_page_lists_every_page_in_the_sidebar_and_by_a_link():
    index = (DOCS / "index.md").read_text()
    for page in doc_blocks.list_pages():
        if page.parent == doc_blocks.ROOT or page.name == "index.md":
            continue
        name = page.relative_to(DOCS).with_suffix("").as_posix()
        assert re.search(rf"^({name}|.+ <{name}>)$", index, re.MULTILINE), f"{name} is not in the sidebar"
        assert f"({name}.md)" in index, f"the front page has no link to {name}"


def test_a_dead_link_is_reported(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# One two\n\n[a](#one-two) [b](#three) [c](other.md) [d](https://example.com) `[e](f.md)`\n")
    assert list(find_dead_links(page, page, {})) == ["#three", "other.md"]
