"""Groups of subaccounts that share payments."""

from typing import NotRequired, TypedDict

from paystackease.types.envelope import Metadata


class SplitSubaccount(TypedDict):
    """A subaccount, as in a split group."""

    id: int
    subaccount_code: str
    """``ACCT_…``"""
    business_name: str
    description: str | None
    primary_contact_name: str | None
    primary_contact_email: str | None
    primary_contact_phone: str | None
    metadata: Metadata
    settlement_bank: str
    """The name of the bank."""
    currency: str
    account_number: str


class SplitShare(TypedDict):
    """A subaccount and its share of payments."""

    subaccount: SplitSubaccount
    share: int
    """A percentage, or an amount in subunits of the currency, by the ``type`` of the group."""


class SplitDetails(TypedDict):
    """The fields of a split group."""

    id: int
    split_code: str
    """``SPL_…``: the identifier in payments."""
    name: str
    type: str
    """``"percentage"`` or ``"flat"``."""
    currency: str
    active: bool
    bearer_type: str
    """Who pays Paystack's fee: ``"subaccount"``, ``"account"``, ``"all-proportional"`` or ``"all"``."""
    is_dynamic: bool
    """Whether it is for a single payment."""
    subaccounts: list[SplitShare]
    total_subaccounts: int
    integration: int
    domain: str
    """``"test"`` or ``"live"``."""
    createdAt: str
    updatedAt: str


class NewSplit(SplitDetails):
    """The response to creating a split group."""

    bearer_subaccount: NotRequired[int | None]
    """The ``id`` of the subaccount that pays the fee, although its code was sent."""


class Split(SplitDetails):
    """A split group."""

    bearer_subaccount: int | None
    """The ``id`` of the subaccount that pays the fee, although its code was sent."""
