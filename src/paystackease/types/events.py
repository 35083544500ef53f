"""The bodies of Paystack's webhooks, one type per event: ``event`` tells which it is, so a checker narrows ``data``.

``if event["event"] == "charge.success": event["data"]["reference"]``. Paystack may send events that are not among
these, and webhooks differ from the API's answers in names and types; the types say what webhooks have.
"""

from typing import Literal, NotRequired, TypeAlias, TypedDict

from paystackease.types.customers import Authorization
from paystackease.types.envelope import Metadata

# Of some keys Paystack has published nothing but null or an empty object (fees_split, order_id, titan_code, failures,
# evidence, discount ...). What else they may be comes from the API's answers and the OpenAPI file, or is assumed.

# --- Customers, as most events give them ---


class Person(TypedDict):
    """Somebody's name and address."""

    first_name: str | None
    last_name: str | None
    email: str


class Payer(Person):
    """What every full customer has."""

    customer_code: str
    """``CUS_…``"""
    phone: str | None
    metadata: Metadata
    risk_action: str
    """``"default"``, ``"allow"`` or ``"deny"``."""
    international_format_phone: NotRequired[str | None]


class EventCustomer(Payer):
    """A customer."""

    id: int


# --- Charges ---


class ChargeAuthorization(TypedDict, total=False):
    """What was paid with: each channel sends other keys, a payment in person hardly any, a dispute none."""

    authorization_code: str
    bin: str | None
    last4: str | None
    exp_month: str | None
    exp_year: str | None
    channel: str
    card_type: str | None
    """The brand, sometimes with a blank behind it: ``"visa "``."""
    bank: str | None
    country_code: str
    brand: str | None
    reusable: bool
    """Whether it may be charged again."""
    signature: str | None
    account_name: str | None
    sender_country: str
    sender_bank: str | None
    sender_bank_account_number: str
    sender_name: str
    narration: str | None
    receiver_bank_account_number: str | None
    receiver_bank: str | None


class ChargePlan(TypedDict, total=False):
    """The plan that was paid for; empty where there was none."""

    id: int
    name: str
    plan_code: str
    description: str | None
    amount: int
    """Subunits of the currency."""
    interval: str
    send_invoices: bool
    send_sms: bool
    currency: str


class FormulaShare(TypedDict):
    """What one subaccount is to get."""

    id: int
    name: str
    subaccount_code: str
    share: int
    """Percent or subunits: the formula's ``type`` says which."""


class SplitFormula(TypedDict):
    """How a charge is to be divided."""

    type: str
    """``"percentage"`` or ``"flat"``."""
    subaccounts: list[FormulaShare]
    integration: int
    """What remains for the integration itself."""


class ShareAmount(TypedDict):
    """What one subaccount got."""

    id: int
    subaccount_code: str
    amount: int
    """Subunits of the currency."""


class SplitShares(TypedDict):
    """How a charge was divided, in subunits of the currency."""

    paystack: int
    subaccounts: list[ShareAmount]
    integration: int


class ChargeSplit(TypedDict, total=False):
    """The split that divided a charge; empty where there was none."""

    id: int
    name: str
    split_code: str
    """``SPL_…``"""
    formula: SplitFormula
    shares: SplitShares


class FeesBreakdown(TypedDict):
    """Who takes which fee."""

    amount: str
    """Subunits of the currency, as text."""
    formula: str | None
    type: str


class LogEntry(TypedDict):
    """One step of a payer."""

    type: str
    message: str
    time: int
    """Seconds since the checkout opened."""


class ChargeLog(TypedDict):
    """What a payer did on the checkout."""

    time_spent: int
    """Seconds."""
    attempts: int
    errors: int
    success: bool
    mobile: bool
    input: list[object]
    history: list[LogEntry]
    authentication: NotRequired[str | None]
    channel: NotRequired[str | None]
    start_time: NotRequired[int]
    """Seconds since 1970; in the API's answers, not in published events."""


class ChargeSource(TypedDict):
    """Where a charge was started."""

    type: str
    source: str
    entry_point: str
    identifier: str | None


class ChargedTransaction(TypedDict):
    """What every event with a transaction has of it."""

    id: int
    domain: str
    """``"test"`` or ``"live"``."""
    status: str
    reference: str
    message: str | None
    gateway_response: str
    paid_at: str


