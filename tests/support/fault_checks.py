"""What the tests of faults share."""

from paystackease import Retry

ONCE = Retry(max_attempts=1)
