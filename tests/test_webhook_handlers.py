"""Which function is for which event, and what is said of one that fails."""

import asyncio
import functools
import threading
import warnings

import pytest
from signed_events import charge_event, verified_event

from paystackease import errors
from paystackease.webhooks import HandlerRegistry


@pytest.fixture(params=["receive", "areceive"])
def take(request):
    """Both ways in which handlers are run."""
    if request.param == "receive":
        return lambda handlers, event: handlers.receive(event)
    return lambda handlers, event: asyncio.run(handlers.areceive(event))


def register_handlers(handlers, *events, **more):
    got = []
    handlers.on(*events, **more)(got.append)
    return got


def test_an_event_reaches_handlers_of_its_name_its_group_and_all_events(take):
    handlers = HandlerRegistry()
    by_name = register_handlers(handlers, "charge.success", name="by name")
    by_group = register_handlers(handlers, "charge.*", name="by group")
    by_inner_group = register_handlers(handlers, "charge.dispute.*", name="by inner group")
    by_two = register_handlers(handlers, "refund.failed", "charge.success", name="by two")
    of_all = register_handlers(handlers, "*", name="of all")
    payment, dispute = charge_event(), verified_event("charge.dispute.create", id=1)
    other, failed = verified_event("chargeback.new", id=1), verified_event("refund.failed", id=1)
    for one in payment, dispute, other, failed:
        take(handlers, one)
    assert by_name == [payment]
    assert by_group == [payment, dispute]
    assert by_inner_group == [dispute]
    assert by_two == [payment, failed]
    assert of_all == [payment, dispute, other, failed]


def test_plain_and_async_handlers_run_in_the_order_in_which_they_were_put_in(take):
    handlers, ran = HandlerRegistry(), []

    @handlers.on("charge.success")
    async def first(event):
        await asyncio.sleep(0)
        ran.append("first")

    @handlers.on("charge.success")
    def second(event):
        ran.append("second")

    class Third:
        async def __call__(self, event):
            ran.append("third")

    handlers.on("charge.*", name="third")(Third())
    handlers.on("charge.*", name="fourth")(functools.partial(lambda more, event: ran.append(more), "fourth"))
    take(handlers, charge_event())
    assert ran == ["first", "second", "third", "fourth"]


def test_a_plain_handler_does_not_hold_up_the_event_loop():
    handlers, threads = HandlerRegistry(), []
    handlers.on("*", name="where")(lambda event: threads.append(threading.current_thread()))
    asyncio.run(handlers.areceive(charge_event()))
    assert threads != [threading.main_thread()]


def test_an_event_without_a_handler_is_done(take):
    handlers = HandlerRegistry()
    assert register_handlers(handlers, "refund.*", name="refunds") == []
    take(handlers, charge_event())
    take(handlers, verified_event("brand.new", id=1))


def test_each_handler_is_tried_and_their_errors_come_as_one_that_is_no_refusal(take):
    handlers = HandlerRegistry()

    @handlers.on("charge.success", name="ship")
    def ship(event):
        raise KeyError("ada@example.com")

    got = register_handlers(handlers, "charge.success", name="note")

    @handlers.on("charge.success", name="check")
    async def check(event):
        raise errors.SignatureError("of something else that is verified in here")

    with pytest.raises(errors.HandlerError) as caught:
        take(handlers, charge_event())
    assert len(got) == 1
    assert set(caught.value.failures) == {"ship", "check"}
    assert isinstance(caught.value.__cause__, KeyError)
    assert not isinstance(caught.value, errors.SignatureError)
    assert str(caught.value) == "charge.success: 2 of 3 handlers failed: ship (KeyError), check (SignatureError)"


def test_a_function_may_be_put_in_twice_and_two_with_one_name_may_not():
    handlers, got = HandlerRegistry(), []

    @handlers.on("charge.success")
    @handlers.on("refund.failed")
    def ship(event):
        got.append(event.name)

    handlers.receive(charge_event())
    handlers.receive(verified_event("refund.failed", id=1))
    assert got == ["charge.success", "refund.failed"]
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


def test_a_name_that_is_nearly_one_of_paystacks_is_asked_about_and_taken():
    handlers = HandlerRegistry()
    with pytest.warns(UserWarning, match=r"did you mean 'charge\.success'\?") as told:
        got = register_handlers(handlers, "charge.succes", name="typo")
    assert told[0].filename == __file__
    handlers.receive(verified_event("charge.succes", id=1))
    assert len(got) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for known in "product.create", "charge.*", "charge.dispute.*", "*", "something.quite.else":
            handlers.on(known, name=known)(print)
