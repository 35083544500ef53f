"""The emulator's pages without a browser: allowed hosts and origins, security headers, and escaping."""

import sqlite3
import subprocess
import sys

import pytest
from page_visitor import ORIGIN, Visitor

from paystackease import Emulator, Paystack, Request
from paystackease.emulator import Clock
from paystackease.emulator.checkout.checkout import redirect_url
from paystackease.emulator.clock import parse_time
from paystackease.emulator.pages import is_page
from paystackease.emulator.pages.security import is_same_origin

KEY = "sk_test_pages"


HOSTILE = "<script>window.hacked = true</script><img src=x onerror=alert(1)>\"'`{{ 7 * 7 }}"


CARD, CVV, PIN, OTP = "5060666666666666666", "123", "1234", "123456"


@pytest.fixture
def emulator():
    with Emulator(KEY, clock=Clock(frozen_at=parse_time("2026-10-01T12:00:00Z"))) as emulator:
        yield emulator


@pytest.fixture
def client(emulator):
    with Paystack(transport=emulator) as client:
        yield client


@pytest.fixture
def visitor(emulator):
    return Visitor(emulator)


def begin(client, **more):
    """Initialize a transaction and return its data."""
    body = {"email": "ada@example.com", "amount": 500000, **more}
    return client.send(Request("POST", "/transaction/initialize", body=body)).data


def path_of(transaction):
    return transaction["authorization_url"].removeprefix(ORIGIN)


def dashboard_path(emulator):
    (tenant,) = emulator.tenants()
    return f"/_emulator/{tenant.integration}"


def test_an_unknown_host_name_sees_no_page(client, visitor):
    path = path_of(begin(client))
    for page in visitor.get(path, host="attacker.example"), visitor.get("/_emulator/", host="attacker.example"):
        assert page.status == 421
        assert "ada@example.com" not in page.text


@pytest.mark.parametrize(
    ("headers", "is_same"),
    [
        ({"origin": ORIGIN}, True),
        ({"origin": "", "sec-fetch-site": "same-origin"}, True),
        ({"origin": ""}, False),
        ({"origin": "null"}, False),
        ({"origin": "https://attacker.example"}, False),
        ({"origin": "http://localhost:4011"}, False),
        ({"origin": "http://localhost:4010.attacker.example"}, False),
        ({"origin": "http://["}, False),
        ({"origin": "", "sec-fetch-site": "cross-site"}, False),
        ({"origin": "", "sec-fetch-site": "same-site"}, False),
        ({"origin": "", "sec-fetch-site": "none"}, False),
        ({"origin": "https://attacker.example", "sec-fetch-site": "same-origin"}, False),
    ],
    ids=lambda value: None if isinstance(value, bool) else "-".join(value.values()) or "nothing",
)
def test_a_form_is_accepted_only_from_the_same_origin(emulator, client, visitor, headers, is_same):
    request_headers = {name: value for name, value in headers.items() if value}
    assert is_same_origin({"host": "localhost:4010", **request_headers}) is is_same
    transaction = begin(client)
    page = visitor.post(path_of(transaction), headers=headers, act="pay", channel="card", chip="4081")
    assert page.status == (303 if is_same else 403)
    paid = client.send(Request("GET", f"/transaction/verify/{transaction['reference']}")).data["status"]
    assert paid == ("success" if is_same else "abandoned")
    moved = visitor.post(f"{dashboard_path(emulator)}/clock/advance", headers=headers, step="1 day")
    assert moved.status == (303 if is_same else 403)
    assert (emulator.clock.now() > parse_time("2026-10-01T12:00:00Z")) is is_same


@pytest.mark.parametrize("path", ["/_emulator/", "nowhere", "checkout", "desk", "/_emulator/static/pages.css"])
def test_every_response_has_restrictive_security_headers(emulator, client, visitor, path):
    transaction = begin(client)
    base = dashboard_path(emulator)
    named = {"checkout": path_of(transaction), "desk": f"{base}/transactions", "nowhere": f"{base}/x"}
    path = named.get(path, path)
    headers = visitor.get(path).headers
    policy = headers["content-security-policy"].split("; ")
    assert {"default-src 'self'", "base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'"} <= {*policy}
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-robots-tag"] == "noindex, nofollow"
    assert headers["referrer-policy"] == "same-origin"
    # Browsers apply form-action to the redirect to the merchant's site too.
    assert ("form-action 'self'" in policy) is ("/checkout/" not in path)


def test_an_internal_error_shows_no_details_and_keeps_the_security_headers(emulator, client, visitor):
    path = path_of(begin(client))
    emulator._services.store.execute("drop table document")
    with pytest.raises(sqlite3.OperationalError, match="no such table"):  # for the web server to log
        visitor.get(path)
    assert visitor.last_page.status == 500
    assert "Internal error" in visitor.last_page.visible_text
    assert "no such table" not in visitor.last_page.text
    assert "default-src 'self'" in visitor.last_page.headers["content-security-policy"]


