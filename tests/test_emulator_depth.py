"""Nested JSON: up to the limit it is stored, listed, logged and sent in webhooks; beyond it, rejected."""

import json
import sys
from urllib.parse import urlencode

import fidelity
import pytest
from page_visitor import Visitor
from test_emulator_fuzz import (
    ROUTES,
    SAVED,
    ErrorRecorder,
    RequestRecorder,
    distinct_requests,
    each_leaf,
    fuzzed_emulator,
    plausible_request,
    respond_checked,
)

from paystackease import Emulator, Paystack
from paystackease.emulator import seed_file
from paystackease.emulator.http.nesting import MAX_DEPTH, NestingError, check_depth, decode_json

KEY = "sk_test_depth"
HEADERS = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
FORM = {**HEADERS, "content-type": "application/x-www-form-urlencoded"}
TOO_DEEP = (MAX_DEPTH + 1, 500, 900, 1_500, 100_000)
__all__ = ["ErrorRecorder", "RequestRecorder", "fuzzed_emulator"]  # the fixture, and what it is made of


def nest_json(depth, kind="objects"):
    """Return JSON text with this many levels."""
    match kind:
        case "objects":
            return '{"pin":' * depth + "1" + "}" * depth
        case "lists":
            return "[" * depth + "]" * depth
        case _:
            whole, odd = divmod(depth, 2)
            return '{"a":[' * whole + "[]" * odd + "]}" * whole


@pytest.fixture(params=["memory", "file"])
def emulator(request, tmp_path):
    with Emulator(KEY, db=None if request.param == "memory" else tmp_path / "p.db") as emulator:
        yield emulator


def read_everything(emulator):
    """Read every list and page that can show a customer, a payment or a request."""
    response = emulator.respond(
        "POST", "/transaction/initialize", HEADERS, b'{"email": "ada@example.com", "amount": 500}'
    )
    reference = json.loads(response.content)["data"]["reference"]
    for path in (
        "/customer",
        "/customer?use_cursor=true",
        "/customer/ada@example.com",
        "/transaction",
        f"/transaction/verify/{reference}",
        "/_emulator/requests",
        "/_emulator/events",
        "/_emulator/webhooks",
    ):
        reply = emulator.respond("GET", path, HEADERS, None)
        assert reply.status == 200, path
        json.loads(reply.content)


@pytest.mark.parametrize("depth", TOO_DEEP)
@pytest.mark.parametrize("kind", ["objects", "lists", "both"])
def test_json_that_is_too_deep_is_rejected_with_a_message_and_changes_nothing(emulator, depth, kind):
    customer = b'{"email": "ada@example.com", "metadata": %s}'
    assert emulator.respond("POST", "/customer", HEADERS, customer % b'{"a": 1}').status == 200
    for method, path, body in (
        ("POST", "/customer", customer % nest_json(depth, kind).encode()),
        ("PUT", "/customer/ada@example.com", b'{"metadata": %s}' % nest_json(depth, kind).encode()),
        ("POST", "/_emulator/settings", b'{"fees": %s}' % nest_json(depth, kind).encode()),
        ("POST", "/bulkcharge", nest_json(depth, kind).encode()),
        ("POST", "/customer", nest_json(depth, kind).encode()),
        ("POST", "/there-is-no-such-path", nest_json(depth, kind).encode()),
    ):
        reply = emulator.respond(method, path, HEADERS, body)
        response_body = json.loads(reply.content)
        assert response_body["status"] is False
        assert reply.status == (501 if "no-such" in path else 400), path
        assert f"nested {MAX_DEPTH} levels deep at the most" in response_body["message"] or reply.status == 501
        read_everything(emulator)
    data = json.loads(emulator.respond("GET", "/customer/ada@example.com", HEADERS, None).content)
    assert data["data"]["metadata"] == {"a": 1}


@pytest.mark.parametrize("kind", ["objects", "both"])
def test_json_of_the_maximum_depth_is_shown_everywhere(emulator, kind):
    metadata = nest_json(MAX_DEPTH - 1, kind)  # the body is one level
    for method, path, body in (
        ("POST", "/customer", '{"email": "ada@example.com", "metadata": %s}'),
        ("PUT", "/customer/ada@example.com", '{"metadata": %s}'),
        ("POST", "/transaction/initialize", '{"email":"ada@example.com","amount":500,"reference":"T1","metadata": %s}'),
    ):
        assert emulator.respond(method, path, HEADERS, (body % metadata).encode()).status == 200
    sandbox = (
        b'{"channel":"card","card":{"number":"4084084084084081","cvv":"408","expiry_month":"12","expiry_year":"2099"}}'
    )
    assert emulator.respond("POST", "/_emulator/checkout/T1/pay", HEADERS, sandbox).status == 200
    emulator.save_snapshot("x")
    emulator.restore_snapshot("x")
    read_everything(emulator)
    data = json.loads(emulator.respond("GET", "/transaction/verify/T1", HEADERS, None).content)
    assert data["data"]["metadata"] == json.loads(metadata)
    visitor = Visitor(emulator)
    (tenant,) = emulator.tenants()
    for part in "transactions", "customers", "requests", "webhooks":
        assert visitor.get(f"/_emulator/{tenant.integration}/{part}").status == 200
    for position in range(1, 6):
        visitor.get(f"/_emulator/{tenant.integration}/requests/{position}")
        assert visitor.last_page.status == 200


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 900, 3_000])
@pytest.mark.parametrize("path", ["/transaction/initialize", "/subaccount", "/product"])
def test_metadata_as_text_has_the_same_limit(emulator, depth, path):
    body = {"email": "a@b.co", "amount": 500, "metadata": nest_json(depth), "business_name": "Shop"}
    body |= {"settlement_bank": "058", "account_number": "0123456789", "percentage_charge": 1}
    body |= {"name": "P", "description": "P", "price": 500, "currency": "NGN", "unlimited": True}
    emulator.respond("POST", "/_emulator/settings", HEADERS, b'{"quirks": false}')
    for headers, content in (
        (HEADERS, json.dumps(body)),
        (FORM, urlencode({**body, "unlimited": "true"})),
        (FORM, urlencode({**body, "metadata": nest_json(depth, "lists")})),
    ):
        reply = emulator.respond("POST", path, headers, content.encode())
        assert reply.status < 500
        if "lists" not in content and headers is HEADERS:
            assert reply.status == 400
            assert "levels deep" in json.loads(reply.content)["message"]
        read_everything(emulator)


