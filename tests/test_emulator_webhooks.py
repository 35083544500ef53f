"""Webhooks as the emulator sends them: the bytes, the signature, the schedule, and the ways in which they arrive."""

import asyncio
import json
import shutil
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import NOON, SECRET_KEY
from hypothesis import given, settings
from hypothesis import strategies as st

from paystackease import AsyncPaystack, Emulator, Paystack, Request, errors
from paystackease.emulator.server.server import run_in_background
from paystackease.emulator.webhooks.js_json import encode_js_stable
from paystackease.emulator.webhooks.outbox import retry_delay
from paystackease.webhooks import asgi, wsgi
from paystackease.webhooks.handlers import HandlerRegistry
from paystackease.webhooks.signature import verify

CARD = {"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "2030"}
HOUR = 3_600.0


def pay(client, reference, **more):
    charge = {"email": "ada@example.com", "amount": 5_000, "reference": reference, "card": CARD, **more}
    return client.send(Request("POST", "/charge", body=charge)).data


class Shop:
    """A merchant's WSGI application that answers what it is told to, and keeps what it was told."""

    def __init__(self, *statuses):
        self.statuses, self.told, self.signed = list(statuses), [], []

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        self.told.append(json.loads(body))
        try:
            verify(body, environ.get("HTTP_X_PAYSTACK_SIGNATURE"), SECRET_KEY)
            self.signed.append(True)
        except errors.SignatureError:
            self.signed.append(False)
        status = self.statuses.pop(0) if self.statuses else 200
        start_response(f"{status} Whatever", [])
        return [b"thanks"]

    @property
    def references(self):
        return [told["data"]["reference"] for told in self.told]


@contextmanager
def listening(*statuses):
    """A merchant's server at an address of its own."""
    told, lock = [], threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            with lock:
                status = statuses[len(told)] if len(told) < len(statuses) else 200
                told.append((self.path, dict(self.headers), body))
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/paystack", told
        server.shutdown()
        thread.join()


# The bytes

AWKWARD = [
    {"b": 1, "10": 1, "2": 1, "01": 1, "-1": 1, "a": {"4294967295": 1, "4294967294": 1, "0": 1}},
    {"whole": 1.0, "half": 0.5, "tiny": 1e-7, "small": 0.000001, "big": 1e21, "long": 123456789012345680000.0},
    {"beyond": 2**53 + 1, "least": 5e-324, "most": 1.7976931348623157e308, "nothing": -0.0, "minus": -2.5e-9},
    {"text": '\u00e9 \u2028 \U0001f600 / \\ " \x00 \x1f \x7f <&>', "\u00e9": None, "": [], "n": [True, {}]},
]

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here to parse and write JSON")


def written_again(lines):
    """What JavaScript makes of JSON that it parses and writes."""
    script = """const lines = require('fs').readFileSync(0, 'utf8').split('\\n');
        process.stdout.write(lines.map(line => JSON.stringify(JSON.parse(line))).join('\\n'))"""
    ran = subprocess.run(["node", "-e", script], input=b"\n".join(lines), capture_output=True, check=True)
    return ran.stdout.split(b"\n")


@needs_node
def test_javascript_writes_the_bytes_again_as_they_came():
    lines = [encode_js_stable(value) for value in AWKWARD]
    assert written_again(lines) == lines


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    # No half of a pair: no JSON that came over HTTP can have one.
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text("0123456789a-", max_size=3) | st.text(st.characters(exclude_categories=["Cs"])), inner
        )
    ),
    max_leaves=10,
)


@needs_node
def test_javascript_writes_any_bytes_again_as_they_came():
    lines = []

    @settings(max_examples=200, deadline=None, database=None)
    @given(json_values)
    def collect(value):
        lines.append(encode_js_stable({"event": "x", "data": value}))

    collect()
    assert written_again(lines) == lines


def test_the_bytes_are_compact_and_as_javascript_has_them():
    assert encode_js_stable({"event": "x", "data": AWKWARD[0]["a"]}) == (
        b'{"event":"x","data":{"0":1,"4294967294":1,"4294967295":1}}'
    )
    assert encode_js_stable({"a": [1.0, 1e-7, 1e21, 100.5, 2**53 + 1, -0.0]}) == (
        b'{"a":[1,1e-7,1e+21,100.5,9007199254740992,0]}'
    )
    assert encode_js_stable({"name": "Ad\u00e9"}) == '{"name":"Ad\u00e9"}'.encode()


