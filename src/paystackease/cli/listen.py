"""``paystackease listen``: webhooks for a program on a laptop, which Paystack cannot reach.

With an emulator (``PAYSTACK_BASE_URL`` at this machine) it is the emulator's receiver while it runs. With a test
account there are two ways. ``--tunnel`` takes what a tunnel of yours brings, such as ``ssh -R`` or cloudflared, whose
address you put into Paystack's dashboard. Without, the API is asked for what has changed, and the events that Paystack
would have sent are made of the answers and signed here. They tell of payments, transfers and refunds, and of nothing
that was before; what webhooks have and answers have not is missing.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import msgspec
from cyclopts import Parameter
from cyclopts.validators import Number

from paystackease import errors
from paystackease._core.request import Request
from paystackease.cli import webhook_tools
from paystackease.webhooks.signature import MOST_BYTES, verify

if TYPE_CHECKING:
    from paystackease.paystack import Paystack

Item: TypeAlias = Mapping[str, Any]

PAGE = 50
"""So many of each are looked at: what changes between two looks is among the newest."""


def listen(
    *,
    forward: str,
    tunnel: str | None = None,
    port: int = 4011,
    every: Annotated[float, Parameter(validator=Number(gte=1))] = 5.0,
    profile: str | None = None,
) -> None:
    """Have webhooks sent to a program on this machine, and see them, until Ctrl-C.

    :param forward: The address of your webhook, such as http://localhost:8000/webhooks.
    :param tunnel: The address of a tunnel of yours that ends at --port. Set it in Paystack's dashboard as the webhook
        URL of test mode.
    :param port: Where the tunnel ends, on this machine.
    :param every: How often a test account is asked for what has changed, in seconds, where there is no tunnel.
    :param profile: Whose key is used. Live keys are refused.
    """
    from paystackease.paystack import Paystack

    key, url = webhook_tools.test_key(profile), webhook_tools.checked_url(forward)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # which ends it as Ctrl-C does
    with Paystack(key) as client:
        if tunnel is not None:
            _tunnelled(key, url, tunnel, port)
        elif webhook_tools.emulated(client):
            _emulated(client, url)
        else:
            _polled(client, key, url, every)


# With an emulator


def _emulated(client: Paystack, url: str) -> None:
    settings = Request[dict[str, Any]]("GET", "/_emulator/settings")
    before = client.send(settings).data["webhook_url"]
    # What the emulator sends is passed on as it is, with a signature that a fault of the emulator's made wrong too.
    with receiving(0, lambda body, signature: _told(body, webhook_tools.send(url, body, signature))) as port:
        own = f"http://127.0.0.1:{port}/"
        client.send(Request[object]("POST", "/_emulator/settings", body={"webhook_url": own}))
        _say(f"The emulator's webhooks go to {url}. Ctrl-C ends it.")
        try:
            _wait()
        finally:
            if client.send(settings).data["webhook_url"] == own:
                client.send(Request[object]("POST", "/_emulator/settings", body={"webhook_url": before or ""}))


# With a tunnel


def _tunnelled(key: str, url: str, tunnel: str, port: int) -> None:
    def take(body: bytes, signature: str | None) -> webhook_tools.Sent:
        try:
            verify(body, signature, key)
        except errors.SignatureError as error:
            # Everybody can come through a tunnel: what Paystack did not sign goes no further.
            _say(f"refused: {error}")
            return webhook_tools.Sent(401, b"", 0.0)
        except errors.MalformedEventError:
            pass  # it is Paystack's, and for the program to see
        return _told(body, webhook_tools.send(url, body, signature))

    webhook_tools.checked_url(tunnel)
    with receiving(port, take) as bound:
        _say("In Paystack's dashboard (Settings, API Keys & Webhooks) set the Test Webhook URL to:")
        _say(f"  {tunnel}")
        _say(f"What comes to port {bound} through the tunnel goes to {url}. Ctrl-C ends it.")
        _wait()


@contextmanager
def receiving(port: int, take: Callable[[bytes, str | None], webhook_tools.Sent]) -> Generator[int]:
    """Receive webhooks at a port of the loopback, hand them on, and answer what was answered.

    :param port: 0 for a free one.
    :raises paystackease.errors.InvalidArgumentError: Where the port cannot be had.
    """
    from paystackease.webhooks.receiver import content_length  # which loads asyncio

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = content_length(self.headers.get("content-length"))
            if length is None or length > MOST_BYTES:
                self.send_error(413)
                return
            sent = take(self.rfile.read(length), self.headers.get("x-paystack-signature"))
            self.send_response(sent.status or 502)
            self.send_header("content-length", str(len(sent.body)))
            self.end_headers()
            self.wfile.write(sent.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # its name in the base class
            pass

    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Receiver)
    except (OSError, OverflowError) as error:
        raise errors.InvalidArgumentError(f"port {port} cannot be listened at: {error}; try another --port") from error
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), name="paystackease-listen", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# With a test account, by asking


def _polled(client: Paystack, key: str, url: str, every: float) -> None:
    looks = news(client)
    next(looks)
    _say(f"Your test account is asked every {every:g} seconds what has changed. Events go to {url}. Ctrl-C ends it.")
    _say("They are made of the API's answers: payments, transfers, refunds. For all that Paystack sends, --tunnel.")
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(every)
            for event in next(looks):
                body = msgspec.json.encode(event)
                _told(body, webhook_tools.send(url, body, webhook_tools.signed(body, key)))


def news(client: Paystack) -> Iterator[list[dict[str, Any]]]:
    """What has changed since the last look, as events, at each look; at the first nothing is new."""
    lists: Mapping[str, Callable[[], Iterable[Any]]] = {
        "transaction": lambda: client.transactions.list_transactions(per_page=PAGE).data,
        "transfer": lambda: client.transfers.list_transfers(per_page=PAGE).data,
        "refund": lambda: client.refund.list_refunds(per_page=PAGE).data,
    }
    known = {kind: statuses(listed()) for kind, listed in lists.items()}
    yield []
    while True:
        found: list[dict[str, Any]] = []
        for kind, listed in lists.items():
            try:
                items = list(listed())
            except errors.APIConnectionError as error:  # the next look sees what this one could not
                _say(str(error))
                continue
            found += changes(kind, known[kind], items)
            known[kind] |= statuses(items)
        yield found


def statuses(items: Iterable[Item]) -> dict[str, str]:
    """Where things stand, by their ids."""
    return {str(item["id"]): str(item["status"]) for item in items}


TOLD: Mapping[str, frozenset[str]] = {
    "transaction": frozenset({"success"}),
    "transfer": frozenset({"success", "failed", "reversed"}),
    "refund": frozenset({"pending", "processing", "processed", "failed", "needs-attention"}),
}
"""Of which statuses Paystack sends a webhook."""


def changes(kind: str, known: Mapping[str, str], items: Iterable[Item]) -> Iterator[dict[str, Any]]:
    """The events that Paystack would have sent, the oldest first.

    :param kind: ``transaction``, ``transfer`` or ``refund``.
    :param known: Where things stood before.
    :param items: What the API lists, the newest first.
    """
    for item in reversed(list(items)):
        status = str(item["status"])
        if status in TOLD[kind] and known.get(str(item["id"])) != status:
            if kind == "transaction":
                yield {"event": "charge.success", "data": dict(item)}
            elif kind == "transfer":
                yield {"event": f"transfer.{status}", "data": dict(item)}
            else:
                yield {"event": f"refund.{status}", "data": _refund(item)}


def _refund(item: Item) -> dict[str, Any]:
    # A webhook names the payment and the customer by other keys than the API's answer does.
    person: Item = item.get("customer") or {}
    return {
        "status": item["status"],
        "transaction_reference": item.get("transaction_reference"),
        "refund_reference": item.get("bank_reference"),
        "amount": item["amount"],
        "currency": item["currency"],
        "customer": {key: person.get(key) for key in ("first_name", "last_name", "email")},
        "integration": item.get("integration"),
        "domain": item.get("domain"),
        "id": str(item["id"]),
    }


# What is seen


def _told(body: bytes, sent: webhook_tools.Sent) -> webhook_tools.Sent:
    _say(f"{time.strftime('%H:%M:%S')}  {webhook_tools.name_of(body)}  {sent}")
    return sent


def _say(text: str) -> None:
    print(text, flush=True)


def _wait() -> None:
    with contextlib.suppress(KeyboardInterrupt):
        if sys.platform == "win32":  # where a wait without an end cannot be interrupted
            while True:
                time.sleep(1.0)
        threading.Event().wait()
