"""The countries in which Paystack operates, and the states of countries with address verification."""

from __future__ import annotations

import msgspec


class Country(msgspec.Struct, frozen=True):
    """A country. The first of its currencies is its own."""

    id: int
    name: str
    iso_code: str
    currencies: tuple[str, ...]


COUNTRIES = (
    Country(1, "Nigeria", "NG", ("NGN", "USD")),
    Country(2, "Ghana", "GH", ("GHS", "USD")),
    # The numbers of these are the emulator's own.
    Country(3, "South Africa", "ZA", ("ZAR",)),
    Country(4, "Kenya", "KE", ("KES", "USD")),
    Country(5, "Côte d'Ivoire", "CI", ("XOF",)),
)

CANADA = """
AB Alberta|BC British Columbia|MB Manitoba|NB New Brunswick|NL Newfoundland and Labrador|NT Northwest Territories|
NS Nova Scotia|NU Nunavut|ON Ontario|PE Prince Edward Island|QC Quebec|SK Saskatchewan|YT Yukon
"""
UNITED_STATES = """
AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|
DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|
LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|
NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|ND North Dakota|
OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|
UT Utah|VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming
"""


def states(country: str) -> list[tuple[str, str]]:
    """Return the states of a country as (abbreviation, name), empty if it has no address verification.

    :param country: Two letters.
    """
    listed = {"CA": CANADA, "US": UNITED_STATES}.get(country.upper(), "")
    parts = [state.strip().partition(" ") for state in listed.replace("\n", "").split("|") if state]
    return [(abbreviation, name) for abbreviation, _, name in parts]
