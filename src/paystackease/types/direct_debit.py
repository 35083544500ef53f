"""Direct debit mandates. The list of all mandates has the same type as that of one customer."""

from paystackease.types.customers import MandateAuthorization, MandateCustomer

__all__ = ["MandateAuthorization", "MandateCustomer"]
