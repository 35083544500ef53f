"""What tests of what comes after a payment share: paying by card, and looking into the emulator's books."""

import emulator_payments

NOON = emulator_payments.NOON
"""A Thursday."""

EVERY_DAY = emulator_payments.card(*emulator_payments.AT_ONCE)
REFUND_FAILS = emulator_payments.card("4084080000671803", "180")
REFUND_NEEDS_ATTENTION = emulator_payments.card("4084080000671902", "190")


def pay(client, amount, *, card=EVERY_DAY, email="ada@example.com", currency="NGN", **more):
    """Pay by card.

    :return: The transaction, as verify shows it.
    """
    paid = client.charges.create_charge(email, amount, card=card, currency=currency, **more).data
    assert paid["status"] == "success"
    return client.transactions.verify_transaction(paid["reference"]).data


def held(emulator, account, currency="NGN"):
    """What an account of the emulator's books holds."""
    return emulator_payments.held(emulator).get((account, currency), 0)


def total(emulator):
    """What all accounts hold together: nothing, as what is in one came out of another."""
    return sum(emulator_payments.held(emulator).values())


def told(emulator, *prefixes):
    """The names of the events, in order, that begin so."""
    return [event.name for event in emulator.events() if event.name.startswith(prefixes)]
