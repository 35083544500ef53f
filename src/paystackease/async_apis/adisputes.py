"""Disputes, for asyncio: https://paystack.com/docs/api/dispute/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.disputes import Disputes


class AsyncDisputesClientAPI(AsyncPayStackBaseClientAPI, Disputes):
    """The Disputes API for asyncio: respond to customers who dispute a payment."""
