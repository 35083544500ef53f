"""Helpers of the tests of faults."""

from paystackease import Retry

ONCE = Retry(max_attempts=1)
