"""Groups of subaccounts that share payments: https://paystack.com/docs/api/split/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from collections.abc import Sequence
from typing import Annotated, NotRequired, TypeAlias, TypedDict

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
"""A percentage, or an amount in subunits, by the type of the split group."""


class Share(TypedDict):
    """The share of a subaccount in each payment."""

    subaccount: Code
    """``ACCT_…``"""
    share: Quota
    """A percentage, or an amount in subunits of the currency."""


class DynamicSplit(TypedDict):
    """A split for a single payment."""

    # `name` and `currency` are required in the OpenAPI file; the sample of Paystack's guide sends neither. `reference`
    # is in neither source (an assumption).
    type: SplitTypeValue
    """``"percentage"`` or ``"flat"``."""
    subaccounts: Sequence[Share]
    bearer_type: NotRequired[BearerTypeValue]
    """Who pays Paystack's fee: ``"account"``, ``"subaccount"``, ``"all"`` or ``"all-proportional"``."""
    bearer_subaccount: NotRequired[Code]
    """With ``"subaccount"``: its code, ``ACCT_…``."""
    name: NotRequired[str]
    currency: NotRequired[CurrencyValue]
    reference: NotRequired[Code]


class TransactionSplits:
    """The endpoints of the Transaction Splits API."""

    # The docs mark both bearer parameters as required, but their own request sends neither, and the OpenAPI file
    # requires neither.
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
        :param subaccounts: The shares, a list of ``{"subaccount": "ACCT_…", "share": …}``. A share is a percentage, or
            an amount in subunits of the currency if the type is ``"flat"``.
        :param bearer_type: Who pays Paystack's fee: ``"account"``, ``"subaccount"``, ``"all-proportional"`` or
            ``"all"``, or a member of :class:`~paystackease.helpers.tool_kit.Bearer`.
        :param bearer_subaccount: The code of the subaccount that pays it, if ``bearer_type`` is ``"subaccount"``.
        :returns: The group. Its ``split_code`` identifies it in payments. A second call makes a second group.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        """
        ...

    # An upsert by the subaccount's code, so a retry changes nothing.
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
        :param transaction_share: The share, sent as ``share``: a percentage, or an amount in subunits of the currency
            if the group's type is ``"flat"``.
        :returns: The updated group.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such group or subaccount.
        """
        ...

    # Removing again changes nothing, but returns 404.
    @endpoint("POST", "/split/{id}/subaccount/remove", retry_safety=RetrySafety.ALWAYS)
    def remove_sub_account_split(
        self, split_id: Annotated[IdOrCode, WireName("id")], subaccount: Code
    ) -> Response[None]:
        """Remove a subaccount from a split group.

        Paystack's page: https://paystack.com/docs/api/split/#remove-subaccount

        :param split_id: The group's ``id``, a number or the same as text.
        :param subaccount: The subaccount's code, ``ACCT_…``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If the subaccount is not in the group, or no longer.
        """
        ...

    # name and active are required in the docs' list of parameters, but not in their request or the OpenAPI file.
    @endpoint("PUT", "/split/{id}")
    def update_split(
        self,
        split_id: Annotated[IdOrCode, WireName("id")],
        transaction_split_name: Annotated[Code, WireName("name")] | None = None,
        active: bool | None = None,
        bearer_type: BearerTypeValue | None = None,
        bearer_subaccount: Code | None = None,
    ) -> Response[Split]:
        """Change a split group. Arguments that you omit stay unchanged.

        Paystack's page: https://paystack.com/docs/api/split/#update

        :param split_id: The group's ``id``, a number or the same as text.
        :param transaction_split_name: The new name, sent as ``name``.
        :param active: Whether the group is in use.
        :param bearer_type: Who pays Paystack's fee: ``"account"``, ``"subaccount"``, ``"all-proportional"`` or
            ``"all"``, or a member of :class:`~paystackease.helpers.tool_kit.Bearer`.
        :param bearer_subaccount: The code of the subaccount that pays it; only if ``bearer_type`` is ``"subaccount"``.
        :returns: The updated group.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        :raises paystackease.errors.NotFoundError: If there is no such group.
        """
        ...

    # perPage is the docs' spelling; the OpenAPI file has per_page. The docs mark the filters name and active as
    # required, but their own request sends none.
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
        """List split groups.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/split/#list

        :param split_name: Only groups of this name, sent as ``name``.
        :param active: True for active ones, False for inactive ones. If omitted, both.
        :param sort_by: The field to sort by, such as ``"name"``. Paystack's default is the date of creation.
        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param from_date: Only groups created at or after this date (00:00 UTC) or datetime (UTC if it has no time
            zone).
        :param to_date: Only groups created up to this date (23:59:59.999 UTC) or datetime.
        :param subaccount_code: Only groups with this subaccount (``ACCT_…``). Only in Paystack's OpenAPI file.
        :returns: A page of groups. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If ``per_page`` or ``page`` is below 1, or ``from_date`` comes
            after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/split/{id}")
    def fetch_split(self, split_id: Annotated[IdOrCode, WireName("id")]) -> Response[Split]:
        """Fetch a split group.

        Paystack's page: https://paystack.com/docs/api/split/#fetch

        :param split_id: The group's ``id``, a number or the same as text.
        :returns: The group.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such group.
        """
        ...


class TransactionSplitClientAPI(PayStackBaseClientAPI, TransactionSplits):
    """The Transaction Splits API: create and manage groups of subaccounts that share payments."""
