"""What the customer did while paying, as it happened: a transaction's log, in Paystack's words.

It is kept with the transaction, begins with the first thing that the customer does, and says nothing of what was
entered: ``Filled this field: card number``, and not which.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.storage.document import Document


def note(context: RequestContext, tx: Document, kind: str, message: str) -> None:
    """Something happened; it is the caller who keeps the transaction.

    :param kind: ``"action"``, ``"input"``, ``"auth"``, ``"error"`` or ``"success"``.
    """
    log: dict[str, Any] = tx.body.setdefault("log", {"start": context.now, "attempts": 0, "errors": 0, "history": []})
    log["history"].append({"type": kind, "message": message, "time": int(context.now - log["start"])})
    log["attempts"] += kind == "action" and message.startswith("Attempted")
    log["errors"] += kind == "error"


def serialize(tx: Document) -> dict[str, Any]:
    """All of it; of a transaction that nobody has tried to pay, an empty one that starts with it (an assumption)."""
    log: dict[str, Any] = tx.body.get("log") or {"start": tx.created, "attempts": 0, "errors": 0, "history": []}
    history: list[dict[str, Any]] = log["history"]
    return {
        "start_time": int(log["start"]),
        "time_spent": history[-1]["time"] if history else 0,
        "attempts": log["attempts"],
        "errors": log["errors"],
        "success": bool(history) and history[-1]["type"] == "success",
        "mobile": False,
        "input": [],
        "history": history,
    }


def webhook_payload(tx: Document) -> dict[str, Any]:
    """As a webhook tells it: without its start, and with how the customer proved who it was."""
    whole = serialize(tx)
    del whole["start_time"]
    proofs = [step["message"].rpartition(": ")[2] for step in whole["history"] if step["type"] == "auth"]
    return {**whole, "authentication": proofs[-1] if proofs else None, "channel": None}
