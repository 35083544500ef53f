"""Capitec Pay, for asyncio: https://paystack.com/docs/api/capitec-pay/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.capitec_pay import CapitecPay


class AsyncCapitecPayClientAPI(AsyncPayStackBaseClientAPI, CapitecPay):
    """The Capitec Pay API for asyncio: fetch the status of a payment.

    Make a separate client, with the public key (``pk_test_…`` or ``pk_live_…``) as ``secret_key``: Paystack does not
    accept the secret key here. Without an argument, the client would use the secret key of the environment.
    """

    _accepts_public_key = True
