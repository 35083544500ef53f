"""The benchmarks of paystackease: ``python benchmarks/run.py [--quick] [GROUP …]``, of the groups asyncio, waiting,
blocking, imports, lists, webhooks and failures.

For each group a table: medians of several runs, which take turns so that whatever else the machine does falls on all
alike, and ratios to a ceiling, what the same HTTP library does on the same call without us. A ratio is the median of
those of each turn. Server and client are processes of their own, each on a core of its own where the system lets us;
all of it stays on the loopback.

Peers are measured where they are installed, here or in an environment of their own:
``--peer-python paystackease-2=~/old/bin/python --peer-python pypaystack2=~/peers/bin/python``.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

import contenders
import imports

HERE = Path(__file__).parent
US = "paystackease"
SECRET = "PAYSTACK_SECRET_KEY"  # the name of a variable

Run: TypeAlias = dict[str, Any]
Runs: TypeAlias = dict[str, list[Run]]


# Servers


class Server:
    """A server in a process of its own."""

    def __init__(self, core: int | None, delay: int, tls: Path | None) -> None:
        command = [sys.executable, str(HERE / "server.py"), "--delay", str(delay)]
        if tls is not None:
            command += ["--tls", str(tls)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if core is not None:
            os.sched_setaffinity(self._process.pid, {core})
        assert self._process.stdout is not None
        port = json.loads(self._process.stdout.readline())["port"]
        self.url = f"{'http' if tls is None else 'https'}://127.0.0.1:{port}"
        kind = http.client.HTTPConnection if tls is None else http.client.HTTPSConnection
        self._asking = kind("127.0.0.1", port, timeout=30)

    def stats(self) -> dict[str, int]:
        """What it has counted. It is asked on one connection, which is kept, so differences hold without it."""
        self._asking.request("GET", "/_stats")
        found: dict[str, int] = json.loads(self._asking.getresponse().read())
        return found

    def close(self) -> None:
        """End it, as it does when its standard input does."""
        self._asking.close()
        self._process.communicate(timeout=30)


# Runs


@dataclass
class Goal:
    """What the project wants of a number."""

    words: str
    measured: float
    sign: Literal[">=", "<", "<="]
    wanted: float

    def __str__(self) -> str:
        met = {
            ">=": self.measured >= self.wanted,
            "<": self.measured < self.wanted,
            "<=": self.measured <= self.wanted,
        }[self.sign]
        numbers = f"{self.measured:.3g}, wanted {self.sign} {self.wanted:.3g}"
        return f"  {'met   ' if met else 'MISSED'}  {self.words}: {numbers}"


@dataclass
class Bench:
    """How to measure here."""

    quick: bool
    rounds: int
    pythons: Mapping[str, str]
    certificate: Path | None
    stack: contextlib.ExitStack
    cores: tuple[int, int] | None
    goals: list[Goal] = field(default_factory=list)
    _servers: dict[tuple[int, bool], Server] = field(default_factory=dict)
    _fit: dict[str, bool] = field(default_factory=dict)

    def server(self, *, delay: int = 0, tls: bool = False) -> Server:
        """The server that does so."""
        if (delay, tls) not in self._servers:
            core = None if self.cores is None else self.cores[0]
            server = Server(core, delay, self.certificate if tls else None)
            self.stack.callback(server.close)
            self._servers[delay, tls] = server
        return self._servers[delay, tls]

    @property
    def schemes(self) -> list[bool]:
        """Without TLS, and with it where there is a certificate."""
        return [False, True] if self.certificate else [False]

    def _worker(self, name: str, mode: str, options: Mapping[str, Any]) -> Run:
        told = dict(options) if self.cores is None else {**options, "core": self.cores[1]}
        command = [self.pythons.get(name, sys.executable), str(HERE / "contenders.py"), name, mode, json.dumps(told)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
        except subprocess.TimeoutExpired:
            return {"unfit": "it did not end"}
        if done.returncode:
            return {"unfit": (done.stderr.strip().splitlines() or ["it ended without a word"])[-1][:150]}
        found: Run = json.loads(done.stdout.splitlines()[-1])
        return found

    def fit(self, names: Sequence[str]) -> list[str]:
        """Those of these contenders that are here. Of each that is not, a sentence says why."""
        for name in names:
            if name not in self._fit:
                found = self._worker(name, "probe", {})
                self._fit[name] = "unfit" not in found
                if "unfit" in found:
                    print(f"  {name} is left out: {found['unfit']}")
        return [name for name in names if self._fit[name]]

    def take_turns(self, names: Sequence[str], mode: str, server: Server | None, **options: Any) -> Runs:
        """Runs of each contender, in turns, of which each begins with another."""
        told = options if server is None else {"url": server.url, **options}
        runs: Runs = {name: [] for name in self.fit(names)}
        for turn in range(self.rounds):
            order = list(runs)
            for name in order[turn % len(order) :] + order[: turn % len(order)]:
                before = None if server is None else server.stats()
                found = self._worker(name, mode, told)
                if "unfit" in found:
                    print(f"  {name} is left out: {found['unfit']}")
                    del runs[name]
                else:
                    if server is not None and before is not None:
                        found["connections"] = server.stats()["opened"] - before["opened"]
                    runs[name].append(found)
        return runs

    def want(self, words: str, measured: float, sign: Literal[">=", "<", "<="], wanted: float) -> None:
        """Print a goal of the project beside what was measured."""
        goal = Goal(words, measured, sign, wanted)
        print(goal)
        self.goals.append(goal)


def median(runs: Runs, name: str, key: str) -> float:
    """The median of what was measured, NaN where nothing was."""
    return statistics.median([run[key] for run in runs[name]]) if name in runs else float("nan")


def ratio(runs: Runs, name: str, ceiling: str, key: str = "rate", other: Runs | None = None) -> float:
    """The median of the ratios of each turn."""
    against = runs if other is None else other
    if name not in runs or ceiling not in against:
        return float("nan")
    return statistics.median([a[key] / b[key] for a, b in zip(runs[name], against[ceiling], strict=True)])


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table, its first column to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    print(f"\n{title}")
    for row in (columns, *rows):
        print(
            "  " + row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
            sep="  ",
        )


def _calls_table(title: str, runs: Runs, ceiling: str) -> None:
    rows = [
        [
            name,
            f"{median(runs, name, 'rate'):,.0f}",
            f"{ratio(runs, name, ceiling):.2f}",
            f"{median(runs, name, 'cpu'):.3f}",
            f"{ratio(runs, ceiling, name, 'cpu'):.2f}",
            f"{median(runs, name, 'p50'):.2f}",
            f"{median(runs, name, 'p99'):.2f}",
            f"{max(run['connections'] for run in found)}",
            f"{sum(run['failed'] for run in found)}",
        ]
        for name, found in runs.items()
    ]
    columns = ["", "calls/s", f"of {ceiling}", "CPU s/1000", "by CPU", "p50 ms", "p99 ms", "connections", "failed"]
    table(title, columns, rows)


# Groups


def asyncio_group(bench: Bench) -> None:
    """Calls on one event loop, at once."""
    raw = "aiohttp + msgspec"
    for tls in bench.schemes:
        for at_once, calls in ((1, 2000), (50, 6000), (500, 10_000)):
            # Whom a pool starves waits until the others have made all calls, so 500 at once make them all.
            whole = at_once == 500
            options = {
                "at_once": at_once,
                "calls": calls // (4 if bench.quick and not whole else 1),
                "seconds": 10.0 if whole else 3.0,
            }
            runs = bench.take_turns(list(contenders.ASYNCIO), "asyncio", bench.server(tls=tls), **options)
            _calls_table(f"asyncio, {at_once} at once{', TLS' if tls else ''}", runs, raw)
            if at_once > 1:
                wanted = 0.93 if at_once == 50 else 0.90
                bench.want(f"calls/s, {at_once} at once{', TLS' if tls else ''}", ratio(runs, US, raw), ">=", wanted)
            if at_once == 500:
                words = "its p99, as a share of aiohttp's with its default pool"
                bench.want(words, ratio(runs, US, raw, "p99"), "<", 0.1)


def waiting_group(bench: Bench) -> None:
    """Calls that wait for a slow server: how many are under way together."""
    possible, raw = 500 / 0.150, "aiohttp limit=0 + msgspec"
    options = {"at_once": 500, "calls": 2500 if bench.quick else 10_000, "seconds": 10.0}
    names = [name for name in contenders.ASYNCIO if name not in contenders.UNPOOLED]
    runs = bench.take_turns(names, "asyncio", bench.server(delay=150), **options)
    rows = [
        [
            name,
            f"{rate:,.0f}",
            f"{rate / possible:.2f}",
            f"{ratio(runs, name, raw):.2f}",
            f"{median(runs, name, 'p99'):,.0f}",
        ]
        for name in runs
        for rate in [median(runs, name, "rate")]
    ]
    table(
        "asyncio, 500 at once, each answered after 150 ms", ["", "calls/s", "of 500/0.150", f"of {raw}", "p99 ms"], rows
    )
    bench.want("calls/s, of what is possible", median(runs, US, "rate") / possible, ">=", 0.8)


def blocking_group(bench: Bench) -> None:
    """Calls one after another, and from threads."""
    raw = "urllib3 + msgspec"
    for tls in bench.schemes:
        suffix = ", TLS" if tls else ""
        found: dict[int, Runs] = {}
        for at_once, words in ((1, "in a row"), (16, "from 16 threads")):
            options = {"at_once": at_once, "calls": 1000 if bench.quick else 4000, "seconds": 3.0}
            runs = bench.take_turns(list(contenders.BLOCKING), "blocking", bench.server(tls=tls), **options)
            found[at_once] = runs
            _calls_table(f"blocking, {words}{suffix}", runs, raw)
            if at_once == 1:
                bench.want(f"calls/s, in a row{suffix}", ratio(runs, US, raw), ">=", 0.92)
            opened = max((run["connections"] for run in runs.get(US, ())), default=float("nan"))
            bench.want(f"connections opened, {words}{suffix}", opened, "<=", at_once)
        words = f"calls/s, 16 threads as a multiple of one{suffix}"
        bench.want(words, ratio(found[16], US, US, other=found[1]), ">=", 1.2)


def imports_group(bench: Bench) -> None:
    """What importing and making a client costs."""
    costs = {cost.name: cost for cost in imports.measure(3 if bench.quick else imports.ROUNDS, bench.pythons)}
    of = costs["requests"].seconds if "requests" in costs else float("nan")
    rows = [
        [cost.name, f"{cost.seconds * 1000:.1f}", f"{cost.seconds / of:.2f}", f"{cost.megabytes:.1f}"]
        for cost in costs.values()
    ]
    table("importing, over a bare Python", ["", "ms", "of requests", "MB"], rows)
    bench.want("time of `import paystackease`, of requests'", costs[US].seconds / of, "<", 1 / 3)
    bench.want("MB of an asyncio client", costs["an asyncio client"].megabytes, "<", 35)
    bench.want("MB of a blocking client", costs["a blocking client"].megabytes, "<", 22)


def lists_group(bench: Bench) -> None:
    """Every item of a long list."""
    one_by_one, ceiling = "aiohttp, page after page", "aiohttp, 8 pages at once"
    pages = 32 if bench.quick else 100
    for delay in (0, 150):
        options = {"pages": pages, "seconds": 120.0}
        runs = bench.take_turns(list(contenders.LISTS), "list", bench.server(delay=delay), **options)
        rows = [
            [
                name,
                f"{median(runs, name, 'seconds'):.2f}",
                f"{median(runs, name, 'rate'):,.0f}",
                f"{ratio(runs, name, one_by_one):.2f}",
                f"{ratio(runs, name, ceiling):.2f}",
                f"{median(runs, name, 'cpu'):.4f}",
                f"{median(runs, name, 'growth'):.1f}",
                f"{median(runs, name, 'late_growth'):.1f}",
            ]
            for name in runs
        ]
        columns = ["", "s", "items/s", "of page after page", "of 8 at once", "CPU s/1000", "MB more", "after a tenth"]
        table(f"a list of {pages * 100:,} items in pages of 100, each answered after {delay} ms", columns, rows)
        if delay:
            bench.want("speed, as a multiple of page after page", ratio(runs, US, one_by_one), ">=", 6.5)
        bench.want(f"MB more after the first tenth of the list, {delay} ms", median(runs, US, "late_growth"), "<", 5)


def webhooks_group(bench: Bench) -> None:
    """Webhooks, verified and parsed."""
    raw = "hmac.digest + msgspec"
    for size in (1_000, 10_000):
        options = {"size": size, "calls": 5_000 if bench.quick else 20_000}
        runs = bench.take_turns(list(contenders.WEBHOOKS), "webhook", None, **options)
        rows = [
            [name, f"{median(runs, name, 'microseconds'):.1f}", f"{ratio(runs, name, raw, 'microseconds'):.2f}"]
            for name in runs
        ]
        table(f"a webhook of {size:,} bytes, verified and parsed", ["", "us of CPU", f"of {raw}"], rows)
        bench.want(f"time for {size:,} bytes, of {raw}", ratio(runs, US, raw, "microseconds"), "<=", 1.4)


def failures_group(bench: Bench) -> None:
    """What becomes of calls that fail."""
    try:
        import failures
    except ImportError as error:
        print(f"  failures are left out: {error}")
        return
    found = failures.measure()
    kinds = ("an error of ours", "taken for success", "another's error")
    rows = [[who, *(str(counted[kind]) for kind in kinds)] for who, counted in found.items()]
    table(f"{len(failures.KINDS)} ways to fail", ["", *kinds], rows)
    all_of_them = len(failures.KINDS) * len(found)
    ours = sum(counted["an error of ours"] for counted in found.values())
    bench.want(f"failures of {all_of_them} that end in an error of ours", ours, ">=", all_of_them)


GROUPS: dict[str, Callable[[Bench], None]] = {
    "asyncio": asyncio_group,
    "waiting": waiting_group,
    "blocking": blocking_group,
    "imports": imports_group,
    "lists": lists_group,
    "webhooks": webhooks_group,
    "failures": failures_group,
}


# The command


def _certificate(folder: Path) -> Path | None:
    try:
        import trustme
    except ImportError:
        print("  TLS is left out: trustme is not installed")
        return None
    authority = trustme.CA()
    trusted, own = folder / "authority.pem", folder / "server.pem"
    authority.cert_pem.write_to_path(str(trusted))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(own))
    # Read by ssl, and so by aiohttp, urllib3 and http.client; by httpx; and by requests.
    os.environ.update(SSL_CERT_FILE=str(trusted), REQUESTS_CA_BUNDLE=str(trusted))
    return own


def _python_of(text: str) -> tuple[str, str]:
    name, equals, python = text.partition("=")
    if not equals or name not in {*contenders.ASYNCIO, *contenders.BLOCKING}:
        raise argparse.ArgumentTypeError("NAME=/path/to/python, where NAME is that of a contender")
    return name, python


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)}; all, if left out")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs")
    parser.add_argument("--rounds", type=int, help="how many runs of each (5, or 2 if quick)")
    parser.add_argument("--peer-python", type=_python_of, action="append", default=[], metavar="NAME=PYTHON")
    told = parser.parse_args()
    if unknown := set(told.groups) - set(GROUPS):
        parser.error(f"there is no group {', '.join(sorted(unknown))}")
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            del os.environ[name]
    os.environ[SECRET] = contenders.KEY
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        bench = Bench(
            quick=told.quick,
            rounds=max(1, told.rounds or (2 if told.quick else 5)),
            pythons=dict(told.peer_python),
            certificate=_certificate(Path(folder)),
            stack=stack,
            cores=(cores[0], cores[1]) if len(cores) > 1 else None,
        )
        print(f"Python {sys.version.split()[0]}, {bench.rounds} turns, ", end="")
        print("server and client each on a core of its own" if bench.cores else "server and client on any core")
        for name, group in GROUPS.items():
            if not told.groups or name in told.groups:
                group(bench)
    print(f"\nThe goals, after {time.perf_counter() - began:.0f} seconds:")
    print(*bench.goals, sep="\n")


if __name__ == "__main__":
    main()
