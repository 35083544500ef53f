"""The authority of ``emulator run`` is constrained to Paystack's name, valid for days, and its key is not stored."""

import datetime as dt
import os
import shutil
import socket
import ssl
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from cryptography import x509
from test_emulator_run import needs_private, run_python

from paystackease.emulator.server.api_host_override import HOST, NAMES, VALID_FOR, override_api_host
from paystackease.emulator.server.certificate_authority import Authority

WEEK = dt.timedelta(days=7)


def load_certificates(authority):
    return x509.load_pem_x509_certificate(authority.certificate), x509.load_pem_x509_certificate(authority.issue(NAMES))


def test_the_authority_is_constrained_to_its_names():
    authority, certificate = load_certificates(Authority(NAMES, WEEK))
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert [name.value for name in constraints.value.permitted_subtrees] == [HOST]
    assert {str(name.value) for name in constraints.value.excluded_subtrees} == {"0.0.0.0/0", "::/0"}
    basic = authority.extensions.get_extension_for_class(x509.BasicConstraints)
    assert basic.critical
    assert (basic.value.ca, basic.value.path_length) == (True, 0)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [HOST]
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_the_certificates_are_valid_for_days():
    now = dt.datetime.now(dt.UTC)
    assert VALID_FOR <= WEEK
    for item in load_certificates(Authority(NAMES, VALID_FOR)):
        assert now - dt.timedelta(hours=2) < item.not_valid_before_utc < now
        assert now + dt.timedelta(days=1) <= item.not_valid_after_utc <= now + WEEK + dt.timedelta(minutes=1)


def test_each_authority_has_a_new_key_and_does_not_expose_it():
    first, second = Authority(NAMES, WEEK), Authority(NAMES, WEEK)
    assert load_certificates(first)[0].public_key() != load_certificates(second)[0].public_key()
    assert load_certificates(first)[0].serial_number != load_certificates(second)[0].serial_number
    assert b"PRIVATE" not in first.certificate
    assert "PRIVATE" not in repr(first)


def handshake(chain_and_key, authority, host, tmp_path):
    """Return the TLS version that a client of the authority negotiates with a server of this certificate."""
    path = tmp_path / "chain.pem"
    path.write_bytes(chain_and_key)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    client = ssl.create_default_context(cadata=authority.decode())
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    client_socket, server_socket = socket.socketpair()

    def accept_connection():
        try:
            server.wrap_socket(server_socket, server_side=True).close()
        except (ssl.SSLError, OSError):
            server_socket.close()

    thread = threading.Thread(target=accept_connection)
    thread.start()
    try:
        with client.wrap_socket(client_socket, server_hostname=host) as connection:
            return connection.version()
    finally:
        client_socket.close()
        thread.join()


def test_a_strict_client_accepts_the_certificate(tmp_path):
    authority = Authority(NAMES, WEEK)
    assert handshake(authority.issue(NAMES), authority.certificate, HOST, tmp_path) == "TLSv1.3"


@pytest.mark.parametrize("name", ["example.com", "paystack.co", "www.google.com", "localhost"])
def test_a_certificate_for_another_name_is_not_trusted(tmp_path, name):
    authority = Authority(NAMES, WEEK)
    for names in [name], [HOST, name]:
        with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
            handshake(authority.issue(names), authority.certificate, name, tmp_path)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_verifies_the_certificate_strictly(tmp_path):
    authority = Authority(NAMES, WEEK)
    (tmp_path / "authority.pem").write_bytes(authority.certificate)
    (tmp_path / "chain.pem").write_bytes(authority.issue(NAMES))
    more = ["-x509_strict", "-purpose", "sslserver", "-verify_hostname", HOST]
    command = ["openssl", "verify", *more, "-CAfile", "authority.pem", "chain.pem"]
    process = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert process.returncode == 0, process.stdout + process.stderr


@needs_private
def test_no_private_key_is_written_and_only_the_owner_can_change_the_files():
    before = {*Path(tempfile.gettempdir()).glob("paystackease-*")}
    mask = os.umask(0)
    try:
        with override_api_host() as connection:
            (folder,) = {*Path(tempfile.gettempdir()).glob("paystackease-*")} - before
            files = [*folder.iterdir()]
            assert {file.name for file in files} == {"hosts", "authority.pem", "authorities.pem"}
            assert stat.S_IMODE(folder.stat().st_mode) == 0o755
            for file in files:
                assert stat.S_IMODE(file.stat().st_mode) == 0o644
                assert b"PRIVATE KEY" not in file.read_bytes()
            assert connection.tls.get_ca_certs() == []
    finally:
        os.umask(mask)
    assert {*Path(tempfile.gettempdir()).glob("paystackease-*")} - before == set()


@needs_private
@pytest.mark.skipif(sys.version_info < (3, 13), reason="contexts are strict by themselves from Python 3.13 on")
def test_a_strict_python_accepts_the_certificate():
    request = "u.Request('https://api.paystack.co/country', headers={'Authorization': 'Bearer sk_test_x'})"
    assert run_python(f"import urllib.request as u; print(u.urlopen({request}).status)") == "200"
