"""Take data out of Paystack: export lists to files, mirror an account in a database, reconcile orders with payments.

The API clients do not need this package, and they do not import it.
"""
