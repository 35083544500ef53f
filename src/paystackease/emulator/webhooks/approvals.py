"""Approval requests: a merchant's server decides whether a transfer may be sent.

A request is committed with the change that it belongs to, and sent by the flow of
:class:`paystackease.emulator.scheduler.Scheduler`. A job handles the response. The queue is in memory: if the
process ends, its pending requests are not sent, which counts as no response.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container
from typing import TYPE_CHECKING, Any

from paystackease.emulator.storage.document import Document
from paystackease.emulator.storage.store import Store

if TYPE_CHECKING:
    from paystackease.emulator.context import RequestContext

KIND = "approval_request"


class ApprovalQueue:
    """The requests that are not sent yet, oldest first."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[str, int]] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, tenant: str, number: int) -> None:
        """Add the request with this document number."""
        self._waiting.append((tenant, number))

    def pop_ready(
        self, store: Store, tenants_with_key: Container[str], only: str | None = None
    ) -> tuple[str, Document] | None:
        """Remove and return the first request that can be sent, with its tenant.

        :param tenants_with_key: The tenants whose keys are known, since requests are signed.
        :param only: The one tenant whose requests are considered.
        """
        for tenant, number in list(self._waiting):
            if tenant in tenants_with_key and only in {None, tenant}:
                self._waiting.remove((tenant, number))
                # Its transaction may have been rolled back, or a test may have decided the approval.
                request = store.find(tenant, KIND, number=number)
                if request is not None and request.body["status"] == "waiting":
                    return tenant, request
        return None


def request_approval(
    context: RequestContext, url: str, payload: dict[str, Any], *, name: str, job: str, parent_id: int
) -> None:
    """Request an approval from a merchant's server.

    :param name: The name of the request, such as ``"transfer.approval"``.
    :param job: The job that gets the ``id`` of the request and the HTTP ``status`` of the response; None if there was
        no response.
    :param parent_id: The number of the document that is to be approved.
    """
    body = {"status": "waiting", "name": name, "url": url, "payload": payload, "job": job}
    request = context.create(KIND, body, parent_id=parent_id)
    context.services.approvals.add(context.tenant.id, request.id)
    # It is due now.
    context.services.outbox.note_due(context.tenant.id, context.now)
