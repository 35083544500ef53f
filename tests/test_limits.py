"""How fast and how many at once: the limit, the pace, and the gates of threads and of tasks."""

import asyncio
import gc
import signal
import threading
import time
import weakref
from contextlib import contextmanager, suppress
from itertools import pairwise

import pytest
from fake_paystack import Bank, in_order
from faulty_server import soon
from hypothesis import given
from hypothesis import strategies as st
from scripted_transport import yes
from shifting_list import Tasks, Threads, in_tasks, in_threads

from paystackease import AsyncPaystack, Paystack, RateLimit, Request, Retry, errors
from paystackease._core.async_rate_limit import AsyncLimiter
from paystackease._core.rate_limit import Pacer, SyncLimiter

PATIENCE = 5.0
"""Seconds after which nobody comes any more. No test waits for it to pass."""
NOTHING = float("inf"), float("nan"), 0, -1, "5", True, b"1", [1]


@pytest.mark.parametrize("name", ["per_second", "max_concurrency"])
@pytest.mark.parametrize("value", NOTHING, ids=repr)
def test_a_limit_that_is_none_is_refused(name, value):
    with pytest.raises(errors.InvalidArgumentError, match=f"{name} must be a"):
        RateLimit(**{name: value})


def test_half_a_call_at_once_is_refused_and_half_a_call_a_second_is_not():
    with pytest.raises(errors.InvalidArgumentError, match="a whole number"):
        RateLimit(max_concurrency=1.5)
    assert RateLimit(per_second=0.5, max_concurrency=3) == RateLimit(0.5, 3)


# The pace


@given(
    per_second=st.floats(0.01, 1000),
    gaps=st.lists(st.floats(0, 100), min_size=1, max_size=50),
)
def test_those_who_come_begin_in_order_evenly_spaced_and_no_later_than_they_must(per_second, gaps):
    pace, now, starts = Pacer(per_second), 1000.0, []
    for gap in gaps:
        now += gap
        wait = pace.reserve(now)
        assert wait >= 0
        # Those before who have not begun, and the one who just has: nobody waits for more than these.
        line = [start for start in starts if start + 1 / per_second > now]
        assert wait <= len(line) / per_second + 1e-6
        assert wait > 0 or not starts or now - starts[-1] >= 1 / per_second - 1e-6
        starts.append(now + wait)
    assert starts == sorted(starts)
    for one, following in pairwise(starts):
        assert following - one >= 1 / per_second - 1e-6


@given(times=st.lists(st.floats(0, 1e6), max_size=20))
def test_without_a_pace_nobody_waits(times):
    pace = Pacer(None)
    assert [pace.reserve(now) for now in sorted(times)] == [0.0] * len(times)


def test_who_comes_after_a_rest_does_not_make_up_for_it():
    pace = Pacer(10)
    assert pace.reserve(0) == 0
    assert [round(pace.reserve(100), 6) for _ in range(4)] == [0, 0.1, 0.2, 0.3]


# The gate of threads


class Room:
    """Counts who is inside. With ``together``, nobody leaves before so many are."""

    def __init__(self, together=None):
        self.inside = self.most = self.visits = 0
        self.order = []
        self._lock = threading.Lock()
        self._together = threading.Barrier(together) if together else None

    @contextmanager
    def visited(self, name=None):
        with self._lock:
            self.inside += 1
            self.visits += 1
            self.most = max(self.most, self.inside)
            self.order.append(name)
        try:
            if self._together:
                self._together.wait(PATIENCE)
            yield
        finally:
            with self._lock:
                self.inside -= 1


def run(work, names):
    """Does it in a thread for each name, and raises what went wrong in one."""
    wrong = []

    def safely(name):
        try:
            work(name)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=safely, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE * 2)
        assert not thread.is_alive()
    if wrong:
        raise wrong[0]


def places(gate):
    """How many are free, and how many wait."""
    return gate._available, len(gate._waiting)


def test_of_sixteen_threads_as_many_are_inside_as_may_be():
    gate, room = SyncLimiter(RateLimit(max_concurrency=4)), Room(together=4)

    def work(_):
        with gate, room.visited():
            pass

    run(work, range(16))
    assert (room.most, room.visits) == (4, 16)
    assert places(gate) == (4, 0)


def test_sixteen_threads_that_come_again_are_never_more_inside_than_may_be():
    gate, room = SyncLimiter(RateLimit(max_concurrency=3)), Room()

    def work(_):
        for _ in range(20):
            with gate, room.visited():
                pass

    run(work, range(16))
    assert room.most <= 3
    assert room.visits == 320
    assert places(gate) == (3, 0)


