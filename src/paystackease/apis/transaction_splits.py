"""Groups of subaccounts that share payments: https://paystack.com/docs/api/split/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
"""

from collections.abc import Sequence
from typing import Annotated, TypeAlias, TypedDict

from paystackease._core.endpoint import endpoint
from paystackease._core.request import RetrySafety
from paystackease._core.validation import (
    Code,
    FromDate,
    Ge,
    IdOrCode,
    Page,
    PerPage,
    ToDate,
    WireName,
    validate_date_order,
)
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import BearerTypeValue, CurrencyValue, SplitTypeValue
from paystackease.response import Response
from paystackease.types.transaction_splits import NewSplit, Split

Quota: TypeAlias = Annotated[int, Ge(0)]
"""A percentage, or an amount in subunits: which one, the split group says."""


class Share(TypedDict):
    """What a subaccount gets of each payment."""

    subaccount: Code
    """``ACCT_…``"""
    share: Quota
    """A percentage, or an amount in subunits of the currency."""


class TransactionSplits:
    """The endpoints of the Transaction Splits API."""

    # Who bears the fee: the docs mark both parameters as required, yet their own request sends neither, and the OpenAPI
    # file requires neither.
    @endpoint("POST", "/split", verify_path="/split?name={name}", data_keys=("split_code",))
    def create_split(
        self,
        transaction_split_name: Annotated[Code, WireName("name")],
        transaction_split_type: Annotated[SplitTypeValue, WireName("type")],
        currency: CurrencyValue,
        subaccounts: Sequence[Share],
        bearer_type: BearerTypeValue | None = None,
        bearer_subaccount: Code | None = None,
    ) -> Response[NewSplit]:
        """Create a split group: the subaccounts that share a payment, and how.

        Paystack's page: https://paystack.com/docs/api/split/#create

        :param transaction_split_name: The name of the group, sent as ``name``.
        :param transaction_split_type: How shares are reckoned, sent as ``type``: ``"percentage"`` or ``"flat"``, or a
            member of :class:`~paystackease.helpers.tool_kit.SplitType`.
        :param currency: The currency, such as ``"NGN"``.
        :param subaccounts: Who gets what, a list of ``{"subaccount": "ACCT_…", "share": …}``. A share is a percentage,
            or an amount in subunits of the currency where the type is ``"flat"``.
        :param bearer_type: Who pays Paystack's fee: ``"account"``, ``"subaccount"``, ``"all-proportional"`` or
            ``"all"``, or a member of :class:`~paystackease.helpers.tool_kit.Bearer`.
        :param bearer_subaccount: The code of the subaccount that pays it, where ``bearer_type`` is ``"subaccount"``.
        :returns: The group; its ``split_code`` is what a payment takes. A second call makes a second group.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        """
        ...

    # An upsert by the subaccount's code: the same share a second time changes nothing.
    @endpoint("POST", "/split/{id}/subaccount/add", retry_safety=RetrySafety.ALWAYS)
    def add_or_update_subaccount_split(
        self,
        split_id: Annotated[IdOrCode, WireName("id")],
        subaccount: Code,
        transaction_share: Annotated[Quota, WireName("share")],
    ) -> Response[Split]:
        """Add a subaccount to a split group, or change the share of one that is in it.

        Paystack's page: https://paystack.com/docs/api/split/#add-subaccount

        :param split_id: The group's ``id``, a number or the same as text.
        :param subaccount: The subaccount's code, ``ACCT_…``.
        :param transaction_share: What it gets, sent as ``share``: a percentage, or an amount in subunits of the
            currency where the group's type is ``"flat"``.
        :returns: The group as it is now.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such group or subaccount.
        """
        ...

    # Removing twice is removing once, though the second answer is a 404.
    @endpoint("POST", "/split/{id}/subaccount/remove", retry_safety=RetrySafety.ALWAYS)
    def remove_sub_account_split(
        self, split_id: Annotated[IdOrCode, WireName("id")], subaccount: Code
    ) -> Response[None]:
        """Take a subaccount out of a split group.

        Paystack's page: https://paystack.com/docs/api/split/#remove-subaccount

        :param split_id: The group's ``id``, a number or the same as text.
        :param subaccount: The subaccount's code, ``ACCT_…``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where the subaccount is not in the group, or no longer.
        """
        ...

    # Name and active: required in the docs' list of parameters, but not in their request nor in the OpenAPI file.
    @endpoint("PUT", "/split/{id}")
    def update_split(
        self,
        split_id: Annotated[IdOrCode, WireName("id")],
        transaction_split_name: Annotated[Code, WireName("name")] | None = None,
        active: bool | None = None,
        bearer_type: BearerTypeValue | None = None,
        bearer_subaccount: Code | None = None,
    ) -> Response[Split]:
        """Change a split group. What is not given stays as it is.

        Paystack's page: https://paystack.com/docs/api/split/#update

        :param split_id: The group's ``id``, a number or the same as text.
        :param transaction_split_name: The new name, sent as ``name``.
        :param active: Whether the group is in use.
        :param bearer_type: Who pays Paystack's fee: ``"account"``, ``"subaccount"``, ``"all-proportional"`` or
            ``"all"``, or a member of :class:`~paystackease.helpers.tool_kit.Bearer`.
        :param bearer_subaccount: The code of the subaccount that pays it; only where ``bearer_type`` is
            ``"subaccount"``.
        :returns: The group as it is now.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        :raises paystackease.errors.NotFoundError: Where there is no such group.
        """
        ...

    # perPage: the docs' spelling; the OpenAPI file says per_page. The docs mark name and active as required filters,
    # yet their own request sends none.
    @endpoint("GET", "/split", pages="page", rules=(validate_date_order,))
    def list_split(
        self,
        split_name: Annotated[Code, WireName("name")] | None = None,
        active: bool | None = None,
        sort_by: Code | None = None,
        per_page: PerPage | None = None,
        page: Page | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
        *,
        subaccount_code: Code | None = None,
    ) -> Response[list[Split]]:
        """List split groups. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/split/#list

        :param split_name: Only groups of this name, sent as ``name``.
        :param active: Only those in use, or only those that are not. Left out, both.
        :param sort_by: What to sort by, such as ``"name"``. Paystack's default is the date of creation.
        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param from_date: Only groups created at or after this date or moment. A date alone begins at 00:00 UTC; a
            moment without a time zone is UTC.
        :param to_date: Only groups created up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :param subaccount_code: Only groups with this subaccount (``ACCT_…``). In Paystack's OpenAPI file alone.
        :returns: A page of groups, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where ``per_page`` or ``page`` is below 1, or ``from_date``
            comes after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/split/{id}")
    def fetch_split(self, split_id: Annotated[IdOrCode, WireName("id")]) -> Response[Split]:
        """Fetch a split group.

        Paystack's page: https://paystack.com/docs/api/split/#fetch

        :param split_id: The group's ``id``, a number or the same as text.
        :returns: The group.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such group.
        """
        ...


class TransactionSplitClientAPI(PayStackBaseClientAPI, TransactionSplits):
    """The Transaction Splits API: create and manage groups of subaccounts that share payments."""
