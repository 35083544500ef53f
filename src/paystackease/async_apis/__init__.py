"""The asyncio clients of the sections. Their endpoints are declared in :mod:`paystackease.apis`."""
