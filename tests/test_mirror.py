"""A mirror equals Paystack's data, even after interruptions, changes and webhooks."""

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
    server_url = request.getfixturevalue("_postgres")
    name = f"mirror_{random.getrandbits(40):x}"
    engine = sa.create_engine(server_url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    engine.dispose()
    return server_url.replace("/postgres", f"/{name}")


@pytest.fixture
def mirror(url):
    with Mirror(url) as mirror:
        yield mirror


def now(emulator):
    return dt.datetime.fromtimestamp(emulator.clock.now(), dt.UTC)


def select_rows(mirror, name, *columns):
    table = mirror.tables[name]
    query = sa.select(*(table.c[column] for column in columns)).order_by(table.c.id)
    with mirror.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def fill_account(emulator, client):
    """Create some data for each table of the mirror."""
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


def test_every_table_equals_paystacks_data(emulator, client, mirror):
    fill_account(emulator, client)
    counts = mirror.sync(client, now=now(emulator))
    expected = read_all(client)
    assert counts == {name: len(items) for name, items in expected.items()}
    assert all(counts.values()), counts
    for name, items in expected.items():
        stored = {number: json.loads(body) for number, body in select_rows(mirror, name, "id", "body")}
        assert stored == items, name
    with mirror.engine.connect() as connection:
        transaction_ids = (
            connection.exec_driver_sql("select transaction_id from settlement_transactions").scalars().all()
        )
    assert set(transaction_ids) <= set(expected["transactions"])
    assert transaction_ids


def test_columns_are_typed_and_can_be_queried(emulator, client, mirror):
    fill_account(emulator, client)
    mirror.sync(client, now=now(emulator))
    with mirror.engine.connect() as connection:
        totals = connection.exec_driver_sql(
            "select customer__email, sum(amount) from transactions where paid_at is not null group by 1 order by 1"
        ).all()
    assert totals == [("ada@example.com", 50_000), ("chidi@example.com", 70_000)]


def test_a_later_run_fetches_new_and_changed_items(emulator, client, connection, mirror):
    begin_payments(emulator, 120)
    mirror.sync(client, now=now(emulator))
    Sandbox(emulator, SECRET_KEY).pay("T00003")
    emulator.advance(86_400)
    begin_payments(emulator, 5, begin=120)
    requests_before = connection.request_count
    counts = mirror.sync(client, now=now(emulator), overlap=dt.timedelta(days=2))
    assert counts["transactions"] == 125
    statuses = dict(select_rows(mirror, "transactions", "reference", "status"))
    assert (len(statuses), statuses["T00003"]) == (125, "success")
    assert connection.request_count - requests_before < 30


def test_an_unfinished_item_is_refreshed_regardless_of_its_age(emulator, client, mirror):
    client.send(change_settings(transfers="pending"))
    recipient = client.transfer_recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058")
    transfer = client.transfers.initiate_transfer("balance", 5_000, recipient.data["recipient_code"]).data
    mirror.sync(client, now=now(emulator))
    assert select_rows(mirror, "transfers", "status") == [("pending",)]
    emulator.advance(90 * 86_400)
    Sandbox(emulator, SECRET_KEY).control("POST", f"/transfers/{transfer['transfer_code']}/succeed")
    mirror.sync(client, now=now(emulator), overlap=LATER)
    mirror.sync(client, now=now(emulator), overlap=LATER)
    assert select_rows(mirror, "transfers", "status") == [("success",)]


def change_settings(**changes):
    return Request("POST", "/_emulator/settings", body=changes)


@pytest.mark.parametrize("breaks_at", [2, 3, 5, 8])
def test_an_interrupted_run_is_resumed(emulator, client, connection, mirror, breaks_at):
    begin_payments(emulator, 320)
    connection.breaks_at = breaks_at
    with pytest.raises(errors.PaystackError):
        mirror.sync(client, now=now(emulator))
    begin_payments(emulator, 70, begin=320)
    connection.breaks_at = None
    mirror.sync(client, now=now(emulator))
    references = [reference for (reference,) in select_rows(mirror, "transactions", "reference")]
    assert len(references) == len(set(references))
    assert {f"T{number:05}" for number in range(320)} <= set(references)
    mirror.sync(client, now=now(emulator))
    assert len(select_rows(mirror, "transactions", "reference")) == 390


def test_the_newer_of_two_states_is_kept(emulator, client, mirror):
    early, late = (dt.datetime(2026, 10, day, tzinfo=dt.UTC) for day in (1, 2))
    old = {"id": 7, "reference": "T7", "status": "ongoing", "amount": 5}
    mirror.upsert("transactions", [{**old, "status": "success"}], late)
    mirror.upsert("transactions", [old], early)
    assert select_rows(mirror, "transactions", "status") == [("success",)]
    plan = {"id": 1, "plan_code": "PLN_1", "name": "new", "updatedAt": "2026-10-02T00:00:00.000Z"}
    mirror.upsert("plans", [plan], early)
    mirror.upsert("plans", [{**plan, "name": "old", "updatedAt": "2026-10-01T00:00:00.000Z"}], late)
    assert select_rows(mirror, "plans", "name") == [("new",)]


def test_an_event_updates_its_object_in_the_mirror(emulator, client, mirror):
    fill_account(emulator, client)
    handle = mirror_handler(mirror, client)
    events = [webhooks.Event(event.name, event.data, {}) for event in emulator.events()]
    random.Random(1).shuffle(events)
    for event in [*events, *events]:
        handle(event)
    expected = read_all(client)
    for name in ("transactions", "refunds", "transfers", "subscriptions", "disputes"):
        stored = dict(select_rows(mirror, name, "id", "status"))
        expected_statuses = {number: item["status"] for number, item in expected[name].items() if number in stored}
        assert stored == expected_statuses, name
        assert stored, name


def test_readers_are_not_blocked(emulator, client, mirror, url):
    begin_payments(emulator, 300)
    counts, finished = [], threading.Event()

    def count_rows():
        with Mirror(url) as reader:
            while not finished.is_set():
                counts.append(len(select_rows(reader, "transactions", "id")))

    reader = threading.Thread(target=count_rows)
    reader.start()
    try:
        mirror.sync(client, now=now(emulator))
    finally:
        finished.set()
        reader.join()
    assert counts == sorted(counts)
    assert set(counts) <= {0, 100, 200, 300}


def test_invalid_arguments_are_rejected(tmp_path):
    for url in ("mysql://root@localhost/x", "nonsense"):
        with pytest.raises(errors.InvalidArgumentError, match="sqlite:///FILE or postgresql"):
            Mirror(url)
    with pytest.raises(errors.InvalidArgumentError, match="no table 'cheques'"):
        Mirror(f"sqlite:///{tmp_path}/x.db", ["cheques"])
