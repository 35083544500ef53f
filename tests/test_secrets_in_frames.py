"""No frame of an error and no log line has the key or request data, in our code or in the libraries'."""

import asyncio
import logging
import signal
import threading
import time

import pytest
from conftest import SECRET_KEY, BlockingAdapter
from faulty_server import FaultyServer, becomes_true, full_response, respond_with, response_head, unused_address

from paystackease import AsyncPaystack, Paystack, Request, Retry, errors
from paystackease._core.config import resolve_config
from paystackease._transports.aiohttp import AiohttpTransport

EMAIL = "ada@example.com"
ACCOUNT = "0123498765"
SECRETS = (SECRET_KEY, "ada@example", "ada%40example", ACCOUNT)
ONCE = Retry(max_attempts=1)
LONG = 20.0


def iterate_reprs(value, depth=2):
    """Yield the ``repr`` of a value and of its contents, as Sentry and rich show them."""
    yield repr(value)
    if isinstance(value, str | bytes) and len(value) > 20:
        yield repr(value[:2000])  # as rich truncates it
    if depth and isinstance(value, dict):
        for item in list(value.items()):
            yield from iterate_reprs(item, depth - 1)
    elif depth and isinstance(value, list | tuple | set):
        for item in list(value):
            yield from iterate_reprs(item, depth - 1)
    elif depth and type(value).__module__.partition(".")[0] in {"paystackease", "aiohttp", "urllib3", "http"}:
        for item in list(getattr(value, "__dict__", {}).items()):
            if not isinstance(value, Request):  # tools show a request by its ``repr``
                yield from iterate_reprs(item[1], 0)


def find_leaks(error):
    """Yield the places where an error, its cause or its context shows a secret. Frames of the tests are ignored."""
    pending, visited = [error], []
    while pending:
        exception = pending.pop()
        if exception is None or exception in visited:
            continue
        visited.append(exception)
        pending += [exception.__cause__, exception.__context__]
        for text in (str(exception), repr(exception), *getattr(exception, "__notes__", ())):
            if any(secret in text for secret in SECRETS):
                yield f"text of {type(exception).__name__}"
        frame_link = exception.__traceback__
        while frame_link is not None:
            code = frame_link.tb_frame.f_code
            if "/tests/" not in code.co_filename:
                for name, value in frame_link.tb_frame.f_locals.items():
                    if any(secret in text for text in iterate_reprs(value) for secret in SECRETS):
                        yield f"{code.co_filename}:{code.co_name}: {name}"
            frame_link = frame_link.tb_next


def personal_request():
    return Request(
        "POST",
        "/customer/{code}",
        {"code": EMAIL},
        {"account_number": ACCOUNT},
        {"email": EMAIL},
        headers={"x-a": EMAIL},
    )


def make_call(client, call_style):
    if call_style == "endpoint":
        return client.customers.fetch_customer(EMAIL)
    return (
        client.options(headers={"x-b": EMAIL}).send(personal_request())
        if call_style == "options"
        else client.send(personal_request())
    )


@pytest.fixture(params=["blocking", "asyncio", "asyncio with session"])
def open_client(request):
    close_functions = []
    with asyncio.Runner() as runner:

        def make_client(url, timeout=LONG):
            if request.param == "blocking":
                client = Paystack(SECRET_KEY, base_url=url, retry=ONCE, timeout=timeout)
                close_functions.append(client.close)
                return client
            transport = AiohttpTransport(
                resolve_config(SECRET_KEY, url, timeout), bypass_session=request.param == "asyncio"
            )
            close_functions.append(lambda: runner.run(transport.close()))
            return BlockingAdapter(AsyncPaystack(transport=transport, retry=ONCE), runner)

        yield make_client
        for close in close_functions:
            close()


def send_data(data):
    def handle(connection):
        connection.read()
        connection.write(data)

    return handle


