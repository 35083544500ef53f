"""Terminals, for asyncio: https://paystack.com/docs/api/terminal/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.terminal import Terminals


class AsyncTerminalClientAPI(AsyncPayStackBaseClientAPI, Terminals):
    """The Terminal API for asyncio: send payments to point-of-sale devices, and manage the devices."""
