"""Transactions, from creation to settlement: the logic that all payment methods share, below the API's operations."""
