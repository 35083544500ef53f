"""The limiter of threads: concurrency, order, pace, errors and interruptions."""

import signal
import threading

import pytest
from concurrency_counter import TIMEOUT, ConcurrencyCounter, run_in_threads
from faulty_server import becomes_true

from paystackease import RateLimit
from paystackease._core.rate_limit import SyncLimiter


def places(gate):
    """How many are free, and how many wait."""
    return gate._available, len(gate._waiting)


def test_sixteen_threads_use_the_whole_limit():
    gate, room = SyncLimiter(RateLimit(max_concurrency=4)), ConcurrencyCounter(together=4)

    def work(_):
        with gate, room.visited():
            pass

    run_in_threads(work, range(16))
    assert (room.max_inside, room.visits) == (4, 16)
    assert places(gate) == (4, 0)


def test_sixteen_threads_that_reenter_never_exceed_the_limit():
    gate, room = SyncLimiter(RateLimit(max_concurrency=3)), ConcurrencyCounter()

    def work(_):
        for _ in range(20):
            with gate, room.visited():
                pass

    run_in_threads(work, range(16))
    assert room.max_inside <= 3
    assert room.visits == 320
    assert places(gate) == (3, 0)


def test_threads_enter_in_order_of_arrival():
    gate, room, threads = SyncLimiter(RateLimit(max_concurrency=1)), ConcurrencyCounter(), []

    def work(name):
        with gate, room.visited(name):
            pass

    names = [f"{group} {number}" for number in range(8) for group in ("one", "other")]
    with gate:
        for number, name in enumerate(names):
            threads.append(threading.Thread(target=work, args=(name,)))
            threads[-1].start()
            assert becomes_true(lambda number=number: len(gate._waiting) == number + 1, TIMEOUT)
        assert room.visits == 0
    for thread in threads:
        thread.join(TIMEOUT)
    assert room.order == names  # and so of two groups that come by turns, neither waits for all of the other
    assert room.max_inside == 1
    assert places(gate) == (1, 0)


def test_a_free_slot_goes_to_a_waiting_thread():
    gate = SyncLimiter(RateLimit(max_concurrency=1))
    gate.__enter__()
    waiting = threading.Thread(target=gate.__enter__)
    waiting.start()
    assert becomes_true(lambda: places(gate) == (0, 1), TIMEOUT)
    gate.__exit__()
    assert places(gate) == (0, 0)  # whoever comes now waits, whether the other has noticed or not
    waiting.join(TIMEOUT)


def test_threads_respect_the_rate():
    slept, now = [], [50.0]
    gate = SyncLimiter(RateLimit(per_second=4), clock=lambda: now[0], sleep=slept.append)
    for _ in range(4):
        with gate:
            pass
    now[0] += 0.5
    with gate:
        pass
    assert slept == [0.25, 0.5, 0.75, 0.5]


def test_an_interruption_while_sleeping_releases_the_slot():
    def sleep(_):
        raise KeyboardInterrupt

    gate = SyncLimiter(RateLimit(per_second=1, max_concurrency=2), clock=lambda: 0.0, sleep=sleep)
    with gate:
        for _ in range(5):
            with pytest.raises(KeyboardInterrupt), gate:
                raise AssertionError("it is not let in")
        assert places(gate) == (1, 0)
    assert places(gate) == (2, 0)


def test_an_error_inside_releases_the_slot():
    gate = SyncLimiter(RateLimit(max_concurrency=1))
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), gate:
            raise ZeroDivisionError
    assert places(gate) == (1, 0)


def test_a_failing_clock_releases_the_slot():
    def clock():
        raise ZeroDivisionError

    gate = SyncLimiter(RateLimit(max_concurrency=1), clock=clock)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            gate.__enter__()
    assert places(gate) == (1, 0)


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="signals to a thread are POSIX's")
@pytest.mark.parametrize("turn_comes_too", [False, True])
def test_an_interrupted_thread_leaves_the_queue(turn_comes_too):
    gate, main = SyncLimiter(RateLimit(max_concurrency=1)), threading.main_thread().ident
    gate.__enter__()

    def interrupt():
        assert becomes_true(lambda: places(gate) == (0, 1), TIMEOUT)
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
        thread.join(TIMEOUT)
    finally:
        signal.signal(signal.SIGINT, before)
    if not turn_comes_too:
        assert places(gate) == (0, 0)
        gate.__exit__()
    assert places(gate) == (1, 0)


def test_a_slot_offered_to_a_thread_that_gave_up_goes_to_the_next():
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
