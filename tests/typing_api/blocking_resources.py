"""Each endpoint of the blocking client returns the type of its data."""

import datetime as dt
from typing import assert_type

from paystackease import (
    STATUS,
    Channels,
    Paystack,
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


def call_every_endpoint(client: Paystack) -> None:
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
