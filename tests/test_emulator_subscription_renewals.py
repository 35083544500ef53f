"""Renewals of subscriptions: periods, invoices, failed charges, changes of the plan, and how they end."""

import datetime as dt
import itertools

import pytest
from conftest import SECRET_KEY

from paystackease import Emulator, Request, errors
from paystackease.emulator import Clock
from paystackease.emulator.clock import format_time, parse_time

NOON = "2026-10-15T12:00:00"


DAY = 86_400


CARD = "4084 0840 8408 4081"


@pytest.fixture
def emulator():
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=parse_time(NOON))) as emulator:
        yield emulator


@pytest.fixture
def subscriptions(client):
    return client.subscriptions


@pytest.fixture
def ada(client):
    return client.customers.create_customer("ada@example.com", "Ada", "Obi", "").data


@pytest.fixture
def card(client, ada):
    return save(client, ada)


@pytest.fixture
def gold(client):
    return client.plans.create_plan("Gold", 500_000, "monthly").data


@pytest.fixture
def subscription(subscriptions, card, gold):
    """A subscription that is charged monthly, from now on."""
    return subscriptions.create_subscription("ada@example.com", gold["plan_code"]).data


def save(client, customer, card=CARD):
    path = "/_emulator/customers/{code}/authorizations"
    saved = Request("POST", path, {"code": customer["customer_code"]}, body={"card": card})
    return client.send(saved).data["authorization_code"]


def set_card_behavior(client, card, **does):
    client.send(Request("POST", "/_emulator/authorizations/{code}", {"code": card}, body=does))


def status(client, subscription):
    return client.subscriptions.fetch_subscription(subscription["subscription_code"]).data["status"]


def events_since(emulator, since=0):
    """Return the time and name of each event since then."""
    return [(format_time(event.at)[:16], event.name) for event in emulator.events()[since:]]


def charges(client):
    """Return the times of the payments, oldest first."""
    paid = client.iterate(client.transactions.list_transactions(status="success"))
    return [item["paid_at"][:16] for item in paid][::-1]


def dates(first, interval):
    """Return the expected charges after the first one, by the calendar."""
    day = dt.datetime.fromisoformat(first)
    midnight = day.replace(hour=0)
    months = {"monthly": 1, "quarterly": 3, "biannually": 6, "annually": 12}
    for number in itertools.count(1):
        if interval == "hourly":
            yield day + dt.timedelta(hours=number)
        elif interval in months:
            years, month = divmod(day.month - 1 + number * months[interval], 12)
            yield midnight.replace(year=day.year + years, month=month + 1, day=min(day.day, 28))
        else:
            yield midnight + dt.timedelta(days=number * {"daily": 1, "weekly": 7}[interval])


@pytest.mark.parametrize(
    ("interval", "first", "days", "times"),
    [
        ("hourly", "2026-10-15T12:00", 3, 73),
        ("daily", "2026-10-15T12:00", 366, 367),
        ("weekly", "2026-10-15T12:00", 366, 53),
        ("monthly", "2026-10-15T12:00", 366, 13),
        ("monthly", "2026-01-29T12:00", 366, 13),
        ("monthly", "2026-01-31T12:00", 366, 13),
        ("quarterly", "2026-11-30T12:00", 366, 5),
        ("biannually", "2026-08-30T12:00", 366, 3),
        ("annually", "2027-12-31T12:00", 2 * 366, 3),
    ],
)
def test_a_year_of_renewals_by_the_calendar(connect, interval, first, days, times):
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=parse_time(first))) as emulator:
        client = connect(transport=emulator)
        ada = client.customers.create_customer("ada@example.com", "Ada", "Obi", "").data
        save(client, ada)
        plan = client.plans.create_plan("Plan", 1_000, interval).data["plan_code"]
        client.subscriptions.create_subscription("ada@example.com", plan)
        emulator.advance(days * DAY)
        due = itertools.islice(dates(first, interval), times - 1)
        assert charges(client) == [first, *(at.strftime("%Y-%m-%dT%H:%M") for at in due)]
        names = [event.name for event in emulator.events()]
        assert names.count("invoice.update") == names.count("charge.success") == times


