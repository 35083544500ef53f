"""Whatever a request says of its length, what is not a length is not taken for one, and nothing fails."""

import asyncio
import io

import pytest
from signed_events import KEY, charge_event, sign

from paystackease.webhooks import asgi, wsgi
from paystackease.webhooks.receiver import check_before_body, content_length
from paystackease.webhooks.signature import MAX_BODY_BYTES

BODY = charge_event().raw_body
LENGTH = str(len(BODY))
SAME = [LENGTH, "0" * 5_000 + LENGTH, f" {LENGTH}", f"{LENGTH}\t"]
NONE = [
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
    *(LENGTH.translate({ord(digit): 0x0966 + at for at, digit in enumerate("0123456789")}), "²", "٣", "①"),
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
LONG = [
    str(MAX_BODY_BYTES + 1),
    "9" * 5_000,
    "0" * 5_000 + "9" * 5_000,
    "1" + "0" * 20,
    "0" * 30 + str(MAX_BODY_BYTES + 1),
]


def ask(length):
    environ = {
        "REQUEST_METHOD": "POST",
        "HTTP_X_PAYSTACK_SIGNATURE": sign(BODY),
        "CONTENT_LENGTH": length,
        "wsgi.input": io.BytesIO(BODY),
    }
    said = []
    wsgi.Webhook(KEY, lambda event: None)(environ, lambda status, headers: said.append(int(status[:3])))
    return said[0]


@pytest.mark.parametrize("length", SAME, ids=range(len(SAME)))
def test_a_length_may_have_any_number_of_zeros_and_blanks(length):
    assert (ask(length), content_length(length)) == (200, len(BODY))


@pytest.mark.parametrize("length", NONE, ids=range(len(NONE)))
def test_an_invalid_length_is_read_as_no_body(length):
    assert ask(length) == 401
    assert content_length(length) in {None, 0}


@pytest.mark.parametrize("length", LONG, ids=range(len(LONG)))
def test_a_length_above_the_limit_is_rejected_before_the_body_is_read(length):
    assert ask(length) == check_before_body("POST", {"Content-Length": length}).status == 413


@pytest.mark.parametrize("length", [*SAME, *NONE], ids=range(len(SAME) + len(NONE)))
def test_the_length_is_ignored_if_the_server_ends_the_body(length):
    async def ask_asgi():
        sent = []

        async def receive():
            return {"type": "http.request", "body": BODY, "more_body": False}

        async def send(message):
            sent.append(message)

        headers = [(b"x-paystack-signature", sign(BODY).encode())]
        headers.append((b"content-length", length.encode("utf-8", "surrogatepass")))
        scope = {"type": "http", "method": "POST", "headers": headers, "client": None}
        await asgi.Webhook(KEY, lambda event: None)(scope, receive, send)
        return sent[0]["status"]

    assert asyncio.run(ask_asgi()) == 200


@pytest.mark.parametrize("length", [*SAME, *NONE, *LONG], ids=range(len(SAME) + len(NONE) + len(LONG)))
def test_frameworks_do_not_fail_at_it_either(length):
    from flask import Flask
    from werkzeug.test import EnvironBuilder, run_wsgi_app

    from paystackease.webhooks.flask import webhook

    app = Flask("shop")
    app.add_url_rule("/", view_func=webhook(KEY, lambda event: None), methods=["POST"])
    environ = EnvironBuilder(method="POST", headers={"x-paystack-signature": sign(BODY)}, data=BODY).get_environ()
    environ["CONTENT_LENGTH"] = length
    status = int(run_wsgi_app(app, environ)[1][:3])
    assert status in ({200, 401} if length not in LONG else {413})
