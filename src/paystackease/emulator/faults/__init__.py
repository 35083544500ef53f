"""Faults that are injected on purpose: the rules, and which requests they apply to."""
