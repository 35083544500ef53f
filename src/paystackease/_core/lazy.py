"""Names that a package has and does not load until they are asked for (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TypeAlias

Names: TypeAlias = tuple[Callable[[str], object], Callable[[], list[str]], list[str]]


def lazy_exports(package: str, modules: Mapping[str, str]) -> Names:
    """The ``__getattr__``, ``__dir__`` and ``__all__`` of a package.

    :param package: Its ``__name__``.
    :param where: The module in which each name is.
    """

    def load(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        from importlib import import_module

        found: object = getattr(import_module(modules[name]), name)
        setattr(sys.modules[package], name, found)  # the next time it is there
        return found

    return load, lambda: sorted({*vars(sys.modules[package]), *modules}), list(modules)
