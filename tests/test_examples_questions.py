"""The notebook of five questions about a mirror: its cells run unchanged, and their results agree."""

import json
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[1] / "examples" / "questions.ipynb"


def code():
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    names = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("mirror")))
        for cell in code():
            exec(compile("".join(cell["source"]), f"cell {cell['id']}", "exec"), names)
    return names


def test_the_notebook_is_stored_without_outputs():
    assert [cell["id"] for cell in code() if cell["outputs"] or cell["execution_count"]] == []


def test_the_revenue_equals_the_payments(answers):
    outcomes = {row["status"]: row["checkouts"] for row in answers["outcomes"]}
    assert sum(row["payments"] for row in answers["months"]) == outcomes["success"] + outcomes["reversed"]
    assert sum(outcomes.values()) == answers["received"]["transactions"]
    for month in answers["months"]:
        assert month["remaining"] == pytest.approx(month["paid"] - month["fees"] - month["refunded"])


def test_the_best_customers_come_first_and_lost_customers_have_no_recent_payment(answers):
    paid = [row["paid"] for row in answers["best"]]
    assert paid == sorted(paid, reverse=True)
    latest = max(row["last_seen"] for row in answers["best"])
    assert all(row["last_seen"] < latest for row in answers["inactive"])


def test_why_some_did_not_pay(answers):
    failed = next(row["checkouts"] for row in answers["outcomes"] if row["status"] == "failed")
    assert sum(row["times"] for row in answers["declines"]) == failed
    assert {row["reason"] for row in answers["declines"]} == {"Declined", "Insufficient Funds"}


def test_a_subscription_with_a_declined_card_is_at_risk(answers):
    assert {row["status"]: row["subscriptions"] for row in answers["at_risk"]} == {"active": 4, "attention": 1}
    assert len(answers["failing"]) == 1


def test_pending_and_paid_settlements_are_reported(answers):
    settled = {row["status"]: row for row in answers["settled"]}
    assert settled.keys() == {"pending", "success"}
    paid = sum(row["paid"] - row["fees"] for row in answers["months"])
    assert sum(row["total_amount"] for row in settled.values()) == pytest.approx(paid)
    assert [row["payments"] for row in answers["waiting"]] == [0]
