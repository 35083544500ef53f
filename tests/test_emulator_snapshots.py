"""Snapshots, the seed, and the durability of a file if the process is killed."""

import json
import os
import signal
import subprocess
import sys

import emulator_payments
import pytest
from conftest import SECRET_KEY
from webhook_shop import WebhookShop, pay_reference

from paystackease import Emulator, Paystack, Request, errors

TABLES = ("document", "setting", "counter", "job", "event", "attempt", "posting")


def dump_tables(emulator):
    """Return all stored rows, except snapshots."""
    return {table: sorted(emulator._services.store.execute(f"select * from {table}"), key=repr) for table in TABLES}


def fill_account(client, *references):
    """Create payments, a subscription, a transfer, settings, and pending jobs."""
    for reference in references:
        pay_reference(client, reference)
    client.send(Request("POST", "/_emulator/settings", body={"business_name": references[-1]}))
    plan = client.plans.create_plan(f"Plan {references[0]}", 500_000, "daily").data["plan_code"]
    customer = client.customers.fetch_customer("ada@example.com").data
    card = customer["authorizations"][0]["authorization_code"]
    client.subscriptions.create_subscription(customer["customer_code"], plan, card)
    recipient = client.transfer_recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058").data
    reference = f"the-share-of-ada-{references[0]}"
    client.transfers.initiate_transfer("balance", 5_000, recipient["recipient_code"], reference=reference)


def test_restoring_undoes_everything(client, emulator):
    emulator.set_webhook_target(WebhookShop(500))
    fill_account(client, "one", "two")
    emulator.deliver()
    before = dump_tables(emulator)
    emulator.save_snapshot("paid")
    assert dump_tables(emulator) == before
    fill_account(client, "three")
    emulator.deliver()
    assert dump_tables(emulator) != before
    emulator.restore_snapshot("paid")
    assert dump_tables(emulator) == before
    # A snapshot can be restored again; records created after it get the same codes.
    fill_account(client, "three")
    after = [event.body for event in emulator.events()]
    emulator.restore_snapshot("paid")
    fill_account(client, "three")
    assert [event.body for event in emulator.events()] == after


def test_pending_jobs_of_a_snapshot_run_after_it_is_restored(client, emulator):
    fill_account(client, "one")
    emulator.save_snapshot("before")
    emulator.advance(5 * 86_400)
    history = [(event.at, event.name) for event in emulator.events()]
    emulator.restore_snapshot("before")
    pending = [(event.at, event.name) for event in emulator.events()]
    emulator.run_due()
    assert len([(event.at, event.name) for event in emulator.events()]) < len(history)
    assert pending == history[: len(pending)]
    emulator.advance(5 * 86_400)
    assert [(event.at, event.name) for event in emulator.events()] == history


def test_a_snapshot_is_of_one_business(client, emulator, connect):
    other = connect(transport=emulator.for_key("sk_test_other"))
    pay_reference(client, "mine")
    pay_reference(other, "theirs")
    emulator.save_snapshot("paid")
    for item in client, other:
        pay_reference(item, "later")
    emulator.restore_snapshot("paid")
    assert [event.data["reference"] for event in emulator.events()] == ["mine"]
    assert [event.data["reference"] for event in emulator.events("sk_test_other")] == ["theirs", "later"]
    with pytest.raises(KeyError, match="there is no snapshot"):
        emulator.restore_snapshot("paid", "sk_test_other")


