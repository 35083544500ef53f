"""Each endpoint of the asyncio client returns the type of its data."""

import datetime as dt
from typing import assert_type

from paystackease import (
    STATUS,
    AsyncPaystack,
    Channels,
    Response,
)
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
from paystackease.types.integration import (
    FetchedWebhookEvent,
    ResentMatchingWebhookEvents,
    ResentWebhookEvents,
    SessionTimeout,
    WebhookEvent,
)
from paystackease.types.miscellaneous import Bank, Country, State
from paystackease.types.orders import ListedOrder, Order, ProductOrder, ValidatedOrder
from paystackease.types.payment_pages import NewPage, PaymentPage, ProductPage
from paystackease.types.payment_requests import (
    FetchedPaymentRequest,
    FinalizedPaymentRequest,
    NewPaymentRequest,
    PaymentRequest,
    PaymentRequestTotals,
    VerifiedPaymentRequest,
)
from paystackease.types.plans import FetchedPlan, NewPlan, Plan
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
    Checkout,
    FetchedTransaction,
    PartialDebit,
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


async def await_every_endpoint(client: AsyncPaystack) -> None:
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
