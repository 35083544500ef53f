"""Amounts: the ledger, the fee tables and the intervals of plans."""
