"""Webhooks in the web frameworks themselves, over a socket, as Paystack sends them: with an emulator's events."""

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
"""They read all that comes into a file before anybody is asked."""

ODD = (
    b'{ "data":{"reference":"T1","name":"Ad\\u00e9 \xc3\xa9","amount":1.50e3 ,"id":1, "status":"success"},\n'
    b'"event":"charge.success"}'
)
"""No JSON library would write it so."""


@pytest.fixture(params=list(FRAMEWORKS))
def framework(request):
    return FRAMEWORKS[request.param]


def post(url, content, signature, *headers, method="POST", chunks=None):
    """What is answered: the status, the headers, and the body.

    :param chunks: Sent in these, without a length; an empty one ends the body.
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
            for part in chunks:
                connection.send(b"%x\r\n%s\r\n" % (len(part), part))
        elif ("Content-Length", TOO_LONG) in headers or method != "POST":
            connection.endheaders()
        else:
            connection.putheader("Content-Length", str(len(content)))
            connection.endheaders(content)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


def test_what_paystack_signed_is_taken_byte_for_byte(framework):
    got = []
    with framework(KEY, got.append) as url:
        status, _, _ = post(url, ODD, sign(ODD))
        assert status == 200
        other = b" " + ODD
        assert post(url, other, sign(ODD))[0] == 401
        assert post(url, json.dumps(json.loads(ODD)).encode(), sign(ODD))[0] == 401
    assert [(event.name, event.body) for event in got] == [("charge.success", json.loads(ODD))]


def test_an_unsigned_body_is_rejected_and_reaches_no_handler(framework):
    got = []
    with framework([KEY, "sk_test_next"], got.append) as url:
        assert post(url, ODD, sign(ODD, "sk_test_next"))[0] == 200
        for signature in None, "", "0" * 128, sign(ODD).upper(), sign(ODD, "sk_test_old"), "é" * 64:
            status, _, told = post(url, ODD, signature)
            assert (status, "signature" in told) == (401, True)
    assert len(got) == 1


def test_a_function_for_the_key_is_called_for_each_request(framework):
    got, keys = [], []
    with framework(lambda: keys[-1], got.append) as url:
        keys.append("sk_test_first")
        assert post(url, ODD, sign(ODD, "sk_test_first"))[0] == 200
        keys.append(["sk_test_second", KEY])
        assert [post(url, ODD, sign(ODD, key))[0] for key in ("sk_test_first", KEY, "sk_test_second")] == [
            401,
            200,
            200,
        ]
    assert len(got) == 3


def test_a_function_without_a_key_accepts_nothing():
    hook = WebhookReceiver(lambda: "", lambda event: None)
    with pytest.raises(errors.InvalidArgumentError, match="secret_key must be"):
        hook.respond("POST", {"x-paystack-signature": sign(ODD, "x")}, ODD)


def test_an_invalid_event_method_or_length_is_rejected(framework):
    got = []
    with framework(KEY, got.append) as url:
        assert post(url, b"[]", sign(b"[]"))[0] == 400
        assert post(url, b"", sign(b""))[0] == 400
        status, headers, _ = post(url, b"", None, method="GET")
        assert (status, headers["allow"]) == (405, "POST")
        if framework in DJANGO_BEHIND_ASGI:
            assert post(url, b" " * (MAX_BODY_BYTES + 1), sign(b""))[0] == 413
        else:  # nothing of it is read: nothing was sent yet
            assert post(url, b"", sign(b""), ("Content-Length", TOO_LONG))[0] == 413
    assert got == []


@pytest.mark.parametrize("name", ASGI)
def test_a_body_without_a_length_is_read_no_further_than_it_may_be(name):
    got = []
    long = b" " * (MAX_BODY_BYTES + 1)
    end = [b""] if FRAMEWORKS[name] in DJANGO_BEHIND_ASGI else []  # elsewhere it is still coming
    with FRAMEWORKS[name](KEY, got.append) as url:
        assert post(url, ODD, sign(ODD), chunks=[ODD[:9], ODD[9:], b""])[0] == 200
        assert post(url, long, sign(long), chunks=[long[:9], long[9:], *end])[0] == 413
    assert len(got) == 1


def test_a_failed_handler_asks_for_redelivery_and_an_unhandled_event_does_not(framework):
    handlers = HandlerRegistry()
    tried = []

    @handlers.on("charge.success", name="fails")
    async def fails(event):
        tried.append(event.key)
        if len(tried) < 2:
            # Which is an error of yours, not a forgery.
            raise errors.SignatureError("of something else")

    with framework(KEY, handlers) as url:
        assert [post(url, ODD, sign(ODD))[0] for _ in range(2)] == [500, 200]
        unknown = event_body("brand.new", {"id": 1})
        assert post(url, unknown, sign(unknown))[0] == 200
    assert tried == ["charge.success:T1:1:success"] * 2


def test_only_paystacks_addresses_are_let_in_if_that_is_wanted(framework):
    got = []
    with framework(KEY, got.append, sources=IPAllowlist()) as url:
        assert post(url, ODD, sign(ODD))[0] == 403
        # Anybody can write a header: no proxy was named.
        assert post(url, ODD, sign(ODD), ("X-Forwarded-For", PAYSTACK))[0] == 403
        assert post(url, ODD, sign(ODD), ("X-Real-IP", PAYSTACK))[0] == 403
    assert got == []


def test_a_proxy_that_was_named_is_believed_about_the_last_hop_and_no_other(framework):
    got = []
    with framework(KEY, got.append, sources=IPAllowlist(trusted_proxies=["127.0.0.0/8", "10.1.1.1"])) as url:

        def status(*values):
            return post(url, ODD, sign(ODD), *[("X-Forwarded-For", value) for value in values])[0]

        assert status(PAYSTACK) == 200
        assert status(f"6.6.6.6, {PAYSTACK}") == 200
        assert status("6.6.6.6", PAYSTACK) == 200
        assert status(f"{PAYSTACK}, 10.1.1.1") == 200
        assert len(got) == 4
        # Whoever is not Paystack writes Paystack's address; the proxy adds his own behind it.
        assert status(f"{PAYSTACK}, 6.6.6.6") == 403
        assert status(PAYSTACK, "6.6.6.6") == 403
        assert status(f"{PAYSTACK}, 6.6.6.6, 10.1.1.1") == 403
        assert status(f"{PAYSTACK},") == 403
        assert status(f"{PAYSTACK}, unknown") == 403
        assert status("10.1.1.1") == 403
        assert status() == 403
    assert len(got) == 4


def test_a_server_that_believes_its_own_proxy_tells_the_address_that_counts():
    got = []
    hook = asgi.Webhook(KEY, got.append, sources=IPAllowlist())
    with serve_asgi(hook, proxy_headers=True, forwarded_allow_ips="127.0.0.1") as url:
        assert post(url, ODD, sign(ODD), ("X-Forwarded-For", PAYSTACK))[0] == 200
        assert post(url, ODD, sign(ODD), ("X-Forwarded-For", f"{PAYSTACK}, 6.6.6.6"))[0] == 403
    assert len(got) == 1


def test_an_emulator_tells_of_a_payment_and_comes_again_where_it_was_not_taken(framework):
    came = []

    def take(event):
        came.append(event)
        if len(came) == 1:
            raise OSError("the database is away")

    with Emulator(KEY) as emulator, run_in_background(emulator) as paystack, framework(KEY, take) as url:
        with Paystack(KEY, base_url=paystack) as client:
            told = {"webhook_url": url + PATH, "webhook_mode": "inline"}
            client.send(Request("POST", "/_emulator/settings", body=told))
            client.send(Request("POST", "/_emulator/faults", body={"action": "bad-signature", "times": 1}))
            paid = pay_by_card(client, 50_000)
            for _ in range(2):  # it comes again after three minutes
                client.send(Request("POST", "/_emulator/clock", body={"advance": 180}))
            (webhook,) = client.send(Request("GET", "/_emulator/webhooks")).data
            assert (webhook["event"], webhook["status"]) == ("charge.success", "Delivered")
            tried = client.send(Request("GET", f"/_emulator/webhooks/{webhook['id']}")).data["attempts"]
            assert [attempt["status"] for attempt in tried] == [401, 500, 200]
        assert [event.data["reference"] for event in came] == [paid["reference"]] * 2
        assert came[0].key == came[1].key
        assert came[0].body == json.loads(emulator.events()[0].body)
