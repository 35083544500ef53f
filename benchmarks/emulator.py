"""The emulator's speed: ``python benchmarks/emulator.py [--quick] [GROUP …]``, of the groups start, calls, growth,
tests and time.

Beside it stands a bare ASGI application under the same uvicorn, which answers a fixed JSON: what is possible here. Each
server is a process of its own, and so is the client, each on a core of its own where the system lets us. They take
turns; what is quoted are medians, and the medians of the ratios of each turn, of the time and of the CPU time that the
server took, which others who are busy on this machine disturb less. How busy it was is told at the end.
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

from run import Goal, table

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
    """A server in a process of its own, from before it begins until :meth:`close`.

    :param name: ``bare``, or ``memory`` or ``file``, which are the emulator.
    """

    def __init__(self, name: str, folder: Path, core: int | None = None) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        if name == "bare":
            command = [sys.executable, str(HERE / "bare.py"), str(self.port)]
        else:
            kept = ["--db", str(folder / f"{self.port}.db")] if name == "file" else []
            command = [sys.executable, "-m", "paystackease", "emulator", "up", "--port", str(self.port), *kept]
        began = time.perf_counter()
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        if core is not None:
            os.sched_setaffinity(self._process.pid, {core})
        self.began_in = self._wait(began)
        """Seconds from its start to its first answer."""

    def _wait(self, began: float) -> float:
        while True:
            asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                asking.request("GET", "/bank", headers={"authorization": f"Bearer {KEY}"})
                asking.getresponse().read()
                return time.perf_counter() - began
            except ConnectionError:
                if self._process.poll() is not None or time.perf_counter() - began > 60:
                    raise
                time.sleep(0.002)
            finally:
                asking.close()

    def cpu(self) -> float:
        """How many seconds of CPU time it has had; NaN where the system does not tell."""
        try:
            stat = Path(f"/proc/{self._process.pid}/stat").read_text()
        except OSError:
            return float("nan")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(30)


# The client


def asked(method: str, target: str, body: bytes = b"") -> bytes:
    """A request, as it goes over the wire."""
    head = f"{method} {target} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\ncontent-type: application/json\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


class Line(asyncio.Protocol):
    """A connection that asks one thing after another."""

    def __init__(self, requests: Iterator[bytes], ended: asyncio.Future[None]) -> None:
        self._requests, self._ended, self._came = requests, ended, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport: Any = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Ask the next, once an answer is whole."""
        self._came += data
        head, blank, body = self._came.partition(b"\r\n\r\n")
        if not blank or len(body) < int(head.lower().partition(b"content-length:")[2].split(None, 1)[0]):
            return
        if not head.startswith(b"HTTP/1.1 20"):
            self._ended.set_exception(RuntimeError(self._came.decode()))
            self._transport.close()
            return
        self._came = b""
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        """Say so, where that is not the end."""
        if not self._ended.done():
            self._ended.set_exception(exc or ConnectionError("the server ended a connection"))

    def _ask(self) -> None:
        request = next(self._requests, None)
        if request is not None:
            self._transport.write(request)
        elif not self._ended.done():
            self._ended.set_result(None)
            self._transport.close()


