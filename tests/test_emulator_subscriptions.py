"""Subscriptions at the emulator: charged when they are due, for as long as they are, each period once."""

import datetime as dt
import itertools
import json

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
def held(subscriptions, card, gold):
    """A subscription that is charged monthly, from now on."""
    return subscriptions.create_subscription("ada@example.com", gold["plan_code"]).data


def save(client, customer, card=CARD):
    path = "/_emulator/customers/{code}/authorizations"
    saved = Request("POST", path, {"code": customer["customer_code"]}, body={"card": card})
    return client.send(saved).data["authorization_code"]


def bank(client, card, **does):
    client.send(Request("POST", "/_emulator/authorizations/{code}", {"code": card}, body=does))


def status(client, held):
    return client.subscriptions.fetch_subscription(held["subscription_code"]).data["status"]


def told(emulator, since=0):
    """What was told from then on: when, and what."""
    return [(format_time(event.at)[:16], event.name) for event in emulator.events()[since:]]


def charges(client):
    """When something was paid, the first first."""
    paid = client.iterate(client.transactions.list_transactions(status="success"))
    return [one["paid_at"][:16] for one in paid][::-1]


# Begun


def test_one_without_a_start_date_is_charged_now_and_then_each_period(client, emulator, held, card):
    assert (held["status"], held["amount"], held["quantity"]) == ("active", 500_000, 1)
    assert held["authorization"]["authorization_code"] == card
    emulator.advance(62 * DAY)
    assert told(emulator) == [
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
    found = client.subscriptions.fetch_subscription(held["subscription_code"]).data
    assert found["next_payment_date"] == "2027-01-15T00:00:00.000Z"
    assert found["open_invoice"] is None


def test_one_with_a_start_date_is_charged_from_then_on(client, emulator, subscriptions, gold, card):
    start = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)  # a trial until then
    held = subscriptions.create_subscription("ada@example.com", gold["plan_code"], start_date=start).data
    assert held["start"] == int(start.timestamp())
    emulator.advance(100 * DAY)
    assert charges(client) == ["2026-12-01T09:00", "2027-01-01T00:00"]
    assert told(emulator)[1] == ("2026-11-28T09:00", "invoice.create")


def test_a_customer_who_pays_for_a_plan_is_subscribed_to_it(client, emulator, gold, ada):
    plan = gold["plan_code"]
    paid = client.transactions.initialize("ada@example.com", 1, plan=plan, invoice_limit=3).data
    entered = {"number": CARD, "cvv": "408", "expiry_month": "12", "expiry_year": "30"}
    path, body = "/_emulator/checkout/{reference}/pay", {"channel": "card", "card": entered}
    client.send(Request("POST", path, {"reference": paid["reference"]}, body=body))
    emulator.advance(400 * DAY)
    assert told(emulator)[:4] == [
        ("2026-10-15T12:00", "charge.success"),
        ("2026-10-15T12:00", "subscription.create"),
        ("2026-11-12T00:00", "invoice.create"),
        ("2026-11-15T00:00", "charge.success"),
    ]
    assert charges(client) == ["2026-10-15T12:00", "2026-11-15T00:00", "2026-12-15T00:00"]  # three times
    (held,) = client.subscriptions.list_subscriptions().data
    invoices = client.subscriptions.fetch_subscription(held["id"]).data["invoices"]
    assert [(one["status"], one["amount"]) for one in invoices] == [("success", 500_000)] * 3


def test_who_pays_for_a_plan_twice_is_subscribed_to_it_once(client, subscriptions, held, gold, emulator):
    paid = client.transactions.initialize("ada@example.com", 1, plan=gold["plan_code"]).data
    entered = {"number": CARD, "cvv": "408", "expiry_month": "12", "expiry_year": "30"}
    path, body = "/_emulator/checkout/{reference}/pay", {"channel": "card", "card": entered}
    client.send(Request("POST", path, {"reference": paid["reference"]}, body=body))
    (only,) = subscriptions.list_subscriptions().data
    assert only["subscription_code"] == held["subscription_code"]


def test_a_customer_is_subscribed_to_a_plan_once_at_a_time(client, subscriptions, held, gold, emulator):
    with pytest.raises(errors.InvalidRequestError, match="This subscription is already in place") as refused:
        subscriptions.create_subscription("ada@example.com", gold["plan_code"])
    assert refused.value.response["code"] == "duplicate_subscription"
    subscriptions.disable_subscription(held["subscription_code"], held["email_token"])
    again = subscriptions.create_subscription("ada@example.com", gold["plan_code"]).data
    assert again["subscription_code"] != held["subscription_code"]
    with pytest.raises(errors.InvalidRequestError, match="already in place"):
        subscriptions.enable_subscription(held["subscription_code"], held["email_token"])


