"""The asyncio client with all resources of the API, over one session."""

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
    """The asyncio client of the whole API. A resource is made when it is first used."""

    apple_pay: AsyncApplePayClientAPI
    """The Apple Pay API: manage the domains that accept Apple Pay."""
    bulk_charges: AsyncBulkChargesClientAPI
    """The Bulk Charges API: charge many saved authorizations in a batch, and follow, pause or resume it."""
    capitec_pay: AsyncCapitecPayClientAPI
    """The Capitec Pay API: fetch the status of a payment."""
    charges: AsyncChargesClientAPI
    """The Charge API: take a payment through one channel, step by step, without Paystack's pages."""
    customers: AsyncCustomerClientAPI
    """The Customers API: create and manage customers, their saved cards and their direct debit mandates."""
    dedicated_virtual_accounts: AsyncDedicatedVirtualAccountClientAPI
    """The Dedicated Virtual Accounts API: assign bank account numbers to customers."""
    direct_debit: AsyncDirectDebitClientAPI
    """The Direct Debit API: the mandates of all customers."""
    disputes: AsyncDisputesClientAPI
    """The Disputes API: respond to customers who dispute a payment."""
    integration: AsyncIntegrationClientAPI
    """The Integration API: settings, and the webhooks that Paystack has sent."""
    miscellaneous: AsyncMiscellaneousClientAPI
    """The Miscellaneous API: banks, countries and states."""
    orders: AsyncOrderClientAPI
    """The Orders API: orders of your products."""
    payment_pages: AsyncPaymentPagesClientAPI
    """The Payment Pages API: payment pages that Paystack hosts."""
    payment_requests: AsyncPaymentRequestClientAPI
    """The Payment Requests API: request payments from customers, with or without an invoice."""
    plans: AsyncPlanClientAPI
    """The Plans API: the amounts and intervals of subscriptions."""
    preauthorization: AsyncPreauthorizationClientAPI
    """The Preauthorization API: put amounts on hold on cards, and capture or release them later."""
    products: AsyncProductClientAPI
    """The Products API: your products, their prices and their stock."""
    refund: AsyncRefundClientAPI
    """The Refunds API: refund payments, in full or in part."""
    settlements: AsyncSettlementClientAPI
    """The Settlements API: payouts to your bank accounts, and their transactions."""
    storefronts: AsyncStorefrontClientAPI
    """The Storefronts API: shops for your products that Paystack hosts."""
    subaccounts: AsyncSubAccountClientAPI
    """The Subaccounts API: create and manage the bank accounts that receive a share of payments."""
    subscriptions: AsyncSubscriptionClientAPI
    """The Subscriptions API: charge customers at the intervals of a plan."""
    terminal: AsyncTerminalClientAPI
    """The Terminal API: send payments to point-of-sale devices, and manage the devices."""
    transaction_splits: AsyncTransactionSplitClientAPI
    """The Transaction Splits API: create and manage groups of subaccounts that share payments."""
    transactions: AsyncTransactionClientAPI
    """The Transactions API: take payments, charge saved authorizations, and fetch their outcome."""
    transfer_control: AsyncTransferControlClientAPI
    """The Transfers Control API: the balance, and whether transfers need an OTP."""
    transfer_recipients: AsyncTransferRecipientsClientAPI
    """The Transfer Recipients API: the accounts that receive transfers."""
    transfers: AsyncTransfersClientAPI
    """The Transfers API: send money from the balance to recipients."""
    verification: AsyncVerificationClientAPI
    """The Verification API: look up the holders of accounts and the issuers of cards."""
    virtual_terminal: AsyncVirtualTerminalClientAPI
    """The Virtual Terminal API: create and manage pages for payments in person, without a device."""


AsyncPayStackBase = AsyncPaystack
"""The name of :class:`AsyncPaystack` in paystackease 1."""
