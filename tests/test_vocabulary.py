"""Names that were replaced by terms of the field are in no code: neither as identifiers nor as names of modules."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

REPLACED = {
    # The core
    *("converse", "_Talk", "hear", "conclude", "is_plain", "_find_out", "_tell", "_assembled", "is_absent", "doubt"),
    *("referenced", "contradicts", "Repeat", "freely", "sent_with", "Manner", "dress", "_over", "check_given"),
    *("AsyncGate", "Complain", "check_for", "JSONText", "AtLeast", "AtMost", "lazily", "VerifiesWebhooks", "Trouble"),
    *("_Way", "_whole", "_discreet", "_trust", "calm"),
    *("AnswerLostError", "PageError", "StillPendingError", "SetAsideError"),
    # Webhooks, data, the command line
    *("atake", "wants", "take_over", "rewind", "_keep_house", "_is_passing", "deliver_to", "_unended", "_judge"),
    *("agrees", "_Part"),
    # The emulator
    *("put_in_force", "unfolded", "lobby", "Upcoming", "TakenError", "Happening", "Courier", "struck"),
    # The tests
    *("plainly", "everything_kept", "handled_meanwhile", "at_page", "in_threads", "in_tasks", "left_clean"),
    *("put_in_front", "nothing_stays", "children_end", "rest_threads", "serving_asgi", "serving_wsgi", "likeness"),
    *("afresh", "anew"),
}
"""Unusual names: they may be nothing, neither a name nor an attribute, a parameter, a keyword or a module."""

REPLACED_PREFIXES = ("MOST_", "LEAST_", "checked_")
"""The beginnings of names that were replaced: see MAX_, MIN_ and validate_."""

REPLACED_DEFINITIONS = {
    "src": {
        *("Answer", "Ask", "Call", "Came", "Gate", "Guard", "Happening", "Heard", "Http", "Kept", "Limit", "Line"),
        *("Outcome", "Pace", "Pages", "Refusal", "Reply", "Root", "Section", "Selection", "Sending", "Shown", "Steps"),
        *("Tried", "Trouble", "Try", "Way", "What", "World", "Controls", "Work", "Interrupted", "Events", "Desk"),
        *("Broken", "How", "Rule", "Rules", "Kind", "Other", "Received", "Sources", "Handlers", "Alive", "Chip"),
        *("at_once", "begun", "came", "found", "given", "kept", "made", "said", "shown", "told", "asked"),
    },
    "tests": {
        *("Accepting", "Bank", "Between", "Heard", "Line", "List", "Played", "Script", "Tasks", "Threads", "Awaited"),
        *("answering", "asked", "begun", "deserted", "found", "held", "lost", "named", "nobody", "paid", "refused"),
        *("saying", "scripted", "sent", "settled", "shown", "soon", "told", "turned", "yes", "no"),
    },
}
"""Common words: no class or function of these trees is called so."""

REPLACED_MODULES = {
    "src": {
        *(
            "books",
            "channels",
            "controls",
            "couriers",
            "desk",
            "doors",
            "guard",
            "jsbytes",
            "laptop",
            "lobby",
            "memory",
        ),
        *("moving", "pieces", "places", "questions", "reading", "seeds", "shares", "steps", "testdata", "traffic"),
        *("transfer_life", "transitions", "trouble", "values", "wire", "works"),
    },
    "tests": {
        *("bank", "blocks", "doubles", "forking", "inboxes", "intermediary", "lists", "many", "misbehaving", "pages"),
        *("paying", "payments", "plausible", "postgres", "proxies", "selling", "shapes", "waits", "web_apps"),
    },
}
"""Common words: no module or package of these trees is called so."""

REPLACED_PARAMETERS = {"ahead", "anew", "at_once", "patience", "starts", "tell", "unasked", "under_way", "whose"}
"""Common words: no parameter in src and no keyword of a call there is called so."""

BARE_WORDS = {"told", "shown", "made", "asked", "found", "came", "given", "of", "to", "at", "kept", "said"}
"""Participles and prepositions that are no name of a function: a function is a verb with an object."""


def code_files():
    """Return the paths of all Python files that are written by hand."""
    folders = (ROOT / name for name in ("src", "tests", "benchmarks", "examples"))
    paths = [path for folder in folders for path in folder.rglob("*.py")]
    paths += (ROOT / "docs").glob("*.py")
    return sorted(path for path in paths if path != Path(__file__))


def identifiers(tree):
    """Yield every identifier of a module, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name, node.lineno
            case ast.keyword(arg=str(name)):
                yield name, node.lineno
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, node.lineno
            case ast.alias(name=name, asname=other):
                for part in name.split("."):
                    yield part, node.lineno
                if other:
                    yield other, node.lineno
            case ast.ImportFrom(module=str(name)):
                for part in name.split("."):
                    yield part, node.lineno
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                for name in names:
                    yield name, node.lineno
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name, node.lineno


