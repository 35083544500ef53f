"""Apple Pay: https://paystack.com/docs/api/apple-pay/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from typing import Annotated

from paystackease._core.endpoint import endpoint
from paystackease._core.request import RetrySafety
from paystackease._core.validation import Code, WireName
from paystackease.base import PayStackBaseClientAPI
from paystackease.response import Response
from paystackease.types.apple_pay import ApplePayDomains


class ApplePay:
    """The endpoints of the Apple Pay API."""

    # Registering a domain again changes nothing: the domain is the key. The response to it is not documented.
    @endpoint("POST", "/apple-pay/domain", retry_safety=RetrySafety.ALWAYS)
    def register_domain(self, domain_name: Annotated[Code, WireName("domainName")]) -> Response[None]:
        """Register one domain or subdomain for Apple Pay.

        Paystack's page: https://paystack.com/docs/api/apple-pay/#register-domain

        :param domain_name: The domain, such as ``"example.com"``; sent as ``domainName``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        """
        ...

    @endpoint("GET", "/apple-pay/domain", pages="cursor")
    def list_domains(
        self,
        use_cursor: bool | None = None,
        next_page: Annotated[str, WireName("next")] | None = None,
        previous_page: Annotated[str, WireName("previous")] | None = None,
    ) -> Response[ApplePayDomains]:
        """List the domains that are registered.

        Paystack's page: https://paystack.com/docs/api/apple-pay/#list-domains

        :param use_cursor: Whether to page by cursor.
        :param next_page: The cursor of the next page, from ``meta``; sent as ``next``.
        :param previous_page: The cursor of the previous page, from ``meta``; sent as ``previous``.
        :returns: The domains, under ``domainNames``; an empty list if there are none.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        """
        ...

    @endpoint("DELETE", "/apple-pay/domain")
    def unregister_domain(self, domain_name: Annotated[Code, WireName("domainName")]) -> Response[None]:
        """Unregister a domain or subdomain from Apple Pay.

        Paystack's page: https://paystack.com/docs/api/apple-pay/#unregister-domain

        :param domain_name: The domain, such as ``"example.com"``; sent as ``domainName``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        """
        ...


class ApplePayClientAPI(PayStackBaseClientAPI, ApplePay):
    """The Apple Pay API: manage the domains that accept Apple Pay."""
