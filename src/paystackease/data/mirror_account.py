"""A mirror belongs to one account: the rows of two accounts must never mix.

Paystack has no identifier of the account in its settings, but most objects name it: ``integration``, a number, and
``domain``, ``test`` or ``live``. Keys are not compared, because an account may get a new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import sqlalchemy as sa

from paystackease import errors


class Account(NamedTuple):
    """The account that an object belongs to."""

    integration: int
    domain: str

    def __str__(self) -> str:
        return f"account {self.integration} ({self.domain})"


def account_of(item: Mapping[str, object]) -> Account | None:
    """Return the account that an item of a list belongs to, or None if the item does not name it."""
    integration, domain = item.get("integration"), item.get("domain")
    if type(integration) is int and isinstance(domain, str):
        return Account(integration, domain)
    return None


def build_account_table(metadata: sa.MetaData) -> sa.Table:
    """Define the table with the one account of a mirror."""
    return sa.Table(
        "mirror_account",
        metadata,
        sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
        sa.Column("integration", sa.BigInteger, nullable=False),
        sa.Column("domain", sa.Text, nullable=False),
    )


def check_account(
    connection: sa.Connection, table: sa.Table, insert: sa.Insert, items: Iterable[Mapping[str, object]]
) -> None:
    """Raise an error if an item belongs to another account than the mirror. The first account is stored.

    :param insert: Inserts into the table, and does nothing if there is a row.
    :raises paystackease.errors.InvalidArgumentError: If an item belongs to another account.
    """
    accounts = {account for item in items if (account := account_of(item)) is not None}
    if not accounts:
        return
    query = sa.select(table.c.integration, table.c.domain)
    row = connection.execute(query).one_or_none()
    if row is None:
        connection.execute(insert, {"id": 1, **min(accounts)._asdict()})
        row = connection.execute(query).one()  # another process may have been first
    stored = Account(row[0], row[1])
    if others := accounts - {stored}:
        raise errors.InvalidArgumentError(
            f"this database mirrors {stored}, and the key belongs to {min(others)}: use another database for it"
        )
