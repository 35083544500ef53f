"""Seed files (TOML or JSON): the initial data of every tenant, also after a reset.

.. code-block:: toml

    [settings]                          # as in paystackease.emulator.settings.Settings
    currencies = ["NGN", "GHS"]
    balance = { NGN = 5_000_000 }
    webhook_url = "http://127.0.0.1:8000/paystack"

    [[customers]]                       # the body of POST /customer
    email = "ada@example.com"

    [[plans]]                           # the body of POST /plan
    name = "Monthly"
    interval = "monthly"
    amount = 500_000

    [[requests]]                        # any other request, in this order
    path = "/subaccount"                # method = "POST" by default
    body = { business_name = "Shop", settlement_bank = "058", account_number = "0123456789", percentage_charge = 10 }
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from paystackease.emulator.http.nesting import NestingError, check_depth, decode_json
from paystackease.emulator.settings import DEFAULT_SETTINGS, Settings, with_changes


class SeedRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request that is executed for each tenant."""

    path: str
    method: str = "POST"
    body: dict[str, Any] = {}


class SeedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a seed file."""

    settings: dict[str, Any] = {}
    customers: list[dict[str, Any]] = []
    plans: list[dict[str, Any]] = []
    requests: list[SeedRequest] = []

    @property
    def all_requests(self) -> list[SeedRequest]:
        """All requests, in order."""
        return [
            *(SeedRequest("/customer", body=body) for body in self.customers),
            *(SeedRequest("/plan", body=body) for body in self.plans),
            *self.requests,
        ]

    def apply_to(self, settings: Settings = DEFAULT_SETTINGS) -> Settings:
        """Return settings with those of the file.

        :raises ValueError: If the file has an unknown setting, or one of another type; the message names it.
        """
        return with_changes(settings, self.settings) if self.settings else settings


def read_seed_file(path: str | Path) -> SeedFile:
    """Read a seed file: ``.json`` as JSON, everything else as TOML.

    :raises ValueError: If it cannot be read, or is invalid. The message has the reason.
    """
    import tomllib  # imported here: most emulators have no seed file

    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(f"the seed file {path} cannot be read: {error.strerror}") from error
    try:
        if path.suffix == ".json":
            data = decode_json(content)
        else:
            data = tomllib.loads(content.decode("utf-8"))
            check_depth(data)
        return msgspec.convert(data, SeedFile)
    except RecursionError:  # raised by tomllib
        raise ValueError(f"the seed file {path} is invalid: {NestingError()}") from None
    except ValueError as error:
        raise ValueError(f"the seed file {path} is invalid: {error}") from error