def test_the_latest_card_is_charged_unless_another_is_named(client, subscriptions, gold, ada, card):
    latest = save(client, ada, "5192 6027 2058 4796")
    held = subscriptions.create_subscription(ada["customer_code"], gold["plan_code"]).data
    assert held["authorization"]["authorization_code"] == latest
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
def test_what_cannot_be_is_refused(client, gold, card, change, error, message):
    body = {"customer": "ada@example.com", "plan": gold["plan_code"], **change}
    with pytest.raises(error) as refused:
        client.send(Request("POST", "/subscription", body=body))
    assert refused.value.response.message == message
    assert client.subscriptions.list_subscriptions().data == []


def test_nobody_is_subscribed_without_a_card(client, subscriptions, gold, ada):
    with pytest.raises(errors.NotFoundError, match="The customer specified has no saved authorizations"):
        subscriptions.create_subscription("ada@example.com", gold["plan_code"])
    client.customers.deactivate_authorization(save(client, ada))
    with pytest.raises(errors.NotFoundError, match="no saved authorizations"):
        subscriptions.create_subscription("ada@example.com", gold["plan_code"])


@pytest.mark.parametrize(("quirks", "made"), [(True, 1), (False, 0)])
def test_a_start_date_that_is_none_is_refused_and_the_subscription_begins_all_the_same(
    client, gold, card, emulator, quirks, made
):
    client.send(Request("POST", "/_emulator/settings", body={"quirks": quirks}))
    body = {"customer": "ada@example.com", "plan": gold["plan_code"], "start_date": "soon"}
    with pytest.raises(errors.InvalidRequestError, match="Invalid start date passed"):
        client.send(Request("POST", "/subscription", body=body))
    assert len(client.subscriptions.list_subscriptions().data) == made
    assert told(emulator)[:1] == [("2026-10-15T12:00", "subscription.create")][:made]


# Renewed


def dates(first, interval):
    """The charges after the first one, reckoned from the calendar."""
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


def test_a_renewal_is_a_payment_like_any_other(client, emulator, held, gold):
    emulator.advance(32 * DAY)
    latest = client.transactions.list_transactions().data[0]
    found = client.transactions.verify_transaction(latest["reference"]).data
    assert (found["amount"], found["fees"], found["channel"]) == (500_000, 17_500, "card")
    assert (found["plan"], found["plan_object"]["plan_code"]) == (gold["plan_code"], gold["plan_code"])
    assert found["metadata"] == {"invoice_action": "create"}
    update = emulator.events()[-1].data
    assert update["transaction"]["reference"] == latest["reference"]
    assert (update["paid"], update["status"]) == (True, "success")
    assert (update["period_start"], update["period_end"]) == ("2026-11-15T00:00:00.000Z", "2026-12-15T00:00:00.000Z")


def test_an_invoice_is_open_from_three_days_ahead_until_it_is_paid(client, emulator, held):
    emulator.advance(28 * DAY)
    found = client.subscriptions.fetch_subscription(held["id"]).data
    open_, paid = found["invoices"]
    assert found["open_invoice"] == open_["invoice_code"]
    assert (open_["status"], open_["paid"], paid["status"], paid["paid"]) == ("pending", 0, "success", 1)
    emulator.advance(3 * DAY)
    found = client.subscriptions.fetch_subscription(held["id"]).data
    assert found["open_invoice"] is None
    assert [one["status"] for one in found["invoices"]] == ["success", "success"]


def test_one_that_ends_after_some_charges_is_completed_when_the_last_period_is_over(
    client, emulator, subscriptions, card
):
    plan = client.plans.create_plan("Twice", 1_000, "weekly", invoice_limit=2).data["plan_code"]
    held = subscriptions.create_subscription("ada@example.com", plan).data
    emulator.advance(8 * DAY)
    assert status(client, held) == "non-renewing"
    with pytest.raises(errors.InvalidRequestError, match="Subscription has been cancelled, and cannot be reactivated"):
        subscriptions.enable_subscription(held["subscription_code"], held["email_token"])
    emulator.advance(30 * DAY)
    assert status(client, held) == "completed"
    assert charges(client) == ["2026-10-15T12:00", "2026-10-22T00:00"]
    assert told(emulator)[-2:] == [
        ("2026-10-22T00:00", "subscription.not_renew"),
        ("2026-10-29T00:00", "subscription.disable"),
    ]
    assert emulator.events()[-1].data["status"] == "completed"


