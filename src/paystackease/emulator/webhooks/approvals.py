"""What a merchant's server is asked and has to answer at once: whether a transfer may go out.

A question is kept with the change that it is about, and put by the caller of
:class:`paystackease.emulator.scheduler.Work`.
What the answer means is a job's to say. Which are still to be put is known in memory alone: those of a process that
ended, nobody puts any more, and that nobody answers means something too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container
from typing import TYPE_CHECKING, Any

from paystackease.emulator.storage.store import Document, Store

if TYPE_CHECKING:
    from paystackease.emulator.http.context import RequestContext

KIND = "question"


class ApprovalQueue:
    """Those that are to be put, the oldest first."""

    def __init__(self) -> None:
        self._asked: deque[tuple[str, int]] = deque()

    def __len__(self) -> int:
        return len(self._asked)

    def add(self, tenant: str, number: int) -> None:
        self._asked.append((tenant, number))

    def take(self, store: Store, known: Container[str], only: str | None = None) -> tuple[str, Document] | None:
        """Take out the first that can be put, and whose it is.

        :param known: The tenants whose keys are known: what they are asked is signed.
        :param only: The one tenant whose it is to be.
        """
        for tenant, number in list(self._asked):
            if tenant in known and only in {None, tenant}:
                self._asked.remove((tenant, number))
                # What it is about may have been undone, or been decided by somebody else.
                found = store.find(tenant, KIND, id=number)
                if found is not None and found.body["status"] == "waiting":
                    return tenant, found
        return None


def ask(call: RequestContext, url: str, payload: dict[str, Any], *, name: str, job: str, owner: int) -> None:
    """Have a merchant's server asked.

    :param name: Of the question, such as ``"transfer.approval"``.
    :param job: Is done with the ``id`` of the question and the HTTP ``status`` of the answer, None where there is none.
    :param owner: The number of what it is about.
    """
    body = {"status": "waiting", "name": name, "url": url, "payload": payload, "job": job}
    found = call.new(KIND, body, owner=owner)
    call.services.approvals.add(call.tenant.id, found.id)
    # Whoever sends what is due looks now.
    call.services.outbox.soonest = min(call.services.outbox.soonest, call.now)
