"""State that a forked child process must not share with its parent: locks, limiter permits, connections."""

from __future__ import annotations

import os
from typing import Protocol
from weakref import WeakSet


class Renewable(Protocol):
    """An object with state that belongs to one process."""

    def renew_after_fork(self) -> None:
        """Replace that state. It runs in the child process, before other code, in its only thread."""
        ...


_registered: WeakSet[Renewable] = WeakSet()


def register(renewable: Renewable) -> None:
    """Renew an object in each forked child process, as long as the object exists."""
    _registered.add(renewable)


def _renew_all() -> None:
    for renewable in list(_registered):
        renewable.renew_after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)
