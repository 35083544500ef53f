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
        assert second.receive(charge_event()), "an inbox without a worker stores events"
    second.start()
    second.close()


def test_stopping_waits_for_running_handlers_and_starts_no_more(inbox):
    started, released, finished = threading.Event(), threading.Event(), []

    @inbox.on("*")
    def handle(event):
        started.set()
        released.wait(20)
        finished.append(event.key)

    inbox.receive(charge_event("T1"))
    inbox.start()
    assert started.wait(20)
    stopping = threading.Thread(target=inbox.stop)
    stopping.start()
    released.set()
    stopping.join()
    assert finished == [charge_event("T1").key]
    inbox.receive(charge_event("T2"))
    with inbox:
        wait_until_idle(inbox)
    assert finished == [charge_event("T1").key, charge_event("T2").key]


def test_an_inbox_may_be_used_with_asyncio_and_its_handlers_have_their_own_loop(inbox):
    loops = []

    @inbox.on("*")
    async def handle(event):
        loops.append(asyncio.get_running_loop())

    async def serve():
        async with inbox:
            assert await inbox.areceive(charge_event())
            await asyncio.to_thread(wait_until_idle, inbox)
            return asyncio.get_running_loop()

    assert loops != [asyncio.run(serve())]
    assert len(loops) == 1


def test_an_inbox_may_use_an_existing_handler_registry(url):
    handlers, handled_keys = HandlerRegistry(), []
    handlers.on("charge.success", name="note")(lambda event: handled_keys.append(event.key))
    with Inbox(url, handlers, poll=0.02) as inbox:
        inbox.receive(charge_event())
        wait_until_idle(inbox)
    assert handled_keys == [charge_event().key]
