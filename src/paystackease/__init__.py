"""Paystack for Python: the API, blocking and asyncio, and an offline Paystack to test against.

All public names can be imported from here. They are imported at their first use, so importing the package loads no HTTP
library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paystackease._core.lazy import lazy_exports

if TYPE_CHECKING:
    from paystackease._core.observer import Observer as Observer
    from paystackease._core.rate_limit import RateLimit as RateLimit
    from paystackease._core.request import Request as Request
    from paystackease._core.retry import Retry as Retry
    from paystackease.apaystack import AsyncPaystack as AsyncPaystack
    from paystackease.apaystack import AsyncPayStackBase as AsyncPayStackBase
    from paystackease.apis.bulk_charges import BulkChargeItem as BulkChargeItem
    from paystackease.emulator import Emulator as Emulator
    from paystackease.errors import APIConnectionError as APIConnectionError
    from paystackease.errors import InvalidRequestMethodError as InvalidRequestMethodError
    from paystackease.errors import PayStackError as PayStackError
    from paystackease.errors import PaystackError as PaystackError
    from paystackease.errors import SecretKeyError as SecretKeyError
    from paystackease.errors import TypeValueError as TypeValueError
    from paystackease.helpers.convert import convert_to_subunit as convert_to_subunit
    from paystackease.helpers.tool_kit import EFT as EFT
    from paystackease.helpers.tool_kit import PWT as PWT
    from paystackease.helpers.tool_kit import QRCODE as QRCODE
    from paystackease.helpers.tool_kit import STATUS as STATUS
    from paystackease.helpers.tool_kit import USSD as USSD
    from paystackease.helpers.tool_kit import AccountType as AccountType
    from paystackease.helpers.tool_kit import Bearer as Bearer
    from paystackease.helpers.tool_kit import Channels as Channels
    from paystackease.helpers.tool_kit import Currency as Currency
    from paystackease.helpers.tool_kit import DisputeStatus as DisputeStatus
    from paystackease.helpers.tool_kit import DocumentType as DocumentType
    from paystackease.helpers.tool_kit import DVABank as DVABank
    from paystackease.helpers.tool_kit import EventAction as EventAction
    from paystackease.helpers.tool_kit import EventType as EventType
    from paystackease.helpers.tool_kit import GateWay as GateWay
    from paystackease.helpers.tool_kit import Interval as Interval
    from paystackease.helpers.tool_kit import MobileMoney as MobileMoney
    from paystackease.helpers.tool_kit import PayMentRequestStatus as PayMentRequestStatus
    from paystackease.helpers.tool_kit import RecipientType as RecipientType
    from paystackease.helpers.tool_kit import ResendOTP as ResendOTP
    from paystackease.helpers.tool_kit import Resolution as Resolution
    from paystackease.helpers.tool_kit import RiskAction as RiskAction
    from paystackease.helpers.tool_kit import SettlementSchedule as SettlementSchedule
    from paystackease.helpers.tool_kit import SplitType as SplitType
    from paystackease.helpers.tool_kit import TransactionStatus as TransactionStatus
    from paystackease.paystack import Paystack as Paystack
    from paystackease.paystack import PayStackBase as PayStackBase
    from paystackease.response import Response as Response

__version__ = "3.0.0a1"

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "APIConnectionError": "paystackease.errors",
        "AccountType": "paystackease.helpers.tool_kit",
        "AsyncPayStackBase": "paystackease.apaystack",
        "AsyncPaystack": "paystackease.apaystack",
        "Bearer": "paystackease.helpers.tool_kit",
        "BulkChargeItem": "paystackease.apis.bulk_charges",
        "Channels": "paystackease.helpers.tool_kit",
        "Currency": "paystackease.helpers.tool_kit",
        "DVABank": "paystackease.helpers.tool_kit",
        "DisputeStatus": "paystackease.helpers.tool_kit",
        "DocumentType": "paystackease.helpers.tool_kit",
        "EFT": "paystackease.helpers.tool_kit",
        "Emulator": "paystackease.emulator",
        "EventAction": "paystackease.helpers.tool_kit",
        "EventType": "paystackease.helpers.tool_kit",
        "GateWay": "paystackease.helpers.tool_kit",
        "Interval": "paystackease.helpers.tool_kit",
        "InvalidRequestMethodError": "paystackease.errors",
        "MobileMoney": "paystackease.helpers.tool_kit",
        "PWT": "paystackease.helpers.tool_kit",
        "PayMentRequestStatus": "paystackease.helpers.tool_kit",
        "RateLimit": "paystackease._core.rate_limit",
        "Observer": "paystackease._core.observer",
        "PayStackBase": "paystackease.paystack",
        "PayStackError": "paystackease.errors",
        "Paystack": "paystackease.paystack",
        "PaystackError": "paystackease.errors",
        "QRCODE": "paystackease.helpers.tool_kit",
        "RecipientType": "paystackease.helpers.tool_kit",
        "Request": "paystackease._core.request",
        "ResendOTP": "paystackease.helpers.tool_kit",
        "Resolution": "paystackease.helpers.tool_kit",
        "Response": "paystackease.response",
        "Retry": "paystackease._core.retry",
        "RiskAction": "paystackease.helpers.tool_kit",
        "STATUS": "paystackease.helpers.tool_kit",
        "SecretKeyError": "paystackease.errors",
        "SettlementSchedule": "paystackease.helpers.tool_kit",
        "SplitType": "paystackease.helpers.tool_kit",
        "TransactionStatus": "paystackease.helpers.tool_kit",
        "TypeValueError": "paystackease.errors",
        "USSD": "paystackease.helpers.tool_kit",
        "convert_to_subunit": "paystackease.helpers.convert",
    },
)
