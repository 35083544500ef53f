"""``@endpoint`` turns a method signature into an API call.

An endpoint is declared once, as a method without a body in a class of endpoints. Its signature has Paystack's
parameters, and its docstring describes the call. A parameter is sent in the path if the path names it, in the query of
a GET, and otherwise in the body. It is sent by its own name, or by that of its
:class:`~paystackease._core.validation.WireName`. Arguments are validated by their annotations before anything is sent.

The blocking and the asyncio client of a resource inherit this class. :func:`bind_endpoints` then replaces each endpoint
with an ordinary method of the client class. For type checkers, an endpoint is a descriptor with the same effect. On the
class of endpoints itself, ``Customers.fetch_customer`` is an :class:`Endpoint` with the metadata of the call.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import (
    TYPE_CHECKING,
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

from paystackease._core.annotations import metadata_of, without_metadata
from paystackease._core.request import Idempotency, Request, RetrySafety
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
"""Where a parameter is sent. "root": it is the whole body."""
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
    """The name of the argument."""
    wire_name: str
    """Paystack's name."""
    location: Location
    required: bool
    default: object
    annotation: Any
    validate: Validator
    encode: Callable[[object], object] | None


class Endpoint(Generic[P, T]):
    """One operation of the API, with its parameters and its retry safety."""

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
        """The path template, with a ``{name}`` for each path parameter."""
        self.retry_safety = retry_safety
        """Whether a call may be sent again after an ambiguous outcome."""
        self.moves_money = moves_money
        self.idempotency = idempotency
        """How calls use references, or None if they have none."""
        self.verify_path = verify_path
        """The template of the request that checks the outcome of a call without a reference, or None."""
        self.pages = pages
        """How its list is paginated: by page number, by cursor, by either, or None if it has one page."""
        self.documented = documented
        """Whether Paystack documents it."""
        self.rules = rules
        self.identifiers = identifiers
        """The identifiers that a call sends, by their wire names, and their paths in ``data``."""
        self.data_keys = data_keys
        """Keys that ``data`` has in each response to this call."""
        self.text_status = text_status
        """Whether Paystack documents ``"status": "success"`` instead of ``true``."""

    def __repr__(self) -> str:
        return f"<endpoint {self.name}: {self.method} {self.path}>"

    @property
    def summary(self) -> str:
        """The first paragraph of the docstring."""
        return inspect.cleandoc(self.function.__doc__ or "").partition("\n\n")[0]

    @property
    def docs_url(self) -> str | None:
        """The URL of Paystack's page about the endpoint, or None."""
        url = re.search(r"https://paystack\.com/docs/[^\s>`]+", self.function.__doc__ or "")
        return url[0] if url else None

    @property
    def parameter_descriptions(self) -> Mapping[str, str]:
        """The description of each parameter, by its argument name, with the markup of the docstring."""
        doc = inspect.cleandoc(self.function.__doc__ or "")
        fields = re.finditer(r"^:param (\w+): (.*?)(?=^:|\Z)", doc, re.MULTILINE | re.DOTALL)
        return {field[1]: field[2] for field in fields}

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """The parameters by their argument names, in order."""
        _, *parameters = inspect.signature(self.function).parameters.values()  # the first is self
        return {parameter.name: self._parameter(parameter) for parameter in parameters}

    def _parameter(self, parameter: inspect.Parameter) -> Parameter:
        name, annotation = parameter.name, parameter.annotation
        marks = metadata_of(annotation)
        wire_name = next((mark.name for mark in marks if isinstance(mark, WireName)), name)
        location: Location = "path" if f"{{{wire_name}}}" in self.path else "query" if self.method == "GET" else "body"
        if any(isinstance(mark, WholeBody) for mark in marks):
            location = "root"
        if any(isinstance(mark, InQuery) for mark in marks):
            location = "query"
        # The last one is that of the outermost ``Annotated``.
        encode = next((mark.encode for mark in reversed(marks) if isinstance(mark, Encoder)), None)
        required = parameter.default is parameter.empty
        default = None if required else parameter.default
        return Parameter(name, wire_name, location, required, default, annotation, validator_for(annotation), encode)

    @cached_property
    def _defaults(self) -> dict[str, object]:
        return {name: parameter.default for name, parameter in self.parameters.items() if parameter.default is not None}

    @cached_property
    def _has_body(self) -> bool:
        return any(parameter.location == "body" for parameter in self.parameters.values())

    @cached_property
    def data_kind(self) -> DataKind:
        """The type of ``data`` in a successful response, or "any" if it may be missing."""
        (data,) = get_args(self.function.__annotations__["return"])
        if data is None or type(None) in get_args(data):
            return "any"
        return "list" if get_origin(data) is list else "object"

    @cached_property
    def _success(self) -> SuccessCriteria:
        # Missing data matters only for a call that must not be repeated: the caller can make the others again.
        data = self.data_kind if self.retry_safety is RetrySafety.NEVER else "any"
        if data == "any" and not (self.identifiers or self.text_status):
            return ANY_SUCCESS
        keys = self.data_keys if self.retry_safety is RetrySafety.NEVER else ()
        return SuccessCriteria(data, keys, tuple(self.identifiers.items()), text_status=self.text_status)

    def build(self, *args: P.args, **kwargs: P.kwargs) -> Request[T]:
        """Return the request of a call with these arguments. Nothing is sent.

        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid.
        """
        self.function(None, *args, **kwargs)  # it has no body; Python raises TypeError if the arguments do not fit
        parameters = self.parameters
        values: dict[str, object] = dict(zip(parameters, args, strict=False))
        if kwargs or self._defaults:
            values = {**self._defaults, **values, **kwargs}
        path: dict[str, object] = {}
        query: dict[str, object] = {}
        fields: dict[str, object] = {}
        body: Any = fields if self._has_body else None
        locations = {"path": path, "query": query, "body": fields}
        for name, value in values.items():
            parameter = parameters[name]
            if value is None and not parameter.required:
                continue
            if (problem := parameter.validate(name, value)) is not None:
                raise InvalidArgumentError(f"{self.name}: {problem}")
            sent = value if parameter.encode is None else parameter.encode(value)
            if parameter.location == "root":
                body = sent
            else:
                locations[parameter.location][parameter.wire_name] = sent
        for rule in self.rules:
            if (problem := rule(values)) is not None:
                raise InvalidArgumentError(f"{self.name}: {problem}")
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
    placeholders = dict(part.split("=", 1) for part in query.split("&")) if query else {}
    filled = {wire_name: _fill_placeholder(value, sent) for wire_name, value in placeholders.items()}
    return Request("GET", path, {name: sent[name] for name in re.findall(r"{(\w+)}", path)}, filled)


