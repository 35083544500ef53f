"""The domains that accept Apple Pay."""

from typing import TypedDict


class ApplePayDomains(TypedDict):
    """The domains that are registered. Not a list itself."""

    domainNames: list[str]
