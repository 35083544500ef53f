"""Customers, for asyncio: https://paystack.com/docs/api/customer/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.customers import Customers


class AsyncCustomerClientAPI(AsyncPayStackBaseClientAPI, Customers):
    """The Customers API for asyncio: create and manage customers, their saved cards and their direct debit mandates."""
