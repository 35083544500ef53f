"""The resources of the API. Each module declares the endpoints of one resource, and has its blocking client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paystackease._core.lazy import lazy_exports

if TYPE_CHECKING:
    from paystackease.apis.apple_pay import ApplePayClientAPI as ApplePayClientAPI
    from paystackease.apis.bulk_charges import BulkChargesClientAPI as BulkChargesClientAPI
    from paystackease.apis.capitec_pay import CapitecPayClientAPI as CapitecPayClientAPI
    from paystackease.apis.charges import ChargesClientAPI as ChargesClientAPI
    from paystackease.apis.customers import CustomerClientAPI as CustomerClientAPI
    from paystackease.apis.dedicated_virtual_accounts import (
        DedicatedVirtualAccountClientAPI as DedicatedVirtualAccountClientAPI,
    )
    from paystackease.apis.direct_debit import DirectDebitClientAPI as DirectDebitClientAPI
    from paystackease.apis.disputes import DisputesClientAPI as DisputesClientAPI
    from paystackease.apis.integration import IntegrationClientAPI as IntegrationClientAPI
    from paystackease.apis.miscellaneous import MiscellaneousClientAPI as MiscellaneousClientAPI
    from paystackease.apis.orders import OrderClientAPI as OrderClientAPI
    from paystackease.apis.payment_pages import PaymentPagesClientAPI as PaymentPagesClientAPI
    from paystackease.apis.payment_requests import PaymentRequestClientAPI as PaymentRequestClientAPI
    from paystackease.apis.plans import PlanClientAPI as PlanClientAPI
    from paystackease.apis.preauthorization import PreauthorizationClientAPI as PreauthorizationClientAPI
    from paystackease.apis.products import ProductClientAPI as ProductClientAPI
    from paystackease.apis.refund import RefundClientAPI as RefundClientAPI
    from paystackease.apis.settlements import SettlementClientAPI as SettlementClientAPI
    from paystackease.apis.storefronts import StorefrontClientAPI as StorefrontClientAPI
    from paystackease.apis.subaccounts import SubAccountClientAPI as SubAccountClientAPI
    from paystackease.apis.subscriptions import SubscriptionClientAPI as SubscriptionClientAPI
    from paystackease.apis.terminal import TerminalClientAPI as TerminalClientAPI
    from paystackease.apis.transaction_splits import TransactionSplitClientAPI as TransactionSplitClientAPI
    from paystackease.apis.transactions import TransactionClientAPI as TransactionClientAPI
    from paystackease.apis.transfer_recipients import TransferRecipientsClientAPI as TransferRecipientsClientAPI
    from paystackease.apis.transfers import TransfersClientAPI as TransfersClientAPI
    from paystackease.apis.transfers_control import TransferControlClientAPI as TransferControlClientAPI
    from paystackease.apis.verification import VerificationClientAPI as VerificationClientAPI
    from paystackease.apis.virtual_terminal import VirtualTerminalClientAPI as VirtualTerminalClientAPI

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "ApplePayClientAPI": "paystackease.apis.apple_pay",
        "BulkChargesClientAPI": "paystackease.apis.bulk_charges",
        "CapitecPayClientAPI": "paystackease.apis.capitec_pay",
        "ChargesClientAPI": "paystackease.apis.charges",
        "CustomerClientAPI": "paystackease.apis.customers",
        "DedicatedVirtualAccountClientAPI": "paystackease.apis.dedicated_virtual_accounts",
        "DirectDebitClientAPI": "paystackease.apis.direct_debit",
        "DisputesClientAPI": "paystackease.apis.disputes",
        "IntegrationClientAPI": "paystackease.apis.integration",
        "MiscellaneousClientAPI": "paystackease.apis.miscellaneous",
        "OrderClientAPI": "paystackease.apis.orders",
        "PaymentPagesClientAPI": "paystackease.apis.payment_pages",
        "PaymentRequestClientAPI": "paystackease.apis.payment_requests",
        "PlanClientAPI": "paystackease.apis.plans",
        "PreauthorizationClientAPI": "paystackease.apis.preauthorization",
        "ProductClientAPI": "paystackease.apis.products",
        "RefundClientAPI": "paystackease.apis.refund",
        "SettlementClientAPI": "paystackease.apis.settlements",
        "StorefrontClientAPI": "paystackease.apis.storefronts",
        "SubAccountClientAPI": "paystackease.apis.subaccounts",
        "SubscriptionClientAPI": "paystackease.apis.subscriptions",
        "TerminalClientAPI": "paystackease.apis.terminal",
        "TransactionClientAPI": "paystackease.apis.transactions",
        "TransactionSplitClientAPI": "paystackease.apis.transaction_splits",
        "TransferControlClientAPI": "paystackease.apis.transfers_control",
        "TransferRecipientsClientAPI": "paystackease.apis.transfer_recipients",
        "TransfersClientAPI": "paystackease.apis.transfers",
        "VerificationClientAPI": "paystackease.apis.verification",
        "VirtualTerminalClientAPI": "paystackease.apis.virtual_terminal",
    },
)
