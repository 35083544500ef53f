"""What a child process must not share with its parent: locks that a thread held, places in a limit, connections."""

from __future__ import annotations

import os
from typing import Protocol
from weakref import WeakSet


class Renewable(Protocol):
    """An object with state of this process."""

    def renew_after_fork(self) -> None:
        """Replace that state. It runs in the child, before anything else does, in its only thread."""
        ...


_registered: WeakSet[Renewable] = WeakSet()


def register(renewable: Renewable) -> None:
    """Have an object renewed in every child that this process forks, for as long as the object lives."""
    _registered.add(renewable)


def _renew_all() -> None:
    for renewable in list(_registered):
        renewable.renew_after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)
