"""Preauthorizations, for asyncio: https://paystack.com/docs/api/preauthorization/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.preauthorization import Preauthorizations


class AsyncPreauthorizationClientAPI(AsyncPayStackBaseClientAPI, Preauthorizations):
    """The Preauthorization API for asyncio: put amounts on hold on cards, and capture or release them later."""
