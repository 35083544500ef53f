"""What an endpoint's parameters say of themselves, and how arguments are held to it.

An annotation is read once and becomes a function that looks at a value and returns what is wrong with it, or None.
What is wrong never names the value: it may be somebody's e-mail or account number.
"""

from __future__ import annotations

import datetime as dt
import enum
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Protocol,
    Required,
    TypeAlias,
    TypeGuard,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from paystackease.errors import InvalidArgumentError

Validator: TypeAlias = Callable[[str, object], str | None]
"""Takes the name and the value of an argument, and returns what is wrong with it in a sentence, or None."""


@dataclass(frozen=True, slots=True)
class WireName:
    """What Paystack calls a parameter, where that is not its name here."""

    name: str


@dataclass(frozen=True, slots=True)
class WholeBody:
    """The parameter is the whole body, not a field of it."""


@dataclass(frozen=True, slots=True)
class InQuery:
    """The parameter goes into the query, though the call is not a GET."""


@dataclass(frozen=True, slots=True)
class JSONString:
    """The parameter goes out as text that holds JSON, which is how Paystack documents some metadata."""

    def encode(self, value: object) -> str:
        import msgspec

        try:
            return msgspec.json.encode(value).decode()
        except (TypeError, ValueError, RecursionError) as error:
            raise InvalidArgumentError("the metadata holds something that JSON cannot carry") from error


@dataclass(frozen=True, slots=True)
class StartOfDay:
    """A date without a time goes out as the first moment of its day in UTC."""

    def encode(self, value: object) -> object:
        return _to_datetime(value, dt.time.min) if _is_date_only(value) else value


@dataclass(frozen=True, slots=True)
class EndOfDay:
    """A date without a time goes out as the last moment of its day in UTC, so that the day is not lost.

    Paystack is reported to take a date alone in ``to`` as the beginning of that day.
    """

    def encode(self, value: object) -> object:
        return _to_datetime(value, END_OF_DAY) if _is_date_only(value) else value


@dataclass(frozen=True, slots=True)
class WholeDays:
    """The parameter is a mapping whose ``from`` and ``to`` are sent as those of a list are."""

    def encode(self, value: object) -> object:
        if not isinstance(value, Mapping):
            return value
        marks: Mapping[object, StartOfDay | EndOfDay] = {"from": StartOfDay(), "to": EndOfDay()}
        fields = cast("Mapping[object, object]", value)
        return {name: marks[name].encode(field) if name in marks else field for name, field in fields.items()}


END_OF_DAY = dt.time(23, 59, 59, 999_000)
"""Paystack writes milliseconds."""

Encoder: TypeAlias = JSONString | StartOfDay | EndOfDay | WholeDays
"""What makes an argument the value that is sent."""


