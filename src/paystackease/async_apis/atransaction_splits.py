"""Groups of subaccounts that share payments, for asyncio: https://paystack.com/docs/api/split/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.transaction_splits import TransactionSplits


class AsyncTransactionSplitClientAPI(AsyncPayStackBaseClientAPI, TransactionSplits):
    """The Transaction Splits API for asyncio: create and manage groups of subaccounts that share payments."""
