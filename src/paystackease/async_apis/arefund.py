"""Refunds, for asyncio: https://paystack.com/docs/api/refund/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.refund import Refunds


class AsyncRefundClientAPI(AsyncPayStackBaseClientAPI, Refunds):
    """The Refunds API for asyncio: refund payments, in full or in part."""
