"""The metadata of an endpoint's parameters, and the validation of arguments.

Each annotation is converted once to a function that takes a value, and returns an error message or None. A message
never contains the value, which may be an e-mail address or an account number.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
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
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from paystackease._core.annotations import metadata_of
from paystackease._core.dates import EndOfDay, ISODate, StartOfDay, WholeDays
from paystackease._core.dates import validate_date_order as validate_date_order
from paystackease._core.value_sets import KnownValues, find_nearest
from paystackease.errors import InvalidArgumentError

Validator: TypeAlias = Callable[[str, object], str | None]
"""Takes the name and the value of an argument, and returns an error message, or None if the value is valid."""


@dataclass(frozen=True, slots=True)
class WireName:
    """Paystack's name of a parameter, if it differs from the argument's name."""

    name: str


@dataclass(frozen=True, slots=True)
class WholeBody:
    """The parameter is the whole body, not a field of it."""


@dataclass(frozen=True, slots=True)
class InQuery:
    """The parameter is sent in the query, although the call is not a GET."""


@dataclass(frozen=True, slots=True)
class JSONString:
    """The parameter is sent as text that holds JSON, as Paystack documents some metadata."""

    def encode(self, value: object) -> str:
        import msgspec

        try:
            return msgspec.json.encode(value).decode()
        except (TypeError, ValueError, RecursionError) as error:
            raise InvalidArgumentError("metadata must contain only values that JSON can represent") from error


Encoder: TypeAlias = JSONString | ISODate | StartOfDay | EndOfDay | WholeDays
"""Converts an argument to the value that is sent."""


class Constraint(Protocol):
    """A rule in the metadata of ``Annotated``. ``words`` completes "must …"."""

    @property
    def words(self) -> str: ...
    def allows(self, value: Any, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class NotEmpty:
    """Text that is not blank."""

    words = "not be empty"

    def allows(self, value: str) -> bool:
        return bool(value.strip())


@dataclass(frozen=True, slots=True)
class Email:
    """Text with an @ between other characters. Only Paystack validates the address further."""

    words = "be an e-mail address, such as 'ada@example.com'"

    def allows(self, value: str) -> bool:
        name, at, host = value.rpartition("@")
        return bool(name and at and host) and not any(letter.isspace() for letter in value)


@dataclass(frozen=True, slots=True)
class Digits:
    """Text of digits, such as account numbers, phone numbers and PINs, whose leading zeros count."""

    words = "be digits"

    def allows(self, value: str) -> bool:
        return value.isascii() and value.isdigit()


@dataclass(frozen=True, slots=True)
class ReferenceCharacters:
    """The characters of a reference.

    Paystack documents ``-``, ``.`` and ``=`` for payments, ``-`` and ``_`` for transfers. Its samples of payments have
    ``_`` too.
    """

    words = "consist of letters (a to z), digits, '-', '.', '_' and '=', without spaces"

    def allows(self, value: str) -> bool:
        return re.fullmatch(r"[A-Za-z0-9._=-]*", value) is not None


@dataclass(frozen=True, slots=True)
class Ge:
    """A number of at least ``minimum``."""

    minimum: int

    @property
    def words(self) -> str:
        return f"be {self.minimum} or more"

    def allows(self, value: float) -> bool:
        return value >= self.minimum


@dataclass(frozen=True, slots=True)
class Subunits:
    """An amount in subunits of a currency."""

    words = "not be negative"
    hint = ": it is in subunits, 10050 for 100.50; paystackease.helpers.convert_to_subunit converts it"

    def allows(self, value: int) -> bool:
        return value >= 0


@dataclass(frozen=True, slots=True)
class Le:
    """A number of at most ``maximum``."""

    maximum: int

    @property
    def words(self) -> str:
        return f"be {self.maximum} or less"

    def allows(self, value: float) -> bool:
        return value <= self.maximum


EmailAddress: TypeAlias = Annotated[str, Email()]
Code: TypeAlias = Annotated[str, NotEmpty()]
"""A code, a reference, or another identifier in text form."""
Reference: TypeAlias = Annotated[str, NotEmpty(), ReferenceCharacters()]
"""The reference of a new payment or transfer."""
Id: TypeAlias = Annotated[int, Ge(1)]
"""A numeric identifier."""
IdOrCode: TypeAlias = Code | Id
Amount: TypeAlias = Annotated[int, Subunits()]
"""A whole number of the currency's subunit (kobo, pesewa, cent): 10050 is 100.50."""
Date: TypeAlias = Annotated[dt.date | str, ISODate()]
"""A date or datetime, or one as text in ISO 8601."""
PerPage: TypeAlias = Annotated[int, WireName("perPage"), Ge(1)]
Page: TypeAlias = Annotated[int, Ge(1)]
FromDate: TypeAlias = Annotated[Date, WireName("from"), StartOfDay()]
ToDate: TypeAlias = Annotated[Date, WireName("to"), EndOfDay()]


