"""Bodies made from the shapes in ``tests/facts``: the keys and types that Paystack sends, with values of our own.

A value depends only on its key and on ``series``. So all bodies of a series have the same customer, transaction and so
on, and another series has others. Bodies are the same in every run.
"""

import re
import zlib

TIMES = re.compile(r"(_at|At|_date|_start|_end)$")
DIGITS = re.compile(r"(phone|account_number|bvn|last4|bin|exp_month|exp_year|expiry_month|expiry_year)$")
PROSE = re.compile(r"(message|reason|description|narration|note|response|text|address)$")


def make_body(shape, series=1, key=""):
    """Return a body of a shape. A list in it has one item of each observed shape."""
    if isinstance(shape, dict):
        if key == "metadata":
            # The merchant's own data, which the facts do not describe.
            return {"cart": f"cart of {series}", "lines": [{"note": "by hand", "count": series}]}
        return {name: make_body(item_shape, series, name) for name, item_shape in shape.items()}
    if isinstance(shape, list):
        return [make_body(item_shape, series, key) for item_shape in shape]
    return {
        "null": None,
        "bool": True,
        "int": make_number(key, series),
        "float": make_number(key, series) + 0.5,
        "str": make_text(key, series),
    }[shape]


def make_event(name, shape, series=1):
    """Return a webhook's body of a shape."""
    return {**make_body(shape, series), "event": name}


def make_number(key, series):
    """Return an integer of ten digits, like Paystack's ids."""
    return 1_000_000_000 + zlib.crc32(f"{key} {series}".encode()) % 1_000_000_000


def make_text(key, series):
    """Return a text that suits the key: prose has spaces; a code, a name or a status has none."""
    if TIMES.search(key):
        return f"2026-10-{series:02}T12:00:00.000Z"
    if DIGITS.search(key):
        return str(make_number(key, series))
    if key.endswith("email"):
        return f"{key}.{series}@example.com"
    if PROSE.search(key):
        return f"the {key} of {series}"
    return f"{key.upper()}.{series}"
