"""The sections of a client: the class of one is imported, and one is made, when it is first asked for.

A client says which sections it has by annotating itself, ``plans: PlanClientAPI``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

ClientT = TypeVar("ClientT", bound=type)


class LazyResource:
    """One section of a client, until it is asked for."""

    def __init__(self, package: str, class_name: str) -> None:
        self.package, self.class_name = package, class_name

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @property
    def client_class(self) -> Any:
        """The class of the section's client."""
        return getattr(import_module(self.package), self.class_name)

    def __get__(self, parent: Any, owner: type) -> Any:
        if parent is None:
            return self
        made = self.client_class._from_state(parent._state, parent._request_options)
        vars(parent)[self._name] = made  # from here on it is found there
        return made


def lazy_resources(package: str) -> Callable[[ClientT], ClientT]:
    """Give a client the sections that it is annotated with, whose classes the package has."""

    def decorate(cls: ClientT) -> ClientT:
        for name, class_name in vars(cls).get("__annotations__", {}).items():
            section = LazyResource(package, class_name)
            section.__set_name__(cls, name)
            setattr(cls, name, section)
        return cls

    return decorate
