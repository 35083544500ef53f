"""Webhooks in the web frameworks, over a socket as Paystack sends them, and with an emulator's events."""

import http.client
import json
from urllib.parse import urlsplit

import pytest
from card_payments import pay_by_card
from signed_events import KEY, event_body, sign
from webhook_apps import ASGI, FRAMEWORKS, PATH, serve_asgi

from paystackease import Emulator, Paystack, Request, errors
from paystackease.emulator.server.server import run_in_background
from paystackease.webhooks import HandlerRegistry, IPAllowlist, asgi
from paystackease.webhooks.receiver import PAYSTACK_ADDRESSES, WebhookReceiver
from paystackease.webhooks.signature import MAX_BODY_BYTES

PAYSTACK = PAYSTACK_ADDRESSES[0]
TOO_LONG = str(MAX_BODY_BYTES + 1)
DJANGO_BEHIND_ASGI = [FRAMEWORKS[name] for name in ("django async", "django sync behind ASGI")]
"""These read the whole body before any handler runs."""

ODD_BODY = (
    b'{ "data":{"reference":"T1","name":"Ad\\u00e9 \xc3\xa9","amount":1.50e3 ,"id":1, "status":"success"},\n'
    b'"event":"charge.success"}'
)
"""Valid JSON in a form that no JSON library writes."""


@pytest.fixture(params=list(FRAMEWORKS))
def framework(request):
    return FRAMEWORKS[request.param]


