"""No call gets another call's response, for any bytes of the server at any time, on plain connections and over TLS."""

import asyncio
import json
import ssl
import threading
import time
from urllib.parse import unquote

import pytest
import trustme
from conftest import SECRET_KEY, BlockingAdapter
from faulty_server import TIMEOUT, FaultyServer, becomes_true, full_response, response_head
from faulty_server import no_leaks as no_leaks  # a fixture

from paystackease import AsyncPaystack, Paystack, Request, Retry, errors
from paystackease._core.config import resolve_config
from paystackease._transports.aiohttp import AiohttpTransport

pytestmark = pytest.mark.usefixtures("no_leaks")

NO_RETRY = Retry(max_attempts=1)
TURNS = 3
SHORT, LONG = 0.5, 30.0
PAY = Request("POST", "/refund", body={"transaction": "T1"})
AUTHORITY = trustme.CA()


def response_body(name):
    return json.dumps({"status": True, "message": "ok", "data": {"email": name}}).encode()


def requested_email(request):
    return unquote(request.split(b" ")[1].rpartition(b"/")[2].decode())


STRAY = full_response(response_body("somebody.else"))
CHUNKED = response_head(200, "transfer-encoding: chunked")


def encode_chunked(body):
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


def parametrize_tls(cases, over_tls):
    """Return each case on a plain connection and over TLS; over TLS, cases outside ``over_tls`` are marked long."""
    plain = [pytest.param(case, "plain", id=f"{name}-plain") for name, case in cases.items()]
    return plain + [
        pytest.param(case, "TLS", id=f"{name}-TLS", marks=() if name in over_tls else pytest.mark.long)
        for name, case in cases.items()
    ]


@pytest.fixture(params=["plain", "TLS"])
def tls(request, monkeypatch, tmp_path):
    if request.param == "plain":
        return None
    AUTHORITY.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture(params=["blocking", "asyncio", "asyncio by session"])
def open_client(request):
    """Return a function that creates clients of one kind, with a blocking interface."""
    close_calls = []
    with asyncio.Runner() as runner:

        def create_client(url, retry=NO_RETRY, timeout=LONG):
            if request.param == "blocking":
                client = Paystack(SECRET_KEY, base_url=url, retry=retry, timeout=timeout)
                close_calls.append(client.close)
                return client
            transport = AiohttpTransport(
                resolve_config(SECRET_KEY, url, timeout), bypass_session=request.param == "asyncio"
            )
            close_calls.append(lambda: runner.run(transport.close()))
            return BlockingAdapter(AsyncPaystack(transport=transport, retry=retry), runner)

        yield create_client
        for close in close_calls:
            close()


def echo_handler(reply):
    """Return a handler that sends the parts that ``reply`` makes of the right body; a number is a pause in seconds."""

    def handle(connection):
        while (request := connection.read()) is not None:
            for part in reply(response_body(requested_email(request))):
                if isinstance(part, bytes):
                    connection.write(part)
                else:
                    time.sleep(part)

    return handle


def collect_results(client, pause=0.0, turns=TURNS):
    """Return the result of each of several calls: "own", the name of an error, or "crossed" with the response."""
    results = []
    for turn in range(turns):
        email = f"{turn}@example.com"
        try:
            data = client.customers.fetch_customer(email).data
        except errors.PaystackError as error:
            results.append(type(error).__name__)
        else:
            results.append("own" if data == {"email": email} else f"crossed: {data}")
        time.sleep(pause)  # no event loop runs meanwhile, so that bytes stay in the socket
    return results


def informational(*statuses, fields=(), body=b""):
    return (
        b"".join(
            f"HTTP/1.1 {status} Wait\r\n".encode() + b"".join(f"{f}\r\n".encode() for f in fields) + b"\r\n"
            for status in statuses
        )
        + body
    )


INTERIM = {str(statuses): statuses for statuses in ((100,), (102,), (103,), (199,), (100, 102, 103, 103, 100))}


