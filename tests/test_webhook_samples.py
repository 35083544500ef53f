"""Made-up events, for a laptop: in the shape of their types, of an identity of their own, and nobody's."""

import pydantic
import pytest
from pydantic_types import event_types, strict_type

from paystackease import errors
from paystackease.webhooks import Event, deduplication, samples


@pytest.mark.parametrize("name", samples.event_names())
def test_a_sample_fits_the_type_of_its_name_and_is_known_by_what_such_an_event_is_known_by(name):
    body = samples.build_sample(name)
    pydantic.TypeAdapter(strict_type(event_types()[name])).validate_python(body, strict=True)
    event = Event(name, body["data"], body)
    known = deduplication.IDENTITIES[name]
    if known.ordering_path:
        assert event.key.count(":") == len(known.key_paths), "nothing that it is known by is missing"
        about = samples.with_identifier(body, "another1")
        assert Event(name, about["data"], about).ordering_key == f"{known.object_type}:another1"
        assert body == samples.build_sample(name), "the first is as it was"
    else:
        with pytest.raises(errors.InvalidArgumentError, match="not about a single object"):
            samples.with_identifier(body, "another1")


def test_there_is_a_sample_of_every_official_event():
    assert set(samples.event_names()) == set(deduplication.IDENTITIES)
    with pytest.raises(errors.InvalidArgumentError, match=r"publishes no event charge\.succeeded"):
        samples.build_sample("charge.succeeded")


def test_what_is_in_a_sample_can_be_changed():
    body = samples.build_sample("charge.success")
    assert (
        samples.with_value(body, "customer.email", "tobi@example.com")["data"]["customer"]["email"]
        == "tobi@example.com"
    )
    assert samples.with_value(body, "log.history.0.message", "x")["data"]["log"]["history"][0]["message"] == "x"
    assert samples.with_value(body, "metadata.cart", 7)["data"]["metadata"]["cart"] == 7
    for path in "nothing.at.all", "log.history.9.message", "log.history.x", "reference.x", "id.0":
        with pytest.raises(errors.InvalidArgumentError, match="has no field"):
            samples.with_value(body, path, 1)
