"""The request log: requests and responses, without secrets."""

import json

import pytest
from conftest import NOON, SECRET_KEY
from webhook_shop import CARD, pay_reference

from paystackease import Emulator, Paystack, Request, Retry, errors
from paystackease.emulator.http.request_log import MAX_REQUESTS, REDACTED, redact
from paystackease.emulator.server.server import run_in_background


@pytest.fixture
def client(connect, emulator):
    return connect(transport=emulator, retry=Retry(max_attempts=1))


def test_each_request_is_logged_with_its_response(client, emulator):
    client.customers.create_customer("ada@example.com", "Ada", "Obi", "")
    with pytest.raises(errors.NotFoundError):
        client.customers.fetch_customer("CUS_nobody")
    second, first = emulator.requests()
    assert (first.method, first.target, first.operation, first.status) == (
        "POST",
        "/customer",
        "POST /customer",
        200,
    )
    assert json.loads(first.request_body)["email"] == "ada@example.com"
    assert json.loads(first.response_body)["data"]["email"] == "ada@example.com"
    assert (first.at, first.waited, first.faults) == (NOON, 0.0, ())
    assert first.took > 0
    assert second.target == "/customer/CUS_nobody"
    assert second.operation.startswith("GET /customer/{")
    assert (second.status, second.request_body) == (404, b"")
    assert json.loads(second.response_body)["message"] == "Customer not found"


def test_unknown_operations_are_logged_and_the_control_api_is_not(client, emulator):
    with pytest.raises(errors.ServerError):
        client.send(Request("GET", "/nothing"))
    client.send(Request("GET", "/_emulator/clock"))
    (only,) = emulator.requests()
    assert (only.target, only.operation, only.status) == ("/nothing", None, 501)


def test_an_entry_has_its_fault_and_duration(client, emulator):
    emulator.add_fault("latency", "GET /customer", seconds=4.0, times=1)
    emulator.add_fault("twice", "charge.success")
    emulator.set_webhook_target(lambda environ, start_response: [])
    client.customers.list_customers()
    pay_reference(client, "one")
    paid, listed = emulator.requests()
    assert (listed.faults, listed.waited) == (("latency",), 4.0)
    assert paid.faults == ("twice",)


def test_the_log_is_read_over_http_and_a_reset_clears_it(client, emulator):
    for name in "Ada", "Eve":
        client.customers.create_customer(f"{name}@example.com", name, "", "")
    newest, *_ = client.send(Request("GET", "/_emulator/requests")).data
    assert newest["asked"]["first_name"] == "Eve"
    assert newest["answered"]["status"] is True
    assert newest["at"] == "2026-10-01T12:00:00.000Z"
    assert len(client.send(Request("GET", "/_emulator/requests", query={"limit": 1})).data) == 1
    client.send(Request("POST", "/_emulator/reset"))
    assert client.send(Request("GET", "/_emulator/requests")).data == []


def test_each_key_has_its_own_log_of_a_thousand_entries(emulator):
    mine, other_client = Paystack(transport=emulator), Paystack(transport=emulator.for_key("sk_test_other"))
    other_client.customers.list_customers()
    for _ in range(MAX_REQUESTS + 5):
        mine.customers.list_customers()
    assert len(emulator.requests()) == MAX_REQUESTS
    assert len(emulator.requests("sk_test_other")) == 1
    numbers = [request.seq for request in emulator.requests()]
    assert numbers == sorted(numbers, reverse=True)


# Redaction

PAN = CARD["number"]


@pytest.mark.parametrize(
    "body",
    [
        {"card": CARD},
        {"card": PAN},
        {"card": {"number": int(PAN), "cvv": 408}},
        {"card": {"whatever": "0123456789"}},
        {"pin": "1234", "reference": "x"},
        {"otp": 123456},
        {"OTP": "123456"},
        {"birthday": "1990-01-23"},
        {"bvn": "12345678901"},
        {"deep": [{"er": {"cvv": "408"}}]},
        {"note": "my card is 4084 0840 8408 4081, thanks"},
        {"note": "4084-0840-8408-4081"},
        {"note": int(PAN)},
        {"note": "sk_test_0123456789 and sk_live_abc"},
        {"card_number": PAN, "card_cvv": "408", "card_pin": "1234"},
    ],
)
def test_no_secret_is_logged_in_any_form(body):
    secrets = [PAN, "4084 0840", "4084-0840", "408", "1234", "123456", "1990", "12345678901", "0123456789", "live_abc"]
    for item in (
        json.dumps(body).encode(),
        json.dumps(body, indent=2, separators=(" , ", " : ")).encode(),
        # Every character as an escape.
        "".join(f"\\u{ord(char):04x}" if char.isalnum() else char for char in json.dumps(body)).encode()
        if "deep" not in body and all(isinstance(value, str) for value in body.values())
        else json.dumps(body).encode(),
    ):
        logged = redact(item).decode()
        assert REDACTED in logged
        assert not any(secret in logged for secret in secrets), logged


def test_a_form_is_logged_as_json_and_other_bodies_are_not_logged():
    assert json.loads(redact(b"card_number=4084+0840+8408+4081&cvv=408&email=ada%40example.com")) == {
        "card_number": REDACTED,
        "cvv": REDACTED,
        "email": "ada@example.com",
    }
    assert redact(b"\xff4084084084084081") == b"[17 bytes, no JSON]"
    assert redact(b'{"pin": "1234"') == b"[14 bytes, no JSON]"
    assert redact(b'{"a": "' + b"x" * 20_000 + b'"}') == b"[20009 bytes]"


@pytest.mark.parametrize(
    "body",
    [
        {"reference": "bulkcharge-1700000000000-3", "id": 4294967297, "amount": 500_000},
        {"account_number": "0123456789", "bank_code": "058"},
        {"at": "2026-10-01T12:00:00.000Z", "channels": ["bank", "ussd"]},
        {"authorization": "AUTH_qq5raw7kmj", "access_code": "4081zzz0000123"},
    ],
)
def test_values_that_are_not_secret_are_logged_unchanged(body):
    sent = json.dumps(body).encode()
    assert json.loads(redact(sent)) == body


def test_no_card_data_is_logged_or_stored(tmp_path):
    with Emulator(SECRET_KEY, db=tmp_path / "paystack.db") as emulator, run_in_background(emulator) as url:
        client = Paystack(SECRET_KEY, base_url=url)
        pinned = {"number": "5060666666666666666", "cvv": "123", "expiry_month": "12", "expiry_year": "2030"}
        pay_reference(client, "one", card=pinned)
        client.send(Request("POST", "/charge/submit_pin", body={"pin": "1234", "reference": "one"}))
        client.send(Request("POST", "/charge/submit_otp", body={"otp": "123456", "reference": "one"}))
        client.send(
            Request("POST", "/transaction/initialize", body={"email": "a@b.co", "amount": 5, "reference": "two"})
        )
        paying = {"channel": "card", "card": CARD}
        client.send(Request("POST", "/_emulator/checkout/{reference}/pay", {"reference": "two"}, body=paying))
        log = str(emulator.requests())
        client.close()
    logged = log.encode() + b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in pinned["number"], PAN, '"1234"', "123456", SECRET_KEY:
        assert secret.encode() not in logged, secret
