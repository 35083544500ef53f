"""The options of a client, validated when the client is made."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from paystackease._core.app_info import AppInfo, validate_app_info
from paystackease._core.net import is_loopback_host
from paystackease.errors import InvalidArgumentError, SecretKeyError

if TYPE_CHECKING:
    import ssl

API_URL = "https://api.paystack.co"
TIMEOUT = 30.0
"""The default time limit of one attempt, in seconds."""


@dataclass(frozen=True, slots=True, repr=False)
class ClientConfig:
    """The secret key, the base URL, and the time limit of one attempt in seconds."""

    secret_key: str
    base_url: str
    timeout: float
    proxy: str | None = None
    """The URL of the proxy, with its credentials; None for that of the environment."""
    ssl_context: ssl.SSLContext | None = None
    """Tells which certificates are trusted; None for those of the system."""
    app_info: AppInfo | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ConnectionOptions:
    """The options of a client that only its own transport can apply."""

    proxy: str | None = None
    ca_file: str | os.PathLike[str] | None = None
    ssl_context: ssl.SSLContext | None = None
    app_info: AppInfo | None = None


def resolve_config(
    secret_key: str | None,
    base_url: str | None,
    timeout: float,
    options: ConnectionOptions | None = None,
    *,
    live: bool | None = None,
    public_key: bool = False,
) -> ClientConfig:
    """Return the validated options of a client.

    :param secret_key: If it is None, ``PAYSTACK_SECRET_KEY`` of the environment.
    :param base_url: If it is None, ``PAYSTACK_BASE_URL`` of the environment, or else Paystack's URL.
    :param options: The other options of the connection.
    :param live: True accepts live keys only, False rejects them, None accepts both.
    :param public_key: Whether a public key is accepted too.
    :raises paystackease.errors.SecretKeyError: If there is no secret key, or if it is not valid.
    :raises paystackease.errors.InvalidArgumentError: If another option is not valid.
    """
    key = _validate_secret_key(os.environ.get("PAYSTACK_SECRET_KEY") if secret_key is None else secret_key, public_key)
    reject_mode(key, live)
    options = options or ConnectionOptions()
    url = _validate_base_url(base_url or os.environ.get("PAYSTACK_BASE_URL") or API_URL)
    if key.startswith("sk_live_") and url.startswith("http://") and not is_loopback_host(urlsplit(url).hostname or ""):
        raise InvalidArgumentError("a live key must not be sent over http://, which is not encrypted: use https://")
    return ClientConfig(
        key,
        url,
        validate_timeout(timeout),
        None if options.proxy is None else validate_proxy(options.proxy, "proxy"),
        _resolve_ssl_context(options.ca_file, options.ssl_context),
        validate_app_info(options.app_info),
    )


def reject_mode(key: str | None, live: bool | None) -> None:
    """Check that a key is of the mode that a client requires.

    :param key: The secret key, or None if it is not known.
    :param live: True accepts live keys only, False rejects them, None accepts both.
    :raises paystackease.errors.SecretKeyError: If it is not.
    """
    if live is None:
        return
    if not isinstance(cast("object", live), bool):
        raise InvalidArgumentError("live must be True, False or None")
    if key is None:
        raise SecretKeyError("the transport does not show its key, so live cannot be checked: omit live")
    is_live = key.startswith(("sk_live_", "pk_live_"))
    if is_live and not live:
        raise SecretKeyError("the key is a live key, which this client rejects (live=False): pass a test key")
    if live and not is_live:
        raise SecretKeyError("the key is not a live key, which this client requires (live=True)")


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


def validate_proxy(url: object, name: str) -> str:
    """Return the URL of a proxy without a slash at its end.

    :param name: What gave the URL, in the error, which does not have the URL: it may have a password.
    :raises paystackease.errors.InvalidArgumentError: If it is not an HTTP URL of a proxy.
    """
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        valid = (
            parts is not None
            and parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and (parts.port is None or parts.port > 0)
            and not (parts.query or parts.fragment or parts.path.strip("/"))
            and all("!" <= character <= "~" for character in str(url))
        )
    except ValueError:
        valid = False
    if not valid:
        raise InvalidArgumentError(
            f"{name} must be the http or https URL of a proxy, such as 'http://user:password@proxy.example:3128', "
            "with special characters of user and password percent-encoded"
        )
    assert isinstance(url, str)
    return url.rstrip("/")


def _resolve_ssl_context(
    ca_file: str | os.PathLike[str] | None, ssl_context: ssl.SSLContext | None
) -> ssl.SSLContext | None:
    if ca_file is None and ssl_context is None:
        return None
    import ssl  # imported late: most clients need no context of their own

    if ca_file is not None and ssl_context is not None:
        raise InvalidArgumentError("pass ca_file or ssl_context, not both")
    if ca_file is not None:
        # OpenSSL takes an empty path for none, and would trust the system's authorities.
        if not isinstance(cast("object", ca_file), str | os.PathLike) or not os.fspath(ca_file):
            raise InvalidArgumentError("ca_file must be the path of a file with CA certificates in PEM format")
        try:
            return ssl.create_default_context(cafile=os.fspath(ca_file))
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError.
            reason = error.strerror if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) else None
            raise InvalidArgumentError(
                f"ca_file cannot be used ({reason or 'it has no CA certificates in PEM format'}): pass the path of a "
                "file with CA certificates in PEM format"
            ) from None
    if not isinstance(cast("object", ssl_context), ssl.SSLContext):
        raise InvalidArgumentError("ssl_context must be an ssl.SSLContext, such as ssl.create_default_context()")
    assert ssl_context is not None
    if ssl_context.verify_mode != ssl.CERT_REQUIRED or not ssl_context.check_hostname:
        raise InvalidArgumentError(
            "ssl_context must verify the server: the secret key could be sent to anyone. To trust a private "
            "authority, pass ca_file"
        )
    return ssl_context


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
