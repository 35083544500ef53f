"""The inbox: stores each webhook in a database, then runs its handlers (extra ``durable``)."""

from paystackease.webhooks.inbox.entries import AttemptRecord as AttemptRecord
from paystackease.webhooks.inbox.entries import Entry as Entry
from paystackease.webhooks.inbox.entries import EntryDetail as EntryDetail
from paystackease.webhooks.inbox.idle_run import RunReport as RunReport
from paystackease.webhooks.inbox.inbox import Inbox as Inbox

__all__ = ["AttemptRecord", "Entry", "EntryDetail", "Inbox", "RunReport"]
