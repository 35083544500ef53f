"""Settlements: https://paystack.com/docs/api/settlement/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from typing import Annotated, Literal, TypeAlias

from paystackease._core.endpoint import endpoint
from paystackease._core.validation import FromDate, Id, IdOrCode, Page, PerPage, ToDate, WireName, validate_date_order
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import STATUS
from paystackease.response import Response
from paystackease.types.settlements import SettledTransaction, Settlement

StatusValue: TypeAlias = STATUS | Literal["success", "failed", "pending", "processing"]


class Settlements:
    """The endpoints of the Settlements API."""

    # status, subaccount and the dates are in the docs, not in the OpenAPI file.
    @endpoint("GET", "/settlement", pages="page", rules=(validate_date_order,))
    def list_settlements(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        status: StatusValue | None = None,
        subaccount: IdOrCode | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
    ) -> Response[list[Settlement]]:
        """List the payouts to your bank accounts.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/settlement/#list

        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param status: Only those that are ``"success"``, ``"failed"``, ``"pending"`` or ``"processing"``, or a member
            of :class:`~paystackease.helpers.tool_kit.STATUS`.
        :param subaccount: Only those of the subaccount with this ``id``; ``"none"`` for the main account only.
        :param from_date: Only those at or after this date (00:00 UTC) or datetime (UTC if it has no time zone).
        :param to_date: Only those up to this date (23:59:59.999 UTC) or datetime.
        :returns: A page of settlements. ``meta`` has the position in the list. There are no payouts in test mode.
        :raises paystackease.errors.InvalidArgumentError: If ``per_page`` or ``page`` is below 1, ``status`` has another
            value, or ``from_date`` comes after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/settlement/{id}/transactions", pages="page", rules=(validate_date_order,))
    def list_settlement_transactions(
        self,
        settlement_id: Annotated[Id, WireName("id")],
        per_page: PerPage | None = None,
        page: Page | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
    ) -> Response[list[SettledTransaction]]:
        """List the transactions of a settlement.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/settlement/#transactions

        :param settlement_id: The settlement's ``id``, a number.
        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param from_date: Only transactions at or after this date (00:00 UTC) or datetime (UTC if it has no time zone).
        :param to_date: Only transactions up to this date (23:59:59.999 UTC) or datetime.
        :returns: A page of transactions. ``meta`` has the position in the list and the ``total_volume``.
        :raises paystackease.errors.InvalidArgumentError: If a number is below 1, or ``from_date`` comes after
            ``to_date``. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such settlement.
        """
        ...


class SettlementClientAPI(PayStackBaseClientAPI, Settlements):
    """The Settlements API: payouts to your bank accounts, and their transactions."""
