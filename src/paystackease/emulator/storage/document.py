"""Documents, and queries for them.

A document belongs to a tenant. It has a kind such as ``customer``, a number (``id``), and up to three more keys:
``code``, ``unique_key`` and ``parent_id``. Lists are filtered by the values in the body.

=======================  =================================================  =================================
kind                     ``unique_key``                                     ``parent_id``: the number of the
=======================  =================================================  =================================
customer                 e-mail address in lower case
authorization                                                               customer
transaction              reference                                          customer
preauthorization         reference                                          customer
refund                                                                      transaction
dispute                                                                     transaction
evidence                                                                    dispute
upload                   file name                                          dispute
mandate                  reference                                          customer
bulk_charge              reference
bulk_charge_item         ``BATCH:POSITION``                                 bulk_charge
subscription             e-mail token                                       customer
invoice                                                                     subscription
transfer_recipient       ``TYPE:BANK:ACCOUNT`` or ``authorization:CODE``
transfer                 reference                                          transfer_recipient
approval_request                                                            transfer
dedicated_account        account number                                     customer
inbound_transfer                                                            dedicated_account
settlement               ``DUE:CURRENCY:SUBACCOUNT`` until it is processed
payment_request                                                             customer
payment_page             slug
storefront               slug, until it is deleted
product                  name, until it is deleted
order                                                                       customer
terminal                 serial number
terminal_event           event id                                           terminal
apple_pay_domain         domain
export                   file name
=======================  =================================================  =================================

The other kinds have neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from paystackease.emulator.storage.write_cache import Row

# The numbers of transactions have passed 4,294,967,296, which a 32-bit column cannot hold. Here everything starts
# beyond it, so that such a column fails in a test and not in production.
FIRST_ID = 2**32 + 1

COLUMNS = ", ".join(Row._fields)
"""The columns of a document, in the order of :class:`~paystackease.emulator.storage.write_cache.Row`."""


BY_PARENT = "document indexed by document_parent"
BY_STATUS = "document indexed by document_status"


class Document(msgspec.Struct):
    """A JSON document of a tenant. Change ``body``, and save it with :meth:`Store.save`."""

    kind: str
    id: int
    code: str | None
    """Paystack's code, such as ``CUS_…``, unique within the kind. None for kinds that have none."""
    unique_key: str | None
    """A key that is unique within the kind; None if it has none, or none any more. See the table of the module."""
    parent_id: int | None
    """The number of the document to which it belongs, such as the customer of a transaction."""
    created: float
    updated: float
    body: dict[str, Any]

    @classmethod
    def from_row(cls, row: Row) -> Document:
        """Return the document that a row of the table holds."""
        kind, number, code, unique_key, parent_id, created, updated, _, _, body = row
        return cls(kind, number, code, unique_key, parent_id, created, updated, msgspec.json.decode(body))

    def to_row(self) -> Row:
        """Return the row of the table that holds the document."""
        status, amount = self.body.get("status"), self.body.get("amount")
        return Row(
            self.kind,
            self.id,
            self.code,
            self.unique_key,
            self.parent_id,
            self.created,
            self.updated,
            status if type(status) is str else None,
            amount if type(amount) is int and abs(amount) < 2**63 else None,
            msgspec.json.encode(self.body).decode(),
        )


class DuplicateKeyError(Exception):
    """Another document of the kind has that unique key."""


class Query(msgspec.Struct, frozen=True):
    """Selects documents of a kind by time of creation, number, parent, and values in their bodies.

    A key of ``having`` is a path: ``status``, ``customer.id``.
    """

    since: float | None = None
    until: float | None = None
    max_id: int | None = None
    above_id: int | None = None
    parent_id: int | None = None
    having: Mapping[str, object] = msgspec.field(default_factory=dict[str, object])

    @property
    def status(self) -> str | None:
        """The status that they must have. There is an index on it."""
        status = self.having.get("status")
        return status if isinstance(status, str) else None

    @property
    def body_conditions(self) -> Mapping[str, object]:
        """The conditions that have to be evaluated on the body of each document."""
        if self.status is None:
            return self.having
        return {path: value for path, value in self.having.items() if path != "status"}

    @property
    def only_status(self) -> str | None:
        """The status, if it is the only condition."""
        others = (self.since, self.until, self.max_id, self.above_id, self.parent_id)
        return self.status if not self.body_conditions and others == (None,) * 5 else None

    @property
    def table(self) -> str:
        """The table, with a hint.

        Without one, SQLite scans all documents of a kind, because they are in the order of their numbers already.
        """
        return BY_PARENT if self.parent_id is not None else BY_STATUS if self.status is not None else "document"

    def sql(self) -> tuple[str, list[object]]:
        """Return the conditions as SQL that begins with ``and``, and its parameters."""
        conditions: Mapping[str, object] = {
            "created >= ?": self.since,
            "created <= ?": self.until,
            "id <= ?": self.max_id,
            "id > ?": self.above_id,
            "parent_id = ?": self.parent_id,
            "status = ?": self.status,
        }
        required = {condition: value for condition, value in conditions.items() if value is not None}
        text = "".join(f" and {condition}" for condition in required)
        values: list[object] = list(required.values())
        for path, value in self.body_conditions.items():
            text += " and json_extract(body, ?) is ?"
            values += [f"$.{path}", value]
        return text, values
