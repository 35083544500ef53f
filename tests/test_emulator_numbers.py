"""Invalid numbers and times are rejected with a message; after accepted ones the emulator works."""

import json
import math
from urllib.parse import quote

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

from paystackease import Emulator, Paystack, Request, Retry
from paystackease.emulator import Clock
from paystackease.emulator.accounting.fees import FeeRule
from paystackease.emulator.clock import MAX_SECONDS, MAX_TIME, parse_time
from paystackease.emulator.services import Tenant
from paystackease.emulator.settings import DEFAULT_SETTINGS, Settings, with_changes
from paystackease.errors import APITimeoutError

__all__ = ["ErrorRecorder", "RequestRecorder", "fuzzed_emulator"]  # the fixture, and what it is made of

KEY = "sk_test_numbers"
HEADERS = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
LONG = "9" * 5_000
NUMBERS = (
    "1e15",
    "-1",
    "NaN",
    "Infinity",
    "-Infinity",
    "1e308",
    "-1e308",
    "1e999",
    str(10**30),
    LONG,
    "-0.0",
    "1e-320",
)
TEXTS = (
    "1e999",
    "NaN",
    "inf",
    LONG,
    "-1",
    str(10**30),
    "9999-12-31T23:59:59Z",
    "9999-12-31",
    "0000-01-01",
    "1e15",
    "٣",
)
SPELT = (
    *NUMBERS,
    *map(json.dumps, TEXTS),
    '{"NGN": 1e30}',
    '{"NGN": -5}',
    '{"NGN": {"flat": 1e30}}',
    "[]",
    "{}",
    "[1e30]",
)
FEW = ("1e15", "-1", "1e308", str(10**30), LONG)
FAULTS = ("latency", "late", "429")


@pytest.fixture
def emulator():
    with Emulator(KEY, clock=Clock(frozen_at=parse_time("2026-10-01T12:00:00Z"))) as emulator:
        yield emulator


def ask(emulator, method, path, content=None):
    content = content.encode() if isinstance(content, str) else content
    reply = emulator.respond(method, path, HEADERS, content)
    return reply.status, json.loads(reply.content)


def check_still_works(emulator):
    """Assert that times, a payment and its webhook still work."""
    for path in "/_emulator/clock", "/_emulator/webhooks", "/_emulator/events", "/_emulator/settings", "/transaction":
        assert ask(emulator, "GET", path)[0] == 200, path
    status, initialized = ask(
        emulator, "POST", "/transaction/initialize", '{"email": "ada@example.com", "amount": 5000}'
    )
    assert status == 200, initialized
    card = {"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "9999"}
    reference = initialized["data"]["reference"]
    paid = json.dumps({"channel": "card", "card": card})
    assert ask(emulator, "POST", f"/_emulator/checkout/{reference}/pay", paid)[0] == 200
    assert ask(emulator, "POST", "/_emulator/clock", '{"advance": 60}')[0] in {200, 400}
    assert ask(emulator, "POST", "/_emulator/webhooks/deliver", "{}")[0] == 200
    assert ask(emulator, "GET", "/_emulator/webhooks")[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        *(f'{{"advance": {number}}}' for number in NUMBERS if number not in {"-0.0", "1e-320"}),
        *(f'{{"advance": "{text}"}}' for text in TEXTS),
        *(
            f'{{"to": "{text}"}}'
            for text in (*TEXTS, "10000-01-01", "3000-01-01", "0001-01-01", "1969-12-31", "1970-01-01")
        ),
        '{"to": 1e15}',
        '{"advance": 1e11, "frozen": true}',
        '{"advance": true}',
        '{"advance": [1]}',
        "{}",
    ],
    ids=lambda body: body[:40],
)
def test_an_invalid_time_is_rejected_and_the_clock_does_not_change(emulator, body):
    for frozen in True, False:
        ask(emulator, "POST", "/_emulator/clock", json.dumps({"frozen": frozen}))
        before = emulator.clock.now()
        status, response_body = ask(emulator, "POST", "/_emulator/clock", body)
        assert (status, response_body["status"]) == (400, False)
        assert len(response_body["message"]) > 10
        assert emulator.clock.now() - before < 60
        check_still_works(emulator)


