"""The limiter of threads: concurrency, order, pace, errors and interruptions."""

import signal
import threading

import pytest
from concurrency_counter import TIMEOUT, ConcurrencyCounter, run_in_threads
from faulty_server import becomes_true

from paystackease import RateLimit
from paystackease._core.rate_limit import SyncLimiter


def count_slots(limiter):
    """Return the number of free slots and of waiting threads."""
    return limiter._available, len(limiter._waiting)


def test_sixteen_threads_use_the_whole_limit():
    limiter, counter = SyncLimiter(RateLimit(max_concurrency=4)), ConcurrencyCounter(together=4)

    def use_slot(_):
        with limiter, counter.enter():
            pass

    run_in_threads(use_slot, range(16))
    assert (counter.max_active, counter.entries) == (4, 16)
    assert count_slots(limiter) == (4, 0)


def test_sixteen_threads_that_reenter_never_exceed_the_limit():
    limiter, counter = SyncLimiter(RateLimit(max_concurrency=3)), ConcurrencyCounter()

    def use_slot(_):
        for _ in range(20):
            with limiter, counter.enter():
                pass

    run_in_threads(use_slot, range(16))
    assert counter.max_active <= 3
    assert counter.entries == 320
    assert count_slots(limiter) == (3, 0)


def test_threads_enter_in_order_of_arrival():
    limiter, counter, threads = SyncLimiter(RateLimit(max_concurrency=1)), ConcurrencyCounter(), []

    def use_slot(name):
        with limiter, counter.enter(name):
            pass

    names = [f"{group} {number}" for number in range(8) for group in ("one", "other")]
    with limiter:
        for number, name in enumerate(names):
            threads.append(threading.Thread(target=use_slot, args=(name,)))
            threads[-1].start()
            assert becomes_true(lambda number=number: len(limiter._waiting) == number + 1, TIMEOUT)
        assert counter.entries == 0
    for thread in threads:
        thread.join(TIMEOUT)
    assert counter.order == names  # so two interleaved groups do not starve each other
    assert counter.max_active == 1
    assert count_slots(limiter) == (1, 0)


def test_a_free_slot_goes_to_a_waiting_thread():
    limiter = SyncLimiter(RateLimit(max_concurrency=1))
    limiter.__enter__()
    waiting = threading.Thread(target=limiter.__enter__)
    waiting.start()
    assert becomes_true(lambda: count_slots(limiter) == (0, 1), TIMEOUT)
    limiter.__exit__()
    assert count_slots(limiter) == (0, 0)  # a new thread waits, even if the other has not resumed yet
    waiting.join(TIMEOUT)


def test_threads_respect_the_rate():
    delays, now = [], [50.0]
    limiter = SyncLimiter(RateLimit(per_second=4), clock=lambda: now[0], sleep=delays.append)
    for _ in range(4):
        with limiter:
            pass
    now[0] += 0.5
    with limiter:
        pass
    assert delays == [0.25, 0.5, 0.75, 0.5]


def test_an_interruption_while_sleeping_releases_the_slot():
    def sleep(_):
        raise KeyboardInterrupt

    limiter = SyncLimiter(RateLimit(per_second=1, max_concurrency=2), clock=lambda: 0.0, sleep=sleep)
    with limiter:
        for _ in range(5):
            with pytest.raises(KeyboardInterrupt), limiter:
                raise AssertionError("the interrupted call entered")
        assert count_slots(limiter) == (1, 0)
    assert count_slots(limiter) == (2, 0)


def test_an_error_inside_releases_the_slot():
    limiter = SyncLimiter(RateLimit(max_concurrency=1))
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), limiter:
            raise ZeroDivisionError
    assert count_slots(limiter) == (1, 0)


def test_a_failing_clock_releases_the_slot():
    def clock():
        raise ZeroDivisionError

    limiter = SyncLimiter(RateLimit(max_concurrency=1), clock=clock)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            limiter.__enter__()
    assert count_slots(limiter) == (1, 0)


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="signals to a thread need POSIX")
@pytest.mark.parametrize("slot_is_offered", [False, True])
def test_an_interrupted_thread_leaves_the_queue(slot_is_offered):
    limiter, main_thread = SyncLimiter(RateLimit(max_concurrency=1)), threading.main_thread().ident
    limiter.__enter__()

    def interrupt():
        assert becomes_true(lambda: count_slots(limiter) == (0, 1), TIMEOUT)
        if slot_is_offered:
            with limiter._lock:  # so that both happen before the thread resumes
                signal.pthread_kill(main_thread, signal.SIGINT)
                limiter._waiting.popleft().set()
        else:
            signal.pthread_kill(main_thread, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    previous_handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            limiter.__enter__()
        thread.join(TIMEOUT)
    finally:
        signal.signal(signal.SIGINT, previous_handler)
    if not slot_is_offered:
        assert count_slots(limiter) == (0, 0)
        limiter.__exit__()
    assert count_slots(limiter) == (1, 0)


def test_a_slot_offered_to_a_thread_that_gave_up_goes_to_the_next():
    limiter = SyncLimiter(RateLimit(max_concurrency=1))
    limiter.__enter__()
    cancelled, next_waiting = threading.Event(), threading.Event()
    limiter._waiting.extend([cancelled, next_waiting])
    limiter.__exit__()
    assert cancelled.is_set()
    limiter._stop_waiting(cancelled)
    assert next_waiting.is_set()
    not_waiting = threading.Event()
    limiter._stop_waiting(not_waiting)
    assert count_slots(limiter) == (0, 0)
