"""What tests of what comes after a payment share: paying by card, and looking into the emulator's books."""

import emulator_payments

NOON = emulator_payments.NOON
"""A Thursday."""

ORDINARY_CARD = emulator_payments.card_details(*emulator_payments.SUCCESS_CARD)
REFUND_FAILS_CARD = emulator_payments.card_details("4084080000671803", "180")
REFUND_NEEDS_ATTENTION_CARD = emulator_payments.card_details("4084080000671902", "190")


def pay_by_card(client, amount, *, card=ORDINARY_CARD, email="ada@example.com", currency="NGN", **more):
    """Pay by card.

    :return: The transaction, as verify shows it.
    """
    paid = client.charges.create_charge(email, amount, card=card, currency=currency, **more).data
    assert paid["status"] == "success"
    return client.transactions.verify_transaction(paid["reference"]).data


def account_balance(emulator, account, currency="NGN"):
    """What an account of the emulator's books holds."""
    return emulator_payments.account_balances(emulator).get((account, currency), 0)


def total_balance(emulator):
    """What all accounts hold together: nothing, as what is in one came out of another."""
    return sum(emulator_payments.account_balances(emulator).values())


def list_event_names(emulator, *prefixes):
    """The names of the events, in order, that begin so."""
    return [event.name for event in emulator.events() if event.name.startswith(prefixes)]
