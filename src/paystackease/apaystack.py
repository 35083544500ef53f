"""Every section of the API for asyncio, over one session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paystackease._core.lazy_resources import lazy_resources
from paystackease.abase import AsyncPayStackBaseClientAPI

if TYPE_CHECKING:
    from paystackease.async_apis.aapple_pay import AsyncApplePayClientAPI
    from paystackease.async_apis.abulk_charges import AsyncBulkChargesClientAPI
    from paystackease.async_apis.acapitec_pay import AsyncCapitecPayClientAPI
    from paystackease.async_apis.acharges import AsyncChargesClientAPI
    from paystackease.async_apis.acustomers import AsyncCustomerClientAPI
    from paystackease.async_apis.adedicated_virtual_accounts import AsyncDedicatedVirtualAccountClientAPI
    from paystackease.async_apis.adirect_debit import AsyncDirectDebitClientAPI
    from paystackease.async_apis.adisputes import AsyncDisputesClientAPI
    from paystackease.async_apis.aintegration import AsyncIntegrationClientAPI
    from paystackease.async_apis.amiscellaneous import AsyncMiscellaneousClientAPI
    from paystackease.async_apis.aorders import AsyncOrderClientAPI
    from paystackease.async_apis.apayment_pages import AsyncPaymentPagesClientAPI
    from paystackease.async_apis.apayment_requests import AsyncPaymentRequestClientAPI
    from paystackease.async_apis.aplans import AsyncPlanClientAPI
    from paystackease.async_apis.apreauthorization import AsyncPreauthorizationClientAPI
    from paystackease.async_apis.aproducts import AsyncProductClientAPI
    from paystackease.async_apis.arefund import AsyncRefundClientAPI
    from paystackease.async_apis.asettlements import AsyncSettlementClientAPI
    from paystackease.async_apis.astorefronts import AsyncStorefrontClientAPI
    from paystackease.async_apis.asubaccounts import AsyncSubAccountClientAPI
    from paystackease.async_apis.asubscriptions import AsyncSubscriptionClientAPI
    from paystackease.async_apis.aterminal import AsyncTerminalClientAPI
    from paystackease.async_apis.atransaction_splits import AsyncTransactionSplitClientAPI
    from paystackease.async_apis.atransactions import AsyncTransactionClientAPI
    from paystackease.async_apis.atransfer_recipients import AsyncTransferRecipientsClientAPI
    from paystackease.async_apis.atransfers import AsyncTransfersClientAPI
    from paystackease.async_apis.atransfers_control import AsyncTransferControlClientAPI
    from paystackease.async_apis.averification import AsyncVerificationClientAPI
    from paystackease.async_apis.avirtual_terminal import AsyncVirtualTerminalClientAPI


@lazy_resources("paystackease.async_apis")
class AsyncPaystack(AsyncPayStackBaseClientAPI):
    """The asyncio client of the whole API. A section is made when it is first asked for."""

    apple_pay: AsyncApplePayClientAPI
    """The Apple Pay API: manage the domains on which Apple Pay is taken."""
    bulk_charges: AsyncBulkChargesClientAPI
    """The Bulk Charges API: charge many saved authorizations in one go, and follow, pause or resume that."""
    capitec_pay: AsyncCapitecPayClientAPI
    """The Capitec Pay API: ask where a payment stands."""
    charges: AsyncChargesClientAPI
    """The Charge API: take a payment by a channel of your choice, step by step, without Paystack's pages."""
    customers: AsyncCustomerClientAPI
    """The Customers API: create and manage customers, their saved cards and their direct debit mandates."""
    dedicated_virtual_accounts: AsyncDedicatedVirtualAccountClientAPI
    """The Dedicated Virtual Accounts API: give customers account numbers to pay into."""
    direct_debit: AsyncDirectDebitClientAPI
    """The Direct Debit API: the mandates of all customers."""
    disputes: AsyncDisputesClientAPI
    """The Disputes API: answer customers who want their money back from their banks."""
    integration: AsyncIntegrationClientAPI
    """The Integration API: settings, and the webhooks that Paystack has sent."""
    miscellaneous: AsyncMiscellaneousClientAPI
    """The Miscellaneous API: banks, countries and states."""
    orders: AsyncOrderClientAPI
    """The Orders API: who ordered which of your products."""
    payment_pages: AsyncPaymentPagesClientAPI
    """The Payment Pages API: pages, hosted by Paystack, where customers pay."""
    payment_requests: AsyncPaymentRequestClientAPI
    """The Payment Requests API: ask customers to pay, with or without an invoice."""
    plans: AsyncPlanClientAPI
    """The Plans API: what subscriptions charge, and how often."""
    preauthorization: AsyncPreauthorizationClientAPI
    """The Preauthorization API: hold amounts on cards, and later take them or let them go."""
    products: AsyncProductClientAPI
    """The Products API: what you sell, at which price, and how many are left."""
    refund: AsyncRefundClientAPI
    """The Refunds API: give payments back, whole or in part."""
    settlements: AsyncSettlementClientAPI
    """The Settlements API: see what was paid out to your bank accounts, and for which transactions."""
    storefronts: AsyncStorefrontClientAPI
    """The Storefronts API: shops, hosted by Paystack, that sell your products."""
    subaccounts: AsyncSubAccountClientAPI
    """The Subaccounts API: create and manage the bank accounts that payments are shared with."""
    subscriptions: AsyncSubscriptionClientAPI
    """The Subscriptions API: charge customers again and again, as a plan says."""
    terminal: AsyncTerminalClientAPI
    """The Terminal API: send payments to the devices that take them in person, and manage those."""
    transaction_splits: AsyncTransactionSplitClientAPI
    """The Transaction Splits API: create and manage groups of subaccounts that share payments."""
    transactions: AsyncTransactionClientAPI
    """The Transactions API: take payments, charge saved authorizations, and see what became of them."""
    transfer_control: AsyncTransferControlClientAPI
    """The Transfers Control API: the balance, and whether transfers need an OTP."""
    transfer_recipients: AsyncTransferRecipientsClientAPI
    """The Transfer Recipients API: the accounts that money is sent to."""
    transfers: AsyncTransfersClientAPI
    """The Transfers API: send money from the balance to recipients."""
    verification: AsyncVerificationClientAPI
    """The Verification API: see who accounts belong to, and where cards come from."""
    virtual_terminal: AsyncVirtualTerminalClientAPI
    """The Virtual Terminal API: create and manage pages that take payments in person, without a device."""


AsyncPayStackBase = AsyncPaystack
"""The name of :class:`AsyncPaystack` in paystackease 1."""
