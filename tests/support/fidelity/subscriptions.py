"""Subscriptions: created, renewed, declined by the bank, disabled, enabled and completed; and cards that expire."""

import datetime as dt

from fidelity import expect_error
from paystackease import Request

DAY = 86_400

DIFFERENCES = {}


def exercise(client, emulator):
    plan = client.plans.create_plan("Gold", 500_000, "monthly", description="All of it").data
    ada = client.customers.create_customer("ada@example.com", "Ada", "Obi", "").data
    expect_error(client.subscriptions.create_subscription, "ada@example.com", plan["plan_code"])
    card = _save_card(client, ada["customer_code"])
    subscription = client.subscriptions.create_subscription("ada@example.com", plan["plan_code"], card).data
    expect_error(client.subscriptions.create_subscription, ada["customer_code"], plan["plan_code"])
    expect_error(client.subscriptions.create_subscription, "ada@example.com", plan["plan_code"], "AUTH_nothing")
    code, token = subscription["subscription_code"], subscription["email_token"]
    emulator.advance(61 * DAY)  # two renewals
    _set_card_behavior(client, card, declines="Insufficient Funds")
    emulator.advance(31 * DAY)
    _set_card_behavior(client, card)
    emulator.advance(31 * DAY)
    client.subscriptions.fetch_subscription(code)
    client.subscriptions.list_subscriptions(customer=ada["id"], plan_code=plan["id"])
    client.plans.fetch_plan(plan["id"])
    client.plans.list_plans()
    client.plans.update_plan(plan["plan_code"], amount=600_000)
    client.subscriptions.generate_update_subscription(code)
    client.subscriptions.send_update_subscription_link(code)
    client.subscriptions.disable_subscription(code, token)
    expect_error(client.subscriptions.disable_subscription, code, token)
    client.subscriptions.enable_subscription(code, token)
    client.subscriptions.disable_subscription(code, token)
    emulator.advance(31 * DAY)
    expect_error(client.subscriptions.enable_subscription, code, token)
    expect_error(client.subscriptions.fetch_subscription, "SUB_nothing")
    limited = client.plans.create_plan("Two weeks", 50_000, "weekly", invoice_limit=2).data["plan_code"]
    start = dt.date(2030, 11, 2)
    client.subscriptions.create_subscription("ada@example.com", limited, start_date=start)
    yearly = client.plans.create_plan("Years", 50_000, "annually").data["plan_code"]
    client.subscriptions.create_subscription("ada@example.com", yearly)
    # Until after the card has expired and the weekly subscription has ended.
    client.send(Request("POST", "/_emulator/clock", body={"advance": 5 * 366 * DAY}))


def _save_card(client, customer):
    path = "/_emulator/customers/{code}/authorizations"
    response = client.send(Request("POST", path, {"code": customer}, body={"card": "4084 0840 8408 4081"}))
    return response.data["authorization_code"]


def _set_card_behavior(client, card, **behavior):
    client.send(Request("POST", "/_emulator/authorizations/{code}", {"code": card}, body=behavior))
