"""Never run: the type checkers read it. It pins the types that users see, and the calls to object to."""

import asyncio
import datetime as dt
from collections.abc import Callable, Coroutine, Mapping
from decimal import Decimal
from typing import Any, Literal, assert_never, assert_type

from paystackease import (
    STATUS,
    AsyncPaystack,
    AsyncPayStackBase,
    Bearer,
    Channels,
    Currency,
    DisputeStatus,
    Emulator,
    EventAction,
    EventType,
    Interval,
    Paystack,
    PayStackBase,
    PayStackError,
    RecipientType,
    Request,
    ResendOTP,
    Resolution,
    Response,
    Retry,
    RiskAction,
    SplitType,
    TransactionStatus,
    TypeValueError,
    convert_to_subunit,
    fees,
    webhooks,
)
from paystackease.abase import AsyncTransport
from paystackease.apis import CustomerClientAPI, PlanClientAPI
from paystackease.apis.customers import Customers
from paystackease.apis.plans import Plans
from paystackease.async_apis import AsyncCustomerClientAPI, AsyncPlanClientAPI
from paystackease.base import Transport
from paystackease.errors import APIConnectionError, APIStatusError, APITimeoutError, MalformedResponseError
from paystackease.response import ResponseInfo
from paystackease.types import events
from paystackease.types.apple_pay import ApplePayDomains
from paystackease.types.bulk_charges import BatchCharge, BulkCharge, FetchedBulkCharge, NewBulkCharge
from paystackease.types.capitec_pay import CapitecPayStatus
from paystackease.types.charges import Charge
from paystackease.types.customers import (
    Authorization,
    Customer,
    FetchedCustomer,
    MandateAuthorization,
    NewCustomer,
    UpdatedCustomer,
    VerifiedAuthorization,
)
from paystackease.types.dedicated_virtual_accounts import (
    AccountProvider,
    DedicatedAccount,
    FetchedDedicatedAccount,
    NewDedicatedAccount,
)
from paystackease.types.disputes import Dispute, DisputeExport, ResolvedDispute, TransactionDispute, UpdatedDispute
from paystackease.types.envelope import Meta
from paystackease.types.integration import (
    FetchedWebhookEvent,
    ResentMatchingWebhookEvents,
    ResentWebhookEvents,
    SessionTimeout,
    WebhookEvent,
)
from paystackease.types.miscellaneous import Bank, Country, State
from paystackease.types.orders import ListedOrder, Order, OrderCustomer, ProductOrder, ValidatedOrder
from paystackease.types.payment_pages import NewPage, PaymentPage, ProductPage
from paystackease.types.payment_requests import (
    FetchedPaymentRequest,
    FinalizedPaymentRequest,
    NewPaymentRequest,
    PaymentRequest,
    PaymentRequestTotals,
    VerifiedPaymentRequest,
)
from paystackease.types.plans import FetchedPlan, NewPlan, Plan, PlanDetails
from paystackease.types.preauthorization import (
    CapturedPreauthorization,
    Preauthorization,
    PreauthorizationRequest,
    ReleasedPreauthorization,
    ReservedPreauthorization,
    VerifiedPreauthorization,
)
from paystackease.types.products import FetchedProduct, NewProduct, Product, UpdatedProduct
from paystackease.types.refund import FetchedRefund, NewRefund, Refund, RetriedRefund
from paystackease.types.settlements import SettledTransaction, Settlement
from paystackease.types.storefronts import ListedStorefront, Storefront, StorefrontProduct
from paystackease.types.subaccounts import FetchedSubaccount, NewSubaccount, Subaccount
from paystackease.types.subscriptions import FetchedSubscription, NewSubscription, Subscription, UpdateLink
from paystackease.types.terminal import EventStatus, FetchedTerminal, Terminal, TerminalEvent, TerminalStatus
from paystackease.types.transaction_splits import NewSplit, Split
from paystackease.types.transactions import (
    ChargedAuthorization,
    Checkout,
    FetchedTransaction,
    PartialDebit,
    PausedCharge,
    Timeline,
    Transaction,
    TransactionTotals,
    VerifiedTransaction,
)
from paystackease.types.transfer_recipients import AddedRecipients, NewRecipient, Recipient
from paystackease.types.transfers import (
    FetchedTransfer,
    FinalizedTransfer,
    NewTransfer,
    QueuedTransfer,
    Transfer,
    TransferExport,
)
from paystackease.types.transfers_control import Balance, LedgerEntry
from paystackease.types.verification import CardBIN, ResolvedAccount, ValidatedAccount
from paystackease.types.virtual_terminal import (
    AssignedDestination,
    FetchedVirtualTerminal,
    NewVirtualTerminal,
    VirtualTerminal,
)
from paystackease.webhooks import AnyEvent
from paystackease.webhooks import events as webhook_events

# --- Every section ---


