"""The types of Paystack's events. From an event's name, a type checker knows the type of its data.

``match event.name: case "charge.success": event.data["reference"]``. :func:`~paystackease.webhooks.verify` returns an
:data:`AnyEvent`. A function for one event takes its type: ``event: ChargeSuccess``.

Paystack may send events that it has not published. Their type is :data:`UnknownEvent`, whose data has the type
``object``.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from paystackease.types import events as data
from paystackease.webhooks.signature import Event

BankTransferRejected: TypeAlias = Event[Literal["bank.transfer.rejected"], data.BankTransferRejection]
ChargeDisputeCreate: TypeAlias = Event[Literal["charge.dispute.create"], data.EventDispute]
ChargeDisputeRemind: TypeAlias = Event[Literal["charge.dispute.remind"], data.EventDispute]
ChargeDisputeResolve: TypeAlias = Event[Literal["charge.dispute.resolve"], data.EventDispute]
ChargeSuccess: TypeAlias = Event[Literal["charge.success"], data.Charge]
CustomerIdentificationFailed: TypeAlias = Event[Literal["customeridentification.failed"], data.FailedIdentityCheck]
CustomerIdentificationSuccess: TypeAlias = Event[Literal["customeridentification.success"], data.PassedIdentityCheck]
DedicatedAccountAssignFailed: TypeAlias = Event[Literal["dedicatedaccount.assign.failed"], data.AccountNotAssigned]
DedicatedAccountAssignSuccess: TypeAlias = Event[Literal["dedicatedaccount.assign.success"], data.AccountAssigned]
DirectDebitAuthorizationActive: TypeAlias = Event[Literal["direct_debit.authorization.active"], data.ActiveMandate]
DirectDebitAuthorizationCreated: TypeAlias = Event[Literal["direct_debit.authorization.created"], data.Mandate]
InvoiceCreate: TypeAlias = Event[Literal["invoice.create"], data.Invoice]
InvoicePaymentFailed: TypeAlias = Event[Literal["invoice.payment_failed"], data.Invoice]
InvoiceUpdate: TypeAlias = Event[Literal["invoice.update"], data.Invoice]
PaymentRequestPending: TypeAlias = Event[Literal["paymentrequest.pending"], data.EventPaymentRequest]
PaymentRequestSuccess: TypeAlias = Event[Literal["paymentrequest.success"], data.EventPaymentRequest]
PreauthorizationCaptureFailed: TypeAlias = Event[Literal["preauthorization.capture.failed"], data.EventPreauthorization]
PreauthorizationCaptureSuccess: TypeAlias = Event[
    Literal["preauthorization.capture.success"], data.CapturedPreauthorization
]
PreauthorizationReleaseFailed: TypeAlias = Event[Literal["preauthorization.release.failed"], data.EventPreauthorization]
PreauthorizationReleaseSuccess: TypeAlias = Event[
    Literal["preauthorization.release.success"], data.EventPreauthorization
]
PreauthorizationReserveSuccess: TypeAlias = Event[
    Literal["preauthorization.reserve.success"], data.EventPreauthorization
]
RefundFailed: TypeAlias = Event[Literal["refund.failed"], data.EventRefund]
RefundNeedsAttention: TypeAlias = Event[Literal["refund.needs-attention"], data.RefundInNeed]
RefundPending: TypeAlias = Event[Literal["refund.pending"], data.EventRefund]
RefundProcessed: TypeAlias = Event[Literal["refund.processed"], data.EventRefund]
RefundProcessing: TypeAlias = Event[Literal["refund.processing"], data.EventRefund]
SubscriptionCreate: TypeAlias = Event[Literal["subscription.create"], data.NewSubscription]
SubscriptionDisable: TypeAlias = Event[Literal["subscription.disable"], data.DisabledSubscription]
SubscriptionExpiringCards: TypeAlias = Event[Literal["subscription.expiring_cards"], list[data.ExpiringCard]]
SubscriptionNotRenew: TypeAlias = Event[Literal["subscription.not_renew"], data.NonRenewingSubscription]
TransferFailed: TypeAlias = Event[Literal["transfer.failed"], data.UnpaidTransfer]
TransferReversed: TypeAlias = Event[Literal["transfer.reversed"], data.UnpaidTransfer]
TransferSuccess: TypeAlias = Event[Literal["transfer.success"], data.PaidTransfer]

# A literal that is no event's name. With `str` instead, a type checker could not narrow the union by name.
UnknownEvent: TypeAlias = Event[Literal["…"], object]
"""An event that Paystack has not published. Compare its name as ``str(event.name)``."""

AnyEvent: TypeAlias = (
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
    | UnknownEvent
)
"""Any event."""
