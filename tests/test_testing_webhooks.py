"""Webhooks in the tests of an application: a rejected one is reported, and the application may have its own key."""

import asyncio

import pytest
from signed_events import charge_event
from webhook_shop import WebhookShop

from paystackease import errors
from paystackease.testing import WebhookNotDeliveredError
from paystackease.webhooks import HandlerRegistry, Inbox, asgi, wsgi

APPLICATION_KEY = "sk_test_of_the_application"

SHOP_INBOX = Inbox("sqlite:////nowhere/shop.db")
HANDLED_REFERENCES = []
SHOP_INBOX.on("charge.success", name="ship")(lambda event: HANDLED_REFERENCES.append(event.data["reference"]))


def pay(paystack, paystack_emulator, reference):
    paystack.transactions.initialize("ada@example.com", 500_000, reference=reference)
    paystack_emulator.pay(reference)


@pytest.fixture(params=[asgi.Webhook, wsgi.Webhook])
def application(request):
    """An application that has a key of its own, and what its handler received."""
    handlers, received = HandlerRegistry(), []
    handlers.on("*", name="all")(lambda event: received.append(event.data["reference"]))
    app = request.param(APPLICATION_KEY, handlers)
    app.received = received
    return app


def test_a_webhook_that_the_application_rejects_is_reported(paystack, paystack_emulator, application):
    paystack_emulator.set_webhook_target(application)
    pay(paystack, paystack_emulator, "T1")
    (attempt,) = paystack_emulator.deliver()
    assert (attempt.status, attempt.delivered, application.received) == (401, False, [])
    with pytest.raises(WebhookNotDeliveredError) as caught:
        paystack_emulator.wait_for("charge.success")
    assert (caught.value.event.data["reference"], caught.value.attempt) == ("T1", attempt)
    text = str(caught.value)
    assert "Webhook/ responded with 401: Rejected: the signature" in text
    assert "Is the secret key the same" in text
    assert "secret_key=" in text
    assert APPLICATION_KEY not in text
    assert paystack_emulator.secret_key not in text


@pytest.mark.paystack(secret_key=APPLICATION_KEY)
def test_a_marker_sets_the_secret_key(paystack, paystack_emulator, application):
    paystack_emulator.set_webhook_target(application)
    pay(paystack, paystack_emulator, "T1")
    assert [attempt.status for attempt in paystack_emulator.deliver()] == [200]
    assert paystack_emulator.wait_for("charge.success", reference="T1").status == "Delivered"
    assert application.received == ["T1"]


@pytest.mark.paystack(secret_key=APPLICATION_KEY)
def test_the_marker_sets_the_key_of_the_server_too(paystack_server, application):
    assert paystack_server.secret_key == APPLICATION_KEY
    paystack_server.set_webhook_target(application)
    with paystack_server.client() as client:
        pay(client, paystack_server, "T1")
    assert paystack_server.wait_for("charge.success").status == "Delivered"
    paystack_server.set_webhook_target(None)


def test_a_marker_with_another_kind_of_key_is_rejected(pytester):
    pytester.makepyfile("""
        import pytest

        keys = {"public": "pk_test_x", "live": "sk_live_x", "empty": "", "none": None}

        @pytest.fixture(
            params=[pytest.param(key, marks=pytest.mark.paystack(secret_key=key), id=id) for id, key in keys.items()]
        )
        def key(request):
            return request.param

        def test_it(key, paystack_emulator):
            pass
    """)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(errors=4)
    lines = [line for line in result.outlines if "secret_key must begin with sk_test_" in line]
    assert len(lines) >= 4
    assert "sk_live_x" not in "".join(lines)


def test_waiting_reads_the_newest_event_and_says_why_it_was_not_delivered(paystack, paystack_emulator):
    merchant = WebhookShop(200, 204, 503)
    paystack_emulator.set_webhook_target(merchant, path="/hook")
    pay(paystack, paystack_emulator, "T1")
    assert paystack_emulator.wait_for("charge.success").data["reference"] == "T1"
    pay(paystack, paystack_emulator, "T2")
    with pytest.raises(WebhookNotDeliveredError, match=r"hook responded with 204: thanks\. .* only HTTP 200"):
        paystack_emulator.wait_for("charge.success")
    assert paystack_emulator.wait_for("charge.success", reference="T1").status == "Delivered"
    pay(paystack, paystack_emulator, "T3")
    with pytest.raises(WebhookNotDeliveredError, match=r"hook responded with 503: thanks$"):
        paystack_emulator.wait_for("charge.success")