class Charge(ChargedTransaction):
    """A transaction that was paid.

    The published event about a charge with a split ends after ``split``, so all other keys may be missing.
    """

    amount: int | str
    """Subunits of the currency; as text from terminals."""
    created_at: NotRequired[str]
    paidAt: NotRequired[str]
    """The same as ``paid_at``."""
    channel: NotRequired[str]
    currency: NotRequired[str]
    ip_address: NotRequired[str | None]
    """Sometimes several, with commas between."""
    metadata: NotRequired[Metadata]
    log: NotRequired[ChargeLog | None]
    fees: NotRequired[int | None]
    """Subunits of the currency."""
    fees_breakdown: NotRequired[FeesBreakdown | None]
    fees_split: NotRequired[int | None]
    authorization: NotRequired[ChargeAuthorization]
    customer: NotRequired[EventCustomer]
    plan: NotRequired[ChargePlan]
    split: NotRequired[ChargeSplit]
    subaccount: NotRequired[dict[str, object]]
    subaccount_group: NotRequired[dict[str, object]]
    order_id: NotRequired[int | str | None]
    requested_amount: NotRequired[int | str | None]
    """Subunits of the currency; as text from terminals."""
    pos_transaction_data: NotRequired[dict[str, object] | None]
    source: NotRequired[ChargeSource | None]


class ChargeSuccess(TypedDict):
    """A payment succeeded, whatever its channel."""

    event: Literal["charge.success"]
    data: Charge


# --- Transfers to a charge's account that Paystack refused ---


class RejectedTransfer(TypedDict):
    """A payer's bank transfer that Paystack did not take."""

    amount: str
    """Subunits of the currency, as text."""
    message: str
    message_type: str
    """``"INCORRECT_AMOUNT"``, for example."""
    transaction_id: str


class RejectedCustomer(EventCustomer):
    """Who sent the transfer."""

    domain: str
    integration: int
    createdAt: str
    updatedAt: str


class BankTransferRejection(TypedDict):
    """A refused transfer and its sender."""

    bank_transfer: RejectedTransfer
    customer: RejectedCustomer


class BankTransferRejected(TypedDict):
    """A payer's bank transfer was refused, because its amount was wrong for example."""

    event: Literal["bank.transfer.rejected"]
    data: BankTransferRejection


# --- Disputes ---


class DisputedCustomer(TypedDict):
    """All that the transaction in a dispute says of its customer: the dispute itself has the rest."""

    international_format_phone: str | None


class DisputedTransaction(ChargedTransaction):
    """The transaction that a dispute is about."""

    amount: int
    """Subunits of the currency."""
    created_at: str
    paidAt: str
    """The same as ``paid_at``."""
    channel: str
    currency: str
    ip_address: str | None
    metadata: Metadata
    log: ChargeLog | None
    fees: int | None
    """Subunits of the currency."""
    fees_split: int | None
    authorization: ChargeAuthorization
    customer: DisputedCustomer
    plan: ChargePlan
    split: ChargeSplit
    subaccount: dict[str, object]
    order_id: int | str | None
    requested_amount: int | None
    """Subunits of the currency."""
    pos_transaction_data: dict[str, object] | None


class DisputeStep(TypedDict):
    """A status that a dispute went through."""

    status: str
    by: str
    createdAt: str


class DisputeMessage(TypedDict):
    """What somebody wrote about a dispute."""

    sender: str
    body: str
    createdAt: str


class EventDispute(TypedDict):
    """A payer's objection to a transaction."""

    id: int
    refund_amount: int
    """Subunits of the currency."""
    currency: str
    status: str
    """``"awaiting-merchant-feedback"``, ``"awaiting-bank-feedback"``, ``"pending"`` or ``"resolved"``."""
    resolution: str | None
    domain: str
    """``"test"`` or ``"live"``."""
    transaction: DisputedTransaction
    transaction_reference: str | None
    category: str
    customer: EventCustomer
    bin: str | None
    last4: str | None
    dueAt: str
    """Until when to answer."""
    resolvedAt: str | None
    evidence: dict[str, object] | None
    attachments: str | None
    note: str | None
    history: list[DisputeStep]
    messages: list[DisputeMessage]
    created_at: str
    """``createdAt`` in the API's answers."""
    updated_at: str


class ChargeDisputeCreate(TypedDict):
    """A payer disputed a transaction."""

    event: Literal["charge.dispute.create"]
    data: EventDispute


class ChargeDisputeRemind(TypedDict):
    """A dispute still waits for an answer."""

    event: Literal["charge.dispute.remind"]
    data: EventDispute


