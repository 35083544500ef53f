"""Every section of the API, over one connection pool."""

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
    """The blocking client of the whole API. A section is made when it is first asked for."""

    apple_pay: ApplePayClientAPI
    """The Apple Pay API: manage the domains on which Apple Pay is taken."""
    bulk_charges: BulkChargesClientAPI
    """The Bulk Charges API: charge many saved authorizations in one go, and follow, pause or resume that."""
    capitec_pay: CapitecPayClientAPI
    """The Capitec Pay API: ask where a payment stands."""
    charges: ChargesClientAPI
    """The Charge API: take a payment by a channel of your choice, step by step, without Paystack's pages."""
    customers: CustomerClientAPI
    """The Customers API: create and manage customers, their saved cards and their direct debit mandates."""
    dedicated_virtual_accounts: DedicatedVirtualAccountClientAPI
    """The Dedicated Virtual Accounts API: give customers account numbers to pay into."""
    direct_debit: DirectDebitClientAPI
    """The Direct Debit API: the mandates of all customers."""
    disputes: DisputesClientAPI
    """The Disputes API: answer customers who want their money back from their banks."""
    integration: IntegrationClientAPI
    """The Integration API: settings, and the webhooks that Paystack has sent."""
    miscellaneous: MiscellaneousClientAPI
    """The Miscellaneous API: banks, countries and states."""
    orders: OrderClientAPI
    """The Orders API: who ordered which of your products."""
    payment_pages: PaymentPagesClientAPI
    """The Payment Pages API: pages, hosted by Paystack, where customers pay."""
    payment_requests: PaymentRequestClientAPI
    """The Payment Requests API: ask customers to pay, with or without an invoice."""
    plans: PlanClientAPI
    """The Plans API: what subscriptions charge, and how often."""
    preauthorization: PreauthorizationClientAPI
    """The Preauthorization API: hold amounts on cards, and later take them or let them go."""
    products: ProductClientAPI
    """The Products API: what you sell, at which price, and how many are left."""
    refund: RefundClientAPI
    """The Refunds API: give payments back, whole or in part."""
    settlements: SettlementClientAPI
    """The Settlements API: see what was paid out to your bank accounts, and for which transactions."""
    storefronts: StorefrontClientAPI
    """The Storefronts API: shops, hosted by Paystack, that sell your products."""
    subaccounts: SubAccountClientAPI
    """The Subaccounts API: create and manage the bank accounts that payments are shared with."""
    subscriptions: SubscriptionClientAPI
    """The Subscriptions API: charge customers again and again, as a plan says."""
    terminal: TerminalClientAPI
    """The Terminal API: send payments to the devices that take them in person, and manage those."""
    transaction_splits: TransactionSplitClientAPI
    """The Transaction Splits API: create and manage groups of subaccounts that share payments."""
    transactions: TransactionClientAPI
    """The Transactions API: take payments, charge saved authorizations, and see what became of them."""
    transfer_control: TransferControlClientAPI
    """The Transfers Control API: the balance, and whether transfers need an OTP."""
    transfer_recipients: TransferRecipientsClientAPI
    """The Transfer Recipients API: the accounts that money is sent to."""
    transfers: TransfersClientAPI
    """The Transfers API: send money from the balance to recipients."""
    verification: VerificationClientAPI
    """The Verification API: see who accounts belong to, and where cards come from."""
    virtual_terminal: VirtualTerminalClientAPI
    """The Virtual Terminal API: create and manage pages that take payments in person, without a device."""


PayStackBase = Paystack
"""The name of :class:`Paystack` in paystackease 1."""
