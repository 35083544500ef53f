"""Apple Pay, for asyncio: https://paystack.com/docs/api/apple-pay/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.apple_pay import ApplePay


class AsyncApplePayClientAPI(AsyncPayStackBaseClientAPI, ApplePay):
    """The Apple Pay API for asyncio: manage the domains that accept Apple Pay."""
