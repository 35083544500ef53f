"""Every event that Paystack has published fits the type of its name: strictly, key for key."""

import pydantic
import pytest
from paystack_facts import official_events, read_facts
from pydantic_types import event_types, strict_type
from sample_bodies import make_event


def published_events():
    return [
        pytest.param(name, shape, id=f"{name}.{number}")
        for name, shapes_of_event in read_facts("event_shapes").items()
        for number, shape in enumerate(shapes_of_event)
    ]


@pytest.mark.parametrize(("name", "shape"), published_events())
def test_a_published_event_fits_the_type_of_its_name(name, shape):
    pydantic.TypeAdapter(strict_type(event_types()[name])).validate_python(make_event(name, shape), strict=True)


@pytest.mark.parametrize(("name", "shape"), published_events())
def test_an_event_with_an_unknown_name_or_key_does_not_match(name, shape):
    fits = pydantic.TypeAdapter(strict_type(event_types()[name]))
    body = make_event(name, shape)
    for other in {**body, "event": f"{name}.other"}, {**body, "other": 1}:
        with pytest.raises(pydantic.ValidationError):
            fits.validate_python(other, strict=True)


def test_every_official_event_has_a_type_and_no_other_has():
    assert set(event_types()) == official_events()
