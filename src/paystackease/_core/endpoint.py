"""``@endpoint``: a signature becomes a call.

An endpoint is declared once, in a class of endpoints, as a method without a body: its signature says what Paystack
takes, and its docstring what Paystack does. A parameter goes into the path where the path names it, else into the
query of a GET and the body of anything else, by its own name unless it is ``Annotated`` with another
:class:`~paystackease._core.validation.Key`. Arguments are held to their annotations before anything is sent.

The blocking and the asyncio client each inherit the class, and :func:`install` gives either, as its class is made,
ordinary methods of the kind that it can call. To a type checker an endpoint is a descriptor that says the same. Who
needs to know what the API consists of reads it from the class, without a client: ``Customers.fetch_customer`` is an
:class:`Endpoint`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Concatenate,
    Generic,
    Literal,
    ParamSpec,
    TypeAlias,
    TypeVar,
    get_args,
    get_origin,
    overload,
)

from paystackease._core.idempotency import Idempotency
from paystackease._core.request import Request, RetrySafety
from paystackease._core.success_criteria import ANY_SUCCESS, DataKind, SuccessCriteria
from paystackease._core.validation import (
    CrossFieldRule,
    Encoder,
    InQuery,
    Validator,
    WholeBody,
    WireName,
    validator_for,
)
from paystackease.errors import InvalidArgumentError

if TYPE_CHECKING:
    from paystackease.response import Response

P = ParamSpec("P")
T = TypeVar("T")

Location: TypeAlias = Literal["path", "query", "body", "root"]
"""Where a parameter goes. "root": it is the body itself."""
PaginationStyle: TypeAlias = Literal["page", "cursor", "both"]


class BlockingClient:
    """Marks a client whose endpoint methods return responses."""

    if TYPE_CHECKING:

        def send(self, request: Request[T]) -> Response[T]: ...


class AsyncClient:
    """Marks a client whose endpoint methods return awaitables."""

    if TYPE_CHECKING:

        async def send(self, request: Request[T]) -> Response[T]: ...


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an endpoint."""

    name: str
    """What it is called here."""
    wire_name: str
    """What Paystack calls it."""
    location: Location
    required: bool
    default: object
    annotation: Any
    validate: Validator
    encode: Callable[[object], object] | None


