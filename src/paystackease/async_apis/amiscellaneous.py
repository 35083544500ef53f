"""Banks, countries and states, for asyncio: https://paystack.com/docs/api/miscellaneous/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.miscellaneous import Miscellaneous


class AsyncMiscellaneousClientAPI(AsyncPayStackBaseClientAPI, Miscellaneous):
    """The Miscellaneous API for asyncio: banks, countries and states."""
