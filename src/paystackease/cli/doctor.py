"""``paystackease doctor``: check the key, the connection to Paystack, the clock and a webhook URL.

Each check reports one result, and what to do if something is wrong. Nothing is changed: the API is only read, and a
webhook URL receives an event that programs ignore.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import os
import platform
import ssl
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import urlsplit

import msgspec
from cyclopts import Parameter

from paystackease import __version__, errors
from paystackease._core.config import API_URL, resolve_config
from paystackease._core.request import Request
from paystackease._transports.common import find_proxy
from paystackease.cli import credentials
from paystackease.cli.output import OutputFormat, default_format, print_items
from paystackease.cli.webhook_tools import sign
from paystackease.paystack import Paystack

Verdict: TypeAlias = Literal["ok", "look", "wrong"]

MAX_CLOCK_SKEW = 30.0
"""Seconds. With a larger skew, dates in requests and reports are wrong."""

SLOW_RESPONSE_SECONDS = 2.0
MIN_CERTIFICATE_DAYS = 14
API_CALLS = 5

TEST_EVENT = "paystackease.doctor"
"""Not an event of Paystack's: a webhook endpoint acknowledges events that it does not know."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of a check."""

    check: str
    verdict: Verdict
    says: str


def doctor(
    *,
    profile: str | None = None,
    webhook: str | None = None,
    output: Annotated[OutputFormat | None, Parameter(name=("--output", "-o"))] = None,
) -> int:
    """Check the key, the connection to Paystack, the clock, and a webhook URL.

    :param profile: The account to use: a profile of paystackease login.
    :param webhook: The URL of your webhook. It receives a signed event that programs ignore, and one with a wrong
        signature.
    :param output: Output format. Default: a table on a terminal, JSON in a pipe.
    """
    results = list(_run_checks(profile, webhook))
    if (output or default_format()) == "table":
        _print_results(results)
    else:
        print_items([msgspec.to_builtins(result) for result in results], output, ())
    return int(any(result.verdict == "wrong" for result in results))


def _run_checks(profile: str | None, webhook: str | None) -> Iterator[CheckResult]:
    yield _check_versions()
    yield from _check_inbox()
    try:
        key = credentials.secret_key(profile)
        config = resolve_config(key, None, 10.0)
    except errors.PaystackError as error:
        yield CheckResult("key", "wrong", str(error))
        return
    yield _check_key(key)
    proxy_url = find_proxy(config)
    yield CheckResult(
        "proxy",
        "ok",
        f"calls go through {urlsplit(proxy_url.reveal()).hostname}"
        if proxy_url
        else "none: calls go directly to Paystack",
    )
    if config.base_url != API_URL:
        yield CheckResult("address", "look", f"PAYSTACK_BASE_URL is {config.base_url}, which is not Paystack")
    if config.base_url.startswith("https:") and not proxy_url:
        yield _check_tls(config.base_url)
    yield from _check_api(key)
    if webhook is not None:
        yield from _check_webhook(webhook, key)


def _check_versions() -> CheckResult:
    libraries = [f"{name} {metadata.version(name)}" for name in ("aiohttp", "urllib3", "msgspec")]
    python = f"Python {platform.python_version()} on {platform.system()}"
    return CheckResult(
        "versions", "ok", ", ".join([f"paystackease {__version__}", python, *libraries, ssl.OPENSSL_VERSION])
    )


def _check_inbox() -> Iterator[CheckResult]:
    if find_spec("dbos") is None:
        return
    from paystackease.webhooks.inbox.sqlite import check_sqlite_version

    try:
        yield CheckResult("inbox", "ok", f"SQLite {check_sqlite_version()} supports the webhook inbox")
    except errors.InboxError as error:
        yield CheckResult("inbox", "wrong", str(error))


def _check_key(key: str) -> CheckResult:
    mode = credentials.key_mode(key)
    if mode == "unknown":
        return CheckResult("key", "wrong", "not a secret key: it must begin with sk_test_ or sk_live_")
    if mode == "live":
        return CheckResult("key", "look", f"LIVE: {credentials.mask_key(key)} moves real money")
    return CheckResult("key", "ok", f"{credentials.mask_key(key)} is a test key: no real money moves")


