"""The inbox: stores each webhook in a database, then runs its handlers (extra ``durable``)."""

from paystackease.webhooks.inbox.inbox import Entry as Entry
from paystackease.webhooks.inbox.inbox import Inbox as Inbox
from paystackease.webhooks.inbox.inbox import Shown as Shown
from paystackease.webhooks.inbox.inbox import Tried as Tried

__all__ = ["Entry", "Inbox", "Shown", "Tried"]
