"""Plans at the emulator: what a subscription charges, and how often."""

import datetime as dt

import pytest

from paystackease import Request, errors
from paystackease.emulator.accounting.intervals import INTERVALS


@pytest.fixture
def plans(client):
    return client.plans


@pytest.fixture
def subscribe(client):
    """Subscribe customers to a plan, on future dates."""

    def make(plan, *emails):
        for email in emails:
            code = client.customers.create_customer(email, "", "", "").data["customer_code"]
            path, card = "/_emulator/customers/{code}/authorizations", {"card": "4084 0840 8408 4081"}
            client.send(Request("POST", path, {"code": code}, body=card))
            client.subscriptions.create_subscription(code, plan, start_date=dt.date(2026, 12, 1))

    return make


def test_a_plan_is_created_and_fetched_by_id_and_code(plans):
    created = plans.create_plan("Gold", 500_000, "monthly", description="All of it", send_sms=False)
    assert (created.http.status, created.message) == (201, "Plan created")
    gold = created.data
    assert (gold["amount"], gold["currency"], gold["send_invoices"], gold["send_sms"]) == (500_000, "NGN", True, False)
    for name in gold["id"], gold["plan_code"]:
        plan = plans.fetch_plan(name).data
        assert (plan["plan_code"], plan["description"], plan["subscriptions"]) == (
            gold["plan_code"],
            "All of it",
            [],
        )


def test_two_with_the_same_values_are_two(plans):
    codes = {plans.create_plan("Gold", 500_000, "monthly").data["plan_code"] for _ in range(2)}
    assert len(codes) == 2


def test_plans_are_listed_by_interval_and_amount(client, plans):
    for number, interval in enumerate(INTERVALS):
        plans.create_plan(interval, 100 + number % 2, interval)

    def listed(**having):
        return [plan["name"] for plan in client.iterate(plans.list_plans(per_page=2, **having))]

    assert listed() == list(reversed(INTERVALS))
    assert listed(interval="weekly") == ["weekly"]
    assert listed(amount=101) == list(reversed(INTERVALS[1::2]))
    assert listed(status="active") == listed()
    assert listed(status="archived") == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": None}, "Name is required"),
        ({"amount": None}, "Amount is required"),
        ({"interval": None}, "Interval is required"),
        ({"interval": "Monthly"}, "Invalid interval selected"),  # in lower case only
        ({"interval": "fortnightly"}, "Invalid interval selected"),
        ({"description": 7}, '"description" must be a string'),
        ({"amount": 0}, "Invalid Amount Sent"),
        ({"amount": 9.5}, '"amount" must be an integer'),
        ({"currency": "EUR"}, "Currency not supported by merchant"),
        ({"invoice_limit": -1}, '"invoice_limit" must be an integer'),
        ({"invoice_limit": True}, '"invoice_limit" must be an integer'),
    ],
    ids=str,
)
def test_an_invalid_plan_is_rejected(client, plans, change, message):
    body = {"name": "Gold", "amount": 500_000, "interval": "monthly", **change}
    with pytest.raises(errors.InvalidRequestError) as exc_info:
        client.send(Request("POST", "/plan", body=body))
    assert exc_info.value.response.message == message
    assert plans.list_plans().data == []


def test_an_unknown_code_is_reported(plans):
    for call in (plans.fetch_plan, plans.update_plan):
        with pytest.raises(errors.NotFoundError, match="Plan not found"):
            call("PLN_nothing")


def test_a_change_of_a_plan_updates_existing_subscriptions(client, plans, subscribe):
    gold = plans.create_plan("Gold", 500_000, "monthly").data["plan_code"]
    subscribe(gold, "ada@example.com", "ama@example.com")
    changed = plans.update_plan(gold, name="Golden", amount=600_000, interval="weekly")
    assert changed == {"status": True, "message": "Plan updated. 2 subscription(s) affected"}
    plan = plans.fetch_plan(gold).data
    assert (plan["name"], plan["amount"]) == ("Golden", 600_000)
    terms = [(subscription["amount"], subscription["cron_expression"]) for subscription in plan["subscriptions"]]
    assert terms == [(600_000, "0 0 * * 2")] * 2  # the first of December 2026 is a Tuesday


def test_existing_subscriptions_can_be_excluded_from_a_change_of_the_plan(plans, subscribe):
    gold = plans.create_plan("Gold", 500_000, "monthly").data["plan_code"]
    subscribe(gold, "ada@example.com")
    changed = plans.update_plan(gold, amount=600_000, update_existing_subscriptions=False)
    assert changed.message == "Plan updated. 0 subscription(s) affected"
    subscribe(gold, "ama@example.com")
    assert [subscription["amount"] for subscription in plans.fetch_plan(gold).data["subscriptions"]] == [
        600_000,
        500_000,
    ]


def test_an_invalid_plan_changes_nothing(client, plans):
    gold = plans.create_plan("Gold", 500_000, "monthly").data["plan_code"]
    with pytest.raises(errors.InvalidRequestError, match="Invalid interval selected"):
        client.send(Request("PUT", f"/plan/{gold}", body={"name": "Golden", "interval": "yearly"}))
    assert plans.fetch_plan(gold).data["name"] == "Gold"