def _check_tls(url: str) -> CheckResult:
    import socket

    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        with (
            socket.create_connection((host, parts.port or 443), 10) as sock,
            ssl.create_default_context().wrap_socket(sock, server_hostname=host) as tls_sock,
        ):
            certificate: Any = tls_sock.getpeercert() or {}
            version = tls_sock.version()
    except ssl.SSLError as error:
        reason = "the certificate of this address is not trusted. A proxy may be intercepting HTTPS."
        return CheckResult("TLS", "wrong", f"{reason} ({error.reason})")
    except OSError as error:
        return CheckResult("TLS", "wrong", f"{host} cannot be reached: {error.strerror or type(error).__name__}")
    expires = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    days = int((expires - time.time()) // 86_400)
    verdict: Verdict = "look" if days < MIN_CERTIFICATE_DAYS else "ok"
    return CheckResult("TLS", verdict, f"{version}, and the certificate is valid for {days} days")


def _check_api(key: str) -> Iterator[CheckResult]:
    durations: list[float] = []
    date: str | None = None
    request: Request[Any] = Request("GET", "/country")
    with Paystack(key) as client:
        for _ in range(API_CALLS):
            started = time.perf_counter()
            try:
                date = client.send(request).http.headers.get("date")
            except errors.AuthenticationError as error:
                yield CheckResult("key", "wrong", f"Paystack rejects it: {error.message}")
                return
            except errors.PaystackError as error:
                yield CheckResult("API", "wrong", str(error))
                return
            durations.append(time.perf_counter() - started)
        median = statistics.median(durations[1:])
        verdict: Verdict = "look" if median > SLOW_RESPONSE_SECONDS else "ok"
        first = f"the first took {durations[0] * 1000:,.0f} ms, including connecting"
        yield CheckResult("API", verdict, f"{API_CALLS} calls succeeded, median {median * 1000:,.0f} ms; {first}")
        yield _check_clock(date)
        try:
            client.transfer_control.check_balance()
        except errors.PaystackError as error:
            yield CheckResult("balance", "look", f"not readable with this key: {error.message}")
        else:
            yield CheckResult("balance", "ok", "readable, so Paystack accepts the key")


def _check_clock(date: str | None) -> CheckResult:
    try:
        server_time = email.utils.parsedate_to_datetime(date or "")
    except ValueError:
        return CheckResult("clock", "look", "the response has no Date header")
    # The header has whole seconds, so the server's time is half a second later on average.
    skew = (dt.datetime.now(dt.UTC) - server_time).total_seconds() - 0.5
    if abs(skew) <= 1:
        return CheckResult("clock", "ok", "this machine's clock agrees with Paystack's")
    skew_text = f"this machine's clock is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} Paystack's"
    if abs(skew) > MAX_CLOCK_SKEW:
        return CheckResult("clock", "wrong", f"{skew_text}: synchronize it by NTP")
    return CheckResult("clock", "ok", skew_text)


def _check_webhook(url: str, key: str) -> Iterator[CheckResult]:
    body = msgspec.json.encode({"event": TEST_EVENT, "data": {"id": 0, "status": "checked"}})
    status, error = _post(url, body, sign(body, key))
    if status == 200:
        yield CheckResult("webhook", "ok", "an event with a valid signature was accepted with 200")
    elif status is None:
        yield CheckResult("webhook", "wrong", f"it cannot be reached: {error}")
        return
    elif status == 401:
        yield CheckResult(
            "webhook",
            "wrong",
            "an event with a valid signature was rejected: check which secret key the webhook verifies with",
        )
    else:
        yield CheckResult(
            "webhook", "wrong", f"an event with a valid signature got status {status}: Paystack accepts only 200"
        )
    status, _ = _post(url, body, "0" * 128)
    if status is not None and 400 <= status < 500:
        yield CheckResult("signature", "ok", f"an event with a wrong signature was rejected with {status}")
    else:
        yield CheckResult(
            "signature", "wrong", f"an event with a WRONG signature got status {status}: anyone can send events"
        )
    if urlsplit(url).scheme != "https" and credentials.key_mode(key) == "live":
        yield CheckResult("webhook", "wrong", "not https://, so others can read the events")


def _post(url: str, body: bytes, signature: str) -> tuple[int | None, str]:
    import urllib3

    headers = {"content-type": "application/json", "x-paystack-signature": signature}
    try:
        with urllib3.PoolManager(retries=False, timeout=10.0) as pool:
            return pool.request("POST", url, body=body, headers=headers, redirect=False).status, ""
    except urllib3.exceptions.HTTPError as error:
        return None, type(error).__name__


def _print_results(results: list[CheckResult]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    styles = {"ok": ("ok", "green"), "look": ("look", "yellow"), "wrong": ("WRONG", "bold red")}
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for result in results:
        word, style = styles[result.verdict]
        table.add_row(Text(word, style=style), result.check, Text(result.says))
    console = Console(highlight=False, no_color=True if os.environ.get("NO_COLOR") else None)
    console.print(table)
