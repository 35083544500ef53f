"""The shapes of what Paystack sends, as ``TypedDict``s.

They describe and never check: what Paystack sends reaches you even where it differs from them. A key is
``NotRequired`` where Paystack's published samples show it missing, and a union where they show several types.
"""
