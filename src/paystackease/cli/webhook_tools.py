"""Shared by ``listen`` and ``trigger``: require a test key, detect the emulator, and send events to a local program."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from paystackease import errors
from paystackease._core.lenient_json import decode
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


def event_name(body: bytes) -> str:
    """Return an event's name for output."""
    try:
        event: Any = decode(body)
        return str(event["event"]).encode("ascii", "backslashreplace").decode()
    except (ValueError, KeyError, TypeError):
        return "(not an event)"
