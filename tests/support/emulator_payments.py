"""Payments in the emulator with Paystack's test cards, and reads of the emulator's ledger."""

import json

from constants import NOON, SECRET_KEY

from paystackease import Emulator, Request, errors
from paystackease.emulator import Clock

SUCCESS_CARD = ("4084084084084081", "408")
PIN_CARD = ("507850785078507812", "081")
PIN_OTP_CARD = ("5060666666666666666", "123")
PIN_PHONE_OTP_CARD = ("507850785078507804", "884")
BANK_PAGE_CARD = ("5192602720584796", "123")
DECLINED_CARD = ("4084080000005408", "001")
NO_TOKEN_CARD = ("507850785078507853", "082")
NO_FUNDS_CARD = ("4084080000670037", "787")


def frozen_emulator(**kwargs):
    """Return an emulator with a clock frozen at noon."""
    return Emulator(SECRET_KEY, clock=Clock(frozen_at=NOON), **kwargs)


def card_details(number, cvv, month="12", year="30"):
    """Return the card fields that a customer enters."""
    return {"number": number, "cvv": cvv, "expiry_month": month, "expiry_year": year}


def create_charge(client, amount=10_000, email="ada@example.com", **fields):
    """Create a charge; return the response, also if it is rejected."""
    return response_of(client.charges.create_charge, email, amount, **fields)


def response_of(call, *args, **kwargs):
    """Make a call; return the response, also if it is rejected."""
    try:
        return call(*args, **kwargs)
    except errors.PaystackError as error:
        return error.response


def start_transaction(client, amount=10_000, email="ada@example.com", **fields):
    """Initialize a transaction; return its reference."""
    return client.transactions.initialize(email, amount, **fields).data["reference"]


def pay_at_checkout(client, reference, channel="card", entered=SUCCESS_CARD, **fields):
    """Pay at the checkout page. For a card, ``entered`` is its number and CVV."""
    details = card_details(*entered) if channel == "card" else entered
    body = {"channel": channel, channel: details, **fields}
    return client.send(Request("POST", f"/_emulator/checkout/{reference}/pay", body=body))


def submit_challenge(client, reference, **fields):
    """Submit the input that the checkout page requests."""
    return client.send(Request("POST", f"/_emulator/checkout/{reference}/enter", body=fields))


def resolve_charge(client, reference, what="complete", **fields):
    """Complete a charge on the phone or at the bank, or fail it (``what="fail"``)."""
    return client.send(Request("POST", f"/_emulator/charges/{reference}/{what}", body=fields))


def change_settings(client, **settings):
    """Change settings of the business."""
    client.send(Request("POST", "/_emulator/settings", body=settings))


def create_paid_transaction(client, amount=10_000, email="ada@example.com", **fields):
    """Pay with the card that needs no challenge; return the verified transaction."""
    reference = start_transaction(client, amount, email, **fields)
    pay_at_checkout(client, reference)
    return client.transactions.verify_transaction(reference).data


def list_event_data(emulator, name="charge.success"):
    """Return the data of the events of this name."""
    return [event.data for event in emulator.events() if event.name == name]


def account_balances(emulator):
    """Return the balance of each account and currency: the sum of its postings."""
    sql = "select tenant, account, currency, sum(amount) from posting group by 1, 2, 3"
    rows = emulator._services.store.execute(sql)
    return {(account, currency): amount for _, account, currency, amount in rows}


def find_imbalances(emulator):
    """Return errors of the ledger: moves that do not sum to zero, balances that differ from their postings."""
    execute = emulator._services.store.execute
    unbalanced_moves = execute(
        "select tenant, move, currency, sum(amount) from posting group by 1, 2, 3 having sum(amount) <> 0"
    )
    wrong_balances = execute(
        """select tenant, account, currency, move from (
            select *, sum(amount) over (partition by tenant, account, currency order by move) as summed from posting
        ) where summed <> balance"""
    )
    return [*unbalanced_moves, *wrong_balances]


def iterate_leaves(value):
    """Yield every key and every value in a structure, as text."""
    if isinstance(value, bytes | str) and value[:1] in (b"{", b"[", "{", "["):
        value = json.loads(value)
    if isinstance(value, dict):
        for name, item in value.items():
            yield str(name)
            yield from iterate_leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from iterate_leaves(item)
    else:
        yield value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def stored_values(emulator):
    """Return every value of every table of the emulator's database."""
    execute = emulator._services.store.execute
    tables = [name for (name,) in execute("select name from sqlite_master where type = 'table'")]
    return {leaf for table in tables for row in execute(f"select * from {table}") for leaf in iterate_leaves(row)}
