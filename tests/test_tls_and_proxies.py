"""Whom a client trusts, and what it does where the environment puts a proxy between."""

import base64
import ssl
import time
import traceback

import pytest
import trustme
from conftest import SECRET_KEY
from faulty_server import Server, answer, answering, head, nobody
from faulty_server import nothing_stays as nothing_stays  # a fixture
from scripted_transport import plainly

from paystackease import Request, Retry, errors

pytestmark = pytest.mark.usefixtures("nothing_stays")

ONCE = Retry(max_attempts=1)
SHORT = 0.5
PAY = Request("POST", "/refund", body={"transaction": "T1"})
NOWHERE = "http://paystack.invalid"
AUTHORITY = trustme.CA()


def certificate(*names, authority=AUTHORITY):
    """A server's side of TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@pytest.fixture
def _trusted(monkeypatch, tmp_path):
    AUTHORITY.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


def fails(client, request=PAY):
    with pytest.raises(errors.PaystackError) as caught:
        client.send(request)
    error = plainly(caught.value)
    assert isinstance(error, errors.APIConnectionError)
    assert isinstance(caught.value, errors.OutcomeUnknownError) == error.may_have_arrived
    return error


# TLS


def test_an_unknown_authority_is_not_trusted_and_nothing_is_sent(connect):
    with Server(answering(answer()), tls=certificate("127.0.0.1")) as server:
        client = connect(SECRET_KEY, base_url=server.url, retry=ONCE)
        error = fails(client)
        assert type(error) is errors.APIConnectionError
        assert not error.may_have_arrived
        assert "certificate verify failed" in "".join(traceback.format_exception(error))
        client.close()
        assert server.connections == 1
        assert not server.requests


@pytest.mark.usefixtures("_trusted")
def test_an_authority_of_ones_own_is_trusted_where_ssl_cert_file_names_it(connect):
    with Server(answering(answer()), tls=certificate("127.0.0.1")) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        for _ in range(3):
            assert client.send(PAY).data == {"id": 1}
        client.close()
        assert (len(server.requests), server.connections) == (3, 1)
        assert server.deserted()


@pytest.mark.usefixtures("_trusted")
def test_authorities_are_read_once_for_all_connections_of_a_client(connect, monkeypatch, tmp_path):
    with Server(answering(answer(), line_ends=True), tls=certificate("127.0.0.1")) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        client.send(PAY)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
        assert server.deserted()
        assert client.send(PAY).data == {"id": 1}
        client.close()
        assert server.connections == 2


@pytest.mark.usefixtures("_trusted")
@pytest.mark.parametrize("name", ["127.0.0.2", "api.paystack.co", "*.0.0.1"])
def test_a_certificate_for_another_host_is_not_trusted_and_nothing_is_sent(connect, name):
    with Server(answering(answer()), tls=certificate(name)) as server:
        client = connect(SECRET_KEY, base_url=server.url, retry=ONCE)
        assert not fails(client).may_have_arrived
        client.close()
        assert not server.requests


@pytest.mark.usefixtures("_trusted")
def test_the_certificate_is_for_the_host_and_not_for_its_address(connect):
    with Server(answering(answer()), tls=certificate("localhost")) as server:
        client = connect(SECRET_KEY, base_url=server.url.replace("127.0.0.1", "localhost"))
        assert client.send(PAY).data == {"id": 1}
        client.close()


def test_a_server_that_speaks_no_tls_is_sent_nothing(connect):
    with Server(lambda line: line.write(answer())) as server:
        client = connect(SECRET_KEY, base_url=server.url.replace("http", "https"), retry=ONCE)
        assert not fails(client).may_have_arrived
        client.close()
        assert not server.requests
        assert SECRET_KEY.encode() not in server.received


def test_a_handshake_that_never_ends_is_given_up_before_anything_is_sent(connect):
    with Server(lambda line: line.wait()) as server:
        client = connect(SECRET_KEY, base_url=server.url.replace("http", "https"), timeout=SHORT, retry=ONCE)
        began = time.monotonic()
        assert not fails(client).may_have_arrived
        assert time.monotonic() - began < 10
        client.close()
        assert SECRET_KEY.encode() not in server.received


def garbles(first):
    def play(line):
        line.read()
        if first:
            line.write(first)
        line.write_past_tls(b"\x17\x03\x03\x00\x20" + b"garbage " * 4)
        line.wait()

    return play


@pytest.mark.usefixtures("_trusted")
@pytest.mark.parametrize("first", [b"", head(200), answer()[:-5]], ids=["at once", "after the head", "in the body"])
def test_tls_that_breaks_after_a_payment_was_sent_leaves_it_unclear_and_unrepeated(connect, first):
    with Server(garbles(first), tls=certificate("127.0.0.1")) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        assert fails(client).may_have_arrived
        client.close()
        assert len(server.requests) == 1


@pytest.mark.usefixtures("_trusted")
def test_a_kept_tls_connection_that_breaks_under_a_payment_leaves_it_unclear_and_unrepeated(connect):
    def play(line):
        line.read()
        line.write(answer())
        garbles(b"")(line)

    with Server(play, tls=certificate("127.0.0.1")) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        client.send(Request("GET", "/balance"))
        assert fails(client).may_have_arrived
        client.close()
        assert (len(server.requests), server.connections) == (2, 1)


# Proxies


def through(monkeypatch, proxy, login="", scheme="http"):
    """Put a proxy into the environment."""
    address = proxy.url if isinstance(proxy, Server) else proxy
    monkeypatch.setenv(f"{scheme.upper()}_PROXY", address.replace("://", f"://{login}"))


def test_calls_go_through_the_proxy_of_the_environment(connect, monkeypatch):
    with Server(answering(answer())) as proxy:
        through(monkeypatch, proxy)
        client = connect(SECRET_KEY, base_url=NOWHERE)
        for _ in range(2):
            assert client.send(Request("GET", "/customer/{code}", {"code": "a/b@c"}, {"x": "y z"})).data == {"id": 1}
        client.close()
        assert proxy.connections == 1
    for raw in proxy.requests:
        assert raw.startswith(b"GET http://paystack.invalid/customer/a%2Fb%40c?x=y+z HTTP/1.1\r\n")
        assert b"\r\nhost: paystack.invalid\r\n" in raw.lower()
        assert f"Bearer {SECRET_KEY}".encode() in raw
        assert b"proxy-authorization" not in raw.lower()


def test_a_proxy_without_a_scheme_is_one_for_http(connect, monkeypatch):
    with Server(answering(answer())) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.partition("://")[2])
        client = connect(SECRET_KEY, base_url=NOWHERE)
        assert client.send(PAY).data == {"id": 1}
        client.close()


def test_a_proxy_is_told_its_login_with_each_call(connect, monkeypatch):
    with Server(answering(answer())) as proxy:
        through(monkeypatch, proxy, "ada:p%40ss%3A%2F@")
        client = connect(SECRET_KEY, base_url=NOWHERE)
        for _ in range(3):
            client.send(PAY)
        client.close()
        assert proxy.connections == 1
    login = base64.b64encode(b"ada:p@ss:/")
    for raw in proxy.requests:
        assert raw.lower().count(b"\r\nproxy-authorization:") == 1
        assert b": Basic " + login + b"\r\n" in raw
        assert raw.lower().count(b"\r\nauthorization:") == 1
        assert f"Bearer {SECRET_KEY}".encode() in raw


@pytest.mark.parametrize("bypass", ["127.0.0.1", "*", "localhost,127.0.0.1"])
def test_no_proxy_is_heeded(connect, monkeypatch, bypass):
    with Server(answering(answer())) as proxy, Server(answering(answer())) as server:
        through(monkeypatch, proxy)
        monkeypatch.setenv("NO_PROXY", bypass)
        client = connect(SECRET_KEY, base_url=server.url)
        assert client.send(PAY).data == {"id": 1}
        client.close()
        assert (len(server.requests), proxy.connections) == (1, 0)


def test_the_proxy_of_the_environment_is_read_when_the_client_is_made(connect, monkeypatch):
    with Server(answering(answer())) as proxy:
        through(monkeypatch, proxy)
        client = connect(SECRET_KEY, base_url=NOWHERE)
        monkeypatch.delenv("HTTP_PROXY")
        assert client.send(PAY).data == {"id": 1}
        client.close()


def dead():
    host, port = nobody()
    return f"http://{host}:{port}"


@pytest.mark.parametrize("url", [NOWHERE, "https://paystack.invalid"])
def test_a_dead_proxy_passes_nothing_on(connect, monkeypatch, url):
    through(monkeypatch, dead())
    through(monkeypatch, dead(), scheme="https")
    error = fails(connect(SECRET_KEY, base_url=url, retry=ONCE))
    assert type(error) is errors.APIConnectionError
    assert not error.may_have_arrived


def test_a_proxy_that_leaves_with_a_payment_leaves_it_unclear_and_unrepeated(connect, monkeypatch):
    for play in (lambda line: line.read(), lambda line: (line.read(), line.reset())):
        with Server(play) as proxy:
            through(monkeypatch, proxy)
            client = connect(SECRET_KEY, base_url=NOWHERE)
            assert fails(client).may_have_arrived
            client.close()
            assert len(proxy.requests) == 1


def test_a_proxy_that_stalls_with_a_payment_leaves_it_unclear(connect, monkeypatch):
    with Server(lambda line: line.wait()) as proxy:
        through(monkeypatch, proxy)
        client = connect(SECRET_KEY, base_url=NOWHERE, timeout=SHORT)
        error = fails(client)
        assert type(error) is errors.APITimeoutError
        assert error.may_have_arrived
        client.close()


def test_a_proxy_that_wants_a_login_says_so_in_the_answer(connect, monkeypatch):
    with Server(answering(answer(b"{}", "proxy-authenticate: Basic", status=407))) as proxy:
        through(monkeypatch, proxy)
        client = connect(SECRET_KEY, base_url=NOWHERE)
        with pytest.raises(errors.OutcomeUnknownError) as caught:  # Paystack did not say so, so it is no proof
            client.send(PAY)
        error = plainly(caught.value)
        assert isinstance(error, errors.APIStatusError)
        assert error.status_code == 407
        client.close()


@pytest.mark.usefixtures("_trusted")
def test_https_goes_through_a_tunnel_that_sees_no_key(connect, monkeypatch):
    with Server(answering(answer()), tls=certificate("paystack.invalid")) as server:

        def tunnel(line):
            line.read()
            line.write(b"HTTP/1.1 200 Connection established\r\nx: y\r\n\r\n")
            line.relay(server.address)

        with Server(tunnel) as proxy:
            through(monkeypatch, proxy, "ada:secret@", scheme="https")
            client = connect(SECRET_KEY, base_url="https://paystack.invalid")
            for _ in range(2):
                assert client.send(PAY).data == {"id": 1}
            client.close()
            assert proxy.deserted()
            assert (len(proxy.requests), len(server.requests), server.connections) == (1, 2, 1)
    (opening,) = proxy.requests
    assert opening.startswith(b"CONNECT paystack.invalid:443 HTTP/1.")
    assert b"Basic " + base64.b64encode(b"ada:secret") in opening
    for secret in SECRET_KEY.encode(), b"/refund", b"T1":
        assert secret not in opening
        assert secret not in proxy.received
    for raw in server.requests:
        assert raw.startswith(b"POST /refund HTTP/1.1\r\n")
        assert b"proxy-authorization" not in raw.lower()


@pytest.mark.usefixtures("_trusted")
def test_a_tunnel_to_somebody_else_is_not_trusted_and_nothing_is_sent(connect, monkeypatch):
    with Server(answering(answer()), tls=certificate("other.invalid")) as server:

        def tunnel(line):
            line.read()
            line.write(b"HTTP/1.1 200 OK\r\n\r\n")
            line.relay(server.address)

        with Server(tunnel) as proxy:
            through(monkeypatch, proxy, scheme="https")
            client = connect(SECRET_KEY, base_url="https://paystack.invalid", retry=ONCE)
            assert not fails(client).may_have_arrived
            client.close()
            assert not server.requests


@pytest.mark.parametrize("no", [head(407, "content-length: 0"), head(502, "content-length: 0")], ids=["407", "502"])
def test_a_proxy_that_opens_no_tunnel_passes_nothing_on(connect, monkeypatch, no):
    with Server(answering(no)) as proxy:
        through(monkeypatch, proxy, scheme="https")
        client = connect(SECRET_KEY, base_url="https://paystack.invalid", retry=ONCE)
        assert not fails(client).may_have_arrived
        client.close()
        assert len(proxy.requests) == 1
        assert SECRET_KEY.encode() not in proxy.received


@pytest.mark.parametrize(
    "play",
    [
        pytest.param(lambda line: line.read(), id="closes"),
        pytest.param(lambda line: (line.read(), line.reset()), id="resets"),
        pytest.param(lambda line: (line.read(), line.write(b"SSH-2.0\r\n")), id="speaks another protocol"),
        pytest.param(lambda line: line.wait(), id="stalls"),
        pytest.param(lambda line: (line.read(), line.drip(head(200, *["x: y"] * 99))), id="drips"),
    ],
)
def test_a_proxy_that_breaks_before_the_tunnel_is_open_passes_nothing_on(connect, monkeypatch, play):
    with Server(play) as proxy:
        through(monkeypatch, proxy, scheme="https")
        client = connect(SECRET_KEY, base_url="https://paystack.invalid", timeout=SHORT, retry=ONCE)
        began = time.monotonic()
        assert not fails(client).may_have_arrived
        assert time.monotonic() - began < 10
        client.close()
        assert SECRET_KEY.encode() not in proxy.received
