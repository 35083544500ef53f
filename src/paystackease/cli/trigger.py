"""``paystackease trigger``: bring an event about. At an emulator it really happens; else a made-up one is sent.

paystackease trigger charge.success --on my-order-1                     what the order waits for, at the emulator
paystackease trigger charge.success --forward http://localhost:8000/    one that is made up, in its right shape
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
    """Bring an event about, and with it its webhook.

    :param event: Its name, such as charge.success.
    :param on: The reference or code of what it is to happen to. Left out, something new.
    :param set_: A value in the event's data, as path=value: customer.email=tobi@example.com. At an emulator, what the
        payment or transfer is made with. May be given several times.
    :param forward: The address of your webhook: a made-up event, signed with your key, is sent there. Left out, it
        happens at the emulator that PAYSTACK_BASE_URL names.
    :param profile: Whose key is used. Live keys are refused.
    """
    from paystackease.paystack import Paystack

    key, given = webhook_tools.test_key(profile), _given(set_ or [])
    if forward is not None:
        return _made_up(event, on, given, key, webhook_tools.checked_url(forward))
    with Paystack(key) as client:
        if not webhook_tools.emulated(client):
            raise errors.InvalidArgumentError(
                "there is no emulator: start one (paystackease emulator up) and set PAYSTACK_BASE_URL to its address, "
                "or say with --forward where a made-up event is to be sent"
            )
        return _brought_about(client, event, on, given)


def _brought_about(client: Paystack, name: str, on: str | None, given: dict[str, Any]) -> int:
    from paystackease.cli.event_scenarios import TRANSITIONS, Scene, checked, nested

    checked(name, given)
    before = {event["id"] for event in _webhooks(client)}
    TRANSITIONS[name](Scene(client, on, nested(given)))
    told = [event for event in reversed(_webhooks(client)) if event["id"] not in before]
    for event in told:
        print(f"{event['event']}  {event['id']}  {event['status']}")
    if not any(event["event"] == name for event in told):
        print(f"{name} did not come of it.", file=sys.stderr)
        return 1
    return 0


def _webhooks(client: Paystack) -> list[dict[str, Any]]:
    from paystackease._core.request import Request

    return client.send(Request[list[dict[str, Any]]]("GET", "/_emulator/webhooks")).data


def _made_up(name: str, on: str | None, given: dict[str, Any], key: str, url: str) -> int:
    from paystackease.webhooks import samples

    body = samples.sample(name)
    if on is not None:
        body = samples.about(body, on)
    for path, value in given.items():
        body = samples.changed(body, path, value)
    content = msgspec.json.encode(body)
    sent = webhook_tools.send(url, content, webhook_tools.signed(content, key))
    print(f"{name}  {sent}")
    return 0 if sent.status == 200 else 1


def _given(pairs: list[str]) -> dict[str, Any]:
    """What was written as path=value: the value as JSON, where it is, else as text."""
    found: dict[str, Any] = {}
    for pair in pairs:
        path, equals, value = pair.partition("=")
        if not (path and equals):
            raise errors.InvalidArgumentError(f"--set takes path=value, such as amount=5000, not {pair!r}")
        try:
            found[path] = msgspec.json.decode(value)
        except ValueError:
            found[path] = value
    return found