def _fill_placeholder(value: str, sent: Mapping[str, object]) -> object:
    if not value.startswith("{"):
        return value
    name, _, kind = value.strip("{}").partition(":")
    argument = sent.get(name)
    # A filter by number returns an empty list for a code, as if the call had not been carried out.
    return argument if kind != "number" or str(argument).isdecimal() else None


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

    :param retry_safety: Whether a call may be sent again. The default is by reference if there is ``idempotency``,
        never for a POST or a call that moves money, and otherwise always.
    :param moves_money: Whether a call moves money or puts it on hold.
    :param idempotency: How calls use references, if Paystack has references for them.
    :param verify_path: For calls without a reference: the path and query of a GET that checks the outcome, such as
        ``/refund?transaction={transaction:number}``. Placeholders are replaced with the arguments. A query parameter
        is omitted if its argument is missing, or is not a number although ``:number`` requires one.
    :param pages: How its list is paginated.
    :param documented: Whether Paystack documents it.
    :param rules: Rules for several arguments together.
    :param identifiers: The identifiers that a call sends, by their wire names, and the paths in ``data`` that may have
        them. A response with another identifier belongs to another call.
    :param data_keys: Keys that ``data`` has in each response to this call. They are required only if the call must not
        be repeated.
    :param text_status: Whether Paystack documents ``"status": "success"`` instead of ``true``.
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


def endpoints_of(cls: type) -> dict[str, Endpoint[..., Any]]:
    """Return the endpoints of a class by name, in the order of declaration."""
    return {
        name: value
        for base in reversed(cls.__mro__)
        for name, value in vars(base).items()
        if isinstance(value, Endpoint)
    }


def bind_endpoints(cls: type, make: Callable[[Endpoint[..., Any]], Callable[..., Any]]) -> None:
    """Add a method to a class for each endpoint that it inherits and does not override.

    :param make: Makes the method.
    """
    for name, endpoint in endpoints_of(cls).items():
        if inspect.getattr_static(cls, name) is endpoint:
            method = make(endpoint)
            vars(method).update(endpoint=endpoint, __signature__=_signature_without_metadata(endpoint.function))
            setattr(cls, name, method)


def make_sync_method(endpoint: Endpoint[..., T]) -> Callable[..., Response[T]]:
    """Return a method that sends the call and returns the response."""
    build = endpoint.build

    @wraps(endpoint.function)
    def method(self: BlockingClient, *args: Any, **kwargs: Any) -> Response[T]:
        request = build(*args, **kwargs)
        del args, kwargs  # tracebacks with local variables would show them
        return self.send(request)

    return method


def make_async_method(endpoint: Endpoint[..., T]) -> Callable[..., Coroutine[Any, Any, Response[T]]]:
    """Return a coroutine method that sends the call and returns the response."""
    build = endpoint.build

    @wraps(endpoint.function)
    async def method(self: AsyncClient, *args: Any, **kwargs: Any) -> Response[T]:
        request = build(*args, **kwargs)
        del args, kwargs  # tracebacks with local variables would show them
        return await self.send(request)

    return method


def _signature_without_metadata(function: Callable[..., Any]) -> inspect.Signature:
    """Return the signature of a function with plain types, without the metadata of ``Annotated``."""
    signature = inspect.signature(function)
    parameters = [
        parameter.replace(annotation=without_metadata(parameter.annotation))
        for parameter in signature.parameters.values()
    ]
    return signature.replace(parameters=parameters)
