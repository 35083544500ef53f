"""Apple Pay: https://paystack.com/docs/api/apple-pay/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
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

    # Registering twice is registering once: the domain is the key. What a second time answers is not documented.
    @endpoint("POST", "/apple-pay/domain", retry_safety=RetrySafety.ALWAYS)
    def register_domain(self, domain_name: Annotated[Code, WireName("domainName")]) -> Response[None]:
        """Register a domain or a subdomain on which Apple Pay is to be taken. One at a time.

        Paystack's page: https://paystack.com/docs/api/apple-pay/#register-domain

        :param domain_name: The domain, such as ``"example.com"``; sent as ``domainName``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
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
        :returns: The domains, under ``domainNames``; an empty list where there are none.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        """
        ...

    @endpoint("DELETE", "/apple-pay/domain")
    def unregister_domain(self, domain_name: Annotated[Code, WireName("domainName")]) -> Response[None]:
        """Take a domain or a subdomain off the list on which Apple Pay is taken.

        Paystack's page: https://paystack.com/docs/api/apple-pay/#unregister-domain

        :param domain_name: The domain, such as ``"example.com"``; sent as ``domainName``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        """
        ...


class ApplePayClientAPI(PayStackBaseClientAPI, ApplePay):
    """The Apple Pay API: manage the domains on which Apple Pay is taken."""
