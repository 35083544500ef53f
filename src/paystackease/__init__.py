"""Paystack for Python: the API, blocking and asyncio, and an offline Paystack to test against.

Everything public can be imported from here. Importing the package loads none of it, and no HTTP library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paystackease._engine import Retry as Retry
    from paystackease._request import Request as Request
    from paystackease.apaystack import AsyncPaystack as AsyncPaystack
    from paystackease.apaystack import AsyncPayStackBase as AsyncPayStackBase
    from paystackease.emulator import Emulator as Emulator
    from paystackease.errors import PayStackError as PayStackError
    from paystackease.errors import SecretKeyError as SecretKeyError
    from paystackease.helpers import RiskAction as RiskAction
    from paystackease.paystack import Paystack as Paystack
    from paystackease.paystack import PayStackBase as PayStackBase
    from paystackease.response import Response as Response

__version__ = "3.0.0a1"

_WHERE = {
    "AsyncPayStackBase": "paystackease.apaystack",
    "AsyncPaystack": "paystackease.apaystack",
    "Emulator": "paystackease.emulator",
    "PayStackBase": "paystackease.paystack",
    "PayStackError": "paystackease.errors",
    "Paystack": "paystackease.paystack",
    "Request": "paystackease._request",
    "Response": "paystackease.response",
    "Retry": "paystackease._engine",
    "RiskAction": "paystackease.helpers",
    "SecretKeyError": "paystackease.errors",
}

__all__ = list(_WHERE)  # pyright: ignore[reportUnsupportedDunderAll] # it reads the imports above


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(_WHERE[name]), name)
    globals()[name] = found  # the next time it is there
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *_WHERE])
