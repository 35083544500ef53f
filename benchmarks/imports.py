"""What importing costs: ``python benchmarks/imports.py``.

Each module is imported in a process of its own, in turn, so that whatever else the machine does falls on all alike.
Printed is the median, less that of a process that imports nothing, and the ratio to ``requests`` where it is installed.
"""

import importlib.util
import statistics
import subprocess
import sys
import time

ROUNDS = 9
WHAT = {
    "nothing": "pass",
    "requests": "import requests",
    "paystackease": "import paystackease",
    "a blocking client": "from paystackease import Paystack; Paystack('sk_test_1').customers",
    "an asyncio client": "from paystackease import AsyncPaystack; AsyncPaystack('sk_test_1').customers",
}


def seconds(code: str) -> float:
    """How long a process takes that runs this."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - began


def main() -> None:
    """Measure, and print a table."""
    codes = {name: code for name, code in WHAT.items() if name != "requests" or importlib.util.find_spec("requests")}
    taken: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(ROUNDS):
        for name, code in codes.items():
            taken[name].append(seconds(code))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    bare = medians.pop("nothing")
    for name, median in medians.items():
        ratio = f"{(median - bare) / (medians['requests'] - bare):6.2f} of requests" if "requests" in medians else ""
        print(f"{name:20} {(median - bare) * 1000:7.1f} ms  {ratio}")


if __name__ == "__main__":
    main()
