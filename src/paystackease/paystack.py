"""Every section of the API, over one connection pool."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from paystackease.base import PayStackBaseClientAPI

if TYPE_CHECKING:
    from paystackease.apis.customers import CustomerClientAPI


class Paystack(PayStackBaseClientAPI):
    """The blocking client of the whole API. A section is made when it is first asked for."""

    @cached_property
    def customers(self) -> CustomerClientAPI:
        """Customers, their saved cards and their direct debit mandates."""
        from paystackease.apis.customers import CustomerClientAPI

        return CustomerClientAPI._over(self._line)


PayStackBase = Paystack
"""The name of :class:`Paystack` in paystackease 1."""
