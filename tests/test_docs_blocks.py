"""Every block of every page runs: see tests/blocks.py."""

import re

import blocks
import pytest
from pygments.lexers import get_lexer_by_name


@pytest.mark.parametrize("page", blocks.pages(), ids=lambda path: path.relative_to(blocks.ROOT).as_posix())
def test_the_blocks_of_a_page_do_what_it_says(page, tmp_path, monkeypatch):
    blocks.run(page, tmp_path, monkeypatch)


def page_of(tmp_path, *lines):
    path = tmp_path / "page.md"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("complaint", "lines"),
    {
        "so": ["```python", "raise ValueError('so')", "```"],
        "There is:\n2": ["```python", "print(2)", "```", "```output", "1", "```"],
        "There is:\nPaystack emulator": ["```console", "$ paystackease emulator up", "Hello", "```"],
        "There is:\n1": ["```console", "$ echo 1", "1 2", "```"],
        "echo \\$\\? does not follow": ["```console", "$ paystackease emulator run", "...", "$ echo done", "```"],
        "it failed": ["```console", "$ paystackease emulator run", "```"],
        "does not know rm": ["```console", "$ rm -rf x", "```"],
        "without a language": ["```", "paystackease demo", "```"],
        "no block is 'cobol'": ["```cobol", "STOP RUN.", "```"],
        "Invalid": ["```toml", "a = ", "```"],
        "nothing on the page uses shop.py": ["```python", "# shop.py", "print(1)", "```"],
        "what it shows is not checked": ["```console", "$ pip install paystackease", "Done", "```"],
        "hidden": ["<!-- invisible-code-block: python", "raise ValueError('hidden')", "-->"],
    }.items(),
    ids=lambda value: re.sub(r"\W+", "-", value) if isinstance(value, str) else "",
)
def test_what_a_page_says_and_is_not_so_is_found(complaint, lines, tmp_path, monkeypatch):
    with pytest.raises((AssertionError, ValueError), match=complaint):
        blocks.run(page_of(tmp_path, *lines), tmp_path, monkeypatch)


def test_a_page_is_read_as_its_reader_would(tmp_path, monkeypatch):
    page = page_of(
        tmp_path,
        "```python",
        "# shop.py",
        "from paystackease import Paystack",
        "",
        "def begin(reference):",
        "    with Paystack() as paystack:",
        "        return paystack.transactions.initialize('ada@example.com', 5000, reference=reference)",
        "```",
        "```python",
        "import shop",
        "from paystackease import AsyncPaystack",
        "shop.begin('R1')",
        "paystack = AsyncPaystack()",
        "print((await paystack.transactions.verify_transaction('R1')).data['status'])",
        "```",
        "```output",
        "abandoned",
        "```",
        "<!-- invisible-code-block: python",
        "sandbox.pay('R1')",
        "-->",
        "```python",
        "print((await paystack.transactions.verify_transaction('R1')).data['status'])",
        "await paystack.close()",
        "```",
        "```output",
        "success",
        "```",
        "```console",
        "$ paystackease emulator run",
        "Say what to run: ...",
        "$ echo $?",
        "2",
        "$ cat > orders.csv <<END",
        "> R1,5000",
        "> END",
        "$ cat orders.csv",
        "R1,5000",
        "$ paystackease emulator up",
        "Paystack emulator ready on http://127.0.0.1:4010",
        "$ export PAYSTACK_BASE_URL=http://127.0.0.1:4010 PAYSTACK_SECRET_KEY=sk_test_other",
        "```",
        "```python",
        "async with AsyncPaystack() as other:",
        "    print(len((await other.transactions.list_transactions()).data))",
        "```",
        "```output",
        "0",
        "```",
    )
    blocks.run(page, tmp_path, monkeypatch)


@pytest.mark.parametrize("page", blocks.pages(), ids=lambda path: path.relative_to(blocks.ROOT).as_posix())
def test_the_blocks_of_a_page_can_be_coloured(page):
    # Else the site is built with a warning, which is an error there.
    for example in blocks.blocks(page):
        language, source = example.parsed
        lexer = get_lexer_by_name(language)
        lexer.add_filter("raiseonerror")
        assert list(lexer.get_tokens(source))


def test_what_is_not_run_is_on_a_page():
    typed = [
        part
        for page in blocks.pages()
        for example in blocks.blocks(page)
        if example.parsed[0] == "console"
        for command, _ in blocks.commands(example.parsed[1])
        for part in (command, *command.split(" && "))
    ]
    for pattern in blocks.NOT_RUN:
        assert any(re.fullmatch(pattern, part) for part in typed), f"no page has {pattern}: take it out"
