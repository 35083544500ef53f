"""The settings of an integration and its webhooks, for asyncio: https://paystack.com/docs/api/integration/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.integration import Integrations


class AsyncIntegrationClientAPI(AsyncPayStackBaseClientAPI, Integrations):
    """The Integration API for asyncio: settings, and the webhooks that Paystack has sent."""
