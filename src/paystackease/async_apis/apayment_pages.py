"""Payment pages, for asyncio: https://paystack.com/docs/api/page/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.payment_pages import PaymentPages


class AsyncPaymentPagesClientAPI(AsyncPayStackBaseClientAPI, PaymentPages):
    """The Payment Pages API for asyncio: payment pages that Paystack hosts."""