def test_a_limit_that_is_reached_by_a_change_of_the_plan_ends_it(client, emulator, held, gold):
    emulator.advance(32 * DAY)
    client.plans.update_plan(gold["plan_code"], invoice_limit=2)
    assert status(client, held) == "non-renewing"
    emulator.advance(60 * DAY)
    assert (status(client, held), len(charges(client))) == ("completed", 2)


def test_a_change_of_the_plan_is_charged_from_the_next_period_on(client, emulator, held, gold):
    client.plans.update_plan(gold["plan_code"], amount=100, interval="weekly")
    emulator.advance(40 * DAY)
    paid = [one["amount"] for one in client.transactions.list_transactions().data]
    # The month that is paid for stays a month; weeks follow, on the Thursdays that it began on.
    assert paid == [100, 100, 500_000]
    assert charges(client)[1:] == ["2026-11-15T00:00", "2026-11-19T00:00"]


# Not paid


def test_a_charge_that_fails_is_told_and_the_next_period_is_charged_in_its_turn(client, emulator, held, card):
    emulator.advance(1)
    since = len(emulator.events())
    bank(client, card, declines="Insufficient Funds")
    emulator.advance(31 * DAY)
    assert status(client, held) == "attention"
    failed = emulator.events()[-1].data
    assert (failed["paid"], failed["status"], failed["transaction"]) == (False, "pending", {})
    assert failed["subscription"]["status"] == "attention"
    bank(client, card)
    emulator.advance(31 * DAY)
    assert status(client, held) == "active"
    assert told(emulator, since) == [
        ("2026-11-12T00:00", "invoice.create"),
        ("2026-11-15T00:00", "invoice.payment_failed"),
        ("2026-12-12T00:00", "invoice.create"),
        ("2026-12-15T00:00", "charge.success"),
        ("2026-12-15T00:00", "invoice.update"),
    ]
    invoices = client.subscriptions.fetch_subscription(held["id"]).data["invoices"]
    assert [one["status"] for one in invoices] == ["success", "failed", "success"]
    assert [one["status"] for one in client.transactions.list_transactions(status="failed").data] == ["failed"]


def test_a_card_that_was_deactivated_is_not_charged(client, emulator, held, card):
    emulator.advance(1)
    client.customers.deactivate_authorization(card)
    emulator.advance(31 * DAY)
    assert status(client, held) == "attention"
    assert len(charges(client)) == 1


def test_what_needs_attention_may_be_disabled_too(client, emulator, held, card):
    bank(client, card, declines="Insufficient Funds")
    emulator.advance(1)
    client.subscriptions.disable_subscription(held["subscription_code"], held["email_token"])
    emulator.advance(31 * DAY)
    assert status(client, held) == "cancelled"


# Ended


def test_one_that_is_disabled_goes_on_until_its_period_is_over(client, emulator, held):
    emulator.advance(1)
    since = len(emulator.events())
    ended = client.subscriptions.disable_subscription(held["subscription_code"], held["email_token"])
    assert ended.message == "Subscription disabled successfully"
    assert status(client, held) == "non-renewing"
    emulator.advance(60 * DAY)
    assert status(client, held) == "cancelled"
    assert told(emulator, since) == [
        ("2026-10-15T12:00", "subscription.not_renew"),
        ("2026-11-15T00:00", "subscription.disable"),
    ]
    assert len(charges(client)) == 1
    with pytest.raises(errors.NotFoundError, match="already inactive"):
        client.subscriptions.disable_subscription(held["subscription_code"], held["email_token"])
    with pytest.raises(errors.InvalidRequestError, match="cannot be reactivated"):
        client.subscriptions.enable_subscription(held["subscription_code"], held["email_token"])


def test_one_that_is_enabled_again_in_time_is_charged_as_if_nothing_had_been(client, emulator, held):
    emulator.advance(29 * DAY)  # its next invoice is there
    client.subscriptions.disable_subscription(held["subscription_code"], held["email_token"])
    emulator.advance(DAY)
    enabled = client.subscriptions.enable_subscription(held["subscription_code"], held["email_token"])
    assert enabled.message == "Subscription enabled successfully"
    emulator.advance(DAY)
    assert (status(client, held), charges(client)) == ("active", ["2026-10-15T12:00", "2026-11-15T00:00"])


