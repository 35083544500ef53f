"""The dashboard, without a browser: businesses, records, the clock, faults, coverage."""

import pytest
from page_visitor import ORIGIN, Visitor

from paystackease import Emulator, Paystack, Request
from paystackease.emulator import Clock
from paystackease.emulator.clock import parse_time
from paystackease.emulator.services import Tenant

KEY = "sk_test_pages"


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


def test_an_empty_dashboard_shows_three_environment_variables(visitor):
    page = visitor.get("/_emulator/")
    for line in f"PAYSTACK_BASE_URL={ORIGIN}", "PAYSTACK_SECRET_KEY=sk_test_", "PAYSTACK_PUBLIC_KEY=pk_test_":
        assert f"export {line}" in page.visible_text


def test_each_business_has_its_own_dashboard(emulator, client, visitor):
    begin(client)
    assert visitor.get("/_emulator/").headers["location"] == f"{dashboard_path(emulator)}/"
    with Paystack(transport=emulator.for_key("sk_test_other")) as other:
        begin(other, email="kofi@example.com")
    page = visitor.get("/_emulator/")
    assert page.text.count('data-testid="business-') == 2
    one, two = (f"/_emulator/{tenant.integration}/customers" for tenant in emulator.tenants())
    assert ("ada@example.com" in visitor.get(one).text) is not ("ada@example.com" in visitor.get(two).text)
    assert visitor.get("/_emulator/1/").status == 404


@pytest.mark.parametrize(
    "path",
    ["transactions/1", "transactions/x", "customers/1", "subscriptions/1", "transfers/1", "webhooks/9", "requests/9"],
)
def test_a_missing_page_is_reported_as_missing(emulator, client, visitor, path):
    begin(client)
    page = visitor.get(f"{dashboard_path(emulator)}/{path}")
    assert (page.status, "There is no such" in page.visible_text) == (404, True)


def test_transactions_can_be_searched_by_each_of_their_fields(emulator, client, visitor):
    begin(client, reference="R-one")
    begin(client, reference="R-two", email="kofi@example.com", currency="GHS")
    base = f"{dashboard_path(emulator)}/transactions"
    for query, expected in {
        "?about=R-one": "R-one",
        "?about=kofi@example.com": "R-two",
        "?currency=GHS": "R-two",
        f"?about={2**32 + 1}": "R-one",
        "?about=R-one&currency=GHS": None,
        "?status=success": None,
        "?about=nowhere": None,
    }.items():
        text = visitor.get(base + query).text
        assert [name for name in ("R-one", "R-two") if f">{name}<" in text] == ([expected] if expected else []), query


def test_a_customers_page_lists_the_transactions_of_this_customer(emulator, client, visitor):
    begin(client, reference="R-one")
    begin(client, reference="R-two", email="kofi@example.com")
    customer = client.send(Request("GET", "/customer/ada@example.com")).data
    text = visitor.get(f"{dashboard_path(emulator)}/customers/{customer['id']}").text
    assert [name for name in ("R-one", "R-two") if f">{name}<" in text] == ["R-one"]


def test_a_list_is_paginated(emulator, client, visitor):
    for number in range(30):
        begin(client, reference=f"R{number}")
    first, second = (
        visitor.get(f"{dashboard_path(emulator)}/transactions?status=abandoned&page={page}") for page in (1, 2)
    )
    assert first.text.count("<tr><td>") == 25
    assert second.text.count("<tr><td>") == 5
    assert 'href="' + dashboard_path(emulator) + '/transactions?status=abandoned&amp;page=2"' in first.text


def test_a_transfer_page_accepts_the_otp_and_the_banks_outcome(emulator, client, visitor):
    client.send(Request("POST", "/_emulator/settings", body={"otp_for_transfers": True, "transfers": "pending"}))
    to = {"type": "nuban", "name": "Ada Obi", "account_number": "0000000000", "bank_code": "057", "currency": "NGN"}
    to = client.send(Request("POST", "/transferrecipient", body=to)).data["recipient_code"]
    data = client.send(Request("POST", "/transfer", body={"source": "balance", "amount": 5_000, "recipient": to})).data
    path = f"{dashboard_path(emulator)}/transfers/{data['id']}"
    wrong = visitor.post(f"{path}/otp", otp="000000")
    assert (wrong.status, 'data-testid="error"' in wrong.text, "000000" in wrong.text) == (400, True, False)
    assert visitor.post(f"{path}/otp", otp=OTP).status == 303
    assert visitor.post(f"{path}/play", act="fail", reason="Account closed").status == 303
    assert "Account closed" in visitor.get(path).visible_text
    assert client.send(Request("GET", f"/transfer/{data['id']}")).data["status"] == "failed"
    assert visitor.post(f"{path}/play", act="succeed").status == 400


