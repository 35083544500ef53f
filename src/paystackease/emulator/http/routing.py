"""Routes, groups of routes, and the router: a method and a path are matched to an operation by a tree of path segments.

A literal segment takes precedence over a ``{parameter}``, so ``/customer/authorization/verify/{reference}`` does not
match a customer called "authorization". The time of a lookup does not depend on the number of routes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar
from urllib.parse import unquote

import msgspec

from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.webhooks.outbox import DeliveryFlow

if TYPE_CHECKING:
    from paystackease.emulator.context import RequestContext

T = TypeVar("T")


Operation: TypeAlias = "Callable[[RequestContext], ApiResponse | ApiError | DeliveryFlow[ApiResponse]]"
"""Handles a request. If it raises an ApiError, its changes are rolled back; if it returns one, they are committed."""
JobHandler: TypeAlias = "Callable[[RequestContext], None]"


class Route(msgspec.Struct, frozen=True):
    """An operation, and how it may be requested."""

    operation: Operation
    public: bool
    """Whether the public key may be used, as in a customer's browser."""
    array: bool
    """Whether the body is a JSON array."""
    keyless: bool
    """Whether no key is needed: the path, which cannot be guessed, names the ``tenant``."""
    name: str
    """``POST /transfer/{code}``."""
    runs_flow: bool
    """Whether it advances the clock or sends webhooks. Such an operation does not run in one transaction, and may
    return a :data:`~paystackease.emulator.webhooks.outbox.DeliveryFlow`, which
    :meth:`paystackease.emulator.dispatcher.Dispatcher.dispatch` returns."""
    file: bool = False
    """Whether the body is a file, which is not parsed."""
    key_message: str | None = None
    """The message of the error if there is no valid key. If left out, it is Paystack's."""


class RouteGroup(msgspec.Struct):
    """The routes and jobs of one part of the API. Each is registered by a decorator on the function that handles it."""

    operations: dict[tuple[str, str], Route] = msgspec.field(default_factory=dict[tuple[str, str], Route])
    jobs: dict[str, JobHandler] = msgspec.field(default_factory=dict[str, JobHandler])
    aliases: dict[tuple[str, str], Route] = msgspec.field(default_factory=dict[tuple[str, str], Route])
    """Old paths that clients still request, by method and path, with the same parameters."""

    def route(
        self,
        method: str,
        path: str,
        *,
        public: bool = False,
        array: bool = False,
        keyless: bool = False,
        file: bool = False,
        runs_flow: bool = False,
        key_message: str | None = None,
        aliases: Sequence[str] = (),
    ) -> Callable[[Operation], Operation]:
        """Register an operation. The parameters are those of :class:`Route`.

        :param aliases: Old paths of the operation, with the same method and parameters. Faults and the request log know
            them under the operation's name.
        """

        def register(operation: Operation) -> Operation:
            name = f"{method} {path}"
            route = Route(operation, public, array, keyless, name, runs_flow, file, key_message)
            self.operations[method, path] = route
            self.aliases.update({(method, alias): route for alias in aliases})
            return operation

        return register

    def job(self, name: str) -> Callable[[JobHandler], JobHandler]:
        """Register the handler of a job."""

        def register(handler: JobHandler) -> JobHandler:
            self.jobs[name] = handler
            return handler

        return register


class _Node(msgspec.Struct, Generic[T]):
    parts: dict[str, _Node[T]] = msgspec.field(default_factory=dict[str, "_Node[T]"])
    wildcard: _Node[T] | None = None
    routes: dict[str, tuple[T, tuple[str, ...]]] = msgspec.field(default_factory=dict[str, "tuple[T, tuple[str, ...]]"])


class Router(Generic[T]):
    """Matches a method and a path to a target.

    :param fallback: The router that is searched first for a path that is not literal here.
    """

    def __init__(self, fallback: Router[T] | None = None) -> None:
        self._fallback = fallback
        self._root: _Node[T] = _Node()
        self._static_routes: dict[tuple[str, str], T] = {}

    def add(self, method: str, template: str, target: T) -> None:
        """Add a target for a path template such as ``/customer/{code}``.

        :raises ValueError: If the template has a target already.
        """
        node, names = self._root, list[str]()
        for part in _segments(template):
            if part.startswith("{"):
                names.append(part.strip("{}"))
                node.wildcard = node = node.wildcard or _Node()
            else:
                node = node.parts.setdefault(part, _Node())
        if method in node.routes:
            raise ValueError(f"{method} {template} has a target already")
        node.routes[method] = target, tuple(names)
        if not names:
            self._static_routes[method, "/" + "/".join(_segments(template))] = target

    def __iter__(self) -> Iterator[T]:
        """Iterate over all targets."""
        if self._fallback is not None:
            yield from self._fallback
        nodes = [self._root]
        for node in nodes:
            yield from (target for target, _ in node.routes.values())
            nodes += [*node.parts.values(), *([node.wildcard] if node.wildcard else [])]

    def find(self, method: str, path: str) -> tuple[T, dict[str, str]] | None:
        """Return the target and the unquoted values of the path parameters, or None."""
        if (static := self._static_routes.get((method, path))) is not None:
            return static, {}
        if self._fallback is not None and (in_fallback := self._fallback.find(method, path)) is not None:
            return in_fallback
        parts = _segments(path)
        match = self._find(self._root, method, parts, 0, ())
        if match is None:
            return None
        (target, names), values = match
        return target, {name: unquote(value) for name, value in zip(names, values, strict=True)}

    def _find(
        self, node: _Node[T], method: str, parts: list[str], at: int, values: tuple[str, ...]
    ) -> tuple[tuple[T, tuple[str, ...]], tuple[str, ...]] | None:
        if at == len(parts):
            route = node.routes.get(method)
            return None if route is None else (route, values)
        part = parts[at]
        if (literal := node.parts.get(part)) is not None:
            match = self._find(literal, method, parts, at + 1, values)
            if match is not None:
                return match
        return None if node.wildcard is None else self._find(node.wildcard, method, parts, at + 1, (*values, part))


def _segments(path: str) -> list[str]:
    # Paystack's documentation has some paths with a trailing slash, and clients send it.
    return path.strip("/").split("/")