def test_a_form_that_is_too_long_is_rejected(client, visitor):
    page = visitor.post(path_of(begin(client)), act="pay", channel="card", number="4" * 70_000)
    assert page.status == 413


@pytest.mark.parametrize(
    ("method", "path", "is_same"),
    [
        ("GET", "/_emulator", True),
        ("GET", "/_emulator/", True),
        ("HEAD", "/_emulator/", True),
        ("GET", "/_emulator/checkout/x", True),
        ("POST", "/_emulator/checkout/x", True),
        ("POST", "/_emulator/checkout/x/bank", True),
        ("POST", "/_emulator/checkout/x/pay", False),
        ("GET", "/_emulator/123456/transactions/7", True),
        ("GET", "/_emulator/clock", False),
        ("POST", "/_emulator/clock", False),
        ("GET", "/_emulator/manage/a/b", False),
        ("POST", "/_emulator/manage/a/b", True),
        ("POST", "/_emulator/manage/a/b/card", False),
        ("DELETE", "/_emulator/checkout/x", False),
        ("GET", "/_emulators", False),
        ("GET", "/transaction", False),
    ],
)
def test_paths_of_pages_and_of_the_api_are_distinguished(method, path, is_same):
    assert is_page({"method": method, "path": path, "headers": []}) is is_same


def test_the_api_alone_loads_neither_starlette_nor_jinja2():
    code = """
import sys
from paystackease import Emulator
from paystackease.emulator.server.asgi import Application
Application(Emulator())
print(sorted({"starlette", "jinja2"} & {name.partition(".")[0] for name in sys.modules}))
"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_untrusted_text_is_escaped_on_every_page(emulator, client, visitor):
    client.send(Request("POST", "/_emulator/settings", body={"business_name": HOSTILE}))
    fields = {"email": "ada@example.com", "first_name": HOSTILE, "last_name": HOSTILE, "metadata": {HOSTILE: HOSTILE}}
    customer = client.send(Request("POST", "/customer", body=fields)).data
    metadata = {HOSTILE: HOSTILE, "cancel_action": HOSTILE}
    transaction = begin(client, metadata=metadata, reference="R'\"<b>", callback_url=HOSTILE)
    client.send(Request("POST", "/plan", body={"name": HOSTILE, "amount": 100, "interval": "daily"}))
    to = {"type": "nuban", "name": HOSTILE, "account_number": "0000000000", "bank_code": "057", "currency": "NGN"}
    to = client.send(Request("POST", "/transferrecipient", body=to)).data["recipient_code"]
    transfer_body = {"source": "balance", "amount": 100_00, "recipient": to, "reason": HOSTILE}
    transfer = client.send(Request("POST", "/transfer", body=transfer_body)).data
    client.send(Request("POST", "/page", body={"name": HOSTILE, "description": HOSTILE}))
    client.send(Request("GET", "/customer", query={"perPage": HOSTILE}))
    base = dashboard_path(emulator)
    paths = [
        path_of(transaction),
        base + "/",
        f"{base}/transactions?about={'%3Cscript%3E'}",
        f"{base}/transactions/{2**32 + 1}",
        f"{base}/customers",
        f"{base}/customers/{customer['id']}",
        f"{base}/transfers",
        f"{base}/transfers/{transfer['id']}",
        f"{base}/links",
        f"{base}/webhooks/1",
        f"{base}/requests",
        *(f"{base}/requests/{number}" for number in range(1, 8)),
        f"{base}/settings",
    ]
    page_count = 0
    for path in paths:
        page = visitor.get(path)
        assert page.status == 200, path
        # Only the templates' own tags are present: no image, and one script by URL.
        assert page.text.count("<script") == page.text.count('<script src="/_emulator/static/enhance.js" defer><')
        assert "<img" not in page.text
        assert "onerror=alert(1)>" not in page.text
        page_count += "{{ 7 * 7 }}" in page.visible_text
    assert page_count >= 10


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt://x%0aalert(1)",
        "data:text/html,x",
        "//x.example",
        "x",
        "",
        "http://[",
        None,
        7,
    ],
)
def test_a_customer_is_led_to_nothing_but_a_web_address(address):
    assert redirect_url(address, "R1") is None


def test_the_callback_url_keeps_its_query_and_gets_the_reference():
    assert redirect_url("https://shop.example/back?order=7&x=%20#end", "R 1") == (
        "https://shop.example/back?order=7&x=%20&trxref=R+1&reference=R+1#end"
    )


def test_customer_input_is_on_no_page_and_in_no_log(emulator, client, visitor, caplog):
    transaction = begin(client)
    path = path_of(transaction)
    wrong = visitor.post(path, act="pay", channel="card", number="4111111111111111", expiry="12/30", cvv="987")
    assert (wrong.status, wrong.headers["location"]) == (303, f"{path}?channel=card")
    assert "4111" not in visitor.get(path).text
    card_fields = {"number": "5060 6666 6666 6666 666", "expiry": "12 / 30", "cvv": CVV}
    pages = [visitor.post(path, act="pay", channel="card", **card_fields), visitor.get(path)]
    pages += [visitor.post(path, act="enter", value=PIN), visitor.get(path), visitor.post(path, act="enter", value=OTP)]
    base = dashboard_path(emulator)
    parts = ("transactions", "requests", "webhooks/1", f"transactions/{2**32 + 1}")
    pages += [visitor.get(f"{base}/{part}") for part in parts]
    text = "".join(page.text + str(page.headers) for page in pages)
    assert client.send(Request("GET", f"/transaction/verify/{transaction['reference']}")).data["status"] == "success"
    for secret in CARD, "5060 6666 6666 6666 666", f">{CVV}<", "4111111111111111":
        assert secret not in text
    dump = "\n".join(emulator._services.store.connection.iterdump())
    for secret in CARD, "4111111111111111", f'"{PIN}"', f'"{OTP}"', f'"{CVV}"':
        assert secret not in dump
    assert caplog.text == ""


def test_the_command_that_repeats_a_request_has_no_key(emulator, client, visitor):
    begin(client, metadata={"it's": "quoted"})
    page = visitor.get(f"{dashboard_path(emulator)}/requests/1")
    assert "Authorization: Bearer $PAYSTACK_SECRET_KEY" in page.visible_text
    assert KEY not in page.text
    assert """'"'"'""" in page.visible_text


