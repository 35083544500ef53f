"""Requests with host names, for the tests of the check of hosts."""

KEY = "sk_test_emulator"
