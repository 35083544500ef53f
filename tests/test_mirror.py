"""A mirror has what Paystack has, whatever is interrupted, changed or told in between."""

import datetime as dt
import json
import random
import threading

import pytest
import sqlalchemy as sa
from postgres_cluster import needs_postgres, run_cluster
from test_export import EmulatorConnection, begin_payments

from paystackease import Emulator, Paystack, Request, Retry, errors, webhooks
from paystackease.data.mirror import Mirror
from paystackease.data.mirror_handler import mirror_handler
from paystackease.data.mirror_tables import TABLES
from paystackease.emulator import Clock
from paystackease.emulator.clock import parse_time
from paystackease.testing import Sandbox

SECRET_KEY = "sk_test_export"
LATER = dt.timedelta(days=1)


@pytest.fixture
def emulator():
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=parse_time("2026-10-01T12:00:00"))) as emulator:
        yield emulator


@pytest.fixture
def connection(emulator):
    return EmulatorConnection(emulator)


@pytest.fixture
def client(connection):
    return Paystack(transport=connection, retry=Retry(max_attempts=1))


@pytest.fixture(scope="module")
def _postgres():
    with run_cluster() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgres)])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/paystack.db"
    made = request.getfixturevalue("_postgres")
    name = f"mirror_{random.getrandbits(40):x}"
    engine = sa.create_engine(made.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    engine.dispose()
    return made.replace("/postgres", f"/{name}")


@pytest.fixture
def mirror(url):
    with Mirror(url) as mirror:
        yield mirror


def now(emulator):
    return dt.datetime.fromtimestamp(emulator.clock.now(), dt.UTC)


def rows(mirror, name, *columns):
    table = mirror.tables[name]
    sought = sa.select(*(table.c[column] for column in columns)).order_by(table.c.id)
    with mirror.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sought)]


def fill_account(emulator, client):
    """A little of everything that an account may have."""
    sandbox = Sandbox(emulator, SECRET_KEY)
    plan = client.plans.create_plan("Gold", 50_000, "monthly").data["plan_code"]
    sandbox.pay(client.transactions.initialize("ada@example.com", 50_000, plan=plan).data["reference"])
    sandbox.pay(client.transactions.initialize("chidi@example.com", 70_000, reference="T1").data["reference"])
    client.refund.create_refund("T1", 20_000)
    recipient = client.transfer_recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058")
    client.transfers.initiate_transfer("balance", 5_000, recipient.data["recipient_code"])
    account = client.subaccounts.create_subaccount("Stall", "058", "0123456789", 10).data["subaccount_code"]
    client.transaction_splits.create_split("Halves", "percentage", "NGN", [{"subaccount": account, "share": 50}])
    ada = client.customers.fetch_customer("ada@example.com").data["customer_code"]
    client.payment_requests.create_payment_request(ada, amount=9_000)
    client.send(dispute("T1"))
    emulator.advance(3 * 86_400)


def dispute(reference):
    return Request("POST", "/_emulator/disputes", body={"transaction": reference})


def read_all(client):
    return {
        name: {item["id"]: item for item in client.iterate(client.send(spec.list_endpoint.build()))}
        for name, spec in TABLES.items()
    }


def test_every_table_has_what_paystack_has(emulator, client, mirror):
    fill_account(emulator, client)
    came = mirror.sync(client, now=now(emulator))
    theirs = read_all(client)
    assert came == {name: len(items) for name, items in theirs.items()}
    assert all(came.values()), came
    for name, items in theirs.items():
        found = {number: json.loads(body) for number, body in rows(mirror, name, "id", "body")}
        assert found == items, name
    with mirror.engine.connect() as connection:
        parts = connection.exec_driver_sql("select transaction_id from settlement_transactions").scalars().all()
    assert set(parts) <= set(theirs["transactions"])
    assert parts


def test_columns_are_typed_and_can_be_asked(emulator, client, mirror):
    fill_account(emulator, client)
    mirror.sync(client, now=now(emulator))
    with mirror.engine.connect() as connection:
        paid = connection.exec_driver_sql(
            "select customer__email, sum(amount) from transactions where paid_at is not null group by 1 order by 1"
        ).all()
    assert paid == [("ada@example.com", 50_000), ("chidi@example.com", 70_000)]


