"""Subscriptions: https://paystack.com/docs/api/subscription/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from typing import Annotated

from paystackease._core.endpoint import endpoint
from paystackease._core.request import RetrySafety
from paystackease._core.validation import (
    Code,
    Date,
    FromDate,
    Id,
    IdOrCode,
    Page,
    PerPage,
    ToDate,
    WireName,
    validate_date_order,
)
from paystackease.base import PayStackBaseClientAPI
from paystackease.response import Response
from paystackease.types.subscriptions import FetchedSubscription, NewSubscription, Subscription, UpdateLink


class Subscriptions:
    """The endpoints of the Subscriptions API."""

    # It moves money: start_date delays the first debit (Paystack's guide to subscriptions). Without it, the guide's
    # sample has its next debit a month after the start, which implies an immediate first debit. The list can only be
    # filtered by the ids of customer and plan, and the arguments are codes, so the check fetches the whole list.
    @endpoint(
        "POST",
        "/subscription",
        moves_money=True,
        verify_path="/subscription",
        identifiers={
            "customer": ("customer", "customer.customer_code", "customer.email"),
            "plan": ("plan", "plan.plan_code"),
        },
        data_keys=("subscription_code",),
    )
    def create_subscription(
        self,
        customer: Code,
        plan_code: Annotated[Code, WireName("plan")],
        authorization: Code | None = None,
        start_date: Date | None = None,
    ) -> Response[NewSubscription]:
        """Subscribe a customer to a plan. The customer must have paid before. Charges start now, or at ``start_date``.

        Paystack's page: https://paystack.com/docs/api/subscription/#create

        :param customer: The customer's e-mail address or code (``CUS_…``).
        :param plan_code: The plan's code, ``PLN_…``.
        :param authorization: The authorization to charge, ``AUTH_…``. Paystack's default is the customer's latest.
        :param start_date: The date or moment of the first debit. A moment without a time zone is UTC.
        :returns: The subscription; its ``subscription_code`` and ``email_token`` are required to cancel it.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If the customer has nothing saved that can be charged.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown. Check with
            :meth:`list_subscriptions` before you retry, for a subscription of this customer to this plan.
        """
        ...

    # customer is text in the OpenAPI file and a number on Paystack's page; both call it an ID. from and to are only in
    # the OpenAPI file.
    @endpoint("GET", "/subscription", pages="page", rules=(validate_date_order,))
    def list_subscriptions(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        customer: Id | None = None,
        plan_code: Annotated[Id | None, WireName("plan")] = None,
        *,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
    ) -> Response[list[Subscription]]:
        """List subscriptions.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/subscription/#list

        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param customer: Only those of this customer, by its ``id``, a number.
        :param plan_code: Only those to this plan, by its ``id``, a number in spite of the name.
        :param from_date: Only those created at or after this date (00:00 UTC) or datetime (UTC if it has no time zone).
        :param to_date: Only those created up to this date (23:59:59.999 UTC) or datetime.
        :returns: A page of subscriptions. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid, such as a ``from_date`` that
            comes after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/subscription/{id_or_code}", identifiers={"id_or_code": ("id", "subscription_code")})
    def fetch_subscription(self, id_or_code: IdOrCode) -> Response[FetchedSubscription]:
        """Fetch a subscription, with its invoices.

        Paystack's page: https://paystack.com/docs/api/subscription/#fetch

        :param id_or_code: The subscription's ``id`` or code (``SUB_…``).
        :returns: The subscription.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such subscription.
        """
        ...

    # Enabling an active subscription changes nothing.
    @endpoint("POST", "/subscription/enable", retry_safety=RetrySafety.ALWAYS)
    def enable_subscription(self, subscription_code: Annotated[Code, WireName("code")], token: Code) -> Response[None]:
        """Enable a cancelled subscription.

        Paystack's page: https://paystack.com/docs/api/subscription/#enable

        :param subscription_code: The subscription's code, ``SUB_…``.
        :param token: The subscription's ``email_token``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If an argument is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such subscription with this token.
        """
        ...

    # Disabling it again changes nothing.
    @endpoint("POST", "/subscription/disable", retry_safety=RetrySafety.ALWAYS)
    def disable_subscription(self, subscription_code: Annotated[Code, WireName("code")], token: Code) -> Response[None]:
        """End a subscription.

        Paystack's page: https://paystack.com/docs/api/subscription/#disable

        :param subscription_code: The subscription's code, ``SUB_…``.
        :param token: The subscription's ``email_token``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If an argument is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such subscription with this token, or if it has ended.
            It may have been ended by an earlier attempt of this call.
        """
        ...

    # Paystack's page has a slash at the end of this path and the next; its samples do not.
    @endpoint("GET", "/subscription/{code}/manage/link")
    def generate_update_subscription(
        self, subscription_code: Annotated[Code, WireName("code")]
    ) -> Response[UpdateLink]:
        """Create a link with which the customer can change the card of a subscription.

        Paystack's page: https://paystack.com/docs/api/subscription/#manage-link

        :param subscription_code: The subscription's code, ``SUB_…``.
        :returns: The ``link``. Anyone who has it can use it.
        :raises paystackease.errors.InvalidArgumentError: If the code is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such subscription.
        """
        ...

    @endpoint("POST", "/subscription/{code}/manage/email")
    def send_update_subscription_link(self, subscription_code: Annotated[Code, WireName("code")]) -> Response[None]:
        """E-mail the customer a link to change the card of a subscription. Each call sends another e-mail.

        Paystack's page: https://paystack.com/docs/api/subscription/#manage-email

        :param subscription_code: The subscription's code, ``SUB_…``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If the code is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such subscription.
        """
        ...


class SubscriptionClientAPI(PayStackBaseClientAPI, Subscriptions):
    """The Subscriptions API: charge customers at the intervals of a plan."""
