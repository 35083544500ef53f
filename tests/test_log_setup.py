"""``PAYSTACK_LOG`` sends the library's log to standard error, without personal data."""

import logging

import pytest
from conftest import SECRET_KEY
from faulty_server import FaultyServer, full_response, respond_with

from paystackease import Emulator, Paystack, Request, errors

LOG = logging.getLogger("paystackease")


@pytest.fixture
def log_level(monkeypatch):
    """Return a function that sets ``PAYSTACK_LOG`` and creates a client; turn the log off at the end."""

    def make_client(value, **options):
        if value is None:
            monkeypatch.delenv("PAYSTACK_LOG", raising=False)
        else:
            monkeypatch.setenv("PAYSTACK_LOG", value)
        return Paystack(**(options or {"transport": Emulator()}))

    yield make_client
    make_client(None)
    assert not LOG.handlers


def test_debug_shows_each_attempt(log_level, capsys):
    client = log_level("debug")
    client.transfer_control.check_balance()
    log_level("DEBUG")  # a second client adds no second line
    client.transfer_control.check_balance()
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    for line in lines:
        assert " paystackease DEBUG: GET /balance: 200, attempt 1, " in line


def test_info_shows_retries_only(log_level, capsys):
    with FaultyServer(respond_with(full_response(status=503), full_response())) as server:
        client = log_level("info", secret_key=SECRET_KEY, base_url=server.url)
        client.send(Request("GET", "/balance"))
        client.close()
    (line,) = capsys.readouterr().err.splitlines()
    assert "paystackease INFO: attempt 1: 503, retrying in " in line


def test_nothing_is_logged_without_the_variable(log_level, capsys):
    for value in None, "":
        log_level(value).transfer_control.check_balance()
    assert capsys.readouterr().err == ""


def test_the_variable_is_read_when_a_client_is_created_and_the_level_is_restored(log_level, monkeypatch, capsys):
    LOG.setLevel(logging.ERROR)
    try:
        client = log_level("debug")
        monkeypatch.delenv("PAYSTACK_LOG")
        client.transfer_control.check_balance()
        assert "GET /balance" in capsys.readouterr().err
        log_level(None)
        assert LOG.level == logging.ERROR
        client.transfer_control.check_balance()
        assert capsys.readouterr().err == ""
    finally:
        LOG.setLevel(logging.NOTSET)


def test_a_line_has_no_key_and_no_personal_data(log_level, capsys):
    log_level("debug")
    try:
        raise ValueError("ada@example.com")
    except ValueError:
        LOG.exception("ada@example.com %s +234 801 234 5678\nforged http://ada:hunter2@proxy", SECRET_KEY)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("(ValueError)")
    for secret in "ada", SECRET_KEY, "801", "hunter2":
        assert secret not in line


@pytest.mark.parametrize(("value", "hint"), [("debgu", "; did you mean 'debug'?"), ("1", "not set")])
def test_an_invalid_value_is_an_error(log_level, value, hint):
    with pytest.raises(errors.InvalidArgumentError, match="PAYSTACK_LOG must be 'debug' or 'info'") as caught:
        log_level(value)
    assert str(caught.value).endswith(hint)
