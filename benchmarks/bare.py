"""As little of an ASGI application as can be, under uvicorn: ``python benchmarks/bare.py PORT``.

It reads what was asked, and answers with the same JSON each time: what is possible to a server that is nothing else.
"""

from __future__ import annotations

import sys
from typing import Any

import uvicorn

ANSWER = (
    b'{"status":true,"message":"Authorization URL created","data":{"authorization_url":'
    b'"http://127.0.0.1:4010/_emulator/checkout/p1x8w0kqz4n2v7c","access_code":"p1x8w0kqz4n2v7c","reference":"T1"}}'
)


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """The application."""
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(ANSWER))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": ANSWER})


if __name__ == "__main__":
    options: dict[str, Any] = {"lifespan": "off", "ws": "none", "access_log": False, "server_header": False}
    uvicorn.run(bare, port=int(sys.argv[1]), log_level="warning", **options)
