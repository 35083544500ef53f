"""The built site: search, Markdown pages, llms.txt, signatures, headings, and code that can be copied.

The tests build a part of the site: all pages that are written by hand, and a few of the reference.
"""

import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from paystackease import AsyncPaystack
from paystackease._core.endpoint import endpoints_of

pytest.importorskip("sphinx", reason="the documentation is built with the extra docs")

ROOT = Path(__file__).parents[1]
REFERENCE = ("index", "arguments", "errors", "paystackease.async_apis.arefund", "paystackease.paystack")
SEARCH = Path(__file__).parent / "support" / "search_site.cjs"
CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build a part of the site, and return its directory."""
    folder = tmp_path_factory.mktemp("docs")
    pages, output = folder / "pages", folder / "site"
    shutil.copytree(ROOT / "docs", pages, ignore=shutil.ignore_patterns("reference", "_build", "*.py", "__pycache__"))
    for name in ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"):  # which pages include
        shutil.copy(ROOT / name, folder)
    patterns = ("*.md", "[!r]*/**", *(f"reference/{name}.md" for name in REFERENCE))
    settings = {"include_patterns": ",".join(patterns), "suppress_warnings": "toc.excluded,myst.xref_missing"}
    options = [option for name, value in settings.items() for option in ("-D", f"{name}={value}")]
    command = [sys.executable, "-m", "sphinx", "-q", "-c", ROOT / "docs", *options, pages, output]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    return output


FIRST_RESULTS = {
    "idempotency": "explanations/unknown-outcomes",
    "retry": "explanations/unknown-outcomes",
    "refund": "guides/refunds-and-disputes",
    "webhook": "guides/webhooks",
    "Subscriptions": "guides/subscriptions",
    "rate limit": "guides/going-live",
    "create_refund": "reference/paystackease.async_apis.arefund",
    "OutcomeUnknownError": "explanations/unknown-outcomes",
}
"""For each query, the expected page. It is the first or the second result."""

NAMES = ("core", "Request", "RateLimit", "Observer")


@pytest.fixture(scope="module")
def results(site):
    """Return the results of each query, best first, each as its page and title."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("the search is JavaScript, and needs Node.js")
    command = [node, str(SEARCH), str(site), *FIRST_RESULTS, *NAMES]
    return json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)


@pytest.mark.parametrize(("query", "page"), FIRST_RESULTS.items())
def test_the_expected_page_is_among_the_first_two_results(results, query, page):
    assert page in [name for name, _ in results[query][:2]]


def test_guides_are_before_the_reference(results):
    pages = [name for name, _ in results["refund"]]
    assert pages[0].startswith("guides/")
    assert any(name.startswith("reference/") for name in pages)


@pytest.mark.parametrize("query", ["retry", "idempotency", *NAMES])
def test_private_names_are_not_found(results, query):
    assert results[query]
    assert [title for _, title in results[query] if "._" in title] == []


def test_every_page_has_a_markdown_version(site):
    for path in site.rglob("*.html"):
        if path.stem not in {"search", "genindex", "py-modindex"}:
            text = path.with_suffix(".md").read_text()
            assert re.search(r"^# ", text, re.MULTILINE)
            assert f'type="text/markdown" href="{path.stem}.md"' in path.read_text()


def test_a_markdown_page_has_the_text_the_code_and_links_to_markdown_pages(site):
    text = (site / "guides" / "refunds-and-disputes.md").read_text()
    assert "\n## Refund a payment\n" in text
    blocks = re.findall(r"^```\w+\n.*?^```$", (ROOT / "docs/guides/refunds-and-disputes.md").read_text(), re.M | re.S)
    assert len(blocks) > 10
    assert [block for block in blocks if block not in text] == []
    assert "(webhooks.md)" in text
    assert ".html" not in text.replace("https://", "")
    assert "| error | what happened | what to do |" in (site / "reference" / "errors.md").read_text()


def test_the_markdown_of_the_reference_has_signatures(site):
    text = (site / "reference" / "paystackease.async_apis.arefund.md").read_text()
    assert re.search(r"^async create_refund\(\n    transaction_?\w*: |^async create_refund\(", text, re.MULTILINE)
    assert " -> Response[" in text


