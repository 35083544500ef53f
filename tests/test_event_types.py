"""Every event that Paystack has published fits the type of its name: strictly, key for key."""

import json
import typing

import pydantic
import pytest
from test_types import FACTS, needs_samples, strict

from paystackease.types.events import WebhookEvent


def shapes():
    """The type of each event's body, by the event's name."""
    found = {}
    for shape in typing.get_args(WebhookEvent):
        (name,) = typing.get_args(typing.get_type_hints(shape)["event"])
        assert name not in found
        found[name] = shape
    return found


def samples():
    return [
        pytest.param(json.loads(file.read_text()), id=file.stem)
        for file in sorted((FACTS / "samples" / "events").glob("*.json"))
    ]


@needs_samples
@pytest.mark.parametrize("body", samples())
def test_a_published_event_fits_the_type_of_its_name(body):
    pydantic.TypeAdapter(strict(shapes()[body["event"]])).validate_python(body, strict=True)


@needs_samples
def test_every_official_event_has_a_type_and_no_other_has():
    events = json.loads((FACTS / "events.json").read_text())
    assert set(shapes()) == {event["event"] for event in events if event["status"] == "official"}
