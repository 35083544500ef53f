"""The HTTP transports: one for urllib3, one for aiohttp. A client imports only its own, so it loads one library."""
