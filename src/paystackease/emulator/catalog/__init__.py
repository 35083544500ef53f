"""Fixed data: banks, countries and test instruments."""
