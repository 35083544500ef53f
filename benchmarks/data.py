"""Measure the speed and peak memory of exports and mirrors: ``python benchmarks/data.py [PAYMENTS]``.

An emulator in its own process has this many payments (default: 20,000). Each command that exports or mirrors them runs
in its own process too, over a real socket, and reports its peak memory (VmHWM). The emulator builds each page while the
command waits, so the command's own cost is its CPU time.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

import large_dataset
from postgres_cluster import find_binaries, run_cluster

from paystackease.apis.transactions import Transactions
from paystackease.data.columns import columns_of, row_converter

MAX_MB = 150
"""The limit that must hold."""


def cpu_seconds(process: int) -> float:
    """Return the CPU time of a process that has ended and has not been waited for."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure_command(url: str, folder: Path, count: int, *tokens: str) -> int:
    """Run a command, print its speed and memory, and return its peak memory in MB."""
    started = time.perf_counter()
    command = large_dataset.Command(url, folder / "peak", *tokens)
    part, largest = next((Path(f"{token}.part") for token in tokens if token.startswith(str(folder))), folder), 0
    while os.waitid(os.P_PID, command.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if part.is_file():
            with suppress(FileNotFoundError):
                largest = max(largest, part.stat().st_size)
        time.sleep(0.02)
    seconds, cpu = time.perf_counter() - started, cpu_seconds(command.process.pid)
    code, output, mb = command.wait()
    if code != 0:
        raise SystemExit(output)
    resume_file = f", resume file {largest / 1e6:,.0f} MB" if largest else ""
    print(
        f"{' '.join(Path(token).name for token in tokens):62}  {count / seconds:>8,.0f} rows/s"
        f"  {count / cpu:>8,.0f} rows per CPU second  {mb:>4} MB peak{resume_file}",
        flush=True,
    )
    return mb


def measure_row_converter(count: int = 20_000) -> None:
    """Print the number of items per second that become rows."""
    to_row, item = row_converter(columns_of(Transactions.list_transactions)), ITEM
    started = time.process_time()
    for _ in range(count):
        to_row(item)
    print(f"{'convert an item to a row':62}  {count / (time.process_time() - started):>8,.0f} rows/s")


ITEM: dict[str, Any] = {
    "id": 4_294_967_297,
    "reference": "M0000001",
    "status": "success",
    "amount": 250_000,
    "currency": "NGN",
    "metadata": {"cart": [1, 2]},
    "log": {"start_time": 1_795_548_241, "history": [{"type": "action", "message": "Attempted to pay", "time": 3}] * 4},
    "authorization": {"authorization_code": "AUTH_made_up", "bin": "408408", "last4": "4081", "reusable": True},
    "customer": {"id": 4_294_967_297, "email": "ada@example.com", "customer_code": "CUS_made_up"},
    "paid_at": "2026-10-01T12:00:00.000Z",
    "created_at": "2026-10-01T11:59:00.000Z",
}


def main() -> None:
    """Measure everything."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    measure_row_converter()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="paystackease-")))
        large_dataset.write_database(folder / "paystack.db", count)
        url = stack.enter_context(large_dataset.serve_emulator(folder / "paystack.db"))
        databases = [f"sqlite:///{folder}/mirror.db"]
        if find_binaries() is not None:
            databases.append(stack.enter_context(run_cluster()))
        peaks = [
            measure_command(url, folder, count, "export", "transactions", "--out", str(folder / f"all.{ending}"))
            for ending in ("jsonl", "csv", "sqlite", "parquet")
        ]
        peaks += [
            measure_command(url, folder, count, "mirror", "sync", database, "--only", "transactions")
            for database in databases
        ]
    print(f"{count:,} payments, peak {max(peaks)} MB, limit {MAX_MB} MB")
    if max(peaks) >= MAX_MB:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
