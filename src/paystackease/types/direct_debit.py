"""Direct debit mandates. The list of all is of the same shape as the list of one customer's."""

from paystackease.types.customers import MandateAuthorization, MandateCustomer

__all__ = ["MandateAuthorization", "MandateCustomer"]
