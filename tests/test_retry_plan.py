"""Which handler of an event is next, and what comes after an attempt."""

from paystackease.webhooks.inbox.retry_plan import HandlerAttempt, next_handler, plan_attempt


def run_attempts(outcomes, waits):
    """What becomes of an event whose handlers fail as often as is said, with what was decided after each try."""
    tries, left = [], dict(outcomes)
    while (name := next_handler(list(outcomes), tries)) is not None:
        failed = left[name] > 0
        left[name] -= 1
        tries.append(plan_attempt(list(outcomes), tries, name, "error" if failed else None, waits))
        if tries[-1].next_step in {"done", "dead_letter"}:
            break
    return [(one.handler, one.next_step) for one in tries]


def test_rounds_of_tries():
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


def test_after_a_person_had_it_tried_anew_the_waits_begin_anew():
    tries = [HandlerAttempt("a", "error", 1.0), HandlerAttempt("a", "error", "dead_letter")]
    assert next_handler(["a"], tries) == "a"
    tries.append(plan_attempt(["a"], tries, "a", "error", [1.0]))
    assert tries[-1].next_step == 1.0
    tries.append(plan_attempt(["a"], tries, "a", "error", [1.0]))
    assert tries[-1].next_step == "dead_letter"


def test_between_two_tries_the_program_may_change():
    failed = [HandlerAttempt("old", "error", 1.0), HandlerAttempt("kept", None, "next_handler")]
    assert (
        next_handler(
            ["new", "kept"], [HandlerAttempt("kept", None, "next_handler"), HandlerAttempt("old", "error", 1.0)]
        )
        == "new"
    )
    assert next_handler([], failed) is None