def blocking(client: Paystack) -> None:
    assert_type(client.apple_pay.register_domain("shop.example"), Response[None])
    assert_type(client.apple_pay.list_domains(), Response[ApplePayDomains])
    assert_type(client.apple_pay.list_domains().data["domainNames"], list[str])

    assert_type(
        client.bulk_charges.initiate_bulk_charge([{"authorization": "AUTH_x", "amount": 5000, "reference": "b1"}]),
        Response[NewBulkCharge],
    )
    assert_type(client.bulk_charges.fetch_bulk_charge_batch(7), Response[FetchedBulkCharge])
    assert_type(client.bulk_charges.fetch_bulk_charge_batch(7).data["pending_charges"], int)
    assert_type(client.bulk_charges.pause_bulk_charge_batch("BCH_x"), Response[None])
    for batch in client.iterate(client.bulk_charges.list_bulk_charge_batches(status="active")):
        assert_type(batch, BulkCharge)
    for item in client.iterate(client.bulk_charges.fetch_charge_bulk_batch("BCH_x", STATUS.PENDING)):
        assert_type(item, BatchCharge)

    assert_type(client.capitec_pay.requery_transaction("r1"), Response[CapitecPayStatus])
    assert_type(client.capitec_pay.requery_transaction("r1").data["status"], str)

    assert_type(
        client.charges.create_charge("a@b.c", 5000, bank={"code": "057", "account_number": "0000000000"}),
        Response[Charge],
    )
    assert_type(client.charges.submit_birthday(dt.date(1990, 12, 31), "r1"), Response[Charge])
    assert_type(client.charges.check_pending_charge("r1"), Response[Charge])
    assert_type(client.charges.check_pending_charge("r1").data["status"], str)

    assert_type(client.customers.create_customer("a@b.c", "A", "B", "0801"), Response[NewCustomer])
    assert_type(client.customers.fetch_customer("CUS_x"), Response[FetchedCustomer])
    assert_type(client.customers.fetch_customer("CUS_x").data["authorizations"], list[Authorization])
    assert_type(client.customers.fetch_customer("CUS_x").data["authorizations"][0]["reusable"], bool)
    assert_type(client.customers.update_customer("CUS_x", metadata={"vip": True}), Response[UpdatedCustomer])
    assert_type(client.customers.deactivate_authorization("AUTH_x"), Response[None])
    assert_type(client.customers.verify_authorization("r1"), Response[VerifiedAuthorization])
    for customer in client.iterate(client.customers.list_customers(10, use_cursor=True)):
        assert_type(customer, Customer)
    for mandate in client.iterate(client.customers.fetch_mandate_authorizations(1)):
        assert_type(mandate, MandateAuthorization)

    assert_type(
        client.dedicated_virtual_accounts.create_virtual_account("CUS_x", "test-bank"), Response[NewDedicatedAccount]
    )
    assert_type(client.dedicated_virtual_accounts.fetch_dedicated_account(1), Response[FetchedDedicatedAccount])
    assert_type(client.dedicated_virtual_accounts.fetch_dedicated_account(1).data["bank"]["name"], str)
    assert_type(
        client.dedicated_virtual_accounts.assign_dedicated_virtual_account(
            "a@b.c", "A", "B", "+234801", "test-bank", "NG"
        ),
        Response[None],
    )
    for account in client.iterate(client.dedicated_virtual_accounts.list_dedicated_account(True, currency="NGN")):
        assert_type(account, DedicatedAccount)
    for provider in client.iterate(client.dedicated_virtual_accounts.fetch_bank_providers()):
        assert_type(provider, AccountProvider)

    assert_type(client.direct_debit.trigger_activation_charge([1, 2]), Response[None])
    for debit in client.iterate(client.direct_debit.list_mandate_authorizations(status="active")):
        assert_type(debit, MandateAuthorization)

    assert_type(client.disputes.fetch_dispute(1), Response[Dispute])
    assert_type(client.disputes.fetch_dispute(1).data["transaction"]["amount"], int)
    assert_type(client.disputes.list_transaction_disputes("1"), Response[TransactionDispute])
    assert_type(client.disputes.update_dispute(1, 5000), Response[list[UpdatedDispute]])
    assert_type(client.disputes.resolve_dispute(1, "declined", "Delivered", 0, "proof.pdf"), Response[ResolvedDispute])
    assert_type(client.disputes.export_disputes(from_date=dt.date(2026, 1, 1)), Response[DisputeExport])
    for dispute in client.iterate(client.disputes.list_disputes(status="resolved")):
        assert_type(dispute, Dispute)

    assert_type(client.integration.fetch_timeout(), Response[SessionTimeout])
    assert_type(client.integration.update_timeout(30), Response[SessionTimeout])
    assert_type(client.integration.update_timeout(30).data["payment_session_timeout"], int)
    assert_type(client.integration.fetch_webhook_event("e1"), Response[FetchedWebhookEvent])
    assert_type(client.integration.resend_webhook_events(["e1", "e2"]), Response[ResentWebhookEvents])
    assert_type(client.integration.resend_matching_webhook_events(preview=True), Response[ResentMatchingWebhookEvents])
    for told in client.iterate(client.integration.list_webhook_events(limit=20)):
        assert_type(told, WebhookEvent)

    for bank in client.iterate(client.miscellaneous.list_banks(country="nigeria", pay_with_bank=True)):
        assert_type(bank, Bank)
    for country in client.iterate(client.miscellaneous.list_countries()):
        assert_type(country, Country)
    for state in client.iterate(client.miscellaneous.list_states("CA")):
        assert_type(state, State)

    assert_type(
        client.orders.create_order(customer="CUS_x", line_items=[{"product": 1, "quantity": 2}]), Response[Order]
    )
    assert_type(client.orders.fetch_order(1), Response[Order])
    assert_type(client.orders.fetch_order(1).data["customer"], OrderCustomer | int)
    assert_type(client.orders.validate_order("ORD_x"), Response[ValidatedOrder])
    for order in client.iterate(client.orders.list_orders(50, 1)):
        assert_type(order, ListedOrder)
    for product_order in client.iterate(client.orders.list_product_orders(1)):
        assert_type(product_order, ProductOrder)

    assert_type(
        client.payment_pages.create_payment_page("Shop", page_type="product", plan=1, collect_phone=True),
        Response[NewPage],
    )
    assert_type(client.payment_pages.fetch_payment_page("shop"), Response[PaymentPage])
    assert_type(client.payment_pages.fetch_payment_page("shop").data["amount"], int | None)
    assert_type(client.payment_pages.add_products(1, [2, 3]), Response[ProductPage])
    assert_type(client.payment_pages.check_slug_available("shop"), Response[None])
    for page in client.iterate(client.payment_pages.list_payment_pages()):
        assert_type(page, PaymentPage)

    assert_type(
        client.payment_requests.create_payment_request("CUS_x", line_items=[{"name": "Hat", "amount": 5000}]),
        Response[NewPaymentRequest],
    )
    assert_type(client.payment_requests.fetch_payment_request(1), Response[FetchedPaymentRequest])
    assert_type(client.payment_requests.verify_payment_request("PRQ_x"), Response[VerifiedPaymentRequest])
    assert_type(client.payment_requests.verify_payment_request("PRQ_x").data["integration"]["name"], str)
    assert_type(client.payment_requests.payment_request_total(), Response[PaymentRequestTotals])
    assert_type(client.payment_requests.finalize_payment_request("PRQ_x"), Response[FinalizedPaymentRequest])
    for asked in client.iterate(client.payment_requests.list_payment_requests(status="pending")):
        assert_type(asked, PaymentRequest)

    assert_type(client.plans.create_plan("Gold", 5000, "monthly"), Response[NewPlan])
    assert_type(client.plans.fetch_plan("PLN_x"), Response[FetchedPlan])
    assert_type(client.plans.fetch_plan("PLN_x").data["amount"], int)
    assert_type(client.plans.fetch_plan("PLN_x").data["subscriptions"][0]["authorization"], Authorization)
    assert_type(client.plans.update_plan("PLN_x", name="Silver", update_existing_subscriptions=False), Response[None])
    for plan in client.iterate(client.plans.list_plans(interval="weekly")):
        assert_type(plan, Plan)

    assert_type(
        client.preauthorization.initialize_preauthorization("a@b.c", 5000, "ZAR", expire_action="release"),
        Response[PreauthorizationRequest],
    )
    assert_type(
        client.preauthorization.reserve_preauthorization("a@b.c", 5000, "AUTH_x", "ZAR"),
        Response[ReservedPreauthorization],
    )
    assert_type(client.preauthorization.capture_preauthorization("r1", 5000, "ZAR"), Response[CapturedPreauthorization])
    assert_type(client.preauthorization.verify_preauthorization("r1"), Response[VerifiedPreauthorization])
    assert_type(client.preauthorization.verify_preauthorization("r1").data["captured_at"], str | None)
    assert_type(client.preauthorization.release_preauthorization("r1"), Response[ReleasedPreauthorization])
    for held in client.iterate(client.preauthorization.list_preauthorizations(status="ongoing")):
        assert_type(held, Preauthorization)

    assert_type(client.products.create_product("Hat", "A hat", 5000, "NGN", quantity=3), Response[NewProduct])
    assert_type(client.products.fetch_product(1), Response[FetchedProduct])
    assert_type(client.products.fetch_product(1).data["in_stock"], bool)
    assert_type(client.products.update_product(1, amount=6000), Response[UpdatedProduct])
    assert_type(client.products.delete_product(1), Response[None])
    for product in client.iterate(client.products.list_products(active=True)):
        assert_type(product, Product)

    assert_type(client.refund.create_refund("r1", 5000), Response[NewRefund])
    assert_type(client.refund.create_refund("r1", 5000).data["transaction"]["reference"], str)
    assert_type(
        client.refund.retry_refund(1, {"currency": "NGN", "account_number": "0000000000", "bank_id": "9"}),
        Response[RetriedRefund],
    )
    assert_type(client.refund.fetch_refund(1), Response[FetchedRefund])
    for refunded in client.iterate(client.refund.list_refunds(transaction=1)):
        assert_type(refunded, Refund)

    for settlement in client.iterate(client.settlements.list_settlements(subaccount="none")):
        assert_type(settlement, Settlement)
    for settled in client.iterate(client.settlements.list_settlement_transactions(1)):
        assert_type(settled, SettledTransaction)

    assert_type(client.storefronts.create_storefront("Hats", "hats", "NGN"), Response[Storefront])
    assert_type(client.storefronts.fetch_storefront(1), Response[Storefront])
    assert_type(client.storefronts.fetch_storefront(1).data["slug"], str)
    assert_type(client.storefronts.update_storefront(1, name="Caps"), Response[Storefront | None])
    assert_type(client.storefronts.delete_storefront(1), Response[None])
    for storefront in client.iterate(client.storefronts.list_storefronts(status="active")):
        assert_type(storefront, ListedStorefront)
    for ordered in client.iterate(client.storefronts.list_storefront_orders(1)):
        assert_type(ordered, ListedOrder)
    for sold in client.iterate(client.storefronts.list_storefront_products(1)):
        assert_type(sold, StorefrontProduct)

    assert_type(client.subaccounts.create_subaccount("Hats", "057", "0000000000", 18.2), Response[NewSubaccount])
    assert_type(client.subaccounts.update_subaccount("ACCT_x", settlement_schedule="auto"), Response[FetchedSubaccount])
    assert_type(client.subaccounts.fetch_subaccount("ACCT_x"), Response[FetchedSubaccount])
    assert_type(client.subaccounts.fetch_subaccount("ACCT_x").data["percentage_charge"], float)
    for subaccount in client.iterate(client.subaccounts.list_subaccounts(active=True)):
        assert_type(subaccount, Subaccount)

    assert_type(
        client.subscriptions.create_subscription("CUS_x", "PLN_x", start_date=dt.datetime(2026, 10, 1, tzinfo=dt.UTC)),
        Response[NewSubscription],
    )
    assert_type(client.subscriptions.fetch_subscription("SUB_x"), Response[FetchedSubscription])
    assert_type(client.subscriptions.fetch_subscription("SUB_x").data["customer"]["email"], str)
    assert_type(client.subscriptions.disable_subscription("SUB_x", "token"), Response[None])
    assert_type(client.subscriptions.generate_update_subscription("SUB_x"), Response[UpdateLink])
    for subscription in client.iterate(client.subscriptions.list_subscriptions(plan_code=1)):
        assert_type(subscription, Subscription)

    assert_type(
        client.terminal.send_event("t1", "invoice", "process", {"id": 1, "reference": 2}), Response[TerminalEvent]
    )
    assert_type(client.terminal.fetch_event_status("t1", "e1"), Response[EventStatus])
    assert_type(client.terminal.fetch_terminal_status("t1"), Response[TerminalStatus])
    assert_type(client.terminal.fetch_terminal("t1"), Response[FetchedTerminal])
    assert_type(client.terminal.fetch_terminal("t1").data["name"], str | None)
    for device in client.iterate(client.terminal.list_terminals(20)):
        assert_type(device, Terminal)

    assert_type(
        client.transaction_splits.create_split("Us", "percentage", "NGN", [{"subaccount": "ACCT_x", "share": 20}]),
        Response[NewSplit],
    )
    assert_type(client.transaction_splits.fetch_split(1), Response[Split])
    assert_type(client.transaction_splits.fetch_split(1).data["subaccounts"][0]["subaccount"]["subaccount_code"], str)
    assert_type(client.transaction_splits.remove_sub_account_split(1, "ACCT_x"), Response[None])
    for split in client.iterate(client.transaction_splits.list_split(active=True)):
        assert_type(split, Split)

    assert_type(
        client.transactions.initialize("a@b.c", 5000, channels=["card", Channels.BANK], metadata={"cart": 7}),
        Response[Checkout],
    )
    assert_type(
        client.transactions.initialize("a@b.c", 5000, channels=["card", Channels.BANK], metadata={"cart": 7}).data[
            "authorization_url"
        ],
        str,
    )
    assert_type(client.transactions.verify_transaction("r1"), Response[VerifiedTransaction])
    assert_type(client.transactions.verify_transaction("r1").data["customer"]["customer_code"], str)
    assert_type(client.transactions.fetch_transaction(1), Response[FetchedTransaction])
    assert_type(
        client.transactions.partial_debit("a@b.c", "AUTH_x", 5000, "NGN", at_least=1000), Response[PartialDebit]
    )
    assert_type(client.transactions.transaction_timeline("r1"), Response[Timeline])
    assert_type(client.transactions.transaction_totals(), Response[TransactionTotals])
    assert_type(client.transactions.check_authorization("a@b.c", 5000, "AUTH_x"), Response[dict[str, object]])
    for transaction in client.iterate(client.transactions.list_transactions(status="success", channel="card")):
        assert_type(transaction, Transaction)

    assert_type(client.transfer_control.check_balance(), Response[list[Balance]])
    assert_type(client.transfer_control.check_balance().data[0]["balance"], int)
    assert_type(client.transfer_control.resend_otp("TRF_x", "transfer"), Response[None])
    assert_type(client.transfer_control.enable_otp(), Response[None])
    for entry in client.iterate(client.transfer_control.fetch_balance_ledger(per_page=10)):
        assert_type(entry, LedgerEntry)

    assert_type(
        client.transfer_recipients.create_transfer_recipients("nuban", "Ada", "0000000000", "057"),
        Response[NewRecipient],
    )
    assert_type(
        client.transfer_recipients.bulk_create_transfer_recipient([{"type": "nuban", "name": "Ada"}]),
        Response[AddedRecipients],
    )
    assert_type(client.transfer_recipients.fetch_transfer_recipient("RCP_x"), Response[Recipient])
    assert_type(client.transfer_recipients.fetch_transfer_recipient("RCP_x").data["details"]["bank_code"], str)
    assert_type(client.transfer_recipients.delete_transfer_recipient("RCP_x"), Response[None])
    for recipient in client.iterate(client.transfer_recipients.list_transfer_recipients()):
        assert_type(recipient, Recipient)

    assert_type(client.transfers.initiate_transfer("balance", 5000, "RCP_x", reference="t1"), Response[NewTransfer])
    assert_type(client.transfers.finalize_transfer("TRF_x", "123456"), Response[FinalizedTransfer])
    assert_type(
        client.transfers.initiate_bulk_transfer("balance", [{"amount": 5000, "recipient": "RCP_x"}]),
        Response[list[QueuedTransfer]],
    )
    assert_type(client.transfers.fetch_transfer("TRF_x"), Response[FetchedTransfer])
    assert_type(client.transfers.fetch_transfer("TRF_x").data["recipient"]["details"]["account_number"], str | None)
    assert_type(client.transfers.export_transfers(), Response[TransferExport])
    for transfer in client.iterate(client.transfers.list_transfers(recipient="RCP_x")):
        assert_type(transfer, Transfer)

    assert_type(client.verification.resolve_account("0000000000", "057"), Response[ResolvedAccount])
    assert_type(client.verification.resolve_card_bin("539983"), Response[CardBIN])
    assert_type(client.verification.resolve_card_bin("539983").data["brand"], str)
    assert_type(
        client.verification.validate_account("Ada", "0000000000", "personal", "632005", "ZA", "identityNumber"),
        Response[ValidatedAccount],
    )

    assert_type(
        client.virtual_terminal.create_virtual_terminal("Till", [{"target": "+27801", "name": "Ada"}]),
        Response[NewVirtualTerminal],
    )
    assert_type(client.virtual_terminal.fetch_virtual_terminal("VT_x"), Response[FetchedVirtualTerminal])
    assert_type(client.virtual_terminal.fetch_virtual_terminal("VT_x").data["destinations"][0]["created_at"], str)
    assert_type(
        client.virtual_terminal.assign_destination("VT_x", [{"target": "+27801"}]), Response[list[AssignedDestination]]
    )
    assert_type(client.virtual_terminal.add_split_code("VT_x", "SPL_x"), Response[Split])
    assert_type(client.virtual_terminal.remove_split_code("VT_x", "SPL_x"), Response[None])
    for till in client.iterate(client.virtual_terminal.list_virtual_terminals(status="active")):
        assert_type(till, VirtualTerminal)