class Endpoint(Generic[P, T]):
    """One operation of the API: what it is called, what it takes and how it may be repeated."""

    def __init__(
        self,
        function: Callable[..., Any],
        method: str,
        path: str,
        *,
        retry_safety: RetrySafety,
        moves_money: bool,
        idempotency: Idempotency | None,
        verify_path: str | None,
        pages: PaginationStyle | None,
        documented: bool,
        rules: tuple[CrossFieldRule, ...],
        identifiers: Mapping[str, tuple[str, ...]],
        data_keys: tuple[str, ...],
        text_status: bool,
    ) -> None:
        self.function = function
        self.name = function.__name__
        self.method = method
        """The HTTP method."""
        self.path = path
        """The path, with a ``{name}`` for each parameter that goes there."""
        self.retry_safety = retry_safety
        """How it may be repeated after an unclear outcome."""
        self.moves_money = moves_money
        self.idempotency = idempotency
        """By what Paystack knows a repeat, or None where it does not."""
        self.verify_path = verify_path
        """What to GET to find out whether it was done, a template filled from what is sent, or None."""
        self.pages = pages
        """How its list goes on: by page number, by cursor, by either, or None where it has one page."""
        self.documented = documented
        """Whether Paystack documents it."""
        self.rules = rules
        self.identifiers = identifiers
        """Which identifiers the call names, by their wire names, and the paths in ``data`` that carry them."""
        self.data_keys = data_keys
        """Keys of ``data`` by which an answer is known to be one to this call."""
        self.text_status = text_status
        """Whether Paystack documents an envelope whose ``status`` is text."""

    def __repr__(self) -> str:
        return f"<endpoint {self.name}: {self.method} {self.path}>"

    @property
    def summary(self) -> str:
        """What it does, in a sentence."""
        return inspect.cleandoc(self.function.__doc__ or "").partition("\n\n")[0]

    @property
    def docs_url(self) -> str | None:
        """The address of Paystack's page about it."""
        found = re.search(r"https://paystack\.com/docs/[^\s>`]+", self.function.__doc__ or "")
        return found[0] if found else None

    @property
    def parameter_descriptions(self) -> Mapping[str, str]:
        """The description of each parameter, by its name here, with the markup of the docstring."""
        doc = inspect.cleandoc(self.function.__doc__ or "")
        fields = re.finditer(r"^:param (\w+): (.*?)(?=^:|\Z)", doc, re.MULTILINE | re.DOTALL)
        return {field[1]: field[2] for field in fields}

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """What it takes, by its name here, in order."""
        _, *parameters = inspect.signature(self.function).parameters.values()  # the first is self
        return {parameter.name: self._parameter(parameter) for parameter in parameters}

    def _parameter(self, parameter: inspect.Parameter) -> Parameter:
        name, annotation = parameter.name, parameter.annotation
        marks = _metadata_of(annotation)
        wire_name = next((mark.name for mark in marks if isinstance(mark, WireName)), name)
        location: Location = "path" if f"{{{wire_name}}}" in self.path else "query" if self.method == "GET" else "body"
        if any(isinstance(mark, WholeBody) for mark in marks):
            location = "root"
        if any(isinstance(mark, InQuery) for mark in marks):
            location = "query"
        encode = next((mark.encode for mark in marks if isinstance(mark, Encoder)), None)
        required = parameter.default is parameter.empty
        default = None if required else parameter.default
        return Parameter(name, wire_name, location, required, default, annotation, validator_for(annotation), encode)

    @cached_property
    def _defaults(self) -> dict[str, object]:
        return {name: found.default for name, found in self.parameters.items() if found.default is not None}

    @cached_property
    def _has_body(self) -> bool:
        return any(found.location == "body" for found in self.parameters.values())

    @cached_property
    def data_kind(self) -> DataKind:
        """What ``data`` always is in an answer that succeeds, or "any" if the endpoint may answer without."""
        (data,) = get_args(self.function.__annotations__["return"])
        if data is None or type(None) in get_args(data):
            return "any"
        return "list" if get_origin(data) is list else "object"

    @cached_property
    def _success(self) -> SuccessCriteria:
        # If data is missing, a call that may be repeated can be made again by its caller. The others must not be.
        data = self.data_kind if self.retry_safety is RetrySafety.NEVER else "any"
        if data == "any" and not (self.identifiers or self.text_status):
            return ANY_SUCCESS
        keys = self.data_keys if self.retry_safety is RetrySafety.NEVER else ()
        return SuccessCriteria(data, keys, tuple(self.identifiers.items()), text_status=self.text_status)

    def build(self, *args: P.args, **kwargs: P.kwargs) -> Request[T]:
        """The call with these arguments. Nothing is sent.

        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right.
        """
        self.function(None, *args, **kwargs)  # it has no body; a call that does not fit is Python's own TypeError
        parameters = self.parameters
        values: dict[str, object] = dict(zip(parameters, args, strict=False))
        if kwargs or self._defaults:
            values = {**self._defaults, **values, **kwargs}
        path: dict[str, object] = {}
        query: dict[str, object] = {}
        fields: dict[str, object] = {}
        body: Any = fields if self._has_body else None
        places = {"path": path, "query": query, "body": fields}
        for name, value in values.items():
            parameter = parameters[name]
            if value is None and not parameter.required:
                continue
            if (complaint := parameter.validate(name, value)) is not None:
                raise InvalidArgumentError(f"{self.name}: {complaint}")
            sent = value if parameter.encode is None else parameter.encode(value)
            if parameter.location == "root":
                body = sent
            else:
                places[parameter.location][parameter.wire_name] = sent
        for rule in self.rules:
            if (complaint := rule(values)) is not None:
                raise InvalidArgumentError(f"{self.name}: {complaint}")
        verify_path = (
            None if self.verify_path is None else _build_verify_request(self.verify_path, {**path, **query, **fields})
        )
        return Request(
            self.method,
            self.path,
            path,
            query,
            body,
            self.retry_safety,
            self.idempotency,
            verify_path,
            success=self._success,
        )

    if TYPE_CHECKING:

        @overload
        def __get__(self, obj: BlockingClient, owner: Any) -> Callable[P, Response[T]]: ...
        @overload
        def __get__(self, obj: AsyncClient, owner: Any) -> Callable[P, Coroutine[object, None, Response[T]]]: ...
        @overload
        def __get__(self, obj: None, owner: type[BlockingClient]) -> Callable[Concatenate[Any, P], Response[T]]: ...
        @overload
        def __get__(
            self, obj: None, owner: type[AsyncClient]
        ) -> Callable[Concatenate[Any, P], Coroutine[object, None, Response[T]]]: ...
        @overload
        def __get__(self, obj: object, owner: type[object]) -> Endpoint[P, T]: ...
        def __get__(self, obj: Any, owner: Any) -> Any: ...


def _build_verify_request(template: str, sent: Mapping[str, object]) -> Request[object]:
    path, _, query = template.partition("?")
    wanted = dict(part.split("=", 1) for part in query.split("&")) if query else {}
    filled = {wire_name: _fill_placeholder(value, sent) for wire_name, value in wanted.items()}
    return Request("GET", path, {name: sent[name] for name in re.findall(r"{(\w+)}", path)}, filled)


