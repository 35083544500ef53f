"""Subscriptions at the emulator: each period is charged once, when it is due."""

import datetime as dt

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


def status(client, subscription):
    return client.subscriptions.fetch_subscription(subscription["subscription_code"]).data["status"]


def events_since(emulator, since=0):
    """Return the time and name of each event since then."""
    return [(format_time(event.at)[:16], event.name) for event in emulator.events()[since:]]


def charges(client):
    """Return the times of the payments, oldest first."""
    paid = client.iterate(client.transactions.list_transactions(status="success"))
    return [item["paid_at"][:16] for item in paid][::-1]


def test_one_without_a_start_date_is_charged_now_and_then_each_period(client, emulator, subscription, card):
    assert (subscription["status"], subscription["amount"], subscription["quantity"]) == ("active", 500_000, 1)
    assert subscription["authorization"]["authorization_code"] == card
    emulator.advance(62 * DAY)
    assert events_since(emulator) == [
        ("2026-10-15T12:00", "subscription.create"),
        ("2026-10-15T12:00", "invoice.create"),
        ("2026-10-15T12:00", "charge.success"),
        ("2026-10-15T12:00", "invoice.update"),
        ("2026-11-12T00:00", "invoice.create"),  # three days ahead
        ("2026-11-15T00:00", "charge.success"),
        ("2026-11-15T00:00", "invoice.update"),
        ("2026-12-12T00:00", "invoice.create"),
        ("2026-12-15T00:00", "charge.success"),
        ("2026-12-15T00:00", "invoice.update"),
    ]
    data = client.subscriptions.fetch_subscription(subscription["subscription_code"]).data
    assert data["next_payment_date"] == "2027-01-15T00:00:00.000Z"
    assert data["open_invoice"] is None


def test_one_with_a_start_date_is_charged_from_then_on(client, emulator, subscriptions, gold, card):
    start = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)  # a trial until then
    data = subscriptions.create_subscription("ada@example.com", gold["plan_code"], start_date=start).data
    assert data["start"] == int(start.timestamp())
    emulator.advance(100 * DAY)
    assert charges(client) == ["2026-12-01T09:00", "2027-01-01T00:00"]
    assert events_since(emulator)[1] == ("2026-11-28T09:00", "invoice.create")


def test_a_customer_who_pays_for_a_plan_is_subscribed_to_it(client, emulator, gold, ada):
    plan = gold["plan_code"]
    paid = client.transactions.initialize("ada@example.com", 1, plan=plan, invoice_limit=3).data
    entered = {"number": CARD, "cvv": "408", "expiry_month": "12", "expiry_year": "30"}
    path, body = "/_emulator/checkout/{reference}/pay", {"channel": "card", "card": entered}
    client.send(Request("POST", path, {"reference": paid["reference"]}, body=body))
    emulator.advance(400 * DAY)
    assert events_since(emulator)[:4] == [
        ("2026-10-15T12:00", "charge.success"),
        ("2026-10-15T12:00", "subscription.create"),
        ("2026-11-12T00:00", "invoice.create"),
        ("2026-11-15T00:00", "charge.success"),
    ]
    assert charges(client) == ["2026-10-15T12:00", "2026-11-15T00:00", "2026-12-15T00:00"]  # three times
    (data,) = client.subscriptions.list_subscriptions().data
    invoices = client.subscriptions.fetch_subscription(data["id"]).data["invoices"]
    assert [(invoice["status"], invoice["amount"]) for invoice in invoices] == [("success", 500_000)] * 3


def test_two_payments_for_a_plan_create_one_subscription(client, subscriptions, subscription, gold, emulator):
    paid = client.transactions.initialize("ada@example.com", 1, plan=gold["plan_code"]).data
    entered = {"number": CARD, "cvv": "408", "expiry_month": "12", "expiry_year": "30"}
    path, body = "/_emulator/checkout/{reference}/pay", {"channel": "card", "card": entered}
    client.send(Request("POST", path, {"reference": paid["reference"]}, body=body))
    (only,) = subscriptions.list_subscriptions().data
    assert only["subscription_code"] == subscription["subscription_code"]


def test_a_customer_is_subscribed_to_a_plan_once_at_a_time(client, subscriptions, subscription, gold, emulator):
    with pytest.raises(errors.InvalidRequestError, match="This subscription is already in place") as exc_info:
        subscriptions.create_subscription("ada@example.com", gold["plan_code"])
    assert exc_info.value.response["code"] == "duplicate_subscription"
    subscriptions.disable_subscription(subscription["subscription_code"], subscription["email_token"])
    again = subscriptions.create_subscription("ada@example.com", gold["plan_code"]).data
    assert again["subscription_code"] != subscription["subscription_code"]
    with pytest.raises(errors.InvalidRequestError, match="already in place"):
        subscriptions.enable_subscription(subscription["subscription_code"], subscription["email_token"])


