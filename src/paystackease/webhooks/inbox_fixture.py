"""The fixture ``paystack_inbox`` of :mod:`paystackease.testing`. Importing this module does not import DBOS."""

from __future__ import annotations

import contextlib
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from paystackease.webhooks.inbox import Inbox


@pytest.fixture(scope="session")
def paystack_inbox_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty inbox, of which each test gets a copy, because creating its tables takes longer."""
    from paystackease.webhooks.inbox import Inbox

    path = tmp_path_factory.mktemp("paystack") / "inbox.db"
    inbox = Inbox(f"sqlite:///{path}")
    inbox.list()
    inbox.close()
    return path


@pytest.fixture
def paystack_inbox(paystack_inbox_file: Path, tmp_path: Path) -> Iterator[Callable[[Inbox], Inbox]]:
    """A function that gives an inbox an empty SQLite database until the test ends, and returns the inbox."""
    with contextlib.ExitStack() as stack:

        def use_empty_database(inbox: Inbox) -> Inbox:
            path = tmp_path / f"paystack-inbox-{uuid.uuid4().hex}.db"
            shutil.copy(paystack_inbox_file, path)
            return stack.enter_context(inbox.using_database(f"sqlite:///{path}"))

        yield use_empty_database