@pytest.mark.parametrize(("statuses", "tls"), parametrize_tls(INTERIM, ("(103,)",)), indirect=["tls"])
@pytest.mark.parametrize("split", [False, True], ids=["one write", "two writes"])
def test_an_interim_response_is_skipped_and_the_call_gets_its_own_response(open_client, tls, statuses, split):
    hints = informational(*statuses, fields=["link: </x>"])
    with FaultyServer(
        echo_handler(lambda own: [hints, *([0.002] if split else []), full_response(own)]), tls=tls
    ) as server:
        assert collect_results(open_client(server.url)) == ["own"] * TURNS
        assert server.connections == 1


@pytest.mark.parametrize("status", [102, 103])
def test_a_payment_after_an_interim_response_succeeds(open_client, status):
    payment = full_response(b'{"status":true,"message":"ok","data":{"id":1,"transaction":"T1"}}')
    with FaultyServer(echo_handler(lambda _: [informational(status), 0.002, payment])) as server:
        assert open_client(server.url).send(PAY).data["id"] == 1


# Each leaves the end of a response ambiguous, or sends more than was requested. No call gets another's response.
AMBIGUOUS_FRAMING = {
    "103 with a length": lambda own: [informational(103, fields=["content-length: 9"]), full_response(own)],
    "103 with a body": lambda own: [
        informational(103, fields=["content-length: 5"], body=b"hello"),
        full_response(own),
    ],
    "103 with a response as its body": lambda own: [
        informational(103, fields=[f"content-length: {len(STRAY)}"], body=STRAY),
        full_response(own),
    ],
    "103 with chunks": lambda own: [informational(103, fields=["transfer-encoding: chunked"]), full_response(own)],
    "101": lambda own: [response_head(101, "upgrade: x", "connection: upgrade"), full_response(own)],
    "101 without an upgrade": lambda own: [response_head(101), 0.002, full_response(own)],
    "204 and a response": lambda own: [response_head(204), full_response(own)],
    "204 with a body": lambda own: [response_head(204, f"content-length: {len(own)}"), own],
    "204 with chunks": lambda own: [response_head(204, "transfer-encoding: chunked"), encode_chunked(own)],
    "304 with chunks": lambda own: [response_head(304, "transfer-encoding: chunked"), encode_chunked(own)],
    "204 and a response later": lambda own: [response_head(204), 0.005, full_response(own)],
    "304 and a response later": lambda own: [response_head(304), 0.005, full_response(own)],
    "304 with a length and a response later": lambda own: [
        response_head(304, "content-length: 0"),
        0.005,
        full_response(own),
    ],
    "two equal lengths": lambda own: [full_response(own, f"content-length: {len(own)}"), STRAY],
    "a length and chunks": lambda own: [
        response_head(200, "content-length: 3", "transfer-encoding: chunked"),
        encode_chunked(own),
    ],
    "chunks twice": lambda own: [response_head(200, "transfer-encoding: chunked, chunked"), encode_chunked(own), STRAY],
    "gzip and chunks": lambda own: [response_head(200, "transfer-encoding: gzip, chunked"), encode_chunked(own), STRAY],
    "HTTP/1.0 with keep-alive": lambda own: [
        full_response(own, "connection: keep-alive").replace(b"1.1", b"1.0", 1),
        0.005,
        STRAY,
    ],
    "close without closing": lambda own: [full_response(own, "connection: close"), 0.005, STRAY],
    "too short a length": lambda own: [response_head(200, f"content-length: {len(own)}") + own + own],
    "an empty body and a response": lambda own: [full_response(b"") + full_response(own)],
    "half of an extra response": lambda own: [full_response(own) + STRAY[:30], 0.005, STRAY[30:]],
    "chunks and bytes": lambda own: [CHUNKED + encode_chunked(own) + STRAY],
    "chunks and a line ending": lambda own: [CHUNKED + encode_chunked(own) + b"\r\n"],
    "two responses together": lambda own: [full_response(own) + STRAY],
    "three responses together": lambda own: [full_response(own) + STRAY + STRAY],
    "a long extra response": lambda own: [full_response(own) + full_response(response_body("x" * 40_000))],
}
DROPPED_SILENTLY = ("half of an extra response", "chunks and a line ending")
"""aiohttp drops these few bytes with the response before them. Later bytes are noticed, and close the connection."""