def post(url, content, signature, *headers, method="POST", chunks=None):
    """Send a webhook, and return the response's status, headers and body.

    :param chunks: Chunks of the body, sent without a length; an empty one ends the body.
    """
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        connection.putrequest(method, PATH)
        connection.putheader("Content-Type", "application/json")
        if signature is not None:
            connection.putheader("X-Paystack-Signature", signature)
        for name, value in headers:
            connection.putheader(name, value)
        if chunks is not None:
            connection.putheader("Transfer-Encoding", "chunked")
            connection.endheaders()
            for chunk in chunks:
                connection.send(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        elif ("Content-Length", TOO_LONG) in headers or method != "POST":
            connection.endheaders()
        else:
            connection.putheader("Content-Length", str(len(content)))
            connection.endheaders(content)
        response = connection.getresponse()
        return response.status, response.headers, response.read().decode()
    finally:
        connection.close()


def test_a_body_that_paystack_signed_is_accepted_byte_for_byte(framework):
    events = []
    with framework(KEY, events.append) as url:
        status, _, _ = post(url, ODD_BODY, sign(ODD_BODY))
        assert status == 200
        other = b" " + ODD_BODY
        assert post(url, other, sign(ODD_BODY))[0] == 401
        assert post(url, json.dumps(json.loads(ODD_BODY)).encode(), sign(ODD_BODY))[0] == 401
    assert [(event.name, event.body) for event in events] == [("charge.success", json.loads(ODD_BODY))]


def test_an_unsigned_body_is_rejected_and_reaches_no_handler(framework):
    events = []
    with framework([KEY, "sk_test_next"], events.append) as url:
        assert post(url, ODD_BODY, sign(ODD_BODY, "sk_test_next"))[0] == 200
        for signature in None, "", "0" * 128, sign(ODD_BODY).upper(), sign(ODD_BODY, "sk_test_old"), "é" * 64:
            status, _, text = post(url, ODD_BODY, signature)
            assert (status, "signature" in text) == (401, True)
    assert len(events) == 1


def test_a_function_for_the_key_is_called_for_each_request(framework):
    events, keys = [], []
    with framework(lambda: keys[-1], events.append) as url:
        keys.append("sk_test_first")
        assert post(url, ODD_BODY, sign(ODD_BODY, "sk_test_first"))[0] == 200
        keys.append(["sk_test_second", KEY])
        assert [post(url, ODD_BODY, sign(ODD_BODY, key))[0] for key in ("sk_test_first", KEY, "sk_test_second")] == [
            401,
            200,
            200,
        ]
    assert len(events) == 3


def test_a_function_without_a_key_accepts_nothing():
    receiver = WebhookReceiver(lambda: "", lambda event: None)
    with pytest.raises(errors.InvalidArgumentError, match="secret_key must be"):
        receiver.respond("POST", {"x-paystack-signature": sign(ODD_BODY, "x")}, ODD_BODY)


def test_an_invalid_event_method_or_length_is_rejected(framework):
    events = []
    with framework(KEY, events.append) as url:
        assert post(url, b"[]", sign(b"[]"))[0] == 400
        assert post(url, b"", sign(b""))[0] == 400
        status, headers, _ = post(url, b"", None, method="GET")
        assert (status, headers["allow"]) == (405, "POST")
        if framework in DJANGO_BEHIND_ASGI:
            assert post(url, b" " * (MAX_BODY_BYTES + 1), sign(b""))[0] == 413
        else:  # rejected by its length, before the body is read
            assert post(url, b"", sign(b""), ("Content-Length", TOO_LONG))[0] == 413
    assert events == []


@pytest.mark.parametrize("name", ASGI)
def test_a_body_without_a_length_is_read_up_to_the_limit(name):
    events = []
    long_body = b" " * (MAX_BODY_BYTES + 1)
    end = [b""] if FRAMEWORKS[name] in DJANGO_BEHIND_ASGI else []  # the others respond before the body has ended
    with FRAMEWORKS[name](KEY, events.append) as url:
        assert post(url, ODD_BODY, sign(ODD_BODY), chunks=[ODD_BODY[:9], ODD_BODY[9:], b""])[0] == 200
        assert post(url, long_body, sign(long_body), chunks=[long_body[:9], long_body[9:], *end])[0] == 413
    assert len(events) == 1


def test_a_failed_handler_asks_for_redelivery_and_an_unhandled_event_does_not(framework):
    handlers = HandlerRegistry()
    handled_keys = []

    @handlers.on("charge.success", name="fails")
    async def fail(event):
        handled_keys.append(event.key)
        if len(handled_keys) < 2:
            # An error in the handler, not a forged webhook.
            raise errors.SignatureError("of another signature")

    with framework(KEY, handlers) as url:
        assert [post(url, ODD_BODY, sign(ODD_BODY))[0] for _ in range(2)] == [500, 200]
        unknown = event_body("brand.new", {"id": 1})
        assert post(url, unknown, sign(unknown))[0] == 200
    assert handled_keys == ["charge.success:T1:1:success"] * 2


def test_an_allowlist_accepts_only_paystacks_addresses(framework):
    events = []
    with framework(KEY, events.append, sources=IPAllowlist()) as url:
        assert post(url, ODD_BODY, sign(ODD_BODY))[0] == 403
        # Any client can send this header: no proxy is trusted.
        assert post(url, ODD_BODY, sign(ODD_BODY), ("X-Forwarded-For", PAYSTACK))[0] == 403
        assert post(url, ODD_BODY, sign(ODD_BODY), ("X-Real-IP", PAYSTACK))[0] == 403
    assert events == []


def test_a_trusted_proxy_is_trusted_for_the_last_hop_only(framework):
    events = []
    with framework(KEY, events.append, sources=IPAllowlist(trusted_proxies=["127.0.0.0/8", "10.1.1.1"])) as url:

        def status(*values):
            return post(url, ODD_BODY, sign(ODD_BODY), *[("X-Forwarded-For", value) for value in values])[0]

        assert status(PAYSTACK) == 200
        assert status(f"6.6.6.6, {PAYSTACK}") == 200
        assert status("6.6.6.6", PAYSTACK) == 200
        assert status(f"{PAYSTACK}, 10.1.1.1") == 200
        assert len(events) == 4
        # An attacker sends Paystack's address; the proxy appends the attacker's own.
        assert status(f"{PAYSTACK}, 6.6.6.6") == 403
        assert status(PAYSTACK, "6.6.6.6") == 403
        assert status(f"{PAYSTACK}, 6.6.6.6, 10.1.1.1") == 403
        assert status(f"{PAYSTACK},") == 403
        assert status(f"{PAYSTACK}, unknown") == 403
        assert status("10.1.1.1") == 403
        assert status() == 403
    assert len(events) == 4


def test_a_server_that_trusts_its_proxy_passes_the_client_address():
    events = []
    application = asgi.Webhook(KEY, events.append, sources=IPAllowlist())
    with serve_asgi(application, proxy_headers=True, forwarded_allow_ips="127.0.0.1") as url:
        assert post(url, ODD_BODY, sign(ODD_BODY), ("X-Forwarded-For", PAYSTACK))[0] == 200
        assert post(url, ODD_BODY, sign(ODD_BODY), ("X-Forwarded-For", f"{PAYSTACK}, 6.6.6.6"))[0] == 403
    assert len(events) == 1


def test_an_emulator_delivers_a_webhook_again_if_it_was_not_accepted(framework):
    events = []

    def handle(event):
        events.append(event)
        if len(events) == 1:
            raise OSError("the database is away")

    with Emulator(KEY) as emulator, run_in_background(emulator) as paystack, framework(KEY, handle) as url:
        with Paystack(KEY, base_url=paystack) as client:
            settings = {"webhook_url": url + PATH, "webhook_mode": "inline"}
            client.send(Request("POST", "/_emulator/settings", body=settings))
            client.send(Request("POST", "/_emulator/faults", body={"action": "bad-signature", "times": 1}))
            payment = pay_by_card(client, 50_000)
            for _ in range(2):  # each retry is due after three minutes
                client.send(Request("POST", "/_emulator/clock", body={"advance": 180}))
            (webhook,) = client.send(Request("GET", "/_emulator/webhooks")).data
            assert (webhook["event"], webhook["status"]) == ("charge.success", "Delivered")
            attempts = client.send(Request("GET", f"/_emulator/webhooks/{webhook['id']}")).data["attempts"]
            assert [attempt["status"] for attempt in attempts] == [401, 500, 200]
        assert [event.data["reference"] for event in events] == [payment["reference"]] * 2
        assert events[0].key == events[1].key
        assert events[0].body == json.loads(emulator.events()[0].body)
