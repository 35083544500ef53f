"""Charges, for asyncio: https://paystack.com/docs/api/charge/"""

from paystackease._core.call_flow import poll_until_final
from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.charges import Charges
from paystackease.response import Response
from paystackease.types.charges import Charge


class AsyncChargesClientAPI(AsyncPayStackBaseClientAPI, Charges):
    """The Charge API, awaited: take a payment by a channel of your choice, step by step, without Paystack's pages."""

    async def wait_for_charge(
        self, reference: str, *, deadline: float = 300.0, every: float = 10.0
    ) -> Response[Charge]:
        """Wait until a charge has ended, however: paid, failed, or given up. Ask its ``data["status"]`` which.

        :param reference: The charge's reference.
        :param deadline: How many seconds to wait at the most. Mobile money must be confirmed within 180.
        :param every: How many seconds to wait before asking, and then ever longer, up to 30. Paystack wants 10 or more.
        :returns: Where the charge stands, as :meth:`check_pending_charge` answers it.
        :raises paystackease.errors.ChargePendingError: Where it has not ended by then. It may yet: ask again later.
        :raises paystackease.errors.InvalidRequestError: Where there is no such charge.
        """
        request = Charges.check_pending_charge.build(reference)
        manner = self._request_options
        return await self._run_flow(
            poll_until_final(request, manner.retry, manner.observers, every=every, deadline=deadline)
        )