def test_llms_txt_lists_pages_that_exist(site):
    text = (site / "llms.txt").read_text()
    assert text.startswith("# paystackease\n\n> ")
    links = re.findall(r"^- \[[^\]]+\]\(([^)]+)\)(.*)$", text, re.MULTILINE)
    assert {"guides/webhooks.md", "quickstart.md", "skills/paystackease/SKILL.md"} <= {target for target, _ in links}
    for target, _ in links:
        assert (site / target).is_file(), target


def test_the_skill_is_published_unchanged_with_its_front_matter(site):
    skill = (ROOT / "docs" / "skills" / "paystackease" / "SKILL.md").read_text()
    assert (site / "skills" / "paystackease" / "SKILL.md").read_text() == skill
    front = re.match(r"---\nname: ([a-z-]+)\ndescription: (.+)\n---\n", skill)
    assert front[1] == "paystackease"
    assert len(front[2]) <= 1024
    assert len(skill.splitlines()) <= 500


def test_signatures_show_the_type_of_each_parameter_and_of_the_result(site):
    page = (site / "reference" / "paystackease.async_apis.arefund.html").read_text()
    for name in endpoints_of(vars(AsyncPaystack)["refund"].client_class):
        signature = re.search(rf'<dt class="sig[^>]*AsyncRefundClientAPI\.{name}">.*?</dt>', page, re.DOTALL)[0]
        text = " ".join(html.unescape(re.sub(r"<[^>]+>", "", signature)).split())
        assert text.startswith(f"async {name}(")
        assert re.search(r"\) → Response\[.+\]", text)
        parameters = re.findall(r'<em class="sig-param">(.*?)</em>', signature, re.DOTALL)
        for parameter in parameters:
            parameter_text = html.unescape(re.sub(r"<[^>]+>", "", parameter))
            assert ":" in parameter_text or parameter_text in {"*", "/"}


def test_headings_break_between_the_parts_of_a_name(site):
    page = (site / "reference" / "paystackease.async_apis.arefund.html").read_text()
    assert "<h1>paystackease<wbr>.async<wbr>_apis<wbr>.arefund" in page
    assert "<title>paystackease.async_apis.arefund - paystackease</title>" in page


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    if not Path(CHROMIUM).exists():
        pytest.skip("needs Chromium")
    with playwright.sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


def test_code_is_copied_without_prompts_and_output(site, browser):
    page = browser.new_page()
    page.add_init_script(
        "navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }"
    )
    page.goto((site / "quickstart.html").as_uri())
    block = page.locator("div.highlight-console").first
    block.hover()
    block.get_by_role("button", name="Copy").click()
    assert page.evaluate("copied") == "pip install '.[all]'\npaystackease emulator up"
    assert page.locator("div.highlight-output .copy-code").count() == 0


def test_code_is_plain_without_javascript(site, browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto((site / "quickstart.html").as_uri())
    assert "paystackease emulator up" in page.locator("div.highlight-console pre").first.inner_text()
    assert page.locator(".copy-code").count() == 0


@pytest.fixture(scope="module")
def narrow_page(browser):
    return browser.new_page(viewport={"width": 390, "height": 800})


@pytest.mark.parametrize(
    "name", ["migrating", "migrating_others", "guides/reconcile", "reference/errors", "explanations/webhooks"]
)
def test_pages_fit_a_narrow_screen(site, narrow_page, name):
    narrow_page.goto((site / f"{name}.html").as_uri())
    assert narrow_page.evaluate("document.documentElement.scrollWidth") == 390
    script = """[...document.querySelectorAll("article table, article h1, article h2, article h3")].filter((element) =>
        element.getBoundingClientRect().right > innerWidth || element.scrollWidth > element.clientWidth + 1)
        .map((element) => element.textContent.slice(0, 60))"""
    assert narrow_page.evaluate(script) == []


def test_stacked_cells_name_their_columns(site, narrow_page):
    narrow_page.goto((site / "reference" / "errors.html").as_uri())
    cell = narrow_page.locator("table td[data-label]").first
    assert cell.get_attribute("data-label") == "what happened"
    assert "what happened" in cell.evaluate("element => getComputedStyle(element, '::before').content")
