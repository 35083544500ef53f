"""What tests of what comes after a payment share: paying at the emulator, and looking into its books."""

from paystackease.emulator.core import ledger
from paystackease.emulator.core.call import Call, Tenant
from paystackease.emulator.core.clock import read

NOON = read("2026-10-01T12:00:00")
"""A Thursday."""

EVERY_DAY = {"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "2030"}
REFUND_FAILS = {**EVERY_DAY, "number": "4084080000671803", "cvv": "180"}
REFUND_NEEDS_ATTENTION = {**EVERY_DAY, "number": "4084080000671902", "cvv": "190"}


def pay(client, amount, *, card=EVERY_DAY, email="ada@example.com", currency="NGN", **more):
    """Pay by card.

    :return: The transaction, as verify shows it.
    """
    paid = client.charges.create_charge(email, amount, card=card, currency=currency, **more).data
    assert paid["status"] == "success"
    return client.transactions.verify_transaction(paid["reference"]).data


def held(emulator, account, currency="NGN"):
    """What an account of the emulator's books holds."""
    transport = emulator._default
    return ledger.balance(Call(emulator._world, Tenant.of(transport.secret_key), NOON), account, currency)


def total(emulator):
    """What all accounts hold together: nothing, as what is in one came out of another."""
    return emulator._world.store.execute("select coalesce(sum(amount), 0) from posting")[0][0]


def told(emulator, *prefixes):
    """The names of the events, in order, that begin so."""
    return [event.name for event in emulator.events() if event.name.startswith(prefixes)]
