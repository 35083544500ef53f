"""The blocking client with all resources of the API, over one connection pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paystackease._core.lazy_resources import lazy_resources
from paystackease.base import PayStackBaseClientAPI

if TYPE_CHECKING:
    from paystackease.apis.apple_pay import ApplePayClientAPI
    from paystackease.apis.bulk_charges import BulkChargesClientAPI
    from paystackease.apis.capitec_pay import CapitecPayClientAPI
    from paystackease.apis.charges import ChargesClientAPI
    from paystackease.apis.customers import CustomerClientAPI
    from paystackease.apis.dedicated_virtual_accounts import DedicatedVirtualAccountClientAPI
    from paystackease.apis.direct_debit import DirectDebitClientAPI
    from paystackease.apis.disputes import DisputesClientAPI
    from paystackease.apis.integration import IntegrationClientAPI
    from paystackease.apis.miscellaneous import MiscellaneousClientAPI
    from paystackease.apis.orders import OrderClientAPI
    from paystackease.apis.payment_pages import PaymentPagesClientAPI
    from paystackease.apis.payment_requests import PaymentRequestClientAPI
    from paystackease.apis.plans import PlanClientAPI
    from paystackease.apis.preauthorization import PreauthorizationClientAPI
    from paystackease.apis.products import ProductClientAPI
    from paystackease.apis.refund import RefundClientAPI
    from paystackease.apis.settlements import SettlementClientAPI
    from paystackease.apis.storefronts import StorefrontClientAPI
    from paystackease.apis.subaccounts import SubAccountClientAPI
    from paystackease.apis.subscriptions import SubscriptionClientAPI
    from paystackease.apis.terminal import TerminalClientAPI
    from paystackease.apis.transaction_splits import TransactionSplitClientAPI
    from paystackease.apis.transactions import TransactionClientAPI
    from paystackease.apis.transfer_recipients import TransferRecipientsClientAPI
    from paystackease.apis.transfers import TransfersClientAPI
    from paystackease.apis.transfers_control import TransferControlClientAPI
    from paystackease.apis.verification import VerificationClientAPI
    from paystackease.apis.virtual_terminal import VirtualTerminalClientAPI


@lazy_resources("paystackease.apis")
class Paystack(PayStackBaseClientAPI):
    """The blocking client of the whole API. A resource is made when it is first used."""

    apple_pay: ApplePayClientAPI
    """The Apple Pay API: manage the domains that accept Apple Pay."""
    bulk_charges: BulkChargesClientAPI
    """The Bulk Charges API: charge many saved authorizations in a batch, and follow, pause or resume it."""
    capitec_pay: CapitecPayClientAPI
    """The Capitec Pay API: fetch the status of a payment."""
    charges: ChargesClientAPI
    """The Charge API: take a payment through one channel, step by step, without Paystack's pages."""
    customers: CustomerClientAPI
    """The Customers API: create and manage customers, their saved cards and their direct debit mandates."""
    dedicated_virtual_accounts: DedicatedVirtualAccountClientAPI
    """The Dedicated Virtual Accounts API: assign bank account numbers to customers."""
    direct_debit: DirectDebitClientAPI
    """The Direct Debit API: the mandates of all customers."""
    disputes: DisputesClientAPI
    """The Disputes API: respond to customers who dispute a payment."""
    integration: IntegrationClientAPI
    """The Integration API: settings, and the webhooks that Paystack has sent."""
    miscellaneous: MiscellaneousClientAPI
    """The Miscellaneous API: banks, countries and states."""
    orders: OrderClientAPI
    """The Orders API: orders of your products."""
    payment_pages: PaymentPagesClientAPI
    """The Payment Pages API: payment pages that Paystack hosts."""
    payment_requests: PaymentRequestClientAPI
    """The Payment Requests API: request payments from customers, with or without an invoice."""
    plans: PlanClientAPI
    """The Plans API: the amounts and intervals of subscriptions."""
    preauthorization: PreauthorizationClientAPI
    """The Preauthorization API: put amounts on hold on cards, and capture or release them later."""
    products: ProductClientAPI
    """The Products API: your products, their prices and their stock."""
    refund: RefundClientAPI
    """The Refunds API: refund payments, in full or in part."""
    settlements: SettlementClientAPI
    """The Settlements API: payouts to your bank accounts, and their transactions."""
    storefronts: StorefrontClientAPI
    """The Storefronts API: shops for your products that Paystack hosts."""
    subaccounts: SubAccountClientAPI
    """The Subaccounts API: create and manage the bank accounts that receive a share of payments."""
    subscriptions: SubscriptionClientAPI
    """The Subscriptions API: charge customers at the intervals of a plan."""
    terminal: TerminalClientAPI
    """The Terminal API: send payments to point-of-sale devices, and manage the devices."""
    transaction_splits: TransactionSplitClientAPI
    """The Transaction Splits API: create and manage groups of subaccounts that share payments."""
    transactions: TransactionClientAPI
    """The Transactions API: take payments, charge saved authorizations, and fetch their outcome."""
    transfer_control: TransferControlClientAPI
    """The Transfers Control API: the balance, and whether transfers need an OTP."""
    transfer_recipients: TransferRecipientsClientAPI
    """The Transfer Recipients API: the accounts that receive transfers."""
    transfers: TransfersClientAPI
    """The Transfers API: send money from the balance to recipients."""
    verification: VerificationClientAPI
    """The Verification API: look up the holders of accounts and the issuers of cards."""
    virtual_terminal: VirtualTerminalClientAPI
    """The Virtual Terminal API: create and manage pages for payments in person, without a device."""


PayStackBase = Paystack
"""The name of :class:`Paystack` in paystackease 1."""
