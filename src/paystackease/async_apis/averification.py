"""Verification of accounts and cards, for asyncio: https://paystack.com/docs/api/verification/"""

from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.verification import Verification


class AsyncVerificationClientAPI(AsyncPayStackBaseClientAPI, Verification):
    """The Verification API for asyncio: look up the holders of accounts and the issuers of cards."""