class ChargeDisputeResolve(TypedDict):
    """A dispute was closed."""

    event: Literal["charge.dispute.resolve"]
    data: EventDispute


# --- Customers' identities ---


class Identification(TypedDict):
    """What a customer was identified by, with asterisks for some of the digits."""

    country: str
    type: str
    """``"bank_account"`` or ``"bvn"``."""
    bvn: NotRequired[str]
    account_number: NotRequired[str]
    bank_code: NotRequired[str]
    value: NotRequired[str]
    """The number, where ``type`` is not ``"bank_account"``."""


class IdentityCheck(TypedDict):
    """Whose identity was looked at, and by what."""

    customer_code: str
    email: str
    identification: Identification


class PassedIdentityCheck(IdentityCheck):
    """A customer whose identity is certain."""

    customer_id: str
    """A number, as text; in the event of a failure it is a number."""


class FailedIdentityCheck(IdentityCheck):
    """A customer whose identity could not be made certain."""

    customer_id: int
    reason: str


class CustomerIdentificationSuccess(TypedDict):
    """A customer's identity was confirmed."""

    event: Literal["customeridentification.success"]
    data: PassedIdentityCheck


class CustomerIdentificationFailed(TypedDict):
    """A customer's identity was not confirmed."""

    event: Literal["customeridentification.failed"]
    data: FailedIdentityCheck


# --- Dedicated virtual accounts ---


class AccountBank(TypedDict):
    """The bank that keeps an account."""

    id: int
    name: str
    slug: str


class AccountAssignment(TypedDict):
    """Whose an account is."""

    integration: int
    assignee_id: int
    assignee_type: str
    """``"Customer"`` or ``"Integration"``."""
    expired: bool
    account_type: str
    assigned_at: str
    expired_at: str | None


class AssignedAccount(TypedDict):
    """A virtual account that belongs to one customer."""

    id: int
    bank: AccountBank
    account_name: str
    account_number: str
    assigned: bool
    currency: str
    metadata: Metadata
    active: bool
    created_at: str
    updated_at: str
    assignment: AccountAssignment


class IdentificationStatus(TypedDict):
    """How the check of the customer's identity ended."""

    status: str
    """``"success"`` or ``"failed"``."""


class AccountAssigned(TypedDict):
    """A customer and its new account."""

    customer: EventCustomer
    dedicated_account: AssignedAccount
    identification: IdentificationStatus


class AccountNotAssigned(TypedDict):
    """A customer that got no account."""

    customer: EventCustomer
    dedicated_account: None
    identification: IdentificationStatus


class DedicatedAccountAssignSuccess(TypedDict):
    """A customer got a dedicated virtual account."""

    event: Literal["dedicatedaccount.assign.success"]
    data: AccountAssigned


class DedicatedAccountAssignFailed(TypedDict):
    """A customer could not be given a dedicated virtual account."""

    event: Literal["dedicatedaccount.assign.failed"]
    data: AccountNotAssigned


# --- Direct debit ---


class MandateHolder(Person):
    """Whose a mandate is."""

    code: str
    """``CUS_…``; elsewhere this key is ``customer_code``."""
    phone: str
    metadata: Metadata
    risk_action: str
    """``"default"``, ``"allow"`` or ``"deny"``."""


class Mandate(TypedDict):
    """A customer's permission to debit a bank account."""

    authorization_code: str
    active: bool
    """Whether it can be charged by now."""
    last4: str
    channel: str
    card_type: str
    bank: str
    exp_month: int
    """A number, unlike a card's."""
    exp_year: int
    country_code: str
    brand: str
    reusable: bool
    signature: str
    account_name: str
    customer: MandateHolder


class ActiveMandate(Mandate):
    """A permission that can be charged."""

    integration: int
    domain: str
    """``"test"`` or ``"live"``."""
    reference: str


class DirectDebitAuthorizationCreated(TypedDict):
    """A customer allowed direct debits; the account cannot be debited yet."""

    event: Literal["direct_debit.authorization.created"]
    status: bool
    """This event alone has the ``status`` and ``message`` of an API answer."""
    message: str
    data: Mandate


class DirectDebitAuthorizationActive(TypedDict):
    """A customer's bank account can be debited from now on."""

    event: Literal["direct_debit.authorization.active"]
    data: ActiveMandate


# --- Subscriptions and their invoices ---