async def awaited(client: AsyncPaystack) -> None:
    assert_type(await client.apple_pay.register_domain("shop.example"), Response[None])
    assert_type(await client.apple_pay.list_domains(), Response[ApplePayDomains])

    assert_type(
        await client.bulk_charges.initiate_bulk_charge(
            [{"authorization": "AUTH_x", "amount": 5000, "reference": "b1"}]
        ),
        Response[NewBulkCharge],
    )
    assert_type(await client.bulk_charges.fetch_bulk_charge_batch(7), Response[FetchedBulkCharge])
    assert_type(await client.bulk_charges.pause_bulk_charge_batch("BCH_x"), Response[None])
    async for batch in client.iterate(await client.bulk_charges.list_bulk_charge_batches(status="active")):
        assert_type(batch, BulkCharge)
    async for item in client.iterate(await client.bulk_charges.fetch_charge_bulk_batch("BCH_x", STATUS.PENDING)):
        assert_type(item, BatchCharge)

    assert_type(await client.capitec_pay.requery_transaction("r1"), Response[CapitecPayStatus])
    assert_type((await client.capitec_pay.requery_transaction("r1")).data["status"], str)

    assert_type(
        await client.charges.create_charge("a@b.c", 5000, bank={"code": "057", "account_number": "0000000000"}),
        Response[Charge],
    )
    assert_type(await client.charges.submit_birthday(dt.date(1990, 12, 31), "r1"), Response[Charge])
    assert_type(await client.charges.check_pending_charge("r1"), Response[Charge])

    assert_type(await client.customers.create_customer("a@b.c", "A", "B", "0801"), Response[NewCustomer])
    assert_type(await client.customers.fetch_customer("CUS_x"), Response[FetchedCustomer])
    assert_type((await client.customers.fetch_customer("CUS_x")).data["authorizations"], list[Authorization])
    assert_type((await client.customers.fetch_customer("CUS_x")).data["authorizations"][0]["reusable"], bool)
    assert_type(await client.customers.update_customer("CUS_x", metadata={"vip": True}), Response[UpdatedCustomer])
    assert_type(await client.customers.deactivate_authorization("AUTH_x"), Response[None])
    assert_type(await client.customers.verify_authorization("r1"), Response[VerifiedAuthorization])
    async for customer in client.iterate(await client.customers.list_customers(10, use_cursor=True)):
        assert_type(customer, Customer)
    async for mandate in client.iterate(await client.customers.fetch_mandate_authorizations(1)):
        assert_type(mandate, MandateAuthorization)

    assert_type(
        await client.dedicated_virtual_accounts.create_virtual_account("CUS_x", "test-bank"),
        Response[NewDedicatedAccount],
    )
    assert_type(await client.dedicated_virtual_accounts.fetch_dedicated_account(1), Response[FetchedDedicatedAccount])
    assert_type(
        await client.dedicated_virtual_accounts.assign_dedicated_virtual_account(
            "a@b.c", "A", "B", "+234801", "test-bank", "NG"
        ),
        Response[None],
    )
    async for account in client.iterate(
        await client.dedicated_virtual_accounts.list_dedicated_account(True, currency="NGN")
    ):
        assert_type(account, DedicatedAccount)
    async for provider in client.iterate(await client.dedicated_virtual_accounts.fetch_bank_providers()):
        assert_type(provider, AccountProvider)

    assert_type(await client.direct_debit.trigger_activation_charge([1, 2]), Response[None])
    async for debit in client.iterate(await client.direct_debit.list_mandate_authorizations(status="active")):
        assert_type(debit, MandateAuthorization)

    assert_type(await client.disputes.fetch_dispute(1), Response[Dispute])
    assert_type(await client.disputes.list_transaction_disputes("1"), Response[TransactionDispute])
    assert_type(await client.disputes.update_dispute(1, 5000), Response[list[UpdatedDispute]])
    assert_type(
        await client.disputes.resolve_dispute(1, "declined", "Delivered", 0, "proof.pdf"), Response[ResolvedDispute]
    )
    assert_type(await client.disputes.export_disputes(from_date=dt.date(2026, 1, 1)), Response[DisputeExport])
    async for dispute in client.iterate(await client.disputes.list_disputes(status="resolved")):
        assert_type(dispute, Dispute)

    assert_type(await client.integration.fetch_timeout(), Response[SessionTimeout])
    assert_type(await client.integration.update_timeout(30), Response[SessionTimeout])
    assert_type(await client.integration.fetch_webhook_event("e1"), Response[FetchedWebhookEvent])
    assert_type(await client.integration.resend_webhook_events(["e1", "e2"]), Response[ResentWebhookEvents])
    assert_type(
        await client.integration.resend_matching_webhook_events(preview=True), Response[ResentMatchingWebhookEvents]
    )
    async for told in client.iterate(await client.integration.list_webhook_events(limit=20)):
        assert_type(told, WebhookEvent)

    async for bank in client.iterate(await client.miscellaneous.list_banks(country="nigeria", pay_with_bank=True)):
        assert_type(bank, Bank)
    async for country in client.iterate(await client.miscellaneous.list_countries()):
        assert_type(country, Country)
    async for state in client.iterate(await client.miscellaneous.list_states("CA")):
        assert_type(state, State)

    assert_type(
        await client.orders.create_order(customer="CUS_x", line_items=[{"product": 1, "quantity": 2}]), Response[Order]
    )
    assert_type(await client.orders.fetch_order(1), Response[Order])
    assert_type(await client.orders.validate_order("ORD_x"), Response[ValidatedOrder])
    async for order in client.iterate(await client.orders.list_orders(50, 1)):
        assert_type(order, ListedOrder)
    async for product_order in client.iterate(await client.orders.list_product_orders(1)):
        assert_type(product_order, ProductOrder)

    assert_type(
        await client.payment_pages.create_payment_page("Shop", page_type="product", plan=1, collect_phone=True),
        Response[NewPage],
    )
    assert_type(await client.payment_pages.fetch_payment_page("shop"), Response[PaymentPage])
    assert_type(await client.payment_pages.add_products(1, [2, 3]), Response[ProductPage])
    assert_type(await client.payment_pages.check_slug_available("shop"), Response[None])
    async for page in client.iterate(await client.payment_pages.list_payment_pages()):
        assert_type(page, PaymentPage)

    assert_type(
        await client.payment_requests.create_payment_request("CUS_x", line_items=[{"name": "Hat", "amount": 5000}]),
        Response[NewPaymentRequest],
    )
    assert_type(await client.payment_requests.fetch_payment_request(1), Response[FetchedPaymentRequest])
    assert_type(await client.payment_requests.verify_payment_request("PRQ_x"), Response[VerifiedPaymentRequest])
    assert_type(await client.payment_requests.payment_request_total(), Response[PaymentRequestTotals])
    assert_type(await client.payment_requests.finalize_payment_request("PRQ_x"), Response[FinalizedPaymentRequest])
    async for asked in client.iterate(await client.payment_requests.list_payment_requests(status="pending")):
        assert_type(asked, PaymentRequest)

    assert_type(await client.plans.create_plan("Gold", 5000, "monthly"), Response[NewPlan])
    assert_type(await client.plans.fetch_plan("PLN_x"), Response[FetchedPlan])
    assert_type((await client.plans.fetch_plan("PLN_x")).data["amount"], int)
    assert_type((await client.plans.fetch_plan("PLN_x")).data["subscriptions"][0]["authorization"], Authorization)
    assert_type(
        await client.plans.update_plan("PLN_x", name="Silver", update_existing_subscriptions=False), Response[None]
    )
    async for plan in client.iterate(await client.plans.list_plans(interval="weekly")):
        assert_type(plan, Plan)

    assert_type(
        await client.preauthorization.initialize_preauthorization("a@b.c", 5000, "ZAR", expire_action="release"),
        Response[PreauthorizationRequest],
    )
    assert_type(
        await client.preauthorization.reserve_preauthorization("a@b.c", 5000, "AUTH_x", "ZAR"),
        Response[ReservedPreauthorization],
    )
    assert_type(
        await client.preauthorization.capture_preauthorization("r1", 5000, "ZAR"), Response[CapturedPreauthorization]
    )
    assert_type(await client.preauthorization.verify_preauthorization("r1"), Response[VerifiedPreauthorization])
    assert_type(await client.preauthorization.release_preauthorization("r1"), Response[ReleasedPreauthorization])
    async for held in client.iterate(await client.preauthorization.list_preauthorizations(status="ongoing")):
        assert_type(held, Preauthorization)

    assert_type(await client.products.create_product("Hat", "A hat", 5000, "NGN", quantity=3), Response[NewProduct])
    assert_type(await client.products.fetch_product(1), Response[FetchedProduct])
    assert_type(await client.products.update_product(1, amount=6000), Response[UpdatedProduct])
    assert_type(await client.products.delete_product(1), Response[None])
    async for product in client.iterate(await client.products.list_products(active=True)):
        assert_type(product, Product)

    assert_type(await client.refund.create_refund("r1", 5000), Response[NewRefund])
    assert_type(
        await client.refund.retry_refund(1, {"currency": "NGN", "account_number": "0000000000", "bank_id": "9"}),
        Response[RetriedRefund],
    )
    assert_type(await client.refund.fetch_refund(1), Response[FetchedRefund])
    async for refunded in client.iterate(await client.refund.list_refunds(transaction=1)):
        assert_type(refunded, Refund)

    async for settlement in client.iterate(await client.settlements.list_settlements(subaccount="none")):
        assert_type(settlement, Settlement)
    async for settled in client.iterate(await client.settlements.list_settlement_transactions(1)):
        assert_type(settled, SettledTransaction)

    assert_type(await client.storefronts.create_storefront("Hats", "hats", "NGN"), Response[Storefront])
    assert_type(await client.storefronts.fetch_storefront(1), Response[Storefront])
    assert_type(await client.storefronts.update_storefront(1, name="Caps"), Response[Storefront | None])
    assert_type(await client.storefronts.delete_storefront(1), Response[None])
    async for storefront in client.iterate(await client.storefronts.list_storefronts(status="active")):
        assert_type(storefront, ListedStorefront)
    async for ordered in client.iterate(await client.storefronts.list_storefront_orders(1)):
        assert_type(ordered, ListedOrder)
    async for sold in client.iterate(await client.storefronts.list_storefront_products(1)):
        assert_type(sold, StorefrontProduct)

    assert_type(await client.subaccounts.create_subaccount("Hats", "057", "0000000000", 18.2), Response[NewSubaccount])
    assert_type(
        await client.subaccounts.update_subaccount("ACCT_x", settlement_schedule="auto"), Response[FetchedSubaccount]
    )
    assert_type(await client.subaccounts.fetch_subaccount("ACCT_x"), Response[FetchedSubaccount])
    async for subaccount in client.iterate(await client.subaccounts.list_subaccounts(active=True)):
        assert_type(subaccount, Subaccount)

    assert_type(
        await client.subscriptions.create_subscription(
            "CUS_x", "PLN_x", start_date=dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
        ),
        Response[NewSubscription],
    )
    assert_type(await client.subscriptions.fetch_subscription("SUB_x"), Response[FetchedSubscription])
    assert_type(await client.subscriptions.disable_subscription("SUB_x", "token"), Response[None])
    assert_type(await client.subscriptions.generate_update_subscription("SUB_x"), Response[UpdateLink])
    async for subscription in client.iterate(await client.subscriptions.list_subscriptions(plan_code=1)):
        assert_type(subscription, Subscription)

    assert_type(
        await client.terminal.send_event("t1", "invoice", "process", {"id": 1, "reference": 2}), Response[TerminalEvent]
    )
    assert_type(await client.terminal.fetch_event_status("t1", "e1"), Response[EventStatus])
    assert_type(await client.terminal.fetch_terminal_status("t1"), Response[TerminalStatus])
    assert_type(await client.terminal.fetch_terminal("t1"), Response[FetchedTerminal])
    async for device in client.iterate(await client.terminal.list_terminals(20)):
        assert_type(device, Terminal)

    assert_type(
        await client.transaction_splits.create_split(
            "Us", "percentage", "NGN", [{"subaccount": "ACCT_x", "share": 20}]
        ),
        Response[NewSplit],
    )
    assert_type(await client.transaction_splits.fetch_split(1), Response[Split])
    assert_type(await client.transaction_splits.remove_sub_account_split(1, "ACCT_x"), Response[None])
    async for split in client.iterate(await client.transaction_splits.list_split(active=True)):
        assert_type(split, Split)

    assert_type(
        await client.transactions.initialize("a@b.c", 5000, channels=["card", Channels.BANK], metadata={"cart": 7}),
        Response[Checkout],
    )
    assert_type(await client.transactions.verify_transaction("r1"), Response[VerifiedTransaction])
    assert_type(await client.transactions.fetch_transaction(1), Response[FetchedTransaction])
    assert_type(
        await client.transactions.partial_debit("a@b.c", "AUTH_x", 5000, "NGN", at_least=1000), Response[PartialDebit]
    )
    assert_type(await client.transactions.transaction_timeline("r1"), Response[Timeline])
    assert_type(await client.transactions.transaction_totals(), Response[TransactionTotals])
    assert_type(await client.transactions.check_authorization("a@b.c", 5000, "AUTH_x"), Response[dict[str, object]])
    async for transaction in client.iterate(
        await client.transactions.list_transactions(status="success", channel="card")
    ):
        assert_type(transaction, Transaction)

    assert_type(await client.transfer_control.check_balance(), Response[list[Balance]])
    assert_type((await client.transfer_control.check_balance()).data[0]["balance"], int)
    assert_type(await client.transfer_control.resend_otp("TRF_x", "transfer"), Response[None])
    assert_type(await client.transfer_control.enable_otp(), Response[None])
    async for entry in client.iterate(await client.transfer_control.fetch_balance_ledger(per_page=10)):
        assert_type(entry, LedgerEntry)

    assert_type(
        await client.transfer_recipients.create_transfer_recipients("nuban", "Ada", "0000000000", "057"),
        Response[NewRecipient],
    )
    assert_type(
        await client.transfer_recipients.bulk_create_transfer_recipient([{"type": "nuban", "name": "Ada"}]),
        Response[AddedRecipients],
    )
    assert_type(await client.transfer_recipients.fetch_transfer_recipient("RCP_x"), Response[Recipient])
    assert_type(await client.transfer_recipients.delete_transfer_recipient("RCP_x"), Response[None])
    async for recipient in client.iterate(await client.transfer_recipients.list_transfer_recipients()):
        assert_type(recipient, Recipient)

    assert_type(
        await client.transfers.initiate_transfer("balance", 5000, "RCP_x", reference="t1"), Response[NewTransfer]
    )
    assert_type(await client.transfers.finalize_transfer("TRF_x", "123456"), Response[FinalizedTransfer])
    assert_type(
        await client.transfers.initiate_bulk_transfer("balance", [{"amount": 5000, "recipient": "RCP_x"}]),
        Response[list[QueuedTransfer]],
    )
    assert_type(await client.transfers.fetch_transfer("TRF_x"), Response[FetchedTransfer])
    assert_type(await client.transfers.export_transfers(), Response[TransferExport])
    async for transfer in client.iterate(await client.transfers.list_transfers(recipient="RCP_x")):
        assert_type(transfer, Transfer)

    assert_type(await client.verification.resolve_account("0000000000", "057"), Response[ResolvedAccount])
    assert_type(await client.verification.resolve_card_bin("539983"), Response[CardBIN])
    assert_type((await client.verification.resolve_card_bin("539983")).data["brand"], str)
    assert_type(
        await client.verification.validate_account("Ada", "0000000000", "personal", "632005", "ZA", "identityNumber"),
        Response[ValidatedAccount],
    )

    assert_type(
        await client.virtual_terminal.create_virtual_terminal("Till", [{"target": "+27801", "name": "Ada"}]),
        Response[NewVirtualTerminal],
    )
    assert_type(await client.virtual_terminal.fetch_virtual_terminal("VT_x"), Response[FetchedVirtualTerminal])
    assert_type(
        await client.virtual_terminal.assign_destination("VT_x", [{"target": "+27801"}]),
        Response[list[AssignedDestination]],
    )
    assert_type(await client.virtual_terminal.add_split_code("VT_x", "SPL_x"), Response[Split])
    assert_type(await client.virtual_terminal.remove_split_code("VT_x", "SPL_x"), Response[None])
    async for till in client.iterate(await client.virtual_terminal.list_virtual_terminals(status="active")):
        assert_type(till, VirtualTerminal)