def test_an_invoice_that_nobody_will_pay_fails_when_the_subscription_ends(client, emulator, held):
    emulator.advance(29 * DAY)
    client.subscriptions.disable_subscription(held["subscription_code"], held["email_token"])
    emulator.advance(3 * DAY)
    invoices = client.subscriptions.fetch_subscription(held["id"]).data["invoices"]
    assert [one["status"] for one in invoices] == ["failed", "success"]


def test_only_who_has_the_token_ends_or_begins_it(client, held):
    for call in client.subscriptions.disable_subscription, client.subscriptions.enable_subscription:
        with pytest.raises(errors.NotFoundError, match="Subscription with code not found"):
            call(held["subscription_code"], "somebody-elses")
    assert status(client, held) == "active"


# The customer's own page, and cards that expire


def page(emulator, url, method="GET", act="", **body):
    """What somebody gets who has the address and no key."""
    content = json.dumps(body).encode() if body else None
    path = url.removeprefix(emulator.url) + act
    reply = emulator.respond(method, path, {"content-type": "application/json"}, content)
    return reply.status, json.loads(reply.content)


@pytest.fixture
def link(subscriptions, held):
    generated = subscriptions.generate_update_subscription(held["subscription_code"])
    assert generated.message == "Link generated"
    return generated.data["link"]


def test_the_link_leads_the_customer_to_the_subscription(subscriptions, emulator, held, link, card):
    assert subscriptions.send_update_subscription_link(held["subscription_code"]).message == "Email successfully sent"
    answer, body = page(emulator, link)
    assert answer == 200
    shown = body["data"]
    assert (shown["plan"]["name"], shown["amount"], shown["status"]) == ("Gold", 500_000, "active")
    assert (shown["authorization_code"], [one["last4"] for one in shown["cards"]]) == (card, ["4081"])


def test_there_the_customer_takes_another_card_which_is_charged_next(client, emulator, held, link, card):
    answer, body = page(emulator, link, "POST", "/card", card="5192 6027 2058 4796")
    assert (answer, len(body["data"]["cards"])) == (200, 2)
    emulator.advance(32 * DAY)
    latest = client.transactions.list_transactions().data[0]
    assert latest["authorization"]["last4"] == "4796"
    assert page(emulator, link, "POST", "/card", authorization_code=card)[0] == 200
    emulator.advance(31 * DAY)
    assert client.transactions.list_transactions().data[0]["authorization"]["last4"] == "4081"


def test_there_no_card_of_somebody_else_is_taken(client, emulator, held, link, card):
    ama = client.customers.create_customer("ama@example.com", "Ama", "Mensah", "").data
    answer, body = page(emulator, link, "POST", "/card", authorization_code=save(client, ama))
    assert (answer, body["message"]) == (400, "Authorization specified is invalid or does not belong to customer")
    assert page(emulator, link, "POST", "/card", card="4000 0000 0000 0000")[0] == 400
    assert page(emulator, link)[1]["data"]["authorization_code"] == card


def test_there_the_customer_ends_it(client, emulator, held, link):
    assert page(emulator, link, "POST", "/cancel")[0] == 200
    assert status(client, held) == "non-renewing"
    assert page(emulator, link, "POST", "/cancel")[0] == 404


def test_nobody_guesses_the_address(emulator, held, link):
    whose, _, token = link.rpartition("/")
    assert page(emulator, f"{whose}/{token[::-1]}")[0] == 404
    assert page(emulator, link.replace(whose.rpartition("/")[2], "0" * 16))[0] == 404


def test_who_has_the_key_changes_the_card_by_the_code(client, emulator, held, ada):
    other = save(client, ada, "5192 6027 2058 4796")
    path = f"/_emulator/subscriptions/{held['subscription_code']}/card"
    changed = client.send(Request("POST", path, body={"authorization_code": other})).data
    assert changed["authorization"]["authorization_code"] == other


