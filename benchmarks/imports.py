"""Measure the time and memory of imports: ``python benchmarks/imports.py``.

Each module is imported in its own process. The modules take turns, so that other load on the machine affects all of
them equally. The result is the median, minus that of a process of the same Python that imports nothing.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

ROUNDS = 9
EMPTY_PROGRAM = "pass"
PROGRAMS = {
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
# Appended to each program: prints the memory at the end, which only Linux reports.
_MEMORY = """
try:
    with open("/proc/self/status") as status:
        print(next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS")))
except OSError:
    print("nan")
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of an import, beyond that of an empty program."""

    name: str
    seconds: float
    megabytes: float


def _run_once(python: str, code: str) -> tuple[float, float]:
    """Return the run time of a program in seconds, and its memory at the end in MB."""
    # Time and memory are of two processes, because measuring memory takes time.
    completed = subprocess.run([python, "-c", code + _MEMORY], check=True, capture_output=True, timeout=60)
    started = time.perf_counter()
    subprocess.run([python, "-c", code], check=True, capture_output=True, timeout=60)
    return time.perf_counter() - started, float(completed.stdout.split()[-1])


def measure(rounds: int = ROUNDS, pythons: Mapping[str, str] | None = None) -> list[Cost]:
    """Return the cost of each program that runs here. ``pythons`` maps a name to its interpreter, if not this one."""
    pythons = pythons or {}
    runs: dict[str, list[tuple[float, float]]] = {}
    codes: dict[str, tuple[str, str]] = {}
    for name, code in PROGRAMS.items():
        python = pythons.get(name, sys.executable)
        if (name != "paystackease-2" or name in pythons) and _succeeds(python, code):
            codes[name] = python, code
            codes[f"empty, {python}"] = python, EMPTY_PROGRAM
    for _ in range(rounds):
        for name, (python, code) in codes.items():
            runs.setdefault(name, []).append(_run_once(python, code))
    medians = {name: tuple(map(statistics.median, zip(*samples, strict=True))) for name, samples in runs.items()}
    costs: list[Cost] = []
    for name, (python, code) in codes.items():
        if code is not EMPTY_PROGRAM:
            bare = medians[f"empty, {python}"]
            costs.append(Cost(name, medians[name][0] - bare[0], medians[name][1] - bare[1]))
    return costs


def _succeeds(python: str, code: str) -> bool:
    return subprocess.run([python, "-c", code], check=False, capture_output=True, timeout=60).returncode == 0


def main() -> None:
    """Measure, and print a table."""
    costs = measure()
    requests_seconds = {cost.name: cost.seconds for cost in costs}.get("requests")
    for cost in costs:
        ratio = f"{cost.seconds / requests_seconds:6.2f} of requests" if requests_seconds else ""
        print(f"{cost.name:20} {cost.seconds * 1000:7.1f} ms  {cost.megabytes:6.1f} MB  {ratio}")


if __name__ == "__main__":
    main()
