"""Enums of the values that Paystack accepts.

An endpoint accepts a member or its plain value. A set is closed or open. The argument of a closed set is a ``Literal``,
and every other value is rejected before anything is sent. Paystack may extend an open set, so its argument is any
``str``. Of an open set, only a near miss of a known value (``"crad"``) and a value of the wrong shape are rejected.

==========================  ======  ==================================================================================
values                      set     source: Paystack's reference, unless another is named
==========================  ======  ==================================================================================
account, document type      closed  the values of *Validate Account*
bearer                      closed  the values of *Initialize Transaction* and *Create Split*
bulk charge, its items      closed  the values of ``status`` in the lists; for batches only in the OpenAPI file
dispute status, resolution  closed  the values of *List Disputes* and *Resolve a Dispute*
interval                    closed  the values of *Create Plan*
mandate status              closed  the values of *List Mandate Authorizations*
OTP reason                  closed  the values of *Resend OTP for Transfer*
payment page type           closed  the values of *Create Payment Page*
payment request status      closed  the values of *List Payment Requests*
preauthorization            closed  the values of ``status`` and ``expire_action``
risk action                 closed  the values of *Whitelist/Blacklist Customer*
settlement status           closed  the values of *List Settlements*
settlement schedule         closed  the values of *Update Subaccount*
split type                  closed  the values of *Create Split*
storefront, terminal        closed  the values of ``status`` in the lists
terminal event              closed  the values of *Send Event*
transaction status          closed  Paystack's page about statuses; exports also have ``"all"``
transfer status             closed  the values of *List Transfers*
webhook delivery            closed  the test API rejected every other value (observed)
bank gateway                open    the values of *List Banks*; Paystack adds banks and gateways
channel                     open    the values of *Initialize Transaction* and *List Transactions*; markets add channels
currency                    open    the currencies of Paystack's markets; every ISO 4217 code passes
dedicated account bank      open    *Fetch Bank Providers* lists those of an integration
plan status, source         open    Paystack's page does not name the values, or its samples have others
recipient type              open    the values of *Create Transfer Recipient*; a market may add one
reference                   shape   letters, digits and ``-._=``, for new payments and transfers
==========================  ======  ==================================================================================

Members of version 1 that Paystack never accepted have the correct value here: ``Channels.ETF`` is ``"eft"`` and
``RecipientType.BASE`` is ``"basa"``.
"""

from enum import Enum
from typing import Annotated, Literal, TypeAlias

from paystackease._core.value_sets import (
    CHANNELS,
    CURRENCIES,
    DEDICATED_ACCOUNT_BANKS,
    GATEWAYS,
    RECIPIENT_TYPES,
)


class AccountType(Enum):
    """The type of a bank account's holder."""

    PERSONAL = "personal"
    BUSINESS = "business"


AccountTypeValue: TypeAlias = AccountType | Literal["personal", "business"]


class Bearer(Enum):
    """The payer of Paystack's fee for a split payment. ``ALL`` and ``ALL_PROPORTIONAL`` are for split groups."""

    ACCOUNT = "account"
    SUB_ACCOUNT = "subaccount"
    ALL = "all"
    ALL_PROPORTIONAL = "all-proportional"


BearerValue: TypeAlias = Bearer | Literal["account", "subaccount"]
BearerTypeValue: TypeAlias = Bearer | Literal["account", "subaccount", "all", "all-proportional"]


class Currency(Enum):
    """The currencies of Paystack's markets. Amounts are in subunits, a hundredth in each of them."""

    GHS = "GHS"
    KES = "KES"
    NGN = "NGN"
    USD = "USD"
    XOF = "XOF"
    ZAR = "ZAR"


CurrencyValue: TypeAlias = Currency | Annotated[str, CURRENCIES]


class Channels(Enum):
    """The payment channels."""

    APPLE_PAY = "apple_pay"
    BANK = "bank"
    BANK_TRANSFER = "bank_transfer"
    CAPITEC_PAY = "capitec_pay"
    CARD = "card"
    EFT = "eft"
    ETF = "eft"
    """The name of ``EFT`` in version 1."""
    MOBILE_MONEY = "mobile_money"
    PAYATTITUDE = "payattitude"
    QR = "qr"
    USSD = "ussd"


ChannelValue: TypeAlias = Channels | Annotated[str, CHANNELS]


class DisputeStatus(Enum):
    """The status of a dispute."""

    MERCHANT_FEEDBACK = "awaiting-merchant-feedback"
    BANK_FEEDBACK = "awaiting-bank-feedback"
    PENDING = "pending"
    RESOLVED = "resolved"


DisputeStatusValue: TypeAlias = (
    DisputeStatus | Literal["awaiting-merchant-feedback", "awaiting-bank-feedback", "pending", "resolved"]
)
ListedDisputeStatusValue: TypeAlias = (
    DisputeStatus | Literal["awaiting-merchant-feedback", "awaiting-bank-feedback", "pending", "resolved", "archived"]
)


class DocumentType(Enum):
    """The type of document that identifies the holder of an account."""

    IDENTITY_NUMBER = "identityNumber"
    PASSPORT_NUMBER = "passportNumber"
    BUSINESS_REG_NUMBER = "businessRegistrationNumber"


DocumentTypeValue: TypeAlias = DocumentType | Literal["identityNumber", "passportNumber", "businessRegistrationNumber"]


class DVABank(Enum):
    """The banks that provide dedicated virtual accounts. In test mode, pass the text ``"test-bank"``."""

    WEMA_BANK = "wema-bank"
    TITAN = "titan-paystack"


