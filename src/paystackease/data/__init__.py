"""Data out of Paystack: lists as files, a mirror in a database, and what does not add up.

Nothing here is needed to call the API, and none of it is imported before it is asked for.
"""
