"""How fast and in how much memory lists become files and tables: ``python benchmarks/data.py [PAYMENTS]``.

An emulator in a process of its own has so many payments (20,000 unless given). The commands that export and mirror them
run in processes of their own too, over a real socket; each tells the memory that it had at the most (VmHWM). The
emulator makes each page while it is waited for: what the command itself takes is its time on the processor.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import many
from postgres import binaries, cluster

from paystackease.apis.transactions import Transactions
from paystackease.data.columns import columns_of, row_converter

MOST_MB = 150
"""What is to hold."""


def processor(process: int) -> float:
    """How many seconds of the processor a process that has ended, and is not waited for yet, has had."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(url: str, folder: Path, count: int, *tokens: str) -> int:
    """Run a command, print what it took, and give the memory that it had at the most."""
    began = time.perf_counter()
    command = many.Command(url, folder / "most", *tokens)
    part, largest = next((Path(f"{token}.part") for token in tokens if token.startswith(str(folder))), folder), 0
    while os.waitid(os.P_PID, command.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if part.is_file():
            with suppress(FileNotFoundError):
                largest = max(largest, part.stat().st_size)
        time.sleep(0.02)
    seconds, own = time.perf_counter() - began, processor(command.process.pid)
    code, said, mb = command.ended()
    if code != 0:
        raise SystemExit(said)
    kept = f", {largest / 1e6:,.0f} MB kept meanwhile" if largest else ""
    print(
        f"{' '.join(Path(token).name for token in tokens):62}  {count / seconds:>8,.0f} rows a second"
        f"  {count / own:>8,.0f} a second of its own  {mb:>4} MB at the most{kept}",
        flush=True,
    )
    return mb


def rows(count: int = 20_000) -> None:
    """How many items a second become rows."""
    row, item = row_converter(columns_of(Transactions.list_transactions)), ITEM
    began = time.process_time()
    for _ in range(count):
        row(item)
    print(f"{'an item becomes a row':62}  {count / (time.process_time() - began):>8,.0f} rows a second")


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
    rows()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="paystackease-")))
        many.made(folder / "paystack.db", count)
        url = stack.enter_context(many.served(folder / "paystack.db"))
        databases = [f"sqlite:///{folder}/mirror.db"]
        if binaries() is not None:
            databases.append(stack.enter_context(cluster()))
        most = [
            measured(url, folder, count, "export", "transactions", "--out", str(folder / f"all.{ending}"))
            for ending in ("jsonl", "csv", "sqlite", "parquet")
        ]
        most += [measured(url, folder, count, "mirror", "sync", at, "--only", "transactions") for at in databases]
    print(f"{count:,} payments, at the most {max(most)} MB of the {MOST_MB} that may be")
    if max(most) >= MOST_MB:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
