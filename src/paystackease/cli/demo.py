"""``paystackease demo``: a customer's life, told as it happens.

The documented asyncio class talks to an emulator over a real socket; what is printed is what was called and what came.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar, cast

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from paystackease._core.request import Request
from paystackease.async_apis.acustomers import AsyncCustomerClientAPI
from paystackease.emulator import Emulator
from paystackease.emulator.catalog.test_instruments import CARDS, IDENTITY
from paystackease.emulator.server.server import run_in_background
from paystackease.errors import PayStackError
from paystackease.types.customers import Authorization

P = ParamSpec("P")
T = TypeVar("T")

SECRET_KEY = "sk_test_demo"
OTHERS = ("Chidi Eze", "Fatou Diop", "Kwame Mensah", "Lerato Nkosi", "Ngozi Bello", "Wanjiku Mwangi")


def demo() -> None:
    """Watch a customer's life against an emulator: no network, no account, no money."""
    console = Console(highlight=False)
    started = time.perf_counter()
    with Emulator(SECRET_KEY) as emulator, run_in_background(emulator) as url:
        told = _Told(console)
        console.print(
            f"\n[bold]Paystack, offline.[/] An emulator answers at [cyan]{url}[/]: no network, no money.",
            soft_wrap=True,
        )
        asyncio.run(_life(AsyncCustomerClientAPI(SECRET_KEY, base_url=url), emulator, told))
    seconds = time.perf_counter() - started
    console.print(f"\n[bold green]Done[/] in {seconds:.1f} seconds.")
    console.print("Your own program can do the same: [cyan]paystackease emulator up[/], and set")
    console.print("  PAYSTACK_BASE_URL=http://127.0.0.1:4010  PAYSTACK_SECRET_KEY=sk_test_mine\n")


async def _life(customers: AsyncCustomerClientAPI, emulator: Emulator, told: _Told) -> None:
    async with customers:
        told.step("Create a customer")
        person = (IDENTITY["first_name"], IDENTITY["last_name"])
        created = await told.call(customers.create_customer, "uchenna@example.com", *person, "08030000001")
        code = created.data["customer_code"]
        told.came(f"{created.message}: [bold]{code}[/]")

        told.step("Fetch it")
        fetched = await told.call(customers.fetch_customer, code)
        told.came(f"{fetched.data['first_name']} {fetched.data['last_name']}, {fetched.data['email']}")

        told.step("Change it")
        updated = await told.call(customers.update_customer, code, metadata={"loyalty": "gold", "member": "007"})
        told.came(f"metadata is now {escape(str(updated.data['metadata']))}")

        told.step("Six more customers, all at once")
        await asyncio.gather(*(_create(customers, name) for name in OTHERS))
        told.came("six calls in flight over one pool of connections")

        told.step("List everyone, three on a page; iterate() follows the pages")
        first = await told.call(customers.list_customers, per_page=3)
        table = Table("code", "name", "e-mail", box=None, header_style="dim", pad_edge=False)
        async for found in customers.iterate(first):
            table.add_row(found["customer_code"], f"{found['first_name']} {found['last_name']}", found["email"])
        told.show(table)
        told.came(f"{table.row_count} customers on {first.meta.get('pageCount')} pages")

        told.step("Have the identity checked (Paystack's documented test person)")
        known = (IDENTITY["bank_code"], IDENTITY["account_number"], IDENTITY["bvn"])
        accepted = await told.call(customers.validate_customer, code, *person, "bank_account", "NG", *known)
        told.came(f"{accepted.message} (HTTP {accepted.http.status}: the result comes later)")
        emulator.advance(60)
        told.came(f"a minute later, by the emulator's clock, the webhook: [bold]{emulator.events()[-1].name}[/]")

        told.step("Whitelist the customer")
        allowed = await told.call(customers.whitelist_blacklist_customer, code, "allow")
        told.came(f"risk_action is now [bold]{allowed.data.get('risk_action')}[/]")

        told.step("A card was saved when the customer paid; forget it")
        card = next(iter(CARDS))
        save: Request[Authorization] = Request(
            "POST", "/_emulator/customers/{code}/authorizations", {"code": code}, body={"card": card}
        )
        saved = (await customers.send(save)).data
        told.came(f"saved by the emulator: {saved['brand']} ending in {saved['last4']}")
        forgotten = await told.call(customers.deactivate_authorization, saved["authorization_code"])
        told.came(forgotten.message)

        told.step("A call that fails, and how it reads")
        await told.failing(customers.fetch_customer, "nobody@example.com")

        told.step("A call that cannot be right is refused before anything is sent")
        await told.failing(cast("Callable[..., Awaitable[object]]", customers.update_customer), code, phone=8030000001)


async def _create(customers: AsyncCustomerClientAPI, name: str) -> None:
    first, last = name.split()
    await customers.create_customer(f"{first.lower()}@example.com", first, last, "")


class _Told:
    """Prints the calls, each with what came of it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._steps = 0

    def step(self, title: str) -> None:
        self._steps += 1
        self._console.print(f"\n[bold]{self._steps:2} {escape(title)}[/]")

    async def call(self, method: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Make a call of the clients', and print it as it would be written."""
        given = [*map(repr, args), *(f"{name}={value!r}" for name, value in kwargs.items())]
        self._line(f"[cyan]await customers.{method.__name__}({escape(', '.join(given))})[/]")
        return await method(*args, **kwargs)

    async def failing(self, method: Callable[P, Awaitable[object]], *args: P.args, **kwargs: P.kwargs) -> None:
        """Make a call that fails, and print how."""
        try:
            await self.call(method, *args, **kwargs)
        except PayStackError as error:
            self._line(f"[red]{type(error).__name__}[/]: {escape(str(error))}")

    def came(self, text: str) -> None:
        self._line(f"[green]→[/] {text}")

    def show(self, table: Table) -> None:
        self._console.print(Padding(table, (0, 0, 0, 5), expand=False))

    def _line(self, text: str) -> None:
        self._console.print(Padding(text, (0, 0, 0, 3), expand=False))
