"""Bulk charges: https://paystack.com/docs/api/bulk-charge/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, NotRequired, TypedDict

from paystackease._core.endpoint import endpoint
from paystackease._core.idempotency import BULK_CHARGE
from paystackease._core.request import RetrySafety
from paystackease._core.validation import (
    Amount,
    Code,
    FromDate,
    IdOrCode,
    Page,
    PerPage,
    Reference,
    ToDate,
    WholeBody,
    validate_date_order,
)
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import STATUS
from paystackease.response import Response
from paystackease.types.bulk_charges import BatchCharge, BulkCharge, FetchedBulkCharge, NewBulkCharge


class BulkChargeItem(TypedDict):
    """One charge of a batch."""

    # ``authorization``, as in the docs' samples and the OpenAPI file. Version 1 documented ``authorization_code``.
    authorization: Code
    """``AUTH_…``, from a transaction whose authorization is ``reusable``."""
    amount: Amount
    """In the subunit of the currency."""
    reference: NotRequired[Reference]
    """Your reference of this charge, used only once: small letters, digits, ``-`` and ``_``."""
    attempt_partial_debit: NotRequired[bool]
    """Whether to charge the available amount if it is less than ``amount``."""
    at_least: NotRequired[Amount]
    """With ``attempt_partial_debit``: the minimum to charge, in the subunit."""
    metadata: NotRequired[Mapping[str, object]]


def _not_empty(values: Mapping[str, object]) -> str | None:
    return None if values["objects"] else "objects must hold a charge, at least one"


class BulkCharges:
    """The endpoints of the Bulk Charges API."""

    @endpoint("POST", "/bulkcharge", moves_money=True, idempotency=BULK_CHARGE, rules=(_not_empty,))
    def initiate_bulk_charge(
        self, objects: Annotated[Sequence[BulkChargeItem], WholeBody()]
    ) -> Response[NewBulkCharge]:
        """Charge many saved authorizations. It moves money.

        Paystack's page: https://paystack.com/docs/api/bulk-charge/#initiate

        :param objects: The charges, at least one, each ``{"authorization": "AUTH_…", "amount": …, "reference": …}``,
            with the amount in the subunit of the currency. See :class:`BulkChargeItem` for all fields. Paystack rejects
            a reference that already exists.
        :returns: The batch. Its charges are queued. :meth:`fetch_charge_bulk_batch` and webhooks report their outcome.
        :raises paystackease.errors.InvalidArgumentError: If a charge lacks a field, or if a field is not valid. Nothing
            was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        :raises paystackease.errors.DuplicateReferenceError: If a reference already exists.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown, even after the references were
            verified. ``items`` has the state of each.
        """
        ...

    @endpoint("GET", "/bulkcharge", pages="page", rules=(validate_date_order,))
    def list_bulk_charge_batches(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
        *,
        status: Literal["active", "paused", "complete"] | None = None,  # only in the OpenAPI file
    ) -> Response[list[BulkCharge]]:
        """List batches, newest first.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/bulk-charge/#list

        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param from_date: Only batches created at or after this date (00:00 UTC) or datetime (UTC if it has no time
            zone).
        :param to_date: Only batches created up to this date (23:59:59.999 UTC) or datetime.
        :param status: Only batches that are ``"active"``, ``"paused"`` or ``"complete"``.
        :returns: A page of batches. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid, or ``from_date`` comes after
            ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/bulkcharge/{id_or_code}", identifiers={"id_or_code": ("id", "batch_code")})
    def fetch_bulk_charge_batch(self, id_or_code: IdOrCode) -> Response[FetchedBulkCharge]:
        """Fetch a batch, with the number of its pending charges.

        Paystack's page: https://paystack.com/docs/api/bulk-charge/#fetch-batch

        :param id_or_code: The batch's ``id``, a number, or its code (``BCH_…``).
        :returns: The batch.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such batch.
        """
        ...

    @endpoint("GET", "/bulkcharge/{id_or_code}/charges", pages="page", rules=(validate_date_order,))
    def fetch_charge_bulk_batch(
        self,
        id_or_code: IdOrCode,
        status: STATUS | Literal["pending", "success", "failed", "error", "inactive_authorization"] | None = None,
        per_page: PerPage | None = None,
        page: Page | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
    ) -> Response[list[BatchCharge]]:
        """List the charges of a batch, with the outcome of each.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/bulk-charge/#fetch-charge

        :param id_or_code: The batch's ``id``, a number, or its code (``BCH_…``).
        :param status: Only charges that are ``"pending"``, ``"success"``, ``"failed"``, ``"error"`` or
            ``"inactive_authorization"``.
        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param from_date: Only charges created at or after this date (00:00 UTC) or datetime (UTC if it has no time
            zone).
        :param to_date: Only charges created up to this date (23:59:59.999 UTC) or datetime.
        :returns: A page of charges. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid, or ``from_date`` comes after
            ``to_date``. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such batch.
        """
        ...

    # A GET that changes state. Pausing again changes nothing, and moves no money.
    @endpoint("GET", "/bulkcharge/pause/{batch_code}", retry_safety=RetrySafety.ALWAYS)
    def pause_bulk_charge_batch(self, batch_code: Code) -> Response[None]:
        """Pause the charges of a batch, until :meth:`resume_bulk_charge_batch`.

        Paystack's page: https://paystack.com/docs/api/bulk-charge/#pause

        :param batch_code: The batch's code, ``BCH_…``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If the code is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such batch.
        """
        ...

    # A GET that starts charges. It is never retried: if the batch was paused again in between, a late retry would
    # resume it.
    @endpoint(
        "GET",
        "/bulkcharge/resume/{batch_code}",
        moves_money=True,
        retry_safety=RetrySafety.NEVER,
        verify_path="/bulkcharge/{batch_code}",
    )
    def resume_bulk_charge_batch(self, batch_code: Code) -> Response[None]:
        """Resume the charges of a paused batch. It moves money.

        Paystack's page: https://paystack.com/docs/api/bulk-charge/#resume

        :param batch_code: The batch's code, ``BCH_…``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If the code is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such batch.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown. Check with
            :meth:`fetch_bulk_charge_batch` before you retry: ``status`` is ``"paused"`` if the call was not processed.
        """
        ...


class BulkChargesClientAPI(PayStackBaseClientAPI, BulkCharges):
    """The Bulk Charges API: charge many saved authorizations in a batch, and follow, pause or resume it."""