def test_a_renewal_is_a_payment_like_any_other(client, emulator, subscription, gold):
    emulator.advance(32 * DAY)
    latest = client.transactions.list_transactions().data[0]
    transaction = client.transactions.verify_transaction(latest["reference"]).data
    assert (transaction["amount"], transaction["fees"], transaction["channel"]) == (500_000, 17_500, "card")
    assert (transaction["plan"], transaction["plan_object"]["plan_code"]) == (gold["plan_code"], gold["plan_code"])
    assert transaction["metadata"] == {"invoice_action": "create"}
    update = emulator.events()[-1].data
    assert update["transaction"]["reference"] == latest["reference"]
    assert (update["paid"], update["status"]) == (True, "success")
    assert (update["period_start"], update["period_end"]) == ("2026-11-15T00:00:00.000Z", "2026-12-15T00:00:00.000Z")


def test_an_invoice_is_open_from_three_days_ahead_until_it_is_paid(client, emulator, subscription):
    emulator.advance(28 * DAY)
    data = client.subscriptions.fetch_subscription(subscription["id"]).data
    open_, paid = data["invoices"]
    assert data["open_invoice"] == open_["invoice_code"]
    assert (open_["status"], open_["paid"], paid["status"], paid["paid"]) == ("pending", 0, "success", 1)
    emulator.advance(3 * DAY)
    data = client.subscriptions.fetch_subscription(subscription["id"]).data
    assert data["open_invoice"] is None
    assert [invoice["status"] for invoice in data["invoices"]] == ["success", "success"]


def test_one_that_ends_after_some_charges_is_completed_when_the_last_period_is_over(
    client, emulator, subscriptions, card
):
    plan = client.plans.create_plan("Twice", 1_000, "weekly", invoice_limit=2).data["plan_code"]
    data = subscriptions.create_subscription("ada@example.com", plan).data
    emulator.advance(8 * DAY)
    assert status(client, data) == "non-renewing"
    with pytest.raises(errors.InvalidRequestError, match="Subscription has been cancelled, and cannot be reactivated"):
        subscriptions.enable_subscription(data["subscription_code"], data["email_token"])
    emulator.advance(30 * DAY)
    assert status(client, data) == "completed"
    assert charges(client) == ["2026-10-15T12:00", "2026-10-22T00:00"]
    assert events_since(emulator)[-2:] == [
        ("2026-10-22T00:00", "subscription.not_renew"),
        ("2026-10-29T00:00", "subscription.disable"),
    ]
    assert emulator.events()[-1].data["status"] == "completed"


def test_a_lowered_invoice_limit_completes_the_subscription(client, emulator, subscription, gold):
    emulator.advance(32 * DAY)
    client.plans.update_plan(gold["plan_code"], invoice_limit=2)
    assert status(client, subscription) == "non-renewing"
    emulator.advance(60 * DAY)
    assert (status(client, subscription), len(charges(client))) == ("completed", 2)


def test_a_change_of_the_plan_is_charged_from_the_next_period_on(client, emulator, subscription, gold):
    client.plans.update_plan(gold["plan_code"], amount=100, interval="weekly")
    emulator.advance(40 * DAY)
    paid = [transaction["amount"] for transaction in client.transactions.list_transactions().data]
    # The month that is paid for stays a month; weeks follow, on the Thursdays that it began on.
    assert paid == [100, 100, 500_000]
    assert charges(client)[1:] == ["2026-11-15T00:00", "2026-11-19T00:00"]


