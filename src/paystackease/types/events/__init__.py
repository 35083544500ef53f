"""The bodies of Paystack's webhooks, one type per event. Type checkers narrow ``data`` by ``event``.

``if event["event"] == "charge.success": event["data"]["reference"]``. Paystack may send other events too. Webhooks and
API responses differ in names and types of fields; these types describe webhooks.
"""

# For some keys, such as fees_split, order_id, titan_code, failures, evidence and discount, Paystack has published only
# null or an empty object. Their other types come from API responses or the OpenAPI file, or are an assumption.

from typing import TypeAlias

from paystackease.types.events.charges import (
    BankTransferRejected,
    BankTransferRejection,
    Charge,
    ChargeAuthorization,
    ChargedTransaction,
    ChargeLog,
    ChargePlan,
    ChargeSource,
    ChargeSplit,
    ChargeSuccess,
    FeesBreakdown,
    FormulaShare,
    LogEntry,
    RejectedCustomer,
    RejectedTransfer,
    ShareAmount,
    SplitFormula,
    SplitShares,
)
from paystackease.types.events.customers import (
    EventCustomer,
    Payer,
    Person,
)
from paystackease.types.events.dedicated_virtual_accounts import (
    AccountAssigned,
    AccountAssignment,
    AccountBank,
    AccountNotAssigned,
    AssignedAccount,
    DedicatedAccountAssignFailed,
    DedicatedAccountAssignSuccess,
    IdentificationStatus,
)
from paystackease.types.events.direct_debit import (
    ActiveMandate,
    DirectDebitAuthorizationActive,
    DirectDebitAuthorizationCreated,
    Mandate,
    MandateHolder,
)
from paystackease.types.events.disputes import (
    ChargeDisputeCreate,
    ChargeDisputeRemind,
    ChargeDisputeResolve,
    DisputedCustomer,
    DisputedTransaction,
    DisputeMessage,
    DisputeStep,
    EventDispute,
)
from paystackease.types.events.identification import (
    CustomerIdentificationFailed,
    CustomerIdentificationSuccess,
    FailedIdentityCheck,
    Identification,
    IdentityCheck,
    PassedIdentityCheck,
)
from paystackease.types.events.payment_requests import (
    EventPaymentRequest,
    PaymentRequestPending,
    PaymentRequestSuccess,
    RequestedItem,
    RequestedTax,
    RequestNotification,
)
from paystackease.types.events.preauthorization import (
    CapturedPreauthorization,
    CaptureTransaction,
    EventPreauthorization,
    PreauthorizationCaptureFailed,
    PreauthorizationCaptureSuccess,
    PreauthorizationReleaseFailed,
    PreauthorizationReleaseSuccess,
    PreauthorizationReserveSuccess,
)
from paystackease.types.events.refunds import (
    AnyRefund,
    EventRefund,
    RefundFailed,
    RefundInNeed,
    RefundNeedsAttention,
    RefundPending,
    RefundProcessed,
    RefundProcessing,
)
from paystackease.types.events.subscriptions import (
    DisabledSubscription,
    EventSubscription,
    ExpiringCard,
    ExpiringCustomer,
    ExpiringPlan,
    ExpiringSubscription,
    Invoice,
    InvoiceCreate,
    InvoicedSubscription,
    InvoicePaymentFailed,
    InvoiceTransaction,
    InvoiceUpdate,
    NewSubscription,
    NonRenewingSubscription,
    SubscribedPlan,
    Subscriber,
    SubscriptionAuthorization,
    SubscriptionCreate,
    SubscriptionDisable,
    SubscriptionExpiringCards,
    SubscriptionNotRenew,
)
from paystackease.types.events.transfers import (
    AnyRecipient,
    AnyTransfer,
    PaidRecipient,
    PaidTransfer,
    RecipientDetails,
    TransferFailed,
    TransferIntegration,
    TransferReversed,
    TransferSession,
    TransferSuccess,
    UnpaidRecipient,
    UnpaidTransfer,
)