def test_waiting_names_the_error_of_an_application_that_failed(paystack, paystack_emulator):
    def broken(environ, start_response):
        raise ZeroDivisionError

    paystack_emulator.set_webhook_target(broken)
    pay(paystack, paystack_emulator, "T1")
    with pytest.raises(WebhookNotDeliveredError, match=r"broken/ responded with 500: ZeroDivisionError was raised"):
        paystack_emulator.wait_for("charge.success")


def test_waiting_names_a_webhook_that_will_not_be_sent(paystack, paystack_emulator):
    pay(paystack, paystack_emulator, "T1")
    assert paystack_emulator.wait_for("charge.success").status == "Pending"  # without a target, the event is enough
    paystack_emulator.set_webhook_target(WebhookShop())
    with pytest.raises(WebhookNotDeliveredError, match="before a webhook target was set"):
        paystack_emulator.wait_for("charge.success")
    paystack_emulator.set_webhook_target(WebhookShop(), mode="manual")
    pay(paystack, paystack_emulator, "T2")
    with pytest.raises(WebhookNotDeliveredError, match=r"held: .*deliver\(\)"):
        paystack_emulator.wait_for("charge.success", timeout=0)
    paystack_emulator.deliver()
    assert paystack_emulator.wait_for("charge.success", timeout=0).status == "Delivered"


@pytest.mark.paystack(now="2026-10-01T12:00:00Z")
def test_waiting_names_the_time_of_a_late_webhook_and_one_that_was_lost(paystack, paystack_emulator):
    paystack_emulator.set_webhook_target(WebhookShop())
    paystack_emulator.add_fault("late", "charge.success", times=1, seconds=60)
    pay(paystack, paystack_emulator, "T1")
    with pytest.raises(WebhookNotDeliveredError, match=r"due at 2026-10-01T12:01:00\.000Z: .*advance"):
        paystack_emulator.wait_for("charge.success", timeout=0)
    paystack_emulator.advance(seconds=60)
    assert paystack_emulator.wait_for("charge.success", timeout=0)
    paystack_emulator.add_fault("lost", "charge.success", times=1)
    pay(paystack, paystack_emulator, "T2")
    with pytest.raises(WebhookNotDeliveredError, match="lost by a fault"):
        paystack_emulator.wait_for("charge.success")


@pytest.mark.paystack(secret_key=APPLICATION_KEY)
@pytest.mark.parametrize("number", [1, 2])
def test_an_application_has_an_empty_inbox_in_each_test(paystack, paystack_emulator, paystack_inbox, number):
    HANDLED_REFERENCES.clear()
    inbox = paystack_inbox(SHOP_INBOX)
    assert inbox is SHOP_INBOX
    assert inbox.list() == []
    paystack_emulator.set_webhook_target(wsgi.Webhook(APPLICATION_KEY, SHOP_INBOX))
    pay(paystack, paystack_emulator, "T1")
    paystack_emulator.wait_for("charge.success")
    assert [entry.state for entry in inbox.run_until_idle().handled] == ["done"]
    assert HANDLED_REFERENCES == ["T1"]


def test_after_the_test_the_inbox_has_its_own_database_again():
    with pytest.raises(errors.InboxError):
        SHOP_INBOX.receive(charge_event("T1"))


@pytest.mark.paystack(secret_key=APPLICATION_KEY)
def test_asyncio_tests_deliver_and_wait_in_their_own_loop(async_paystack, paystack_emulator):
    loops, handlers = [], HandlerRegistry()

    @handlers.on("charge.success")
    async def record(event):
        loops.append(asyncio.get_running_loop())

    async def pay_and_deliver(key, reference):
        paystack_emulator.set_webhook_target(asgi.Webhook(key, handlers))
        await async_paystack.transactions.initialize("ada@example.com", 500_000, reference=reference)
        paystack_emulator.pay(reference)
        (attempt,) = await paystack_emulator.adeliver()
        return attempt.status, (await paystack_emulator.await_for("charge.success", reference=reference)).status

    async def run():
        assert await pay_and_deliver(APPLICATION_KEY, "T1") == (200, "Delivered")
        assert loops == [asyncio.get_running_loop()]
        with pytest.raises(WebhookNotDeliveredError, match="401"):
            await pay_and_deliver("sk_test_other", "T2")

    asyncio.run(run())
