"""What a client is told when it is made, checked before anything is sent."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from paystackease.errors import InvalidArgumentError, SecretKeyError

API_URL = "https://api.paystack.co"
TIMEOUT = 30.0
"""Seconds that one sending may take, unless the client is told otherwise."""


@dataclass(frozen=True, slots=True, repr=False)
class ClientConfig:
    """Where calls go, with which key, and how long they may take (seconds)."""

    secret_key: str
    base_url: str
    timeout: float


def resolve_config(secret_key: str | None, base_url: str | None, timeout: float) -> ClientConfig:
    """What was given, else what the environment says (``PAYSTACK_SECRET_KEY``, ``PAYSTACK_BASE_URL``)."""
    key = _validate_secret_key(os.environ.get("PAYSTACK_SECRET_KEY") if secret_key is None else secret_key)
    url = _validate_base_url(base_url or os.environ.get("PAYSTACK_BASE_URL") or API_URL)
    if key.startswith("sk_live_") and url.startswith("http://") and not _is_loopback(url):
        raise InvalidArgumentError("a live key is not sent over http://, where others can read it: use https://")
    return ClientConfig(key, url, validate_timeout(timeout))


def _validate_secret_key(key: object) -> str:
    if key is None or key == "":
        raise SecretKeyError("no secret key: pass secret_key, or set PAYSTACK_SECRET_KEY in the environment")
    if not isinstance(key, str):
        raise SecretKeyError(f"a secret key is text, such as 'sk_test_…', not {type(key).__name__}")
    if not all("!" <= character <= "~" for character in key):
        raise SecretKeyError(
            "the secret key holds white space, a control character or a letter that is not ASCII: "
            "copy it again from Settings, API Keys & Webhooks in Paystack's dashboard"
        )
    return key


def _validate_base_url(url: object) -> str:
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        valid = (
            parts is not None
            and parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and (parts.port is None or parts.port > 0)
            and not (parts.query or parts.fragment or parts.username or parts.password)
            and all("!" <= character <= "~" for character in str(url))
        )
    except ValueError:
        valid = False
    if not valid:
        raise InvalidArgumentError("base_url is the start of an address, such as 'http://127.0.0.1:4010', and no more")
    assert isinstance(url, str)
    return url.rstrip("/")


def validate_timeout(timeout: object) -> float:
    """Seconds from 0 on, and an end."""
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0 < timeout < float("inf"):
        raise InvalidArgumentError("timeout is a number of seconds above 0; a call without an end is not offered")
    return float(timeout)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def validate_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers that a call may have besides its own."""
    given = cast("object", headers)
    if not isinstance(given, Mapping) or not all(
        isinstance(part, str) for item in cast("Mapping[object, object]", given).items() for part in item
    ):
        raise InvalidArgumentError("headers must be a mapping of text to text")
    found = {name.lower(): value for name, value in headers.items()}
    if taken := found.keys() & {"authorization", "content-length", "content-type", "host", "transfer-encoding"}:
        raise InvalidArgumentError(f"the header {min(taken)} is the client's own")
    for name, value in found.items():
        if not (name and name.replace("-", "").isalnum() and name.isascii()):
            raise InvalidArgumentError("the name of a header is letters, digits and hyphens")
        if not (value.isascii() and value.isprintable()):
            raise InvalidArgumentError(f"the value of the header {name} must be printable ASCII")
    return found