def test_the_emulator_works_until_the_end_of_the_year_2999(emulator):
    client = Paystack(transport=emulator)
    plan = client.plans.create_plan("P", 5_000, "annually").data["plan_code"]
    assert ask(emulator, "POST", "/_emulator/clock", '{"to": "2999-12-31T23:00:00Z"}')[0] == 200
    transaction = client.transactions.initialize("ada@example.com", 5_000, plan=plan).data
    card = {"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "9999"}
    client.send(
        Request("POST", f"/_emulator/checkout/{transaction['reference']}/pay", body={"channel": "card", "card": card})
    )
    for path in "/subscription", "/plan", "/transaction", "/_emulator/clock", "/settlement", "/balance/ledger":
        assert ask(emulator, "GET", path)[0] == 200, path
    check_still_works(emulator)
    assert ask(emulator, "POST", "/_emulator/clock", '{"advance": 7200}')[0] == 400
    visitor, (tenant,) = Visitor(emulator), emulator.tenants()
    page = visitor.post(f"/_emulator/{tenant.integration}/clock/advance", step="1 day")
    assert page.status == 400
    assert "2999" in page.text
    assert visitor.get(f"/_emulator/{tenant.integration}/clock").status == 200


@pytest.mark.parametrize("seconds", [-1, math.nan, math.inf, 1e15, 1e308, 10**400, MAX_TIME])
def test_python_callers_get_the_same_validation(emulator, seconds):
    for move in emulator.advance, emulator.clock.advance:
        with pytest.raises(ValueError, match="or beyond the year 2999"):
            move(seconds)
    with pytest.raises(ValueError, match="1970 and 3000"):
        Clock(frozen_at=seconds)


def test_a_client_timeout_never_advances_the_clock_further():
    with Emulator(KEY, clock=Clock(frozen_at=MAX_TIME - 10)) as emulator:
        emulator.add_fault("stall", "GET /plan")
        client = Paystack(transport=emulator, retry=Retry(max_attempts=1))
        with pytest.raises(APITimeoutError):
            client.plans.list_plans()
        assert emulator.clock.now() < MAX_TIME
        emulator.clear_faults()
        client.plans.list_plans()


def test_a_file_with_an_invalid_clock_is_reported(tmp_path):
    with Emulator(KEY, db=tmp_path / "p.db") as emulator:
        emulator._services.store.save_clock(Tenant.from_key(KEY).id, "[1e15,null]")
    with pytest.raises(ValueError, match="after the year 2999"):
        Emulator(KEY, db=tmp_path / "p.db")


@pytest.mark.parametrize("field", ["seconds", "nth", "every", "times", "chance", "action", "operation", "preset"])
def test_every_fault_value_is_accepted_or_rejected_without_an_internal_error(emulator, field):
    for spelt in SPELT:
        for action in FAULTS:
            body = {"action": action, **({"operation": "GET /plan"} if action in {"latency", "429"} else {})}
            content = json.dumps({**body, field: "\x01"}).replace('"\\u0001"', spelt)
            status, _ = ask(emulator, "POST", "/_emulator/faults", content)
            assert status in {201, 400}, content
            if status == 201:
                ask(emulator, "POST", "/_emulator/settings", '{"webhook_url": "http://127.0.0.1:1/"}')
                check_still_works(emulator)
                emulator.clear_faults()
    assert ask(emulator, "DELETE", f"/_emulator/faults/{LONG}")[0] == 404


@pytest.mark.parametrize("field", Settings.__struct_fields__)
def test_every_setting_value_is_accepted_or_rejected_without_an_internal_error(emulator, field):
    for spelt in SPELT:
        status, _ = ask(emulator, "POST", "/_emulator/settings", f'{{"{field}": {spelt}}}')
        assert status in {200, 400}, spelt
        if status == 200 and field != "currencies":  # of which none is left in which there could be paid
            check_still_works(emulator)
            ask(emulator, "POST", "/_emulator/reset", "{}")


@pytest.mark.parametrize(
    "changes",
    [
        {"currencies": ()},
        {"balance": {"NGN": 2**53}},
        {"balance": {"NGN": -1}},
        {"offline_seconds": -1.0},
        {"offline_seconds": math.nan},
        {"offline_seconds": MAX_SECONDS + 1},
        {"fees": {"NGN": {"flat": -1, "basis_points": 1}}},
        {"fees": {"NGN": {"basis_points": 2**63}}},
        {"fees": {"NGN": "none"}},
        {"fees": {"NGN": {}}},
    ],
)
def test_unusable_settings_are_rejected(changes):
    with pytest.raises(ValueError, match=r"\S"):
        with_changes(DEFAULT_SETTINGS, changes)


def test_valid_fee_rules_are_accepted():
    assert with_changes(DEFAULT_SETTINGS, {"fees": {"NGN": [{"basis_points": 70, "flat": 10_000}]}}).fees
    assert FeeRule(basis_points=0).fee_for(100) == 0


@pytest.mark.parametrize(
    "name", ["page", "perPage", "per_page", "from", "to", "customer", "amount", "limit", "next", "cursor"]
)
def test_every_query_value_is_ignored_or_rejected(emulator, name):
    with Paystack(transport=emulator) as client:
        client.customers.create_customer("ada@example.com", "", "", "")
    for path in "/customer", "/transaction", "/bank", "/directdebit/mandate-authorizations":
        for text in (*TEXTS, *NUMBERS):
            status, response_body = ask(emulator, "GET", f"{path}?{name}={quote(text)}")
            assert status in {200, 400}, (path, text)
            assert response_body["message"]


def test_numbers_in_the_pages_are_looked_for_or_refused(emulator):
    ask(emulator, "GET", "/customer")
    visitor, (tenant,) = Visitor(emulator), emulator.tenants()
    own = f"/_emulator/{tenant.integration}"
    for text in (*TEXTS, *NUMBERS):
        for part in "requests", "transactions":
            assert visitor.get(f"{own}/{part}/{quote(text)}").status in {404, 400}
            assert visitor.get(f"{own}/{part}?page={quote(text)}").status in {200, 303}
        for unit in "minutes", "days":
            assert visitor.post(f"{own}/clock/advance", number=text, unit=unit).status in {303, 400}
        assert visitor.post(f"{own}/faults/remove", number=text).status == 303
        assert visitor.post(f"{own}/faults/add", action="latency", seconds=text).status in {303, 400}


@pytest.mark.parametrize("month", ["9" * 5_000, "1" * 5_000, "0", "13", "-1"])
def test_an_expiry_of_any_length_causes_no_internal_error(emulator, month):
    card = {"number": "4084084084084081", "cvv": "408", "expiry_month": month, "expiry_year": month}
    body = {"email": "ada@example.com", "amount": 5_000, "card": card}
    assert ask(emulator, "POST", "/charge", json.dumps(body))[0] in {200, 400}


@pytest.mark.parametrize("part", sorted(ROUTES))
def test_every_field_and_path_parameter_handles_extreme_numbers(fuzzed_emulator, part):
    emulator, heard, broken = fuzzed_emulator
    for route in ROUTES[part]:
        for request in distinct_requests(heard.requests.get(route) or plausible_request(heard, route))[:1]:
            emulator.restore_snapshot(SAVED)
            for text in FEW:
                path = request.path
                for name in request.path_params:
                    path = path.replace(f"{{{name}}}", quote(text, safe=""))
                if path != request.path:
                    respond_checked(emulator, broken, request.method, path, request.content)
            body = json.loads(request.content or "null")
            for leaf in each_leaf(body) if isinstance(body, dict) else ():
                for spelt in FEW if leaf else ():
                    content = json.dumps({**body, leaf[0]: "\x01"}).replace('"\\u0001"', spelt).encode()
                    respond_checked(emulator, broken, request.method, request.target, content)
    emulator.restore_snapshot(SAVED)
