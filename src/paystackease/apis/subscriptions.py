"""Subscriptions: https://paystack.com/docs/api/subscription/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
"""

import datetime as dt
from typing import Annotated

from paystackease._core.endpoint import endpoint
from paystackease._core.request import RetrySafety
from paystackease._core.validation import (
    Code,
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

    # It moves money: start_date is there to put the first debit off (Paystack's guide to subscriptions), and without
    # it the guide's sample is next debited a month after it began. That it is debited at once is read from this.
    # The list filters by the ids of customer and plan, and here they are given by code: all of it is asked for.
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
        start_date: dt.date | None = None,
    ) -> Response[NewSubscription]:
        """Subscribe a customer, who has paid before, to a plan. It is charged from now on, or from ``start_date``.

        Paystack's page: https://paystack.com/docs/api/subscription/#create

        :param customer: The customer's e-mail address or code (``CUS_…``).
        :param plan_code: The plan's code, ``PLN_…``.
        :param authorization: What to charge, ``AUTH_…``. Paystack's default is the customer's latest.
        :param start_date: The date or moment of the first debit. A moment without a time zone is UTC.
        :returns: The subscription; its ``subscription_code`` and ``email_token`` are what ending it takes.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where the customer has nothing saved that can be charged.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done. Ask
            :meth:`list_subscriptions` before you do it again, and look for one of this customer to this plan.
        """
        ...

    # customer is text in the OpenAPI file and a number in Paystack's page; both call it an ID.
    # from and to: the OpenAPI file alone.
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
        """List subscriptions. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/subscription/#list

        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param customer: Only those of this customer, by its ``id``, a number.
        :param plan_code: Only those to this plan, by its ``id``, a number in spite of the name.
        :param from_date: Only those created at or after this date or moment. A date alone begins at 00:00 UTC; a moment
            without a time zone is UTC.
        :param to_date: Only those created up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :returns: A page of subscriptions, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right, such as a ``from_date``
            that comes after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/subscription/{id_or_code}", identifiers={"id_or_code": ("id", "subscription_code")})
    def fetch_subscription(self, id_or_code: IdOrCode) -> Response[FetchedSubscription]:
        """Fetch a subscription, with its invoices.

        Paystack's page: https://paystack.com/docs/api/subscription/#fetch

        :param id_or_code: The subscription's ``id`` or code (``SUB_…``).
        :returns: The subscription.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such subscription.
        """
        ...

    # One that runs goes on running: a second time changes nothing.
    @endpoint("POST", "/subscription/enable", retry_safety=RetrySafety.ALWAYS)
    def enable_subscription(self, subscription_code: Annotated[Code, WireName("code")], token: Code) -> Response[None]:
        """Let a subscription that was ended go on.

        Paystack's page: https://paystack.com/docs/api/subscription/#enable

        :param subscription_code: The subscription's code, ``SUB_…``.
        :param token: The subscription's ``email_token``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where one is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such subscription with this token.
        """
        ...

    # One that has ended stays ended: a second time changes nothing.
    @endpoint("POST", "/subscription/disable", retry_safety=RetrySafety.ALWAYS)
    def disable_subscription(self, subscription_code: Annotated[Code, WireName("code")], token: Code) -> Response[None]:
        """End a subscription.

        Paystack's page: https://paystack.com/docs/api/subscription/#disable

        :param subscription_code: The subscription's code, ``SUB_…``.
        :param token: The subscription's ``email_token``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where one is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such subscription with this token, or it has ended
            already: by this call too, where its answer was lost and it was sent again.
        """
        ...

    # Paystack's page prints a slash at the end of this path and the next, and its samples send none.
    @endpoint("GET", "/subscription/{code}/manage/link")
    def generate_update_subscription(
        self, subscription_code: Annotated[Code, WireName("code")]
    ) -> Response[UpdateLink]:
        """Make a link where the customer can change the card of a subscription.

        Paystack's page: https://paystack.com/docs/api/subscription/#manage-link

        :param subscription_code: The subscription's code, ``SUB_…``.
        :returns: The ``link``. Whoever has it can use it.
        :raises paystackease.errors.InvalidArgumentError: Where the code is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such subscription.
        """
        ...

    @endpoint("POST", "/subscription/{code}/manage/email")
    def send_update_subscription_link(self, subscription_code: Annotated[Code, WireName("code")]) -> Response[None]:
        """E-mail the customer a link where the card of a subscription can be changed. Each call sends another.

        Paystack's page: https://paystack.com/docs/api/subscription/#manage-email

        :param subscription_code: The subscription's code, ``SUB_…``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where the code is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such subscription.
        """
        ...


class SubscriptionClientAPI(PayStackBaseClientAPI, Subscriptions):
    """The Subscriptions API: charge customers again and again, as a plan says."""
