"""Convert command-line arguments to the endpoints' types: numbers, dates, choices, lists, and JSON for objects.

The endpoint's annotation decides. JSON may be read from a file, ``@order.json``, or from standard input, ``-``.
"""

from __future__ import annotations

import datetime as dt
import enum
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, is_typeddict

import msgspec
from cyclopts import Parameter, Token

from paystackease._core.annotations import strip_qualifiers, union_members

_DATE_METAVAR = "[YYYY-MM-DD | YYYY-MM-DDTHH:MM:SS]"


def command_annotation(annotation: Any, help_: str, *, required: bool) -> tuple[Any, bool]:
    """Return the annotation of a command's parameter, and whether the parameter may be positional.

    :param annotation: The annotation of the endpoint's parameter.
    :param help_: The description for ``--help``.
    :param required: Whether the parameter is required.
    """
    kind, choices = _input_type(annotation)
    if kind is bool:
        # There is a flag for true and one for false; if neither is given, nothing is sent.
        return Annotated[bool if required else bool | None, Parameter(help=help_)], False
    if kind is dt.date:
        return _convert_with(_parse_date, help_, _DATE_METAVAR, required), True
    if kind is float:
        return _convert_with(_parse_number, help_, "NUMBER", required), True
    if kind == "json":
        return _convert_with(_parse_json, help_, "JSON | @FILE | -", required), True
    if kind == "list":
        item: Any = Literal[choices] if choices else int if _is_list_of_integers(annotation) else str
        items: Any = list[item]
        return Annotated[items if required else items | None, Parameter(help=help_, negative=())], False
    if choices:
        kind = Literal[choices]
    return Annotated[kind if required else kind | None, Parameter(help=help_)], True


def _convert_with(convert: Callable[[str], object], help_: str, metavar: str, required: bool) -> Any:
    def converter(_: Any, tokens: Sequence[Token]) -> object:
        return convert(tokens[0].value)

    parameter = Parameter(
        help=help_, metavar=metavar, converter=converter, n_tokens=1, accepts_keys=False, allow_leading_hyphen=True
    )
    return Annotated[object if required else object | None, parameter]


def _input_type(annotation: Any) -> tuple[Any, tuple[str, ...]]:
    """Return what a user types for an annotation, and the choices if the values are limited.

    The first is ``str``, ``int``, ``float``, ``bool``, ``datetime.date``, ``"json"`` or ``"list"``.
    """
    annotation = strip_qualifiers(annotation)
    members = union_members(annotation)
    if members is not None:
        inputs = [_input_type(member) for member in members]
        kinds = [kind for kind, _ in inputs]
        if "json" in kinds:
            return "json", ()
        if dt.date in kinds or "list" in kinds:
            return inputs[0]
        if all(choices for _, choices in inputs):
            # An enum and a Literal of its values: the Literal has no old spellings.
            return str, inputs[-1][1]
        if float in kinds:
            return float, ()
        return (kinds[0] if len(set(kinds)) == 1 else str), ()
    if get_origin(annotation) is Literal:
        return str, get_args(annotation)
    if is_typeddict(annotation) or annotation in {Any, object}:
        return "json", ()
    kind = get_origin(annotation) or annotation
    if kind in {str, int, float, bool, dt.date}:
        return kind, ()
    if issubclass(kind, enum.Enum):
        return str, tuple(str(member.value) for member in kind)
    if issubclass(kind, Mapping):
        return "json", ()
    item, choices = _input_type(get_args(annotation)[0])
    return ("json", ()) if item == "json" else ("list", choices)


def _is_list_of_integers(annotation: Any) -> bool:
    annotation = strip_qualifiers(annotation)
    if members := union_members(annotation):
        return _is_list_of_integers(members[0])
    return _input_type(get_args(annotation)[0])[0] is int


def _parse_number(text: str) -> float:
    try:
        return int(text) if text.lstrip("-").isdecimal() else float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number, such as 2.5") from None


def _parse_date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text) if len(text) <= 10 else dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is not a date, such as 2026-10-31, or a time, such as 2026-10-31T12:00:00"
        ) from None


def _parse_json(text: str) -> object:
    source = "the value"
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
        # msgspec's message would quote the value, which may be personal data.
        raise ValueError(f"{source} is not JSON, such as '{{\"order\": 12}}'") from None