HANDLERS = {
    "closes": send_data(b""),
    "resets": lambda connection: (connection.read(), connection.reset()),
    "not HTTP": send_data(b"SSH-2.0 ada@example.com 0123498765\r\n\r\n"),
    "no header": send_data(full_response(b"{}", "ada@example.com 0123498765")),
    "no status": send_data(b"HTTP/1.1 ada@example.com\r\n\r\n"),
    "an invalid length": send_data(response_head(200, "content-length: ada@example.com") + b"{}"),
    "two lengths": send_data(response_head(200, "content-length: 2", "content-length: 0123498765") + b"{}"),
    "an invalid chunk": send_data(response_head(200, "transfer-encoding: chunked") + b"ada@example.com\r\n"),
    "half a body": send_data(response_head(200, "content-length: 999") + b"ada@example.com 0123498765"),
    "not gzip": send_data(full_response(b"ada@example.com", "content-encoding: gzip")),
    "too long": send_data(full_response(b"ada@example.com" * 700_000)),
    "an interim body": send_data(response_head(103, "content-length: 5") + b"ada@example.com"),
    "500": send_data(full_response(b"{}", status=500)),
}


CASES = [
    pytest.param(
        handle, style, id=f"{name}-{style}", marks=() if style == "send" or name == "closes" else pytest.mark.long
    )
    for name, handle in HANDLERS.items()
    for style in ("endpoint", "send", "options")
]


@pytest.mark.parametrize(("handle", "call_style"), CASES)
def test_no_frame_of_an_error_shows_request_data(open_client, caplog, handle, call_style):
    caplog.set_level(logging.DEBUG)
    with FaultyServer(handle) as server:
        client = open_client(server.url)
        with pytest.raises(errors.PaystackError) as caught:
            make_call(client, call_style)
        assert not list(find_leaks(caught.value))
    assert_nothing_logged(caplog)


@pytest.mark.parametrize("call_style", ["endpoint", "send"])
def test_no_frame_of_a_timeout_or_a_refused_connection_shows_request_data(open_client, caplog, call_style):
    caplog.set_level(logging.DEBUG)
    with FaultyServer(lambda connection: connection.wait_for_close()) as server:
        for url in (server.url, "http://{}:{}".format(*unused_address()), server.url.replace("http:", "https:")):
            with pytest.raises(errors.PaystackError) as caught:
                make_call(open_client(url, timeout=0.2), call_style)
            assert not list(find_leaks(caught.value))
    assert_nothing_logged(caplog)


def test_no_log_line_of_a_success_shows_request_data(open_client, caplog):
    caplog.set_level(logging.DEBUG)
    with FaultyServer(
        respond_with(full_response(), full_response(b'{"status":true,"data":{}}', "connection: close"))
    ) as server:
        client = open_client(server.url)
        for _ in range(3):
            make_call(client, "send")
    assert_nothing_logged(caplog)


def test_no_log_line_of_a_call_through_a_proxy_shows_request_data(open_client, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    with FaultyServer(respond_with(full_response())) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.replace("//", "//ada:0123498765@"))
        client = open_client("http://paystack.invalid")
        make_call(client, "send")
    assert_nothing_logged(caplog)


def assert_nothing_logged(caplog):
    for record in caplog.records:
        texts = [record.getMessage(), *iterate_reprs(vars(record))]
        assert not [secret for secret in SECRETS if any(secret in text for text in texts)], record.name


def test_no_frame_of_an_interruption_shows_request_data(open_client):
    def handle(connection):
        connection.read()
        time.sleep(0.02)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        connection.wait_for_close()

    with FaultyServer(handle) as server:
        client = open_client(server.url)
        with pytest.raises(KeyboardInterrupt) as caught:
            make_call(client, "send")
        assert not list(find_leaks(caught.value))


@pytest.mark.parametrize("bypass_session", [True, False])
def test_no_frame_of_a_cancelled_call_shows_request_data(bypass_session):
    async def cancel_call(server):
        transport = AiohttpTransport(resolve_config(SECRET_KEY, server.url, LONG), bypass_session=bypass_session)
        client = AsyncPaystack(transport=transport, retry=ONCE)
        task = asyncio.create_task(client.send(personal_request()))
        assert await asyncio.to_thread(becomes_true, lambda: server.requests)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        assert not list(find_leaks(caught.value))
        await transport.close()

    with FaultyServer(lambda connection: (connection.read(), connection.wait_for_close())) as server:
        asyncio.run(cancel_call(server))
