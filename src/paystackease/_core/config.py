"""The options of a client, validated when the client is made."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from paystackease._core.net import is_loopback_host
from paystackease.errors import InvalidArgumentError, SecretKeyError

API_URL = "https://api.paystack.co"
TIMEOUT = 30.0
"""The default time limit of one attempt, in seconds."""


@dataclass(frozen=True, slots=True, repr=False)
class ClientConfig:
    """The secret key, the base URL, and the time limit of one attempt in seconds."""

    secret_key: str
    base_url: str
    timeout: float


def resolve_config(
    secret_key: str | None, base_url: str | None, timeout: float, *, public_key: bool = False
) -> ClientConfig:
    """Return the validated options of a client.

    :param secret_key: If it is None, ``PAYSTACK_SECRET_KEY`` of the environment.
    :param base_url: If it is None, ``PAYSTACK_BASE_URL`` of the environment, or else Paystack's URL.
    :param public_key: Whether a public key is accepted too.
    :raises paystackease.errors.SecretKeyError: If there is no secret key, or if it is not valid.
    :raises paystackease.errors.InvalidArgumentError: If another option is not valid.
    """
    key = _validate_secret_key(os.environ.get("PAYSTACK_SECRET_KEY") if secret_key is None else secret_key, public_key)
    url = _validate_base_url(base_url or os.environ.get("PAYSTACK_BASE_URL") or API_URL)
    if key.startswith("sk_live_") and url.startswith("http://") and not is_loopback_host(urlsplit(url).hostname or ""):
        raise InvalidArgumentError("a live key must not be sent over http://, which is not encrypted: use https://")
    return ClientConfig(key, url, validate_timeout(timeout))


def _validate_secret_key(key: object, public_key: bool) -> str:
    if key is None or key == "":
        raise SecretKeyError("no secret key: pass secret_key, or set PAYSTACK_SECRET_KEY in the environment")
    if not isinstance(key, str):
        raise SecretKeyError(f"secret_key must be text, such as 'sk_test_…', not {type(key).__name__}")
    if not all("!" <= character <= "~" for character in key):
        raise SecretKeyError(
            "the secret key must not contain white space, control characters or characters that are not ASCII: "
            "copy it again from Settings, API Keys & Webhooks in Paystack's dashboard"
        )
    if key.startswith("pk_") and not public_key:
        raise SecretKeyError(
            "this is a public key (pk_…): pass the secret key, which begins with sk_test_ or sk_live_. It is beside "
            "the public key in Paystack's dashboard, under Settings, API Keys & Webhooks"
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
        raise InvalidArgumentError(
            "base_url must be an HTTP URL without credentials, query or fragment, such as 'http://127.0.0.1:4010'"
        )
    assert isinstance(url, str)
    return url.rstrip("/")


def validate_timeout(timeout: object) -> float:
    """Return a timeout in seconds.

    :raises paystackease.errors.InvalidArgumentError: If it is not a finite number above 0.
    """
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0 < timeout < float("inf"):
        raise InvalidArgumentError("timeout must be a finite number of seconds above 0")
    return float(timeout)


def validate_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return additional headers, with their names in lower case.

    :raises paystackease.errors.InvalidArgumentError: If a header is not valid, or if the client sets it.
    """
    value = cast("object", headers)
    if not isinstance(value, Mapping) or not all(
        isinstance(part, str) for item in cast("Mapping[object, object]", value).items() for part in item
    ):
        raise InvalidArgumentError("headers must be a mapping of text to text")
    lowered = {name.lower(): value for name, value in headers.items()}
    if reserved := lowered.keys() & {"authorization", "content-length", "content-type", "host", "transfer-encoding"}:
        raise InvalidArgumentError(f"the header {min(reserved)} is the client's own, and cannot be set")
    for name, text in lowered.items():
        if not (name and name.replace("-", "").isalnum() and name.isascii()):
            raise InvalidArgumentError("the name of a header must consist of ASCII letters, digits and hyphens")
        if not (text.isascii() and text.isprintable()):
            raise InvalidArgumentError(f"the value of the header {name} must be printable ASCII")
    return lowered