def test_snapshots_are_saved_listed_and_deleted_over_http(client, emulator):
    named = {"name": "paid"}
    pay_reference(client, "one")
    client.send(Request("PUT", "/_emulator/snapshots/{name}", named))
    pay_reference(client, "two")
    client.send(Request("POST", "/_emulator/reset"))
    assert client.transactions.list_transactions().data == []
    client.send(Request("POST", "/_emulator/snapshots/{name}/restore", named))
    assert [tx["reference"] for tx in client.transactions.list_transactions().data] == ["one"]
    assert client.send(Request("GET", "/_emulator/snapshots")).data == [{**named, "at": "2026-10-01T12:00:00.000Z"}]
    client.send(Request("DELETE", "/_emulator/snapshots/{name}", named))
    for method, rest in ("DELETE", ""), ("POST", "/restore"):
        with pytest.raises(errors.NotFoundError, match="no such snapshot"):
            client.send(Request(method, f"/_emulator/snapshots/{{name}}{rest}", named))
    assert emulator._services.store.execute("select count(*) from saved_document") == [(0,)]


def test_a_snapshot_with_a_used_name_replaces_it(emulator):
    client = Paystack(transport=emulator)
    for reference in "one", "two":
        pay_reference(client, reference)
        emulator.save_snapshot("state")
    emulator.reset()
    emulator.restore_snapshot("state")
    assert len(emulator.events()) == 2


def test_a_snapshot_survives_in_a_file(tmp_path):
    with Emulator(SECRET_KEY, db=tmp_path / "paystack.db") as emulator:
        pay_reference(Paystack(transport=emulator), "one")
        emulator.save_snapshot("paid")
        emulator.reset()
    with Emulator(SECRET_KEY, db=tmp_path / "paystack.db") as emulator:
        assert emulator.events() == []
        emulator.restore_snapshot("paid")
        assert [event.data["reference"] for event in emulator.events()] == ["one"]


# The seed

TOML = """
[settings]
business_name = "Ada's Books"
currencies = ["NGN", "GHS"]
balance = { NGN = 7_000 }
webhook_url = "http://127.0.0.1:9/paystack"
quirks = false

[[customers]]
email = "ada@example.com"
first_name = "Ada"

[[plans]]
name = "Monthly"
interval = "monthly"
amount = 500_000

[[requests]]
path = "/transferrecipient"
body = { type = "nuban", name = "Ada Obi", account_number = "0123456789", bank_code = "058" }
"""


@pytest.fixture(params=["toml", "json"])
def seed_file(request, tmp_path):
    import tomllib

    path = tmp_path / f"seed.{request.param}"
    path.write_text(TOML if request.param == "toml" else json.dumps(tomllib.loads(TOML)))
    return path


def read_seeded(client):
    return (
        [customer["email"] for customer in client.customers.list_customers().data],
        [plan["name"] for plan in client.plans.list_plans().data],
        [recipient["name"] for recipient in client.transfer_recipients.list_transfer_recipients().data],
        client.transfer_control.check_balance().data[0]["balance"],
        client.send(Request("GET", "/_emulator/settings")).data["business_name"],
    )


def test_every_business_starts_with_the_seed_and_resets_to_it(connect, seed_file):
    expected = (["ada@example.com"], ["Monthly"], ["Ada Obi"], 7_000, "Ada's Books")
    with Emulator(SECRET_KEY, seed_file=seed_file) as emulator:
        for client in connect(transport=emulator), connect(transport=emulator.for_key("sk_test_other")):
            assert read_seeded(client) == expected
            client.customers.create_customer("eve@example.com", "Eve", "", "")
            client.send(Request("POST", "/_emulator/settings", body={"business_name": "Eve's"}))
            assert read_seeded(client) != expected
            client.send(Request("POST", "/_emulator/reset"))
            assert read_seeded(client) == expected


def test_a_seed_is_sown_once_in_a_file(tmp_path, seed_file):
    for turn in range(2):
        with Emulator(SECRET_KEY, db=tmp_path / "paystack.db", seed_file=seed_file) as emulator:
            client = Paystack(transport=emulator)
            client.customers.create_customer(f"{turn}@example.com", "", "", "")
            assert client.customers.list_customers().meta["total"] == turn + 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("settings = 5", "is invalid"),
        ("[settings]\nsettlement = 5", "unknown field `settlement`"),
        ("[settings]\nquirks = 5", "quirks"),
        ("customer = []", "unknown field `customer`"),
        ("= 5", "is invalid"),
        ("[[customers]]\nfirst_name = 'Ada'", r"POST /customer is rejected: Email"),
        ("[[requests]]\npath = '/nothing'", r"POST /nothing is rejected"),
    ],
)
def test_an_invalid_seed_file_is_rejected_with_a_reason(tmp_path, text, why):
    path = tmp_path / "seed.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match=why):
        Emulator(SECRET_KEY, seed_file=path)


