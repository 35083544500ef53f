"""``paystackease doctor``: what stands between you and Paystack, from the key to the webhook, one check a line.

Each check looks at one thing and says what it found, and where something is wrong, what to do. Nothing is changed
anywhere: the API is only read from, and a webhook URL is sent an event that means nothing.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import hashlib
import hmac
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
from paystackease._core.config import API_URL, settings
from paystackease._core.request import Request
from paystackease._transports import proxy
from paystackease.cli import credentials
from paystackease.cli.output import Kind, show_items, usual
from paystackease.paystack import Paystack

Verdict: TypeAlias = Literal["ok", "look", "wrong"]

SKEW_SECONDS = 30.0
"""A clock so far off makes dates in requests and reports wrong."""

SLOW_SECONDS = 2.0
DAYS_LEFT = 14
CALLS = 5

EVENT = "paystackease.doctor"
"""No event of Paystack's: whoever takes webhooks acknowledges what they do not know."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found."""

    check: str
    verdict: Verdict
    says: str


def doctor(
    *,
    profile: str | None = None,
    webhook: str | None = None,
    output: Annotated[Kind | None, Parameter(name=("--output", "-o"))] = None,
) -> int:
    """Check the key, the way to Paystack, the clock, and a webhook URL.

    :param profile: Whose account: a profile of paystackease login.
    :param webhook: The URL at which you take webhooks. It is sent a signed event that means nothing, and one with a
        wrong signature.
    :param output: How it is printed. Left out, a table on a terminal and JSON in a pipe.
    """
    findings = list(_examined(profile, webhook))
    if (output or usual()) == "table":
        _print(findings)
    else:
        show_items([msgspec.to_builtins(finding) for finding in findings], output, ())
    return int(any(finding.verdict == "wrong" for finding in findings))


def _examined(profile: str | None, webhook: str | None) -> Iterator[Finding]:
    yield _versions()
    yield from _inbox()
    try:
        key = credentials.secret_key(profile)
        told = settings(key, None, 10.0)
    except errors.PayStackError as error:
        yield Finding("key", "wrong", str(error))
        return
    yield _key(key)
    way = proxy(told)
    yield Finding(
        "proxy", "ok", f"calls go through {urlsplit(way.reveal()).hostname}" if way else "none: calls go straight"
    )
    if told.base_url != API_URL:
        yield Finding("address", "look", f"PAYSTACK_BASE_URL says {told.base_url}, which is not Paystack")
    if told.base_url.startswith("https:") and not way:
        yield _tls(told.base_url)
    yield from _api(key)
    if webhook is not None:
        yield from _webhook(webhook, key)


def _versions() -> Finding:
    found = [f"{name} {metadata.version(name)}" for name in ("aiohttp", "urllib3", "msgspec")]
    python = f"Python {platform.python_version()} on {platform.system()}"
    return Finding("versions", "ok", ", ".join([f"paystackease {__version__}", python, *found, ssl.OPENSSL_VERSION]))


def _inbox() -> Iterator[Finding]:
    if find_spec("dbos") is None:
        return
    from paystackease.webhooks.inbox.sqlite import check_sqlite_version

    try:
        yield Finding("inbox", "ok", f"SQLite {check_sqlite_version()} can hold an inbox of webhooks")
    except errors.InboxError as error:
        yield Finding("inbox", "wrong", str(error))


def _key(key: str) -> Finding:
    mode = credentials.mode(key)
    if mode == "unknown":
        return Finding("key", "wrong", "it is no secret key: one begins with sk_test_ or sk_live_")
    if mode == "live":
        return Finding("key", "look", f"LIVE: {credentials.masked(key)} moves real money")
    return Finding("key", "ok", f"{credentials.masked(key)} is a test key: no real money moves")


