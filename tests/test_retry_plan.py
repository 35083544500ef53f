"""The next handler of an event, and the next step after an attempt."""

from paystackease.webhooks.inbox.retry_plan import HandlerAttempt, next_handler, plan_attempt


def run_attempts(failure_counts, delays):
    """Run handlers that fail ``failure_counts[name]`` times; return each attempt's handler and next step."""
    attempts, remaining = [], dict(failure_counts)
    while (name := next_handler(list(failure_counts), attempts)) is not None:
        failed = remaining[name] > 0
        remaining[name] -= 1
        attempts.append(plan_attempt(list(failure_counts), attempts, name, "error" if failed else None, delays))
        if attempts[-1].next_step in {"done", "dead_letter"}:
            break
    return [(attempt.handler, attempt.next_step) for attempt in attempts]


def test_handlers_are_retried_in_rounds():
    assert run_attempts({"a": 0}, [1.0]) == [("a", "done")]
    assert run_attempts({"a": 0, "b": 1, "c": 0}, [1.0]) == [
        ("a", "next_handler"),
        ("b", "next_handler"),
        ("c", 1.0),
        ("b", "done"),
    ]
    assert run_attempts({"a": 9, "b": 1}, [1.0, 5.0]) == [
        ("a", "next_handler"),
        ("b", 1.0),
        ("a", "next_handler"),
        ("b", 5.0),
        ("a", "dead_letter"),
    ]
    assert run_attempts({"a": 1}, []) == [("a", "dead_letter")]


def test_after_a_manual_replay_the_delays_start_again():
    attempts = [HandlerAttempt("a", "error", 1.0), HandlerAttempt("a", "error", "dead_letter")]
    assert next_handler(["a"], attempts) == "a"
    attempts.append(plan_attempt(["a"], attempts, "a", "error", [1.0]))
    assert attempts[-1].next_step == 1.0
    attempts.append(plan_attempt(["a"], attempts, "a", "error", [1.0]))
    assert attempts[-1].next_step == "dead_letter"


def test_handlers_may_change_between_two_attempts():
    attempts = [HandlerAttempt("old", "error", 1.0), HandlerAttempt("kept", None, "next_handler")]
    assert (
        next_handler(
            ["new", "kept"], [HandlerAttempt("kept", None, "next_handler"), HandlerAttempt("old", "error", 1.0)]
        )
        == "new"
    )
    assert next_handler([], attempts) is None
