"""Options of clients: the proxy, private certificate authorities, ``app_info``, and ``live``."""

import base64
import ssl
import traceback
from urllib.parse import quote

import pytest
import trustme
from conftest import SECRET_KEY
from faulty_server import FaultyServer, full_response, respond_with, unused_address
from faulty_server import no_leaks as no_leaks  # a fixture

from paystackease import AppInfo, AsyncPaystack, Emulator, Paystack, Request, Retry, __version__, errors

pytestmark = pytest.mark.usefixtures("no_leaks")

LIVE_KEY = "sk_live_0123456789abcdef"
NO_RETRY = Retry(max_attempts=1)
PAY = Request("POST", "/refund", body={"transaction": "T1"})
NOWHERE = "http://paystack.invalid"
PASSWORD = "hunter2-secret"
AUTHORITY = trustme.CA()


def server_context(*names, authority=AUTHORITY):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@pytest.fixture
def ca_file(tmp_path):
    AUTHORITY.cert_pem.write_to_path(tmp_path / "ca.pem")
    return tmp_path / "ca.pem"


def add_credentials(url):
    return url.replace("://", f"://ada:{PASSWORD}@")


# proxy=


def test_calls_go_through_the_proxy_of_the_client(connect):
    with FaultyServer(respond_with(full_response())) as proxy:
        client = connect(SECRET_KEY, base_url=NOWHERE, proxy=add_credentials(proxy.url))
        for _ in range(2):
            assert client.send(PAY).data == {"id": 1}
        client.close()
        assert proxy.connections == 1
    login = base64.b64encode(f"ada:{PASSWORD}".encode())
    for raw in proxy.requests:
        assert raw.startswith(b"POST http://paystack.invalid/refund HTTP/1.1\r\n")
        assert b": Basic " + login + b"\r\n" in raw
        assert f"Bearer {SECRET_KEY}".encode() in raw


def test_the_proxy_of_a_client_takes_precedence_over_the_environment(connect, monkeypatch):
    with (
        FaultyServer(respond_with(full_response())) as client_proxy,
        FaultyServer(respond_with(full_response())) as environment_proxy,
    ):
        monkeypatch.setenv("HTTP_PROXY", environment_proxy.url)
        monkeypatch.setenv("NO_PROXY", "*")
        client = connect(SECRET_KEY, base_url=NOWHERE, proxy=client_proxy.url)
        assert client.send(PAY).data == {"id": 1}
        client.close()
        assert (client_proxy.connections, environment_proxy.connections) == (1, 0)


def test_a_proxy_and_a_private_authority_work_together(connect, ca_file):
    with FaultyServer(respond_with(full_response()), tls=server_context("paystack.invalid")) as server:

        def tunnel(connection):
            connection.read()
            connection.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            connection.relay(server.address)

        with FaultyServer(tunnel) as proxy:
            client = connect(
                SECRET_KEY, base_url="https://paystack.invalid", proxy=add_credentials(proxy.url), ca_file=ca_file
            )
            for _ in range(2):
                assert client.send(PAY).data == {"id": 1}
            client.close()
            assert proxy.clients_leave()
            assert (len(proxy.requests), len(server.requests)) == (1, 2)
    assert SECRET_KEY.encode() not in proxy.received
    assert PASSWORD.encode() not in b"".join(server.requests)


def test_an_unreachable_proxy_is_an_error_without_its_password(connect, caplog):
    host, port = unused_address()
    client = connect(SECRET_KEY, base_url=NOWHERE, proxy=add_credentials(f"http://{host}:{port}"), retry=NO_RETRY)
    with caplog.at_level("DEBUG"), pytest.raises(errors.APIConnectionError, match="through the proxy") as caught:
        client.send(Request("GET", "/balance"))
    output = "".join(traceback.format_exception(caught.value)) + caplog.text + repr(client) + repr(vars(client))
    assert not caught.value.may_have_arrived
    assert PASSWORD not in output
    assert base64.b64encode(f"ada:{PASSWORD}".encode()).decode() not in output


@pytest.mark.parametrize("password", ["geheim€1", b"\xe9"])
def test_a_password_may_have_any_characters(connect, password):
    with FaultyServer(respond_with(full_response())) as proxy:
        url = proxy.url.replace("://", f"://ada:{quote(password)}@")
        client = connect(SECRET_KEY, base_url=NOWHERE, proxy=url, retry=NO_RETRY)
        assert client.send(PAY).data == {"id": 1}
        client.close()
    password_bytes = password.encode() if isinstance(password, str) else password
    assert b": Basic " + base64.b64encode(b"ada:" + password_bytes) + b"\r\n" in proxy.requests[0]


