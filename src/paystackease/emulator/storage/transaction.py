"""Transactions of a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paystackease.emulator.storage.store import Store


class Transaction:
    """A transaction of a store, or a savepoint within one. After an exception, its changes are rolled back.

    It is not a generator of contextlib: every request has a transaction, and a generator costs twice as much.
    """

    __slots__ = ("_outermost", "_store")

    def __init__(self, store: Store) -> None:
        self._store, self._outermost = store, True

    def __enter__(self) -> None:
        store = self._store
        store.lock.acquire()
        try:
            self._outermost = not store.connection.in_transaction
            if not self._outermost:
                store.flush()  # so that a rollback affects only what was changed since
            store.connection.execute("begin immediate" if self._outermost else "savepoint inner")
        except BaseException:
            store.lock.release()
            raise

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is not None:
                self._roll_back()
            elif not self._outermost:
                self._store.connection.execute("release inner")
            else:
                try:
                    self._store.flush()
                    self._store.connection.execute("commit")
                except BaseException:
                    self._roll_back()
                    raise
        finally:
            self._store.lock.release()

    def _roll_back(self) -> None:
        self._store.discard_cache()
        execute = self._store.connection.execute
        if not self._store.connection.in_transaction:
            return  # SQLite has rolled back by itself, as it does if the database is full.
        if self._outermost:
            execute("rollback")
        else:
            execute("rollback to inner")
            execute("release inner")