def test_a_seed_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"nowhere\.toml cannot be read"):
        Emulator(SECRET_KEY, seed_file=tmp_path / "nowhere.toml")


# Killed processes

PAYING = """
import sys
from paystackease import Emulator, Paystack, Request
client = Paystack(transport=Emulator({key!r}, db={db!r}))
card = {{"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "2030"}}
for number in range(100_000):
    body = {{"email": "ada@example.com", "amount": 5_000, "reference": f"T{{number}}", "card": card}}
    client.send(Request("POST", "/charge", body=body))
    print(number, flush=True)
"""


def test_a_payment_that_was_acknowledged_survives_being_killed_with_its_event_and_its_money(tmp_path):
    db = str(tmp_path / "paystack.db")
    with subprocess.Popen(
        [sys.executable, "-c", PAYING.format(key=SECRET_KEY, db=db)], stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout:
            if int(line) == 20:
                process.send_signal(signal.SIGKILL)
                acknowledged = int([line, *process.stdout.read().split()][-1]) + 1
                break
    with Emulator(SECRET_KEY, db=db) as emulator:
        client = Paystack(transport=emulator)
        paid = client.transactions.list_transactions(status="success").meta["total"]
        assert paid in {acknowledged, acknowledged + 1}
        told = [event.data["reference"] for event in emulator.events()]
        assert told == [f"T{number}" for number in range(paid)]
        assert emulator._services.store.execute("select sum(amount) from posting") == [(0,)]
        pay_reference(client, "and on")
        assert client.transactions.verify_transaction("and on").data["status"] == "success"


KILLED = """
import os
from paystackease import Emulator, Paystack, Request

card = {{"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "2030"}}
for place in range(1, 75, 5):
    if child := os.fork():
        os.waitpid(child, 0)
        continue
    emulator = Emulator({key!r}, db={db!r})
    client = Paystack(transport=emulator)
    asked = 0

    def traced(statement):
        global asked
        asked += 1
        if asked == place:
            os.kill(os.getpid(), 9)

    emulator._services.store.connection.set_trace_callback(traced)
    for number in range(9):
        body = {{"email": "ada@example.com", "amount": 5_000, "reference": f"T{{place}}-{{number}}", "card": card}}
        client.send(Request("POST", "/charge", body=body))
        print(f"T{{place}}-{{number}}", flush=True)
    print("alive", flush=True)
    os._exit(1)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="it forks")
def test_a_kill_at_any_write_loses_no_acknowledged_data_and_leaves_no_partial_writes(tmp_path):
    db = str(tmp_path / "paystack.db")
    script = KILLED.format(key=SECRET_KEY, db=db)
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    acknowledged = process.stdout.split()
    assert "alive" not in acknowledged
    with Emulator(SECRET_KEY, db=db) as emulator:
        client = Paystack(transport=emulator)
        paid = [
            transaction["reference"]
            for transaction in client.iterate(client.transactions.list_transactions(status="success"))
        ]
        event_references = [event.data["reference"] for event in emulator.events()]
        assert set(acknowledged) <= set(paid)
        assert paid[::-1] == event_references
        assert (
            len(event_references)
            == len(set(event_references))
            == client.transactions.list_transactions(status="success").meta["total"]
        )
        assert emulator_payments.find_imbalances(emulator) == []
        assert emulator_payments.account_balances(emulator)["unsettled", "NGN"] > 0
        # Most were killed during a payment, which is rolled back.
        assert len(paid) - len(acknowledged) < 4
