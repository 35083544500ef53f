"""Starting and stopping the worker of an inbox."""

# ruff: noqa: F811 - the fixtures are imported

import asyncio
import threading

import pytest
from inbox_fixtures import entry_states, inbox, open_engine, set_arrival, url, wait_until_idle  # noqa: F401
from signed_events import charge_event

from paystackease import errors
from paystackease.webhooks import HandlerRegistry, Inbox


def test_a_process_has_one_worker(tmp_path):
    first, second = (Inbox(f"sqlite:///{tmp_path}/{name}.db") for name in ("one", "two"))
    with first:
        with pytest.raises(errors.InboxError, match="already running"):
            first.start()
        with pytest.raises(errors.InboxError, match="run the inbox in a separate process"):
            second.start()
        assert second.receive(charge_event()), "it can be written to all the same"
    second.start()
    second.close()


def test_stopping_waits_for_handlers_and_leaves_what_is_not_begun(inbox):
    began, go_on, ended = threading.Event(), threading.Event(), []

    @inbox.on("*")
    def slow(event):
        began.set()
        go_on.wait(20)
        ended.append(event.key)

    inbox.receive(charge_event("T1"))
    inbox.start()
    assert began.wait(20)
    stopping = threading.Thread(target=inbox.stop)
    stopping.start()
    go_on.set()
    stopping.join()
    assert ended == [charge_event("T1").key]
    inbox.receive(charge_event("T2"))
    with inbox:
        wait_until_idle(inbox)
    assert ended == [charge_event("T1").key, charge_event("T2").key]


def test_an_inbox_may_be_used_with_asyncio_and_its_handlers_have_a_loop_of_their_own(inbox):
    loops = []

    @inbox.on("*")
    async def note(event):
        loops.append(asyncio.get_running_loop())

    async def serve():
        async with inbox:
            assert await inbox.areceive(charge_event())
            await asyncio.to_thread(wait_until_idle, inbox)
            return asyncio.get_running_loop()

    assert loops != [asyncio.run(serve())]
    assert len(loops) == 1


def test_handlers_may_be_a_table_that_was_there_before(url):
    handlers, ran = HandlerRegistry(), []
    handlers.on("charge.success", name="note")(lambda event: ran.append(event.key))
    with Inbox(url, handlers, poll=0.02) as inbox:
        inbox.receive(charge_event())
        wait_until_idle(inbox)
    assert ran == [charge_event().key]
