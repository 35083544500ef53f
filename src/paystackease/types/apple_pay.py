"""The domains on which Apple Pay is taken."""

from typing import TypedDict


class ApplePayDomains(TypedDict):
    """The domains that are registered. Not a list itself."""

    domainNames: list[str]
