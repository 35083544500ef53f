"""Measure the emulator's speed: ``python benchmarks/emulator.py [--quick] [GROUP …]``. The groups are start, calls,
growth, tests and time.

The baseline is a bare ASGI application under the same uvicorn, which returns fixed JSON. Server and client are separate
processes, each on its own core if the system allows it. The servers are measured in alternation. Results are medians,
and medians of the ratios of each round. Ratios are of time and of the server's CPU time, which other processes on the
machine disturb less. The machine's load is printed at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import compileall
import contextlib
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from run import Goal, print_table

import paystackease
from paystackease import Emulator, Paystack, Request
from paystackease.emulator import Clock

HERE = Path(__file__).parent
KEY = "sk_test_benchmarks"
CONNECTIONS = 8
CUSTOMERS = 1_000
NOON = 1_790_000_000.0
DAY = 86_400


# Servers


class Server:
    """A server in its own process, which runs until :meth:`close`.

    :param name: ``bare``, or ``memory`` or ``file`` for the emulator with that storage.
    """

    def __init__(self, name: str, folder: Path, core: int | None = None) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        if name == "bare":
            command = [sys.executable, str(HERE / "bare.py"), str(self.port)]
        else:
            storage = ["--db", str(folder / f"{self.port}.db")] if name == "file" else []
            command = [
                sys.executable,
                "-m",
                "paystackease",
                "emulator",
                "up",
                "--port",
                str(self.port),
                *storage,
            ]
        started = time.perf_counter()
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        if core is not None:
            os.sched_setaffinity(self._process.pid, {core})
        self.startup_seconds = self._wait_until_ready(started)
        """Seconds from its start to its first response."""

    def _wait_until_ready(self, started: float) -> float:
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                connection.request("GET", "/bank", headers={"authorization": f"Bearer {KEY}"})
                connection.getresponse().read()
                return time.perf_counter() - started
            except ConnectionError:
                if self._process.poll() is not None or time.perf_counter() - started > 60:
                    raise
                time.sleep(0.002)
            finally:
                connection.close()

    def cpu_seconds(self) -> float:
        """Return the server's CPU time in seconds; NaN if the system does not report it."""
        try:
            stat = Path(f"/proc/{self._process.pid}/stat").read_text()
        except OSError:
            return float("nan")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """Stop the server."""
        self._process.terminate()
        self._process.wait(30)


# The client


def encode_request(method: str, target: str, body: bytes = b"") -> bytes:
    """Return the bytes of a request."""
    head = f"{method} {target} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {KEY}\r\n"
    head += "content-type: application/json\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


class ClientConnection(asyncio.Protocol):
    """A connection that sends requests one after another."""

    def __init__(self, requests: Iterator[bytes], finished: asyncio.Future[None]) -> None:
        self._requests, self._finished, self._received = requests, finished, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport: Any = transport
        self._send_next()

    def data_received(self, data: bytes) -> None:
        """Send the next request after each complete response."""
        self._received += data
        head, blank, body = self._received.partition(b"\r\n\r\n")
        if not blank or len(body) < int(head.lower().partition(b"content-length:")[2].split(None, 1)[0]):
            return
        if not head.startswith(b"HTTP/1.1 20"):
            self._finished.set_exception(RuntimeError(self._received.decode()))
            self._transport.close()
            return
        self._received = b""
        self._send_next()

    def connection_lost(self, exc: Exception | None) -> None:
        """Report a connection that the server closed early."""
        if not self._finished.done():
            self._finished.set_exception(exc or ConnectionError("the server closed a connection"))

    def _send_next(self) -> None:
        request = next(self._requests, None)
        if request is not None:
            self._transport.write(request)
        elif not self._finished.done():
            self._finished.set_result(None)
            self._transport.close()