DVABankValue: TypeAlias = DVABank | Annotated[str, DEDICATED_ACCOUNT_BANKS]


class EFT(Enum):
    """The providers of instant EFT."""

    OZOW = "ozow"


class EventAction(Enum):
    """The action of a terminal event."""

    PROCESS = "process"
    VIEW = "view"
    PRINT = "print"


EventActionValue: TypeAlias = EventAction | Literal["process", "view", "print"]


class EventType(Enum):
    """The type of object of a terminal event."""

    INVOICE = "invoice"
    TRANSACTION = "transaction"


EventTypeValue: TypeAlias = EventType | Literal["invoice", "transaction"]


class GateWay(Enum):
    """The gateways by which banks can be filtered."""

    E_MANDATE = "emandate"
    DIGITAL_BANK_MANDATE = "digitalbankmandate"


GateWayValue: TypeAlias = GateWay | Annotated[str, GATEWAYS]


class Interval(Enum):
    """The interval of a plan."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    BIANNUALLY = "biannually"
    ANNUALLY = "annually"


IntervalValue: TypeAlias = (
    Interval | Literal["hourly", "daily", "weekly", "monthly", "quarterly", "biannually", "annually"]
)


class MobileMoney(Enum):
    """The providers of mobile money."""

    MTN = "mtn"
    AIRTEL_TIGO = "atl"
    VODAFONE = "vod"
    M_PESA = "mpesa"
    M_PESA_OFFLINE = "mpesa_offline"
    M_PESA_TILL = "mptill"
    ORANGE = "orange"
    WAVE = "wave"


class PayMentRequestStatus(Enum):
    """The status of a payment request."""

    DRAFT = "draft"
    PENDING = "pending"
    SUCCESS = "success"
    FAILED = "failed"


PayMentRequestStatusValue: TypeAlias = PayMentRequestStatus | Literal["draft", "pending", "success", "failed"]


class PWT(Enum):
    """The settings of payment by transfer."""

    ACCOUNT_EXPIRES_AT = "account_expires_at"


class QRCODE(Enum):
    """The providers of QR codes."""

    SCAN_TO_PAY = "scan-to-pay"
    VISA = "visa"


class RecipientType(Enum):
    """The type of a transfer recipient."""

    AUTHORIZATION = "authorization"
    BASA = "basa"
    BASE = "basa"
    """The name of ``BASA`` in version 1."""
    GHIPSS = "ghipss"
    MOBILE_MONEY = "mobile_money"
    MOBILE_MONEY_BUSINESS = "mobile_money_business"
    NUBAN = "nuban"


RecipientTypeValue: TypeAlias = RecipientType | Annotated[str, RECIPIENT_TYPES]


class ResendOTP(Enum):
    """The reason for sending an OTP again."""

    DISABLE_OTP = "disable_otp"
    RESEND_OTP = "resend_otp"
    TRANSFER = "transfer"


ResendOTPValue: TypeAlias = ResendOTP | Literal["disable_otp", "resend_otp", "transfer"]


class Resolution(Enum):
    """The resolution of a dispute."""

    MERCHANT = "merchant-accepted"
    DECLINED = "declined"


ResolutionValue: TypeAlias = Resolution | Literal["merchant-accepted", "declined"]


class RiskAction(Enum):
    """The treatment of a customer's payments."""

    ALLOW = "allow"
    """Whitelist: allow every payment."""
    DEFAULT = "default"
    """Apply Paystack's default checks."""
    DENY = "deny"
    """Blacklist: reject every payment."""


RiskActionValue: TypeAlias = RiskAction | Literal["allow", "default", "deny"]


class SettlementSchedule(Enum):
    """The payout schedule of a subaccount."""

    AUTO = "auto"
    """The day after the payment."""
    WEEKLY = "weekly"
    MANUAL = "manual"
    MONTHLY = "monthly"


SettlementScheduleValue: TypeAlias = SettlementSchedule | Literal["auto", "weekly", "manual", "monthly"]


class SplitType(Enum):
    """How the share of a subaccount is calculated."""

    PERCENTAGE = "percentage"
    FLAT = "flat"


SplitTypeValue: TypeAlias = SplitType | Literal["percentage", "flat"]


class STATUS(Enum):
    """The status of a settlement, or of an item of a bulk charge."""

    SUCCESS = "success"
    FAILED = "failed"
    PENDING = "pending"
    PROCESSING = "processing"


class TransactionStatus(Enum):
    """The status of a transaction."""

    ABANDONED = "abandoned"
    FAILED = "failed"
    ONGOING = "ongoing"
    PENDING = "pending"
    PROCESSING = "processing"
    QUEUED = "queued"
    REVERSED = "reversed"
    SUCCESS = "success"


TransactionStatusValue: TypeAlias = (
    TransactionStatus
    | Literal["abandoned", "failed", "ongoing", "pending", "processing", "queued", "reversed", "success"]
)
ExportStatusValue: TypeAlias = (
    TransactionStatus
    | Literal["abandoned", "failed", "ongoing", "pending", "processing", "queued", "reversed", "success", "all"]
)
TransferStatusValue: TypeAlias = Literal[
    "pending", "success", "failed", "otp", "abandoned", "reversed", "blocked", "rejected", "received"
]


class USSD(Enum):
    """The USSD codes of banks."""

    GUARANTY_BANK = "737"
    UNITED_BANK_OF_AFRICA = "919"
    STERLING_BANK = "822"
    ZENITH_BANK = "966"
