"""What is typed, as the endpoints take it: numbers, dates, choices, lists, and JSON for what is an object.

An endpoint's own annotation decides. JSON may come from a file, ``@order.json``, or from standard input, ``-``.
"""

from __future__ import annotations

import datetime as dt
import enum
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, is_typeddict

import msgspec
from cyclopts import Parameter, Token

_DATE = "[YYYY-MM-DD | YYYY-MM-DDTHH:MM:SS]"


def typed(annotation: Any, help_: str, *, required: bool) -> tuple[Any, bool]:
    """The annotation for a command's parameter, and whether it may stand without its name.

    :param annotation: The endpoint's.
    :param help_: What is said of it.
    :param required: Whether it must be given.
    """
    kind, choices = _plain(annotation)
    if kind is bool:
        # A switch has a name for either way; where neither is said, nothing is sent.
        return Annotated[bool if required else bool | None, Parameter(help=help_)], False
    if kind is dt.date:
        return _converted(_date, help_, _DATE, required), True
    if kind is float:
        return _converted(_number, help_, "NUMBER", required), True
    if kind == "json":
        return _converted(_json, help_, "JSON | @FILE | -", required), True
    if kind == "list":
        item: Any = Literal[choices] if choices else int if _of_numbers(annotation) else str
        items: Any = list[item]
        return Annotated[items if required else items | None, Parameter(help=help_, negative=())], False
    if choices:
        kind = Literal[choices]
    return Annotated[kind if required else kind | None, Parameter(help=help_)], True


def _converted(convert: Callable[[str], object], help_: str, metavar: str, required: bool) -> Any:
    def converter(_: Any, tokens: Sequence[Token]) -> object:
        return convert(tokens[0].value)

    marks = Parameter(
        help=help_, metavar=metavar, converter=converter, n_tokens=1, accepts_keys=False, allow_leading_hyphen=True
    )
    return Annotated[object if required else object | None, marks]


def _plain(annotation: Any) -> tuple[Any, tuple[str, ...]]:
    """What is typed for an annotation, ``str``, ``int``, ``float``, ``bool``, a date, ``"json"`` or ``"list"``; and the
    values, where these are all there are.
    """
    origin: Any = get_origin(annotation)
    if origin is Annotated:
        return _plain(get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        options = [option for option in get_args(annotation) if option is not types.NoneType]
        found = [_plain(option) for option in options]
        kinds = [kind for kind, _ in found]
        if "json" in kinds:
            return "json", ()
        if dt.date in kinds or "list" in kinds:
            return found[0]
        if all(choices for _, choices in found):
            # An enum and its plain values: the plain ones have no old spellings among them.
            return str, found[-1][1]
        if float in kinds:
            return float, ()
        return (kinds[0] if len(set(kinds)) == 1 else str), ()
    if origin is Literal:
        return str, get_args(annotation)
    if is_typeddict(annotation) or annotation in {Any, object}:
        return "json", ()
    kind = origin or annotation
    if kind in {str, int, float, bool, dt.date}:
        return kind, ()
    if issubclass(kind, enum.Enum):
        return str, tuple(str(member.value) for member in kind)
    if issubclass(kind, Mapping):
        return "json", ()
    item, choices = _plain(get_args(annotation)[0])
    return ("json", ()) if item == "json" else ("list", choices)


def _of_numbers(annotation: Any) -> bool:
    if get_origin(annotation) in {Annotated, Union, types.UnionType}:
        return _of_numbers(get_args(annotation)[0])
    return _plain(get_args(annotation)[0])[0] is int


def _number(text: str) -> float:
    try:
        return int(text) if text.lstrip("-").isdecimal() else float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no number, such as 2.5") from None


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text) if len(text) <= 10 else dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no date, such as 2026-10-31, and no time, such as 2026-10-31T12:00:00") from None


def _json(text: str) -> object:
    source = "this"
    content = text.encode()
    if text == "-":
        source, content = "standard input", sys.stdin.buffer.read()
    elif text.startswith("@"):
        source = text[1:]
        try:
            content = Path(source).read_bytes()
        except OSError as error:
            raise ValueError(f"{source} cannot be read: {error.strerror}") from None
    try:
        return msgspec.json.decode(content)
    except (ValueError, RecursionError):
        # The reason would quote what was typed, which may be personal.
        raise ValueError(f"{source} is not JSON, such as '{{\"order\": 12}}'") from None