def test_the_request_log_marks_a_body_rejected_for_its_length(emulator):
    for depth in 300, 900, 1_500:
        emulator.respond("POST", "/customer", HEADERS, nest_json(depth).encode())
        listed = json.loads(emulator.respond("GET", "/_emulator/requests", HEADERS, None).content)
        assert listed["data"][0]["asked"] == f"[{len(nest_json(depth))} bytes, nested too deeply]"


@pytest.mark.parametrize("suffix", [".json", ".toml"])
@pytest.mark.parametrize("depth", [MAX_DEPTH, 900, 100_000])
def test_a_seed_file_has_the_same_limit(tmp_path, suffix, depth):
    path = tmp_path / f"seed{suffix}"
    if suffix == ".json":
        path.write_text(f'{{"customers": [{{"email": "a@b.co", "metadata": {nest_json(depth)}}}]}}')
    else:
        path.write_text(f"[[customers]]\nemail = 'a@b.co'\nmetadata = {{ a = {nest_json(depth, 'lists')} }}")
    with pytest.raises(ValueError, match="levels deep"):
        seed_file.read_seed_file(path)


def test_a_webhook_whose_response_is_deep_json_is_shown():
    from paystackease.emulator.resources.webhook_events import _decode_response

    for depth in TOO_DEEP:
        assert _decode_response(nest_json(depth)) == nest_json(depth)
    assert _decode_response('{"a": [1]}') == {"a": [1]}


@pytest.mark.parametrize("kind", ["objects", "lists", "both"])
def test_the_limit_is_exact_and_independent_of_the_size(kind):
    decode_json(nest_json(MAX_DEPTH, kind))
    decode_json("[" + ",".join([nest_json(MAX_DEPTH - 1, kind)] * 50) + "]")
    decode_json("[" + "[]," * 10_000 + "{}]")
    for depth in TOO_DEEP:
        with pytest.raises(NestingError):
            decode_json(nest_json(depth, kind))
    with pytest.raises(NestingError):
        check_depth(json.loads(nest_json(MAX_DEPTH + 1, kind)))


def test_the_maximum_depth_works_deep_in_the_call_stack():
    def deeper(levels):
        if levels:
            return deeper(levels - 1)
        with Emulator(KEY) as emulator:
            metadata = f'{{"email": "a@b.co", "metadata": {nest_json(MAX_DEPTH - 1)}}}'.encode()
            assert emulator.respond("POST", "/customer", HEADERS, metadata).status == 200
            return emulator.respond("GET", "/customer", HEADERS, None).status

    assert deeper(sys.getrecursionlimit() // 3) == 200


@pytest.mark.parametrize("part", sorted(ROUTES))
def test_every_field_of_every_operation_handles_deep_values(fuzzed_emulator, part):
    emulator, heard, broken = fuzzed_emulator
    reads = [request.target for route in ROUTES[part] for request in heard.requests.get(route, ()) if route[0] == "GET"]
    reads += ["/_emulator/requests?limit=5", "/_emulator/events"]
    for route in ROUTES[part]:
        for request in distinct_requests(heard.requests.get(route) or plausible_request(heard, route))[:1]:
            if request.method == "GET":
                continue
            emulator.restore_snapshot(SAVED)
            body = json.loads(request.content or b"{}")
            for leaf in each_leaf(body):
                for text in nest_json(MAX_DEPTH - 10), json.dumps(nest_json(900)):
                    respond_checked(emulator, broken, request.method, request.target, with_text(body, leaf, text))
            for target in dict.fromkeys(reads):
                respond_checked(emulator, broken, "GET", target, None)
    emulator.restore_snapshot(SAVED)


def with_text(body, leaf, text):
    """Return a body with this raw text at one leaf; the text may be JSON that Python cannot encode."""
    if not leaf:
        return text.encode()
    whole = json.loads(json.dumps(body))
    position = whole
    for step in leaf[:-1]:
        position = position[step]
    position[leaf[-1]] = "\x01"
    return json.dumps(whole).replace('"\\u0001"', text).encode()


def test_a_client_raises_an_error_for_deep_json():
    with Emulator(fidelity.SECRET_KEY) as emulator, Paystack(transport=emulator) as client:
        from paystackease import errors

        with pytest.raises(errors.PaystackError, match="levels deep"):
            client.customers.create_customer("a@b.co", "", "", "", metadata=json.loads(nest_json(300)))