def test_threads_pass_in_the_order_in_which_they_came():
    gate, room, threads = SyncLimiter(RateLimit(max_concurrency=1)), Room(), []

    def work(name):
        with gate, room.visited(name):
            pass

    names = [f"{group} {number}" for number in range(8) for group in ("one", "other")]
    with gate:
        for number, name in enumerate(names):
            threads.append(threading.Thread(target=work, args=(name,)))
            threads[-1].start()
            assert soon(lambda number=number: len(gate._waiting) == number + 1, PATIENCE)
        assert room.visits == 0
    for thread in threads:
        thread.join(PATIENCE)
    assert room.order == names  # and so of two groups that come by turns, neither waits for all of the other
    assert room.most == 1
    assert places(gate) == (1, 0)


def test_a_place_that_gets_free_is_theirs_who_wait():
    gate = SyncLimiter(RateLimit(max_concurrency=1))
    gate.__enter__()
    waiting = threading.Thread(target=gate.__enter__)
    waiting.start()
    assert soon(lambda: places(gate) == (0, 1), PATIENCE)
    gate.__exit__()
    assert places(gate) == (0, 0)  # whoever comes now waits, whether the other has noticed or not
    waiting.join(PATIENCE)


def test_threads_keep_the_pace():
    slept, now = [], [50.0]
    gate = SyncLimiter(RateLimit(per_second=4), clock=lambda: now[0], sleep=slept.append)
    for _ in range(4):
        with gate:
            pass
    now[0] += 0.5
    with gate:
        pass
    assert slept == [0.25, 0.5, 0.75, 0.5]


def test_an_interruption_while_sleeping_gives_the_place_back():
    def sleep(_):
        raise KeyboardInterrupt

    gate = SyncLimiter(RateLimit(per_second=1, max_concurrency=2), clock=lambda: 0.0, sleep=sleep)
    with gate:
        for _ in range(5):
            with pytest.raises(KeyboardInterrupt), gate:
                raise AssertionError("it is not let in")
        assert places(gate) == (1, 0)
    assert places(gate) == (2, 0)


def test_an_error_inside_gives_the_place_back():
    gate = SyncLimiter(RateLimit(max_concurrency=1))
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), gate:
            raise ZeroDivisionError
    assert places(gate) == (1, 0)


