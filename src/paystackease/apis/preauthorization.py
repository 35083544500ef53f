"""Preauthorizations: https://paystack.com/docs/api/preauthorization/

An amount is held on a card (initialized, or reserved on a saved card), and later taken or released. Paystack does this
in South Africa, in ZAR.

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
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

    # The docs call amounts text, and send a number in one sample and text in others; a whole number is as good, as for
    # transactions (an assumption). metadata goes out as text: the API reference says "stringified JSON object".
    @endpoint("POST", "/preauthorization/initialize", idempotency=RESERVATION_CHECKOUT)
    def initialize_preauthorization(
        self,
        email: EmailAddress,
        amount: Amount,
        currency: CurrencyValue,
        reference: Code | None = None,
        callback_url: Code | None = None,
        metadata: Annotated[Mapping[str, object], JSONString()] | None = None,
        split_code: Code | None = None,
        subaccount: Code | None = None,
        transaction_charge: Amount | None = None,
        bearer: BearerValue | None = None,
        expire_action: Literal["capture", "release"] | None = None,
        expire_after_days: Annotated[int, Ge(1), Le(30)] | None = None,
    ) -> Response[PreauthorizationRequest]:
        """Begin to hold an amount on a card. The customer gives the card at the ``authorization_url``.

        Paystack's page: https://paystack.com/docs/api/preauthorization/#initialize

        :param email: The customer's e-mail address.
        :param amount: How much, in subunits of the currency: 10050 is 100.50.
        :param currency: The currency. Paystack takes ``"ZAR"``.
        :param reference: A reference of your own that no other payment has: letters, digits, ``-``, ``.`` and ``=``.
            Left out, one is made.
        :param callback_url: Where the customer goes afterwards, instead of where the dashboard says.
        :param metadata: Anything of yours to keep with it, as a dict. It is sent as text that holds JSON.
        :param split_code: The group that shares the payment, ``SPL_…``.
        :param subaccount: The subaccount that shares the payment, ``ACCT_…``.
        :param transaction_charge: What goes to the main account whatever the subaccount's percentage says, in subunits
            of the currency.
        :param bearer: Who pays Paystack's fee: ``"account"`` or ``"subaccount"``, or a member of
            :class:`~paystackease.helpers.tool_kit.Bearer`. Paystack's default is ``"account"``.
        :param expire_action: What happens when the time is up: ``"release"`` or ``"capture"``, which takes the amount.
            Paystack's default is ``"release"``.
        :param expire_after_days: For how many days it is held, 1 to 30. Paystack's default is 5.
        :returns: Where to send the customer, and the ``reference`` that the other calls take.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it, such as a reference that is
            taken.
        """
        ...

    # The reference names the hold, and is no guard: Paystack does not say what a second capture does.
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
        """Take a held amount, or a part of it: the rest goes back to the customer. It moves money.

        Paystack's page: https://paystack.com/docs/api/preauthorization/#capture

        The final word comes as a webhook: ``preauthorization.capture.success`` or ``preauthorization.capture.failed``.

        :param reference: The reference of the preauthorization.
        :param amount: How much, in subunits of the currency; not more than is held.
        :param currency: The currency. Paystack takes ``"ZAR"``.
        :returns: The transaction by which it was taken.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where it is more than is held, or Paystack does not accept it.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done. Ask
            :meth:`verify_preauthorization` before you do it again: ``status`` says whether it was captured.
        """
        ...

    # The first five are those of the API reference. The others: Paystack's guide to preauthorization says that this
    # takes what initializing takes, and the answer holds them. callback_url is left out: nobody is sent anywhere.
    @endpoint("POST", "/preauthorization/reserve_authorization", moves_money=True, idempotency=RESERVATION)
    def reserve_preauthorization(
        self,
        email: EmailAddress,
        amount: Amount,
        authorization_code: Code,
        currency: CurrencyValue,
        reference: Code | None = None,
        *,
        metadata: Annotated[Mapping[str, object], JSONString()] | None = None,
        split_code: Code | None = None,
        subaccount: Code | None = None,
        transaction_charge: Amount | None = None,
        bearer: BearerValue | None = None,
        expire_action: Literal["capture", "release"] | None = None,
        expire_after_days: Annotated[int, Ge(1), Le(30)] | None = None,
    ) -> Response[ReservedPreauthorization]:
        """Hold an amount on a saved card, without asking the customer again.

        Paystack's page: https://paystack.com/docs/api/preauthorization/#reserve

        :param email: The e-mail address of the customer whose card it is, as it was when the card was saved.
        :param amount: How much, in subunits of the currency: 10050 is 100.50.
        :param authorization_code: ``AUTH_…``, from the transaction that saved the card; it must be ``reusable``.
        :param currency: The currency. Paystack takes ``"ZAR"``.
        :param reference: A reference of your own that no other payment has: letters, digits, ``-``, ``.`` and ``=``.
            Left out, one is made.
        :param metadata: Anything of yours to keep with it, as a dict. It is sent as text that holds JSON. This and what
            follows are in Paystack's guide, not in its API reference.
        :param split_code: The group that shares the payment, ``SPL_…``.
        :param subaccount: The subaccount that shares the payment, ``ACCT_…``.
        :param transaction_charge: What goes to the main account whatever the subaccount's percentage says, in subunits
            of the currency.
        :param bearer: Who pays Paystack's fee: ``"account"`` or ``"subaccount"``, or a member of
            :class:`~paystackease.helpers.tool_kit.Bearer`. Paystack's default is ``"account"``.
        :param expire_action: What happens when the time is up: ``"release"`` or ``"capture"``, which takes the amount.
            Paystack's default is ``"release"``.
        :param expire_after_days: For how many days it is held, 1 to 30. Paystack's default is 5.
        :returns: The preauthorization; its ``reference`` is what the other calls take.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where the amount could not be held, or Paystack does not accept
            it.
        :raises paystackease.errors.DuplicateReferenceError: Where the reference was used before. This call did nothing.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done, even after asking by
            the reference.
        """
        ...

    # /verify/: so the docs' heading, the community's OpenAPI file and pypaystack2; the docs' own request leaves it out.
    @endpoint("GET", "/preauthorization/verify/{reference}", identifiers={"reference": ("reference",)})
    def verify_preauthorization(self, reference: Code) -> Response[VerifiedPreauthorization]:
        """See where a preauthorization stands.

        Paystack's page: https://paystack.com/docs/api/preauthorization/#verify

        :param reference: The reference of the preauthorization.
        :returns: The preauthorization; look at its ``status``.
        :raises paystackease.errors.InvalidArgumentError: Where the reference is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is no such preauthorization (HTTP 400).
        """
        ...

    # A second release would do no harm, but answers that there is nothing to release: a repeat would make a success
    # look like a failure. So it is not repeated, and verify_preauthorization says what became of it.
    @endpoint(
        "POST",
        "/preauthorization/release",
        verify_path="/preauthorization/verify/{reference}",
        identifiers={"reference": ("reference",)},
        data_keys=("reference",),
    )
    def release_preauthorization(self, reference: Code) -> Response[ReleasedPreauthorization]:
        """Let a held amount go: the customer has it back within minutes.

        Paystack's page: https://paystack.com/docs/api/preauthorization/#release

        :param reference: The reference of the preauthorization.
        :returns: That it is released.
        :raises paystackease.errors.InvalidArgumentError: Where the reference is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where nothing is held under this reference.
        """
        ...

    # /preauthorization: so the docs' own request; their heading says /transaction, which is another list.
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
        """List preauthorizations. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/preauthorization/#list

        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param from_date: Only those created at or after this date or moment. A date alone begins at 00:00 UTC; a moment
            without a time zone is UTC.
        :param to_date: Only those created up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :param status: Only those that are ``"authorized"``, ``"captured"``, ``"released"``, ``"ongoing"``,
            ``"failed"`` or ``"abandoned"``.
        :param amount: Only those of this amount, in subunits of the currency.
        :param customer: Only those of the customer with this ``id``, a number.
        :returns: A page of preauthorizations, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right, or ``from_date`` comes
            after ``to_date``. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where Paystack finds none, as one of its samples has it.
        """
        ...


class PreauthorizationClientAPI(PayStackBaseClientAPI, Preauthorizations):
    """The Preauthorization API: hold amounts on cards, and later take them or let them go."""
