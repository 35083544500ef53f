"""No call gets another call's answer, whatever the server says and when: on plain connections and over TLS."""

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

ONCE = Retry(max_attempts=1)
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


def chunked(body):
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


def on_both(cases, over_tls):
    """Each case on a plain connection, and these over TLS too; the others are long over TLS."""
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
    """Makes clients of each kind, all behind a blocking face."""
    made = []
    with asyncio.Runner() as runner:

        def make(url, retry=ONCE, timeout=LONG):
            if request.param == "blocking":
                client = Paystack(SECRET_KEY, base_url=url, retry=retry, timeout=timeout)
                made.append(client.close)
                return client
            transport = AiohttpTransport(
                resolve_config(SECRET_KEY, url, timeout), bypass_session=request.param == "asyncio"
            )
            made.append(lambda: runner.run(transport.close()))
            return BlockingAdapter(AsyncPaystack(transport=transport, retry=retry), runner)

        yield make
        for close in made:
            close()


def echo_handler(reply):
    """A play: to each request what ``reply`` makes of the right body; a number in it is seconds of silence."""

    def play(connection):
        while (request := connection.read()) is not None:
            for part in reply(response_body(requested_email(request))):
                if isinstance(part, bytes):
                    connection.write(part)
                else:
                    time.sleep(part)

    return play


def outcomes(client, wait=0.0, turns=TURNS):
    """What each of several calls got: its own answer, an error, or somebody else's answer."""
    found = []
    for turn in range(turns):
        email = f"{turn}@example.com"
        try:
            data = client.customers.fetch_customer(email).data
        except errors.PaystackError as error:
            found.append(type(error).__name__)
        else:
            found.append("own" if data == {"email": email} else f"crossed: {data}")
        time.sleep(wait)  # in which no event loop runs: what comes meanwhile lies in the socket
    return found


def informational(*statuses, fields=(), more=b""):
    return (
        b"".join(
            f"HTTP/1.1 {status} Wait\r\n".encode() + b"".join(f"{f}\r\n".encode() for f in fields) + b"\r\n"
            for status in statuses
        )
        + more
    )


INTERIM = {str(statuses): statuses for statuses in ((100,), (102,), (103,), (199,), (100, 102, 103, 103, 100))}


@pytest.mark.parametrize(("statuses", "tls"), on_both(INTERIM, ("(103,)",)), indirect=["tls"])
@pytest.mark.parametrize("split", [False, True], ids=["in one piece", "apart"])
def test_an_interim_response_is_skipped_and_the_call_gets_its_own_response(open_client, tls, statuses, split):
    hints = informational(*statuses, fields=["link: </x>"])
    with FaultyServer(
        echo_handler(lambda own: [hints, *([0.002] if split else []), full_response(own)]), tls=tls
    ) as server:
        assert outcomes(open_client(server.url)) == ["own"] * TURNS
        assert server.connections == 1


@pytest.mark.parametrize("status", [102, 103])
def test_a_payment_after_an_interim_response_succeeds(open_client, status):
    paid = full_response(b'{"status":true,"message":"ok","data":{"id":1,"transaction":"T1"}}')
    with FaultyServer(echo_handler(lambda _: [informational(status), 0.002, paid])) as server:
        assert open_client(server.url).send(PAY).data["id"] == 1


# Each leaves it in doubt where an answer ends, or says more than was asked. Whatever each call gets, it is its own.
DOUBTFUL = {
    "103 with a length": lambda own: [informational(103, fields=["content-length: 9"]), full_response(own)],
    "103 with a body": lambda own: [
        informational(103, fields=["content-length: 5"], more=b"hello"),
        full_response(own),
    ],
    "103 with an answer as its body": lambda own: [
        informational(103, fields=[f"content-length: {len(STRAY)}"], more=STRAY),
        full_response(own),
    ],
    "103 with chunks": lambda own: [informational(103, fields=["transfer-encoding: chunked"]), full_response(own)],
    "101": lambda own: [response_head(101, "upgrade: x", "connection: upgrade"), full_response(own)],
    "101 without an upgrade": lambda own: [response_head(101), 0.002, full_response(own)],
    "204 and an answer": lambda own: [response_head(204), full_response(own)],
    "204 with a body": lambda own: [response_head(204, f"content-length: {len(own)}"), own],
    "204 with chunks": lambda own: [response_head(204, "transfer-encoding: chunked"), chunked(own)],
    "304 with chunks": lambda own: [response_head(304, "transfer-encoding: chunked"), chunked(own)],
    "204 and an answer later": lambda own: [response_head(204), 0.005, full_response(own)],
    "304 and an answer later": lambda own: [response_head(304), 0.005, full_response(own)],
    "304 with a length and an answer later": lambda own: [
        response_head(304, "content-length: 0"),
        0.005,
        full_response(own),
    ],
    "two lengths alike": lambda own: [full_response(own, f"content-length: {len(own)}"), STRAY],
    "a length and chunks": lambda own: [
        response_head(200, "content-length: 3", "transfer-encoding: chunked"),
        chunked(own),
    ],
    "chunks twice": lambda own: [response_head(200, "transfer-encoding: chunked, chunked"), chunked(own), STRAY],
    "gzip and chunks": lambda own: [response_head(200, "transfer-encoding: gzip, chunked"), chunked(own), STRAY],
    "HTTP/1.0 that stays": lambda own: [
        full_response(own, "connection: keep-alive").replace(b"1.1", b"1.0", 1),
        0.005,
        STRAY,
    ],
    "close that stays": lambda own: [full_response(own, "connection: close"), 0.005, STRAY],
    "too short a length": lambda own: [response_head(200, f"content-length: {len(own)}") + own + own],
    "an empty body and an answer": lambda own: [full_response(b"") + full_response(own)],
    "half an answer too much": lambda own: [full_response(own) + STRAY[:30], 0.005, STRAY[30:]],
    "chunks and bytes": lambda own: [CHUNKED + chunked(own) + STRAY],
    "chunks and a line's end": lambda own: [CHUNKED + chunked(own) + b"\r\n"],
    "two answers at once": lambda own: [full_response(own) + STRAY],
    "three answers at once": lambda own: [full_response(own) + STRAY + STRAY],
    "a long stray": lambda own: [full_response(own) + full_response(response_body("x" * 40_000))],
}
UNSEEN = ("half an answer too much", "chunks and a line's end")
"""aiohttp drops these few bytes with the answer that they follow. What follows them later is seen, and ends it then."""