async def _send_concurrently(port: int, requests: Iterator[bytes]) -> float:
    loop = asyncio.get_running_loop()
    futures = [loop.create_future() for _ in range(CONNECTIONS)]
    started = time.perf_counter()
    for future in futures:
        await loop.create_connection(lambda future=future: ClientConnection(requests, future), "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*futures)
    return time.perf_counter() - started


@dataclass
class CallCosts:
    """The rate and CPU cost of a series of calls."""

    rate: float
    cpu: float
    """Milliseconds of the server's CPU time for each call."""


def send_requests(server: Server, requests: Sequence[bytes]) -> CallCosts:
    """Send requests over persistent connections, and return what they cost."""
    cpu_before = server.cpu_seconds()
    seconds = asyncio.run(_send_concurrently(server.port, iter(requests)))
    return CallCosts(len(requests) / seconds, (server.cpu_seconds() - cpu_before) / len(requests) * 1000)


def initialize_requests(first: int, count: int, prefix: str = "T") -> list[bytes]:
    """Return requests that initialize transactions of 1,000 customers."""
    return [
        encode_request(
            "POST",
            "/transaction/initialize",
            json.dumps(
                {"email": f"ada{number % CUSTOMERS}@example.com", "amount": 5_000, "reference": f"{prefix}{number}"}
            ).encode(),
        )
        for number in range(first, first + count)
    ]


# Groups


@dataclass
class Bench:
    """Settings of a run, and the goals checked so far."""

    quick: bool
    rounds: int
    folder: Path
    core: int | None
    stack: contextlib.ExitStack
    goals: list[Goal] = field(default_factory=list)

    def start_server(self, name: str) -> Server:
        """Start a server that runs until the end of the benchmark."""
        server = Server(name, self.folder, self.core)
        self.stack.callback(server.close)
        return server

    def check_goal(self, label: str, measured: float, sign: Any, target: float) -> None:
        """Print a goal of the project and the measured value."""
        goal = Goal(label, measured, sign, target)
        print(goal)
        self.goals.append(goal)


def _median_ratio(values: Sequence[float], baseline: Sequence[float]) -> float:
    return statistics.median(value / base for value, base in zip(values, baseline, strict=True))


def start_group(bench: Bench) -> None:
    """Measure the time from the start of the process to its first response."""
    # An installed package is compiled; in a checkout, compiled files may be missing.
    compileall.compile_dir(str(Path(paystackease.__file__).parent), quiet=2)
    startup_times: dict[str, list[float]] = {"bare": [], "memory": [], "file": []}
    for _ in range(3 if bench.quick else 9):
        for name, seconds in startup_times.items():
            server = Server(name, bench.folder, bench.core)
            seconds.append(server.startup_seconds)
            server.close()
    ratios = {name: _median_ratio(seconds, startup_times["bare"]) for name, seconds in startup_times.items()}
    rows = [
        [name, f"{statistics.median(times) * 1000:.0f}", f"{ratios[name]:.2f}"] for name, times in startup_times.items()
    ]
    print_table("from the start of the process to its first response", ["", "ms", "of bare"], rows)
    for name in "memory", "file":
        bench.check_goal(f"first response, {name}, as a multiple of the bare server's", ratios[name], "<=", 2)


def calls_group(bench: Bench) -> None:
    """Measure initializing transactions at the maximum rate."""
    costs: dict[str, list[CallCosts]] = {"bare": [], "memory": [], "file": []}
    servers = {name: bench.start_server(name) for name in costs}
    count = 1_500 if bench.quick else 4_000
    for server in servers.values():
        send_requests(server, initialize_requests(0, CUSTOMERS))
    for round_number in range(bench.rounds):
        for name, server in servers.items():
            costs[name].append(send_requests(server, initialize_requests(CUSTOMERS + round_number * count, count)))
    rates = {name: [cost.rate for cost in series] for name, series in costs.items()}
    cpus = {name: [cost.cpu for cost in series] for name, series in costs.items()}
    rows = [
        [
            name,
            f"{statistics.median(rates[name]):,.0f}",
            f"{_median_ratio(rates[name], rates['bare']):.2f}",
            f"{statistics.median(cpus[name]):.3f}",
            f"{_median_ratio(cpus['bare'], cpus[name]):.2f}",
        ]
        for name in costs
    ]
    print_table("POST /transaction/initialize", ["", "calls/s", "of bare", "CPU ms", "by CPU"], rows)
    for name, goal in ("memory", 0.35), ("file", 0.25):
        bench.check_goal(
            f"calls/s, {name}, of the bare server's", _median_ratio(rates[name], rates["bare"]), ">=", goal
        )
        bench.check_goal(f"the same by the server's CPU, {name}", _median_ratio(cpus["bare"], cpus[name]), ">=", goal)


def growth_group(bench: Bench) -> None:
    """Compare the cost of calls at first and after 100,000 transactions."""
    count = 10_000 if bench.quick else 100_000
    servers = {name: bench.start_server(name) for name in ("memory", "file")}
    last = dict.fromkeys(servers, 0)
    customers: dict[str, int] = {}

    def fill(name: str, until: int) -> None:
        first, last[name] = last[name], until
        send_requests(servers[name], initialize_requests(first, until - first))

    for name, server in servers.items():
        fill(name, 2 * CUSTOMERS)
        send_requests(server, [encode_request("POST", "/customer", b'{"email":"ama@example.com"}')])
        response = _get(server, "/customer/ama@example.com")
        customers[name] = response["data"]["id"]
        _pay(server, response["data"]["customer_code"], 50)

    def measure(name: str) -> dict[str, CallCosts]:
        first, last[name] = last[name], last[name] + 1_000
        references = [f"T{number * 7919 % first}" for number in range(500)]
        lists = {"the list": "", "by status": "&status=success", "by customer": f"&customer={customers[name]}"}
        calls = {
            "initialize": initialize_requests(first, 1_000),
            "verify": [encode_request("GET", f"/transaction/verify/{reference}") for reference in references],
            **{
                filter_name: [encode_request("GET", f"/transaction?perPage=50{query}")] * 100
                for filter_name, query in lists.items()
            },
        }
        return {operation: send_requests(servers[name], requests) for operation, requests in calls.items()}

    def measure_medians(name: str) -> dict[str, float]:
        measured = [measure(name) for _ in range(3)]
        return {operation: statistics.median(costs[operation].cpu for costs in measured) for operation in measured[0]}

    rows: list[list[str]] = []
    worst = 0.0
    for name in servers:
        before = measure_medians(name)
        fill(name, count)
        _pay(servers[name], _get(servers[name], "/customer/ada1@example.com")["data"]["customer_code"], 50)
        after = measure_medians(name)
        for operation in before:
            rows.append([f"{operation}, {name}", f"{before[operation]:.3f}", f"{after[operation]:.3f}"])
            rows[-1].append(f"{after[operation] / before[operation]:.2f}")
            worst = max(worst, after[operation] / before[operation])
    print_table(f"after {count:,} transactions, CPU ms of a call", ["", "at first", "then", "ratio"], rows)
    bench.check_goal("the slowest becomes, as a multiple", worst, "<=", 1.5)


def _get(server: Server, target: str) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", target, headers={"authorization": f"Bearer {KEY}"})
    body = json.loads(connection.getresponse().read())
    connection.close()
    return body


def _pay(server: Server, code: str, times: int) -> None:
    """Charge a customer's saved card ``times`` times."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}

    def post(path: str, **body: object) -> Any:
        connection.request("POST", path, json.dumps(body), headers)
        return json.loads(connection.getresponse().read())["data"]

    card = post(f"/_emulator/customers/{code}/authorizations", card="4084084084084081")["authorization_code"]
    email = _get(server, f"/customer/{code}")["data"]["email"]
    for _ in range(times):
        post("/transaction/charge_authorization", email=email, amount=5_000, authorization_code=card)
    connection.close()


def tests_group(bench: Bench) -> None:
    """Measure what each test costs: a new emulator, and restoring a snapshot."""
    with Emulator():
        pass
    durations = [_measure_cpu(lambda: Emulator().close()) for _ in range(50)]
    bench.check_goal("ms of CPU for a new emulator", statistics.median(durations), "<=", 5)
    rows: list[list[str]] = []
    for payments in 50, 500:
        with Emulator(KEY, clock=Clock(frozen_at=NOON)) as emulator:
            client = Paystack(transport=emulator)
            email, card = _create_customer(client, 0)
            for number in range(payments):
                reference = f"S{number}"
                client.transactions.charge_authorization(email, 5_000, card, reference=reference)
            emulator.save_snapshot("paid")
            durations = []
            for _ in range(50):
                client.transactions.initialize(email, 5_000)
                durations.append(_measure_cpu(lambda: emulator.restore_snapshot("paid")))
            documents = emulator._services.store.execute("select count(*) from document")[0][0]
            rows.append([f"{payments} payments", f"{documents}", f"{statistics.median(durations):.2f}"])
            if payments == 50:
                restored = statistics.median(durations)
    print_table("restoring a snapshot", ["", "documents", "CPU ms"], rows)
    bench.check_goal("ms of CPU to restore 50 payments", restored, "<", 2)


def time_group(bench: Bench) -> None:
    """Measure a year of daily renewals."""
    days, customers = (30 if bench.quick else 365), 100
    with Emulator(KEY, clock=Clock(frozen_at=NOON)) as emulator:
        client = Paystack(transport=emulator)
        plan = client.plans.create_plan("Daily", 100_000, "daily").data["plan_code"]
        for number in range(customers):
            client.subscriptions.create_subscription(_create_customer(client, number)[0], plan)
        emulator.run_due()
        started = time.perf_counter()
        cpu = _measure_cpu(lambda: emulator.advance(days * DAY)) / 1000
        seconds = time.perf_counter() - started
        charged = sum(event.name == "charge.success" for event in emulator.events())
    cost_of_one = cpu / (days * customers) * 1000
    row = [f"{days} days", f"{charged:,}", f"{seconds:.1f}", f"{cpu:.1f}", f"{cost_of_one:.3f}"]
    print_table(f"daily renewals of {customers} customers", ["", "charged", "s", "CPU s", "CPU ms each"], [row])
    bench.check_goal("s of CPU for a year", cost_of_one * 365 * customers / 1000, "<", 20)


def _create_customer(client: Paystack, number: int) -> tuple[str, str]:
    """Create a customer with a saved card; return the e-mail and the authorization code."""
    email = f"ada{number}@example.com"
    code = client.customers.create_customer(email, "", "", "").data["customer_code"]
    path = "/_emulator/customers/{code}/authorizations"
    response: Any = client.send(Request("POST", path, {"code": code}, body={"card": "4084084084084081"}))
    return email, response.data["authorization_code"]


def _measure_cpu(action: Callable[[], object]) -> float:
    started = time.process_time()
    action()
    return (time.process_time() - started) * 1000


GROUPS: dict[str, Callable[[Bench], None]] = {
    "start": start_group,
    "calls": calls_group,
    "growth": growth_group,
    "tests": tests_group,
    "time": time_group,
}


def main() -> None:
    """Measure the chosen groups."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"one of {', '.join(GROUPS)}; default: all")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs")
    options = parser.parse_args()
    if unknown := set(options.groups) - set(GROUPS):
        parser.error(f"unknown group {', '.join(sorted(unknown))}")
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []
    print(f"Python {sys.version.split()[0]}, {len(cores) or 'some'} cores, load {os.getloadavg()[0]:.1f} at first")
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        core = None
        if len(cores) > 1:
            core = cores[0]
            os.sched_setaffinity(0, {cores[1]})
        bench = Bench(options.quick, 3 if options.quick else 7, Path(folder), core, stack)
        for name, group in GROUPS.items():
            if not options.groups or name in options.groups:
                group(bench)
    print(f"\nGoals, at a load of {os.getloadavg()[0]:.1f}:")
    print(*bench.goals, sep="\n")


if __name__ == "__main__":
    main()
