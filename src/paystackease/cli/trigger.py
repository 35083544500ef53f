"""``paystackease trigger``: trigger an event. At the emulator it really happens; with ``--forward`` a sample is sent.

paystackease trigger charge.success --on my-order-1                     pay the order at the emulator
paystackease trigger charge.success --forward http://localhost:8000/    send a sample event
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from cyclopts import Parameter

from paystackease import errors
from paystackease.cli import webhook_tools

if TYPE_CHECKING:
    from paystackease.paystack import Paystack


def trigger(
    event: str,
    /,
    *,
    on: str | None = None,
    set_: Annotated[list[str] | None, Parameter(name="--set", negative="")] = None,
    forward: str | None = None,
    profile: str | None = None,
) -> int:
    """Trigger an event and its webhook.

    :param event: The name of the event, such as charge.success.
    :param on: The reference or code of the object that the event is about. Default: a new object.
    :param set_: A value in the event's data, as path=value: customer.email=tobi@example.com. At the emulator, a value
        with which the payment or transfer is created. May be given several times.
    :param forward: The URL of your webhook. A sample event, signed with your key, is sent there. Default: the event
        happens at the emulator at PAYSTACK_BASE_URL.
    :param profile: The profile whose key is used. Live keys are rejected.
    """
    from paystackease.paystack import Paystack

    key, values = webhook_tools.require_test_key(profile), _parse_values(set_ or [])
    if forward is not None:
        return _send_sample(event, on, values, key, webhook_tools.validate_url(forward))
    with Paystack(key) as client:
        if not webhook_tools.is_emulator(client):
            raise errors.InvalidArgumentError(
                "there is no emulator: start one (paystackease emulator up) and set PAYSTACK_BASE_URL to its address, "
                "or send a sample event with --forward URL"
            )
        return _trigger_at_emulator(client, event, on, values)


def _trigger_at_emulator(client: Paystack, name: str, on: str | None, values: dict[str, Any]) -> int:
    from paystackease.cli.event_scenarios import SCENARIOS, Scenario, nest_values, validate_scenario

    validate_scenario(name, values)
    before = {event["id"] for event in _list_webhooks(client)}
    SCENARIOS[name](Scenario(client, on, nest_values(values)))
    sent = [event for event in reversed(_list_webhooks(client)) if event["id"] not in before]
    for event in sent:
        print(f"{event['event']}  {event['id']}  {event['status']}")
    if not any(event["event"] == name for event in sent):
        print(f"the emulator sent no {name}", file=sys.stderr)
        return 1
    return 0


def _list_webhooks(client: Paystack) -> list[dict[str, Any]]:
    from paystackease._core.request import Request

    return client.send(Request[list[dict[str, Any]]]("GET", "/_emulator/webhooks")).data


def _send_sample(name: str, on: str | None, values: dict[str, Any], key: str, url: str) -> int:
    from paystackease.webhooks import samples

    body = samples.build_sample(name)
    if on is not None:
        body = samples.with_identifier(body, on)
    for path, value in values.items():
        body = samples.with_value(body, path, value)
    content = msgspec.json.encode(body)
    result = webhook_tools.send_event(url, content, webhook_tools.sign(content, key))
    print(f"{name}  {result}")
    return 0 if result.status == 200 else 1


def _parse_values(pairs: list[str]) -> dict[str, Any]:
    """Parse ``path=value`` pairs: the value is JSON if it is valid JSON, else text."""
    values: dict[str, Any] = {}
    for pair in pairs:
        path, equals, value = pair.partition("=")
        if not (path and equals):
            raise errors.InvalidArgumentError(f"--set takes path=value, such as amount=5000, not {pair!r}")
        try:
            values[path] = msgspec.json.decode(value)
        except ValueError:
            values[path] = value
    return values
