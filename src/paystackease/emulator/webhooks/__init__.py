"""Webhooks that the emulator sends: the outbox, delivery, and approval requests for transfers."""
