"""Disputes: https://paystack.com/docs/api/dispute/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
"""

import datetime as dt
from typing import Annotated

from paystackease._core.endpoint import endpoint
from paystackease._core.validation import (
    Amount,
    Code,
    EmailAddress,
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
from paystackease.helpers.tool_kit import DisputeStatusValue, ResolutionValue
from paystackease.response import Response
from paystackease.types.disputes import (
    Dispute,
    DisputeExport,
    Evidence,
    ResolvedDispute,
    TransactionDispute,
    UpdatedDispute,
    UploadURL,
)


class Disputes:
    """The endpoints of the Disputes API."""

    # Paystack's guide to pagination says that disputes have cursors too; no list of parameters has one.
    @endpoint("GET", "/dispute", pages="page", rules=(validate_date_order,))
    def list_disputes(
        self,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
        per_page: PerPage | None = None,
        page: Page | None = None,
        transaction_id: Annotated[IdOrCode, WireName("transaction")] | None = None,
        status: DisputeStatusValue | None = None,
    ) -> Response[list[Dispute]]:
        """List disputes. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/dispute/#list

        :param from_date: Only disputes opened at or after this date or moment. A date alone begins at 00:00 UTC; a
            moment without a time zone is UTC.
        :param to_date: Only disputes opened up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param transaction_id: Only disputes about this payment: its ``id``.
        :param status: Only disputes that stand so: ``"awaiting-merchant-feedback"``, ``"awaiting-bank-feedback"``,
            ``"pending"`` or ``"resolved"``, or a member of :class:`~paystackease.helpers.tool_kit.DisputeStatus`.
        :returns: A page of disputes, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        """
        ...

    @endpoint("GET", "/dispute/{id}", identifiers={"id": ("id",)})
    def fetch_dispute(self, dispute_id: Annotated[IdOrCode, WireName("id")]) -> Response[Dispute]:
        """Fetch a dispute.

        Paystack's page: https://paystack.com/docs/api/dispute/#fetch

        :param dispute_id: The dispute's ``id``, as a number or as text.
        :returns: The dispute.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty or below 1. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such dispute.
        """
        ...

    @endpoint("GET", "/dispute/transaction/{id}")
    def list_transaction_disputes(
        self, transaction_id: Annotated[IdOrCode, WireName("id")]
    ) -> Response[TransactionDispute]:
        """Fetch the dispute about a payment. Paystack calls this a list, and answers with one dispute.

        Paystack's page: https://paystack.com/docs/api/dispute/#transaction

        :param transaction_id: The payment's ``id``, as a number or as text.
        :returns: The dispute.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty or below 1. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is none.
        """
        ...

    @endpoint("PUT", "/dispute/{id}")
    def update_dispute(
        self,
        dispute_id: Annotated[IdOrCode, WireName("id")],
        refund_amount: Amount,
        uploaded_filename: str | None = None,
    ) -> Response[list[UpdatedDispute]]:
        """Say how much of a disputed payment is to be given back.

        Paystack's page: https://paystack.com/docs/api/dispute/#update

        :param dispute_id: The dispute's ``id``, as a number or as text.
        :param refund_amount: How much, in subunits of the currency, at most what was paid.
        :param uploaded_filename: The ``fileName`` of :meth:`get_upload_url`, once the file is there.
        :returns: A list of one: the dispute as it is now.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where it is more than was paid.
        :raises paystackease.errors.NotFoundError: Where there is no such dispute.
        """
        ...

    # Nothing says what a second evidence does: never repeated.
    @endpoint(
        "POST",
        "/dispute/{id}/evidence",
        verify_path="/dispute/{id}",
        identifiers={"id": ("dispute",)},
        data_keys=("dispute",),
    )
    def add_evidence(
        self,
        dispute_id: Annotated[IdOrCode, WireName("id")],
        customer_email: EmailAddress,
        customer_name: Code,
        customer_phone: Code,
        service_details: Code,
        delivery_address: str | None = None,
        delivery_date: dt.date | None = None,
    ) -> Response[Evidence]:
        """Say what was sold and to whom, in answer to a dispute.

        Paystack's page: https://paystack.com/docs/api/dispute/#evidence

        :param dispute_id: The dispute's ``id``, as a number or as text.
        :param customer_email: The customer's e-mail address.
        :param customer_name: The customer's name.
        :param customer_phone: The customer's phone number, as text: numbers begin with zeros.
        :param service_details: What was sold.
        :param delivery_address: Where it was delivered to.
        :param delivery_date: The day on which it was delivered.
        :returns: The evidence; its ``id`` is what :meth:`resolve_dispute` takes.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such dispute.
        """
        ...

    # upload_filename: the docs, their samples and other libraries; the OpenAPI file has no parameter. A second time
    # gives another address, and nothing else.
    @endpoint("GET", "/dispute/{id}/upload_url")
    def get_upload_url(
        self,
        dispute_id: Annotated[IdOrCode, WireName("id")],
        uploaded_filename: Annotated[Code, WireName("upload_filename")],
    ) -> Response[UploadURL]:
        """Get an address to which a file about a dispute can be sent.

        Paystack's page: https://paystack.com/docs/api/dispute/#upload-url

        :param dispute_id: The dispute's ``id``, as a number or as text.
        :param uploaded_filename: What the file is called, with its extension. Sent as ``upload_filename``.
        :returns: The address to ``PUT`` the file to, and Paystack's name for it, which other calls take.
        :raises paystackease.errors.InvalidArgumentError: Where one is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such dispute.
        """
        ...

    # To accept a dispute gives the money back.
    @endpoint(
        "PUT",
        "/dispute/{id}/resolve",
        moves_money=True,
        verify_path="/dispute/{id}",
        identifiers={"id": ("id",)},
        data_keys=("id", "resolution"),
    )
    def resolve_dispute(
        self,
        dispute_id: Annotated[IdOrCode, WireName("id")],
        resolution: ResolutionValue,
        message: str,
        refund_amount: Amount,
        uploaded_filename: str,
        evidence: Id | None = None,
    ) -> Response[ResolvedDispute]:
        """Accept a dispute, which gives the money back, or decline it. It moves money, and is never repeated.

        Paystack's page: https://paystack.com/docs/api/dispute/#resolve

        :param dispute_id: The dispute's ``id``, as a number or as text.
        :param resolution: ``"merchant-accepted"`` or ``"declined"``, or a member of
            :class:`~paystackease.helpers.tool_kit.Resolution`.
        :param message: Why.
        :param refund_amount: How much is given back, in subunits of the currency.
        :param uploaded_filename: The ``fileName`` of :meth:`get_upload_url`, once the file is there.
        :param evidence: The ``id`` of :meth:`add_evidence`, where fraud is claimed.
        :returns: The dispute as it is now.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        :raises paystackease.errors.NotFoundError: Where there is no such dispute.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done. Ask
            :meth:`fetch_dispute` before you do it again: ``resolution`` is null as long as it was not.
        """
        ...

    # Each call makes a file anew and changes nothing else, so that it may be repeated.
    # transaction: the docs have it; the OpenAPI file has not.
    @endpoint("GET", "/dispute/export", rules=(validate_date_order,))
    def export_disputes(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
        transaction_id: Annotated[IdOrCode, WireName("transaction")] | None = None,
        status: DisputeStatusValue | None = None,
    ) -> Response[DisputeExport]:
        """Have the disputes put into a file.

        Paystack's page: https://paystack.com/docs/api/dispute/#export

        :param per_page: How many at most, 1 or more. Paystack's default is 50.
        :param page: Which so many, 1 or more.
        :param from_date: Only disputes opened at or after this date or moment. A date alone begins at 00:00 UTC; a
            moment without a time zone is UTC.
        :param to_date: Only disputes opened up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :param transaction_id: Only disputes about this payment: its ``id``.
        :param status: Only disputes that stand so, as for :meth:`list_disputes`.
        :returns: The address of the file, and until when it is there.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        """
        ...


class DisputesClientAPI(PayStackBaseClientAPI, Disputes):
    """The Disputes API: answer customers who want their money back from their banks."""
