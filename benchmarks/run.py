"""The benchmarks of paystackease: ``python benchmarks/run.py [--quick] [GROUP …]``. The groups are asyncio, waiting,
blocking, imports, lists, webhooks and failures.

Each group prints a table of medians of several rounds. Contenders alternate, so that other load on the machine affects
all of them equally. Ratios compare with a baseline: the same call with the same HTTP library and without paystackease.
A ratio is the median of the ratios of each round. Server and client are separate processes, each on its own core if the
system allows it. All traffic stays on the loopback.

Other libraries are measured if they are installed, here or in their own environment:
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
SUBJECT = "paystackease"  # the contender that the goals are about
SECRET_KEY_VARIABLE = "PAYSTACK_SECRET_KEY"  # the name of an environment variable

Run: TypeAlias = dict[str, Any]
Runs: TypeAlias = dict[str, list[Run]]


# Servers


class Server:
    """A server in its own process."""

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
        connection_class = http.client.HTTPConnection if tls is None else http.client.HTTPSConnection
        self._connection = connection_class("127.0.0.1", port, timeout=30)

    def stats(self) -> dict[str, int]:
        """Return the server's counters. One persistent connection reads them, so differences do not count it."""
        self._connection.request("GET", "/_stats")
        counters: dict[str, int] = json.loads(self._connection.getresponse().read())
        return counters

    def close(self) -> None:
        """Stop the server by closing its standard input."""
        self._connection.close()
        self._process.communicate(timeout=30)


# Runs


@dataclass
class Goal:
    """A target of the project for a measured number."""

    label: str
    measured: float
    sign: Literal[">=", "<", "<="]
    target: float

    def __str__(self) -> str:
        met = {
            ">=": self.measured >= self.target,
            "<": self.measured < self.target,
            "<=": self.measured <= self.target,
        }[self.sign]
        numbers = f"{self.measured:.3g}, target {self.sign} {self.target:.3g}"
        return f"  {'met   ' if met else 'MISSED'}  {self.label}: {numbers}"


@dataclass
class Bench:
    """Settings of a run, its servers, and the goals checked so far."""

    quick: bool
    rounds: int
    pythons: Mapping[str, str]
    certificate: Path | None
    stack: contextlib.ExitStack
    cores: tuple[int, int] | None
    goals: list[Goal] = field(default_factory=list)
    _servers: dict[tuple[int, bool], Server] = field(default_factory=dict)
    _available: dict[str, bool] = field(default_factory=dict)

    def get_server(self, *, delay: int = 0, tls: bool = False) -> Server:
        """Return the server with this delay in ms and TLS mode; start it if necessary."""
        if (delay, tls) not in self._servers:
            core = None if self.cores is None else self.cores[0]
            server = Server(core, delay, self.certificate if tls else None)
            self.stack.callback(server.close)
            self._servers[delay, tls] = server
        return self._servers[delay, tls]

    @property
    def tls_modes(self) -> list[bool]:
        """The values of ``tls`` to measure: with TLS only if there is a certificate."""
        return [False, True] if self.certificate else [False]

    def _run_contender(self, name: str, mode: str, options: Mapping[str, Any]) -> Run:
        arguments = dict(options) if self.cores is None else {**options, "core": self.cores[1]}
        command = [
            self.pythons.get(name, sys.executable),
            str(HERE / "contenders.py"),
            name,
            mode,
            json.dumps(arguments),
        ]
        try:
            completed = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
        except subprocess.TimeoutExpired:
            return {"unavailable": "timed out"}
        if completed.returncode:
            return {"unavailable": (completed.stderr.strip().splitlines() or ["it printed no error"])[-1][:150]}
        run: Run = json.loads(completed.stdout.splitlines()[-1])
        return run

    def find_available(self, names: Sequence[str]) -> list[str]:
        """Return the contenders that are installed here. Print the reason for each of the others."""
        for name in names:
            if name not in self._available:
                result = self._run_contender(name, "probe", {})
                self._available[name] = "unavailable" not in result
                if "unavailable" in result:
                    print(f"  {name} is skipped: {result['unavailable']}")
        return [name for name in names if self._available[name]]

    def run_rounds(self, names: Sequence[str], mode: str, server: Server | None, **options: Any) -> Runs:
        """Run each contender once a round. Each round starts with another contender."""
        arguments = options if server is None else {"url": server.url, **options}
        runs: Runs = {name: [] for name in self.find_available(names)}
        for round_number in range(self.rounds):
            order = list(runs)
            for name in order[round_number % len(order) :] + order[: round_number % len(order)]:
                stats_before = None if server is None else server.stats()
                run = self._run_contender(name, mode, arguments)
                if "unavailable" in run:
                    print(f"  {name} is skipped: {run['unavailable']}")
                    del runs[name]
                else:
                    if server is not None and stats_before is not None:
                        run["connections"] = server.stats()["opened"] - stats_before["opened"]
                    runs[name].append(run)
        return runs

    def check_goal(self, label: str, measured: float, sign: Literal[">=", "<", "<="], target: float) -> None:
        """Print a goal of the project and the measured value."""
        goal = Goal(label, measured, sign, target)
        print(goal)
        self.goals.append(goal)


