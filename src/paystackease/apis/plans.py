"""Plans: https://paystack.com/docs/api/plan/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from typing import Annotated

from paystackease._core.endpoint import endpoint
from paystackease._core.validation import (
    Amount,
    Code,
    FromDate,
    Ge,
    IdOrCode,
    Page,
    PerPage,
    ToDate,
    validate_date_order,
)
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import CurrencyValue, IntervalValue
from paystackease.response import Response
from paystackease.types.plans import FetchedPlan, NewPlan, Plan


class Plans:
    """The endpoints of the Plans API."""

    # interval: hourly is only on Paystack's page on updating and in its guide, quarterly is not in the OpenAPI file;
    # the values of all sources are accepted. invoice_limit: plans without a limit return 0 (Paystack's guide); that 0
    # can be sent too is an assumption. metadata of the community's OpenAPI file is not supported: neither Paystack's
    # pages nor its responses have it.
    @endpoint("POST", "/plan", verify_path="/plan", identifiers={"amount": ("amount",)}, data_keys=("plan_code",))
    def create_plan(
        self,
        name: Code,
        amount: Amount,
        interval: IntervalValue,
        currency: CurrencyValue | None = None,
        invoice_limit: Annotated[int, Ge(0)] | None = None,
        send_invoices: bool | None = None,
        send_sms: bool | None = None,
        description: str | None = None,
    ) -> Response[NewPlan]:
        """Create a plan. A second call with the same values creates a second plan.

        Paystack's page: https://paystack.com/docs/api/plan/#create

        :param name: The name.
        :param amount: The amount of each charge, in subunits of the currency.
        :param interval: How often it charges: ``"hourly"``, ``"daily"``, ``"weekly"``, ``"monthly"``, ``"quarterly"``,
            ``"biannually"`` (every six months) or ``"annually"``, or a member of
            :class:`~paystackease.helpers.tool_kit.Interval`.
        :param currency: The currency of the amount.
        :param invoice_limit: How many times a subscription charges; 0 for no limit.
        :param send_invoices: Whether customers are sent invoices by e-mail. Paystack's default is True.
        :param send_sms: Whether customers are sent text messages. Paystack's default is True.
        :param description: The purpose, as the customer reads it.
        :returns: The plan. Its ``plan_code`` identifies it in subscriptions.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        """
        ...

    # status is on Paystack's page, without its values. from and to are only in the OpenAPI file.
    @endpoint("GET", "/plan", pages="page", rules=(validate_date_order,))
    def list_plans(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        status: Code | None = None,
        interval: IntervalValue | None = None,
        amount: Amount | None = None,
        *,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
    ) -> Response[list[Plan]]:
        """List plans, with their subscriptions.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/plan/#list

        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param status: Only those with this status.
        :param interval: Only those with this interval, as for :meth:`create_plan`.
        :param amount: Only those with this amount, in subunits of the currency.
        :param from_date: Only those created at or after this date (00:00 UTC) or datetime (UTC if it has no time zone).
        :param to_date: Only those created up to this date (23:59:59.999 UTC) or datetime.
        :returns: A page of plans. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid, such as a ``from_date`` that
            comes after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/plan/{id_or_code}", identifiers={"id_or_code": ("id", "plan_code")})
    def fetch_plan(self, id_or_code: IdOrCode) -> Response[FetchedPlan]:
        """Fetch a plan, with its subscriptions.

        Paystack's page: https://paystack.com/docs/api/plan/#fetch

        :param id_or_code: The plan's ``id`` or code (``PLN_…``).
        :returns: The plan.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such plan.
        """
        ...

    @endpoint("PUT", "/plan/{id_or_code}")
    def update_plan(
        self,
        id_or_code: IdOrCode,
        name: Code | None = None,
        amount: Amount | None = None,
        interval: IntervalValue | None = None,
        send_invoices: bool | None = None,
        send_sms: bool | None = None,
        currency: CurrencyValue | None = None,
        invoice_limit: Annotated[int, Ge(0)] | None = None,
        description: str | None = None,
        *,
        update_existing_subscriptions: bool | None = None,
    ) -> Response[None]:
        """Change a plan. Arguments that you omit stay unchanged. By default, existing subscriptions change too.

        Paystack's page: https://paystack.com/docs/api/plan/#update

        :param id_or_code: The plan's ``id`` or code (``PLN_…``).
        :param name: The new name.
        :param amount: The new amount, in subunits of the currency.
        :param interval: The new interval, as for :meth:`create_plan`.
        :param send_invoices: Whether customers are sent invoices by e-mail.
        :param send_sms: Whether customers are sent text messages.
        :param currency: The new currency.
        :param invoice_limit: How many times a subscription charges; 0 for no limit.
        :param description: The new description.
        :param update_existing_subscriptions: False to change only new subscriptions. Paystack's default is True:
            existing ones too.
        :returns: An acknowledgement without ``data``; its ``message`` counts the subscriptions that changed.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such plan.
        """
        ...


class PlanClientAPI(PayStackBaseClientAPI, Plans):
    """The Plans API: the amounts and intervals of subscriptions."""
