"""``paystackease listen``: forward webhooks to a program on a laptop, which Paystack cannot reach.

With the emulator (``PAYSTACK_BASE_URL`` on this machine) it is the emulator's webhook URL while it runs. With a test
account there are two ways. With ``--tunnel`` it receives webhooks through a tunnel of yours, such as ``ssh -R`` or
cloudflared, whose URL you set in Paystack's dashboard. Without it, the command polls the API for changes. It builds and
signs the events that Paystack would have sent for payments, transfers and refunds that change while it runs. These
events lack fields that only webhooks have.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import msgspec
from cyclopts import Parameter
from cyclopts.validators import Number

from paystackease import errors
from paystackease._core.request import Request
from paystackease.cli import webhook_tools
from paystackease.webhooks.signature import MAX_BODY_BYTES, verify

if TYPE_CHECKING:
    from paystackease.paystack import Paystack

Item: TypeAlias = Mapping[str, Any]

PAGE_SIZE = 50
"""Items of each list that are polled: what changes between two polls is among the newest."""


def listen(
    *,
    forward: str,
    event: Annotated[list[str] | None, Parameter(negative=())] = None,
    output: Annotated[Literal["text", "json"], Parameter(name=("--output", "-o"))] = "text",
    tunnel: str | None = None,
    port: int = 4011,
    every: Annotated[float, Parameter(validator=Number(gte=1))] = 5.0,
    profile: str | None = None,
) -> None:
    """Forward webhooks to a program on this machine, and print them, until Ctrl-C.

    :param forward: The URL of your webhook, such as http://localhost:8000/webhooks.
    :param event: Only events with this name, such as charge.success or "charge.*". May be given several times. Others
        are neither forwarded nor printed.
    :param output: A line for people, or a JSON object on each line.
    :param tunnel: The public URL of a tunnel that ends at --port. Set it in Paystack's dashboard as the Test Webhook
        URL.
    :param port: The local port at which the tunnel ends.
    :param every: Without a tunnel, the interval in seconds at which a test account is polled for changes.
    :param profile: The profile whose key is used. Live keys are rejected.
    """
    from paystackease.paystack import Paystack

    key, url = webhook_tools.require_test_key(profile), webhook_tools.validate_url(forward)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # handled as Ctrl-C is
    with Paystack(key) as client:
        at_emulator = tunnel is None and webhook_tools.is_emulator(client)
        dashboard = webhook_tools.emulator_dashboard() if at_emulator else "https://dashboard.paystack.com/#/"
        forwarder = Forwarder(url, tuple(event or ()), dashboard, as_json=output == "json")
        if tunnel is not None:
            _forward_from_tunnel(key, forwarder, tunnel, port)
        elif at_emulator:
            _forward_from_emulator(client, forwarder)
        else:
            _forward_from_polling(client, key, forwarder, every)


@dataclass(frozen=True, slots=True)
class Forwarder:
    """Forwards events to a program, and prints them."""

    url: str
    patterns: tuple[str, ...]
    """The names of the events that are forwarded, such as ``charge.*``; all if empty."""
    dashboard: str | None
    """The URL under which the pages of transactions and transfers are."""
    as_json: bool

    def forward(self, body: bytes, signature: str | None) -> webhook_tools.DeliveryResult:
        """Send an event to the program, and print a line about it."""
        event = webhook_tools.summarize_event(body)
        if self.patterns and not any(fnmatchcase(event.name, pattern) for pattern in self.patterns):
            return webhook_tools.DeliveryResult(200, b"", 0.0)
        result = webhook_tools.send_event(self.url, body, signature)
        link = self._link(event)
        if self.as_json:
            line = {
                "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
                "event": event.name,
                "reference": event.reference,
                "amount": event.amount,
                "currency": event.currency,
                "link": link,
                "status": result.status,
                "seconds": round(result.seconds, 3),
                "error": result.error,
            }
            print(msgspec.json.encode(line).decode(), flush=True)
            return result
        parts = (time.strftime("%H:%M:%S"), event.name, str(result), event.reference, event.money, link)
        print("  ".join(part for part in parts if part), flush=True)
        return result

    def note(self, text: str) -> None:
        """Print a line that is not about an event: beside JSON, to standard error."""
        print(text, file=sys.stderr if self.as_json else sys.stdout, flush=True)

    def _link(self, event: webhook_tools.EventSummary) -> str | None:
        # The paths of Paystack's dashboard are an assumption.
        return f"{self.dashboard}{event.kind}/{event.id}" if self.dashboard and event.kind and event.id else None


# With the emulator


def _forward_from_emulator(client: Paystack, forwarder: Forwarder) -> None:
    settings = Request[dict[str, Any]]("GET", "/_emulator/settings")
    previous = client.send(settings).data["webhook_url"]
    # Webhooks are forwarded unchanged, including a signature that an injected fault has made wrong.
    with serve_receiver(0, forwarder.forward) as port:
        own_url = f"http://127.0.0.1:{port}/"
        client.send(Request[object]("POST", "/_emulator/settings", body={"webhook_url": own_url}))
        forwarder.note(f"Forwarding the emulator's webhooks to {forwarder.url}. Press Ctrl-C to stop.")
        try:
            _wait_for_interrupt()
        finally:
            if client.send(settings).data["webhook_url"] == own_url:
                client.send(Request[object]("POST", "/_emulator/settings", body={"webhook_url": previous or ""}))


# With a tunnel


def _forward_from_tunnel(key: str, forwarder: Forwarder, tunnel: str, port: int) -> None:
    def verify_and_forward(body: bytes, signature: str | None) -> webhook_tools.DeliveryResult:
        try:
            verify(body, signature, key)
        except errors.SignatureError as error:
            # Anyone can send requests through the tunnel. Only what Paystack signed is forwarded.
            forwarder.note(f"rejected: {error}")
            return webhook_tools.DeliveryResult(401, b"", 0.0)
        except errors.MalformedEventError:
            pass  # Paystack signed it, so the program receives it
        return forwarder.forward(body, signature)

    webhook_tools.validate_url(tunnel)
    with serve_receiver(port, verify_and_forward) as bound_port:
        forwarder.note("In Paystack's dashboard (Settings, API Keys & Webhooks) set the Test Webhook URL to:")
        forwarder.note(f"  {tunnel}")
        forwarder.note(
            f"Forwarding from port {bound_port} (the end of the tunnel) to {forwarder.url}. Press Ctrl-C to stop."
        )
        _wait_for_interrupt()


@contextmanager
def serve_receiver(port: int, handle: Callable[[bytes, str | None], webhook_tools.DeliveryResult]) -> Generator[int]:
    """Serve a webhook receiver on the loopback interface, and give its port.

    :param port: The port; 0 for a free one.
    :param handle: Called with the body and signature of each webhook. Its result becomes the response.
    :raises paystackease.errors.InvalidArgumentError: If the port is not available.
    """
    from paystackease.webhooks.receiver import content_length  # imported here because it loads asyncio

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = content_length(self.headers.get("content-length"))
            if length is None or length > MAX_BODY_BYTES:
                self.send_error(413)
                return
            result = handle(self.rfile.read(length), self.headers.get("x-paystack-signature"))
            self.send_response(result.status or 502)
            self.send_header("content-length", str(len(result.body)))
            self.end_headers()
            self.wfile.write(result.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the base class names it so
            pass

    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Receiver)
    except (OSError, OverflowError) as error:
        raise errors.InvalidArgumentError(f"cannot listen on port {port}: {error}; try another --port") from error
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), name="paystackease-listen", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# With a test account, by polling


def _forward_from_polling(client: Paystack, key: str, forwarder: Forwarder, every: float) -> None:
    polls = poll_changes(client, forwarder.note)
    next(polls)
    task = f"Polling your test account every {every:g} seconds; forwarding events to {forwarder.url}"
    forwarder.note(f"{task}. Press Ctrl-C to stop.")
    forwarder.note("Events are built from API responses: payments, transfers, refunds. For all events use --tunnel.")
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(every)
            for event in next(polls):
                body = msgspec.json.encode(event)
                forwarder.forward(body, webhook_tools.sign(body, key))


def poll_changes(client: Paystack, note: Callable[[str], None] = print) -> Iterator[list[dict[str, Any]]]:
    """Poll at each step, and give what has changed since the last one as events. The first step gives none."""
    lists: Mapping[str, Callable[[], Iterable[Any]]] = {
        "transaction": lambda: client.transactions.list_transactions(per_page=PAGE_SIZE).data,
        "transfer": lambda: client.transfers.list_transfers(per_page=PAGE_SIZE).data,
        "refund": lambda: client.refund.list_refunds(per_page=PAGE_SIZE).data,
    }
    known = {kind: statuses_by_id(fetch_list()) for kind, fetch_list in lists.items()}
    yield []
    while True:
        events: list[dict[str, Any]] = []
        for kind, fetch_list in lists.items():
            try:
                items = list(fetch_list())
            except errors.APIConnectionError as error:  # the next poll includes what this one missed
                note(str(error))
                continue
            events += events_of_changes(kind, known[kind], items)
            known[kind] |= statuses_by_id(items)
        yield events


def statuses_by_id(items: Iterable[Item]) -> dict[str, str]:
    """Return the status of each item by its id."""
    return {str(item["id"]): str(item["status"]) for item in items}


NOTIFIED_STATUSES: Mapping[str, frozenset[str]] = {
    "transaction": frozenset({"success"}),
    "transfer": frozenset({"success", "failed", "reversed"}),
    "refund": frozenset({"pending", "processing", "processed", "failed", "needs-attention"}),
}
"""The statuses of which Paystack sends a webhook."""


def events_of_changes(kind: str, known: Mapping[str, str], items: Iterable[Item]) -> Iterator[dict[str, Any]]:
    """Build the events that Paystack would have sent, oldest first.

    :param kind: ``transaction``, ``transfer`` or ``refund``.
    :param known: The earlier statuses, by id.
    :param items: The items as the API lists them, newest first.
    """
    for item in reversed(list(items)):
        status = str(item["status"])
        if status in NOTIFIED_STATUSES[kind] and known.get(str(item["id"])) != status:
            if kind == "transaction":
                yield {"event": "charge.success", "data": dict(item)}
            elif kind == "transfer":
                yield {"event": f"transfer.{status}", "data": dict(item)}
            else:
                yield {"event": f"refund.{status}", "data": _refund_data(item)}


def _refund_data(item: Item) -> dict[str, Any]:
    # A webhook has other keys for the payment and the customer than an API response.
    customer: Item = item.get("customer") or {}
    return {
        "status": item["status"],
        "transaction_reference": item.get("transaction_reference"),
        "refund_reference": item.get("bank_reference"),
        "amount": item["amount"],
        "currency": item["currency"],
        "customer": {key: customer.get(key) for key in ("first_name", "last_name", "email")},
        "integration": item.get("integration"),
        "domain": item.get("domain"),
        "id": str(item["id"]),
    }


def _wait_for_interrupt() -> None:
    with contextlib.suppress(KeyboardInterrupt):
        if sys.platform == "win32":  # there, a wait without a timeout cannot be interrupted
            while True:
                time.sleep(1.0)
        threading.Event().wait()
