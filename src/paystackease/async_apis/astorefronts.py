"""Storefronts, for asyncio: https://paystack.com/docs/api/storefront/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.storefronts import Storefronts


class AsyncStorefrontClientAPI(AsyncPayStackBaseClientAPI, Storefronts):
    """The Storefronts API for asyncio: shops for your products that Paystack hosts."""
