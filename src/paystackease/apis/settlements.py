"""Settlements: https://paystack.com/docs/api/settlement/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
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
        """List what was paid out to your bank accounts. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/settlement/#list

        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param status: Only those that are ``"success"``, ``"failed"``, ``"pending"`` or ``"processing"``, or a member
            of :class:`~paystackease.helpers.tool_kit.STATUS`.
        :param subaccount: Only those of the subaccount with this ``id``; ``"none"`` for the main account alone.
        :param from_date: Only those at or after this date or moment. A date alone begins at 00:00 UTC; a moment without
            a time zone is UTC.
        :param to_date: Only those up to this date or moment. A date alone ends with its last moment, 23:59:59.999 UTC.
        :returns: A page of settlements, and in ``meta`` where the list goes on. Nothing is paid out in test mode.
        :raises paystackease.errors.InvalidArgumentError: Where ``per_page`` or ``page`` is below 1, ``status`` is
            another, or ``from_date`` comes after ``to_date``. Nothing was sent.
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
        """List the transactions that a settlement is made of. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/settlement/#transactions

        :param settlement_id: The settlement's ``id``, a number.
        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param from_date: Only transactions at or after this date or moment. A date alone begins at 00:00 UTC; a moment
            without a time zone is UTC.
        :param to_date: Only transactions up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :returns: A page of transactions, and in ``meta`` where the list goes on and their ``total_volume``.
        :raises paystackease.errors.InvalidArgumentError: Where a number is below 1, or ``from_date`` comes after
            ``to_date``. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such settlement.
        """
        ...


class SettlementClientAPI(PayStackBaseClientAPI, Settlements):
    """The Settlements API: see what was paid out to your bank accounts, and for which transactions."""
