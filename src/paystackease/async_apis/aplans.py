"""Plans, for asyncio: https://paystack.com/docs/api/plan/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.plans import Plans


class AsyncPlanClientAPI(AsyncPayStackBaseClientAPI, Plans):
    """The Plans API for asyncio: the amounts and intervals of subscriptions."""
