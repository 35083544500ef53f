"""The settings of an integration: https://paystack.com/docs/api/integration/ And the webhooks that Paystack has sent to
it: https://paystack.com/docs/api/webhook-events/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, TypeAlias, TypedDict

from paystackease._core.dates import WholeDays
from paystackease._core.endpoint import endpoint
from paystackease._core.validation import (
    Code,
    Date,
    FromDate,
    Ge,
    IdOrCode,
    InQuery,
    ToDate,
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

# The test API rejected every other value (observed 2026-10-09).
Delivery: TypeAlias = Literal["Delivered", "Pending", "Failed"]

_Between = TypedDict("_Between", {"from": Date, "to": Date}, total=False)


class WebhookEventFilters(_Between, total=False):
    """A filter for webhooks. They must match all of its fields. ``from`` and ``to`` are dates or datetimes, as in
    :meth:`~Integrations.list_webhook_events`.
    """

    category: str
    """The type of object: ``"transactions"``, ``"refund"`` …"""
    event_type: str
    """The event's name, such as ``"charge.success"``."""
    status: Delivery
    category_row_id: IdOrCode
    """The ``id`` of the object, such as the transaction's."""


class Integrations:
    """The endpoints of the Integration API and of the Webhook Events API."""

    @endpoint("GET", "/integration/payment_session_timeout")
    def fetch_timeout(self) -> Response[SessionTimeout]:
        """Fetch the time limit for a payment.

        Paystack's page: https://paystack.com/docs/api/integration/#fetch-timeout

        :returns: The timeout in seconds; 0 if there is none.
        """
        ...

    @endpoint("PUT", "/integration/payment_session_timeout")
    def update_timeout(self, timeout: Annotated[int, Ge(0)]) -> Response[SessionTimeout]:
        """Set the time limit for payments of the integration.

        Paystack's page: https://paystack.com/docs/api/integration/#update-timeout

        :param timeout: The time in seconds; 0 for no limit.
        :returns: The updated timeout.
        :raises paystackease.errors.InvalidArgumentError: If the argument is not a whole number of 0 or more. Nothing
            was sent.
        """
        ...

    # Webhook events are observed in use, and in neither OpenAPI file. Since 2026, Paystack's doc-code-snippets have
    # samples of them (src/api/webhook-events, commit d461a8f), and name the page that the docstrings link to. Paths,
    # bodies and responses are from there. The parameters of the list, preview and the limits are from other clients'
    # reports of that page and of the test API (2026-10-09).

    # limit: the page's default is reported as 20; the test API returned 50, and never more (observed).
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
        """List the webhooks that Paystack sent or will send, newest first.

        ``client.iterate(...)`` reads all pages.

        Observed in use; Paystack's OpenAPI file does not have it. Paystack's page:
        https://paystack.com/docs/api/webhook-events/#list

        :param category: Only those about this type of object: ``"transactions"``, ``"refund"`` …
        :param event_type: Only those of this event, such as ``"charge.success"``.
        :param status: Only those ``"Delivered"``, ``"Pending"`` or ``"Failed"``.
        :param category_row_id: Only those about the object with this ``id``, such as a transaction.
        :param from_date: Only those at or after this date (00:00 UTC) or datetime (UTC if it has no time zone).
        :param to_date: Only those up to this date (23:59:59.999 UTC) or datetime.
        :param limit: The number of items on a page, 1 or more. Paystack returns at most 50 (observed).
        :param next: The cursor of the next page, from ``meta``.
        :param previous: The cursor of the previous page, from ``meta``. Not together with ``next``.
        :returns: A page of webhooks. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        """
        ...

    @endpoint("GET", "/integration/webhooks/events/lookup", documented=False)
    def lookup_webhook_event(self, reference: IdOrCode) -> Response[FetchedWebhookEvent]:
        """Find a webhook by its object.

        Observed in use; Paystack's OpenAPI file does not have it. Paystack's page:
        https://paystack.com/docs/api/webhook-events/#lookup

        :param reference: The ``id`` of the object, such as the transaction's, not its reference; or the ``_id`` of the
            webhook.
        :returns: The webhook, with the request, and the response of your server.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such webhook.
        """
        ...

    @endpoint("GET", "/integration/webhooks/events/{id}", documented=False)
    def fetch_webhook_event(self, event_id: Annotated[Code, WireName("id")]) -> Response[FetchedWebhookEvent]:
        """Fetch a webhook, with the request, and the response of your server.

        Observed in use; Paystack's OpenAPI file does not have it. Paystack's page:
        https://paystack.com/docs/api/webhook-events/#fetch

        :param event_id: The webhook's ``_id``, from a list: 24 hexadecimal digits.
        :returns: The webhook.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such webhook.
        """
        ...

    # Never retried: by Paystack's page, an event is sent once for each request.
    @endpoint("POST", "/integration/webhooks/events/resend", documented=False)
    def resend_webhook_events(self, ids: Sequence[Code]) -> Response[ResentWebhookEvents]:
        """Redeliver webhooks, to the URL that is set now. Your server must deduplicate them.

        Observed in use; Paystack's OpenAPI file does not have it. Paystack's page:
        https://paystack.com/docs/api/webhook-events/#resend

        :param ids: The ``_id`` of each, from a list; 1 to 100, by another client's report of Paystack's limit (an
            assumption).
        :returns: The number of redelivered webhooks, and those that failed (HTTP 202).
        :raises paystackease.errors.InvalidArgumentError: If an argument is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call, such as an empty list.
        """
        ...

    # preview has no default here, although Paystack has one: without filters, false redelivers every webhook. That
    # Paystack accepts preview=false is an assumption: its sample omits preview instead. Never retried, as above.
    @endpoint("POST", "/integration/webhooks/events/resend-matching", documented=False)
    def resend_matching_webhook_events(
        self, *, preview: Annotated[bool, InQuery()], filters: Annotated[WebhookEventFilters, WholeDays()] | None = None
    ) -> Response[ResentMatchingWebhookEvents]:
        """Count the webhooks that match, or redeliver them all. Your server must deduplicate them.

        Observed in use; Paystack's OpenAPI file does not have it. Paystack's page:
        https://paystack.com/docs/api/webhook-events/#resend-matching

        :param preview: True counts them only. False redelivers them.
        :param filters: The filters, as a dict of ``category``, ``event_type``, ``status``, ``category_row_id``,
            ``from`` and ``to``, as in :meth:`list_webhook_events`. If omitted, all webhooks.
        :returns: The number of matches (HTTP 200), or the numbers of redelivered and skipped webhooks (HTTP 202).
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.RateLimitError: If it is called too often.
        """
        ...


class IntegrationClientAPI(PayStackBaseClientAPI, Integrations):
    """The Integration API: settings, and the webhooks that Paystack has sent."""