def _tls(url: str) -> Finding:
    import socket

    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        with (
            socket.create_connection((host, parts.port or 443), 10) as line,
            ssl.create_default_context().wrap_socket(line, server_hostname=host) as secured,
        ):
            certificate: Any = secured.getpeercert() or {}
            version = secured.version()
    except ssl.SSLError as error:
        reason = "the certificate of this address is not trusted here: is there something that reads along?"
        return Finding("TLS", "wrong", f"{reason} ({error.reason})")
    except OSError as error:
        return Finding("TLS", "wrong", f"{host} cannot be reached: {error.strerror or type(error).__name__}")
    ends = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    days = int((ends - time.time()) // 86_400)
    verdict: Verdict = "look" if days < DAYS_LEFT else "ok"
    return Finding("TLS", verdict, f"{version}, and the certificate holds for {days} days")


def _api(key: str) -> Iterator[Finding]:
    took: list[float] = []
    date: str | None = None
    asked: Request[Any] = Request("GET", "/country")
    with Paystack(key) as client:
        for _ in range(CALLS):
            began = time.perf_counter()
            try:
                date = client.send(asked).http.headers.get("date")
            except errors.AuthenticationError as error:
                yield Finding("key", "wrong", f"Paystack does not take it: {error.message}")
                return
            except errors.PayStackError as error:
                yield Finding("API", "wrong", str(error))
                return
            took.append(time.perf_counter() - began)
        middle = statistics.median(took[1:])
        verdict: Verdict = "look" if middle > SLOW_SECONDS else "ok"
        first = f"the first took {took[0] * 1000:,.0f} ms with its connection"
        yield Finding("API", verdict, f"{CALLS} calls answered, in {middle * 1000:,.0f} ms each; {first}")
        yield _clock(date)
        try:
            client.transfer_control.check_balance()
        except errors.PayStackError as error:
            yield Finding("balance", "look", f"it cannot be read with this key: {error.message}")
        else:
            yield Finding("balance", "ok", "it can be read, so the key is taken")


def _clock(date: str | None) -> Finding:
    try:
        theirs = email.utils.parsedate_to_datetime(date or "")
    except ValueError:
        return Finding("clock", "look", "the answer does not say what time it is there")
    skew = (dt.datetime.now(dt.UTC) - theirs).total_seconds()
    off = f"this machine's clock is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} Paystack's"
    if abs(skew) > SKEW_SECONDS:
        return Finding("clock", "wrong", f"{off}: have it set by NTP")
    return Finding("clock", "ok", off)


def _webhook(url: str, key: str) -> Iterator[Finding]:
    body = msgspec.json.encode({"event": EVENT, "data": {"id": 0, "status": "checked"}})
    right = hmac.new(key.encode(), body, hashlib.sha512).hexdigest()
    status, said = _post(url, body, right)
    if status == 200:
        yield Finding("webhook", "ok", "an event with the right signature was taken with 200")
    elif status is None:
        yield Finding("webhook", "wrong", f"it cannot be reached: {said}")
        return
    elif status == 401:
        yield Finding(
            "webhook", "wrong", "an event with the right signature was refused: is it verified by another key?"
        )
    else:
        yield Finding("webhook", "wrong", f"an event with the right signature was answered {status}: only 200 counts")
    status, _ = _post(url, body, "0" * 128)
    if status is not None and 400 <= status < 500:
        yield Finding("signature", "ok", f"an event with a wrong signature was refused with {status}")
    else:
        yield Finding(
            "signature", "wrong", f"an event with a WRONG signature was answered {status}: anyone can send one"
        )
    if urlsplit(url).scheme != "https" and credentials.mode(key) == "live":
        yield Finding("webhook", "wrong", "it is not https://, so others can read what comes")


def _post(url: str, body: bytes, signature: str) -> tuple[int | None, str]:
    import urllib3

    headers = {"content-type": "application/json", "x-paystack-signature": signature}
    try:
        with urllib3.PoolManager(retries=False, timeout=10.0) as pool:
            return pool.request("POST", url, body=body, headers=headers, redirect=False).status, ""
    except urllib3.exceptions.HTTPError as error:
        return None, type(error).__name__


def _print(findings: list[Finding]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    styles = {"ok": ("ok", "green"), "look": ("look", "yellow"), "wrong": ("WRONG", "bold red")}
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        word, style = styles[finding.verdict]
        table.add_row(Text(word, style=style), finding.check, Text(finding.says))
    console = Console(highlight=False, no_color=True if os.environ.get("NO_COLOR") else None)
    console.print(table)
