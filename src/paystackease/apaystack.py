"""Every section of the API for asyncio, over one session."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from paystackease.abase import AsyncPayStackBaseClientAPI

if TYPE_CHECKING:
    from paystackease.async_apis.acustomers import AsyncCustomerClientAPI


class AsyncPaystack(AsyncPayStackBaseClientAPI):
    """The asyncio client of the whole API. A section is made when it is first asked for."""

    @cached_property
    def customers(self) -> AsyncCustomerClientAPI:
        """Customers, their saved cards and their direct debit mandates."""
        from paystackease.async_apis.acustomers import AsyncCustomerClientAPI

        return AsyncCustomerClientAPI._over(self._line)


AsyncPayStackBase = AsyncPaystack
"""The name of :class:`AsyncPaystack` in paystackease 1."""
