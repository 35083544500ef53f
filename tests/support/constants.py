"""The key, the time and the retries that most tests use."""

from paystackease import Retry
from paystackease.emulator.clock import parse_time

SECRET_KEY = "sk_test_0123456789"
NOON = parse_time("2026-10-01T12:00:00")
"""A Thursday."""
NO_DELAY = Retry(initial_delay=0.0)
"""Retries as often as the default, without waiting."""
