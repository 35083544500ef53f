"""The sets of values that Paystack takes, as enums.

An endpoint takes a member or its plain value. Where the set is closed, the alias beneath an enum says so to type
checkers; where Paystack may add to it, as it adds currencies and channels, any text is taken.

Members of version 1 that Paystack never took have Paystack's value here: ``Channels.ETF`` is ``"eft"`` and
``RecipientType.BASE`` is ``"basa"``.
"""

from enum import Enum
from typing import Literal, TypeAlias


class AccountType(Enum):
    """Whose a bank account is."""

    PERSONAL = "personal"
    BUSINESS = "business"


AccountTypeValue: TypeAlias = AccountType | Literal["personal", "business"]


class Bearer(Enum):
    """Who pays Paystack's fee of a payment that is shared. ``ALL`` and ``ALL_PROPORTIONAL`` are for split groups."""

    ACCOUNT = "account"
    SUB_ACCOUNT = "subaccount"
    ALL = "all"
    ALL_PROPORTIONAL = "all-proportional"


BearerValue: TypeAlias = Bearer | Literal["account", "subaccount"]
BearerTypeValue: TypeAlias = Bearer | Literal["account", "subaccount", "all", "all-proportional"]


class Currency(Enum):
    """The currencies of Paystack's markets. An amount counts the subunit: a hundredth, in each of them."""

    GHS = "GHS"
    KES = "KES"
    NGN = "NGN"
    USD = "USD"
    XOF = "XOF"
    ZAR = "ZAR"


CurrencyValue: TypeAlias = Currency | str


class Channels(Enum):
    """The ways to pay."""

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


ChannelValue: TypeAlias = Channels | str


class DisputeStatus(Enum):
    """Where a dispute stands."""

    MERCHANT_FEEDBACK = "awaiting-merchant-feedback"
    BANK_FEEDBACK = "awaiting-bank-feedback"
    PENDING = "pending"
    RESOLVED = "resolved"


DisputeStatusValue: TypeAlias = (
    DisputeStatus | Literal["awaiting-merchant-feedback", "awaiting-bank-feedback", "pending", "resolved"]
)


class DocumentType(Enum):
    """What proves who holds an account."""

    IDENTITY_NUMBER = "identityNumber"
    PASSPORT_NUMBER = "passportNumber"
    BUSINESS_REG_NUMBER = "businessRegistrationNumber"


DocumentTypeValue: TypeAlias = DocumentType | Literal["identityNumber", "passportNumber", "businessRegistrationNumber"]


class DVABank(Enum):
    """The banks that give dedicated virtual accounts. In test mode there is one: ``"test-bank"``, given as text."""

    WEMA_BANK = "wema-bank"
    TITAN = "titan-paystack"


DVABankValue: TypeAlias = DVABank | str


class EFT(Enum):
    """The providers of instant EFT."""

    OZOW = "ozow"


class EventAction(Enum):
    """What a terminal is to do."""

    PROCESS = "process"
    VIEW = "view"
    PRINT = "print"


EventActionValue: TypeAlias = EventAction | Literal["process", "view", "print"]


class EventType(Enum):
    """What a terminal is to do it with."""

    INVOICE = "invoice"
    TRANSACTION = "transaction"


EventTypeValue: TypeAlias = EventType | Literal["invoice", "transaction"]


class GateWay(Enum):
    """The gateways by which banks are listed."""

    E_MANDATE = "emandate"
    DIGITAL_BANK_MANDATE = "digitalbankmandate"


GateWayValue: TypeAlias = GateWay | str


class Interval(Enum):
    """How often a plan charges."""

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
    """Where a payment request stands."""

    DRAFT = "draft"
    PENDING = "pending"
    SUCCESS = "success"
    FAILED = "failed"


PayMentRequestStatusValue: TypeAlias = PayMentRequestStatus | Literal["draft", "pending", "success", "failed"]


class PWT(Enum):
    """The settings of paying with a transfer."""

    ACCOUNT_EXPIRES_AT = "account_expires_at"


class QRCODE(Enum):
    """The providers of QR codes."""

    SCAN_TO_PAY = "scan-to-pay"
    VISA = "visa"


class RecipientType(Enum):
    """What a transfer goes to."""

    AUTHORIZATION = "authorization"
    BASA = "basa"
    BASE = "basa"
    """The name of ``BASA`` in version 1."""
    GHIPSS = "ghipss"
    MOBILE_MONEY = "mobile_money"
    MOBILE_MONEY_BUSINESS = "mobile_money_business"
    NUBAN = "nuban"


RecipientTypeValue: TypeAlias = RecipientType | str


class ResendOTP(Enum):
    """Why an OTP is sent again."""

    DISABLE_OTP = "disable_otp"
    RESEND_OTP = "resend_otp"
    TRANSFER = "transfer"


ResendOTPValue: TypeAlias = ResendOTP | Literal["disable_otp", "resend_otp", "transfer"]


class Resolution(Enum):
    """How a dispute ends."""

    MERCHANT = "merchant-accepted"
    DECLINED = "declined"


ResolutionValue: TypeAlias = Resolution | Literal["merchant-accepted", "declined"]


class RiskAction(Enum):
    """What Paystack does with the payments of a customer."""

    ALLOW = "allow"
    """Whitelist: every payment goes through."""
    DEFAULT = "default"
    """Decide each time, as for anyone."""
    DENY = "deny"
    """Blacklist: refuse every payment."""


RiskActionValue: TypeAlias = RiskAction | Literal["allow", "default", "deny"]


class SettlementSchedule(Enum):
    """When a subaccount is paid out."""

    AUTO = "auto"
    """The day after the payment."""
    WEEKLY = "weekly"
    MANUAL = "manual"
    MONTHLY = "monthly"


SettlementScheduleValue: TypeAlias = SettlementSchedule | Literal["auto", "weekly", "manual", "monthly"]


class SplitType(Enum):
    """How the share of a subaccount is reckoned."""

    PERCENTAGE = "percentage"
    FLAT = "flat"


SplitTypeValue: TypeAlias = SplitType | Literal["percentage", "flat"]


class STATUS(Enum):
    """Where a settlement or an item of a bulk charge stands."""

    SUCCESS = "success"
    FAILED = "failed"
    PENDING = "pending"
    PROCESSING = "processing"


class TransactionStatus(Enum):
    """Where a transaction stands."""

    ABANDONED = "abandoned"
    FAILED = "failed"
    ONGOING = "ongoing"
    PENDING = "pending"
    PROCESSING = "processing"
    QUEUED = "queued"
    REVERSED = "reversed"
    SUCCESS = "success"


TransactionStatusValue: TypeAlias = TransactionStatus | str


class USSD(Enum):
    """The bank codes that are dialled to pay."""

    GUARANTY_BANK = "737"
    UNITED_BANK_OF_AFRICA = "919"
    STERLING_BANK = "822"
    ZENITH_BANK = "966"
