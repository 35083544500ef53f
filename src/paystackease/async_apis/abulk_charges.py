"""Bulk charges, for asyncio: https://paystack.com/docs/api/bulk-charge/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.bulk_charges import BulkCharges


class AsyncBulkChargesClientAPI(AsyncPayStackBaseClientAPI, BulkCharges):
    """The Bulk Charges API for asyncio: charge many saved authorizations in a batch, and follow, pause or resume it."""
