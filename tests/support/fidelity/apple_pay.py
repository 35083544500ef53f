"""The domains that are registered for Apple Pay."""

DIFFERENCES = {}


def exercise(client, emulator):
    client.apple_pay.register_domain("shop.example.com")
    client.apple_pay.list_domains()
    client.apple_pay.unregister_domain("shop.example.com")
