"""Paystack, offline: the same calls, responses and errors, without an account, a network or money."""

from paystackease.emulator.clock import Clock as Clock
from paystackease.emulator.emulator import Emulator as Emulator
from paystackease.emulator.transport import EmulatorTransport as EmulatorTransport
from paystackease.emulator.transport import ResponseInterrupted as ResponseInterrupted

__all__ = ["Clock", "Emulator", "EmulatorTransport", "ResponseInterrupted"]
