"""Webhooks are delivered to ASGI and WSGI applications and to addresses."""

import asyncio
import json

import pytest
from conftest import SECRET_KEY
from webhook_shop import CARD, listen_for_webhooks, pay_reference

from paystackease import AsyncPaystack, Emulator, Paystack, Request
from paystackease.emulator.server.server import run_in_background
from paystackease.testing import WebhookNotDeliveredError
from paystackease.webhooks import asgi, wsgi
from paystackease.webhooks.handlers import HandlerRegistry
from paystackease.webhooks.signature import verify

# In-process applications


def test_this_packages_own_webhooks_take_them_as_asgi_and_as_wsgi(emulator):
    handlers, received = HandlerRegistry(), []

    @handlers.on("charge.success")
    def record(event):
        received.append(event.data["reference"])

    client = Paystack(transport=emulator)
    for number, application in enumerate((asgi.Webhook, wsgi.Webhook)):
        emulator.set_webhook_target(application(SECRET_KEY, handlers))
        pay_reference(client, f"T{number}")
        (attempt,) = emulator.deliver()
        assert attempt.status == 200
    assert received == ["T0", "T1"]


def test_an_asgi_application_runs_in_the_callers_event_loop(emulator):
    loops = []

    async def app(scope, receive, send):
        message = await receive()
        assert json.loads(message["body"])["event"] == "charge.success"
        assert (scope["type"], scope["method"], scope["path"]) == ("http", "POST", "/hooks/paystack")
        loops.append(asyncio.get_running_loop())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    async def play():
        async with AsyncPaystack(transport=emulator) as client:
            emulator.set_webhook_target(app, path="/hooks/paystack")
            await client.send(Request("POST", "/charge", body={"email": "a@b.co", "amount": 100, "card": CARD}))
            (attempt,) = await emulator.adeliver()
            assert (attempt.status, attempt.response) == (200, "ok")
            assert loops == [asyncio.get_running_loop()]
            await client.send(Request("POST", "/charge", body={"email": "a@b.co", "amount": 100, "card": CARD}))
            event = await emulator.await_for("charge.success")
            assert event.status == "Delivered"
            # The blocking call works too, in another loop.
            emulator.set_webhook_target(app, path="/hooks/paystack", mode="inline")
            await client.send(Request("POST", "/charge", body={"email": "a@b.co", "amount": 100, "card": CARD}))
            assert len(loops) == 3
            assert loops[2] is not loops[0] is loops[1]
            assert await emulator.aadvance(60) == []

    asyncio.run(play())


def test_an_application_that_raises_or_does_not_respond_is_a_failed_attempt(emulator):
    async def broken(scope, receive, send):
        raise RuntimeError("my own trouble")

    async def silent(scope, receive, send):
        pass

    def nothing(environ, start_response):
        return []

    client = Paystack(transport=emulator)
    outcomes = []
    for number, app in enumerate((broken, silent, nothing)):
        emulator.set_webhook_target(app)
        pay_reference(client, f"T{number}")
        (attempt,) = emulator.deliver()
        outcomes.append((attempt.status, attempt.error, attempt.delivered))
    assert outcomes == [
        (500, "RuntimeError was raised", False),
        (None, "the application ended without a response", False),
        (None, "the application ended without a response", False),
    ]


# To an address


def test_a_server_delivers_to_an_address_soon_after_the_response(connect):
    with (
        listen_for_webhooks(503) as (address, received),
        Emulator(SECRET_KEY) as emulator,
        run_in_background(emulator) as url,
    ):
        client = connect(SECRET_KEY, base_url=url)
        client.send(Request("POST", "/_emulator/settings", body={"webhook_url": address}))
        pay_reference(client, "one")
        with pytest.raises(WebhookNotDeliveredError, match="responded with 503") as exc_info:
            emulator.wait_for("charge.success", reference="one")
        event = exc_info.value.event
        _until(emulator, lambda: emulator.events()[0].tries == 1)
        # The clock is advanced over HTTP, and due events are delivered before the response.
        moved = client.send(Request("POST", "/_emulator/clock", body={"advance": 180})).data
        assert [(happening["kind"], happening["name"], happening["status"]) for happening in moved["happened"]] == [
            ("delivery", "charge.success", 200)
        ]
        assert [verify(body, head["x-paystack-signature"], SECRET_KEY).data["id"] for _, head, body in received] == [
            event.data["id"]
        ] * 2
        assert emulator.wait_for("charge.success", reference="one").id == event.id


def _until(emulator, true):
    """Advance the emulator until the condition is true."""
    change_count = emulator.scheduler.change_count
    for _ in range(100):
        if true():
            return
        change_count = emulator.scheduler.wait_for_change(change_count, 5.0)
    raise AssertionError("it did not happen")


def test_an_unreachable_or_remote_address_is_a_failed_attempt(emulator):
    from faulty_server import unused_address

    client = Paystack(transport=emulator)
    host, port = unused_address()
    emulator.set_webhook_target(f"http://{host}:{port}/")
    pay_reference(client, "one")
    (attempt,) = emulator.deliver()
    assert attempt.status is None
    assert attempt.error.startswith("no response")
    emulator.set_webhook_target("http://192.0.2.1/paystack")
    pay_reference(client, "two")
    (attempt,) = emulator.deliver()
    assert (attempt.status, attempt.seconds < 5) == (None, True)
    assert "not on this machine" in attempt.error
