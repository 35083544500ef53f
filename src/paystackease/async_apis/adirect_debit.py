"""Direct debits, for asyncio: https://paystack.com/docs/api/direct-debit/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.direct_debit import DirectDebits


class AsyncDirectDebitClientAPI(AsyncPayStackBaseClientAPI, DirectDebits):
    """The Direct Debit API for asyncio: the mandates of all customers."""
