"""Payment requests, for asyncio: https://paystack.com/docs/api/payment-request/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.payment_requests import PaymentRequests


class AsyncPaymentRequestClientAPI(AsyncPayStackBaseClientAPI, PaymentRequests):
    """The Payment Requests API for asyncio: request payments from customers, with or without an invoice."""