# --- What a call returns ---


def answer(client: Paystack) -> None:
    response = client.plans.fetch_plan("PLN_x")
    assert_type(response, Response[FetchedPlan])
    assert_type(response.data, FetchedPlan)
    assert_type(response["data"], FetchedPlan)
    assert_type(response["data"]["amount"], int)
    assert_type(response.message, str)
    assert_type(response["message"], str)
    assert_type(response.meta, Meta)
    assert_type(response["meta"], Meta)
    assert_type(response["status"], object)
    assert_type(response.http, ResponseInfo)
    assert_type(response.http.status, int)
    assert_type(response.http.attempts, int)
    assert_type(response.http.headers, Mapping[str, str])
    assert_type(response.data.get("total_revenue"), int | None)
    assert_type(client.plans.update_plan(1).data, None)

    body: dict[str, object] = response  # it is the body
    wider: Response[PlanDetails] = response  # and covariant
    assert_type((body["status"], wider.data["plan_code"]), tuple[object, str])

    charged = client.transactions.charge_authorization("a@b.c", 5000, "AUTH_x").data
    assert_type(charged, ChargedAuthorization | PausedCharge)
    if "paused" in charged:
        assert_type(charged["authorization_url"], str)
    else:
        assert_type(charged["gateway_response"], str | None)