# Delivered


def test_what_happened_is_told_once_in_order_and_signed_over_its_bytes(connect, emulator):
    client, shop = connect(transport=emulator), Shop()
    emulator.set_webhook_target(shop)
    for reference in "one", "two":
        pay(client, reference, metadata={"10": 1.5, "2": "\u00e9"})
    assert shop.told == []
    attempts = emulator.deliver()
    assert shop.references == ["one", "two"]
    assert shop.signed == [True, True]
    assert [(attempt.status, attempt.response, attempt.delivered) for attempt in attempts] == [
        (200, "thanks", True)
    ] * 2
    assert emulator.deliver() == []
    assert shop.told == [json.loads(event.body) for event in emulator.events()]


def test_nobody_is_told_where_no_address_is_set(connect, emulator):
    client, shop = connect(transport=emulator), Shop()
    pay(client, "before")
    emulator.set_webhook_target(shop)
    pay(client, "after")
    emulator.deliver()
    assert shop.references == ["after"]
    emulator.set_webhook_target(None)
    pay(client, "much later")
    assert emulator.deliver() == []


def test_what_is_rolled_back_is_told_to_nobody(emulator):
    shop = Shop()
    emulator.set_webhook_target(shop)
    with pytest.raises(ZeroDivisionError):
        emulator.run_as(emulator.tenants()[0] if emulator.tenants() else _tenant(), _emit_and_fail)
    assert emulator.deliver() == []


def _tenant():
    from paystackease.emulator.services import Tenant

    return Tenant.from_key(SECRET_KEY)


def _emit_and_fail(call):
    call.emit("charge.success", {"reference": "never"})
    raise ZeroDivisionError


def test_each_key_signs_what_it_is_told(emulator):
    shop, other = Shop(), Shop()
    emulator.set_webhook_target(shop)
    emulator.set_webhook_target(other, secret_key="sk_test_other")
    pay(Paystack(transport=emulator.for_key("sk_test_other")), "theirs")
    emulator.deliver("sk_test_other")
    emulator.deliver()
    assert (shop.told, other.references) == ([], ["theirs"])
    assert other.signed == [False]  # by this test's key


def test_no_secret_key_is_kept(tmp_path):
    with Emulator(SECRET_KEY, db=tmp_path / "paystack.db") as emulator:
        emulator.set_webhook_target(Shop())
        pay(Paystack(transport=emulator), "one")
        emulator.deliver()
    for file in tmp_path.iterdir():
        assert SECRET_KEY.encode() not in file.read_bytes()


def test_what_a_file_still_has_to_tell_is_told_when_its_key_is_known_again(tmp_path):
    with listening() as (url, told):
        with Emulator(SECRET_KEY, db=tmp_path / "paystack.db") as emulator:
            emulator.set_webhook_target(url)
            pay(Paystack(transport=emulator), "one")
        with Emulator("sk_test_other", db=tmp_path / "paystack.db") as emulator:
            emulator.run_due()
            assert told == []
            Paystack(transport=emulator.for_key(SECRET_KEY)).customers.list_customers()
            emulator.run_due()
        ((path, headers, body),) = told
    assert path == "/paystack"
    assert verify(body, headers["x-paystack-signature"], SECRET_KEY).data["reference"] == "one"


# Again and again


def test_live_webhooks_are_tried_every_3_minutes_and_then_hourly_for_72_hours():
    tried, at = [0.0], 0.0
    while (wait := retry_delay("live", len(tried), at)) is not None:
        at += wait
        tried.append(at)
    assert tried[:6] == [0, 180, 360, 540, 540 + HOUR, 540 + 2 * HOUR]
    assert 71 * HOUR < tried[-1] <= 72 * HOUR
    assert len(tried) == 4 + 71


def test_test_webhooks_are_tried_hourly_for_10_hours():
    tried, at = [0.0], 0.0
    while (wait := retry_delay("test", len(tried), at)) is not None:
        at += wait
        tried.append(at)
    assert tried == [hours * HOUR for hours in range(11)]
    assert retry_delay("off", 1, 0.0) is None


