"""Numbers for the pages, counted from the code: ``{{ operations }}`` in a page inserts one.

They are MyST substitutions, so that no page states a number that has changed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from paystackease import Emulator
from paystackease.emulator.catalog.test_instruments import CARDS
from paystackease.emulator.faults.rules import ACTIONS, WEBHOOK_ACTIONS
from paystackease.emulator.http.operation_names import normalize_operation
from paystackease.endpoints import endpoints
from paystackease.webhooks.deduplication import IDENTITIES

SUPPORT = Path(__file__).parents[1] / "tests" / "support"


def count_substitutions() -> dict[str, int]:
    """Return the numbers, by the names that pages use."""
    with Emulator() as emulator:
        implemented = emulator.operations()
    operations = {normalize_operation(f"{endpoint.method} {endpoint.path}") for _, endpoint in endpoints()}
    return {
        "operations": len(operations),
        "stateful": len(operations & implemented),
        "sections": len({listed.resource for listed in endpoints()}),
        "moving": sum(listed.endpoint.moves_money for listed in endpoints()),
        "events": len(IDENTITIES),
        "differences": len(list(read_differences())),
        "cards": len(CARDS),
        "faults": len(ACTIONS) + len(WEBHOOK_ACTIONS),
    }


def read_differences() -> Iterator[tuple[str, str, str]]:
    """Yield how responses of the emulator differ in shape from Paystack's: the object, the difference, the reason.

    They are read from the fidelity tests, which check each.
    """
    if str(SUPPORT) not in sys.path:
        sys.path.append(str(SUPPORT))
    for area in import_module("fidelity").AREAS:
        for (subject, difference), reason in import_module(f"fidelity.{area}").DIFFERENCES.items():
            yield subject, difference, reason
