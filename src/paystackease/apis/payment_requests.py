"""Payment requests: https://paystack.com/docs/api/payment-request/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, NotRequired, TypedDict

from paystackease._core.endpoint import endpoint
from paystackease._core.request import RetrySafety
from paystackease._core.validation import (
    Amount,
    Code,
    Date,
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
    """The price of one, in subunits of the currency."""
    quantity: NotRequired[Annotated[int, Ge(1)]]
    """The quantity; 1 if omitted."""


class Tax(TypedDict):
    """A tax that is to be paid as well."""

    name: str
    amount: Amount
    """In subunits of the currency."""


class PaymentRequests:
    """The endpoints of the Payment Requests API."""

    # amount: Paystack's page lists it as required, but for requests without line_items; its sample omits it. metadata:
    # only another library sends it, and responses have the key; that Paystack accepts it is an assumption. The list can
    # only be filtered by the customer's id, and the argument may be a code, so the check fetches the whole list.
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
        due_date: Date | None = None,
        description: str | None = None,
        line_items: Sequence[LineItem] | None = None,
        tax: Sequence[Tax] | None = None,
        currency: CurrencyValue | None = None,
        invoice_number: Annotated[int, Ge(0)] | None = None,
        split_code: Code | None = None,
        *,
        metadata: Mapping[str, object] | None = None,
    ) -> Response[NewPaymentRequest]:
        """Request a payment from a customer. Paystack e-mails the customer by default. A second call makes a second
        request.

        Paystack's page: https://paystack.com/docs/api/payment-request/#create

        :param customer: The customer's ``id`` or code (``CUS_…``).
        :param amount: The amount, in subunits of the currency, if there are no ``line_items``. One of the two is
            required.
        :param draft: Whether to store it as a draft, which is not sent. Paystack's default is False.
        :param has_invoice: Whether to make a numbered invoice of it, even without ``line_items`` and ``tax``.
            Paystack's page calls the result a draft.
        :param send_notification: Whether Paystack e-mails the customer. Paystack's default is True.
        :param due_date: The due date, as a date or datetime. A datetime without a time zone is UTC.
        :param description: The purpose, as the customer reads it.
        :param line_items: The line items, ``[{"name": …, "amount": …, "quantity": …}]``, with the price of one, in
            subunits.
        :param tax: The taxes, ``[{"name": …, "amount": …}]``, in subunits.
        :param currency: The currency. Paystack's default is ``"NGN"``.
        :param invoice_number: The invoice number, instead of the next one. Later numbers continue from it.
        :param split_code: The split of the payments, ``SPL_…``.
        :param metadata: Your own data to store with it, as a dict. Paystack's page does not list it.
        :returns: The payment request; its ``request_code`` identifies it in other calls.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid, or if there is neither ``amount``
            nor ``line_items``. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        """
        ...

    # include_archive is on Paystack's page, not in the OpenAPI file.
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
        """List payment requests.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/payment-request/#list

        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param customer: Only those to the customer with this ``id``.
        :param status: Only those that are ``"draft"``, ``"pending"``, ``"success"`` or ``"failed"``, or a member of
            :class:`~paystackease.helpers.tool_kit.PayMentRequestStatus`.
        :param currency: Only those in this currency.
        :param include_archive: Whether to list archived ones too.
        :param from_date: Only those created at or after this date (00:00 UTC) or datetime (UTC if it has no time zone).
        :param to_date: Only those created up to this date (23:59:59.999 UTC) or datetime.
        :returns: A page of payment requests. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid, such as a ``from_date`` that
            comes after ``to_date``. Nothing was sent.
        """
        ...

    # The OpenAPI file has a number in the path and a list in the response; Paystack's page and sample have a code and
    # one object.
    @endpoint("GET", "/paymentrequest/{id_or_code}", identifiers={"id_or_code": ("id", "request_code")})
    def fetch_payment_request(self, id_or_code: IdOrCode) -> Response[FetchedPaymentRequest]:
        """Fetch a payment request, with its transactions and its customer.

        Paystack's page: https://paystack.com/docs/api/payment-request/#fetch

        :param id_or_code: The payment request's ``id`` or code (``PRQ_…``).
        :returns: The payment request.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there is no such payment request.
        """
        ...

    # Rejections and their status are not documented; the test API returns 400 (observed).
    @endpoint("GET", "/paymentrequest/verify/{code}", identifiers={"code": ("request_code",)})
    def verify_payment_request(self, code: Code) -> Response[VerifiedPaymentRequest]:
        """Fetch the payment status of a payment request.

        Paystack's page: https://paystack.com/docs/api/payment-request/#verify

        :param code: The payment request's code, ``PRQ_…``.
        :returns: The payment request, with ``paid`` and ``pending_amount``.
        :raises paystackease.errors.InvalidArgumentError: If the code is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there is no such payment request, or if it is a draft or
            archived.
        """
        ...

    @endpoint("POST", "/paymentrequest/notify/{code}", verify_path="/paymentrequest/{code}")
    def send_notification(self, code: Code) -> Response[None]:
        """E-mail the customer again. Each call sends another e-mail.

        Paystack's page: https://paystack.com/docs/api/payment-request/#send-notification

        :param code: The payment request's code, ``PRQ_…``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If the code is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there is no such payment request.
        """
        ...

    @endpoint("GET", "/paymentrequest/totals")
    def payment_request_total(self) -> Response[PaymentRequestTotals]:
        """Fetch the sums of payment requests: pending, successful and total, in each currency.

        Paystack's page: https://paystack.com/docs/api/payment-request/#total

        :returns: The sums, in subunits.
        """
        ...

    # Never retried: it may e-mail the customer. send_notification is on Paystack's page; the OpenAPI file has no body
    # here.
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
        """Finalize a draft, so that it can be paid.

        Paystack's page: https://paystack.com/docs/api/payment-request/#finalize

        :param code: The draft's code, ``PRQ_…``.
        :param send_notification: Whether Paystack e-mails the customer. Paystack's default is True.
        :returns: The payment request.
        :raises paystackease.errors.InvalidArgumentError: If the code is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there is no such payment request.
        :raises paystackease.errors.InvalidRequestError: If it is not a draft, or if Paystack rejects the call.
        """
        ...

    # Never retried: it e-mails the customer by default (Paystack's page: send_notification "defaults to true").
    # has_invoice is only in the OpenAPI file. metadata: as for create_payment_request.
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
        due_date: Date | None = None,
        send_notification: bool | None = None,
        draft: bool | None = None,
        invoice_number: Annotated[int, Ge(0)] | None = None,
        split_code: Code | None = None,
        *,
        has_invoice: bool | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> Response[PaymentRequest]:
        """Change a payment request. Paystack e-mails the customer by default.

        Paystack's page: https://paystack.com/docs/api/payment-request/#update

        :param id_or_code: The payment request's ``id`` or code (``PRQ_…``).
        :param customer: The ``id`` or code of the new customer.
        :param amount: The amount, in subunits of the currency, if there are no ``line_items``.
        :param description: The purpose, as the customer reads it.
        :param line_items: The line items, as for :meth:`create_payment_request`.
        :param tax: The taxes, as for :meth:`create_payment_request`.
        :param currency: The currency. Paystack documents ``"NGN"`` as the default here too.
        :param due_date: The due date, as a date or datetime. A datetime without a time zone is UTC.
        :param send_notification: Whether Paystack e-mails the customer. Paystack's default is True.
        :param draft: Whether to make it a draft, which is not sent. Paystack's default is False.
        :param invoice_number: The new invoice number.
        :param split_code: The split of the payments, ``SPL_…``.
        :param has_invoice: Whether to make a numbered invoice of it, even without ``line_items`` and ``tax``.
            Paystack's page calls the result a draft.
        :param metadata: Your own data to store with it, as a dict. Paystack's page does not list it.
        :returns: The updated payment request.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there is no such payment request.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        """
        ...

    # Archiving again changes nothing.
    @endpoint("POST", "/paymentrequest/archive/{code}", retry_safety=RetrySafety.ALWAYS)
    def archive_payment_request(self, code: Code) -> Response[None]:
        """Archive a payment request. Lists and :meth:`verify_payment_request` no longer return it.

        Paystack's page: https://paystack.com/docs/api/payment-request/#archive

        :param code: The payment request's code, ``PRQ_…``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If the code is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there is no such payment request.
        """
        ...


class PaymentRequestClientAPI(PayStackBaseClientAPI, PaymentRequests):
    """The Payment Requests API: request payments from customers, with or without an invoice."""