def test_there_is_no_such_payment(visitor):
    page = visitor.get("/_emulator/checkout/nowhere")
    assert (page.status, "There is no such payment" in page.visible_text) == (404, True)


def test_a_rejection_is_shown_at_the_field_that_caused_it(client, visitor):
    path = path_of(begin(client, currency="GHS"))
    page = visitor.post(path, act="pay", channel="mobile_money", provider="wrong", phone="0551234987")
    assert page.status == 400
    assert 'role="alert" data-testid="error">Invalid provider' in page.text


def test_only_the_merchants_channels_are_offered(client, visitor):
    page = visitor.get(path_of(begin(client, channels=["bank", "qr", "bank_transfer"])))
    assert [name for name in ("card", "bank", "bank_transfer", "qr") if f'data-testid="tab-{name}"' in page.text] == [
        "bank",
        "bank_transfer",
    ]
    assert visitor.post(path_of(begin(client, channels=["bank"])), act="pay", channel="card", chip="4081").status == 400


def test_a_payment_at_the_page_waits_for_the_customer_and_is_credited_once(emulator, client, visitor):
    transaction = begin(client)
    path = path_of(transaction)
    visitor.post(path, act="pay", channel="bank_transfer")
    assert "TEST-MANAGED-ACCOUNT" in visitor.get(path).visible_text
    assert visitor.post(path, act="reject").headers["location"] == f"{path}?said=rejected"
    assert "Wrong amount" in visitor.get(f"{path}?said=rejected").visible_text
    for _ in range(2):
        visitor.post(path, act="complete")
    assert [event.name for event in emulator.events()] == ["bank.transfer.rejected", "charge.success"]


def test_switching_channels_is_not_failed_by_the_first_channel(emulator, client, visitor):
    transaction = begin(client, currency="GHS")
    path = path_of(transaction)
    visitor.post(path, act="pay", channel="mobile_money", chip="mtn")
    visitor.post(path, act="change")
    visitor.post(path, act="pay", channel="mobile_money", chip="mtn")
    emulator.advance(179)
    assert "Please complete authorization" in visitor.get(path).visible_text
    visitor.post(path, act="change")
    visitor.post(path, act="pay", channel="bank_transfer")
    emulator.advance(60)  # now the second attempt would have timed out
    assert "TEST-MANAGED-ACCOUNT" in visitor.get(path).visible_text


def test_a_page_that_was_open_for_too_long_has_expired(emulator, client, visitor):
    client.send(Request("PUT", "/integration/payment_session_timeout", body={"timeout": 60}))
    path = path_of(begin(client))
    assert visitor.get(path).status == 200
    emulator.advance(61)
    assert "Session expired" in visitor.get(path).visible_text
    assert "No payment was made" in visitor.get(path).visible_text
    assert visitor.post(path, act="pay", channel="card", chip="4081").status == 400


