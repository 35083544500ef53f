"""Charges, for asyncio: https://paystack.com/docs/api/charge/"""

from paystackease._core.call_flow import poll_until_final
from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.charges import Charges
from paystackease.response import Response
from paystackease.types.charges import Charge


class AsyncChargesClientAPI(AsyncPayStackBaseClientAPI, Charges):
    """The Charge API for asyncio: take a payment through one channel, step by step, without Paystack's pages."""

    async def wait_for_charge(
        self, reference: str, *, deadline: float = 300.0, every: float = 10.0
    ) -> Response[Charge]:
        """Poll a charge until its status is final. ``data["status"]`` tells whether it was paid, failed or was
        abandoned.

        :param reference: The charge's reference.
        :param deadline: The maximum time to wait, in seconds. Customers must confirm mobile money within 180 seconds.
        :param every: The first interval in seconds. It grows up to 30. Paystack requires 10 or more.
        :returns: The charge, as from :meth:`check_pending_charge`.
        :raises paystackease.errors.ChargePendingError: If the status is not final by then. The charge may still
            succeed.
        :raises paystackease.errors.InvalidRequestError: If there is no such charge.
        """
        request = Charges.check_pending_charge.build(reference)
        manner = self._request_options
        return await self._run_flow(
            poll_until_final(request, manner.retry, manner.observers, every=every, deadline=deadline)
        )
