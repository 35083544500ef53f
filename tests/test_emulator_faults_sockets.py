"""Faults break the connection itself over a socket, and are never logged with card numbers."""

import asyncio
import socket

import pytest
import uvicorn
from conftest import SECRET_KEY
from fault_checks import ONCE
from uvicorn.server import ServerState
from webhook_shop import CARD, pay_reference

from paystackease import Paystack, errors
from paystackease.emulator.server import broken_replies
from paystackease.emulator.server.server import run_in_background


def test_a_card_number_is_in_no_fault_and_no_log(emulator):
    client = Paystack(transport=emulator, retry=ONCE)
    emulator.add_fault("bad-json", "POST /charge", times=1)
    with pytest.raises(errors.PaystackError):
        pay_reference(client, "one")
    (log,) = emulator.requests()
    assert CARD["number"] not in str(log)
    assert log.faults == ("bad-json",)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("reset", ConnectionResetError),
        ("empty", b""),
        ("half", b'{"status":true,'),
    ],
)
def test_over_a_socket_the_connection_itself_is_broken(emulator, action, expected):
    with (
        run_in_background(emulator) as url,
        socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), 5.0) as sock,
    ):
        head = (
            "GET /customer HTTP/1.1",
            "host: localhost",
            f"authorization: Bearer {SECRET_KEY}",
            f"x-emulator-fault: {action}",
        )
        sock.sendall("\r\n".join((*head, "", "")).encode())
        received = b""
        try:
            while more := sock.recv(65_536):
                received += more
        except ConnectionResetError:
            assert expected is ConnectionResetError
            return
        fields, _, body = received.partition(b"\r\n\r\n")
        assert body.startswith(expected if isinstance(expected, bytes) else b"never")
        if action == "half":
            length = next(line for line in fields.split(b"\r\n") if line.startswith(b"content-length"))
            assert len(body) == int(length.split(b":")[1]) // 2


def test_a_connection_with_another_kind_of_transport_is_accepted():
    # Like uvloop's, which uvicorn uses if it is installed.
    class Foreign:
        def get_extra_info(self, name):
            return ("127.0.0.1", 4_711) if name == "peername" else None

    loop, lines = asyncio.new_event_loop(), {}
    config = uvicorn.Config(lambda scope, receive, send: None, log_config=None)
    config.load()
    connection = broken_replies.tracking_protocol(lines)(
        config=config, server_state=ServerState(), app_state={}, _loop=loop
    )
    transport = Foreign()
    connection.connection_made(transport)
    assert lines == {("127.0.0.1", 4_711): transport}
    loop.close()
