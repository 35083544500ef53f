"""Responses and events have the shapes that Paystack publishes, for each operation and event."""

import fidelity
import pytest
from shape_comparison import published_events

from paystackease.endpoints import endpoints


@pytest.mark.parametrize("area", fidelity.AREAS)
def test_each_difference_in_shape_has_a_reason_and_each_reason_a_difference(area):
    run = fidelity.AreaRun(area)
    assert run.differences == set(run.reasons)


def test_every_operation_has_a_successful_response():
    answered = set().union(*(fidelity.AreaRun(area).successful_operations for area in fidelity.AREAS))
    assert {(item.endpoint.method, item.endpoint.path) for item in endpoints()} - answered == set()


def test_every_official_event_is_sent_by_a_real_transition():
    event_names = {name for area in fidelity.AREAS for name, _ in fidelity.AreaRun(area).events}
    assert published_events() - event_names == set()