@pytest.mark.parametrize("status", [201, 204, 302, 400, 500])
def test_whatever_is_not_200_is_a_failure_and_is_tried_again_when_its_time_comes(emulator, status):
    shop = Shop(status, status)
    emulator.set_webhook_target(shop)
    pay(Paystack(transport=emulator), "one")
    emulator.deliver()
    assert len(shop.told) == 1
    happened = emulator.advance(179)
    assert happened == []
    happened = emulator.advance(1 + 180)
    assert [(found.at - NOON, found.attempt.status) for found in happened] == [(180, status), (360, 200)]
    assert shop.told[0] == shop.told[1] == shop.told[2]
    (event,) = emulator.events()
    assert (event.status, event.tries, event.due) == ("Delivered", 3, None)


def test_who_never_answers_200_is_told_75_times_and_no_more(emulator):
    shop = Shop(*[500] * 100)
    emulator.set_webhook_target(shop)
    pay(Paystack(transport=emulator), "one")
    emulator.advance(100 * HOUR)
    assert len(shop.told) == 75
    (event,) = emulator.events()
    assert (event.status, event.due) == ("Failed", None)


def test_a_webhook_that_fails_does_not_hold_up_the_next(emulator):
    shop = Shop(500)
    emulator.set_webhook_target(shop)
    client = Paystack(transport=emulator)
    pay(client, "one")
    pay(client, "two")
    emulator.deliver()
    emulator.advance(180)
    assert shop.references == ["one", "two", "one"]


def test_attempts_are_kept_and_one_can_be_told_again(connect, emulator):
    client, shop = connect(transport=emulator), Shop(500)
    emulator.set_webhook_target(shop)
    pay(client, "one")
    emulator.deliver()
    emulator.advance(180)
    (listed,) = client.send(Request("GET", "/_emulator/webhooks")).data
    assert (listed["event"], listed["status"], listed["tries"]) == ("charge.success", "Delivered", 2)
    again = client.send(Request("POST", "/_emulator/webhooks/{id}/replay", {"id": listed["id"]})).data
    assert [attempt["status"] for attempt in again["attempts"]] == [500, 200, 200]
    fetched = client.send(Request("GET", "/_emulator/webhooks/{id}", {"id": listed["id"]})).data
    assert fetched["attempts"] == again["attempts"]
    assert json.loads(fetched["body"])["data"]["reference"] == "one"
    assert shop.references == ["one"] * 3
    with pytest.raises(errors.NotFoundError, match="Webhook not found"):
        client.send(Request("GET", "/_emulator/webhooks/{id}", {"id": "0" * 24}))


def test_a_webhook_can_be_told_again_with_other_data(emulator):
    client, shop = Paystack(transport=emulator), Shop()
    emulator.set_webhook_target(shop)
    pay(client, "one")
    emulator.deliver()
    path = Request("POST", "/_emulator/webhooks/{id}/replay", {"id": emulator.events()[0].id}, body={"data": {"id": 1}})
    client.send(path)
    assert shop.told[-1] == {"event": "charge.success", "data": {"id": 1}}
    assert emulator.events()[0].data["reference"] == "one"


# When


def test_manual_webhooks_wait_until_they_are_told_to_go(connect, emulator):
    client, shop = connect(transport=emulator), Shop()
    emulator.set_webhook_target(shop, mode="manual")
    pay(client, "one")
    emulator.advance(HOUR)
    assert shop.told == []
    (attempt,) = client.send(Request("POST", "/_emulator/webhooks/deliver")).data
    assert attempt["status"] == 200
    assert shop.references == ["one"]


def test_inline_webhooks_come_before_the_answer_and_see_what_was_done(connect, emulator):
    client, seen = connect(transport=emulator), []
    asking = Paystack(transport=emulator)

    class Asking(Shop):
        def __call__(self, *args):
            answer = super().__call__(*args)
            seen.append(asking.transactions.verify_transaction(self.references[-1]).data["status"])
            return answer

    emulator.set_webhook_target(Asking(), mode="inline")
    pay(client, "one")
    assert seen == ["success"]


def test_time_stands_at_the_delivery_while_it_is_delivered(emulator):
    times = []
    client = Paystack(transport=emulator)

    class Asking(Shop):
        def __call__(self, *args):
            times.append(client.send(Request("GET", "/_emulator/clock")).data["now"])
            return super().__call__(*args)

    emulator.set_webhook_target(Asking(500, 500))
    pay(client, "one")
    emulator.advance(HOUR)
    assert times == [f"2026-10-01T12:0{minute}:00.000Z" for minute in (0, 3, 6)]


