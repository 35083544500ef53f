"""Clients, requests and endpoints are typed."""

import asyncio
import datetime as dt
import ssl
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, assert_type

from paystackease import (
    AppInfo,
    AsyncPaystack,
    AsyncPayStackBase,
    Channels,
    Emulator,
    Paystack,
    PayStackBase,
    Request,
    Response,
    Retry,
)
from paystackease.abase import AsyncTransport
from paystackease.apis import CustomerClientAPI, PlanClientAPI
from paystackease.apis.customers import Customers
from paystackease.apis.plans import Plans
from paystackease.async_apis import AsyncCustomerClientAPI, AsyncPlanClientAPI
from paystackease.base import Transport
from paystackease.types.customers import (
    Customer,
    FetchedCustomer,
)
from paystackease.types.plans import FetchedPlan, Plan


def make_clients(transport: Transport) -> None:
    with Paystack("sk_test_x", base_url="https://api.example", timeout=5, retry=Retry(max_attempts=1)) as client:
        assert_type(client, Paystack)
        assert_type(client.customers, CustomerClientAPI)
        assert_type(client.plans, PlanClientAPI)
    with CustomerClientAPI("sk_test_x") as resource:
        assert_type(resource, CustomerClientAPI)
        assert_type(resource.fetch_customer("x"), Response[FetchedCustomer])
        for customer in resource.iterate(resource.list_customers()):
            assert_type(customer, Customer)
    with Emulator() as emulator, PayStackBase(transport=emulator.for_key("sk_test_x")) as offline:
        assert_type(offline, Paystack)
    Paystack(transport=transport).close()
    Paystack(transport=Emulator(), live=False).close()
    with Paystack(
        proxy="http://proxy.example:3128",
        ca_file=Path("ca.pem"),
        ssl_context=None,
        app_info=AppInfo("my-shop", "1.4.2", "https://shop.example"),
        live=True,
    ) as configured:
        assert_type(configured, Paystack)


def make_calls_with_variables(client: Paystack, currency: str, channel: str, day: str) -> None:
    client.transactions.initialize("a@b.c", 10050, currency=currency, channels=[channel, Channels.CARD])
    client.transactions.list_transactions(from_date=day, to_date=dt.date(2026, 1, 31), channel=channel)
    client.payment_requests.create_payment_request("CUS_x", 10050, due_date=day)


async def make_async_clients(transport: AsyncTransport) -> None:
    async with AsyncPaystack(
        "sk_test_x", base_url="https://api.example", timeout=5, retry=Retry(max_attempts=1)
    ) as client:
        assert_type(client, AsyncPaystack)
        assert_type(client.customers, AsyncCustomerClientAPI)
        assert_type(client.plans, AsyncPlanClientAPI)
    async with AsyncCustomerClientAPI("sk_test_x") as resource:
        assert_type(resource, AsyncCustomerClientAPI)
        assert_type(await resource.fetch_customer("x"), Response[FetchedCustomer])
        async for customer in resource.iterate(await resource.list_customers()):
            assert_type(customer, Customer)
    async with AsyncPayStackBase(transport=Emulator()) as offline:
        assert_type(offline, AsyncPaystack)
    await AsyncPaystack(transport=transport).close()
    async with AsyncPaystack(
        proxy="http://proxy.example:3128",
        ssl_context=ssl.create_default_context(),
        app_info=AppInfo("my-shop"),
        live=False,
    ) as configured:
        assert_type(configured, AsyncPaystack)


async def call_concurrently(client: AsyncPaystack) -> None:
    task = asyncio.create_task(client.customers.fetch_customer("x"))
    assert_type(task, asyncio.Task[Response[FetchedCustomer]])
    assert_type((await task).data["email"], str)
    plan, customer = await asyncio.gather(client.plans.fetch_plan(1), client.customers.fetch_customer("x"))
    assert_type(plan, Response[FetchedPlan])
    assert_type(customer, Response[FetchedCustomer])
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        assert_type(group.create_task(client.plans.fetch_plan(1)), asyncio.Task[Response[FetchedPlan]])


async def pass_methods_on(client: Paystack, async_client: AsyncPaystack) -> None:
    fetch: Callable[[str], Response[FetchedCustomer]] = client.customers.fetch_customer
    assert_type(fetch("x").data["id"], int)
    wait: Callable[[str], Coroutine[Any, Any, Response[FetchedCustomer]]] = async_client.customers.fetch_customer
    assert_type((await wait("x")).data["id"], int)


def send_requests(client: Paystack) -> None:
    own: Request[dict[str, object]] = Request("GET", "/balance")
    assert_type(client.send(own), Response[dict[str, object]])
    assert_type(client.send(own).data, dict[str, object])
    several = Request[list[Plan]]("GET", "/plan", query={"perPage": 2})
    assert_type(several.with_query(page=2), Request[list[Plan]])
    assert_type(several.target, str)
    assert_type(several.content, bytes | None)
    for plan in client.iterate(client.send(several)):
        assert_type(plan, Plan)


async def send_async_requests(client: AsyncPaystack) -> None:
    own: Request[dict[str, object]] = Request("GET", "/balance")
    assert_type((await client.send(own)).data, dict[str, object])
    assert_type(await client.send(Plans.fetch_plan.build(1)), Response[FetchedPlan])
    async for plan in client.iterate(await client.send(Plans.list_plans.build(amount=5000))):
        assert_type(plan, Plan)


async def read_endpoints(client: Paystack, async_client: AsyncPaystack) -> None:
    assert_type(Customers.fetch_customer.build("x"), Request[FetchedCustomer])
    assert_type(Customers.list_customers.build(per_page=2), Request[list[Customer]])
    assert_type(client.send(Customers.fetch_customer.build("x")), Response[FetchedCustomer])
    assert_type(Customers.fetch_customer.name, str)
    assert_type(Customers.fetch_customer.method, str)
    assert_type(Customers.fetch_customer.path, str)
    assert_type(Customers.fetch_customer.docs_url, str | None)
    assert_type(Customers.fetch_customer.parameters["email_or_code"].required, bool)
    # Of a client's class they are methods.
    assert_type(CustomerClientAPI.fetch_customer(client.customers, "x"), Response[FetchedCustomer])
    waiting = AsyncCustomerClientAPI.fetch_customer(async_client.customers, "x")
    assert_type(await waiting, Response[FetchedCustomer])
