"""The dashboard at ``/_emulator/``."""