# Straight into applications


def test_this_packages_own_webhooks_take_them_as_asgi_and_as_wsgi(emulator):
    handlers, told = HandlerRegistry(), []

    @handlers.on("charge.success")
    def paid(event):
        told.append(event.data["reference"])

    client = Paystack(transport=emulator)
    for number, application in enumerate((asgi.Webhook, wsgi.Webhook)):
        emulator.set_webhook_target(application(SECRET_KEY, handlers))
        pay(client, f"T{number}")
        (attempt,) = emulator.deliver()
        assert attempt.status == 200
    assert told == ["T0", "T1"]


def test_an_asgi_application_is_told_in_the_very_loop_that_asks_for_it(emulator):
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


def test_an_application_that_breaks_or_says_nothing_has_failed(emulator):
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
        pay(client, f"T{number}")
        (attempt,) = emulator.deliver()
        outcomes.append((attempt.status, attempt.error, attempt.delivered))
    assert outcomes == [
        (500, "RuntimeError was raised", False),
        (None, "the application ended without a response", False),
        (None, "the application ended without a response", False),
    ]


# To an address


def test_a_server_tells_an_address_soon_after_the_answer(connect):
    with (
        listening(503) as (address, told),
        Emulator(SECRET_KEY) as emulator,
        run_in_background(emulator) as url,
    ):
        client = connect(SECRET_KEY, base_url=url)
        client.send(Request("POST", "/_emulator/settings", body={"webhook_url": address}))
        pay(client, "one")
        event = emulator.wait_for("charge.success", reference="one")
        _until(emulator, lambda: emulator.events()[0].tries == 1)
        # The clock is moved over HTTP, and what falls due is told before the answer.
        moved = client.send(Request("POST", "/_emulator/clock", body={"advance": 180})).data
        assert [(found["kind"], found["name"], found["status"]) for found in moved["happened"]] == [
            ("delivery", "charge.success", 200)
        ]
        assert [verify(body, head["x-paystack-signature"], SECRET_KEY).data["id"] for _, head, body in told] == [
            event.data["id"]
        ] * 2


def _until(emulator, true):
    """Wait for the emulator to have something happen that makes it true."""
    change_count = emulator.scheduler.change_count
    for _ in range(100):
        if true():
            return
        change_count = emulator.scheduler.wait_for_change(change_count, 5.0)
    raise AssertionError("it did not happen")


def test_an_address_where_nobody_is_and_one_that_is_not_here_are_failures(emulator):
    from faulty_server import nobody

    client = Paystack(transport=emulator)
    host, port = nobody()
    emulator.set_webhook_target(f"http://{host}:{port}/")
    pay(client, "one")
    (attempt,) = emulator.deliver()
    assert attempt.status is None
    assert attempt.error.startswith("no response")
    emulator.set_webhook_target("http://192.0.2.1/paystack")
    pay(client, "two")
    (attempt,) = emulator.deliver()
    assert (attempt.status, attempt.seconds < 5) == (None, True)
    assert "not on this machine" in attempt.error


# Waiting


def test_what_is_waited_for_may_have_happened_already(emulator):
    client = Paystack(transport=emulator)
    pay(client, "one")
    pay(client, "two")
    assert emulator.wait_for("charge.success", reference="one").data["reference"] == "one"
    assert emulator.wait_for("charge.success").data["reference"] == "two"
    assert emulator.wait_for("charge.success", customer__email="ada@example.com", timeout=0)


def test_waiting_ends_when_it_happens_in_another_thread():
    with (
        Emulator(SECRET_KEY) as emulator,
        run_in_background(emulator) as url,
        Paystack(SECRET_KEY, base_url=url) as client,
    ):
        emulator.set_webhook_target(Shop())
        thread = threading.Thread(target=pay, args=(client, "later"))
        thread.start()
        assert emulator.wait_for("charge.success", reference="later", timeout=30).name == "charge.success"
        thread.join()


def test_waiting_in_vain_says_what_there_was(emulator):
    pay(Paystack(transport=emulator), "one")
    with pytest.raises(TimeoutError, match=r"no transfer\.success with reference .* latest events: charge\.success"):
        emulator.wait_for("transfer.success", reference="one", timeout=0)