# --- Enums, or their values ---


def either(client: Paystack) -> None:
    client.plans.create_plan("Gold", 5000, Interval.MONTHLY, Currency.NGN)
    client.plans.create_plan("Gold", 5000, "monthly", "NGN")
    client.customers.whitelist_blacklist_customer("CUS_x", RiskAction.DENY)
    client.customers.whitelist_blacklist_customer("CUS_x", "deny")
    client.disputes.list_disputes(status=DisputeStatus.PENDING)
    client.disputes.list_disputes(status="pending")
    client.disputes.resolve_dispute(1, Resolution.DECLINED, "Delivered", 0, "proof.pdf")
    client.terminal.send_event("t1", EventType.TRANSACTION, EventAction.PRINT, {"id": "1"})
    client.terminal.send_event("t1", "transaction", "print", {"id": "1"})
    client.transaction_splits.create_split("Us", SplitType.FLAT, Currency.NGN, [], Bearer.ALL)
    client.transaction_splits.create_split("Us", "flat", "NGN", [], "all-proportional")
    client.transactions.list_transactions(status=TransactionStatus.SUCCESS)
    client.transactions.initialize("a@b.c", convert_to_subunit(Decimal("100.50")), bearer="subaccount")
    client.transfer_control.resend_otp("TRF_x", ResendOTP.TRANSFER)
    client.transfer_recipients.create_transfer_recipients(RecipientType.NUBAN, "Ada")
    client.bulk_charges.fetch_charge_bulk_batch(1, "pending")
    client.bulk_charges.fetch_charge_bulk_batch(1, STATUS.PENDING)


