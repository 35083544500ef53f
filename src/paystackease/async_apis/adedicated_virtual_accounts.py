"""Dedicated virtual accounts, for asyncio: https://paystack.com/docs/api/dedicated-virtual-account/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.dedicated_virtual_accounts import DedicatedVirtualAccounts


class AsyncDedicatedVirtualAccountClientAPI(AsyncPayStackBaseClientAPI, DedicatedVirtualAccounts):
    """The Dedicated Virtual Accounts API for asyncio: assign bank account numbers to customers."""