def test_the_latest_card_is_charged_unless_another_is_named(client, subscriptions, gold, ada, card):
    latest = save(client, ada, "5192 6027 2058 4796")
    data = subscriptions.create_subscription(ada["customer_code"], gold["plan_code"]).data
    assert data["authorization"]["authorization_code"] == latest
    silver = client.plans.create_plan("Silver", 100, "weekly").data["plan_code"]
    other = subscriptions.create_subscription(ada["customer_code"], silver, card).data
    assert other["authorization"]["authorization_code"] == card


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"customer": None}, errors.InvalidRequestError, "Customer is required"),
        ({"customer": "nobody@example.com"}, errors.InvalidRequestError, "Customer not found"),
        ({"plan": None}, errors.InvalidRequestError, "Plan is required"),
        ({"plan": "PLN_nothing"}, errors.NotFoundError, "Plan not found"),
        (
            {"authorization": "AUTH_nothing"},
            errors.InvalidRequestError,
            "Authorization specified is invalid or does not belong to customer",
        ),
    ],
    ids=str,
)
def test_invalid_arguments_are_rejected(client, gold, card, change, error, message):
    body = {"customer": "ada@example.com", "plan": gold["plan_code"], **change}
    with pytest.raises(error) as exc_info:
        client.send(Request("POST", "/subscription", body=body))
    assert exc_info.value.response.message == message
    assert client.subscriptions.list_subscriptions().data == []


def test_a_subscription_needs_a_card(client, subscriptions, gold, ada):
    with pytest.raises(errors.NotFoundError, match="The customer specified has no saved authorizations"):
        subscriptions.create_subscription("ada@example.com", gold["plan_code"])
    client.customers.deactivate_authorization(save(client, ada))
    with pytest.raises(errors.NotFoundError, match="no saved authorizations"):
        subscriptions.create_subscription("ada@example.com", gold["plan_code"])


@pytest.mark.parametrize(("quirks", "made"), [(True, 1), (False, 0)])
def test_an_invalid_start_date_is_rejected_although_the_subscription_is_created(
    client, gold, card, emulator, quirks, made
):
    client.send(Request("POST", "/_emulator/settings", body={"quirks": quirks}))
    body = {"customer": "ada@example.com", "plan": gold["plan_code"], "start_date": "soon"}
    with pytest.raises(errors.InvalidRequestError, match="Invalid start date passed"):
        client.send(Request("POST", "/subscription", body=body))
    assert len(client.subscriptions.list_subscriptions().data) == made
    assert events_since(emulator)[:1] == [("2026-10-15T12:00", "subscription.create")][:made]


def test_subscriptions_are_listed_by_customer_and_plan(client, subscriptions, subscription, ada, gold):
    ama = client.customers.create_customer("ama@example.com", "Ama", "Mensah", "").data
    save(client, ama)
    silver = client.plans.create_plan("Silver", 100, "weekly").data
    her_subscriptions = [
        subscriptions.create_subscription("ama@example.com", item["plan_code"]).data for item in (gold, silver)
    ]

    def listed(**having):
        response = client.iterate(subscriptions.list_subscriptions(per_page=2, **having))
        return [item["subscription_code"] for item in response]

    codes = [item["subscription_code"] for item in (*her_subscriptions[::-1], subscription)]
    assert listed() == codes
    assert listed(customer=ama["id"]) == codes[:2]
    assert listed(plan_code=gold["id"]) == codes[1:]
    assert listed(customer=ada["id"], plan_code=silver["id"]) == []
    with pytest.raises(errors.NotFoundError, match="Subscription not found"):
        subscriptions.fetch_subscription("SUB_nothing")


@pytest.fixture
def debit(client, ada, emulator):
    """Set up a mandate on Ada's bank account, whose bank takes an hour."""
    data = client.customers.initialize_authorization("ada@example.com", "direct_debit").data
    path = "/_emulator/mandates/{reference}/approve"
    client.send(Request("POST", path, {"reference": data["reference"]}))
    emulator.advance(DAY)
    client.send(Request("POST", "/_emulator/settings", body={"offline_seconds": 3_600}))
    return client.customers.verify_authorization(data["reference"]).data["authorization_code"]


def test_a_direct_debit_is_paid_when_the_bank_responds(client, subscriptions, emulator, gold, debit):
    data = subscriptions.create_subscription("ada@example.com", gold["plan_code"], debit).data
    emulator.advance(3_599)
    assert [transaction["status"] for transaction in client.transactions.list_transactions().data] == ["processing"]
    assert client.subscriptions.fetch_subscription(data["id"]).data["invoices"][0]["status"] == "pending"
    emulator.advance(1)
    assert client.subscriptions.fetch_subscription(data["id"]).data["invoices"][0]["status"] == "success"
    names = [event.name for event in emulator.events()]
    assert names[-4:] == ["subscription.create", "invoice.create", "charge.success", "invoice.update"]


def test_one_that_was_ended_while_the_bank_debited_does_not_begin_anew(client, subscriptions, emulator, gold, debit):
    data = subscriptions.create_subscription("ada@example.com", gold["plan_code"], debit).data
    emulator.advance(1)
    subscriptions.disable_subscription(data["subscription_code"], data["email_token"])
    emulator.advance(70 * DAY)
    (only,) = subscriptions.list_subscriptions().data
    assert (only["status"], len(charges(client))) == ("cancelled", 1)


def test_a_bank_response_after_the_next_period_began_is_accepted(client, subscriptions, emulator, debit):
    client.send(Request("POST", "/_emulator/settings", body={"offline_seconds": 90 * 60}))
    hourly = client.plans.create_plan("Hours", 1_000, "hourly", invoice_limit=2).data["plan_code"]
    data = subscriptions.create_subscription("ada@example.com", hourly, debit).data
    emulator.advance(DAY)
    fetched_subscription = subscriptions.fetch_subscription(data["id"]).data
    assert [invoice["status"] for invoice in fetched_subscription["invoices"]] == ["success", "success"]
    assert (fetched_subscription["status"], len(charges(client))) == ("completed", 2)  # and not a third time meanwhile