# --- Clients ---


def clients(transport: Transport) -> None:
    with Paystack("sk_test_x", base_url="https://api.example", timeout=5, retry=Retry(max_attempts=1)) as client:
        assert_type(client, Paystack)
        assert_type(client.customers, CustomerClientAPI)
        assert_type(client.plans, PlanClientAPI)
    with CustomerClientAPI("sk_test_x") as section:
        assert_type(section, CustomerClientAPI)
        assert_type(section.fetch_customer("x"), Response[FetchedCustomer])
        for customer in section.iterate(section.list_customers()):
            assert_type(customer, Customer)
    with Emulator() as emulator, PayStackBase(transport=emulator.at("sk_test_x")) as offline:
        assert_type(offline, Paystack)
    Paystack(transport=transport).close()
    Paystack(transport=Emulator()).close()


async def async_clients(transport: AsyncTransport) -> None:
    async with AsyncPaystack(
        "sk_test_x", base_url="https://api.example", timeout=5, retry=Retry(max_attempts=1)
    ) as client:
        assert_type(client, AsyncPaystack)
        assert_type(client.customers, AsyncCustomerClientAPI)
        assert_type(client.plans, AsyncPlanClientAPI)
    async with AsyncCustomerClientAPI("sk_test_x") as section:
        assert_type(section, AsyncCustomerClientAPI)
        assert_type(await section.fetch_customer("x"), Response[FetchedCustomer])
        async for customer in section.iterate(await section.list_customers()):
            assert_type(customer, Customer)
    async with AsyncPayStackBase(transport=Emulator()) as offline:
        assert_type(offline, AsyncPaystack)
    await AsyncPaystack(transport=transport).close()