async def _talk(port: int, requests: Iterator[bytes]) -> float:
    loop = asyncio.get_running_loop()
    ends = [loop.create_future() for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    for end in ends:
        await loop.create_connection(lambda end=end: Line(requests, end), "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*ends)
    return time.perf_counter() - began


@dataclass
class Took:
    """What so many calls took."""

    rate: float
    cpu: float
    """Milliseconds of the server's CPU time for each."""


def ask(server: Server, requests: Sequence[bytes]) -> Took:
    """Make these calls over kept connections."""
    cpu = server.cpu()
    seconds = asyncio.run(_talk(server.port, iter(requests)))
    return Took(len(requests) / seconds, (server.cpu() - cpu) / len(requests) * 1000)


def initializing(first: int, many: int, prefix: str = "T") -> list[bytes]:
    """Calls that begin transactions, of a thousand customers."""
    return [
        asked(
            "POST",
            "/transaction/initialize",
            json.dumps(
                {"email": f"ada{number % CUSTOMERS}@example.com", "amount": 5_000, "reference": f"{prefix}{number}"}
            ).encode(),
        )
        for number in range(first, first + many)
    ]


# Groups


@dataclass
class Bench:
    """How to measure here."""

    quick: bool
    rounds: int
    folder: Path
    core: int | None
    stack: contextlib.ExitStack
    goals: list[Goal] = field(default_factory=list)

    def server(self, name: str) -> Server:
        """A server, until all is measured."""
        server = Server(name, self.folder, self.core)
        self.stack.callback(server.close)
        return server

    def want(self, words: str, measured: float, sign: Any, wanted: float) -> None:
        """Print a goal of the project beside what was measured."""
        goal = Goal(words, measured, sign, wanted)
        print(goal)
        self.goals.append(goal)


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


def start_group(bench: Bench) -> None:
    """From the start of the process to the first answer."""
    # Who installs a package has it compiled; of a checkout, Python may not have kept what it compiled.
    compileall.compile_dir(str(Path(paystackease.__file__).parent), quiet=2)
    found: dict[str, list[float]] = {"bare": [], "memory": [], "file": []}
    for _ in range(3 if bench.quick else 9):
        for name, seconds in found.items():
            server = Server(name, bench.folder, bench.core)
            seconds.append(server.began_in)
            server.close()
    ratios = {name: _ratio(seconds, found["bare"]) for name, seconds in found.items()}
    rows = [[name, f"{statistics.median(of) * 1000:.0f}", f"{ratios[name]:.2f}"] for name, of in found.items()]
    table("from the start of the process to its first answer", ["", "ms", "of bare"], rows)
    for name in "memory", "file":
        bench.want(f"first answer, {name}, as a multiple of the bare server's", ratios[name], "<=", 2)


def calls_group(bench: Bench) -> None:
    """Transactions that are begun, as fast as they are answered."""
    found: dict[str, list[Took]] = {"bare": [], "memory": [], "file": []}
    servers = {name: bench.server(name) for name in found}
    many = 1_500 if bench.quick else 4_000
    for server in servers.values():
        ask(server, initializing(0, CUSTOMERS))
    for turn in range(bench.rounds):
        for name, server in servers.items():
            found[name].append(ask(server, initializing(CUSTOMERS + turn * many, many)))
    rates = {name: [took.rate for took in of] for name, of in found.items()}
    cpus = {name: [took.cpu for took in of] for name, of in found.items()}
    rows = [
        [
            name,
            f"{statistics.median(rates[name]):,.0f}",
            f"{_ratio(rates[name], rates['bare']):.2f}",
            f"{statistics.median(cpus[name]):.3f}",
            f"{_ratio(cpus['bare'], cpus[name]):.2f}",
        ]
        for name in found
    ]
    table("POST /transaction/initialize", ["", "calls/s", "of bare", "CPU ms", "by CPU"], rows)
    for name, wanted in ("memory", 0.35), ("file", 0.25):
        bench.want(f"calls/s, {name}, of the bare server's", _ratio(rates[name], rates["bare"]), ">=", wanted)
        bench.want(f"the same by the server's CPU, {name}", _ratio(cpus["bare"], cpus[name]), ">=", wanted)


def growth_group(bench: Bench) -> None:
    """The same calls when there is little, and after 100,000 transactions."""
    many = 10_000 if bench.quick else 100_000
    servers = {name: bench.server(name) for name in ("memory", "file")}
    last = dict.fromkeys(servers, 0)
    customers: dict[str, int] = {}

    def fill(name: str, until: int) -> None:
        first, last[name] = last[name], until
        ask(servers[name], initializing(first, until - first))

    for name, server in servers.items():
        fill(name, 2 * CUSTOMERS)
        ask(server, [asked("POST", "/customer", b'{"email":"ama@example.com"}')])  # who pays no more than this
        answer = _get(server, "/customer/ama@example.com")
        customers[name] = answer["data"]["id"]
        _pay(server, answer["data"]["customer_code"], 50)

    def measure(name: str) -> dict[str, Took]:
        first, last[name] = last[name], last[name] + 1_000
        some = [f"T{number * 7919 % first}" for number in range(500)]
        lists = {"the list": "", "by status": "&status=success", "by customer": f"&customer={customers[name]}"}
        calls = {
            "initialize": initializing(first, 1_000),
            "verify": [asked("GET", f"/transaction/verify/{reference}") for reference in some],
            **{words: [asked("GET", f"/transaction?perPage=50{query}")] * 100 for words, query in lists.items()},
        }
        return {what: ask(servers[name], of) for what, of in calls.items()}

    def turns(name: str) -> dict[str, float]:
        measured = [measure(name) for _ in range(3)]
        return {what: statistics.median(one[what].cpu for one in measured) for what in measured[0]}

    rows: list[list[str]] = []
    worst = 0.0
    for name in servers:
        before = turns(name)
        fill(name, many)
        _pay(servers[name], _get(servers[name], "/customer/ada1@example.com")["data"]["customer_code"], 50)
        after = turns(name)
        for what in before:
            rows.append([f"{what}, {name}", f"{before[what]:.3f}", f"{after[what]:.3f}"])
            rows[-1].append(f"{after[what] / before[what]:.2f}")
            worst = max(worst, after[what] / before[what])
    table(f"after {many:,} transactions, CPU ms of a call", ["", "at first", "then", "ratio"], rows)
    bench.want("the slowest becomes, as a multiple", worst, "<=", 1.5)


def _get(server: Server, target: str) -> Any:
    asking = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    asking.request("GET", target, headers={"authorization": f"Bearer {KEY}"})
    found = json.loads(asking.getresponse().read())
    asking.close()
    return found


def _pay(server: Server, code: str, times: int) -> None:
    """Have a customer pay that often, with a card that is saved."""
    asking = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}

    def post(path: str, **body: object) -> Any:
        asking.request("POST", path, json.dumps(body), headers)
        return json.loads(asking.getresponse().read())["data"]

    card = post(f"/_emulator/customers/{code}/authorizations", card="4084084084084081")["authorization_code"]
    email = _get(server, f"/customer/{code}")["data"]["email"]
    for _ in range(times):
        post("/transaction/charge_authorization", email=email, amount=5_000, authorization_code=card)
    asking.close()


def tests_group(bench: Bench) -> None:
    """What each test pays: an emulator of its own, and going back to a snapshot."""
    with Emulator():
        pass
    took = [_cpu(lambda: Emulator().close()) for _ in range(50)]
    bench.want("ms of CPU for a new emulator", statistics.median(took), "<=", 5)
    rows: list[list[str]] = []
    for payments in 50, 500:
        with Emulator(KEY, clock=Clock(frozen_at=NOON)) as emulator:
            client = Paystack(transport=emulator)
            email, card = _customer(client, 0)
            for number in range(payments):
                reference = f"S{number}"
                client.transactions.charge_authorization(email, 5_000, card, reference=reference)
            emulator.save_snapshot("paid")
            took = []
            for _ in range(50):
                client.transactions.initialize(email, 5_000)
                took.append(_cpu(lambda: emulator.restore_snapshot("paid")))
            documents = emulator._services.store.execute("select count(*) from document")[0][0]
            rows.append([f"{payments} payments", f"{documents}", f"{statistics.median(took):.2f}"])
            if payments == 50:
                restored = statistics.median(took)
    table("restoring a snapshot", ["", "documents", "CPU ms"], rows)
    bench.want("ms of CPU to restore 50 payments", restored, "<", 2)


def time_group(bench: Bench) -> None:
    """A year of daily renewals."""
    days, customers = (30 if bench.quick else 365), 100
    with Emulator(KEY, clock=Clock(frozen_at=NOON)) as emulator:
        client = Paystack(transport=emulator)
        plan = client.plans.create_plan("Daily", 100_000, "daily").data["plan_code"]
        for number in range(customers):
            client.subscriptions.create_subscription(_customer(client, number)[0], plan)
        emulator.run_due()
        began = time.perf_counter()
        cpu = _cpu(lambda: emulator.advance(days * DAY)) / 1000
        seconds = time.perf_counter() - began
        charged = sum(event.name == "charge.success" for event in emulator.events())
    each = cpu / (days * customers) * 1000
    row = [f"{days} days", f"{charged:,}", f"{seconds:.1f}", f"{cpu:.1f}", f"{each:.3f}"]
    table(f"daily renewals of {customers} customers", ["", "charged", "s", "CPU s", "CPU ms each"], [row])
    bench.want("s of CPU for a year", each * 365 * customers / 1000, "<", 20)


def _customer(client: Paystack, number: int) -> tuple[str, str]:
    """A customer with a saved card: the e-mail, and the card's code."""
    email = f"ada{number}@example.com"
    code = client.customers.create_customer(email, "", "", "").data["customer_code"]
    path = "/_emulator/customers/{code}/authorizations"
    saved: Any = client.send(Request("POST", path, {"code": code}, body={"card": "4084084084084081"}))
    return email, saved.data["authorization_code"]


def _cpu(deed: Callable[[], object]) -> float:
    began = time.process_time()
    deed()
    return (time.process_time() - began) * 1000


GROUPS: dict[str, Callable[[Bench], None]] = {
    "start": start_group,
    "calls": calls_group,
    "growth": growth_group,
    "tests": tests_group,
    "time": time_group,
}


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)}; all, if left out")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs")
    told = parser.parse_args()
    if unknown := set(told.groups) - set(GROUPS):
        parser.error(f"there is no group {', '.join(sorted(unknown))}")
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []
    print(f"Python {sys.version.split()[0]}, {len(cores) or 'some'} cores, load {os.getloadavg()[0]:.1f} at first")
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        core = None
        if len(cores) > 1:
            core = cores[0]
            os.sched_setaffinity(0, {cores[1]})
        bench = Bench(told.quick, 3 if told.quick else 7, Path(folder), core, stack)
        for name, group in GROUPS.items():
            if not told.groups or name in told.groups:
                group(bench)
    print(f"\nThe goals, at a load of {os.getloadavg()[0]:.1f}:")
    print(*bench.goals, sep="\n")


if __name__ == "__main__":
    main()
