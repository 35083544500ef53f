"""Transactions, from their creation to their settlement: what all ways to pay share, below the API's operations."""
