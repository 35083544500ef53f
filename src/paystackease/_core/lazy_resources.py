"""The resources of a client. The class of a resource is imported, and the resource made, when it is first used.

A client class declares its resources as annotations: ``plans: PlanClientAPI``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

ClientT = TypeVar("ClientT", bound=type)


class LazyResource:
    """Descriptor of one resource of a client."""

    def __init__(self, package: str, class_name: str) -> None:
        self.package, self.class_name = package, class_name

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @property
    def client_class(self) -> Any:
        """The class of the resource."""
        return getattr(import_module(self.package), self.class_name)

    def __get__(self, parent: Any, owner: type) -> Any:
        if parent is None:
            return self
        resource = self.client_class._from_state(parent._state, parent._request_options)
        vars(parent)[self._name] = resource  # the next access does not reach this descriptor
        return resource


def lazy_resources(package: str) -> Callable[[ClientT], ClientT]:
    """Return a class decorator that makes a :class:`LazyResource` of each annotation.

    :param package: The package that exports the annotated classes.
    """

    def decorate(cls: ClientT) -> ClientT:
        for name, class_name in vars(cls).get("__annotations__", {}).items():
            resource = LazyResource(package, class_name)
            resource.__set_name__(cls, name)
            setattr(cls, name, resource)
        return cls

    return decorate
