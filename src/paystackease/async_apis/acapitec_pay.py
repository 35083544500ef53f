"""Capitec Pay, for asyncio: https://paystack.com/docs/api/capitec-pay/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.capitec_pay import CapitecPay


class AsyncCapitecPayClientAPI(AsyncPayStackBaseClientAPI, CapitecPay):
    """The Capitec Pay API, awaited: ask where a payment stands.

    Make it of its own, with the public key (``pk_test_…`` or ``pk_live_…``) as ``secret_key``: Paystack does not take
    the secret key here. Given no key, it would take the secret one from the environment.
    """