def test_a_clock_that_fails_leaves_the_place_free():
    def clock():
        raise ZeroDivisionError

    gate = SyncLimiter(RateLimit(max_concurrency=1), clock=clock)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            gate.__enter__()
    assert places(gate) == (1, 0)


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="signals to a thread are POSIX's")
@pytest.mark.parametrize("turn_comes_too", [False, True])
def test_an_interruption_while_waiting_leaves_the_line(turn_comes_too):
    gate, main = SyncLimiter(RateLimit(max_concurrency=1)), threading.main_thread().ident
    gate.__enter__()

    def interrupt():
        assert soon(lambda: places(gate) == (0, 1), PATIENCE)
        if turn_comes_too:
            with gate._lock:  # so that neither can be first
                signal.pthread_kill(main, signal.SIGINT)
                gate._waiting.popleft().set()
        else:
            signal.pthread_kill(main, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            gate.__enter__()
        thread.join(PATIENCE)
    finally:
        signal.signal(signal.SIGINT, before)
    if not turn_comes_too:
        assert places(gate) == (0, 0)
        gate.__exit__()
    assert places(gate) == (1, 0)


def test_a_turn_that_comes_to_who_gave_up_goes_on_to_the_next():
    gate = SyncLimiter(RateLimit(max_concurrency=1))
    gate.__enter__()
    gave_up, following = threading.Event(), threading.Event()
    gate._waiting.extend([gave_up, following])
    gate.__exit__()
    assert gave_up.is_set()
    gate._stop_waiting(gave_up)
    assert following.is_set()
    never_in_line = threading.Event()
    gate._stop_waiting(never_in_line)
    assert places(gate) == (0, 0)


# The gate of tasks


def test_tasks_are_never_more_inside_than_may_be():
    gate, room = AsyncLimiter(RateLimit(max_concurrency=3)), Room()

    async def work(together, name):
        for _ in range(3):
            async with gate:
                with room.visited(name):
                    await asyncio.wait_for(together.wait(), PATIENCE)

    async def main():
        together = asyncio.Barrier(3)
        await asyncio.gather(*(work(together, name) for name in range(16)))

    asyncio.run(main())
    asyncio.run(main())  # in another event loop
    assert (room.most, room.visits) == (3, 96)


def test_tasks_pass_in_the_order_in_which_they_came():
    gate, room = AsyncLimiter(RateLimit(max_concurrency=1)), Room()

    async def work(name):
        for turn in range(3):
            async with gate:
                with room.visited((turn, name)):
                    await asyncio.sleep(0)

    async def main():
        await asyncio.gather(*map(work, range(16)))

    asyncio.run(main())
    assert room.order == [(turn, name) for turn in range(3) for name in range(16)]


def test_of_two_groups_of_tasks_neither_waits_for_all_of_the_other():
    gate, room = AsyncLimiter(RateLimit(max_concurrency=2)), Room()

    async def work(group):
        for _ in range(20):
            async with gate:
                with room.visited(group):
                    await asyncio.sleep(0)

    async def main():
        await asyncio.gather(*(work(group) for _ in range(4) for group in ("one", "other")))

    asyncio.run(main())
    for number in range(0, 160, 8):
        assert sorted(room.order[number : number + 8]) == ["one"] * 4 + ["other"] * 4


def test_tasks_that_are_cancelled_give_their_places_back():
    now = [0.0]
    gate, room = AsyncLimiter(RateLimit(per_second=0.001, max_concurrency=2), clock=lambda: now[0]), Room()

    async def work(name):
        async with gate:
            with room.visited(name):
                await asyncio.sleep(0)

    async def main():
        # The first is let in, the second sleeps for a quarter of an hour, the third waits for a place, the fourth too.
        tasks = [asyncio.create_task(work(name)) for name in range(4)]
        await tasks[0]
        for _ in range(3):
            await asyncio.sleep(0)
        for task in tasks[1:]:
            assert not task.done()
            task.cancel()
        assert [type(one) for one in await asyncio.gather(*tasks, return_exceptions=True)] == [
            type(None),
            *[asyncio.CancelledError] * 3,
        ]
        for name in range(4, 8):
            now[0] += 10_000  # the places in time that they had are over
            await asyncio.wait_for(work(name), PATIENCE)
        now[0] += 10_000
        async with gate:
            now[0] += 10_000
            async with gate:
                pass

    asyncio.run(main())
    assert room.order == [0, 4, 5, 6, 7]


def test_of_tasks_that_wait_and_are_cancelled_the_others_come_all_in():
    gate, room = AsyncLimiter(RateLimit(max_concurrency=2)), Room()

    async def work(name):
        async with gate:
            with room.visited(name):
                await asyncio.sleep(0)

    async def main():
        tasks = [asyncio.create_task(work(name)) for name in range(40)]
        await asyncio.sleep(0)
        for number, task in enumerate(tasks):
            if number % 4:
                task.cancel()
            if number % 7 == 0:
                await asyncio.sleep(0)  # some were let in by then, some have their turn and do not know it
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), PATIENCE)
        assert not any(task.cancelled() for task in tasks[::4])
        async with gate, gate:
            pass

    asyncio.run(main())
    assert set(range(0, 40, 4)) <= set(room.order)
    assert room.most == 2


def test_a_gate_holds_on_to_no_loop_that_has_ended():
    gate, loops = AsyncLimiter(RateLimit(max_concurrency=1)), []

    async def crowd():
        loops.append(weakref.ref(asyncio.get_running_loop()))
        await asyncio.gather(*(enter() for _ in range(3)))

    async def enter():
        async with gate:
            await asyncio.sleep(0)

    for _ in range(5):
        asyncio.run(crowd())
    gc.collect()
    assert sum(loop() is not None for loop in loops) <= 1


# A client with a limit


class Counted:
    """A transport that counts what is under way, before it hands on to another that knows no threads."""

    def __init__(self, transport, together=None):
        self.transport, self.room = transport, Room(together)
        self.began = []
        self._lock = threading.Lock()

    def send(self, request):
        with self.room.visited():
            self.began.append(time.monotonic())
            with self._lock:
                return self.transport.send(request)

    def close(self): ...


class CountedTasks(Counted):
    async def send(self, request):
        with self.room.visited():
            self.began.append(time.monotonic())
            for _ in range(3):
                await asyncio.sleep(0)
            return self.transport.send(request)


class Yes:
    def send(self, request):
        return yes({"id": request.query.get("number")})


