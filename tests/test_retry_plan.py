"""Which handler of an event is next, and what comes after an attempt."""

from paystackease.webhooks.inbox.retry_plan import HandlerAttempt, next_handler, plan_attempt


def run_attempts(outcomes, waits):
    """What becomes of an event whose handlers fail as often as is said, with what was decided after each try."""
    tries, left = [], dict(outcomes)
    while (name := next_handler(list(outcomes), tries)) is not None:
        failed = left[name] > 0
        left[name] -= 1
        tries.append(plan_attempt(list(outcomes), tries, name, "error" if failed else None, waits))
        if tries[-1].then in {"done", "aside"}:
            break
    return [(one.handler, one.then) for one in tries]


def test_rounds_of_tries():
    assert run_attempts({"a": 0}, [1.0]) == [("a", "done")]
    assert run_attempts({"a": 0, "b": 1, "c": 0}, [1.0]) == [("a", "more"), ("b", "more"), ("c", 1.0), ("b", "done")]
    assert run_attempts({"a": 9, "b": 1}, [1.0, 5.0]) == [
        ("a", "more"),
        ("b", 1.0),
        ("a", "more"),
        ("b", 5.0),
        ("a", "aside"),
    ]
    assert run_attempts({"a": 1}, []) == [("a", "aside")]


def test_after_a_person_had_it_tried_anew_the_waits_begin_anew():
    tries = [HandlerAttempt("a", "error", 1.0), HandlerAttempt("a", "error", "aside")]
    assert next_handler(["a"], tries) == "a"
    tries.append(plan_attempt(["a"], tries, "a", "error", [1.0]))
    assert tries[-1].then == 1.0
    tries.append(plan_attempt(["a"], tries, "a", "error", [1.0]))
    assert tries[-1].then == "aside"


def test_between_two_tries_the_program_may_change():
    failed = [HandlerAttempt("old", "error", 1.0), HandlerAttempt("kept", None, "more")]
    assert (
        next_handler(["new", "kept"], [HandlerAttempt("kept", None, "more"), HandlerAttempt("old", "error", 1.0)])
        == "new"
    )
    assert next_handler([], failed) is None
