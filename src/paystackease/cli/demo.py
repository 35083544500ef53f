"""``paystackease demo``: create, change and charge a customer at the emulator, and print every call.

The documented asyncio class calls an emulator over a real socket. Each call is printed with its result.
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
from paystackease.errors import PaystackError
from paystackease.types.customers import Authorization

P = ParamSpec("P")
T = TypeVar("T")

SECRET_KEY = "sk_test_demo"
OTHER_CUSTOMERS = ("Chidi Eze", "Fatou Diop", "Kwame Mensah", "Lerato Nkosi", "Ngozi Bello", "Wanjiku Mwangi")


def demo() -> None:
    """Run a demonstration against the emulator: no network, no account, no money."""
    console = Console(highlight=False)
    started = time.perf_counter()
    with Emulator(SECRET_KEY) as emulator, run_in_background(emulator) as url:
        transcript = _Transcript(console)
        console.print(
            f"\n[bold]Paystack, offline.[/] An emulator is running at [cyan]{url}[/]: no network, no money.",
            soft_wrap=True,
        )
        asyncio.run(_run_steps(AsyncCustomerClientAPI(SECRET_KEY, base_url=url), emulator, transcript))
    seconds = time.perf_counter() - started
    console.print(f"\n[bold green]Done[/] in {seconds:.1f} seconds.")
    console.print("To use it with your own program, run [cyan]paystackease emulator up[/] and set")
    console.print("  PAYSTACK_BASE_URL=http://127.0.0.1:4010  PAYSTACK_SECRET_KEY=sk_test_mine\n")


async def _run_steps(customers: AsyncCustomerClientAPI, emulator: Emulator, transcript: _Transcript) -> None:
    async with customers:
        transcript.step("Create a customer")
        person = (IDENTITY["first_name"], IDENTITY["last_name"])
        created = await transcript.call(customers.create_customer, "uchenna@example.com", *person, "08030000001")
        code = created.data["customer_code"]
        transcript.print_result(f"{created.message}: [bold]{code}[/]")

        transcript.step("Fetch the customer")
        fetched = await transcript.call(customers.fetch_customer, code)
        transcript.print_result(f"{fetched.data['first_name']} {fetched.data['last_name']}, {fetched.data['email']}")

        transcript.step("Update the customer")
        updated = await transcript.call(customers.update_customer, code, metadata={"loyalty": "gold", "member": "007"})
        transcript.print_result(f"metadata is now {escape(str(updated.data['metadata']))}")

        transcript.step("Create six more customers concurrently")
        await asyncio.gather(*(_create(customers, name) for name in OTHER_CUSTOMERS))
        transcript.print_result("six calls in flight over one connection pool")

        transcript.step("List all customers, three per page; iterate() follows the pages")
        first = await transcript.call(customers.list_customers, per_page=3)
        table = Table("code", "name", "e-mail", box=None, header_style="dim", pad_edge=False)
        async for customer in customers.iterate(first):
            name = f"{customer['first_name']} {customer['last_name']}"
            table.add_row(customer["customer_code"], name, customer["email"])
        transcript.print_table(table)
        transcript.print_result(f"{table.row_count} customers on {first.meta.get('pageCount')} pages")

        transcript.step("Validate the customer's identity (Paystack's documented test identity)")
        bank_account = (IDENTITY["bank_code"], IDENTITY["account_number"], IDENTITY["bvn"])
        accepted = await transcript.call(
            customers.validate_customer, code, *person, "bank_account", "NG", *bank_account
        )
        transcript.print_result(f"{accepted.message} (HTTP {accepted.http.status}: the result arrives later)")
        emulator.advance(60)
        transcript.print_result(
            f"one minute later on the emulator's clock, the webhook: [bold]{emulator.events()[-1].name}[/]"
        )

        transcript.step("Whitelist the customer")
        allowed = await transcript.call(customers.whitelist_blacklist_customer, code, "allow")
        transcript.print_result(f"risk_action is now [bold]{allowed.data.get('risk_action')}[/]")

        transcript.step("Deactivate a saved card")
        card = next(iter(CARDS))
        save: Request[Authorization] = Request(
            "POST", "/_emulator/customers/{code}/authorizations", {"code": code}, body={"card": card}
        )
        saved = (await customers.send(save)).data
        transcript.print_result(f"the emulator saved: {saved['brand']} ending in {saved['last4']}")
        deactivated = await transcript.call(customers.deactivate_authorization, saved["authorization_code"])
        transcript.print_result(deactivated.message)

        transcript.step("A call that fails, and its error")
        await transcript.call_and_print_error(customers.fetch_customer, "nobody@example.com")

        transcript.step("An invalid argument is rejected before anything is sent")
        await transcript.call_and_print_error(
            cast("Callable[..., Awaitable[object]]", customers.update_customer), code, phone=8030000001
        )


async def _create(customers: AsyncCustomerClientAPI, name: str) -> None:
    first, last = name.split()
    await customers.create_customer(f"{first.lower()}@example.com", first, last, "")


class _Transcript:
    """Prints each call with its result."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._steps = 0

    def step(self, title: str) -> None:
        self._steps += 1
        self._console.print(f"\n[bold]{self._steps:2} {escape(title)}[/]")

    async def call(self, method: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method of the client, and print the call as code."""
        arguments = [*map(repr, args), *(f"{name}={value!r}" for name, value in kwargs.items())]
        self._print_line(f"[cyan]await customers.{method.__name__}({escape(', '.join(arguments))})[/]")
        return await method(*args, **kwargs)

    async def call_and_print_error(
        self, method: Callable[P, Awaitable[object]], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Call a method that fails, and print the error."""
        try:
            await self.call(method, *args, **kwargs)
        except PaystackError as error:
            self._print_line(f"[red]{type(error).__name__}[/]: {escape(str(error))}")

    def print_result(self, text: str) -> None:
        self._print_line(f"[green]→[/] {text}")

    def print_table(self, table: Table) -> None:
        self._console.print(Padding(table, (0, 0, 0, 5), expand=False))

    def _print_line(self, text: str) -> None:
        self._console.print(Padding(text, (0, 0, 0, 3), expand=False))
