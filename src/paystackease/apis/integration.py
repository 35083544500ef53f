"""The settings of an integration: https://paystack.com/docs/api/integration/
And the webhooks that Paystack has sent to it: https://paystack.com/docs/api/webhook-events/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Literal, TypeAlias, TypedDict

from paystackease._core.endpoint import endpoint
from paystackease._core.validation import (
    Code,
    FromDate,
    Ge,
    IdOrCode,
    InQuery,
    ToDate,
    WholeDays,
    WireName,
    forbid_both,
    validate_date_order,
)
from paystackease.base import PayStackBaseClientAPI
from paystackease.response import Response
from paystackease.types.integration import (
    FetchedWebhookEvent,
    ResentMatchingWebhookEvents,
    ResentWebhookEvents,
    SessionTimeout,
    WebhookEvent,
)

# The test API refused every other (observed 2026-10-09).
Delivery: TypeAlias = Literal["Delivered", "Pending", "Failed"]

_Between = TypedDict("_Between", {"from": dt.date, "to": dt.date}, total=False)


class WebhookEventFilters(_Between, total=False):
    """Which webhooks: those that match all of these. ``from`` and ``to`` are dates or moments, as those of
    :meth:`~Integrations.list_webhook_events` are.
    """

    category: str
    """What kind of thing they are about: ``"transactions"``, ``"refund"`` …"""
    event_type: str
    """The event's name, such as ``"charge.success"``."""
    status: Delivery
    category_row_id: IdOrCode
    """The ``id`` of what they are about, such as the transaction's."""


