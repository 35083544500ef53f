"""The architecture page names existing files, and answers twenty questions with them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "paystackease"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PATH = re.compile(r"`((?:\w+/)*\w+\.py|(?:\w+/)+)`")


def test_the_architecture_page_names_paths():
    assert len(PATH.findall(PAGE)) > 50


@pytest.mark.parametrize("path", sorted({*PATH.findall(PAGE)} - {"src/paystackease/"}))
def test_every_path_of_the_architecture_page_exists(path):
    assert (SOURCE / path).is_dir() if path.endswith("/") else (SOURCE / path).is_file()


def test_the_architecture_page_answers_twenty_questions_with_a_path():
    table = PAGE.partition("\n| question | file |\n")[2].partition("\n\n")[0]
    answers = re.findall(r"^\| (.+\?) \| (.+) \|$", table, re.MULTILINE)
    assert len(answers) == 20
    assert [question for question, answer in answers if not PATH.search(answer)] == []


def test_every_layer_of_the_diagram_is_a_module_or_a_package():
    diagram = (ROOT / "docs" / "_static" / "architecture.svg").read_text(encoding="utf-8")
    names = re.search(r'<g class="name">(.+?)</g>', diagram, re.DOTALL)[1]
    layers = [layer for label in re.findall(r"<text[^>]*>([^<]+)</text>", names) for layer in label.split(" · ")]
    assert len(layers) > 10
    assert [layer for layer in layers if not list(SOURCE.glob(layer)) + list(SOURCE.glob(f"{layer}.py"))] == []