def median(runs: Runs, name: str, key: str) -> float:
    """Return the median of a contender's results; NaN if there are none."""
    return statistics.median([run[key] for run in runs[name]]) if name in runs else float("nan")


def ratio(runs: Runs, name: str, baseline: str, key: str = "rate", baseline_runs: Runs | None = None) -> float:
    """Return the median of the ratios of each round."""
    denominators = runs if baseline_runs is None else baseline_runs
    if name not in runs or baseline not in denominators:
        return float("nan")
    return statistics.median([a[key] / b[key] for a, b in zip(runs[name], denominators[baseline], strict=True)])


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table. The first column is aligned left, the others right."""
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    print(f"\n{title}")
    for row in (columns, *rows):
        print(
            "  " + row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
            sep="  ",
        )


def _print_calls_table(title: str, runs: Runs, baseline: str) -> None:
    rows = [
        [
            name,
            f"{median(runs, name, 'rate'):,.0f}",
            f"{ratio(runs, name, baseline):.2f}",
            f"{median(runs, name, 'cpu'):.3f}",
            f"{ratio(runs, baseline, name, 'cpu'):.2f}",
            f"{median(runs, name, 'p50'):.2f}",
            f"{median(runs, name, 'p99'):.2f}",
            f"{max(run['connections'] for run in series)}",
            f"{sum(run['failed'] for run in series)}",
        ]
        for name, series in runs.items()
    ]
    columns = ["", "calls/s", f"of {baseline}", "CPU s/1000", "by CPU", "p50 ms", "p99 ms", "connections", "failed"]
    print_table(title, columns, rows)


# Groups


def asyncio_group(bench: Bench) -> None:
    """Measure concurrent calls on one event loop."""
    baseline = "aiohttp + msgspec"
    for tls in bench.tls_modes:
        for concurrency, calls in ((1, 2000), (50, 6000), (500, 10_000)):
            # A task that a connection pool starves waits until the other tasks have finished. So with 500 tasks,
            # no run ends before all calls are made.
            is_complete = concurrency == 500
            options = {
                "concurrency": concurrency,
                "calls": calls // (4 if bench.quick and not is_complete else 1),
                "seconds": 10.0 if is_complete else 3.0,
            }
            runs = bench.run_rounds(list(contenders.ASYNCIO), "asyncio", bench.get_server(tls=tls), **options)
            _print_calls_table(f"asyncio, {concurrency} concurrent{', TLS' if tls else ''}", runs, baseline)
            if concurrency > 1:
                target = 0.93 if concurrency == 50 else 0.90
                bench.check_goal(
                    f"calls/s, {concurrency} concurrent{', TLS' if tls else ''}",
                    ratio(runs, SUBJECT, baseline),
                    ">=",
                    target,
                )
            if concurrency == 500:
                label = "its p99, as a share of aiohttp's with its default pool"
                bench.check_goal(label, ratio(runs, SUBJECT, baseline, "p99"), "<", 0.1)


def waiting_group(bench: Bench) -> None:
    """Measure calls to a slow server: how many run concurrently."""
    max_rate, baseline = 500 / 0.150, "aiohttp limit=0 + msgspec"
    options = {"concurrency": 500, "calls": 2500 if bench.quick else 10_000, "seconds": 10.0}
    names = [name for name in contenders.ASYNCIO if name not in contenders.UNPOOLED]
    runs = bench.run_rounds(names, "asyncio", bench.get_server(delay=150), **options)
    rows = [
        [
            name,
            f"{rate:,.0f}",
            f"{rate / max_rate:.2f}",
            f"{ratio(runs, name, baseline):.2f}",
            f"{median(runs, name, 'p99'):,.0f}",
        ]
        for name in runs
        for rate in [median(runs, name, "rate")]
    ]
    print_table(
        "asyncio, 500 concurrent, each response after 150 ms",
        ["", "calls/s", "of 500/0.150", f"of {baseline}", "p99 ms"],
        rows,
    )
    bench.check_goal("calls/s, of the maximum", median(runs, SUBJECT, "rate") / max_rate, ">=", 0.8)


def blocking_group(bench: Bench) -> None:
    """Measure sequential calls and calls from threads."""
    baseline = "urllib3 + msgspec"
    for tls in bench.tls_modes:
        suffix = ", TLS" if tls else ""
        runs_by_concurrency: dict[int, Runs] = {}
        for concurrency, label in ((1, "sequential"), (16, "from 16 threads")):
            options = {"concurrency": concurrency, "calls": 1000 if bench.quick else 4000, "seconds": 3.0}
            runs = bench.run_rounds(list(contenders.BLOCKING), "blocking", bench.get_server(tls=tls), **options)
            runs_by_concurrency[concurrency] = runs
            _print_calls_table(f"blocking, {label}{suffix}", runs, baseline)
            if concurrency == 1:
                bench.check_goal(f"calls/s, sequential{suffix}", ratio(runs, SUBJECT, baseline), ">=", 0.92)
            opened = max((run["connections"] for run in runs.get(SUBJECT, ())), default=float("nan"))
            bench.check_goal(f"connections opened, {label}{suffix}", opened, "<=", concurrency)
        label = f"calls/s, 16 threads as a multiple of 1{suffix}"
        bench.check_goal(
            label,
            ratio(runs_by_concurrency[16], SUBJECT, SUBJECT, baseline_runs=runs_by_concurrency[1]),
            ">=",
            1.2,
        )


def imports_group(bench: Bench) -> None:
    """Measure the cost of importing the library and creating a client."""
    costs = {cost.name: cost for cost in imports.measure(3 if bench.quick else imports.ROUNDS, bench.pythons)}
    requests_seconds = costs["requests"].seconds if "requests" in costs else float("nan")
    rows = [
        [cost.name, f"{cost.seconds * 1000:.1f}", f"{cost.seconds / requests_seconds:.2f}", f"{cost.megabytes:.1f}"]
        for cost in costs.values()
    ]
    print_table("import costs, beyond those of Python", ["", "ms", "of requests", "MB"], rows)
    bench.check_goal(
        "time of `import paystackease`, of requests'", costs[SUBJECT].seconds / requests_seconds, "<", 1 / 3
    )
    bench.check_goal("MB of an asyncio client", costs["an asyncio client"].megabytes, "<", 35)
    bench.check_goal("MB of a blocking client", costs["a blocking client"].megabytes, "<", 22)


def lists_group(bench: Bench) -> None:
    """Measure iterating over a long list."""
    sequential, concurrent = "aiohttp, sequential pages", "aiohttp, 8 concurrent pages"
    pages = 32 if bench.quick else 100
    for delay in (0, 150):
        options = {"pages": pages, "seconds": 120.0}
        runs = bench.run_rounds(list(contenders.LISTS), "list", bench.get_server(delay=delay), **options)
        rows = [
            [
                name,
                f"{median(runs, name, 'seconds'):.2f}",
                f"{median(runs, name, 'rate'):,.0f}",
                f"{ratio(runs, name, sequential):.2f}",
                f"{ratio(runs, name, concurrent):.2f}",
                f"{median(runs, name, 'cpu'):.4f}",
                f"{median(runs, name, 'growth'):.1f}",
                f"{median(runs, name, 'late_growth'):.1f}",
            ]
            for name in runs
        ]
        columns = ["", "s", "items/s", "of sequential", "of 8 concurrent", "CPU s/1000", "MB more", "after a tenth"]
        print_table(f"a list of {pages * 100:,} items in pages of 100, each after {delay} ms", columns, rows)
        if delay:
            bench.check_goal("speed, as a multiple of sequential pages", ratio(runs, SUBJECT, sequential), ">=", 6.5)
        bench.check_goal(
            f"MB more after the first tenth of the list, {delay} ms", median(runs, SUBJECT, "late_growth"), "<", 5
        )


def webhooks_group(bench: Bench) -> None:
    """Measure verifying and parsing webhooks."""
    baseline = "hmac.digest + msgspec"
    for size in (1_000, 10_000):
        options = {"size": size, "calls": 5_000 if bench.quick else 20_000}
        runs = bench.run_rounds(list(contenders.WEBHOOKS), "webhook", None, **options)
        rows = [
            [name, f"{median(runs, name, 'microseconds'):.1f}", f"{ratio(runs, name, baseline, 'microseconds'):.2f}"]
            for name in runs
        ]
        print_table(f"a webhook of {size:,} bytes, verified and parsed", ["", "us of CPU", f"of {baseline}"], rows)
        bench.check_goal(
            f"time for {size:,} bytes, of {baseline}", ratio(runs, SUBJECT, baseline, "microseconds"), "<=", 1.4
        )


def failures_group(bench: Bench) -> None:
    """Count how failed calls end."""
    try:
        import failures
    except ImportError as error:
        print(f"  failures are skipped: {error}")
        return
    results = failures.measure()
    call_ends = ("our error", "false success", "foreign error")
    rows = [[label, *(str(counts[call_end]) for call_end in call_ends)] for label, counts in results.items()]
    print_table(f"{len(failures.KINDS)} kinds of failure", ["", *call_ends], rows)
    total = len(failures.KINDS) * len(results)
    our_errors = sum(counts["our error"] for counts in results.values())
    bench.check_goal(f"failures of {total} that end in our error", our_errors, ">=", total)


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


def _create_certificate(folder: Path) -> Path | None:
    try:
        import trustme
    except ImportError:
        print("  TLS is skipped: trustme is not installed")
        return None
    ca = trustme.CA()
    ca_path, server_path = folder / "authority.pem", folder / "server.pem"
    ca.cert_pem.write_to_path(str(ca_path))
    ca.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(server_path))
    # ssl (so aiohttp, urllib3 and http.client) and httpx read the first variable, requests reads the second.
    os.environ.update(SSL_CERT_FILE=str(ca_path), REQUESTS_CA_BUNDLE=str(ca_path))
    return server_path


def _parse_interpreter(argument: str) -> tuple[str, str]:
    name, equals, python = argument.partition("=")
    if not equals or name not in {*contenders.ASYNCIO, *contenders.BLOCKING}:
        raise argparse.ArgumentTypeError("use NAME=/path/to/python with the NAME of a contender")
    return name, python


def main() -> None:
    """Measure the chosen groups."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"one of {', '.join(GROUPS)}; default: all")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs")
    parser.add_argument("--rounds", type=int, help="the number of rounds (default: 5, or 2 with --quick)")
    parser.add_argument("--peer-python", type=_parse_interpreter, action="append", default=[], metavar="NAME=PYTHON")
    arguments = parser.parse_args()
    if unknown := set(arguments.groups) - set(GROUPS):
        parser.error(f"unknown group {', '.join(sorted(unknown))}")
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            del os.environ[name]
    os.environ[SECRET_KEY_VARIABLE] = contenders.KEY
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        bench = Bench(
            quick=arguments.quick,
            rounds=max(1, arguments.rounds or (2 if arguments.quick else 5)),
            pythons=dict(arguments.peer_python),
            certificate=_create_certificate(Path(folder)),
            stack=stack,
            cores=(cores[0], cores[1]) if len(cores) > 1 else None,
        )
        print(f"Python {sys.version.split()[0]}, {bench.rounds} rounds, ", end="")
        print("server and client on separate cores" if bench.cores else "server and client on any core")
        for name, group in GROUPS.items():
            if not arguments.groups or name in arguments.groups:
                group(bench)
    print(f"\nGoals, after {time.perf_counter() - started:.0f} seconds:")
    print(*bench.goals, sep="\n")


if __name__ == "__main__":
    main()