@pytest.mark.parametrize(
    ("reply", "tls"),
    on_both(DOUBTFUL, ("103 with a body", "204 and an answer", "half an answer too much", "three answers at once")),
    indirect=["tls"],
)
def test_the_rest_of_a_response_with_ambiguous_framing_reaches_no_other_call(open_client, tls, reply):
    with FaultyServer(echo_handler(reply), tls=tls) as server:
        found = outcomes(open_client(server.url))
        assert not [outcome for outcome in found if outcome.startswith("crossed")]
        if reply not in [DOUBTFUL[name] for name in UNSEEN]:
            assert server.connections == TURNS  # none of them was used again


LATE = {
    "an answer": STRAY,
    "half an answer": STRAY[:20],
    "a byte": b"x",
    "a line's end": b"\r\n",
    "a 408": full_response(b'{"status":false,"message":"timeout"}', "connection: close", status=408),
    "a 100": informational(100),
    "a 103": informational(103),
}


@pytest.mark.parametrize(("stray", "tls"), on_both(LATE, ("an answer", "half an answer", "a byte")), indirect=["tls"])
def test_bytes_before_the_next_request_are_never_its_response(open_client, tls, stray):
    said, answered = [], threading.Semaphore(0)

    def play(connection):
        while (request := connection.read()) is not None:
            connection.write(full_response(response_body(requested_email(request))))
            answered.acquire(timeout=TIMEOUT)  # so that it is not read together with the answer
            connection.write(stray)
            connection.wait_until_received()
            said.append(stray)

    with FaultyServer(play, tls=tls) as server:
        client = open_client(server.url)
        for turn in range(3):
            assert outcomes(client, turns=1) == ["own"]
            answered.release()
            assert becomes_true(lambda turn=turn: len(said) > turn)
        assert server.connections == 3


def test_a_connection_that_was_closed_while_idle_is_not_written_to(open_client, tls):
    def play(connection):
        connection.write(full_response(response_body(requested_email(connection.read()))))

    with FaultyServer(play, tls=tls) as server:
        client = open_client(server.url)
        for turn in range(3):  # a single try, of a call that is never repeated
            assert client.send(Request("POST", "/x/{a}", {"a": "A1"})).data == {"email": "A1"}
            assert server.connections == turn + 1
            assert server.clients_leave()
            time.sleep(0.01)


def test_a_response_before_its_request_is_not_accepted(open_client):
    came = threading.Event()

    def play(connection):
        connection.write(STRAY)
        came.set()
        connection.wait_for_close()

    with FaultyServer(play) as server:
        client = open_client(server.url, timeout=SHORT)
        found = outcomes(client, turns=1)
        assert came.wait(TIMEOUT)
        assert found != ["own"]
        client.close()


def test_endless_interim_responses_are_a_timeout(open_client):
    def play(connection):
        connection.read()
        connection.drip(informational(103) * 999, every=0.002)

    with FaultyServer(play) as server:
        client = open_client(server.url, timeout=SHORT)
        with pytest.raises(errors.OutcomeUnknownError) as caught:
            client.send(PAY)
        assert type(caught.value.__cause__) is errors.APITimeoutError


def test_many_interim_responses_together_are_skipped(open_client):
    with FaultyServer(echo_handler(lambda own: [informational(*[103] * 50), full_response(own)])) as server:
        assert outcomes(open_client(server.url), turns=2) == ["own"] * 2