def test_a_failed_charge_sends_an_event_and_the_next_period_is_charged(client, emulator, subscription, card):
    emulator.advance(1)
    since = len(emulator.events())
    set_card_behavior(client, card, declines="Insufficient Funds")
    emulator.advance(31 * DAY)
    assert status(client, subscription) == "attention"
    failed = emulator.events()[-1].data
    assert (failed["paid"], failed["status"], failed["transaction"]) == (False, "pending", {})
    assert failed["subscription"]["status"] == "attention"
    set_card_behavior(client, card)
    emulator.advance(31 * DAY)
    assert status(client, subscription) == "active"
    assert events_since(emulator, since) == [
        ("2026-11-12T00:00", "invoice.create"),
        ("2026-11-15T00:00", "invoice.payment_failed"),
        ("2026-12-12T00:00", "invoice.create"),
        ("2026-12-15T00:00", "charge.success"),
        ("2026-12-15T00:00", "invoice.update"),
    ]
    invoices = client.subscriptions.fetch_subscription(subscription["id"]).data["invoices"]
    assert [invoice["status"] for invoice in invoices] == ["success", "failed", "success"]
    assert [transaction["status"] for transaction in client.transactions.list_transactions(status="failed").data] == [
        "failed"
    ]


def test_a_card_that_was_deactivated_is_not_charged(client, emulator, subscription, card):
    emulator.advance(1)
    client.customers.deactivate_authorization(card)
    emulator.advance(31 * DAY)
    assert status(client, subscription) == "attention"
    assert len(charges(client)) == 1


def test_a_subscription_that_needs_attention_can_be_disabled(client, emulator, subscription, card):
    set_card_behavior(client, card, declines="Insufficient Funds")
    emulator.advance(1)
    client.subscriptions.disable_subscription(subscription["subscription_code"], subscription["email_token"])
    emulator.advance(31 * DAY)
    assert status(client, subscription) == "cancelled"


def test_a_disabled_subscription_ends_with_its_period(client, emulator, subscription):
    emulator.advance(1)
    since = len(emulator.events())
    ended = client.subscriptions.disable_subscription(subscription["subscription_code"], subscription["email_token"])
    assert ended.message == "Subscription disabled successfully"
    assert status(client, subscription) == "non-renewing"
    emulator.advance(60 * DAY)
    assert status(client, subscription) == "cancelled"
    assert events_since(emulator, since) == [
        ("2026-10-15T12:00", "subscription.not_renew"),
        ("2026-11-15T00:00", "subscription.disable"),
    ]
    assert len(charges(client)) == 1
    with pytest.raises(errors.NotFoundError, match="already inactive"):
        client.subscriptions.disable_subscription(subscription["subscription_code"], subscription["email_token"])
    with pytest.raises(errors.InvalidRequestError, match="cannot be reactivated"):
        client.subscriptions.enable_subscription(subscription["subscription_code"], subscription["email_token"])


def test_one_that_is_enabled_again_in_time_is_charged_as_if_nothing_had_been(client, emulator, subscription):
    emulator.advance(29 * DAY)  # the next invoice exists
    client.subscriptions.disable_subscription(subscription["subscription_code"], subscription["email_token"])
    emulator.advance(DAY)
    enabled = client.subscriptions.enable_subscription(subscription["subscription_code"], subscription["email_token"])
    assert enabled.message == "Subscription enabled successfully"
    emulator.advance(DAY)
    assert (status(client, subscription), charges(client)) == ("active", ["2026-10-15T12:00", "2026-11-15T00:00"])


def test_an_unpaid_invoice_fails_when_the_subscription_ends(client, emulator, subscription):
    emulator.advance(29 * DAY)
    client.subscriptions.disable_subscription(subscription["subscription_code"], subscription["email_token"])
    emulator.advance(3 * DAY)
    invoices = client.subscriptions.fetch_subscription(subscription["id"]).data["invoices"]
    assert [invoice["status"] for invoice in invoices] == ["failed", "success"]


def test_disabling_and_enabling_require_the_token(client, subscription):
    for call in client.subscriptions.disable_subscription, client.subscriptions.enable_subscription:
        with pytest.raises(errors.NotFoundError, match="Subscription with code not found"):
            call(subscription["subscription_code"], "somebody-elses")
    assert status(client, subscription) == "active"
