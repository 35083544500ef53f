"""Products, for asyncio: https://paystack.com/docs/api/product/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.products import Products


class AsyncProductClientAPI(AsyncPayStackBaseClientAPI, Products):
    """The Products API for asyncio: your products, their prices and their stock."""
