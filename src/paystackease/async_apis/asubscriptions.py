"""Subscriptions, for asyncio: https://paystack.com/docs/api/subscription/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.subscriptions import Subscriptions


class AsyncSubscriptionClientAPI(AsyncPayStackBaseClientAPI, Subscriptions):
    """The Subscriptions API for asyncio: charge customers at the intervals of a plan."""
