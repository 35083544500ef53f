"""Virtual terminals, for asyncio: https://paystack.com/docs/api/virtual-terminal/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.virtual_terminal import VirtualTerminals


class AsyncVirtualTerminalClientAPI(AsyncPayStackBaseClientAPI, VirtualTerminals):
    """The Virtual Terminal API for asyncio: create and manage pages for payments in person, without a device."""
