"""What Paystack tells you: events, in webhooks that it signs.

:func:`verify` says whether it did. ``HandlerRegistry`` has a function for each event; ``Inbox`` writes events down
first, and handles each once. There is a module for each web framework: ``asgi``, ``wsgi``, ``starlette`` (and FastAPI),
``django``, ``flask``. Importing this loads none of them.
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
