"""``paystackease trigger``: trigger an event. At the emulator it really happens; with ``--forward`` a sample is sent.

paystackease trigger charge.success --on my-order-1                     pay the order at the emulator
paystackease trigger charge.success --forward http://localhost:8000/    send a sample event
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import msgspec
from cyclopts import Parameter, Token

from paystackease import errors
from paystackease._core.request import Request
from paystackease._core.value_sets import find_nearest
from paystackease.cli import webhook_tools
from paystackease.webhooks.deduplication import IDENTITIES

if TYPE_CHECKING:
    from paystackease.paystack import Paystack

if TYPE_CHECKING:
    EventName: TypeAlias = str
else:
    EventName = Literal[tuple(sorted(IDENTITIES))]  # shells complete it


def _read_name(_: Any, tokens: Sequence[Token]) -> str:
    return tokens[0].value  # another name is rejected with a suggestion


def trigger(
    event: Annotated[EventName, Parameter(converter=_read_name)],
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
    if event not in IDENTITIES:
        near = find_nearest(event, IDENTITIES)
        hint = f"use one of {', '.join(sorted(IDENTITIES))}" if near is None else f"did you mean {near}?"
        reason = "cannot be triggered at the emulator" if forward is None else "is not an event of Paystack's"
        raise errors.InvalidArgumentError(f"{event} {reason}: {hint}")
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
    settings = client.send(Request[dict[str, Any]]("GET", "/_emulator/settings")).data if sent else {}
    for event in sent:
        status = event["status"]
        if status == "Pending" and not settings["webhook_url"]:
            status = "not sent: no address is set (paystackease listen --forward URL)"
        print(f"{event['event']}  {event['id']}  {status}")
    if not any(event["event"] == name for event in sent):
        print(f"the emulator sent no {name}", file=sys.stderr)
        return 1
    return 0


def _list_webhooks(client: Paystack) -> list[dict[str, Any]]:
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
