"""Plans: https://paystack.com/docs/api/plan/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
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

    # interval: hourly is in Paystack's page on updating and in its guide alone, quarterly is missing in the OpenAPI
    # file; every value of any source is taken.
    # invoice_limit: plans without a limit answer 0 (Paystack's guide); that 0 may be sent too is an assumption.
    # metadata, which the community's OpenAPI file has, is not taken: neither Paystack's pages nor its answers have it.
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

        :param name: What it is called.
        :param amount: What it charges at each interval, in subunits of the currency.
        :param interval: How often it charges: ``"hourly"``, ``"daily"``, ``"weekly"``, ``"monthly"``,
            ``"quarterly"``, ``"biannually"`` (every six months) or ``"annually"``, or a member of
            :class:`~paystackease.helpers.tool_kit.Interval`.
        :param currency: The currency of the amount.
        :param invoice_limit: How many times a subscription charges; 0 for without end.
        :param send_invoices: Whether customers are sent invoices by e-mail. Paystack's default is True.
        :param send_sms: Whether customers are sent text messages. Paystack's default is True.
        :param description: What it is for.
        :returns: The plan; its ``plan_code`` is what subscriptions take.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        """
        ...

    # status: Paystack's page, which does not say its values. from and to: the OpenAPI file alone.
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
        """List plans, with their subscriptions. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/plan/#list

        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param status: Only those with this status.
        :param interval: Only those that charge this often, as for :meth:`create_plan`.
        :param amount: Only those that charge this much, in subunits of the currency.
        :param from_date: Only those created at or after this date or moment. A date alone begins at 00:00 UTC; a moment
            without a time zone is UTC.
        :param to_date: Only those created up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :returns: A page of plans, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right, such as a ``from_date``
            that comes after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/plan/{id_or_code}", identifiers={"id_or_code": ("id", "plan_code")})
    def fetch_plan(self, id_or_code: IdOrCode) -> Response[FetchedPlan]:
        """Fetch a plan, with its subscriptions.

        Paystack's page: https://paystack.com/docs/api/plan/#fetch

        :param id_or_code: The plan's ``id`` or code (``PLN_…``).
        :returns: The plan.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such plan.
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
        """Change a plan. What is not given stays as it is. Subscriptions that exist change too, unless told otherwise.

        Paystack's page: https://paystack.com/docs/api/plan/#update

        :param id_or_code: The plan's ``id`` or code (``PLN_…``).
        :param name: The new name.
        :param amount: The new amount, in subunits of the currency.
        :param interval: How often it charges from now on, as for :meth:`create_plan`.
        :param send_invoices: Whether customers are sent invoices by e-mail.
        :param send_sms: Whether customers are sent text messages.
        :param currency: The new currency.
        :param invoice_limit: How many times a subscription charges; 0 for without end.
        :param description: The new description.
        :param update_existing_subscriptions: False to change subscriptions that begin from now on alone. Paystack's
            default is True: all of them.
        :returns: An acknowledgement without ``data``; its ``message`` counts the subscriptions that changed.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such plan.
        """
        ...


class PlanClientAPI(PayStackBaseClientAPI, Plans):
    """The Plans API: what subscriptions charge, and how often."""