def test_a_later_run_takes_what_came_and_what_changed(emulator, client, connection, mirror):
    begin_payments(emulator, 120)
    mirror.sync(client, now=now(emulator))
    Sandbox(emulator, SECRET_KEY).pay("T00003")
    emulator.advance(86_400)
    begin_payments(emulator, 5, begin=120)
    before = connection.request_count
    came = mirror.sync(client, now=now(emulator), overlap=dt.timedelta(days=2))
    assert came["transactions"] == 125
    statuses = dict(rows(mirror, "transactions", "reference", "status"))
    assert (len(statuses), statuses["T00003"]) == (125, "success")
    assert connection.request_count - before < 30


def test_what_had_not_ended_is_asked_for_however_old_it_is(emulator, client, mirror):
    client.send(settings(transfers="pending"))
    recipient = client.transfer_recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058")
    sent = client.transfers.initiate_transfer("balance", 5_000, recipient.data["recipient_code"]).data
    mirror.sync(client, now=now(emulator))
    assert rows(mirror, "transfers", "status") == [("pending",)]
    emulator.advance(90 * 86_400)
    Sandbox(emulator, SECRET_KEY).control("POST", f"/transfers/{sent['transfer_code']}/succeed")
    mirror.sync(client, now=now(emulator), overlap=LATER)
    mirror.sync(client, now=now(emulator), overlap=LATER)
    assert rows(mirror, "transfers", "status") == [("success",)]


def settings(**changes):
    return Request("POST", "/_emulator/settings", body=changes)


@pytest.mark.parametrize("breaks_at", [2, 3, 5, 8])
def test_a_run_that_is_interrupted_goes_on(emulator, client, connection, mirror, breaks_at):
    begin_payments(emulator, 320)
    connection.breaks_at = breaks_at
    with pytest.raises(errors.PaystackError):
        mirror.sync(client, now=now(emulator))
    begin_payments(emulator, 70, begin=320)
    connection.breaks_at = None
    mirror.sync(client, now=now(emulator))
    references = [reference for (reference,) in rows(mirror, "transactions", "reference")]
    assert len(references) == len(set(references))
    assert {f"T{number:05}" for number in range(320)} <= set(references)
    mirror.sync(client, now=now(emulator))
    assert len(rows(mirror, "transactions", "reference")) == 390


def test_of_two_states_the_newer_stays(emulator, client, mirror):
    early, late = (dt.datetime(2026, 10, day, tzinfo=dt.UTC) for day in (1, 2))
    old = {"id": 7, "reference": "T7", "status": "ongoing", "amount": 5}
    mirror.upsert("transactions", [{**old, "status": "success"}], late)
    mirror.upsert("transactions", [old], early)
    assert rows(mirror, "transactions", "status") == [("success",)]
    plan = {"id": 1, "plan_code": "PLN_1", "name": "new", "updatedAt": "2026-10-02T00:00:00.000Z"}
    mirror.upsert("plans", [plan], early)
    mirror.upsert("plans", [{**plan, "name": "old", "updatedAt": "2026-10-01T00:00:00.000Z"}], late)
    assert rows(mirror, "plans", "name") == [("new",)]


def test_events_bring_in_at_once_what_they_are_about(emulator, client, mirror):
    fill_account(emulator, client)
    follow = mirror_handler(mirror, client)
    events = [webhooks.Event(event.name, event.data, {}) for event in emulator.events()]
    random.Random(1).shuffle(events)
    for event in [*events, *events]:
        follow(event)
    theirs = read_all(client)
    for name in ("transactions", "refunds", "transfers", "subscriptions", "disputes"):
        found = dict(rows(mirror, name, "id", "status"))
        told = {number: item["status"] for number, item in theirs[name].items() if number in found}
        assert found == told, name
        assert found, name


def test_readers_do_not_wait(emulator, client, mirror, url):
    begin_payments(emulator, 300)
    seen, done = [], threading.Event()

    def reads():
        with Mirror(url) as reader:
            while not done.is_set():
                seen.append(len(rows(reader, "transactions", "id")))

    reader = threading.Thread(target=reads)
    reader.start()
    try:
        mirror.sync(client, now=now(emulator))
    finally:
        done.set()
        reader.join()
    assert seen == sorted(seen)
    assert set(seen) <= {0, 100, 200, 300}


def test_invalid_arguments_are_rejected(tmp_path):
    for url in ("mysql://root@localhost/x", "nonsense"):
        with pytest.raises(errors.InvalidArgumentError, match="sqlite:///FILE or postgresql"):
            Mirror(url)
    with pytest.raises(errors.InvalidArgumentError, match="no table 'cheques'"):
        Mirror(f"sqlite:///{tmp_path}/x.db", ["cheques"])
