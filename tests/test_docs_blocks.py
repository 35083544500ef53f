"""Every code block of the documentation runs: see tests/support/doc_blocks.py."""

import ast
import codeop
import re

import doc_blocks
import pytest
from pygments.lexers import get_lexer_by_name


@pytest.mark.parametrize("page", doc_blocks.list_pages(), ids=lambda path: path.relative_to(doc_blocks.ROOT).as_posix())
def test_the_blocks_of_a_page_run(page, tmp_path, monkeypatch):
    doc_blocks.run_page(page, tmp_path, monkeypatch)


def write_page(tmp_path, *lines):
    path = tmp_path / "page.md"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("error", "lines"),
    {
        "so": ["```python", "raise ValueError('so')", "```"],
        "Actual:\n2": ["```python", "print(2)", "```", "```output", "1", "```"],
        "Actual:\nPaystack emulator": ["```console", "$ paystackease emulator up", "Hello", "```"],
        "Actual:\n1": ["```console", "$ echo 1", "1 2", "```"],
        "previous command exited": ["```console", "$ paystackease emulator run", "...", "$ echo done", "```"],
        "the command failed": ["```console", "$ paystackease emulator run", "```"],
        "command rm is not allowed": ["```console", "$ rm -rf x", "```"],
        "unsupported block language \\(none\\)": ["```", "paystackease demo", "```"],
        "unsupported block language cobol": ["```cobol", "STOP RUN.", "```"],
        "Invalid": ["```toml", "a = ", "```"],
        "unused files: shop.py": ["```python", "# shop.py", "print(1)", "```"],
        "output of a skipped command is not checked": ["```console", "$ pip install paystackease", "Done", "```"],
        "hidden code": ["<!-- invisible-code-block: python", "print('hidden')", "-->"],
        "name 'sandbox' is not defined": ["```python", "sandbox.pay('R1')", "```"],
    }.items(),
    ids=lambda value: re.sub(r"\W+", "-", value) if isinstance(value, str) else "",
)
def test_an_invalid_block_is_reported(error, lines, tmp_path, monkeypatch):
    with pytest.raises((AssertionError, NameError, ValueError), match=error):
        doc_blocks.run_page(write_page(tmp_path, *lines), tmp_path, monkeypatch)


def test_the_blocks_of_a_page_share_an_environment(tmp_path, monkeypatch):
    page = write_page(
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
        "```console",
        "$ paystackease trigger charge.success --on R1",
        "charge.success  ...",
        "```",
        "```python",
        "print((await paystack.transactions.verify_transaction('R1')).data['status'])",
        "await paystack.close()",
        "```",
        "```output",
        "success",
        "```",
        "```console",
        "$ paystackease emulator run",
        "No command given: ...",
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
    doc_blocks.run_page(page, tmp_path, monkeypatch)


@pytest.mark.parametrize("page", doc_blocks.list_pages(), ids=lambda path: path.relative_to(doc_blocks.ROOT).as_posix())
def test_the_blocks_of_a_page_can_be_highlighted(page):
    # Otherwise Sphinx warns, and the build treats warnings as errors.
    for example in doc_blocks.parse_blocks(page):
        language, source = example.parsed
        lexer = get_lexer_by_name(language)
        lexer.add_filter("raiseonerror")
        assert list(lexer.get_tokens(source))


@pytest.mark.parametrize("page", doc_blocks.list_pages(), ids=lambda path: path.relative_to(doc_blocks.ROOT).as_posix())
def test_the_python_of_a_page_can_be_pasted_into_an_interpreter(page):
    # Before Python 3.13, an empty line ends a compound statement there, and nothing else does.
    for example in doc_blocks.parse_blocks(page):
        language, source = example.parsed
        if language == "python" and not doc_blocks.FILE_HEADER.match(source):
            compiler, pending = codeop.CommandCompiler(), []
            compiler.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            for line in [*source.splitlines(), ""]:
                pending.append(line)
                if compiler("\n".join(pending), f"{page.name}:{example.line}", "single"):
                    pending = []
            assert not any(pending), f"{page.name}:{example.line} is incomplete"


def test_every_skipped_command_is_on_a_page():
    commands = [
        part
        for page in doc_blocks.list_pages()
        for example in doc_blocks.parse_blocks(page)
        if example.parsed[0] == "console"
        for command, _ in doc_blocks.parse_commands(example.parsed[1])
        for part in (command, *command.split(" && "))
    ]
    for pattern in doc_blocks.SKIPPED_COMMANDS:
        assert any(re.fullmatch(pattern, part) for part in commands), f"no page has {pattern}: remove it"