__all__ = [
    "AccountAssigned",
    "AccountAssignment",
    "AccountBank",
    "AccountNotAssigned",
    "ActiveMandate",
    "AnyRecipient",
    "AnyRefund",
    "AnyTransfer",
    "AssignedAccount",
    "BankTransferRejected",
    "BankTransferRejection",
    "CaptureTransaction",
    "CapturedPreauthorization",
    "Charge",
    "ChargeAuthorization",
    "ChargeDisputeCreate",
    "ChargeDisputeRemind",
    "ChargeDisputeResolve",
    "ChargeLog",
    "ChargePlan",
    "ChargeSource",
    "ChargeSplit",
    "ChargeSuccess",
    "ChargedTransaction",
    "CustomerIdentificationFailed",
    "CustomerIdentificationSuccess",
    "DedicatedAccountAssignFailed",
    "DedicatedAccountAssignSuccess",
    "DirectDebitAuthorizationActive",
    "DirectDebitAuthorizationCreated",
    "DisabledSubscription",
    "DisputeMessage",
    "DisputeStep",
    "DisputedCustomer",
    "DisputedTransaction",
    "EventCustomer",
    "EventDispute",
    "EventPaymentRequest",
    "EventPreauthorization",
    "EventRefund",
    "EventSubscription",
    "ExpiringCard",
    "ExpiringCustomer",
    "ExpiringPlan",
    "ExpiringSubscription",
    "FailedIdentityCheck",
    "FeesBreakdown",
    "FormulaShare",
    "Identification",
    "IdentificationStatus",
    "IdentityCheck",
    "Invoice",
    "InvoiceCreate",
    "InvoicePaymentFailed",
    "InvoiceTransaction",
    "InvoiceUpdate",
    "InvoicedSubscription",
    "LogEntry",
    "Mandate",
    "MandateHolder",
    "NewSubscription",
    "NonRenewingSubscription",
    "PaidRecipient",
    "PaidTransfer",
    "PassedIdentityCheck",
    "Payer",
    "PaymentRequestPending",
    "PaymentRequestSuccess",
    "Person",
    "PreauthorizationCaptureFailed",
    "PreauthorizationCaptureSuccess",
    "PreauthorizationReleaseFailed",
    "PreauthorizationReleaseSuccess",
    "PreauthorizationReserveSuccess",
    "RecipientDetails",
    "RefundFailed",
    "RefundInNeed",
    "RefundNeedsAttention",
    "RefundPending",
    "RefundProcessed",
    "RefundProcessing",
    "RejectedCustomer",
    "RejectedTransfer",
    "RequestNotification",
    "RequestedItem",
    "RequestedTax",
    "ShareAmount",
    "SplitFormula",
    "SplitShares",
    "SubscribedPlan",
    "Subscriber",
    "SubscriptionAuthorization",
    "SubscriptionCreate",
    "SubscriptionDisable",
    "SubscriptionExpiringCards",
    "SubscriptionNotRenew",
    "TransferFailed",
    "TransferIntegration",
    "TransferReversed",
    "TransferSession",
    "TransferSuccess",
    "UnpaidRecipient",
    "UnpaidTransfer",
    "WebhookEvent",
]

WebhookEvent: TypeAlias = (
    BankTransferRejected
    | ChargeDisputeCreate
    | ChargeDisputeRemind
    | ChargeDisputeResolve
    | ChargeSuccess
    | CustomerIdentificationFailed
    | CustomerIdentificationSuccess
    | DedicatedAccountAssignFailed
    | DedicatedAccountAssignSuccess
    | DirectDebitAuthorizationActive
    | DirectDebitAuthorizationCreated
    | InvoiceCreate
    | InvoicePaymentFailed
    | InvoiceUpdate
    | PaymentRequestPending
    | PaymentRequestSuccess
    | PreauthorizationCaptureFailed
    | PreauthorizationCaptureSuccess
    | PreauthorizationReleaseFailed
    | PreauthorizationReleaseSuccess
    | PreauthorizationReserveSuccess
    | RefundFailed
    | RefundNeedsAttention
    | RefundPending
    | RefundProcessed
    | RefundProcessing
    | SubscriptionCreate
    | SubscriptionDisable
    | SubscriptionExpiringCards
    | SubscriptionNotRenew
    | TransferFailed
    | TransferReversed
    | TransferSuccess
)
"""Any event that Paystack has published."""
