"""Shared by ``listen`` and ``trigger``: require a test key, detect the emulator, and send events to a local program."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from paystackease import errors
from paystackease._core.lenient_json import decode
from paystackease._core.money import format_money
from paystackease._core.net import is_loopback_host
from paystackease._core.request import Request
from paystackease._core.signing import sign as sign
from paystackease.cli import credentials
from paystackease.paystack import Paystack

TIMEOUT = 30.0
"""Seconds that Paystack waits for a response in test mode."""


def require_test_key(profile: str | None) -> str:
    """Return the secret key of a command, which must be a test key.

    :raises paystackease.errors.SecretKeyError: If there is no key, or it is not a test key.
    """
    key = credentials.secret_key(profile)
    if credentials.key_mode(key) != "test":
        raise errors.SecretKeyError(
            f"{credentials.mask_key(key)} is not a test key: this command works only in test mode"
        )
    return key


def is_emulator(client: Paystack) -> bool:
    """Return whether a client is connected to an emulator on this machine. Nothing is sent to any other host."""
    host = urlsplit(os.environ.get("PAYSTACK_BASE_URL") or "").hostname
    if not host or not is_loopback_host(host):
        return False
    try:
        client.send(Request[object]("GET", "/_emulator/clock"))
    except errors.NotFoundError:
        return False
    return True


def emulator_dashboard() -> str | None:
    """Return the URL of the emulator's pages for the only business of the emulator, or None if it has several."""
    import urllib3

    url = os.environ["PAYSTACK_BASE_URL"].rstrip("/")
    try:
        with urllib3.PoolManager(retries=False, timeout=5.0) as pool:
            response = pool.request("GET", f"{url}/_emulator/", redirect=False)
    except urllib3.exceptions.HTTPError:
        return None
    place = response.headers.get("location", "")
    return f"{url}{place}" if place.startswith("/_emulator/") else None


def validate_url(url: str) -> str:
    """Return the URL if it is one to which events can be sent.

    :raises paystackease.errors.InvalidArgumentError: If it is not an http:// or https:// URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise errors.InvalidArgumentError("give the address of your webhook, such as http://localhost:8000/webhooks")
    return url


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """A program's response to an event."""

    status: int | None
    """None if there was no response."""
    body: bytes
    seconds: float
    error: str | None = None

    def __str__(self) -> str:
        return f"{self.status or self.error} in {self.seconds * 1000:.0f} ms"


def send_event(url: str, body: bytes, signature: str | None) -> DeliveryResult:
    """Send an event as Paystack does."""
    import urllib3

    headers = {"content-type": "application/json"}
    if signature is not None:
        headers["x-paystack-signature"] = signature
    started = time.perf_counter()
    try:
        with urllib3.PoolManager(retries=False, timeout=TIMEOUT) as pool:
            response = pool.request("POST", url, body=body, headers=headers, redirect=False)
            return DeliveryResult(response.status, response.data, time.perf_counter() - started)
    except urllib3.exceptions.HTTPError as error:
        return DeliveryResult(None, b"", time.perf_counter() - started, f"no response ({type(error).__name__})")


@dataclass(frozen=True, slots=True)
class EventSummary:
    """What is printed of an event."""

    name: str
    reference: str | None = None
    """The reference or code of the object that the event is about."""
    amount: int | None = None
    """In subunits."""
    currency: str | None = None
    kind: str | None = None
    """The page of the object in a dashboard: ``transactions`` or ``transfers``."""
    id: str | None = None

    @property
    def money(self) -> str | None:
        """The amount with its currency."""
        return None if self.amount is None or not self.currency else format_money(self.amount, self.currency)


def summarize_event(body: bytes) -> EventSummary:
    """Return what is printed of an event. Nothing in it can control a terminal."""
    try:
        event: Any = decode(body)
        name = _printable(event["event"]) or ""
    except (ValueError, KeyError, TypeError):
        return EventSummary("(not an event)")
    data: dict[str, Any] = event.get("data") if isinstance(event.get("data"), dict) else {}
    codes = ("reference", "transaction_reference", "transfer_code", "subscription_code", "invoice_code", "request_code")
    amount = data.get("amount")
    kind = "transactions" if name == "charge.success" else "transfers" if name.startswith("transfer.") else None
    return EventSummary(
        name,
        next((text for code in codes if (text := _printable(data.get(code)))), None),
        amount if isinstance(amount, int) and not isinstance(amount, bool) else None,
        _printable(data.get("currency")),
        kind,
        _printable(data.get("id")),
    )


def _printable(value: object) -> str | None:
    return str(value).encode("unicode_escape").decode() if isinstance(value, str | int) else None
