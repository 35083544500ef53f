"""From a method and a path to the operation that answers, by a tree of the path's parts.

A part that is written out goes before a ``{name}``, so ``/customer/authorization/verify/{reference}`` is not taken for
a customer called "authorization". Looking up costs the same with one route as with all of Paystack's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar
from urllib.parse import unquote

import msgspec

T = TypeVar("T")


class _Node(msgspec.Struct, Generic[T]):
    parts: dict[str, _Node[T]] = msgspec.field(default_factory=dict[str, "_Node[T]"])
    any: _Node[T] | None = None
    routes: dict[str, tuple[T, tuple[str, ...]]] = msgspec.field(default_factory=dict[str, "tuple[T, tuple[str, ...]]"])


class Router(Generic[T]):
    """Routes to things of one kind.

    :param beyond: Where it is looked for what is not routed here.
    """

    def __init__(self, beyond: Router[T] | None = None) -> None:
        self._beyond = beyond
        self._root: _Node[T] = _Node()
        self._static_routes: dict[tuple[str, str], T] = {}

    def add(self, method: str, template: str, found: T) -> None:
        """Route what fits the template, such as ``/customer/{code}``."""
        node, names = self._root, list[str]()
        for part in _parts(template):
            if part.startswith("{"):
                names.append(part.strip("{}"))
                node.any = node = node.any or _Node()
            else:
                node = node.parts.setdefault(part, _Node())
        if method in node.routes:
            raise ValueError(f"{method} {template} is routed already")
        node.routes[method] = found, tuple(names)
        if not names:
            self._static_routes[method, "/" + "/".join(_parts(template))] = found

    def __iter__(self) -> Iterator[T]:
        """All there are."""
        if self._beyond is not None:
            yield from self._beyond
        nodes = [self._root]
        for node in nodes:
            yield from (found for found, _ in node.routes.values())
            nodes += [*node.parts.values(), *([node.any] if node.any else [])]

    def find(self, method: str, path: str) -> tuple[T, dict[str, str]] | None:
        """What answers, and the values of the template's names, unquoted; or None."""
        if (at_once := self._static_routes.get((method, path))) is not None:
            return at_once, {}
        if self._beyond is not None and (elsewhere := self._beyond.find(method, path)) is not None:
            return elsewhere
        parts = _parts(path)
        found = self._find(self._root, method, parts, 0, ())
        if found is None:
            return None
        (target, names), values = found
        return target, {name: unquote(value) for name, value in zip(names, values, strict=True)}

    def _find(
        self, node: _Node[T], method: str, parts: list[str], at: int, values: tuple[str, ...]
    ) -> tuple[tuple[T, tuple[str, ...]], tuple[str, ...]] | None:
        if at == len(parts):
            route = node.routes.get(method)
            return None if route is None else (route, values)
        part = parts[at]
        if (written := node.parts.get(part)) is not None:
            found = self._find(written, method, parts, at + 1, values)
            if found is not None:
                return found
        return None if node.any is None else self._find(node.any, method, parts, at + 1, (*values, part))


def _parts(path: str) -> list[str]:
    # Paystack's documentation writes some paths with a slash at the end, and clients send them so.
    return path.strip("/").split("/")
