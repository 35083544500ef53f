"""Requests and responses of the emulator: routing, request context, pagination, field checks, error bodies."""
