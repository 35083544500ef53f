"""Bulk charges: https://paystack.com/docs/api/bulk-charge/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
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

    # ``authorization`` as in the docs' samples and the OpenAPI file; version 1 told to write ``authorization_code``.
    authorization: Code
    """``AUTH_…``, from a transaction whose authorization is ``reusable``."""
    amount: Amount
    """In the subunit of the currency."""
    reference: NotRequired[Code]
    """Your reference of this charge, used only once: small letters, digits, ``-`` and ``_``."""
    attempt_partial_debit: NotRequired[bool]
    """Whether to take what is there where it is less than ``amount``."""
    at_least: NotRequired[Amount]
    """With ``attempt_partial_debit``: the least to take, in the subunit."""
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
            with the amount in the subunit of the currency. See :class:`BulkChargeItem` for all that it may hold.
            Paystack refuses a reference that was used before, so give one to each charge.
        :returns: The batch. Its charges are queued; what becomes of them, :meth:`fetch_charge_bulk_batch` and the
            webhooks tell.
        :raises paystackease.errors.InvalidArgumentError: Where a charge lacks something or holds what cannot be right.
            Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        :raises paystackease.errors.DuplicateReferenceError: Where a reference was used before.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done, even after asking by
            the references; ``items`` says what is known of each.
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
        status: Literal["active", "paused", "complete"] | None = None,  # in the OpenAPI file alone
    ) -> Response[list[BulkCharge]]:
        """List batches, the newest first. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/bulk-charge/#list

        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param from_date: Only batches created at or after this date or moment. A date alone begins at 00:00 UTC; a
            moment without a time zone is UTC.
        :param to_date: Only batches created up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :param status: Only batches that are ``"active"``, ``"paused"`` or ``"complete"``.
        :returns: A page of batches, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right, or ``from_date`` comes
            after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/bulkcharge/{id_or_code}", identifiers={"id_or_code": ("id", "batch_code")})
    def fetch_bulk_charge_batch(self, id_or_code: IdOrCode) -> Response[FetchedBulkCharge]:
        """Fetch a batch, with how many of its charges are still to be made.

        Paystack's page: https://paystack.com/docs/api/bulk-charge/#fetch-batch

        :param id_or_code: The batch's ``id``, a number, or its code (``BCH_…``).
        :returns: The batch.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such batch.
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
        """List the charges of a batch, and what became of each. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/bulk-charge/#fetch-charge

        :param id_or_code: The batch's ``id``, a number, or its code (``BCH_…``).
        :param status: Only charges that are ``"pending"``, ``"success"``, ``"failed"``, ``"error"`` or
            ``"inactive_authorization"``.
        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param from_date: Only charges created at or after this date or moment. A date alone begins at 00:00 UTC; a
            moment without a time zone is UTC.
        :param to_date: Only charges created up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :returns: A page of charges, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right, or ``from_date`` comes
            after ``to_date``. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such batch.
        """
        ...

    # A GET that changes something. To pause twice is to pause once, and stops money rather than moving it.
    @endpoint("GET", "/bulkcharge/pause/{batch_code}", retry_safety=RetrySafety.ALWAYS)
    def pause_bulk_charge_batch(self, batch_code: Code) -> Response[None]:
        """Stop making the charges of a batch, until :meth:`resume_bulk_charge_batch`.

        Paystack's page: https://paystack.com/docs/api/bulk-charge/#pause

        :param batch_code: The batch's code, ``BCH_…``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where the code is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such batch.
        """
        ...

    # A GET that lets charges be made. To resume twice would be to resume once, unless somebody paused in between: a
    # repeat that comes late would charge after all. So it is never repeated.
    @endpoint(
        "GET",
        "/bulkcharge/resume/{batch_code}",
        moves_money=True,
        retry_safety=RetrySafety.NEVER,
        verify_path="/bulkcharge/{batch_code}",
    )
    def resume_bulk_charge_batch(self, batch_code: Code) -> Response[None]:
        """Go on making the charges of a batch that was paused. It moves money.

        Paystack's page: https://paystack.com/docs/api/bulk-charge/#resume

        :param batch_code: The batch's code, ``BCH_…``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where the code is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such batch.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done. Ask
            :meth:`fetch_bulk_charge_batch` before you do it again: ``status`` is ``"paused"`` as long as it was not.
        """
        ...


class BulkChargesClientAPI(PayStackBaseClientAPI, BulkCharges):
    """The Bulk Charges API: charge many saved authorizations in one go, and follow, pause or resume that."""