def test_at_the_beginning_of_a_month_cards_are_told_that_expire_in_it(connect):
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=parse_time("2030-10-15T12:00"))) as emulator:
        client = connect(transport=emulator)
        ada = client.customers.create_customer("ada@example.com", "Ada", "Obi", "").data
        save(client, ada)  # until 12/2030
        codes = [client.plans.create_plan(name, 1_000, "annually").data["plan_code"] for name in ("A", "B", "C")]
        first, second, third = (
            client.subscriptions.create_subscription("ada@example.com", code).data for code in codes
        )
        client.subscriptions.disable_subscription(third["subscription_code"], third["email_token"])
        emulator.advance(120 * DAY)
        expiring = [event for event in emulator.events() if event.name == "subscription.expiring_cards"]
        assert [format_time(event.at) for event in expiring] == ["2030-12-01T00:00:00.000Z"]
        told_of = expiring[0].data
        assert {one["subscription"]["subscription_code"] for one in told_of} == {
            first["subscription_code"],
            second["subscription_code"],
        }
        assert {(one["expiry_date"], one["description"]) for one in told_of} == {("12/2030", "visa ending with 4081")}


# Found


def test_subscriptions_are_listed_by_customer_and_plan(client, subscriptions, held, ada, gold):
    ama = client.customers.create_customer("ama@example.com", "Ama", "Mensah", "").data
    save(client, ama)
    silver = client.plans.create_plan("Silver", 100, "weekly").data
    hers = [subscriptions.create_subscription("ama@example.com", one["plan_code"]).data for one in (gold, silver)]

    def listed(**having):
        found = client.iterate(subscriptions.list_subscriptions(per_page=2, **having))
        return [one["subscription_code"] for one in found]

    codes = [one["subscription_code"] for one in (*hers[::-1], held)]
    assert listed() == codes
    assert listed(customer=ama["id"]) == codes[:2]
    assert listed(plan_code=gold["id"]) == codes[1:]
    assert listed(customer=ada["id"], plan_code=silver["id"]) == []
    with pytest.raises(errors.NotFoundError, match="Subscription not found"):
        subscriptions.fetch_subscription("SUB_nothing")


# A bank account that is debited, whose bank takes its time


@pytest.fixture
def debit(client, ada, emulator):
    """A bank account of Ada's that may be debited, and a bank that takes an hour."""
    asked = client.customers.initialize_authorization("ada@example.com", "direct_debit").data
    path = "/_emulator/mandates/{reference}/approve"
    client.send(Request("POST", path, {"reference": asked["reference"]}))
    emulator.advance(DAY)
    client.send(Request("POST", "/_emulator/settings", body={"offline_seconds": 3_600}))
    return client.customers.verify_authorization(asked["reference"]).data["authorization_code"]


def test_what_a_bank_debits_is_paid_when_the_bank_has_answered(client, subscriptions, emulator, gold, debit):
    held = subscriptions.create_subscription("ada@example.com", gold["plan_code"], debit).data
    emulator.advance(3_599)
    assert [one["status"] for one in client.transactions.list_transactions().data] == ["processing"]
    assert client.subscriptions.fetch_subscription(held["id"]).data["invoices"][0]["status"] == "pending"
    emulator.advance(1)
    assert client.subscriptions.fetch_subscription(held["id"]).data["invoices"][0]["status"] == "success"
    names = [event.name for event in emulator.events()]
    assert names[-4:] == ["subscription.create", "invoice.create", "charge.success", "invoice.update"]


def test_one_that_was_ended_while_the_bank_debited_does_not_begin_anew(client, subscriptions, emulator, gold, debit):
    held = subscriptions.create_subscription("ada@example.com", gold["plan_code"], debit).data
    emulator.advance(1)
    subscriptions.disable_subscription(held["subscription_code"], held["email_token"])
    emulator.advance(70 * DAY)
    (only,) = subscriptions.list_subscriptions().data
    assert (only["status"], len(charges(client))) == ("cancelled", 1)


def test_a_bank_that_answers_after_the_next_period_began_is_believed(client, subscriptions, emulator, debit):
    client.send(Request("POST", "/_emulator/settings", body={"offline_seconds": 90 * 60}))
    hourly = client.plans.create_plan("Hours", 1_000, "hourly", invoice_limit=2).data["plan_code"]
    held = subscriptions.create_subscription("ada@example.com", hourly, debit).data
    emulator.advance(DAY)
    found = subscriptions.fetch_subscription(held["id"]).data
    assert [one["status"] for one in found["invoices"]] == ["success", "success"]
    assert (found["status"], len(charges(client))) == ("completed", 2)  # and not a third time meanwhile
