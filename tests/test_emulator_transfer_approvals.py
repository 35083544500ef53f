"""The merchant's approval URL: it is called before a transfer is sent, and approves, rejects, or does not respond."""

import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import SECRET_KEY

from paystackease import Emulator, Paystack, Request, errors
from paystackease.emulator import Clock
from paystackease.emulator.clock import parse_time
from paystackease.emulator.server.server import run_in_background
from paystackease.emulator.settings import Settings

REFERENCE = "march-salary-of-ada-1"


@pytest.fixture
def emulator():
    noon = Clock(frozen_at=parse_time("2026-10-01T12:00:00"))
    with Emulator(SECRET_KEY, clock=noon, settings=Settings(balance={"NGN": 50_000})) as emulator:
        yield emulator


@pytest.fixture
def transfers(client):
    return client.transfers


@pytest.fixture
def ada(client):
    return client.transfer_recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058").data


def settings(client, **changes):
    client.send(Request("POST", "/_emulator/settings", body=changes))


def control_transfer(client, code, act, **body):
    path = "/_emulator/transfers/{code}/{act}"
    return client.send(Request("POST", path, {"code": code, "act": act}, body=body)).data["status"]


def balance(client):
    return client.transfer_control.check_balance().data[0]["balance"]


def list_events(emulator):
    return [(event.name, event.data["reference"]) for event in emulator.events()]


@pytest.fixture
def approval_required(client):
    settings(client, approval_url="http://127.0.0.1:9/nobody-answers")


class Shop(BaseHTTPRequestHandler):
    """A merchant's server: it records requests and responds with the configured status."""

    def do_POST(self):  # the standard library's name
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.requests.append((self.path, self.headers["x-paystack-signature"], body))
        self.send_response(self.server.status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def shop():
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        server.requests, server.status = [], 200
        server.url = f"http://127.0.0.1:{server.server_port}/approve"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("answer", "status"), [(200, "success"), (400, "rejected"), (404, "rejected"), (201, "rejected"), (500, "blocked")]
)
def test_the_approval_urls_response_decides_the_transfer(client, transfers, ada, emulator, shop, answer, status):
    settings(client, approval_url=shop.url)
    shop.status = answer
    data = transfers.initiate_transfer("balance", 20_000, ada["recipient_code"], reference=REFERENCE).data
    emulator.advance(0)
    assert transfers.verify_transfer(REFERENCE).data["status"] == ("received" if status == "blocked" else status)
    emulator.advance(60)
    assert transfers.verify_transfer(REFERENCE).data["status"] == status
    ((path, signature, body),) = shop.requests  # once
    assert path == "/approve"
    assert signature == hmac.digest(SECRET_KEY.encode(), body, "sha512").hex()
    payload = json.loads(body)
    assert (payload["transfer_code"], payload["status"]) == (data["transfer_code"], "received")
    assert balance(client) == (29_000 if status == "success" else 50_000)


def test_behind_a_port_the_approval_request_blocks_no_other_request(shop):
    with Emulator(SECRET_KEY, settings=Settings(approval_url=shop.url)) as emulator, run_in_background(emulator) as url:
        with Paystack(SECRET_KEY, base_url=url) as client:
            people = client.transfer_recipients
            ada = people.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058").data["recipient_code"]
            data = client.transfers.initiate_transfer("balance", 100, ada).data
            assert data["status"] == "received"
            assert emulator.wait_for("transfer.success").data["reference"] == data["reference"]
        assert len(shop.requests) == 1


def test_no_approval_is_requested_for_a_rejected_or_final_transfer(client, transfers, ada, emulator, shop):
    settings(client, approval_url=shop.url)
    with pytest.raises(errors.InvalidRequestError, match="Your balance is not enough"):
        transfers.initiate_bulk_transfer("balance", items(ada["recipient_code"], 300, 60_000))
    code = transfers.initiate_transfer("balance", 100, ada["recipient_code"]).data["transfer_code"]
    control_transfer(client, code, "approve")
    emulator.advance(60)
    assert shop.requests == []


def test_the_approval_url_is_called_first(client, transfers, ada, emulator, approval_required):
    data = transfers.initiate_transfer("balance", 20_000, ada["recipient_code"], reference=REFERENCE).data
    assert (data["status"], list_events(emulator)) == ("received", [])
    assert balance(client) == 29_000
    assert control_transfer(client, data["transfer_code"], "approve") == "success"
    assert list_events(emulator) == [("transfer.success", REFERENCE)]


def test_a_rejected_transfer_is_not_sent_and_sends_no_event(client, transfers, ada, emulator, approval_required):
    code = transfers.initiate_transfer("balance", 20_000, ada["recipient_code"]).data["transfer_code"]
    assert control_transfer(client, code, "reject") == "rejected"
    assert (balance(client), list_events(emulator)) == (50_000, [])
    with pytest.raises(errors.InvalidRequestError, match="The transfer is rejected"):
        control_transfer(client, code, "approve")


def test_a_transfer_without_a_timely_approval_is_blocked(client, transfers, ada, emulator, approval_required):
    code = transfers.initiate_transfer("balance", 20_000, ada["recipient_code"]).data["transfer_code"]
    emulator.advance(29)
    assert transfers.fetch_transfer(code).data["status"] == "received"
    emulator.advance(1)
    assert transfers.fetch_transfer(code).data["status"] == "blocked"
    assert (balance(client), list_events(emulator)) == (50_000, [])


def test_a_transfer_approved_in_time_is_not_blocked_later(client, transfers, ada, emulator, approval_required):
    settings(client, transfers="pending")
    code = transfers.initiate_transfer("balance", 20_000, ada["recipient_code"]).data["transfer_code"]
    control_transfer(client, code, "approve")
    emulator.advance(60)
    assert transfers.fetch_transfer(code).data["status"] == "pending"
    with pytest.raises(errors.InvalidRequestError, match="approve is not possible"):
        control_transfer(client, code, "approve")


def items(recipient, *amounts):
    return [{"amount": amount, "recipient": recipient, "reference": f"many-{amount}"} for amount in amounts]