async def concurrently(client: AsyncPaystack) -> None:
    task = asyncio.create_task(client.customers.fetch_customer("x"))
    assert_type(task, asyncio.Task[Response[FetchedCustomer]])
    assert_type((await task).data["email"], str)
    plan, customer = await asyncio.gather(client.plans.fetch_plan(1), client.customers.fetch_customer("x"))
    assert_type(plan, Response[FetchedPlan])
    assert_type(customer, Response[FetchedCustomer])
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        assert_type(group.create_task(client.plans.fetch_plan(1)), asyncio.Task[Response[FetchedPlan]])


async def passed_on(client: Paystack, async_client: AsyncPaystack) -> None:
    fetch: Callable[[str], Response[FetchedCustomer]] = client.customers.fetch_customer
    assert_type(fetch("x").data["id"], int)
    wait: Callable[[str], Coroutine[Any, Any, Response[FetchedCustomer]]] = async_client.customers.fetch_customer
    assert_type((await wait("x")).data["id"], int)


# --- Requests, endpoints and calls of one's own ---


def paid_orders(client: Paystack, event: AnyEvent, body: events.ChargeSuccess) -> None:
    verified = client.transactions.verify_transaction("T1")
    assert_type(fees.is_paid(verified, reference="T1", amount=500_000, currency="NGN"), bool)
    assert_type(fees.is_paid(verified.data, reference="T1", amount=500_000, currency=Currency.NGN), bool)
    assert_type(fees.is_paid(event, reference="T1", amount=500_000, currency="NGN"), bool)
    assert_type(fees.is_paid(body, reference="T1", amount=500_000, currency="NGN"), bool)
    assert_type(fees.is_paid(body["data"], reference="T1", amount=500_000, currency="NGN"), bool)
    assert_type(fees.fee(100, Currency.NGN, channel=Channels.CARD, rates=fees.Rate(basis_points=1)), int)
    assert_type(fees.charge_for(100, "NGN", rates=[fees.Rate(basis_points=1)]), int)
    assert_type(fees.transfer_fee(100, "NGN", recipient_type=RecipientType.NUBAN), int)
    assert_type(fees.split_preview(100, "NGN", {"ACCT_a": "12.5"}), fees.SplitPreview)
    fees.fee(1.0, "NGN")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    fees.is_paid(body, amount=1, currency="NGN")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def requests(client: Paystack) -> None:
    own: Request[dict[str, object]] = Request("GET", "/balance")
    assert_type(client.send(own), Response[dict[str, object]])
    assert_type(client.send(own).data, dict[str, object])
    several = Request[list[Plan]]("GET", "/plan", query={"perPage": 2})
    assert_type(several.with_query(page=2), Request[list[Plan]])
    assert_type(several.target, str)
    assert_type(several.content, bytes | None)
    for plan in client.iterate(client.send(several)):
        assert_type(plan, Plan)


async def async_requests(client: AsyncPaystack) -> None:
    own: Request[dict[str, object]] = Request("GET", "/balance")
    assert_type((await client.send(own)).data, dict[str, object])
    assert_type(await client.send(Plans.fetch_plan.build(1)), Response[FetchedPlan])
    async for plan in client.iterate(await client.send(Plans.list_plans.build(amount=5000))):
        assert_type(plan, Plan)


