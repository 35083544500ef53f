"""The program that uses the library, for the ``User-Agent`` header."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from paystackease.errors import InvalidArgumentError

_PRODUCT = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
"""A token of RFC 9110, section 5.6.2."""


@dataclass(frozen=True, slots=True)
class AppInfo:
    """The name of your plugin or framework, which Paystack sees in the ``User-Agent`` header.

    ``Paystack(app_info=AppInfo("my-shop-plugin", "1.4.2", "https://plugin.example"))`` adds
    ``my-shop-plugin/1.4.2 (https://plugin.example)``.

    :param name: ASCII letters, digits and punctuation such as ``-`` and ``.``; words may be separated by one space.
    :param version: The same, without spaces, or None.
    :param url: An ``http`` or ``https`` URL without credentials, or None.
    :raises paystackease.errors.InvalidArgumentError: If one of them is not valid.
    """

    name: str
    version: str | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        if not _matches(f"{_PRODUCT}(?: {_PRODUCT})*", self.name):
            raise InvalidArgumentError(
                "app_info: name must be ASCII letters, digits and punctuation without / and brackets, such as "
                "'my-shop-plugin'"
            )
        if self.version is not None and not _matches(_PRODUCT, self.version):
            raise InvalidArgumentError(
                "app_info: version must be ASCII letters, digits and punctuation without spaces, such as '1.4.2'"
            )
        if self.url is not None and not _is_public_url(self.url):
            raise InvalidArgumentError(
                "app_info: url must be an http or https URL without credentials, such as 'https://plugin.example'"
            )

    def __str__(self) -> str:
        """Return the text for the ``User-Agent`` header."""
        version = "" if self.version is None else f"/{self.version}"
        return f"{self.name}{version}" + ("" if self.url is None else f" ({self.url})")


def _matches(pattern: str, value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _is_public_url(url: object) -> bool:
    try:
        parts = urlsplit(cast(str, url)) if _matches(r"https?://[!-'*-~]+", url) else None
        return parts is not None and bool(parts.hostname) and parts.username is None and parts.password is None
    except ValueError:
        return False


def validate_app_info(app_info: object) -> AppInfo | None:
    """Return an :class:`AppInfo`, or None, unchanged.

    :raises paystackease.errors.InvalidArgumentError: If it is anything else.
    """
    if app_info is not None and not isinstance(app_info, AppInfo):
        raise InvalidArgumentError("app_info must be an AppInfo, such as AppInfo('my-shop-plugin', '1.4.2')")
    return app_info
