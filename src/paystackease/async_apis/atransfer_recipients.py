"""Transfer recipients, for asyncio: https://paystack.com/docs/api/transfer-recipient/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.transfer_recipients import TransferRecipients


class AsyncTransferRecipientsClientAPI(AsyncPayStackBaseClientAPI, TransferRecipients):
    """The Transfer Recipients API for asyncio: the accounts that receive transfers."""
