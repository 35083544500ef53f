"""The timeout of a payment."""

DIFFERENCES = {}


def exercise(client, emulator):
    client.integration.fetch_timeout()
    client.integration.update_timeout(600)