class Integrations:
    """The endpoints of the Integration API and of the Webhook Events API."""

    @endpoint("GET", "/integration/payment_session_timeout")
    def fetch_timeout(self) -> Response[SessionTimeout]:
        """Fetch how long a customer has to pay.

        Paystack's page: https://paystack.com/docs/api/integration/#fetch-timeout

        :returns: The timeout in seconds; 0 where there is none.
        """
        ...

    @endpoint("PUT", "/integration/payment_session_timeout")
    def update_timeout(self, timeout: Annotated[int, Ge(0)]) -> Response[SessionTimeout]:
        """Set how long a customer has to pay. It is a setting of the whole integration.

        Paystack's page: https://paystack.com/docs/api/integration/#update-timeout

        :param timeout: The time in seconds; 0 for no limit.
        :returns: The timeout as it is now.
        :raises paystackease.errors.InvalidArgumentError: Where it is not a whole number from 0 on. Nothing was sent.
        """
        ...

    # Webhook events: observed in use, and in neither of the OpenAPI files. Paystack's doc-code-snippets have samples of
    # them since 2026 (src/api/webhook-events, commit d461a8f), and name the page that the docstrings link to; paths,
    # bodies and answers are from there. The parameters of the list, preview, and the limits are as others read that
    # page and saw the test API answer (2026-10-09).

    # limit: the page is said to have 20 as its default; the test API gave 50, and no more than 50.
    @endpoint(
        "GET",
        "/integration/webhooks/events",
        pages="cursor",
        documented=False,
        rules=(validate_date_order, forbid_both("next", "previous")),
    )
    def list_webhook_events(
        self,
        category: Code | None = None,
        event_type: Code | None = None,
        status: Delivery | None = None,
        category_row_id: IdOrCode | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
        limit: Annotated[int, Ge(1)] | None = None,
        *,
        next: str | None = None,  # noqa: A002 # Paystack's name
        previous: str | None = None,
    ) -> Response[list[WebhookEvent]]:
        """List the webhooks that Paystack has sent, or is to send, the newest first.

        ``client.iterate(...)`` follows the pages.

        Observed in use; Paystack's OpenAPI file does not have it. Paystack's page: https://paystack.com/docs/api/webhook-events/#list

        :param category: Only those about this kind of thing: ``"transactions"``, ``"refund"`` …
        :param event_type: Only those of this event, such as ``"charge.success"``.
        :param status: Only those ``"Delivered"``, ``"Pending"`` or ``"Failed"``.
        :param category_row_id: Only those about the thing with this ``id``, such as a transaction.
        :param from_date: Only those from this date or moment on. A date alone begins at 00:00 UTC; a moment without a
            time zone is UTC.
        :param to_date: Only those up to this date or moment. A date alone ends with its last moment, 23:59:59.999 UTC.
        :param limit: How many on a page, 1 or more. Paystack has been seen to give 50 at most.
        :param next: The cursor of the next page, from ``meta``.
        :param previous: The cursor of the previous page, from ``meta``. Not together with ``next``.
        :returns: A page of webhooks, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        """
        ...

    @endpoint("GET", "/integration/webhooks/events/lookup", documented=False)
    def lookup_webhook_event(self, reference: IdOrCode) -> Response[FetchedWebhookEvent]:
        """Find a webhook by what it is about.

        Observed in use; Paystack's OpenAPI file does not have it. Paystack's page: https://paystack.com/docs/api/webhook-events/#lookup

        :param reference: The ``id`` of what it is about, such as the transaction's, and not its reference; or the
            webhook's own ``_id``.
        :returns: The webhook, with what was sent and what your server answered.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such webhook.
        """
        ...

    @endpoint("GET", "/integration/webhooks/events/{id}", documented=False)
    def fetch_webhook_event(self, event_id: Annotated[Code, WireName("id")]) -> Response[FetchedWebhookEvent]:
        """Fetch a webhook, with what was sent and what your server answered.

        Observed in use; Paystack's OpenAPI file does not have it. Paystack's page: https://paystack.com/docs/api/webhook-events/#fetch

        :param event_id: The webhook's ``_id``, from a list: 24 hex letters.
        :returns: The webhook.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such webhook.
        """
        ...

    # Not repeated: the page says that an event that is asked for twice is sent twice.
    @endpoint("POST", "/integration/webhooks/events/resend", documented=False)
    def resend_webhook_events(self, ids: Sequence[Code]) -> Response[ResentWebhookEvents]:
        """Have Paystack send webhooks once more, to the address that is set now. Your server must know a repeat.

        Observed in use; Paystack's OpenAPI file does not have it. Paystack's page: https://paystack.com/docs/api/webhook-events/#resend

        :param ids: The ``_id`` of each, from a list; one or more, and Paystack is said to take 100 at most.
        :returns: How many are sent again, and which failed (HTTP 202).
        :raises paystackease.errors.InvalidArgumentError: Where one is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it, such as an empty list.
        """
        ...

    # preview has no default here, though Paystack has one: without filters, false sends every webhook again. That
    # preview=false is taken is an assumption: Paystack's sample leaves preview out instead. Not repeated, as above.
    @endpoint("POST", "/integration/webhooks/events/resend-matching", documented=False)
    def resend_matching_webhook_events(
        self, *, preview: Annotated[bool, InQuery()], filters: Annotated[WebhookEventFilters, WholeDays()] | None = None
    ) -> Response[ResentMatchingWebhookEvents]:
        """Count the webhooks that match, or have Paystack send them all once more. Your server must know a repeat.

        Observed in use; Paystack's OpenAPI file does not have it. Paystack's page: https://paystack.com/docs/api/webhook-events/#resend-matching

        :param preview: True: only count them. False: send them.
        :param filters: Which, as a dict of ``category``, ``event_type``, ``status``, ``category_row_id``, ``from`` and
            ``to``, as in :meth:`list_webhook_events`. Left out: all of them.
        :returns: How many match (HTTP 200), or how many are sent again and how many left out (HTTP 202).
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.RateLimitError: Where it was asked for too often.
        """
        ...


class IntegrationClientAPI(PayStackBaseClientAPI, Integrations):
    """The Integration API: settings, and the webhooks that Paystack has sent."""
