"""Preauthorizations: https://paystack.com/docs/api/preauthorization/

An amount is put on hold on a card (initialized, or reserved on a saved card), and captured or released later. Paystack
supports this in South Africa, in ZAR.

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from paystackease._core.endpoint import endpoint
from paystackease._core.idempotency import RESERVATION, RESERVATION_CHECKOUT
from paystackease._core.validation import (
    Amount,
    Code,
    EmailAddress,
    FromDate,
    Ge,
    Id,
    JSONString,
    Le,
    Page,
    PerPage,
    Reference,
    ToDate,
    validate_date_order,
)
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import BearerValue, CurrencyValue
from paystackease.response import Response
from paystackease.types.preauthorization import (
    CapturedPreauthorization,
    Preauthorization,
    PreauthorizationRequest,
    ReleasedPreauthorization,
    ReservedPreauthorization,
    VerifiedPreauthorization,
)


class Preauthorizations:
    """The endpoints of the Preauthorization API."""

    # The docs call amounts text, and their samples send a number or text; a whole number is sent, as for transactions
    # (an assumption). metadata is sent as text: the API reference says "stringified JSON object".
    @endpoint("POST", "/preauthorization/initialize", idempotency=RESERVATION_CHECKOUT)
    def initialize_preauthorization(
        self,
        email: EmailAddress,
        amount: Amount,
        currency: CurrencyValue,
        reference: Reference | None = None,
        callback_url: Code | None = None,
        metadata: Annotated[Mapping[str, object], JSONString()] | None = None,
        split_code: Code | None = None,
        subaccount: Code | None = None,
        transaction_charge: Amount | None = None,
        bearer: BearerValue | None = None,
        expire_action: Literal["capture", "release"] | None = None,
        expire_after_days: Annotated[int, Ge(1), Le(30)] | None = None,
    ) -> Response[PreauthorizationRequest]:
        """Put an amount on hold on a card. The customer enters the card at the ``authorization_url``.

        Paystack's page: https://paystack.com/docs/api/preauthorization/#initialize

        :param email: The customer's e-mail address.
        :param amount: The amount, in subunits of the currency: 10050 is 100.50.
        :param currency: The currency. Paystack accepts ``"ZAR"``.
        :param reference: Your unique reference: letters, digits, ``-``, ``.`` and ``=``. If omitted, one is generated.
        :param callback_url: The URL to redirect the customer to afterwards, instead of the one set in the dashboard.
        :param metadata: Your own data to store with it, as a dict. It is sent as text that holds JSON.
        :param split_code: The split group of the payment, ``SPL_…``.
        :param subaccount: The subaccount that receives a share of the payment, ``ACCT_…``.
        :param transaction_charge: The amount for the main account, in subunits of the currency, instead of the
            subaccount's percentage.
        :param bearer: Who pays Paystack's fee: ``"account"`` or ``"subaccount"``, or a member of
            :class:`~paystackease.helpers.tool_kit.Bearer`. Paystack's default is ``"account"``.
        :param expire_action: What happens when the hold expires: ``"release"`` or ``"capture"``. Paystack's default is
            ``"release"``.
        :param expire_after_days: The duration of the hold in days, 1 to 30. Paystack's default is 5.
        :returns: The URL to redirect the customer to, and the ``reference`` that identifies it in the other calls.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call, such as a reference that already
            exists.
        """
        ...

    # Never retried: the reference identifies the hold, and the effect of a second capture is not documented.
    @endpoint(
        "POST",
        "/preauthorization/capture",
        moves_money=True,
        verify_path="/preauthorization/verify/{reference}",
        identifiers={"reference": ("reference",)},
        data_keys=("reference",),
    )
    def capture_preauthorization(
        self, reference: Code, amount: Amount, currency: CurrencyValue
    ) -> Response[CapturedPreauthorization]:
        """Capture an amount on hold, in full or in part. The rest is released. It moves money.

        Paystack's page: https://paystack.com/docs/api/preauthorization/#capture

        A webhook reports the final outcome: ``preauthorization.capture.success`` or
        ``preauthorization.capture.failed``.

        :param reference: The reference of the preauthorization.
        :param amount: The amount, in subunits of the currency; at most the amount on hold.
        :param currency: The currency. Paystack accepts ``"ZAR"``.
        :returns: The transaction of the capture.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If the amount is more than the hold, or if Paystack rejects the
            call.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown. Check with
            :meth:`verify_preauthorization` before you retry: ``status`` tells whether it was captured.
        """
        ...

    # The first five parameters are from the API reference. The others: by Paystack's guide, this call accepts what
    # initializing accepts, and the response has them. callback_url is omitted: the customer is not redirected.
    @endpoint("POST", "/preauthorization/reserve_authorization", moves_money=True, idempotency=RESERVATION)
    def reserve_preauthorization(
        self,
        email: EmailAddress,
        amount: Amount,
        authorization_code: Code,
        currency: CurrencyValue,
        reference: Reference | None = None,
        *,
        metadata: Annotated[Mapping[str, object], JSONString()] | None = None,
        split_code: Code | None = None,
        subaccount: Code | None = None,
        transaction_charge: Amount | None = None,
        bearer: BearerValue | None = None,
        expire_action: Literal["capture", "release"] | None = None,
        expire_after_days: Annotated[int, Ge(1), Le(30)] | None = None,
    ) -> Response[ReservedPreauthorization]:
        """Put an amount on hold on a saved card, without the customer.

        Paystack's page: https://paystack.com/docs/api/preauthorization/#reserve

        :param email: The customer's e-mail address, as it was when the card was saved.
        :param amount: The amount, in subunits of the currency: 10050 is 100.50.
        :param authorization_code: ``AUTH_…``, from the transaction that saved the card; it must be ``reusable``.
        :param currency: The currency. Paystack accepts ``"ZAR"``.
        :param reference: Your unique reference: letters, digits, ``-``, ``.`` and ``=``. If omitted, one is generated.
        :param metadata: Your own data to store with it, as a dict. It is sent as text that holds JSON. This and the
            following parameters are in Paystack's guide, not in its API reference.
        :param split_code: The split group of the payment, ``SPL_…``.
        :param subaccount: The subaccount that receives a share of the payment, ``ACCT_…``.
        :param transaction_charge: The amount for the main account, in subunits of the currency, instead of the
            subaccount's percentage.
        :param bearer: Who pays Paystack's fee: ``"account"`` or ``"subaccount"``, or a member of
            :class:`~paystackease.helpers.tool_kit.Bearer`. Paystack's default is ``"account"``.
        :param expire_action: What happens when the hold expires: ``"release"`` or ``"capture"``. Paystack's default is
            ``"release"``.
        :param expire_after_days: The duration of the hold in days, 1 to 30. Paystack's default is 5.
        :returns: The preauthorization; its ``reference`` identifies it in the other calls.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If the amount could not be put on hold, or if Paystack rejects
            the call.
        :raises paystackease.errors.DuplicateReferenceError: If the reference already exists. This call was not
            processed.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown, even after the reference was
            verified.
        """
        ...

    # /verify/ is in the docs' heading, the community's OpenAPI file and pypaystack2; the docs' own request omits it.
    @endpoint("GET", "/preauthorization/verify/{reference}", identifiers={"reference": ("reference",)})
    def verify_preauthorization(self, reference: Code) -> Response[VerifiedPreauthorization]:
        """Fetch the status of a preauthorization.

        Paystack's page: https://paystack.com/docs/api/preauthorization/#verify

        :param reference: The reference of the preauthorization.
        :returns: The preauthorization, with its ``status``.
        :raises paystackease.errors.InvalidArgumentError: If the reference is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there is no such preauthorization (HTTP 400).
        """
        ...

    # Never retried: a second release is harmless, but is rejected because nothing is on hold, so a retry would report a
    # success as a failure. verify_preauthorization returns the outcome.
    @endpoint(
        "POST",
        "/preauthorization/release",
        verify_path="/preauthorization/verify/{reference}",
        identifiers={"reference": ("reference",)},
        data_keys=("reference",),
    )
    def release_preauthorization(self, reference: Code) -> Response[ReleasedPreauthorization]:
        """Release an amount on hold. It is available to the customer within minutes.

        Paystack's page: https://paystack.com/docs/api/preauthorization/#release

        :param reference: The reference of the preauthorization.
        :returns: The released preauthorization.
        :raises paystackease.errors.InvalidArgumentError: If the reference is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there is no hold with this reference.
        """
        ...

    # /preauthorization is in the docs' own request; their heading has /transaction, which is another list.
    @endpoint("GET", "/preauthorization", pages="page", rules=(validate_date_order,))
    def list_preauthorizations(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
        *,
        status: Literal["authorized", "captured", "released", "ongoing", "failed", "abandoned"] | None = None,
        amount: Amount | None = None,
        customer: Id | None = None,
    ) -> Response[list[Preauthorization]]:
        """List preauthorizations.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/preauthorization/#list

        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param from_date: Only those created at or after this date (00:00 UTC) or datetime (UTC if it has no time zone).
        :param to_date: Only those created up to this date (23:59:59.999 UTC) or datetime.
        :param status: Only those that are ``"authorized"``, ``"captured"``, ``"released"``, ``"ongoing"``, ``"failed"``
            or ``"abandoned"``.
        :param amount: Only those of this amount, in subunits of the currency.
        :param customer: Only those of the customer with this ``id``, a number.
        :returns: A page of preauthorizations. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid, or ``from_date`` comes after
            ``to_date``. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there are none, as in one of Paystack's samples.
        """
        ...


class PreauthorizationClientAPI(PayStackBaseClientAPI, Preauthorizations):
    """The Preauthorization API: put amounts on hold on cards, and capture or release them later."""
