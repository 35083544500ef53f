"""Payments by card, and balances of the emulator's ledger."""

import emulator_payments

NOON = emulator_payments.NOON
"""A Thursday."""

ORDINARY_CARD = emulator_payments.card_details(*emulator_payments.SUCCESS_CARD)
REFUND_FAILS_CARD = emulator_payments.card_details("4084080000671803", "180")
REFUND_NEEDS_ATTENTION_CARD = emulator_payments.card_details("4084080000671902", "190")


def pay_by_card(client, amount, *, card=ORDINARY_CARD, email="ada@example.com", currency="NGN", **fields):
    """Pay by card.

    :return: The verified transaction.
    """
    payment = client.charges.create_charge(email, amount, card=card, currency=currency, **fields).data
    assert payment["status"] == "success"
    return client.transactions.verify_transaction(payment["reference"]).data


def account_balance(emulator, account, currency="NGN"):
    """Return the balance of an account of the emulator's ledger."""
    return emulator_payments.account_balances(emulator).get((account, currency), 0)


def total_balance(emulator):
    """Return the sum of all balances, which double entry keeps at zero."""
    return sum(emulator_payments.account_balances(emulator).values())


def list_event_names(emulator, *prefixes):
    """Return the names of the events with these prefixes, in order."""
    return [event.name for event in emulator.events() if event.name.startswith(prefixes)]