def definitions(tree):
    """Yield the name of every class and function of a module, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno


def parameters(tree):
    """Yield the name of every parameter and keyword of a module, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.keyword) and node.arg:
            yield node.arg, node.lineno


def find_replaced(source, path):
    """Return the replaced names in a module, as ``path:line: name``."""
    tree = ast.parse(source)
    tree_name = path.parts[0]
    defined = REPLACED_DEFINITIONS.get(tree_name, set())
    uses = {(name, line) for name, line in identifiers(tree) if is_replaced(name)}
    uses |= {(name, line) for name, line in definitions(tree) if name in defined}
    if tree_name == "src":
        uses |= {(name, line) for name, line in parameters(tree) if name in REPLACED_PARAMETERS}
    for name in (*path.parts[1:-1], path.stem):
        if is_replaced(name) or name in REPLACED_MODULES.get(tree_name, set()):
            uses.add((name, 0))
    return [f"{path}:{line}: {name}" for name, line in sorted(uses, key=lambda use: use[1])]


def is_replaced(name):
    return name in REPLACED or name.startswith(REPLACED_PREFIXES)


def test_no_replaced_name_is_in_the_code():
    found = [
        use for path in code_files() for use in find_replaced(path.read_text(encoding="utf-8"), path.relative_to(ROOT))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "check_given",
        "client.check_given",
        "check_given = 1",
        "def f(check_given): ...",
        "def f(*, check_given): ...",
        "lambda check_given: 1",
        "f(check_given=1)",
        "def check_given(): ...",
        "async def check_given(): ...",
        "class check_given: ...",
        "import check_given",
        "import a.check_given.b",
        "from check_given import a",
        "from a import check_given",
        "from a import b as check_given",
        "def f():\n    global check_given",
        "try: ...\nexcept E as check_given: ...",
        "match a:\n    case [*check_given]: ...",
        "match a:\n    case check_given: ...",
        "MOST_CALLS = 1",
        "def told(): ...",
        "class World: ...",
        "def f(at_once): ...",
        "f(whose=1)",
        "class A:\n    async def told(self): ...",
    ],
)
def test_a_replaced_name_that_is_put_back_is_found_in_every_kind_of_node(source):
    assert find_replaced(source, Path("src/paystackease/response.py"))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("src/paystackease/check_given.py", "check_given"),
        ("tests/support/bank.py", "bank"),
        ("src/paystackease/emulator/desk.py", "desk"),
        ("src/paystackease/emulator/channels/card.py", "channels"),
    ],
)
def test_a_module_or_package_with_a_replaced_name_is_found(path, name):
    assert find_replaced("", Path(path)) == [f"{path}:0: {name}"]


def test_a_common_word_is_allowed_if_it_is_not_a_definition_of_that_tree():
    assert find_replaced("told = world.told(told=1)\nWorld = at_once", Path("src/a.py")) == []
    assert find_replaced("class World: ...", Path("tests/a.py")) == []


def test_no_function_is_named_by_a_bare_participle_or_preposition():
    names = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in code_files()
        if path.is_relative_to(ROOT / "src")
        for name, line in definitions(ast.parse(path.read_text(encoding="utf-8")))
        if name.strip("_") in BARE_WORDS
    ]
    assert names == []
