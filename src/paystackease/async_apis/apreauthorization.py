"""Preauthorizations, for asyncio: https://paystack.com/docs/api/preauthorization/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.preauthorization import Preauthorizations


class AsyncPreauthorizationClientAPI(AsyncPayStackBaseClientAPI, Preauthorizations):
    """The Preauthorization API, awaited: hold amounts on cards, and later take them or let them go."""
