"""State machines: the allowed transitions of a status, in one line that is documentation and rule.

``StateMachine("refund", "pending > processing > processed | failed | needs-attention", …)``
declares which status may follow which. A transition that is not allowed is a bug of the emulator, not of its client:
operations check :meth:`StateMachine.can` first, and reject the request with Paystack's message.
"""

from __future__ import annotations

from paystackease.emulator.storage.document import Document


class StateMachine:
    """The statuses of a kind of document, and the transitions between them.

    :param kind: The kind of documents. Each has a ``status`` in its body.
    :param paths: Statuses in order, separated by ``>``, with ``|`` between alternatives.
    """

    def __init__(self, kind: str, *paths: str) -> None:
        self.kind = kind
        self.paths = paths
        self._transitions: dict[str, set[str]] = {}
        for path in paths:
            stages = [[status.strip() for status in stage.split("|")] for stage in path.split(">")]
            for before, after in zip(stages, [*stages[1:], []], strict=True):
                for status in before:
                    self._transitions.setdefault(status, set()).update(after)

    @property
    def statuses(self) -> frozenset[str]:
        """All statuses."""
        return frozenset(self._transitions)

    def can(self, document: Document, status: str) -> bool:
        """Return whether a document may get this status next."""
        return status in self._transitions[document.body["status"]]

    def transition(self, document: Document, status: str) -> None:
        """Set the next status of a document. The caller saves it.

        :raises ValueError: If the transition is not allowed.
        """
        now = document.body["status"]
        if not self.can(document, status):
            raise ValueError(f"a {self.kind} that is {now} cannot become {status}")
        document.body["status"] = status
