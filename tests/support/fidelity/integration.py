"""How long a customer has to pay."""

DIFFERENCES = {}


def exercise(client, emulator):
    client.integration.fetch_timeout()
    client.integration.update_timeout(600)
