"""``paystackease inbox``: what a person does with a webhook inbox, where the program that fills it runs.

The inbox is where ``--inbox`` or ``PAYSTACK_INBOX`` says. A URL with a password belongs into the variable: what is
typed can be read by others. What is shown of an event, ``show`` apart, is not personal.
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

inbox = App(name="inbox", help="Webhooks that an inbox has: look at them, try them again.", version_flags=[])

Where: TypeAlias = Annotated[
    str,
    Parameter(
        env_var="PAYSTACK_INBOX", help="Where it is: sqlite:///FILE, or postgresql://... (better in PAYSTACK_INBOX)."
    ),
]
DEFAULT = "sqlite:///paystack-inbox.db"
State: TypeAlias = Literal["waiting", "running", "done", "dead-letter", "set-aside"]
MIN_DAYS = 4
"""For 72 hours Paystack may send an event again, and one that was deleted would be handled again."""


@inbox.command(name="list")
def list_(
    *,
    state: State | None = None,
    event: str | None = None,
    limit: Annotated[int, Parameter(validator=Number(gte=1))] = 100,
    output: OutputFormat | None = None,
    inbox: Where = DEFAULT,
) -> None:
    """List events, the newest first.

    :param state: Only those in this state. What is dead-lettered waits for you: show says why, replay tries it again.
    :param event: Only those of this name, such as charge.success.
    :param limit: How many at the most.
    :param output: As what it is printed.
    """
    with _opened(inbox) as found:
        entries = found.list(_state(state), name=event, limit=limit)
        print_items([_entry_to_dict(entry) for entry in entries], output, ())


@inbox.command
def show(key: str, *, output: OutputFormat = "json", inbox: Where = DEFAULT) -> None:
    """Show all that is known of an event. It is personal: names, e-mails, what your handlers raised.

    :param key: Its key, as list has it.
    :param output: As what it is printed.
    """
    with _opened(inbox) as found:
        one = found.show(key)
        tries = [{"handler": tried.handler, "ended": tried.ended, "error": tried.error} for tried in one.attempts]
        told = {**_entry_to_dict(one.entry), "tries": tries, "body": one.event.body}
        if one.reason is not None:
            told = {**told, "body": None, "reason": one.reason, **_raw(one.event.raw_body or b"")}
        print_items([told], output, ())


@inbox.command
def replay(keys: list[str], /, *, again: bool = False, inbox: Where = DEFAULT) -> int:
    """Have events tried again that are dead-lettered. A worker that runs takes them up; none runs here.

    :param keys: Their keys, as list has them.
    :param again: Run all their handlers again, those that succeeded too, and of events that are done as well.
    """
    failed = 0
    with _opened(inbox) as found:
        for key in keys:
            try:
                found.replay(key, again=again)
            except InboxError as error:
                print(f"Error: {error}".replace("again=True", "--again"), file=sys.stderr)
                failed = 1
            else:
                print(f"{key} will be tried again.")
    return failed


@inbox.command
def purge(
    *,
    older_than: Annotated[int, Parameter(validator=Number(gte=MIN_DAYS, lte=36_500))],
    state: Literal["done", "dead-letter", "set-aside"] = "done",
    inbox: Where = DEFAULT,
) -> None:
    """Delete events, for good. Workers do so by themselves; this is for those who want it sooner.

    :param older_than: Only those that came so many days ago. At least 4: until then Paystack may send them again.
    :param state: Only those in this state. No others are ever deleted.
    """
    before = dt.datetime.now(dt.UTC) - dt.timedelta(days=older_than)
    with _opened(inbox) as found:
        count = found.purge(before, state="done" if state == "done" else "dead_letter")
    print(f"{count} event{'' if count == 1 else 's'} deleted.")


@contextmanager
def _opened(url: str) -> Generator[Inbox]:
    try:
        from paystackease.webhooks.inbox import Inbox
    except ImportError as error:
        raise InboxError(str(error)) from error
    found = Inbox(url)
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).is_file():
        # Looking at one must not make one.
        raise InvalidArgumentError(f"there is no inbox at {url}: say where it is with --inbox or PAYSTACK_INBOX")
    try:
        yield found
    finally:
        found.close()


def _state(state: State | None) -> Literal["waiting", "running", "done", "dead_letter"] | None:
    # "set-aside" is the former name of the state.
    return "dead_letter" if state == "dead-letter" or state == "set-aside" else state  # pyright narrows by ==


def _raw(body: bytes) -> dict[str, object]:
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
        "starts": entry.starts,
    }