class SubscriptionAuthorization(TypedDict):
    """The card that a subscription is charged to."""

    authorization_code: str
    bin: str
    last4: str
    exp_month: str
    exp_year: str
    card_type: str
    """The brand, sometimes with a blank behind it: ``"verve "``."""
    bank: str
    country_code: str
    brand: str
    account_name: str | None
    channel: NotRequired[str]
    reusable: NotRequired[bool]
    signature: NotRequired[str]


class Subscriber(Payer):
    """Who subscribed."""

    id: NotRequired[int]


class InvoicedSubscription(TypedDict, total=False):
    """The subscription that an invoice is for; empty in some events about failed payments."""

    status: str
    subscription_code: str
    """``SUB_…``"""
    email_token: str
    amount: int
    """Subunits of the currency."""
    cron_expression: str
    next_payment_date: str | None
    open_invoice: str | None
    """``INV_…``"""


class InvoiceTransaction(TypedDict, total=False):
    """The transaction that paid an invoice; empty until it is paid."""

    reference: str
    status: str
    amount: int
    """Subunits of the currency."""
    currency: str


class Invoice(TypedDict):
    """One period's bill of a subscription."""

    domain: str
    """``"test"`` or ``"live"``."""
    invoice_code: str
    """``INV_…``"""
    amount: int
    """Subunits of the currency."""
    period_start: str
    period_end: str
    status: str
    paid: bool
    paid_at: str | None
    description: str | None
    authorization: SubscriptionAuthorization
    subscription: InvoicedSubscription
    customer: Subscriber
    transaction: InvoiceTransaction
    created_at: str


class InvoiceCreate(TypedDict):
    """A subscription's next charge is about to come, usually in three days."""

    event: Literal["invoice.create"]
    data: Invoice


class InvoicePaymentFailed(TypedDict):
    """A subscription could not be charged."""

    event: Literal["invoice.payment_failed"]
    data: Invoice


class InvoiceUpdate(TypedDict):
    """An invoice changed: as a rule, it was paid."""

    event: Literal["invoice.update"]
    data: Invoice


class SubscribedPlan(TypedDict):
    """The plan that a subscription follows."""

    id: NotRequired[int]
    name: str
    plan_code: str
    """``PLN_…``"""
    description: str | None
    amount: int
    """Subunits of the currency."""
    interval: str
    send_invoices: bool
    send_sms: bool
    currency: str


class EventSubscription(TypedDict):
    """A customer's subscription to a plan."""

    domain: str
    """``"test"`` or ``"live"``."""
    status: str
    """``"active"``, ``"non-renewing"`` or ``"complete"``, for example."""
    subscription_code: str
    """``SUB_…``"""
    amount: int
    """Subunits of the currency."""
    cron_expression: str
    next_payment_date: str | None
    open_invoice: str | None
    """``INV_…``"""
    plan: SubscribedPlan
    authorization: SubscriptionAuthorization
    customer: Subscriber
    created_at: str


class NewSubscription(EventSubscription):
    """A subscription that has just begun."""

    createdAt: str
    """Not the same as ``created_at`` in the published event, though no word of Paystack's tells them apart."""


class DisabledSubscription(EventSubscription):
    """A subscription that has ended."""

    email_token: str
    """What enabling and disabling it takes beside its code."""


class NonRenewingSubscription(DisabledSubscription):
    """A subscription that ends with the period that is paid for."""

    id: int
    integration: int
    invoices: list[object]
    invoices_history: list[object]
    invoice_limit: int
    """How many invoices there will be; 0 for no limit."""
    split_code: str | None
    most_recent_invoice: dict[str, object] | None


class SubscriptionCreate(TypedDict):
    """A subscription began."""

    event: Literal["subscription.create"]
    data: NewSubscription


class SubscriptionDisable(TypedDict):
    """A subscription ended, by itself or because somebody ended it."""

    event: Literal["subscription.disable"]
    data: DisabledSubscription


class SubscriptionNotRenew(TypedDict):
    """A subscription will not be renewed."""

    event: Literal["subscription.not_renew"]
    data: NonRenewingSubscription


class ExpiringPlan(TypedDict):
    """The plan that an expiring card pays for."""

    id: int
    name: str
    plan_code: str
    interval: str


class ExpiringSubscription(TypedDict):
    """The subscription that an expiring card pays for."""

    id: int
    subscription_code: str
    amount: int
    """Subunits of the currency."""
    next_payment_date: str
    plan: ExpiringPlan


