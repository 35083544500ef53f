"""The sections of the API: in each module its endpoints, declared once, and its blocking client."""
