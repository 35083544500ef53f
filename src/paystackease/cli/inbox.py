"""``paystackease inbox``: inspect and replay the webhooks in an inbox.

``--inbox`` or ``PAYSTACK_INBOX`` names the inbox. Put a URL with a password into the variable, because other users of
the machine can read command lines. Only ``show`` prints personal data.
"""

from __future__ import annotations

import base64
import datetime as dt
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from cyclopts import App, Parameter
from cyclopts.validators import Number

from paystackease.cli.output import OutputFormat, print_items
from paystackease.errors import InboxError, InvalidArgumentError

if TYPE_CHECKING:
    from paystackease.webhooks.inbox import Entry, Inbox

inbox = App(name="inbox", help="Inspect and replay the webhooks in an inbox.", version_flags=[])

InboxURL: TypeAlias = Annotated[
    str,
    Parameter(
        env_var="PAYSTACK_INBOX",
        help="The URL of the inbox: sqlite:///FILE or postgresql://... (with a password, use PAYSTACK_INBOX).",
    ),
]
DEFAULT = "sqlite:///paystack-inbox.db"
State: TypeAlias = Literal["waiting", "running", "retrying", "done", "dead-letter", "set-aside"]
MIN_DAYS = 4
"""Paystack may redeliver an event for 72 hours. If it was deleted before, it would be handled again."""


@inbox.command(name="list")
def list_(
    *,
    state: State | None = None,
    event: str | None = None,
    limit: Annotated[int, Parameter(validator=Number(gte=1))] = 100,
    output: OutputFormat | None = None,
    fields: str | None = None,
    inbox: InboxURL = DEFAULT,
) -> None:
    """List events, the newest first.

    :param state: Only events in this state. Events that failed and wait for a retry are retrying. For a dead letter,
        show prints the error, and replay retries it.
    :param event: Only events with this name, such as charge.success.
    :param limit: The maximum number of events.
    :param output: Output format. Default: a table on a terminal, JSON in a pipe.
    :param fields: The fields of each event to print, separated by commas, such as key,state,arrived.
    """
    names = [name.strip() for name in (fields or "").split(",") if name.strip()]
    with _open_inbox(inbox) as opened:
        entries = opened.list(_to_state(state), name=event, limit=limit)
        # show and replay need the whole key.
        print_items([_entry_to_dict(entry) for entry in entries], output, names, whole=("key", "state"))


@inbox.command
def show(key: str, *, output: OutputFormat = "json", inbox: InboxURL = DEFAULT) -> None:
    """Show an event with its body and the attempts of its handlers. They contain personal data.

    :param key: The event's key, from inbox list.
    :param output: Output format.
    """
    with _open_inbox(inbox) as opened:
        detail = opened.show(key)
        attempts = [
            {"handler": attempt.handler, "ended": attempt.ended, "error": attempt.error} for attempt in detail.attempts
        ]
        item = {**_entry_to_dict(detail.entry), "tries": attempts, "body": detail.event.body}
        if detail.reason is not None:
            item = {**item, "body": None, "reason": detail.reason, **_raw_body_field(detail.event.raw_body or b"")}
        print_items([item], output, ())


@inbox.command
def replay(keys: list[str], /, *, again: bool = False, inbox: InboxURL = DEFAULT) -> int:
    """Retry events that are dead-lettered. A running worker handles them; this command runs no handlers.

    :param keys: The events' keys, from inbox list.
    :param again: Run all handlers again, including those that succeeded. The events may also be done.
    """
    failed = 0
    with _open_inbox(inbox) as opened:
        for key in keys:
            try:
                opened.replay(key, again=again)
            except InboxError as error:
                print(f"Error: {error}".replace("again=True", "--again"), file=sys.stderr)
                failed = 1
            else:
                print(f"{key} will be retried.")
    return failed


@inbox.command
def purge(
    *,
    older_than: Annotated[int, Parameter(validator=Number(gte=MIN_DAYS, lte=36_500))],
    state: Literal["done", "dead-letter", "set-aside"] = "done",
    inbox: InboxURL = DEFAULT,
) -> None:
    """Delete events permanently, before workers delete them by themselves.

    :param older_than: Only events that arrived this many days ago or earlier. At least 4, because Paystack may
        redeliver newer events.
    :param state: Only events in this state. Events in other states are never deleted.
    """
    before = dt.datetime.now(dt.UTC) - dt.timedelta(days=older_than)
    with _open_inbox(inbox) as opened:
        count = opened.purge(before, state="done" if state == "done" else "dead_letter")
    print(f"{count} event{'' if count == 1 else 's'} deleted.")


@contextmanager
def _open_inbox(url: str) -> Generator[Inbox]:
    try:
        from paystackease.webhooks.inbox import Inbox
    except ImportError as error:
        raise InboxError(str(error)) from error
    opened = Inbox(url)
    _require_inbox(url)
    try:
        yield opened
    finally:
        opened.close()


def _require_inbox(url: str) -> None:
    # To open an inbox creates its file and its tables. A command that reads must create nothing.
    import sqlite3

    import sqlalchemy as sa
    from sqlalchemy.exc import SQLAlchemyError

    from paystackease._core.database_url import parse_database_url
    from paystackease.webhooks.inbox.database import SCHEMA

    parsed = parse_database_url(url, "the inbox")
    safe_url = parsed.render_as_string(hide_password=True)
    if parsed.get_backend_name() == "sqlite":
        read_only_url = f"{Path(parsed.database or '').absolute().as_uri()}?mode=ro"
        engine = sa.create_engine("sqlite://", creator=lambda: sqlite3.connect(read_only_url, uri=True))
        is_missing, schema = not Path(parsed.database or "").is_file(), None
    else:
        engine, is_missing, schema = sa.create_engine(parsed), False, SCHEMA
    try:
        is_missing = is_missing or not sa.inspect(engine).has_table("workflow_status", schema=schema)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", type(error).__name__)).split("\n", 1)[0]
        raise InboxError(f"the inbox at {safe_url} could not be read: {reason}") from None  # its cause has the URL
    finally:
        engine.dispose()
    if is_missing:
        raise InvalidArgumentError(f"there is no inbox at {safe_url}: pass its URL with --inbox or PAYSTACK_INBOX")


def _to_state(state: State | None) -> Literal["waiting", "running", "retrying", "done", "dead_letter"] | None:
    # "set-aside" is the former name of the state.
    return "dead_letter" if state == "dead-letter" or state == "set-aside" else state  # pyright narrows by ==


def _raw_body_field(body: bytes) -> dict[str, object]:
    try:
        return {"raw_body": body.decode()}
    except UnicodeDecodeError:
        return {"raw_body_base64": base64.b64encode(body).decode()}


def _entry_to_dict(entry: Entry) -> dict[str, object]:
    return {
        "key": entry.key,
        "state": entry.state,
        "arrived": entry.arrived,
        "subject": entry.ordering_key,
        "starts": entry.claim_count,
        "retry_at": entry.retry_at,
    }
