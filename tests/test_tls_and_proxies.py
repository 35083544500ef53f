"""Certificates that clients trust, and proxies from the environment."""

import base64
import ssl
import time
import traceback

import pytest
import trustme
from conftest import SECRET_KEY
from faulty_server import FaultyServer, full_response, respond_with, response_head, unused_address
from faulty_server import no_leaks as no_leaks  # a fixture
from scripted_transport import underlying_error

from paystackease import Request, Retry, errors

pytestmark = pytest.mark.usefixtures("no_leaks")

ONCE = Retry(max_attempts=1)
SHORT = 0.5
POST_REFUND = Request("POST", "/refund", body={"transaction": "T1"})
UNREACHABLE_URL = "http://paystack.invalid"
CA = trustme.CA()


def create_tls_context(*names, authority=CA):
    """Return the TLS context of a server with a certificate for these names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@pytest.fixture
def _trusted(monkeypatch, tmp_path):
    CA.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


def raise_connection_error(client, request=POST_REFUND):
    with pytest.raises(errors.PaystackError) as caught:
        client.send(request)
    error = underlying_error(caught.value)
    assert isinstance(error, errors.APIConnectionError)
    assert isinstance(caught.value, errors.OutcomeUnknownError) == error.may_have_arrived
    return error


# TLS


def test_an_unknown_authority_is_not_trusted_and_nothing_is_sent(connect):
    with FaultyServer(respond_with(full_response()), tls=create_tls_context("127.0.0.1")) as server:
        client = connect(SECRET_KEY, base_url=server.url, retry=ONCE)
        error = raise_connection_error(client)
        assert type(error) is errors.APIConnectionError
        assert not error.may_have_arrived
        assert "certificate verify failed" in "".join(traceback.format_exception(error))
        client.close()
        assert server.connections == 1
        assert not server.requests


@pytest.mark.usefixtures("_trusted")
def test_a_private_authority_in_ssl_cert_file_is_trusted(connect):
    with FaultyServer(respond_with(full_response()), tls=create_tls_context("127.0.0.1")) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        for _ in range(3):
            assert client.send(POST_REFUND).data == {"id": 1}
        client.close()
        assert (len(server.requests), server.connections) == (3, 1)
        assert server.clients_leave()


@pytest.mark.usefixtures("_trusted")
def test_authorities_are_read_once_for_all_connections_of_a_client(connect, monkeypatch, tmp_path):
    with FaultyServer(
        respond_with(full_response(), close_after_first=True), tls=create_tls_context("127.0.0.1")
    ) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        client.send(POST_REFUND)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
        assert server.clients_leave()
        assert client.send(POST_REFUND).data == {"id": 1}
        client.close()
        assert server.connections == 2


@pytest.mark.usefixtures("_trusted")
@pytest.mark.parametrize("name", ["127.0.0.2", "api.paystack.co", "*.0.0.1"])
def test_a_certificate_for_another_host_is_not_trusted_and_nothing_is_sent(connect, name):
    with FaultyServer(respond_with(full_response()), tls=create_tls_context(name)) as server:
        client = connect(SECRET_KEY, base_url=server.url, retry=ONCE)
        assert not raise_connection_error(client).may_have_arrived
        client.close()
        assert not server.requests


@pytest.mark.usefixtures("_trusted")
def test_the_certificate_is_for_the_host_and_not_for_its_address(connect):
    with FaultyServer(respond_with(full_response()), tls=create_tls_context("localhost")) as server:
        client = connect(SECRET_KEY, base_url=server.url.replace("127.0.0.1", "localhost"))
        assert client.send(POST_REFUND).data == {"id": 1}
        client.close()


def test_a_server_that_speaks_no_tls_is_sent_nothing(connect):
    with FaultyServer(lambda connection: connection.write(full_response())) as server:
        client = connect(SECRET_KEY, base_url=server.url.replace("http", "https"), retry=ONCE)
        assert not raise_connection_error(client).may_have_arrived
        client.close()
        assert not server.requests
        assert SECRET_KEY.encode() not in server.received


def test_an_endless_handshake_times_out_before_anything_is_sent(connect):
    with FaultyServer(lambda connection: connection.wait_for_close()) as server:
        client = connect(SECRET_KEY, base_url=server.url.replace("http", "https"), timeout=SHORT, retry=ONCE)
        started = time.monotonic()
        assert not raise_connection_error(client).may_have_arrived
        assert time.monotonic() - started < 10
        client.close()
        assert SECRET_KEY.encode() not in server.received


def send_garbage(prefix):
    def handle(connection):
        connection.read()
        if prefix:
            connection.write(prefix)
        connection.write_past_tls(b"\x17\x03\x03\x00\x20" + b"garbage " * 4)
        connection.wait_for_close()

    return handle


@pytest.mark.usefixtures("_trusted")
@pytest.mark.parametrize(
    "prefix", [b"", response_head(200), full_response()[:-5]], ids=["before the head", "after the head", "in the body"]
)
def test_a_tls_error_after_a_payment_was_sent_is_ambiguous_and_not_retried(connect, prefix):
    with FaultyServer(send_garbage(prefix), tls=create_tls_context("127.0.0.1")) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        assert raise_connection_error(client).may_have_arrived
        client.close()
        assert len(server.requests) == 1


@pytest.mark.usefixtures("_trusted")
def test_a_reused_tls_connection_that_fails_during_a_payment_is_ambiguous_and_not_retried(connect):
    def handle(connection):
        connection.read()
        connection.write(full_response())
        send_garbage(b"")(connection)

    with FaultyServer(handle, tls=create_tls_context("127.0.0.1")) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        client.send(Request("GET", "/balance"))
        assert raise_connection_error(client).may_have_arrived
        client.close()
        assert (len(server.requests), server.connections) == (2, 1)


# Proxies


def set_proxy(monkeypatch, proxy, login="", scheme="http"):
    """Put a proxy into the environment."""
    address = proxy.url if isinstance(proxy, FaultyServer) else proxy
    monkeypatch.setenv(f"{scheme.upper()}_PROXY", address.replace("://", f"://{login}"))


def test_calls_go_through_the_proxy_of_the_environment(connect, monkeypatch):
    with FaultyServer(respond_with(full_response())) as proxy:
        set_proxy(monkeypatch, proxy)
        client = connect(SECRET_KEY, base_url=UNREACHABLE_URL)
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
    with FaultyServer(respond_with(full_response())) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.partition("://")[2])
        client = connect(SECRET_KEY, base_url=UNREACHABLE_URL)
        assert client.send(POST_REFUND).data == {"id": 1}
        client.close()


def test_a_proxy_gets_its_credentials_with_each_call(connect, monkeypatch):
    with FaultyServer(respond_with(full_response())) as proxy:
        set_proxy(monkeypatch, proxy, "ada:p%40ss%3A%2F@")
        client = connect(SECRET_KEY, base_url=UNREACHABLE_URL)
        for _ in range(3):
            client.send(POST_REFUND)
        client.close()
        assert proxy.connections == 1
    login = base64.b64encode(b"ada:p@ss:/")
    for raw in proxy.requests:
        assert raw.lower().count(b"\r\nproxy-authorization:") == 1
        assert b": Basic " + login + b"\r\n" in raw
        assert raw.lower().count(b"\r\nauthorization:") == 1
        assert f"Bearer {SECRET_KEY}".encode() in raw


@pytest.mark.parametrize("bypass", ["127.0.0.1", "*", "localhost,127.0.0.1"])
def test_no_proxy_is_respected(connect, monkeypatch, bypass):
    with FaultyServer(respond_with(full_response())) as proxy, FaultyServer(respond_with(full_response())) as server:
        set_proxy(monkeypatch, proxy)
        monkeypatch.setenv("NO_PROXY", bypass)
        client = connect(SECRET_KEY, base_url=server.url)
        assert client.send(POST_REFUND).data == {"id": 1}
        client.close()
        assert (len(server.requests), proxy.connections) == (1, 0)


def test_the_proxy_of_the_environment_is_read_when_the_client_is_created(connect, monkeypatch):
    with FaultyServer(respond_with(full_response())) as proxy:
        set_proxy(monkeypatch, proxy)
        client = connect(SECRET_KEY, base_url=UNREACHABLE_URL)
        monkeypatch.delenv("HTTP_PROXY")
        assert client.send(POST_REFUND).data == {"id": 1}
        client.close()


def unused_url():
    host, port = unused_address()
    return f"http://{host}:{port}"


@pytest.mark.parametrize("url", [UNREACHABLE_URL, "https://paystack.invalid"])
def test_an_unreachable_proxy_forwards_nothing(connect, monkeypatch, url):
    set_proxy(monkeypatch, unused_url())
    set_proxy(monkeypatch, unused_url(), scheme="https")
    error = raise_connection_error(connect(SECRET_KEY, base_url=url, retry=ONCE))
    assert type(error) is errors.APIConnectionError
    assert not error.may_have_arrived


def test_a_proxy_that_closes_after_a_payment_is_ambiguous_and_not_retried(connect, monkeypatch):
    for handle in (lambda connection: connection.read(), lambda connection: (connection.read(), connection.reset())):
        with FaultyServer(handle) as proxy:
            set_proxy(monkeypatch, proxy)
            client = connect(SECRET_KEY, base_url=UNREACHABLE_URL)
            assert raise_connection_error(client).may_have_arrived
            client.close()
            assert len(proxy.requests) == 1


def test_a_proxy_that_stalls_after_a_payment_is_ambiguous(connect, monkeypatch):
    with FaultyServer(lambda connection: connection.wait_for_close()) as proxy:
        set_proxy(monkeypatch, proxy)
        client = connect(SECRET_KEY, base_url=UNREACHABLE_URL, timeout=SHORT)
        error = raise_connection_error(client)
        assert type(error) is errors.APITimeoutError
        assert error.may_have_arrived
        client.close()


def test_a_407_of_a_proxy_leaves_the_outcome_unknown(connect, monkeypatch):
    with FaultyServer(respond_with(full_response(b"{}", "proxy-authenticate: Basic", status=407))) as proxy:
        set_proxy(monkeypatch, proxy)
        client = connect(SECRET_KEY, base_url=UNREACHABLE_URL)
        with pytest.raises(
            errors.OutcomeUnknownError
        ) as caught:  # the response is not Paystack's, so it proves nothing
            client.send(POST_REFUND)
        error = underlying_error(caught.value)
        assert isinstance(error, errors.APIStatusError)
        assert error.status_code == 407
        client.close()


@pytest.mark.usefixtures("_trusted")
def test_https_goes_through_a_tunnel_that_sees_no_key(connect, monkeypatch):
    with FaultyServer(respond_with(full_response()), tls=create_tls_context("paystack.invalid")) as server:

        def tunnel(connection):
            connection.read()
            connection.write(b"HTTP/1.1 200 Connection established\r\nx: y\r\n\r\n")
            connection.relay(server.address)

        with FaultyServer(tunnel) as proxy:
            set_proxy(monkeypatch, proxy, "ada:secret@", scheme="https")
            client = connect(SECRET_KEY, base_url="https://paystack.invalid")
            for _ in range(2):
                assert client.send(POST_REFUND).data == {"id": 1}
            client.close()
            assert proxy.clients_leave()
            assert (len(proxy.requests), len(server.requests), server.connections) == (1, 2, 1)
    (connect_request,) = proxy.requests
    assert connect_request.startswith(b"CONNECT paystack.invalid:443 HTTP/1.")
    assert b"Basic " + base64.b64encode(b"ada:secret") in connect_request
    for secret in SECRET_KEY.encode(), b"/refund", b"T1":
        assert secret not in connect_request
        assert secret not in proxy.received
    for raw in server.requests:
        assert raw.startswith(b"POST /refund HTTP/1.1\r\n")
        assert b"proxy-authorization" not in raw.lower()


@pytest.mark.usefixtures("_trusted")
def test_a_tunnel_to_another_host_is_not_trusted_and_nothing_is_sent(connect, monkeypatch):
    with FaultyServer(respond_with(full_response()), tls=create_tls_context("other.invalid")) as server:

        def tunnel(connection):
            connection.read()
            connection.write(b"HTTP/1.1 200 OK\r\n\r\n")
            connection.relay(server.address)

        with FaultyServer(tunnel) as proxy:
            set_proxy(monkeypatch, proxy, scheme="https")
            client = connect(SECRET_KEY, base_url="https://paystack.invalid", retry=ONCE)
            assert not raise_connection_error(client).may_have_arrived
            client.close()
            assert not server.requests


@pytest.mark.parametrize(
    "rejection", [response_head(407, "content-length: 0"), response_head(502, "content-length: 0")], ids=["407", "502"]
)
def test_a_proxy_that_opens_no_tunnel_forwards_nothing(connect, monkeypatch, rejection):
    with FaultyServer(respond_with(rejection)) as proxy:
        set_proxy(monkeypatch, proxy, scheme="https")
        client = connect(SECRET_KEY, base_url="https://paystack.invalid", retry=ONCE)
        assert not raise_connection_error(client).may_have_arrived
        client.close()
        assert len(proxy.requests) == 1
        assert SECRET_KEY.encode() not in proxy.received


@pytest.mark.parametrize(
    "handle",
    [
        pytest.param(lambda connection: connection.read(), id="closes"),
        pytest.param(lambda connection: (connection.read(), connection.reset()), id="resets"),
        pytest.param(
            lambda connection: (connection.read(), connection.write(b"SSH-2.0\r\n")), id="speaks another protocol"
        ),
        pytest.param(lambda connection: connection.wait_for_close(), id="stalls"),
        pytest.param(
            lambda connection: (connection.read(), connection.drip(response_head(200, *["x: y"] * 99))), id="drips"
        ),
    ],
)
def test_a_proxy_that_fails_before_the_tunnel_is_open_forwards_nothing(connect, monkeypatch, handle):
    with FaultyServer(handle) as proxy:
        set_proxy(monkeypatch, proxy, scheme="https")
        client = connect(SECRET_KEY, base_url="https://paystack.invalid", timeout=SHORT, retry=ONCE)
        started = time.monotonic()
        assert not raise_connection_error(client).may_have_arrived
        assert time.monotonic() - started < 10
        client.close()
        assert SECRET_KEY.encode() not in proxy.received
