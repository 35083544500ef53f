"""Transfers, for asyncio: https://paystack.com/docs/api/transfer/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.transfers import Transfers


class AsyncTransfersClientAPI(AsyncPayStackBaseClientAPI, Transfers):
    """The Transfers API for asyncio: send money from the balance to recipients."""
