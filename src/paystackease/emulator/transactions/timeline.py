"""The timeline of a transaction: what the customer did during the payment, in Paystack's words.

It is stored with the transaction as ``log``, and starts with the customer's first action. It never contains what the
customer entered: ``Filled this field: card number``, without the number.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.context import RequestContext
from paystackease.emulator.storage.document import Document


def add_entry(context: RequestContext, tx: Document, kind: str, message: str) -> None:
    """Add an entry to the log. The caller saves the transaction.

    :param kind: ``"action"``, ``"input"``, ``"auth"``, ``"error"`` or ``"success"``.
    """
    log: dict[str, Any] = tx.body.setdefault("log", {"start": context.now, "attempts": 0, "errors": 0, "history": []})
    log["history"].append({"type": kind, "message": message, "time": int(context.now - log["start"])})
    log["attempts"] += kind == "action" and message.startswith("Attempted")
    log["errors"] += kind == "error"


def serialize(tx: Document) -> dict[str, Any]:
    """Return the log. Before the first attempt it is empty and starts with the transaction (an assumption)."""
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
    """Return the log as webhooks have it: without the start time, and with the authentication method."""
    log = serialize(tx)
    del log["start_time"]
    methods = [step["message"].rpartition(": ")[2] for step in log["history"] if step["type"] == "auth"]
    return {**log, "authentication": methods[-1] if methods else None, "channel": None}
