"""The life of a thing, written as one line that is the documentation and the rule.

``Machine("refund", "pending > processing > processed | failed | needs-attention", "needs-attention > processing")``
says which status may follow which. A step that no line allows is a fault of the emulator's own, not of its caller:
operations ask :meth:`Machine.may` first, and refuse in Paystack's words.
"""

from __future__ import annotations

from paystackease.emulator.storage.store import Document


class Machine:
    """What may become of a thing.

    :param kind: Of which documents; each has a ``status`` in its body.
    :param paths: Statuses in order, with ``>`` between them and ``|`` between those of which one follows.
    """

    def __init__(self, kind: str, *paths: str) -> None:
        self.kind = kind
        self.paths = paths
        self._steps: dict[str, set[str]] = {}
        for path in paths:
            stages = [[status.strip() for status in stage.split("|")] for stage in path.split(">")]
            for before, after in zip(stages, [*stages[1:], []], strict=True):
                for status in before:
                    self._steps.setdefault(status, set()).update(after)

    @property
    def statuses(self) -> frozenset[str]:
        """Every status there is."""
        return frozenset(self._steps)

    def may(self, document: Document, status: str) -> bool:
        """Whether that may be its next status."""
        return status in self._steps[document.body["status"]]

    def move(self, document: Document, status: str) -> None:
        """Give it its next status; it is the caller who keeps it.

        :raises ValueError: Where no path leads there.
        """
        now = document.body["status"]
        if not self.may(document, status):
            raise ValueError(f"a {self.kind} that is {now} cannot become {status}")
        document.body["status"] = status
