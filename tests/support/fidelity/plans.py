"""Plans: created, listed, updated."""

from fidelity import expect_error

DIFFERENCES = {}


def exercise(client, emulator):
    plans = client.plans
    plan = plans.create_plan("Gold", 500_000, "monthly", description="All of it").data
    plans.create_plan("Silver", 50_000, "weekly", currency="NGN", invoice_limit=3)
    plans.fetch_plan(plan["plan_code"])
    plans.fetch_plan(plan["id"])
    plans.list_plans(interval="monthly")
    plans.update_plan(plan["plan_code"], name="Golden")
    expect_error(plans.fetch_plan, "PLN_nothing")
