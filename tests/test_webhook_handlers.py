"""The handlers of an event, and the error if one fails."""

import asyncio
import functools
import threading
import warnings

import pytest
from signed_events import charge_event, verified_event

from paystackease import errors
from paystackease.webhooks import HandlerRegistry


@pytest.fixture(params=["receive", "areceive"])
def receive_event(request):
    """Run handlers, blocking or with asyncio."""
    if request.param == "receive":
        return lambda handlers, event: handlers.receive(event)
    return lambda handlers, event: asyncio.run(handlers.areceive(event))


def register_handlers(handlers, *names, **options):
    received = []
    handlers.on(*names, **options)(received.append)
    return received


def test_an_event_reaches_handlers_of_its_name_its_group_and_all_events(receive_event):
    handlers = HandlerRegistry()
    by_name = register_handlers(handlers, "charge.success", name="by name")
    by_group = register_handlers(handlers, "charge.*", name="by group")
    by_inner_group = register_handlers(handlers, "charge.dispute.*", name="by inner group")
    by_two = register_handlers(handlers, "refund.failed", "charge.success", name="by two")
    all_events = register_handlers(handlers, "*", name="of all")
    payment, dispute = charge_event(), verified_event("charge.dispute.create", id=1)
    other, failed = verified_event("chargeback.new", id=1), verified_event("refund.failed", id=1)
    for event in payment, dispute, other, failed:
        receive_event(handlers, event)
    assert by_name == [payment]
    assert by_group == [payment, dispute]
    assert by_inner_group == [dispute]
    assert by_two == [payment, failed]
    assert all_events == [payment, dispute, other, failed]


def test_plain_and_async_handlers_run_in_the_order_of_registration(receive_event):
    handlers, order = HandlerRegistry(), []

    @handlers.on("charge.success")
    async def first(event):
        await asyncio.sleep(0)
        order.append("first")

    @handlers.on("charge.success")
    def second(event):
        order.append("second")

    class Third:
        async def __call__(self, event):
            order.append("third")

    handlers.on("charge.*", name="third")(Third())
    handlers.on("charge.*", name="fourth")(functools.partial(lambda text, event: order.append(text), "fourth"))
    receive_event(handlers, charge_event())
    assert order == ["first", "second", "third", "fourth"]


def test_a_plain_handler_does_not_block_the_event_loop():
    handlers, threads = HandlerRegistry(), []
    handlers.on("*", name="thread")(lambda event: threads.append(threading.current_thread()))
    asyncio.run(handlers.areceive(charge_event()))
    assert threads != [threading.main_thread()]


def test_an_event_without_a_handler_succeeds(receive_event):
    handlers = HandlerRegistry()
    assert register_handlers(handlers, "refund.*", name="refunds") == []
    receive_event(handlers, charge_event())
    receive_event(handlers, verified_event("brand.new", id=1))


def test_all_handlers_run_and_their_errors_are_raised_as_one_handler_error(receive_event):
    handlers = HandlerRegistry()

    @handlers.on("charge.success", name="ship")
    def ship(event):
        raise KeyError("ada@example.com")

    events = register_handlers(handlers, "charge.success", name="note")

    @handlers.on("charge.success", name="check")
    async def check(event):
        raise errors.SignatureError("of another signature")

    with pytest.raises(errors.HandlerError) as caught:
        receive_event(handlers, charge_event())
    assert len(events) == 1
    assert set(caught.value.failures) == {"ship", "check"}
    assert isinstance(caught.value.__cause__, KeyError)
    assert not isinstance(caught.value, errors.SignatureError)
    assert str(caught.value) == "charge.success: 2 of 3 handlers failed: ship (KeyError), check (SignatureError)"


def test_a_function_may_be_registered_twice_but_two_with_one_name_may_not():
    handlers, event_names = HandlerRegistry(), []

    @handlers.on("charge.success")
    @handlers.on("refund.failed")
    def ship(event):
        event_names.append(event.name)

    handlers.receive(charge_event())
    handlers.receive(verified_event("refund.failed", id=1))
    assert event_names == ["charge.success", "refund.failed"]
    assert [handler.name for handler in handlers] == [f"{__name__}.{ship.__qualname__}"]
    with pytest.raises(errors.InvalidArgumentError, match="another handler is named ship"):
        [handlers.on("*", name="ship")(function) for function in (print, repr)]
    with pytest.raises(errors.InvalidArgumentError, match="needs a name"):
        handlers.on("*")(functools.partial(print))


@pytest.mark.parametrize("name", ["", "charge.", ".success", "charge.*.create", "*.success", "charge success", None, 1])
def test_an_invalid_event_name_is_rejected(name):
    with pytest.raises(errors.InvalidArgumentError, match="is not a valid event name"):
        HandlerRegistry().on(name)
    with pytest.raises(errors.InvalidArgumentError, match="needs the name"):
        HandlerRegistry().on()


def test_a_misspelled_event_name_gives_a_warning_and_is_accepted():
    handlers = HandlerRegistry()
    with pytest.warns(UserWarning, match=r"did you mean 'charge\.success'\?") as caught:
        events = register_handlers(handlers, "charge.succes", name="typo")
    assert caught[0].filename == __file__
    handlers.receive(verified_event("charge.succes", id=1))
    assert len(events) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in "product.create", "charge.*", "charge.dispute.*", "*", "something.quite.else":
            handlers.on(name, name=name)(print)
