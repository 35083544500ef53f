"""Settlements, for asyncio: https://paystack.com/docs/api/settlement/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.settlements import Settlements


class AsyncSettlementClientAPI(AsyncPayStackBaseClientAPI, Settlements):
    """The Settlements API for asyncio: payouts to your bank accounts, and their transactions."""