CrossFieldRule: TypeAlias = Callable[[Mapping[str, object]], str | None]
"""Takes the arguments by name, without those omitted, and returns an error message, or None if they are valid."""


def require_one_of(*names: str) -> CrossFieldRule:
    """Return the rule that at least one of these arguments is required."""
    words = f"pass {', '.join(names[:-1])} or {names[-1]}"
    return lambda values: None if any(values.get(name) is not None for name in names) else words


def forbid_both(first: str, second: str) -> CrossFieldRule:
    """Return the rule that at most one of two arguments is allowed."""
    words = f"pass {first} or {second}, not both"
    return lambda values: None if values.get(first) is None or values.get(second) is None else words


def validator_for(annotation: Any) -> Validator:
    """Return the function that validates values by an annotation.

    :raises TypeError: If an endpoint cannot have this annotation.
    """
    origin: Any = get_origin(annotation)
    arguments = get_args(annotation)
    if origin is Annotated:
        constraints = [cast(Constraint, extra) for extra in arguments[1:] if hasattr(extra, "allows")]
        for extra in arguments[1:]:
            if isinstance(extra, KnownValues):
                return _known_values_validator(validator_for(arguments[0]), extra)
            if isinstance(extra, ISODate):
                return extra.find_problem
        return _constrained_validator(validator_for(arguments[0]), constraints)
    if origin in {Union, types.UnionType}:
        options = [option for option in arguments if option is not types.NoneType]
        # For an enum and its plain values, the error message names the values.
        options.sort(key=_names_values)
        return _union_validator([validator_for(option) for option in options], _names_values(options[-1]))
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


def _names_values(annotation: Any) -> bool:
    origin: Any = get_origin(annotation)
    return origin is Literal or any(isinstance(mark, KnownValues) for mark in metadata_of(annotation))


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
                return None  # the usual case
        elif type(value) is kind:
            return None
        # In Python a bool is an int, but it is not a valid amount or page.
        is_bool = isinstance(value, bool)
        if isinstance(value, kind) and (kind is bool or not is_bool):
            if kind is str and not _is_unicode(cast(str, value)):
                return f"{name} must not contain a lone surrogate, which cannot be encoded"
            return None
        is_number = isinstance(value, int) and not is_bool
        hint = ": pass it in quotes, so that leading zeros are kept" if kind is str and is_number else ""
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
        texts = [option for option in options if isinstance(option, str)]
        near = find_nearest(value, texts) if isinstance(value, str) and len(texts) > 1 else None
        return f"{name} must be {words}" + ("" if near is None else f"; did you mean {near!r}?")

    return validate


def _union_validator(validators: Sequence[Validator], last_names_all: bool) -> Validator:
    if len(validators) == 1:
        return validators[0]

    def validate(name: str, value: object) -> str | None:
        problems = [check(name, value) for check in validators]
        if None in problems:
            return None
        *most, last = cast("list[str]", problems)
        if last_names_all:
            return last
        return ", or ".join([*most, last.removeprefix(f"{name} must be ")])

    return validate


def _constrained_validator(check: Validator, constraints: Sequence[Constraint]) -> Validator:
    if not constraints:
        return check

    def validate(name: str, value: object) -> str | None:
        if (problem := check(name, value)) is not None:
            return problem + "".join(getattr(rule, "hint", "") for rule in constraints)
        for rule in constraints:
            if not rule.allows(value):
                return f"{name} must {rule.words}"
        return None

    return validate


def _known_values_validator(check: Validator, known: KnownValues) -> Validator:
    return lambda name, value: check(name, value) or known.find_problem(name, cast(str, value))


def _list_validator(check: Validator) -> Validator:
    def validate(name: str, value: object) -> str | None:
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            return f"{name} must be a list, not {type(value).__name__}"
        items = enumerate(cast("Sequence[object]", value))
        return next((problem for index, item in items if (problem := check(f"{name}[{index}]", item))), None)

    return validate


def _mapping_validator(shape: type) -> Validator:
    checks = {key: validator_for(hint) for key, hint in get_type_hints(shape, include_extras=True).items()}
    required = cast("frozenset[str]", shape.__required_keys__)  # type: ignore[attr-defined] # pyright: ignore[reportUnknownMemberType] # each TypedDict has it

    def validate(name: str, value: object) -> str | None:
        if not isinstance(value, Mapping):
            return f"{name} must be a mapping, such as a dict, not {type(value).__name__}"
        fields = cast("Mapping[str, object]", value)
        if missing := sorted(key for key in required if fields.get(key) is None):
            return f"{name} must have {' and '.join(map(repr, missing))}"
        # Unknown keys are allowed, because Paystack adds keys.
        known = ((key, item) for key, item in fields.items() if key in checks and item is not None)
        return next((problem for key, item in known if (problem := checks[key](f"{name}.{key}", item))), None)

    return validate