class ExpiringCustomer(Person):
    """Whose an expiring card is."""

    id: int
    customer_code: str


class ExpiringCard(TypedDict):
    """A card that will soon be of no use, though a subscription needs it."""

    expiry_date: str
    """``"12/2021"``, for example."""
    description: str
    brand: str
    subscription: ExpiringSubscription
    customer: ExpiringCustomer


class SubscriptionExpiringCards(TypedDict):
    """The monthly list of cards that will soon expire. ``data`` is a list."""

    event: Literal["subscription.expiring_cards"]
    data: list[ExpiringCard]


# --- Payment requests ---


class RequestedItem(TypedDict):
    """A line of a payment request."""

    name: str
    amount: int | str
    """Subunits of the currency; text where it was given as text."""
    quantity: int


class RequestedTax(TypedDict):
    """A tax on a payment request."""

    name: str
    amount: int | str
    """Subunits of the currency; text where it was given as text."""


class RequestNotification(TypedDict):
    """A message that went to the customer."""

    sent_at: str
    channel: str


class EventPaymentRequest(TypedDict):
    """A bill that was sent to a customer."""

    id: int
    domain: str
    """``"test"`` or ``"live"``."""
    amount: int
    """Subunits of the currency."""
    currency: str
    due_date: str | None
    has_invoice: bool
    invoice_number: int | None
    description: str
    pdf_url: str | None
    line_items: list[RequestedItem]
    tax: list[RequestedTax]
    request_code: str
    """``PRQ_…``"""
    status: str
    """``"pending"`` or ``"success"``."""
    paid: bool
    paid_at: str | None
    metadata: Metadata
    notifications: list[RequestNotification]
    offline_reference: str
    customer: int
    """The customer's id."""
    created_at: str
    discount: NotRequired[dict[str, object] | None]
    split_code: NotRequired[str | None]


class PaymentRequestPending(TypedDict):
    """A payment request was sent."""

    event: Literal["paymentrequest.pending"]
    data: EventPaymentRequest


class PaymentRequestSuccess(TypedDict):
    """A payment request was paid."""

    event: Literal["paymentrequest.success"]
    data: EventPaymentRequest


# --- Preauthorizations ---


class CaptureTransaction(TypedDict):
    """The transaction that a capture made."""

    id: str
    """A number, as text."""
    currency: str
    transaction_date: str
    status: str
    reference: str
    domain: str
    metadata: Metadata
    gateway_response: str
    message: str | None
    channel: str
    fees: int
    """Subunits of the currency."""
    split: ChargeSplit


class EventPreauthorization(TypedDict):
    """Money that is held on a card, until it is captured or released."""

    id: int
    domain: str
    """``"test"`` or ``"live"``."""
    status: str
    """``"authorized"``, ``"captured"``, ``"capture_failed"``, ``"released"`` or ``"release_failed"``."""
    reference: str
    amount: int
    """What is held, in subunits of the currency."""
    captured_amount: str | None
    """What was taken of it, in subunits of the currency, as text."""
    captured_at: str | None
    currency: str
    fees: int
    """Subunits of the currency."""
    message: str | None
    metadata: Metadata
    authorization: Authorization
    customer: EventCustomer
    merchant_id: int
    merchant_name: str
    transaction_id: str | None
    """A number, as text."""
    expiry_date: str | None
    """When ``expire_action`` is due."""
    expire_action: NotRequired[str]
    """``"release"`` or ``"capture"``."""
    expired_at: NotRequired[str | None]
    split_code: NotRequired[str | None]
    split: NotRequired[dict[str, object] | None]


class CapturedPreauthorization(EventPreauthorization):
    """Money that was held on a card, and taken."""

    transaction: CaptureTransaction


class PreauthorizationReserveSuccess(TypedDict):
    """Money is held on a card."""

    event: Literal["preauthorization.reserve.success"]
    data: EventPreauthorization


class PreauthorizationCaptureSuccess(TypedDict):
    """Money that was held was taken, because you asked for it or because the time was over."""

    event: Literal["preauthorization.capture.success"]
    data: CapturedPreauthorization


class PreauthorizationCaptureFailed(TypedDict):
    """Money that was held could not be taken."""

    event: Literal["preauthorization.capture.failed"]
    data: EventPreauthorization


class PreauthorizationReleaseSuccess(TypedDict):
    """Money that was held was let go, because you asked for it or because the time was over."""

    event: Literal["preauthorization.release.success"]
    data: EventPreauthorization


