"""Disputes: https://paystack.com/docs/api/dispute/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from typing import Annotated

from paystackease._core.endpoint import endpoint
from paystackease._core.validation import (
    Amount,
    Code,
    Date,
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
from paystackease.helpers.tool_kit import DisputeStatusValue, ListedDisputeStatusValue, ResolutionValue
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
        status: ListedDisputeStatusValue | None = None,
    ) -> Response[list[Dispute]]:
        """List disputes.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/dispute/#list

        :param from_date: Only disputes opened at or after this date (00:00 UTC) or datetime (UTC if it has no time
            zone).
        :param to_date: Only disputes opened up to this date (23:59:59.999 UTC) or datetime.
        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param transaction_id: Only disputes about this payment: its ``id``.
        :param status: Only disputes with this status: ``"awaiting-merchant-feedback"``, ``"awaiting-bank-feedback"``,
            ``"pending"`` or ``"resolved"``, or a member of :class:`~paystackease.helpers.tool_kit.DisputeStatus`.
        :returns: A page of disputes. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        """
        ...

    @endpoint("GET", "/dispute/{id}", identifiers={"id": ("id",)})
    def fetch_dispute(self, dispute_id: Annotated[IdOrCode, WireName("id")]) -> Response[Dispute]:
        """Fetch a dispute.

        Paystack's page: https://paystack.com/docs/api/dispute/#fetch

        :param dispute_id: The dispute's ``id``, as a number or as text.
        :returns: The dispute.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty or below 1. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such dispute.
        """
        ...

    @endpoint("GET", "/dispute/transaction/{id}")
    def list_transaction_disputes(
        self, transaction_id: Annotated[IdOrCode, WireName("id")]
    ) -> Response[TransactionDispute]:
        """Fetch the dispute about a payment. Paystack calls this a list, but returns one dispute.

        Paystack's page: https://paystack.com/docs/api/dispute/#transaction

        :param transaction_id: The payment's ``id``, as a number or as text.
        :returns: The dispute.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty or below 1. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is none.
        """
        ...

    @endpoint("PUT", "/dispute/{id}")
    def update_dispute(
        self,
        dispute_id: Annotated[IdOrCode, WireName("id")],
        refund_amount: Amount,
        uploaded_filename: str | None = None,
    ) -> Response[list[UpdatedDispute]]:
        """Set the amount of a disputed payment to refund.

        Paystack's page: https://paystack.com/docs/api/dispute/#update

        :param dispute_id: The dispute's ``id``, as a number or as text.
        :param refund_amount: The amount, in subunits of the currency, at most the amount of the payment.
        :param uploaded_filename: The ``fileName`` of :meth:`get_upload_url`, after the file was uploaded.
        :returns: A list with one item: the updated dispute.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If the amount is more than the payment.
        :raises paystackease.errors.NotFoundError: If there is no such dispute.
        """
        ...

    # Never retried: the effect of a second evidence is not documented.
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
        delivery_date: Date | None = None,
    ) -> Response[Evidence]:
        """Add evidence to a dispute: the goods or service, the customer and the delivery.

        Paystack's page: https://paystack.com/docs/api/dispute/#evidence

        :param dispute_id: The dispute's ``id``, as a number or as text.
        :param customer_email: The customer's e-mail address.
        :param customer_name: The customer's name.
        :param customer_phone: The customer's phone number, as text, because numbers may begin with zeros.
        :param service_details: The goods or service.
        :param delivery_address: The address of the delivery.
        :param delivery_date: The date of the delivery.
        :returns: The evidence. :meth:`resolve_dispute` needs its ``id``.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such dispute.
        """
        ...

    # upload_filename is in the docs, their samples and other libraries, not in the OpenAPI file. A retry only returns
    # another URL.
    @endpoint("GET", "/dispute/{id}/upload_url")
    def get_upload_url(
        self,
        dispute_id: Annotated[IdOrCode, WireName("id")],
        uploaded_filename: Annotated[Code, WireName("upload_filename")],
    ) -> Response[UploadURL]:
        """Fetch a URL to upload a file about a dispute to.

        Paystack's page: https://paystack.com/docs/api/dispute/#upload-url

        :param dispute_id: The dispute's ``id``, as a number or as text.
        :param uploaded_filename: The name of the file, with its extension. Sent as ``upload_filename``.
        :returns: The URL for a ``PUT`` of the file, and Paystack's name for it, for the other calls.
        :raises paystackease.errors.InvalidArgumentError: If an argument is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such dispute.
        """
        ...

    # It moves money: accepting a dispute refunds the payment.
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
        """Accept a dispute, which refunds the payment, or decline it. It moves money, and is never retried.

        Paystack's page: https://paystack.com/docs/api/dispute/#resolve

        :param dispute_id: The dispute's ``id``, as a number or as text.
        :param resolution: ``"merchant-accepted"`` or ``"declined"``, or a member of
            :class:`~paystackease.helpers.tool_kit.Resolution`.
        :param message: The reason.
        :param refund_amount: The amount to refund, in subunits of the currency.
        :param uploaded_filename: The ``fileName`` of :meth:`get_upload_url`, after the file was uploaded.
        :param evidence: The ``id`` from :meth:`add_evidence`, if the customer claims fraud.
        :returns: The updated dispute.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        :raises paystackease.errors.NotFoundError: If there is no such dispute.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown. Check with :meth:`fetch_dispute`
            before you retry: ``resolution`` is null if the call was not processed.
        """
        ...

    # Safe to retry: each call makes another file, and changes nothing else. transaction is in the docs, not in the
    # OpenAPI file.
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
        """Export disputes to a file.

        Paystack's page: https://paystack.com/docs/api/dispute/#export

        :param per_page: The maximum number of items, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param from_date: Only disputes opened at or after this date (00:00 UTC) or datetime (UTC if it has no time
            zone).
        :param to_date: Only disputes opened up to this date (23:59:59.999 UTC) or datetime.
        :param transaction_id: Only disputes about this payment: its ``id``.
        :param status: Only disputes with this status, as for :meth:`list_disputes`.
        :returns: The URL of the file, and when it expires.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        """
        ...


class DisputesClientAPI(PayStackBaseClientAPI, Disputes):
    """The Disputes API: respond to customers who dispute a payment."""