class Constraint(Protocol):
    """A rule beside a type in an ``Annotated``. ``words`` completes "must ..."."""

    @property
    def words(self) -> str: ...
    def allows(self, value: Any, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class NotEmpty:
    """Text that says something."""

    words = "not be empty"

    def allows(self, value: str) -> bool:
        return bool(value.strip())


@dataclass(frozen=True, slots=True)
class Email:
    """Text with an @ inside. Whether it is anyone's address is for Paystack to say."""

    words = "be an e-mail address, such as 'ada@example.com'"

    def allows(self, value: str) -> bool:
        name, at, host = value.rpartition("@")
        return bool(name and at and host) and not any(letter.isspace() for letter in value)


@dataclass(frozen=True, slots=True)
class Digits:
    """Text of digits alone: numbers of accounts and phones, PINs and the like, whose zeros in front count."""

    words = "be digits"

    def allows(self, value: str) -> bool:
        return value.isascii() and value.isdigit()


@dataclass(frozen=True, slots=True)
class Ge:
    """A number from here on."""

    minimum: int

    @property
    def words(self) -> str:
        return f"be {self.minimum} or more"

    def allows(self, value: float) -> bool:
        return value >= self.minimum


@dataclass(frozen=True, slots=True)
class Subunits:
    """A number that counts the subunit of a currency."""

    words = "not be negative"
    hint = ": it counts the subunit, 10050 for 100.50; paystackease.helpers.convert_to_subunit reckons it"

    def allows(self, value: int) -> bool:
        return value >= 0


@dataclass(frozen=True, slots=True)
class Le:
    """A number up to here."""

    maximum: int

    @property
    def words(self) -> str:
        return f"be {self.maximum} or less"

    def allows(self, value: float) -> bool:
        return value <= self.maximum


EmailAddress: TypeAlias = Annotated[str, Email()]
Code: TypeAlias = Annotated[str, NotEmpty()]
"""A code, a reference, or another name that Paystack knows something by."""
Id: TypeAlias = Annotated[int, Ge(1)]
"""A number that Paystack knows something by."""
IdOrCode: TypeAlias = Code | Id
Amount: TypeAlias = Annotated[int, Subunits()]
"""A whole number of the currency's subunit (kobo, pesewa, cent): 10050 is 100.50."""
PerPage: TypeAlias = Annotated[int, WireName("perPage"), Ge(1)]
Page: TypeAlias = Annotated[int, Ge(1)]
FromDate: TypeAlias = Annotated[dt.date, WireName("from"), StartOfDay()]
ToDate: TypeAlias = Annotated[dt.date, WireName("to"), EndOfDay()]


CrossFieldRule: TypeAlias = Callable[[Mapping[str, object]], str | None]
"""What is wrong with arguments that are each right alone, or None. Takes them by name, without those not given."""


def require_one_of(*names: str) -> CrossFieldRule:
    """At least one of these must be given."""
    words = f"give {', '.join(names[:-1])} or {names[-1]}"
    return lambda values: None if any(values.get(name) is not None for name in names) else words


def forbid_both(first: str, second: str) -> CrossFieldRule:
    """These exclude each other."""
    words = f"give {first} or {second}, not both"
    return lambda values: None if values.get(first) is None or values.get(second) is None else words


def validate_date_order(values: Mapping[str, object]) -> str | None:
    """What is wrong where ``from_date`` comes after ``to_date``."""
    start, end = values.get("from_date"), values.get("to_date")
    if not (isinstance(start, dt.date) and isinstance(end, dt.date)):
        return None
    # A date alone is the whole of its day.
    late = _to_datetime(start, dt.time.min) > _to_datetime(end, END_OF_DAY)
    return "from_date comes after to_date, so that nothing lies between them" if late else None


def _is_date_only(value: object) -> TypeGuard[dt.date]:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _to_datetime(value: dt.date, of_day: dt.time) -> dt.datetime:
    if not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, of_day, dt.UTC)
    return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def validator_for(annotation: Any) -> Validator:
    """The function that holds values to an annotation."""
    origin: Any = get_origin(annotation)
    arguments = get_args(annotation)
    if origin is Annotated:
        constraints = [cast(Constraint, extra) for extra in arguments[1:] if hasattr(extra, "allows")]
        return _constrained_validator(validator_for(arguments[0]), constraints)
    if origin in {Union, types.UnionType}:
        options = [option for option in arguments if option is not types.NoneType]
        # Of an enum and its plain values, the values are what is said to be wanted.
        options.sort(key=_is_literal)
        return _union_validator([validator_for(option) for option in options], _is_literal(options[-1]))
    if origin is Literal:
        return _literal_validator(arguments)
    if origin in {Required, NotRequired}:
        return validator_for(arguments[0])
    if annotation in {Any, object}:
        return lambda name, value: None
    if is_typeddict(annotation):
        return _mapping_validator(annotation)
    kind = origin or annotation
    if kind in _PLAIN_TYPES:
        return _type_validator(*_PLAIN_TYPES[kind])
    if issubclass(kind, enum.Enum):
        return _type_validator(kind, f"one of {kind.__name__}'s members")
    if issubclass(kind, Mapping):
        return _type_validator(Mapping, "a mapping, such as a dict")
    if issubclass(kind, Sequence):
        return _list_validator(validator_for(arguments[0]))
    raise TypeError(f"an endpoint's parameter cannot be annotated with {annotation!r}")


