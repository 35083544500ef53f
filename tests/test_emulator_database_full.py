"""A full database: the response and the log say what is full, nothing is half stored, and a reset makes room."""

import logging

import pytest

from paystackease import Emulator, Retry, errors
from paystackease.testing import Sandbox

METADATA = {"note": "y" * 3000}


@pytest.fixture(params=["memory", "file"])
def emulator(request, tmp_path):
    with Emulator(db=None if request.param == "memory" else tmp_path / "paystack.db") as emulator:
        yield emulator


def create_customer(client, name="ada", metadata=None):
    return client.customers.create_customer(f"{name}@example.com", "Ada", "Obi", "08030000001", metadata=metadata).data


def limit_pages(emulator, pages):
    """Let the database grow by this number of pages only. Its own limit, 1 GiB, would take minutes to reach."""
    connection = emulator._services.store.connection
    (count,) = connection.execute("pragma page_count").fetchone()
    connection.execute(f"pragma max_page_count = {count + pages}")


def fill_database(client, stored):
    """Create customers until one is refused, and add the e-mail addresses of the others to a list."""
    for number in range(100):
        create_customer(client, f"ada{number}", METADATA)
        stored.append(f"ada{number}@example.com")


def test_a_full_database_is_reported_and_keeps_what_it_has(emulator, caplog):
    sandbox = Sandbox(emulator, "sk_test_full")
    client = sandbox.client(retry=Retry(max_attempts=1))
    create_customer(client)
    limit_pages(emulator, 20)
    stored = ["ada@example.com"]
    with pytest.raises(errors.PaystackError) as caught, caplog.at_level(logging.ERROR):
        fill_database(client, stored)
    assert "The emulator's database is full" in str(caught.value)
    assert "--db FILE" in str(caught.value)
    assert [record.exc_info for record in caplog.records] == [None]
    assert "The emulator's database is full" in caplog.text
    emails = [customer["email"] for customer in client.iterate(client.customers.list_customers())]
    assert sorted(emails) == sorted(stored)


def test_a_reset_makes_room(emulator):
    sandbox = Sandbox(emulator, "sk_test_full")
    client = sandbox.client(retry=Retry(max_attempts=1))
    limit_pages(emulator, 20)
    with pytest.raises(errors.PaystackError):
        fill_database(client, [])
    sandbox.reset()
    assert create_customer(client, "ngozi", METADATA)["email"] == "ngozi@example.com"