@pytest.mark.parametrize("url", ["http://ada:{}@[x", "http://ada:{}@h:99999999", "socks5://ada:{}@h", "ftp://ada:{}@h"])
@pytest.mark.parametrize("client_class", [Paystack, AsyncPaystack])
def test_an_invalid_proxy_in_the_environment_is_an_error_without_its_password(client_class, monkeypatch, url):
    monkeypatch.setenv("HTTPS_PROXY", url.format(PASSWORD))
    with pytest.raises(errors.InvalidArgumentError, match="the environment's https proxy must be") as caught:
        client_class(SECRET_KEY)
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "proxy",
    [
        "",
        "proxy.example:3128",
        f"socks5://ada:{PASSWORD}@proxy.example",
        f"http://ada:{PASSWORD}@",
        f"http://ada:{PASSWORD}@proxy.example:99999",
        f"http://ada:{PASSWORD}@proxy.example/path",
        f"http://ada:{PASSWORD} @proxy.example",
        f"http://ada:{PASSWORD}\r\nx: y@proxy.example",
        3128,
    ],
)
@pytest.mark.parametrize("client_class", [Paystack, AsyncPaystack])
def test_an_invalid_proxy_argument_is_an_error_without_its_password(client_class, proxy):
    with pytest.raises(errors.InvalidArgumentError, match="proxy must be the http or https URL") as caught:
        client_class(SECRET_KEY, proxy=proxy)
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))


# ca_file= and ssl_context=


def test_a_private_authority_is_trusted(connect, ca_file):
    with FaultyServer(respond_with(full_response()), tls=server_context("127.0.0.1")) as server:
        for option in (
            {"ca_file": ca_file},
            {"ca_file": str(ca_file)},
            {"ssl_context": ssl.create_default_context(cafile=str(ca_file))},
        ):
            client = connect(SECRET_KEY, base_url=server.url, **option)
            for _ in range(2):
                assert client.send(PAY).data == {"id": 1}
            client.close()
        assert (len(server.requests), server.connections) == (6, 3)