async def endpoints(client: Paystack, async_client: AsyncPaystack) -> None:
    assert_type(Customers.fetch_customer.build("x"), Request[FetchedCustomer])
    assert_type(Customers.list_customers.build(per_page=2), Request[list[Customer]])
    assert_type(client.send(Customers.fetch_customer.build("x")), Response[FetchedCustomer])
    assert_type(Customers.fetch_customer.name, str)
    assert_type(Customers.fetch_customer.method, str)
    assert_type(Customers.fetch_customer.path, str)
    assert_type(Customers.fetch_customer.docs, str | None)
    assert_type(Customers.fetch_customer.parameters["email_or_code"].required, bool)
    # Of a client's class they are methods.
    assert_type(CustomerClientAPI.fetch_customer(client.customers, "x"), Response[FetchedCustomer])
    waiting = AsyncCustomerClientAPI.fetch_customer(async_client.customers, "x")
    assert_type(await waiting, Response[FetchedCustomer])


# --- Errors ---


def errors(client: Paystack) -> None:
    try:
        client.plans.fetch_plan(1)
    except APITimeoutError as error:
        assert_type(error.may_have_arrived, bool)
    except APIConnectionError as error:
        assert_type(error.may_have_arrived, bool)
        assert_type(error.request, Request[object])
    except APIStatusError as error:
        assert_type(error.response, Response[object])
        assert_type(error.response.data, object)
        assert_type(error.response.http.status, int)
        assert_type(error.response.message, str)
        assert_type(error.content, bytes)
        assert_type(error.code, str | None)
        assert_type(error.type, str | None)
        assert_type(error.next_step, str | None)
    except MalformedResponseError as error:
        assert_type(error.http, ResponseInfo)
        assert_type(error.content, bytes)
    except TypeValueError as error:
        value_error: ValueError = error
        assert_type(str(value_error), str)
    except PayStackError as error:
        assert_type(error.message, str)
        assert_type(error.status_code, int | None)


# --- Webhooks ---


def webhook(event: events.WebhookEvent) -> None:
    if event["event"] == "charge.success":
        assert_type(event, events.ChargeSuccess)
        assert_type(event["data"], events.Charge)
        assert_type(event["data"]["reference"], str)
        assert_type(event["data"]["amount"], int | str)
    elif event["event"] == "transfer.success":
        assert_type(event["data"], events.PaidTransfer)
        assert_type(event["data"]["recipient"]["createdAt"], str)
    elif event["event"] == "transfer.failed" or event["event"] == "transfer.reversed":
        assert_type(event["data"], events.UnpaidTransfer)
        assert_type(event["data"]["recipient"]["details"]["account_number"], str)
    elif event["event"] == "refund.needs-attention":
        assert_type(event["data"]["id"], str)
    elif event["event"] == "customeridentification.failed":
        assert_type(event["data"]["reason"], str)
    elif event["event"] == "dedicatedaccount.assign.failed":
        assert_type(event["data"]["dedicated_account"], None)
    elif event["event"] == "direct_debit.authorization.created":
        assert_type(event["message"], str)


def verified(body: bytes, client: Paystack, async_client: AsyncPaystack) -> None:
    event = webhooks.verify(body, None, ["sk_test_old", "sk_test_new"])
    assert_type(event, AnyEvent)
    assert_type(client.verify_webhook(body, "x"), AnyEvent)
    assert_type(async_client.verify_webhook(body, "x", "sk_test_other"), AnyEvent)
    assert_type(event.key, str)
    assert_type(event.subject, str)
    assert_type(event.body, dict[str, object])
    match event.name:
        case "charge.success":
            assert_type(event, webhook_events.ChargeSuccess)
            assert_type(event.data, events.Charge)
            assert_type(event.data["reference"], str)
        case "transfer.success":
            assert_type(event.data, events.PaidTransfer)
        case "transfer.failed" | "transfer.reversed":
            assert_type(event.data, events.UnpaidTransfer)
            assert_type(event.data["transfer_code"], str)
        case "refund.needs-attention":
            assert_type(event.data["id"], str)
        case "charge.dispute.create":
            assert_type(event.data, events.EventDispute)
        case "subscription.expiring_cards":
            assert_type(event.data, list[events.ExpiringCard])
        case "preauthorization.capture.success":
            assert_type(event.data, events.CapturedPreauthorization)
        case "customeridentification.failed":
            assert_type(event.data["reason"], str)
        case _:
            assert_type(event.body, dict[str, object])
    assert_type(str(event.name) == "product.create", bool)  # one that is not published


async def taking(event: AnyEvent) -> None:
    handlers = webhooks.HandlerRegistry()

    @handlers.on("charge.success", "charge.dispute.*")
    def plain(event: webhook_events.ChargeSuccess) -> None:
        assert_type(event.name, Literal["charge.success"])
        assert_type(event.data["amount"], int | str)

    @handlers.on("*", name="all")
    async def waits(event: AnyEvent) -> int:
        return len(event.name)

    assert_type(await waits(event), int)
    assert_type(handlers.take(event), None)
    inbox = webhooks.Inbox("sqlite:///inbox.db", handlers)

    @inbox.transaction("charge.success")
    def once(event: webhook_events.ChargeSuccess, session: object) -> None: ...

    assert_type(inbox.take(event), bool)
    assert_type(inbox.list("set aside")[0].arrived, dt.datetime)
    assert_type(inbox.show("x").event, AnyEvent)
    inbox.list("lost")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    webhooks.verify("text", None, "sk_test_x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    if event.name == "charge.success":
        assert_type(event.data["transfer_code"], Any)  # type: ignore[typeddict-item]  # pyright: ignore[reportGeneralTypeIssues]


def every_transfer(event: events.TransferSuccess | events.TransferFailed | events.TransferReversed) -> str:
    assert_type(event["data"]["transfer_code"], str)
    if event["event"] == "transfer.success":
        return event["data"]["createdAt"]
    if event["event"] == "transfer.failed":
        return event["data"]["created_at"]
    if event["event"] == "transfer.reversed":
        return event["data"]["created_at"]
    assert_never(event)


# --- What the checkers must object to ---


def wrong(client: Paystack, waits: AsyncTransport, event: events.WebhookEvent) -> None:
    # Arguments
    client.customers.create_customer("a@b.c", "A", "B", 801)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.customers.create_customer("a@b.c", "A", "B")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.customers.create_customer("a@b.c", "A", "B", "0801", surname="C")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.customers.fetch_customer(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.customers.list_customers("10")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.customers.list_customers(10, 1, None, None, True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.customers.list_customers(from_date="2026-01-01")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
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


async def wrong_ways_to_wait(client: Paystack, async_client: AsyncPaystack) -> None:
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