def _fill_placeholder(value: str, sent: Mapping[str, object]) -> object:
    if not value.startswith("{"):
        return value
    name, _, kind = value.strip("{}").partition(":")
    found = sent.get(name)
    # A filter that takes numbers finds nothing by a code, and that would look as if nothing had been done.
    return found if kind != "number" or str(found).isdecimal() else None


def endpoint(
    method: Literal["GET", "POST", "PUT", "DELETE"],
    path: str,
    *,
    retry_safety: RetrySafety | None = None,
    moves_money: bool = False,
    idempotency: Idempotency | None = None,
    verify_path: str | None = None,
    pages: PaginationStyle | None = None,
    documented: bool = True,
    rules: tuple[CrossFieldRule, ...] = (),
    identifiers: Mapping[str, tuple[str, ...]] | None = None,
    data_keys: tuple[str, ...] = (),
    text_status: bool = False,
) -> Callable[[Callable[Concatenate[Any, P], Response[T]]], Endpoint[P, T]]:
    """Declare an endpoint.

    :param repeat: How it may be repeated. Left out: by reference where there is a guard; else never, if it is a POST or
        moves money; else freely.
    :param guard: By what Paystack knows a repeat, where it does.
    :param check: Where it does not: what to GET to find out whether it was done, such as
        ``/refund?transaction={transaction:number}``. It is filled from what is sent; left out is what was not, and what
        must be a number and is none.
    :param identifiers: What the call names, by its wire name, and at which paths in ``data`` the answer may carry it.
        An answer that carries another one is not this call's.
    :param data_keys: Keys that ``data`` always has, by which an answer is known to be one to this call. They are asked
        for only if the call must not be repeated.
    :param text_status: Whether Paystack documents ``"status": "success"`` for it, and not ``true``.
    """
    if retry_safety is None:
        never = method == "POST" or moves_money
        retry_safety = RetrySafety.BY_REFERENCE if idempotency else RetrySafety.NEVER if never else RetrySafety.ALWAYS

    def decorate(function: Callable[Concatenate[Any, P], Response[T]]) -> Endpoint[P, T]:
        return Endpoint(
            function,
            method,
            path,
            retry_safety=retry_safety,
            moves_money=moves_money,
            idempotency=idempotency,
            verify_path=verify_path,
            pages=pages,
            documented=documented,
            rules=rules,
            identifiers=identifiers or {},
            data_keys=data_keys,
            text_status=text_status,
        )

    return decorate


def endpoints_of(section: type) -> dict[str, Endpoint[..., Any]]:
    """The endpoints of a class, by name, in the order in which they are declared."""
    return {
        name: found
        for cls in reversed(section.__mro__)
        for name, found in vars(cls).items()
        if isinstance(found, Endpoint)
    }


def bind_endpoints(cls: type, make: Callable[[Endpoint[..., Any]], Callable[..., Any]]) -> None:
    """Make a method of ``cls`` out of every endpoint that it inherits and has not overridden."""
    for name, found in endpoints_of(cls).items():
        if inspect.getattr_static(cls, name) is found:
            method = make(found)
            vars(method).update(endpoint=found, __signature__=_signature_without_metadata(found.function))
            setattr(cls, name, method)


def make_sync_method(endpoint: Endpoint[..., T]) -> Callable[..., Response[T]]:
    """A method that waits for its answer."""
    build = endpoint.build

    @wraps(endpoint.function)
    def method(self: BlockingClient, *args: Any, **kwargs: Any) -> Response[T]:
        request = build(*args, **kwargs)
        del args, kwargs  # which an error's frames would show
        return self.send(request)

    return method


def make_async_method(endpoint: Endpoint[..., T]) -> Callable[..., Coroutine[Any, Any, Response[T]]]:
    """A method to be awaited."""
    build = endpoint.build

    @wraps(endpoint.function)
    async def method(self: AsyncClient, *args: Any, **kwargs: Any) -> Response[T]:
        request = build(*args, **kwargs)
        del args, kwargs  # which an error's frames would show
        return await self.send(request)

    return method


def _signature_without_metadata(function: Callable[..., Any]) -> inspect.Signature:
    """The signature as people read it: the types, without what the annotations say beside them."""
    signature = inspect.signature(function)
    parameters = [
        found.replace(annotation=_without_metadata(found.annotation)) for found in signature.parameters.values()
    ]
    return signature.replace(parameters=parameters)


def _without_metadata(annotation: Any) -> Any:
    if get_origin(annotation) is Annotated:
        return _without_metadata(get_args(annotation)[0])
    if _metadata_of(annotation):  # `Annotated[int, ...] | None`
        plain = [_without_metadata(option) for option in get_args(annotation)]
        union = plain[0]
        for option in plain[1:]:
            union = union | option
        return union
    return annotation


def _metadata_of(annotation: Any) -> list[object]:
    if get_origin(annotation) is Annotated:
        return list(get_args(annotation)[1:])
    return [mark for option in get_args(annotation) for mark in _metadata_of(option)]