def test_a_private_authority_replaces_those_of_the_system(connect, monkeypatch, ca_file, tmp_path):
    system_authority = trustme.CA()
    system_authority.cert_pem.write_to_path(tmp_path / "system.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "system.pem"))
    with FaultyServer(
        respond_with(full_response()), tls=server_context("127.0.0.1", authority=system_authority)
    ) as server:
        default_client = connect(SECRET_KEY, base_url=server.url)
        assert default_client.send(PAY).data == {"id": 1}
        client = connect(SECRET_KEY, base_url=server.url, retry=NO_RETRY, ca_file=ca_file)
        with pytest.raises(errors.APIConnectionError) as caught:
            client.send(PAY)
        assert not caught.value.may_have_arrived
        assert "certificate verify failed" in str(caught.value.__cause__)
        for open_client in default_client, client:
            open_client.close()
        assert len(server.requests) == 1


def test_a_certificate_for_another_host_is_rejected(connect, ca_file):
    with FaultyServer(respond_with(full_response()), tls=server_context("127.0.0.2")) as server:
        client = connect(SECRET_KEY, base_url=server.url, retry=NO_RETRY, ca_file=ca_file)
        with pytest.raises(errors.APIConnectionError):
            client.send(PAY)
        client.close()
        assert not server.requests


@pytest.mark.parametrize("client_class", [Paystack, AsyncPaystack])
def test_a_ca_file_that_cannot_be_used_is_an_error_when_the_client_is_made(client_class, tmp_path):
    (tmp_path / "empty.pem").write_text("")
    (tmp_path / "text.pem").write_text("not a certificate")
    for path, reason in {
        tmp_path / "none.pem": "No such file",
        tmp_path / "empty.pem": "no CA certificates",
        tmp_path / "text.pem": "no CA certificates",
        "ca\0.pem": "no CA certificates",
    }.items():
        with pytest.raises(errors.InvalidArgumentError, match=reason):
            client_class(SECRET_KEY, ca_file=path)
    for path in (5, ""):
        with pytest.raises(errors.InvalidArgumentError, match="ca_file must be the path"):
            client_class(SECRET_KEY, ca_file=path)


@pytest.mark.parametrize("client_class", [Paystack, AsyncPaystack])
def test_a_context_without_verification_is_rejected(client_class, ca_file):
    unverified, any_host = ssl.create_default_context(), ssl.create_default_context()
    unverified.check_hostname = any_host.check_hostname = False
    unverified.verify_mode = ssl.CERT_NONE
    for context in unverified, any_host:
        with pytest.raises(errors.InvalidArgumentError, match="must verify the server"):
            client_class(SECRET_KEY, ssl_context=context)
    with pytest.raises(errors.InvalidArgumentError, match=r"must be an ssl\.SSLContext"):
        client_class(SECRET_KEY, ssl_context=True)
    with pytest.raises(errors.InvalidArgumentError, match="not both"):
        client_class(SECRET_KEY, ssl_context=ssl.create_default_context(), ca_file=ca_file)


# app_info=


def test_the_calling_program_is_in_the_user_agent(connect):
    with FaultyServer(respond_with(full_response())) as server:
        for app_info, ending in {
            AppInfo("my-shop", "1.4.2", "https://shop.example/a?b"): " my-shop/1.4.2 (https://shop.example/a?b)",
            AppInfo("My Shop"): " My Shop",
            None: "",
        }.items():
            client = connect(SECRET_KEY, base_url=server.url, app_info=app_info)
            client.send(PAY)
            client.options(headers={"x-a": "b"}).send(PAY)
            client.close()
            for raw in server.requests[-2:]:
                (line,) = [header for header in raw.decode().split("\r\n") if header.lower().startswith("user-agent:")]
                assert line.split(": ")[1].startswith(f"paystackease/{__version__} python/")
                assert line.endswith(ending)
                assert ending or "shop" not in line.lower()


@pytest.mark.parametrize(
    ("name", "version", "url"),
    [
        ("", None, None),
        ("a\r\nx: y", None, None),
        ("a\x00", None, None),
        ("a/b", None, None),
        ("a (b)", None, None),
        ("ä", None, None),
        (5, None, None),
        ("a", "1\n", None),
        ("a", "1 2", None),
        ("a", "", None),
        ("a", None, "shop.example"),
        ("a", None, "https://shop.example\r\nx: y"),
        ("a", None, "https://shop.example/)"),
        ("a", None, "https://ada:secret@shop.example"),
        ("a", None, "https://[::1"),
        ("a", None, "javascript:alert(1)"),
    ],
)
def test_invalid_app_info_is_rejected(name, version, url):
    with pytest.raises(errors.InvalidArgumentError, match=r"app_info: (name|version|url) must be") as caught:
        AppInfo(name, version, url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("client_class", [Paystack, AsyncPaystack])
def test_app_info_must_be_an_instance_of_app_info(client_class):
    with pytest.raises(errors.InvalidArgumentError, match="app_info must be an AppInfo"):
        client_class(SECRET_KEY, app_info="my-shop/1.0")


# live=


@pytest.mark.parametrize("client_class", [Paystack, AsyncPaystack])
def test_a_client_can_reject_a_live_key(client_class, monkeypatch):
    with pytest.raises(errors.SecretKeyError, match="live=False") as caught:
        client_class(LIVE_KEY, live=False)
    assert LIVE_KEY not in str(caught.value)
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", LIVE_KEY)
    with pytest.raises(errors.SecretKeyError, match="live=False"):
        client_class(live=False)
    assert client_class(SECRET_KEY, live=False)
    assert client_class(LIVE_KEY)


@pytest.mark.parametrize("client_class", [Paystack, AsyncPaystack])
def test_a_client_can_require_a_live_key(client_class):
    with pytest.raises(errors.SecretKeyError, match="live=True"):
        client_class(SECRET_KEY, live=True)
    assert client_class(LIVE_KEY, live=True)
    with pytest.raises(errors.InvalidArgumentError, match="live must be True, False or None"):
        client_class(SECRET_KEY, live="no")


def test_the_key_of_a_transport_is_checked_too():
    assert Paystack(transport=Emulator(), live=False)
    with pytest.raises(errors.SecretKeyError, match="live=True"):
        Paystack(transport=Emulator(), live=True)

    class KeylessTransport:
        def send(self, request):
            raise NotImplementedError

        def close(self):
            pass

    with pytest.raises(errors.SecretKeyError, match="does not show its key"):
        Paystack(transport=KeylessTransport(), live=False)


@pytest.mark.parametrize(
    "option", [{"proxy": "http://127.0.0.1:1"}, {"ca_file": "x.pem"}, {"app_info": AppInfo("my-shop")}]
)
def test_connection_options_cannot_be_combined_with_a_transport(option):
    with pytest.raises(errors.InvalidArgumentError, match="pass either transport, or"):
        Paystack(transport=Emulator(), **option)
