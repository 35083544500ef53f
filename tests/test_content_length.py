"""The Content-Length of a webhook request: invalid values are not parsed as a length, and none raises."""

import asyncio
import io

import pytest
from signed_events import KEY, charge_event, sign

from paystackease.webhooks import asgi, wsgi
from paystackease.webhooks.receiver import check_before_body, content_length
from paystackease.webhooks.signature import MAX_BODY_BYTES

BODY = charge_event().raw_body
LENGTH = str(len(BODY))
VALID = [LENGTH, "0" * 5_000 + LENGTH, f" {LENGTH}", f"{LENGTH}\t"]
INVALID = [
    *(
        "",
        " ",
        "0",
        "0" * 5_000,
        f"+{LENGTH}",
        f"-{LENGTH}",
        f"{LENGTH[:1]}_{LENGTH[1:]}",
        f"{LENGTH}.0",
        "1e3",
        "0x10",
    ),
    *(LENGTH.translate({ord(digit): 0x0966 + index for index, digit in enumerate("0123456789")}), "²", "٣", "①"),
    *(
        f"{LENGTH},{LENGTH}",
        f"{LENGTH}, {LENGTH}",
        f"{LENGTH} {LENGTH}",
        f"{LENGTH}\n{LENGTH}",
        "NaN",
        "\x00",
        "\ud800",
    ),
    *(f"\xa0{LENGTH}", f"\x0b{LENGTH}", f"{LENGTH}\r\n"),
]
TOO_LONG = [
    str(MAX_BODY_BYTES + 1),
    "9" * 5_000,
    "0" * 5_000 + "9" * 5_000,
    "1" + "0" * 20,
    "0" * 30 + str(MAX_BODY_BYTES + 1),
]


def respond(length):
    environ = {
        "REQUEST_METHOD": "POST",
        "HTTP_X_PAYSTACK_SIGNATURE": sign(BODY),
        "CONTENT_LENGTH": length,
        "wsgi.input": io.BytesIO(BODY),
    }
    statuses = []
    wsgi.Webhook(KEY, lambda event: None)(environ, lambda status, headers: statuses.append(int(status[:3])))
    return statuses[0]


@pytest.mark.parametrize("length", VALID, ids=range(len(VALID)))
def test_a_length_may_have_leading_zeros_and_whitespace(length):
    assert (respond(length), content_length(length)) == (200, len(BODY))


@pytest.mark.parametrize("length", INVALID, ids=range(len(INVALID)))
def test_an_invalid_length_is_read_as_no_body(length):
    assert respond(length) == 401
    assert content_length(length) in {None, 0}


@pytest.mark.parametrize("length", TOO_LONG, ids=range(len(TOO_LONG)))
def test_a_length_above_the_limit_is_rejected_before_the_body_is_read(length):
    assert respond(length) == check_before_body("POST", {"Content-Length": length}).status == 413


@pytest.mark.parametrize("length", [*VALID, *INVALID], ids=range(len(VALID) + len(INVALID)))
def test_asgi_ignores_the_length_because_the_server_ends_the_body(length):
    async def respond_asgi():
        messages = []

        async def receive():
            return {"type": "http.request", "body": BODY, "more_body": False}

        async def send(message):
            messages.append(message)

        headers = [(b"x-paystack-signature", sign(BODY).encode())]
        headers.append((b"content-length", length.encode("utf-8", "surrogatepass")))
        scope = {"type": "http", "method": "POST", "headers": headers, "client": None}
        await asgi.Webhook(KEY, lambda event: None)(scope, receive, send)
        return messages[0]["status"]

    assert asyncio.run(respond_asgi()) == 200


@pytest.mark.parametrize("length", [*VALID, *INVALID, *TOO_LONG], ids=range(len(VALID) + len(INVALID) + len(TOO_LONG)))
def test_flask_accepts_every_value(length):
    from flask import Flask
    from werkzeug.test import EnvironBuilder, run_wsgi_app

    from paystackease.webhooks.flask import webhook

    app = Flask("shop")
    app.add_url_rule("/", view_func=webhook(KEY, lambda event: None), methods=["POST"])
    environ = EnvironBuilder(method="POST", headers={"x-paystack-signature": sign(BODY)}, data=BODY).get_environ()
    environ["CONTENT_LENGTH"] = length
    status = int(run_wsgi_app(app, environ)[1][:3])
    assert status in ({200, 401} if length not in TOO_LONG else {413})
