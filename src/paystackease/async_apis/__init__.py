"""The asyncio clients of the resources. Their endpoints are declared in :mod:`paystackease.apis`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paystackease._core.lazy import lazy_exports

if TYPE_CHECKING:
    from paystackease.async_apis.aapple_pay import AsyncApplePayClientAPI as AsyncApplePayClientAPI
    from paystackease.async_apis.abulk_charges import AsyncBulkChargesClientAPI as AsyncBulkChargesClientAPI
    from paystackease.async_apis.acapitec_pay import AsyncCapitecPayClientAPI as AsyncCapitecPayClientAPI
    from paystackease.async_apis.acharges import AsyncChargesClientAPI as AsyncChargesClientAPI
    from paystackease.async_apis.acustomers import AsyncCustomerClientAPI as AsyncCustomerClientAPI
    from paystackease.async_apis.adedicated_virtual_accounts import (
        AsyncDedicatedVirtualAccountClientAPI as AsyncDedicatedVirtualAccountClientAPI,
    )
    from paystackease.async_apis.adirect_debit import AsyncDirectDebitClientAPI as AsyncDirectDebitClientAPI
    from paystackease.async_apis.adisputes import AsyncDisputesClientAPI as AsyncDisputesClientAPI
    from paystackease.async_apis.aintegration import AsyncIntegrationClientAPI as AsyncIntegrationClientAPI
    from paystackease.async_apis.amiscellaneous import AsyncMiscellaneousClientAPI as AsyncMiscellaneousClientAPI
    from paystackease.async_apis.aorders import AsyncOrderClientAPI as AsyncOrderClientAPI
    from paystackease.async_apis.apayment_pages import AsyncPaymentPagesClientAPI as AsyncPaymentPagesClientAPI
    from paystackease.async_apis.apayment_requests import AsyncPaymentRequestClientAPI as AsyncPaymentRequestClientAPI
    from paystackease.async_apis.aplans import AsyncPlanClientAPI as AsyncPlanClientAPI
    from paystackease.async_apis.apreauthorization import (
        AsyncPreauthorizationClientAPI as AsyncPreauthorizationClientAPI,
    )
    from paystackease.async_apis.aproducts import AsyncProductClientAPI as AsyncProductClientAPI
    from paystackease.async_apis.arefund import AsyncRefundClientAPI as AsyncRefundClientAPI
    from paystackease.async_apis.asettlements import AsyncSettlementClientAPI as AsyncSettlementClientAPI
    from paystackease.async_apis.astorefronts import AsyncStorefrontClientAPI as AsyncStorefrontClientAPI
    from paystackease.async_apis.asubaccounts import AsyncSubAccountClientAPI as AsyncSubAccountClientAPI
    from paystackease.async_apis.asubscriptions import AsyncSubscriptionClientAPI as AsyncSubscriptionClientAPI
    from paystackease.async_apis.aterminal import AsyncTerminalClientAPI as AsyncTerminalClientAPI
    from paystackease.async_apis.atransaction_splits import (
        AsyncTransactionSplitClientAPI as AsyncTransactionSplitClientAPI,
    )
    from paystackease.async_apis.atransactions import AsyncTransactionClientAPI as AsyncTransactionClientAPI
    from paystackease.async_apis.atransfer_recipients import (
        AsyncTransferRecipientsClientAPI as AsyncTransferRecipientsClientAPI,
    )
    from paystackease.async_apis.atransfers import AsyncTransfersClientAPI as AsyncTransfersClientAPI
    from paystackease.async_apis.atransfers_control import (
        AsyncTransferControlClientAPI as AsyncTransferControlClientAPI,
    )
    from paystackease.async_apis.averification import AsyncVerificationClientAPI as AsyncVerificationClientAPI
    from paystackease.async_apis.avirtual_terminal import AsyncVirtualTerminalClientAPI as AsyncVirtualTerminalClientAPI

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "AsyncApplePayClientAPI": "paystackease.async_apis.aapple_pay",
        "AsyncBulkChargesClientAPI": "paystackease.async_apis.abulk_charges",
        "AsyncCapitecPayClientAPI": "paystackease.async_apis.acapitec_pay",
        "AsyncChargesClientAPI": "paystackease.async_apis.acharges",
        "AsyncCustomerClientAPI": "paystackease.async_apis.acustomers",
        "AsyncDedicatedVirtualAccountClientAPI": "paystackease.async_apis.adedicated_virtual_accounts",
        "AsyncDirectDebitClientAPI": "paystackease.async_apis.adirect_debit",
        "AsyncDisputesClientAPI": "paystackease.async_apis.adisputes",
        "AsyncIntegrationClientAPI": "paystackease.async_apis.aintegration",
        "AsyncMiscellaneousClientAPI": "paystackease.async_apis.amiscellaneous",
        "AsyncOrderClientAPI": "paystackease.async_apis.aorders",
        "AsyncPaymentPagesClientAPI": "paystackease.async_apis.apayment_pages",
        "AsyncPaymentRequestClientAPI": "paystackease.async_apis.apayment_requests",
        "AsyncPlanClientAPI": "paystackease.async_apis.aplans",
        "AsyncPreauthorizationClientAPI": "paystackease.async_apis.apreauthorization",
        "AsyncProductClientAPI": "paystackease.async_apis.aproducts",
        "AsyncRefundClientAPI": "paystackease.async_apis.arefund",
        "AsyncSettlementClientAPI": "paystackease.async_apis.asettlements",
        "AsyncStorefrontClientAPI": "paystackease.async_apis.astorefronts",
        "AsyncSubAccountClientAPI": "paystackease.async_apis.asubaccounts",
        "AsyncSubscriptionClientAPI": "paystackease.async_apis.asubscriptions",
        "AsyncTerminalClientAPI": "paystackease.async_apis.aterminal",
        "AsyncTransactionClientAPI": "paystackease.async_apis.atransactions",
        "AsyncTransactionSplitClientAPI": "paystackease.async_apis.atransaction_splits",
        "AsyncTransferControlClientAPI": "paystackease.async_apis.atransfers_control",
        "AsyncTransferRecipientsClientAPI": "paystackease.async_apis.atransfer_recipients",
        "AsyncTransfersClientAPI": "paystackease.async_apis.atransfers",
        "AsyncVerificationClientAPI": "paystackease.async_apis.averification",
        "AsyncVirtualTerminalClientAPI": "paystackease.async_apis.avirtual_terminal",
    },
)