@pytest.mark.parametrize(
    ("reply", "tls"),
    parametrize_tls(
        AMBIGUOUS_FRAMING,
        ("103 with a body", "204 and a response", "half of an extra response", "three responses together"),
    ),
    indirect=["tls"],
)
def test_the_rest_of_a_response_with_ambiguous_framing_reaches_no_other_call(open_client, tls, reply):
    with FaultyServer(echo_handler(reply), tls=tls) as server:
        results = collect_results(open_client(server.url))
        assert not [outcome for outcome in results if outcome.startswith("crossed")]
        if reply not in [AMBIGUOUS_FRAMING[name] for name in DROPPED_SILENTLY]:
            assert server.connections == TURNS  # no connection was reused


LATE_BYTES = {
    "a response": STRAY,
    "half a response": STRAY[:20],
    "a byte": b"x",
    "a line ending": b"\r\n",
    "a 408": full_response(b'{"status":false,"message":"timeout"}', "connection: close", status=408),
    "a 100": informational(100),
    "a 103": informational(103),
}


@pytest.mark.parametrize(
    ("stray", "tls"), parametrize_tls(LATE_BYTES, ("a response", "half a response", "a byte")), indirect=["tls"]
)
def test_bytes_before_the_next_request_are_never_its_response(open_client, tls, stray):
    writes, responses_read = [], threading.Semaphore(0)

    def handle(connection):
        while (request := connection.read()) is not None:
            connection.write(full_response(response_body(requested_email(request))))
            responses_read.acquire(timeout=TIMEOUT)  # so that they are not read together with the response
            connection.write(stray)
            connection.wait_until_received()
            writes.append(stray)

    with FaultyServer(handle, tls=tls) as server:
        client = open_client(server.url)
        for turn in range(3):
            assert collect_results(client, turns=1) == ["own"]
            responses_read.release()
            assert becomes_true(lambda turn=turn: len(writes) > turn)
        assert server.connections == 3


def test_a_connection_that_was_closed_while_idle_is_not_written_to(open_client, tls):
    def handle(connection):
        connection.write(full_response(response_body(requested_email(connection.read()))))

    with FaultyServer(handle, tls=tls) as server:
        client = open_client(server.url)
        for turn in range(3):  # a single attempt of a call that is never retried
            assert client.send(Request("POST", "/x/{a}", {"a": "A1"})).data == {"email": "A1"}
            assert server.connections == turn + 1
            assert server.clients_leave()
            time.sleep(0.01)


def test_a_response_before_its_request_is_not_accepted(open_client):
    written = threading.Event()

    def handle(connection):
        connection.write(STRAY)
        written.set()
        connection.wait_for_close()

    with FaultyServer(handle) as server:
        client = open_client(server.url, timeout=SHORT)
        results = collect_results(client, turns=1)
        assert written.wait(TIMEOUT)
        assert results != ["own"]
        client.close()


def test_endless_interim_responses_are_a_timeout(open_client):
    def handle(connection):
        connection.read()
        connection.drip(informational(103) * 999, every=0.002)

    with FaultyServer(handle) as server:
        client = open_client(server.url, timeout=SHORT)
        with pytest.raises(errors.OutcomeUnknownError) as caught:
            client.send(PAY)
        assert type(caught.value.__cause__) is errors.APITimeoutError


def test_many_interim_responses_together_are_skipped(open_client):
    with FaultyServer(echo_handler(lambda own: [informational(*[103] * 50), full_response(own)])) as server:
        assert collect_results(open_client(server.url), turns=2) == ["own"] * 2