def test_a_value_that_is_too_short_is_requested_again(client, visitor):
    path = path_of(begin(client))
    visitor.post(path, act="pay", channel="card", chip="7804")
    visitor.post(path, act="enter", chip="right")
    page = visitor.post(path, act="enter", value="080")
    assert (page.status, "at least 10 digits" in page.visible_text) == (400, True)
    assert visitor.post(path, act="enter", chip="right").status == 303


@pytest.mark.parametrize("act", [None, "nothing", "enter", "complete", "fail", "reject"])
def test_input_that_a_payment_does_not_wait_for_is_rejected(client, visitor, act):
    path = path_of(begin(client))
    assert visitor.post(path, **({} if act is None else {"act": act})).status == 400


def test_a_payment_request_is_paid_by_its_page(emulator, client, visitor):
    customer_code = client.send(Request("POST", "/customer", body={"email": "ada@example.com"})).data["customer_code"]
    lines = [{"name": "Chapter", "amount": 450_000, "quantity": 2}]
    fields = {"customer": customer_code, "description": "Proofreading", "line_items": lines}
    request = client.send(Request("POST", "/paymentrequest", body=fields)).data["request_code"]
    path = f"{dashboard_path(emulator)}/pay/requests/{request}"
    assert path in visitor.get(f"{dashboard_path(emulator)}/links").text
    page = visitor.get(path)
    assert "Proofreading" in page.visible_text
    assert page.visible_text.count("NGN\u00a09,000.00") == 2
    is_same = visitor.post(path).headers["location"]
    visitor.post(is_same, act="pay", channel="card", chip="4081")
    assert client.send(Request("GET", f"/paymentrequest/{request}")).data["status"] == "success"
    assert "already been paid" in visitor.post(path).visible_text


def test_a_payment_page_requests_the_email_and_the_amount(emulator, client, visitor):
    data = client.send(Request("POST", "/page", body={"name": "Support the library"})).data
    path = f"{dashboard_path(emulator)}/pay/pages/{data['slug']}"
    assert "Amount in NGN" in visitor.get(path).visible_text
    assert visitor.post(path, email="ada@example.com", amount="12.345").status == 400
    is_same = visitor.post(path, email="ada@example.com", amount="1,250.50").headers["location"]
    assert "NGN\u00a01,250.50" in visitor.get(is_same).visible_text


def test_a_payment_page_of_a_plan_shows_its_amount(emulator, client, visitor):
    plan = client.send(Request("POST", "/plan", body={"name": "Club", "amount": 5_000, "interval": "monthly"})).data
    data = client.send(Request("POST", "/page", body={"name": "Join the club", "plan": plan["plan_code"]})).data
    page = visitor.get(f"{dashboard_path(emulator)}/pay/pages/{data['slug']}")
    assert ("NGN\u00a050.00" in page.visible_text, "Amount in NGN" in page.visible_text) == (True, False)


def test_a_customer_changes_the_card_and_cancels_the_subscription(emulator, client, visitor):
    plan = client.send(Request("POST", "/plan", body={"name": "Club", "amount": 5_000, "interval": "monthly"})).data
    visitor.post(path_of(begin(client, plan=plan["plan_code"])), act="pay", channel="card", chip="4081")
    (sub,) = client.send(Request("GET", "/subscription")).data
    link = client.send(Request("GET", f"/subscription/{sub['subscription_code']}/manage/link")).data["link"]
    path = link.removeprefix(ORIGIN)
    assert "Club, monthly" in visitor.get(path).visible_text
    assert visitor.get(path, accept="application/json").text.startswith("{")
    assert visitor.post(path, chip="4796").status == 303
    (sub,) = client.send(Request("GET", "/subscription")).data
    assert sub["authorization"]["last4"] == "4796"
    assert visitor.post(path, authorization="AUTH_nowhere").status == 400
    assert visitor.post(path, act="cancel").status == 303
    (sub,) = client.send(Request("GET", "/subscription")).data
    assert sub["status"] == "non-renewing"
    assert visitor.get("/_emulator/manage/nobody/nothing").status == 404


def test_a_customer_agrees_to_a_direct_debit(emulator, client, visitor):
    fields = {
        "email": "ada@example.com",
        "channel": "direct_debit",
        "account": {"number": "0123456789", "bank_code": "058"},
        "address": {"street": "1 Marina", "city": "Lagos", "state": "Lagos"},
    }
    link = client.send(Request("POST", "/customer/authorization/initialize", body=fields)).data["redirect_url"]
    path = link.removeprefix(ORIGIN)
    page = visitor.get(path)
    assert "debit your account" in page.visible_text
    assert "0123456789" not in page.text
    visitor.post(path)
    assert "Mandate approved" in visitor.get(path).visible_text
    assert emulator.events()[0].name == "direct_debit.authorization.created"
