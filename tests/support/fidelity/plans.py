"""Plans: made, listed, changed."""

from fidelity import refused

DIFFERENCES = {}


def play(client, emulator):
    plans = client.plans
    plan = plans.create_plan("Gold", 500_000, "monthly", description="All of it").data
    plans.create_plan("Silver", 50_000, "weekly", currency="NGN", invoice_limit=3)
    plans.fetch_plan(plan["plan_code"])
    plans.fetch_plan(plan["id"])
    plans.list_plans(interval="monthly")
    plans.update_plan(plan["plan_code"], name="Golden")
    refused(plans.fetch_plan, "PLN_nothing")
