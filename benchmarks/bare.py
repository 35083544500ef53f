"""A minimal ASGI application under uvicorn: ``python benchmarks/bare.py PORT``.

It reads each request and returns the same JSON: the upper bound for a server under uvicorn.
"""

from __future__ import annotations

import sys
from typing import Any

import uvicorn

RESPONSE_BODY = (
    b'{"status":true,"message":"Authorization URL created","data":{"authorization_url":'
    b'"http://127.0.0.1:4010/_emulator/checkout/p1x8w0kqz4n2v7c","access_code":"p1x8w0kqz4n2v7c","reference":"T1"}}'
)


async def app(scope: Any, receive: Any, send: Any) -> None:
    """The application."""
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(RESPONSE_BODY))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": RESPONSE_BODY})


if __name__ == "__main__":
    options: dict[str, Any] = {"lifespan": "off", "ws": "none", "access_log": False, "server_header": False}
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", **options)