def crowd_of_threads(call, transport, number, limit):
    with Paystack(transport=Counted(transport), limit=limit, retry=Retry(initial_delay=0.0)) as client:
        run(lambda name: call(client, name), range(number))
        return client._state.transport


def crowd_of_tasks(call, transport, number, limit):
    async def main():
        async with AsyncPaystack(
            transport=CountedTasks(transport), limit=limit, retry=Retry(initial_delay=0.0)
        ) as client:
            await asyncio.gather(*(call(client, name) for name in range(number)))
            return client._state.transport

    return asyncio.run(main())


crowds = pytest.mark.parametrize("crowd", [crowd_of_threads, crowd_of_tasks], ids=["blocking", "asyncio"])


@crowds
def test_thirty_calls_at_once_keep_to_the_limit(crowd):
    counted = crowd(lambda client, name: client.send(Request("GET", "/x")), Yes(), 30, RateLimit(max_concurrency=3))
    assert counted.room.visits == 30
    assert counted.room.most <= 3


def test_as_many_are_under_way_as_may_be():
    transport = Counted(Yes(), together=3)
    with Paystack(transport=transport, limit=RateLimit(max_concurrency=3)) as client:
        run(lambda _: client.send(Request("GET", "/x")), range(30))
    assert (transport.room.most, transport.room.visits) == (3, 30)


@crowds
def test_thirty_calls_at_once_keep_the_pace(crowd):
    before = time.monotonic()
    counted = crowd(lambda client, name: client.send(Request("GET", "/x")), Yes(), 30, RateLimit(per_second=1000))
    # A machine with other things to do is late, and nobody is early.
    assert all(began >= before + number / 1000 - 0.001 for number, began in enumerate(sorted(counted.began)))


def transfer(client, name):
    with suppress(errors.OutcomeUnknownError):  # where the ten bad minutes were all of one call
        client.transfers.initiate_transfer("balance", 5000, "RCP_1", f"call {name}")


async def transfer_as_task(client, name):
    with suppress(errors.OutcomeUnknownError):
        await client.transfers.initiate_transfer("balance", 5000, "RCP_1", f"call {name}")


TRANSFER = {crowd_of_threads: transfer, crowd_of_tasks: transfer_as_task}


@crowds
def test_finding_out_what_became_of_a_call_keeps_to_the_limit_too(crowd):
    bank = Bank(in_order(*["timeout, done"] * 10))
    counted = crowd(TRANSFER[crowd], bank, 10, RateLimit(max_concurrency=2))
    assert counted.room.most <= 2
    assert counted.room.visits == bank.sent["GET"] + bank.sent["POST"]
    assert bank.sent["GET"]
    assert list(bank.done.values()) == [1] * 10


@crowds
def test_sections_and_other_options_are_under_the_same_limit(crowd):
    def call(client, name):
        client = client.options(timeout=5.0) if name % 2 else client
        return client.customers.fetch_customer("x") if name % 3 else client.send(Request("GET", "/x"))

    assert crowd(call, Yes(), 30, RateLimit(max_concurrency=2)).room.most <= 2


@pytest.mark.parametrize(("double", "read"), [(Threads, in_threads), (Tasks, in_tasks)], ids=["blocking", "asyncio"])
def test_reading_ahead_keeps_to_the_limit(double, read):
    transport = double(length=500)
    items, error = read(transport, limit=RateLimit(max_concurrency=2))
    assert error is None
    assert len(items) == 500
    assert transport.most <= 2


def test_who_waits_for_a_repeat_takes_no_place():
    # One that is to come again in a while does not keep others from being sent.
    limit, waiting, other = RateLimit(max_concurrency=1), threading.Event(), threading.Event()

    class Once:
        def __init__(self):
            self.asked = []

        def send(self, request):
            self.asked.append(request.path)
            if self.asked.count("/again") == 1 and request.path == "/again":
                raise errors.APIConnectionError("lost", request=request, may_have_arrived=False)
            return yes()

        def close(self): ...

    def jitter():  # it is asked for how long to wait
        waiting.set()
        assert other.wait(PATIENCE)
        return 0.0

    transport = Once()
    client = Paystack(transport=transport, limit=limit, retry=Retry(jitter=jitter))
    thread = threading.Thread(target=client.send, args=(Request("GET", "/again"),))
    thread.start()
    assert waiting.wait(PATIENCE)
    client.send(Request("GET", "/other"))
    other.set()
    thread.join(PATIENCE)
    assert transport.asked == ["/again", "/other", "/again"]
