"""Transactions, for asyncio: https://paystack.com/docs/api/transaction/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.transactions import Transactions


class AsyncTransactionClientAPI(AsyncPayStackBaseClientAPI, Transactions):
    """The Transactions API for asyncio: take payments, charge saved authorizations, and fetch their outcome."""
