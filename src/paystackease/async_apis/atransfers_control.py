"""The balance, and the OTP of transfers, for asyncio: https://paystack.com/docs/api/transfer-control/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.transfers_control import TransferControl


class AsyncTransferControlClientAPI(AsyncPayStackBaseClientAPI, TransferControl):
    """The Transfers Control API for asyncio: the balance, and whether transfers need an OTP."""
