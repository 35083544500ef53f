"""Webhooks: verify that Paystack signed them, and handle their events.

:func:`verify` checks a signature and returns the event. ``HandlerRegistry`` registers functions for events. ``Inbox``
stores each event first, and then runs its handlers. There is a module for each web framework: ``asgi``, ``wsgi``,
``starlette`` (and FastAPI), ``django``, ``flask``. Importing this package loads none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paystackease._core.lazy import lazy_exports

if TYPE_CHECKING:
    from paystackease.webhooks.events import AnyEvent as AnyEvent
    from paystackease.webhooks.handlers import HandlerRegistry as HandlerRegistry
    from paystackease.webhooks.inbox import Inbox as Inbox
    from paystackease.webhooks.receiver import IPAllowlist as IPAllowlist
    from paystackease.webhooks.signature import Event as Event
    from paystackease.webhooks.signature import verify as verify

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "AnyEvent": "paystackease.webhooks.events",
        "Event": "paystackease.webhooks.signature",
        "HandlerRegistry": "paystackease.webhooks.handlers",
        "Inbox": "paystackease.webhooks.inbox",
        "IPAllowlist": "paystackease.webhooks.receiver",
        "verify": "paystackease.webhooks.signature",
    },
)
