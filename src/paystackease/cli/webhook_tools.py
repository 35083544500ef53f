"""What ``listen`` and ``trigger`` share: which Paystack there is, and sending an event to a program on this machine."""

from __future__ import annotations

import hmac
import ipaddress
import os
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from paystackease import errors
from paystackease._core.lenient_json import decode
from paystackease._core.request import Request
from paystackease.cli import credentials
from paystackease.paystack import Paystack

TIMEOUT = 30.0
"""Seconds that Paystack waits for an answer in test mode."""


def test_key(profile: str | None) -> str:
    """The key that a command works with, which must be one for test mode.

    :raises paystackease.errors.SecretKeyError: Where there is none, or it is live.
    """
    key = credentials.secret_key(profile)
    if credentials.mode(key) != "test":
        raise errors.SecretKeyError(
            f"{credentials.masked(key)} is not a test key: this command plays, and never with what moves real money"
        )
    return key


def emulated(client: Paystack) -> bool:
    """Whether what a client talks to is an emulator on this machine. Paystack itself is not asked."""
    host = urlsplit(os.environ.get("PAYSTACK_BASE_URL") or "").hostname
    if not host or not _is_loopback(host):
        return False
    try:
        client.send(Request[object]("GET", "/_emulator/clock"))
    except errors.NotFoundError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def signed(body: bytes, key: str) -> str:
    """The signature that Paystack would give."""
    return hmac.digest(key.encode(), body, "sha512").hex()


def checked_url(url: str) -> str:
    """Where events are to be sent.

    :raises paystackease.errors.InvalidArgumentError: Where it is no such address.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise errors.InvalidArgumentError("give the address of your webhook, such as http://localhost:8000/webhooks")
    return url


@dataclass(frozen=True, slots=True)
class Sent:
    """What a program answered to an event."""

    status: int | None
    """None where it did not answer."""
    body: bytes
    seconds: float
    error: str | None = None

    def __str__(self) -> str:
        return f"{self.status or self.error} in {self.seconds * 1000:.0f} ms"


def send(url: str, body: bytes, signature: str | None) -> Sent:
    """Send an event as Paystack does."""
    import urllib3

    headers = {"content-type": "application/json"}
    if signature is not None:
        headers["x-paystack-signature"] = signature
    began = time.perf_counter()
    try:
        with urllib3.PoolManager(retries=False, timeout=TIMEOUT) as pool:
            answer = pool.request("POST", url, body=body, headers=headers, redirect=False)
            return Sent(answer.status, answer.data, time.perf_counter() - began)
    except urllib3.exceptions.HTTPError as error:
        return Sent(None, b"", time.perf_counter() - began, f"no answer ({type(error).__name__})")


def name_of(body: bytes) -> str:
    """An event's name, for people."""
    try:
        found: Any = decode(body)
        return str(found["event"]).encode("ascii", "backslashreplace").decode()
    except (ValueError, KeyError, TypeError):
        return "what is no event"
