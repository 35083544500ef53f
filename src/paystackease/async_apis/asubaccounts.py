"""Subaccounts, for asyncio: https://paystack.com/docs/api/subaccount/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.subaccounts import Subaccounts


class AsyncSubAccountClientAPI(AsyncPayStackBaseClientAPI, Subaccounts):
    """The Subaccounts API for asyncio: create and manage the bank accounts that receive a share of payments."""
