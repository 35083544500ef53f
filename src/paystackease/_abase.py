"""A private import path of paystackease 1. The base of the asyncio clients is in :mod:`paystackease.abase`."""

from paystackease.abase import AsyncPayStackBaseClientAPI as AsyncPayStackBaseClientAPI
