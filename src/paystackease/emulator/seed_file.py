"""A seed file: what every business of an emulator begins with, and goes back to at a reset. TOML, or JSON.

.. code-block:: toml

    [settings]                          # as in paystackease.emulator.settings.Settings
    currencies = ["NGN", "GHS"]
    balance = { NGN = 5_000_000 }
    webhook_url = "http://127.0.0.1:8000/paystack"

    [[customers]]                       # as POST /customer takes them
    email = "ada@example.com"

    [[plans]]                           # as POST /plan takes them
    name = "Monthly"
    interval = "monthly"
    amount = 500_000

    [[requests]]                        # anything else, in this order
    path = "/subaccount"                # method = "POST" unless it says otherwise
    body = { business_name = "Shop", settlement_bank = "058", account_number = "0123456789", percentage_charge = 10 }
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from paystackease.emulator.http.nesting import NestingError, check_depth, decode_json
from paystackease.emulator.settings import DEFAULT, Settings, changed


class SeedRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A call that is made of each business."""

    path: str
    method: str = "POST"
    body: dict[str, Any] = {}


class Seed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a seed file says."""

    settings: dict[str, Any] = {}
    customers: list[dict[str, Any]] = []
    plans: list[dict[str, Any]] = []
    requests: list[SeedRequest] = []

    @property
    def asked(self) -> list[SeedRequest]:
        """All that is to be asked, in order."""
        return [
            *(SeedRequest("/customer", body=body) for body in self.customers),
            *(SeedRequest("/plan", body=body) for body in self.plans),
            *self.requests,
        ]

    def applied(self, settings: Settings = DEFAULT) -> Settings:
        """Settings with those of the file.

        :raises ValueError: Where there is no such setting, or it is of another type; it says which.
        """
        return changed(settings, self.settings) if self.settings else settings


def read(path: str | Path) -> Seed:
    """What a seed file says: ``.json`` is read as JSON, and everything else as TOML.

    :raises ValueError: Where it cannot be read, or says what no seed file says; it says what.
    """
    import tomllib  # few have such a file

    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(f"the seed file {path} cannot be read: {error.strerror}") from error
    try:
        if path.suffix == ".json":
            said = decode_json(content)
        else:
            said = tomllib.loads(content.decode("utf-8"))
            check_depth(said)
        return msgspec.convert(said, Seed)
    except RecursionError:  # of the reader of TOML
        raise ValueError(f"the seed file {path} is not one: {NestingError()}") from None
    except ValueError as error:
        raise ValueError(f"the seed file {path} is not one: {error}") from error
