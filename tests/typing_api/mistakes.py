"""Calls that the type checkers must reject."""

import asyncio
from typing import Any, assert_type

from paystackease import (
    AsyncPaystack,
    Currency,
    Paystack,
    Request,
    Response,
    convert_to_subunit,
)
from paystackease.abase import AsyncTransport
from paystackease.apis.customers import Customers
from paystackease.types import events
from paystackease.types.customers import (
    FetchedCustomer,
)


def make_mistakes(client: Paystack, waits: AsyncTransport, event: events.WebhookEvent) -> None:
    # Arguments
    client.customers.create_customer("a@b.c", "A", "B", 801)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.customers.create_customer("a@b.c", "A", "B")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.customers.create_customer("a@b.c", "A", "B", "0801", surname="C")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.customers.fetch_customer(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.customers.list_customers("10")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.customers.list_customers(10, 1, None, None, True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.customers.list_customers(from_date=20260101)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.transactions.list_transactions(status="paid")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.transfers.list_transfers(status="paid")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.transactions.initialize("a@b.c", 100.50)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.transactions.initialize("a@b.c", "10050")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.transactions.initialize("a@b.c", 10050, channels=[1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    client.plans.create_plan("Gold", 5000, "fortnightly")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.plans.create_plan("Gold", 5000, Currency.NGN)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.disputes.resolve_dispute(1, "accepted", "Delivered", 0, "proof.pdf")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.transaction_splits.create_split("Us", "flat", "NGN", [{"subaccount": "ACCT_x"}])  # type: ignore[typeddict-item]  # pyright: ignore[reportArgumentType]
    client.transfers.initiate_bulk_transfer("balance", [{"amount": 5000, "to": "RCP_x"}])  # type: ignore[typeddict-item, typeddict-unknown-key]  # pyright: ignore[reportArgumentType]
    client.verification.resolve_account(0, "057")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    convert_to_subunit(19.99)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    # Names
    assert_type(client.invoices, Any)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    assert_type(client.customers.remove_customer, Any)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    # Answers
    assert_type(client.customers.fetch_customer("x").data["mail"], Any)  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    assert_type(client.customers.fetch_customer("x")["data"]["mail"], Any)  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    assert_type(client.customers.fetch_customer("x").email, Any)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    assert_type(client.customers.deactivate_authorization("AUTH_x").data["id"], Any)  # type: ignore[index]  # pyright: ignore[reportOptionalSubscript]
    assert_type(client.storefronts.update_storefront(1).data["id"], Any)  # type: ignore[assert-type, index]  # pyright: ignore[reportAssertTypeFailure, reportOptionalSubscript]
    assert_type(client.orders.fetch_order(1).data["customer"]["email"], Any)  # type: ignore[assert-type, index]  # pyright: ignore[reportAssertTypeFailure, reportIndexIssue]
    client.plans.fetch_plan(1).data = client.plans.fetch_plan(2).data  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    narrow: Response[FetchedCustomer] = client.customers.update_customer("CUS_x")  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    assert_type(narrow, Response[FetchedCustomer])
    # Lists
    for customer in client.iterate(client.customers.fetch_customer("x")):  # type: ignore[arg-type, var-annotated]  # pyright: ignore[reportArgumentType, reportUnknownVariableType]
        assert_type(customer, Any)
    for domain in client.iterate(client.apple_pay.list_domains()):  # type: ignore[arg-type, var-annotated]  # pyright: ignore[reportArgumentType, reportUnknownVariableType]
        assert_type(domain, Any)
    # Clients, requests and endpoints
    Paystack(123)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Paystack("sk_test_x", 5)  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
    Paystack(transport=waits)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.send("/balance")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Request("GET")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Customers.fetch_customer.build(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Customers.fetch_customer.build()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Customers.fetch_customer("x")  # type: ignore[operator]  # pyright: ignore[reportCallIssue]
    # Webhooks
    assert_type(event["data"]["amount"], Any)  # type: ignore[assert-type, call-overload, typeddict-item]  # pyright: ignore[reportArgumentType, reportAssertTypeFailure, reportCallIssue, reportGeneralTypeIssues]
    if event["event"] == "charge.success":
        assert_type(event["data"]["transfer_code"], Any)  # type: ignore[typeddict-item]  # pyright: ignore[reportGeneralTypeIssues]
    assert_type(event["event"] == "charge.succeeded", bool)  # type: ignore[comparison-overlap]  # pyright: ignore[reportUnnecessaryComparison]


async def mix_blocking_and_asyncio(client: Paystack, async_client: AsyncPaystack) -> None:
    await client.customers.fetch_customer("x")  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    async_client.customers.fetch_customer("x")  # type: ignore[unused-coroutine]  # pyright: ignore[reportUnusedCoroutine]
    assert_type(async_client.customers.fetch_customer("x").data, Any)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    await asyncio.create_task(client.customers.fetch_customer("x"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    async for customer in async_client.iterate(async_client.customers.list_customers()):  # type: ignore[arg-type, var-annotated]  # pyright: ignore[reportArgumentType, reportUnknownVariableType]
        assert_type(customer, Any)
    async for customer in client.iterate(client.customers.list_customers()):  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
        assert_type(customer, Any)
    for customer in async_client.iterate(await async_client.customers.list_customers()):  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
        assert_type(customer, Any)
    async with client:  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        pass
    with async_client:  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        pass
