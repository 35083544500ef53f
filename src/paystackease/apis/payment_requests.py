"""Payment requests: https://paystack.com/docs/api/payment-request/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, NotRequired, TypedDict

from paystackease._core.endpoint import endpoint
from paystackease._core.request import RetrySafety
from paystackease._core.validation import (
    Amount,
    Code,
    FromDate,
    Ge,
    IdOrCode,
    Page,
    PerPage,
    ToDate,
    require_one_of,
    validate_date_order,
)
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import CurrencyValue, PayMentRequestStatusValue
from paystackease.response import Response
from paystackease.types.payment_requests import (
    FetchedPaymentRequest,
    FinalizedPaymentRequest,
    NewPaymentRequest,
    PaymentRequest,
    PaymentRequestTotals,
    VerifiedPaymentRequest,
)


class LineItem(TypedDict):
    """Something that is to be paid for."""

    name: str
    amount: Amount
    """For one of it, in subunits of the currency."""
    quantity: NotRequired[Annotated[int, Ge(1)]]
    """How many; 1 where it is not given."""


class Tax(TypedDict):
    """A tax that is to be paid as well."""

    name: str
    amount: Amount
    """In subunits of the currency."""


class PaymentRequests:
    """The endpoints of the Payment Requests API."""

    # amount: Paystack's page lists it as required, and says that it is for requests without line_items; its sample
    # leaves it out.
    # metadata: only another library sends it; answers have the key. That Paystack takes it is an assumption.
    # The list filters by the customer's id alone, and the customer may have been given by code: all of it is asked for.
    @endpoint(
        "POST",
        "/paymentrequest",
        rules=(require_one_of("amount", "line_items"),),
        verify_path="/paymentrequest",
        identifiers={"customer": ("customer", "customer.id", "customer.customer_code", "customer.email")},
        data_keys=("request_code",),
    )
    def create_payment_request(
        self,
        customer: IdOrCode,
        amount: Amount | None = None,
        draft: bool | None = None,
        has_invoice: bool | None = None,
        send_notification: bool | None = None,
        due_date: dt.date | None = None,
        description: str | None = None,
        line_items: Sequence[LineItem] | None = None,
        tax: Sequence[Tax] | None = None,
        currency: CurrencyValue | None = None,
        invoice_number: Annotated[int, Ge(0)] | None = None,
        split_code: Code | None = None,
        *,
        metadata: Mapping[str, object] | None = None,
    ) -> Response[NewPaymentRequest]:
        """Ask a customer to pay. Paystack e-mails the customer unless told otherwise; a second call asks a second time.

        Paystack's page: https://paystack.com/docs/api/payment-request/#create

        :param customer: The customer's ``id`` or code (``CUS_…``).
        :param amount: What is to be paid, in subunits of the currency, where there are no ``line_items``. One of the
            two must be given.
        :param draft: Whether to keep it as a draft, which is sent to nobody. Paystack's default is False.
        :param has_invoice: Whether to make an invoice of it, with a number, even without ``line_items`` and ``tax``.
            Paystack's page calls the result a draft.
        :param send_notification: Whether Paystack e-mails the customer. Paystack's default is True.
        :param due_date: The date or moment until which it is to be paid. A moment without a time zone is UTC.
        :param description: What it is for.
        :param line_items: What is to be paid for, ``[{"name": …, "amount": …, "quantity": …}]``, the amount for one of
            it, in subunits.
        :param tax: The taxes, ``[{"name": …, "amount": …}]``, in subunits.
        :param currency: The currency. Paystack's default is ``"NGN"``.
        :param invoice_number: The invoice number, instead of the next one. Later ones go on from it.
        :param split_code: The split that shares what is paid, ``SPL_…``.
        :param metadata: Anything of yours to keep with it, as a dict. Paystack's page does not list it.
        :returns: The payment request; its ``request_code`` is what other calls take.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right, or there is neither
            ``amount`` nor ``line_items``. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        """
        ...

    # include_archive: Paystack's page; the OpenAPI file lacks it.
    @endpoint("GET", "/paymentrequest", pages="page", rules=(validate_date_order,))
    def list_payment_requests(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        customer: IdOrCode | None = None,
        status: PayMentRequestStatusValue | None = None,
        currency: CurrencyValue | None = None,
        include_archive: bool | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
    ) -> Response[list[PaymentRequest]]:
        """List payment requests. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/payment-request/#list

        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param customer: Only those to this customer, by its ``id``.
        :param status: Only those that are ``"draft"``, ``"pending"``, ``"success"`` or ``"failed"``, or a member of
            :class:`~paystackease.helpers.tool_kit.PayMentRequestStatus`.
        :param currency: Only those in this currency.
        :param include_archive: Whether to list archived ones too.
        :param from_date: Only those created at or after this date or moment. A date alone begins at 00:00 UTC; a moment
            without a time zone is UTC.
        :param to_date: Only those created up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :returns: A page of payment requests, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right, such as a ``from_date``
            that comes after ``to_date``. Nothing was sent.
        """
        ...

    # The OpenAPI file types the path a number, and answers a list; Paystack's page and sample have a code and one.
    @endpoint("GET", "/paymentrequest/{id_or_code}", identifiers={"id_or_code": ("id", "request_code")})
    def fetch_payment_request(self, id_or_code: IdOrCode) -> Response[FetchedPaymentRequest]:
        """Fetch a payment request, with its transactions and its customer.

        Paystack's page: https://paystack.com/docs/api/payment-request/#fetch

        :param id_or_code: The payment request's ``id`` or code (``PRQ_…``).
        :returns: The payment request.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is no such payment request.
        """
        ...

    # What it refuses, and with which status, is not documented; the test API answers 400 (observed).
    @endpoint("GET", "/paymentrequest/verify/{code}", identifiers={"code": ("request_code",)})
    def verify_payment_request(self, code: Code) -> Response[VerifiedPaymentRequest]:
        """See whether a payment request has been paid.

        Paystack's page: https://paystack.com/docs/api/payment-request/#verify

        :param code: The payment request's code, ``PRQ_…``.
        :returns: The payment request, with ``paid`` and ``pending_amount``.
        :raises paystackease.errors.InvalidArgumentError: Where the code is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is no such payment request, it is a draft, or it is
            archived.
        """
        ...

    @endpoint("POST", "/paymentrequest/notify/{code}", verify_path="/paymentrequest/{code}")
    def send_notification(self, code: Code) -> Response[None]:
        """E-mail the customer again. Each call sends another.

        Paystack's page: https://paystack.com/docs/api/payment-request/#send-notification

        :param code: The payment request's code, ``PRQ_…``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where the code is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is no such payment request.
        """
        ...

    @endpoint("GET", "/paymentrequest/totals")
    def payment_request_total(self) -> Response[PaymentRequestTotals]:
        """Sum up what was asked for: pending, paid and in all, in each currency.

        Paystack's page: https://paystack.com/docs/api/payment-request/#total

        :returns: The sums, in subunits.
        """
        ...

    # It may e-mail the customer, so it is not repeated.
    # send_notification: Paystack's page; the OpenAPI file has no body here.
    @endpoint(
        "POST",
        "/paymentrequest/finalize/{code}",
        verify_path="/paymentrequest/{code}",
        identifiers={"code": ("request_code",)},
        data_keys=("request_code",),
    )
    def finalize_payment_request(
        self, code: Code, send_notification: bool | None = None
    ) -> Response[FinalizedPaymentRequest]:
        """Turn a draft into a payment request that can be paid.

        Paystack's page: https://paystack.com/docs/api/payment-request/#finalize

        :param code: The draft's code, ``PRQ_…``.
        :param send_notification: Whether Paystack e-mails the customer. Paystack's default is True.
        :returns: The payment request.
        :raises paystackease.errors.InvalidArgumentError: Where the code is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is no such payment request.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it: where it is no draft.
        """
        ...

    # It e-mails the customer unless told otherwise (Paystack's page: send_notification "defaults to true"), so twice is
    # not once. has_invoice: the OpenAPI file alone. metadata: as for creating one.
    @endpoint(
        "PUT",
        "/paymentrequest/{id_or_code}",
        retry_safety=RetrySafety.NEVER,
        verify_path="/paymentrequest/{id_or_code}",
        identifiers={"id_or_code": ("id", "request_code")},
        data_keys=("request_code",),
    )
    def update_payment_request(
        self,
        id_or_code: IdOrCode,
        customer: IdOrCode | None = None,
        amount: Amount | None = None,
        description: str | None = None,
        line_items: Sequence[LineItem] | None = None,
        tax: Sequence[Tax] | None = None,
        currency: CurrencyValue | None = None,
        due_date: dt.date | None = None,
        send_notification: bool | None = None,
        draft: bool | None = None,
        invoice_number: Annotated[int, Ge(0)] | None = None,
        split_code: Code | None = None,
        *,
        has_invoice: bool | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> Response[PaymentRequest]:
        """Change a payment request. Paystack e-mails the customer unless told otherwise.

        Paystack's page: https://paystack.com/docs/api/payment-request/#update

        :param id_or_code: The payment request's ``id`` or code (``PRQ_…``).
        :param customer: The ``id`` or code of the customer who is to pay instead.
        :param amount: What is to be paid, in subunits of the currency, where there are no ``line_items``.
        :param description: What it is for.
        :param line_items: What is to be paid for, as for :meth:`create_payment_request`.
        :param tax: The taxes, as for :meth:`create_payment_request`.
        :param currency: The currency. Paystack's page names ``"NGN"`` as its default here too.
        :param due_date: The date or moment until which it is to be paid. A moment without a time zone is UTC.
        :param send_notification: Whether Paystack e-mails the customer. Paystack's default is True.
        :param draft: Whether to make it a draft, which is sent to nobody. Paystack's default is False.
        :param invoice_number: The invoice number, instead of the one that it has.
        :param split_code: The split that shares what is paid, ``SPL_…``.
        :param has_invoice: Whether to make an invoice of it, with a number, even without ``line_items`` and ``tax``.
            Paystack's page calls the result a draft.
        :param metadata: Anything of yours to keep with it, as a dict. Paystack's page does not list it.
        :returns: The payment request as it is now.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is no such payment request.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        """
        ...

    # What is archived stays archived: a second time changes nothing.
    @endpoint("POST", "/paymentrequest/archive/{code}", retry_safety=RetrySafety.ALWAYS)
    def archive_payment_request(self, code: Code) -> Response[None]:
        """Put a payment request away: lists leave it out, and it is not found by :meth:`verify_payment_request`.

        Paystack's page: https://paystack.com/docs/api/payment-request/#archive

        :param code: The payment request's code, ``PRQ_…``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where the code is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is no such payment request.
        """
        ...


class PaymentRequestClientAPI(PayStackBaseClientAPI, PaymentRequests):
    """The Payment Requests API: ask customers to pay, with or without an invoice."""
