"""Lazy exports of a package (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TypeAlias

Exports: TypeAlias = tuple[Callable[[str], object], Callable[[], list[str]], list[str]]


def lazy_exports(package: str, modules: Mapping[str, str]) -> Exports:
    """Return the ``__getattr__``, ``__dir__`` and ``__all__`` of a package that imports each name at its first use.

    :param package: The ``__name__`` of the package.
    :param modules: The module of each name.
    """

    def load(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        from importlib import import_module

        value: object = getattr(import_module(modules[name]), name)
        setattr(sys.modules[package], name, value)  # the next access does not reach this function
        return value

    return load, lambda: sorted({*vars(sys.modules[package]), *modules}), list(modules)
