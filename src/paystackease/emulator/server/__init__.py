"""The emulator behind a port."""
