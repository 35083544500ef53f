"""Charges, for asyncio: https://paystack.com/docs/api/charge/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.charges import Charges


class AsyncChargesClientAPI(AsyncPayStackBaseClientAPI, Charges):
    """The Charge API, awaited: take a payment by a channel of your choice, step by step, without Paystack's pages."""
