"""Sample events for development: they fit their types, have valid keys, and have no real data."""

import pydantic
import pytest
from pydantic_types import event_types, strict_type

from paystackease import errors
from paystackease.webhooks import Event, deduplication, samples


@pytest.mark.parametrize("name", samples.event_names())
def test_a_sample_fits_the_type_of_its_event_and_has_every_key_field(name):
    body = samples.build_sample(name)
    pydantic.TypeAdapter(strict_type(event_types()[name])).validate_python(body, strict=True)
    event = Event(name, body["data"], body)
    identity = deduplication.IDENTITIES[name]
    if identity.ordering_path:
        assert event.key.count(":") == len(identity.key_paths), "no key field is missing"
        other_body = samples.with_identifier(body, "another1")
        assert Event(name, other_body["data"], other_body).ordering_key == f"{identity.object_type}:another1"
        assert body == samples.build_sample(name), "the first sample is unchanged"
    else:
        with pytest.raises(errors.InvalidArgumentError, match="not about a single object"):
            samples.with_identifier(body, "another1")


def test_there_is_a_sample_of_every_official_event():
    assert set(samples.event_names()) == set(deduplication.IDENTITIES)
    with pytest.raises(errors.InvalidArgumentError, match=r"publishes no event charge\.succeeded"):
        samples.build_sample("charge.succeeded")


def test_the_values_of_a_sample_can_be_changed():
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
