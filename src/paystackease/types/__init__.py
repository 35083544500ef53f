"""The types of Paystack's JSON, as ``TypedDict`` classes.

They are not enforced: you get what Paystack sends, even if it differs. A key is ``NotRequired`` if it is missing in one
of Paystack's published samples, and a union if the samples have several types.
"""