def _is_literal(annotation: Any) -> bool:
    origin: Any = get_origin(annotation)
    return origin is Literal


_PLAIN_TYPES: dict[type, tuple[type | types.UnionType, str]] = {
    str: (str, "text (a str)"),
    int: (int, "a whole number (an int)"),
    float: (int | float, "a number"),
    bool: (bool, "True or False"),
    dt.date: (dt.date, "a datetime.date or datetime.datetime"),
}


def _type_validator(kind: type | types.UnionType, words: str) -> Validator:
    def validate(name: str, value: object) -> str | None:
        if type(value) is str:
            if kind is str and value.isascii():
                return None  # as nearly all are
        elif type(value) is kind:
            return None
        # A bool is an int to Python, and no amount or page to anyone.
        is_bool = isinstance(value, bool)
        if isinstance(value, kind) and (kind is bool or not is_bool):
            if kind is str and not _is_unicode(cast(str, value)):
                return f"{name} holds half a character (a lone surrogate), which cannot be sent"
            return None
        is_number = isinstance(value, int) and not is_bool
        hint = ": put it in quotes, so that no leading zero is lost" if kind is str and is_number else ""
        return f"{name} must be {words}, not {type(value).__name__}{hint}"

    return validate


def _is_unicode(value: str) -> bool:
    try:
        return value.isascii() or bool(value.encode())
    except UnicodeEncodeError:
        return False


def _literal_validator(options: tuple[object, ...]) -> Validator:
    *most, last = map(repr, options)
    words = f"{', '.join(most)} or {last}" if most else last

    def validate(name: str, value: object) -> str | None:
        if any(value == option and type(value) is type(option) for option in options):
            return None
        return f"{name} must be {words}"

    return validate


def _union_validator(checks: Sequence[Validator], last_says_all: bool) -> Validator:
    if len(checks) == 1:
        return checks[0]

    def validate(name: str, value: object) -> str | None:
        complaints = [check(name, value) for check in checks]
        if None in complaints:
            return None
        *most, last = cast("list[str]", complaints)
        if last_says_all:
            return last
        return ", or ".join([*most, last.removeprefix(f"{name} must be ")])

    return validate


def _constrained_validator(check: Validator, constraints: Sequence[Constraint]) -> Validator:
    if not constraints:
        return check

    def validate(name: str, value: object) -> str | None:
        if (complaint := check(name, value)) is not None:
            return complaint + "".join(getattr(rule, "hint", "") for rule in constraints)
        for rule in constraints:
            if not rule.allows(value):
                return f"{name} must {rule.words}"
        return None

    return validate


def _list_validator(check: Validator) -> Validator:
    def validate(name: str, value: object) -> str | None:
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            return f"{name} must be a list, not {type(value).__name__}"
        items = enumerate(cast("Sequence[object]", value))
        return next((found for index, item in items if (found := check(f"{name}[{index}]", item))), None)

    return validate


def _mapping_validator(shape: type) -> Validator:
    checks = {key: validator_for(hint) for key, hint in get_type_hints(shape, include_extras=True).items()}
    required = cast("frozenset[str]", shape.__required_keys__)  # type: ignore[attr-defined] # pyright: ignore[reportUnknownMemberType] # every TypedDict has it

    def validate(name: str, value: object) -> str | None:
        if not isinstance(value, Mapping):
            return f"{name} must be a mapping, such as a dict, not {type(value).__name__}"
        fields = cast("Mapping[str, object]", value)
        if missing := sorted(key for key in required if fields.get(key) is None):
            return f"{name} must have {' and '.join(map(repr, missing))}"
        # Keys that are not known here are let through: Paystack adds some.
        known = ((key, item) for key, item in fields.items() if key in checks and item is not None)
        return next((found for key, item in known if (found := checks[key](f"{name}.{key}", item))), None)

    return validate
