"""What importing costs, in time and memory: ``python benchmarks/imports.py``.

Each module is imported in a process of its own, in turn, so that whatever else the machine does falls on all alike.
Printed is the median, less that of a process of the same Python that imports nothing.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

ROUNDS = 9
NOTHING = "pass"
WHAT = {
    "requests": "import requests",
    "urllib3 + msgspec": "import urllib3, msgspec; urllib3.PoolManager()",
    "aiohttp + msgspec": "import aiohttp, msgspec",
    "paystackease": "import paystackease",
    "a blocking client": "from paystackease import Paystack; Paystack('sk_test_1').customers",
    "an asyncio client": "from paystackease import AsyncPaystack; AsyncPaystack('sk_test_1').customers",
    "paystackease-2": "from paystackease import PayStackBase; PayStackBase()",
    "pypaystack2": "from pypaystack2 import PaystackClient; PaystackClient('sk_test_1')",
    "paystackapi": "from paystackapi.paystack import Paystack; Paystack(secret_key='sk_test_1')",
}
# Printed before the interpreter's end, and read where the system tells it: in Linux.
_MEMORY = """
try:
    with open("/proc/self/status") as status:
        print(next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS")))
except OSError:
    print("nan")
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What an import costs over nothing."""

    name: str
    seconds: float
    megabytes: float


def _once(python: str, code: str) -> tuple[float, float]:
    """How long a process takes that runs this, and how much memory it holds at its end."""
    # The time is that of another process, since the memory's costs time itself.
    said = subprocess.run([python, "-c", code + _MEMORY], check=True, capture_output=True, timeout=60)
    began = time.perf_counter()
    subprocess.run([python, "-c", code], check=True, capture_output=True, timeout=60)
    return time.perf_counter() - began, float(said.stdout.split()[-1])


def measure(rounds: int = ROUNDS, pythons: Mapping[str, str] | None = None) -> list[Cost]:
    """The cost of everything that there is here. ``pythons`` says which Python a name has where it is not this."""
    pythons = pythons or {}
    runs: dict[str, list[tuple[float, float]]] = {}
    codes: dict[str, tuple[str, str]] = {}
    for name, code in WHAT.items():
        python = pythons.get(name, sys.executable)
        if (name != "paystackease-2" or name in pythons) and _runs(python, code):
            codes[name] = python, code
            codes[f"nothing, by {python}"] = python, NOTHING
    for _ in range(rounds):
        for name, (python, code) in codes.items():
            runs.setdefault(name, []).append(_once(python, code))
    medians = {name: tuple(map(statistics.median, zip(*found, strict=True))) for name, found in runs.items()}
    costs: list[Cost] = []
    for name, (python, code) in codes.items():
        if code is not NOTHING:
            bare = medians[f"nothing, by {python}"]
            costs.append(Cost(name, medians[name][0] - bare[0], medians[name][1] - bare[1]))
    return costs


def _runs(python: str, code: str) -> bool:
    return subprocess.run([python, "-c", code], check=False, capture_output=True, timeout=60).returncode == 0


def main() -> None:
    """Measure, and print a table."""
    costs = measure()
    of = {cost.name: cost.seconds for cost in costs}.get("requests")
    for cost in costs:
        ratio = f"{cost.seconds / of:6.2f} of requests" if of else ""
        print(f"{cost.name:20} {cost.seconds * 1000:7.1f} ms  {cost.megabytes:6.1f} MB  {ratio}")


if __name__ == "__main__":
    main()