class PreauthorizationReleaseFailed(TypedDict):
    """Money that was held could not be let go."""

    event: Literal["preauthorization.release.failed"]
    data: EventPreauthorization


# --- Refunds ---


class AnyRefund(TypedDict):
    """What every refund has."""

    status: str
    """``"pending"``, ``"processing"``, ``"processed"``, ``"needs-attention"`` or ``"failed"``, as the event says."""
    transaction_reference: str
    refund_reference: str | None
    amount: int | str
    """Subunits of the currency: text in the events pending, processing and processed, else a number."""
    currency: str
    customer: Person
    integration: int
    domain: str
    """``"test"`` or ``"live"``."""


class EventRefund(AnyRefund):
    """A refund on its way, or at its end."""

    processor: str
    """Who moves the money."""


class RefundInNeed(AnyRefund):
    """A refund for which Paystack lacks the payer's bank account."""

    id: str
    """A number, as text: what retrying the refund takes."""
    customer_note: str
    merchant_note: str


class RefundPending(TypedDict):
    """A refund was begun."""

    event: Literal["refund.pending"]
    data: EventRefund


class RefundProcessing(TypedDict):
    """A refund is with the processor."""

    event: Literal["refund.processing"]
    data: EventRefund


class RefundProcessed(TypedDict):
    """A refund is done."""

    event: Literal["refund.processed"]
    data: EventRefund


class RefundNeedsAttention(TypedDict):
    """A refund waits until you give the payer's bank account."""

    event: Literal["refund.needs-attention"]
    data: RefundInNeed


class RefundFailed(TypedDict):
    """A refund failed, and its money is yours again."""

    event: Literal["refund.failed"]
    data: EventRefund


# --- Transfers ---


class TransferIntegration(TypedDict):
    """Who sends the money; in the API's answers this is a number."""

    id: int
    is_live: bool
    business_name: str
    logo_path: NotRequired[str]


class RecipientDetails(TypedDict):
    """The account that a recipient is paid to."""

    authorization_code: str | None
    account_number: str
    account_name: str | None
    bank_code: str
    bank_name: str


class AnyRecipient(TypedDict):
    """What every recipient has."""

    id: int
    active: bool
    currency: str
    description: str | None
    domain: str
    """``"test"`` or ``"live"``."""
    email: str | None
    integration: int
    metadata: Metadata
    name: str
    recipient_code: str
    """``RCP_…``"""
    type: str
    is_deleted: bool
    details: RecipientDetails


class PaidRecipient(AnyRecipient):
    """Who got the money."""

    createdAt: str
    updatedAt: str


class UnpaidRecipient(AnyRecipient):
    """Who did not get the money."""

    created_at: str
    updated_at: str


class TransferSession(TypedDict):
    """The bank network's own number of a transfer."""

    provider: str | None
    id: str | None


class AnyTransfer(TypedDict):
    """What every transfer has."""

    id: int
    amount: int
    """Subunits of the currency."""
    currency: str
    domain: str
    """``"test"`` or ``"live"``."""
    failures: dict[str, object] | None
    integration: TransferIntegration
    reason: str | None
    reference: str
    source: str
    """``"balance"``."""
    source_details: dict[str, object] | None
    status: str
    """``"success"``, ``"failed"`` or ``"reversed"``, as the event says."""
    titan_code: str | None
    transfer_code: str
    """``TRF_…``"""
    transferred_at: str | None
    session: TransferSession


class PaidTransfer(AnyTransfer):
    """A transfer that arrived. Its times are ``createdAt`` and ``updatedAt``."""

    recipient: PaidRecipient
    createdAt: str
    updatedAt: str
    fee_charged: int
    """Subunits of the currency."""
    gateway_response: str | None


class UnpaidTransfer(AnyTransfer):
    """A transfer that did not arrive. Its times are ``created_at`` and ``updated_at``."""

    recipient: UnpaidRecipient
    created_at: str
    updated_at: str


class TransferSuccess(TypedDict):
    """A transfer arrived."""

    event: Literal["transfer.success"]
    data: PaidTransfer


class TransferFailed(TypedDict):
    """A transfer failed."""

    event: Literal["transfer.failed"]
    data: UnpaidTransfer


class TransferReversed(TypedDict):
    """A transfer came back to your balance."""

    event: Literal["transfer.reversed"]
    data: UnpaidTransfer


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
