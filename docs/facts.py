"""Numbers that pages tell, counted and not typed: a page has ``{{ operations }}`` where one goes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from paystackease import Emulator
from paystackease.emulator.catalog.test_instruments import CARDS
from paystackease.emulator.faults.rules import ACTIONS, WEBHOOK_ACTIONS, normalize_operation
from paystackease.endpoints import endpoints
from paystackease.webhooks.deduplication import IDENTITIES

TESTS = Path(__file__).parents[1] / "tests"


def facts() -> dict[str, int]:
    """The numbers, by the names that pages call them by."""
    with Emulator() as emulator:
        known = emulator.operations()
    operations = {normalize_operation(f"{found.method} {found.path}") for _, found in endpoints()}
    return {
        "operations": len(operations),
        "stateful": len(operations & known),
        "sections": len({listed.section for listed in endpoints()}),
        "moving": sum(listed.endpoint.moves_money for listed in endpoints()),
        "events": len(IDENTITIES),
        "differences": len(list(differences())),
        "cards": len(CARDS),
        "faults": len(ACTIONS) + len(WEBHOOK_ACTIONS),
    }


def differences() -> Iterator[tuple[str, str, str]]:
    """Where an answer of the emulator is not shaped like Paystack's: of what, how, and why. The tests hold each."""
    if str(TESTS) not in sys.path:
        sys.path.append(str(TESTS))
    for area in import_module("fidelity").AREAS:
        for (what, how), why in import_module(f"fidelity.{area}").DIFFERENCES.items():
            yield what, how, why