def test_a_subscription_is_renewed_with_one_click(emulator, client, visitor):
    plan = client.send(Request("POST", "/plan", body={"name": "Club", "amount": 5_000, "interval": "monthly"})).data
    visitor.post(path_of(begin(client, plan=plan["plan_code"])), act="pay", channel="card", chip="4081")
    (sub,) = client.send(Request("GET", "/subscription")).data
    path = f"{dashboard_path(emulator)}/subscriptions/{sub['id']}"
    assert visitor.post(f"{path}/renew").headers["location"] == path
    assert emulator.clock.now() == parse_time("2026-11-01")
    assert "invoice.update" in visitor.get(path).visible_text


def test_the_clock_is_advanced_and_frozen(emulator, client, visitor):
    begin(client)
    path = f"{dashboard_path(emulator)}/clock"
    for wrong in "", "x", "-1", "nan", "inf":
        assert visitor.post(f"{path}/advance", number=wrong, unit="days").status == 400
    assert visitor.post(f"{path}/advance", number="1", unit="moons").status == 400
    visitor.post(f"{path}/advance", number="1.5", unit="hours")
    assert emulator.clock.now() == parse_time("2026-10-01T13:30:00Z")
    visitor.post(f"{path}/run")
    assert not emulator.clock.frozen
    visitor.post(f"{path}/freeze")
    assert emulator.clock.frozen
    assert "frozen" in visitor.get(path).visible_text


def test_each_business_shows_and_moves_its_own_clock(emulator, client, visitor):
    begin(client)
    Paystack(transport=emulator.for_key("sk_test_theirs")).customers.create_customer("eve@example.com", "", "", "")
    own_path, other_path = (
        f"/_emulator/{Tenant.from_key(key).integration}/clock" for key in (emulator.secret_key, "sk_test_theirs")
    )
    visitor.post(f"{other_path}/advance", step="1 day")
    visitor.post(f"{other_path}/run")
    assert emulator.clock.now() == parse_time("2026-10-01T12:00:00Z")
    assert emulator.clock.frozen
    assert emulator.clock_for("sk_test_theirs").now() >= parse_time("2026-10-02T12:00:00Z")
    texts = [visitor.get(path).visible_text for path in (own_path, other_path)]
    assert ["frozen" in text for text in texts] == [True, False]
    assert ["1\u00a0Oct\u00a02026, 12:00:00 UTC" in text for text in texts] == [True, False]


def test_faults_are_added_and_removed(emulator, client, visitor):
    begin(client)
    path = f"{dashboard_path(emulator)}/faults"
    rule = {"action": "500", "operation": "POST /transaction/initialize", "times": "1", "nth": ""}
    assert visitor.post(f"{path}/add", **rule).status == 303
    assert visitor.post(f"{path}/preset", preset="webhook-hell").status == 303
    assert visitor.post(f"{path}/add", action="nonsense").status == 400
    assert visitor.post(f"{path}/add", action="500", operation="POST /nowhere").status == 400
    assert visitor.post(f"{path}/preset", preset="nowhere").status == 400
    assert len(emulator._services.faults.list_for(emulator.tenants()[0].id)) == 6
    visitor.post(f"{path}/remove", number="1")
    assert len(emulator._services.faults.list_for(emulator.tenants()[0].id)) == 5
    visitor.post(f"{path}/remove")
    assert "No active faults" in visitor.get(path).visible_text


def test_the_coverage_has_every_operation_and_counts_its_calls(emulator, client, visitor):
    begin(client)
    from paystackease.endpoints import endpoints

    page = visitor.get(f"{dashboard_path(emulator)}/coverage")
    assert page.text.count('<tr><td class="mono clip">') == len(list(endpoints()))
    row = page.text.partition("/transaction/initialize</td>")[2].partition("</tr>")[0]
    assert ("stateful" in row, ">1<" in row) == (True, True)
