"""Orders, for asyncio: https://paystack.com/docs/api/order/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.orders import Orders


class AsyncOrderClientAPI(AsyncPayStackBaseClientAPI, Orders):
    """The Orders API for asyncio: orders of your products."""
