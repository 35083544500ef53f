"""Transfers at the emulator: the balance is debited once, and credited if the transfer fails."""

import csv

import pytest
from conftest import SECRET_KEY

from paystackease import Emulator, Request, errors
from paystackease._core.transport import RawResponse
from paystackease.emulator import Clock
from paystackease.emulator.clock import parse_time
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


def test_a_transfer_succeeds_at_once_as_in_test_mode(client, transfers, ada, emulator):
    sent = transfers.initiate_transfer("balance", 20_000, ada["recipient_code"], "Salary", reference=REFERENCE)
    assert sent.message == "Transfer has been queued"
    assert (sent.data["status"], sent.data["reference"], sent.data["recipient"]) == ("success", REFERENCE, ada["id"])
    assert balance(client) == 50_000 - 20_000 - 1_000  # the fee up to 5,000 naira
    assert list_events(emulator) == [("transfer.success", REFERENCE)]


def test_a_transfer_is_fetched_by_id_code_and_reference(client, transfers, ada):
    data = transfers.initiate_transfer("balance", 20_000, ada["recipient_code"], reference=REFERENCE).data
    ways = [
        transfers.fetch_transfer(data["id"]),
        transfers.fetch_transfer(data["transfer_code"]),
        transfers.verify_transfer(REFERENCE),
    ]
    for item in ways:
        assert item.message == "Transfer retrieved"
        assert (item.data["id"], item.data["fee_charged"]) == (data["id"], 1_000)
        assert item.data["recipient"]["recipient_code"] == ada["recipient_code"]


@pytest.mark.parametrize("path", ["/transfer/TRF_nothing", "/transfer/5", "/transfer/verify/nothing"])
def test_an_unknown_transfer_gets_paystacks_message(client, path):
    with pytest.raises(errors.NotFoundError) as unknown:
        client.send(Request("GET", path))
    assert dict(unknown.value.response) == {"status": False, "message": "Transfer not found"}


def test_a_used_reference_is_rejected_and_no_money_moves(client, transfers, ada):
    transfers.initiate_transfer("balance", 1_000, ada["recipient_code"], reference=REFERENCE)
    balance_before = balance(client)
    with pytest.raises(errors.DuplicateReferenceError, match="Reference already exists on a transfer"):
        transfers.initiate_transfer("balance", 1_000, ada["recipient_code"], reference=REFERENCE)
    assert balance(client) == balance_before


def test_a_transfer_above_the_balance_with_its_fee_is_rejected(client, transfers, ada, emulator):
    with pytest.raises(errors.InvalidRequestError, match="Your balance is not enough to fulfil this request"):
        transfers.initiate_transfer("balance", 49_001, ada["recipient_code"])
    assert balance(client) == 50_000
    transfers.initiate_transfer("balance", 49_000, ada["recipient_code"])
    assert balance(client) == 0
    with pytest.raises(errors.InvalidRequestError, match="Your balance is not enough"):
        transfers.initiate_transfer("balance", 1, ada["recipient_code"])
    assert len(emulator.events()) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source": "bank"}, "Invalid transfer source"),
        ({"source": None}, "Source is required"),
        ({"recipient": None}, "Recipient is required"),
        ({"recipient": "RCP_nobody"}, "Recipient specified is invalid"),
        ({"amount": None}, "Amount is required"),
        ({"amount": 0}, "Invalid Amount Sent"),
        ({"amount": 99.5}, '"amount" must be an integer'),
        ({"currency": "EUR"}, "Currency not supported by merchant"),
        ({"reference": []}, "Invalid transfer reference"),
    ],
    ids=str,
)
def test_an_invalid_transfer_is_rejected(client, ada, change, message):
    body = {"source": "balance", "amount": 100, "recipient": ada["recipient_code"], **change}
    with pytest.raises(errors.InvalidRequestError) as exc_info:
        client.send(Request("POST", "/transfer", body=body))
    assert exc_info.value.response.message == message
    assert balance(client) == 50_000


def test_nothing_is_sent_to_a_recipient_that_was_deleted(client, transfers, ada):
    client.transfer_recipients.delete_transfer_recipient(ada["recipient_code"])
    with pytest.raises(errors.InvalidRequestError, match="Recipient specified is invalid") as exc_info:
        transfers.initiate_transfer("balance", 100, ada["recipient_code"])
    assert exc_info.value.response["code"] == "invalid_transfer_recipient"


def test_short_references_are_accepted_unless_strict(client, transfers, ada):
    assert transfers.initiate_transfer("balance", 100, ada["recipient_code"], reference="10").data["reference"] == "10"
    settings(client, strict=True)
    with pytest.raises(errors.InvalidRequestError, match="Invalid transfer reference"):
        transfers.initiate_transfer("balance", 100, ada["recipient_code"], reference="11")
    transfers.initiate_transfer("balance", 100, ada["recipient_code"], reference=REFERENCE)


@pytest.mark.parametrize(
    ("kind", "account", "bank", "currency", "fee"),
    [
        ("nuban", "0123456789", "058", "NGN", 1_000),
        ("ghipss", "0123456789", "030100", "GHS", 800),
        ("mobile_money", "0551234987", "MTN", "GHS", 100),
        ("basa", "0123456789", "632005", "ZAR", 300),
        ("mobile_money", "0710000000", "MPESA", "KES", 2_000),
        ("mobile_money_business", "247247", "MPTILL", "KES", 4_000),
        ("kepss", "0123456789", "68", "KES", 8_000),
    ],
)
def test_the_fee_depends_on_the_recipient(client, kind, account, bank, currency, fee):
    client.send(Request("POST", "/_emulator/balance", body={"balance": 100_000, "currency": currency}))
    person = {"type": kind, "name": "Ada", "account_number": account, "bank_code": bank, "currency": currency}
    code = client.send(Request("POST", "/transferrecipient", body=person)).data["recipient_code"]
    data = client.transfers.initiate_transfer("balance", 10_000, code, currency=currency).data
    assert client.transfers.fetch_transfer(data["id"]).data["fee_charged"] == fee
    balances = {transfer["currency"]: transfer["balance"] for transfer in client.transfer_control.check_balance().data}
    assert balances[currency] == 100_000 - 10_000 - fee


def test_an_authorization_can_be_a_recipient(client, transfers):
    customer = client.customers.create_customer("ada@example.com", "Ada", "Obi", "").data["customer_code"]
    path = "/_emulator/customers/{code}/authorizations"
    body = {"card": "4084 0840 8408 4081"}
    card = client.send(Request("POST", path, {"code": customer}, body=body)).data["authorization_code"]
    recipients = client.transfer_recipients
    code = recipients.create_transfer_recipients("authorization", "Ada", authorization_code=card).data["recipient_code"]
    data = transfers.initiate_transfer("balance", 100, code).data
    assert transfers.fetch_transfer(data["id"]).data["recipient"]["details"]["authorization_code"] == card


def test_a_transfer_is_pending_if_the_settings_say_so(client, transfers, ada, emulator):
    settings(client, transfers="pending")
    data = transfers.initiate_transfer("balance", 20_000, ada["recipient_code"], reference=REFERENCE).data
    assert data["status"] == "pending"
    emulator.advance(30 * 86_400)
    assert transfers.verify_transfer(REFERENCE).data["status"] == "pending"
    assert list_events(emulator) == []
    assert balance(client) == 29_000
    assert control_transfer(client, data["transfer_code"], "succeed") == "success"
    assert list_events(emulator) == [("transfer.success", REFERENCE)]
    assert balance(client) == 29_000


@pytest.mark.parametrize(("act", "status"), [("fail", "failed"), ("reverse", "reversed")])
def test_a_failed_transfer_is_returned_with_its_fee(client, transfers, ada, emulator, act, status):
    settings(client, transfers="pending")
    data = transfers.initiate_transfer("balance", 20_000, ada["recipient_code"], reference=REFERENCE).data
    code = data["transfer_code"]
    assert control_transfer(client, code, act, reason="Account is dormant") == status
    assert balance(client) == 50_000
    assert list_events(emulator) == [(f"transfer.{status}", REFERENCE)]
    assert transfers.fetch_transfer(code).data["gateway_response"] == "Account is dormant"
    for again in "succeed", "fail", "reverse":
        with pytest.raises(errors.InvalidRequestError, match=f"The transfer is {status}"):
            control_transfer(client, code, again)
    assert balance(client) == 50_000


def test_a_successful_transfer_can_be_reversed_but_not_fail(client, transfers, ada, emulator):
    data = transfers.initiate_transfer("balance", 20_000, ada["recipient_code"], reference=REFERENCE).data
    code = data["transfer_code"]
    with pytest.raises(errors.InvalidRequestError, match="The transfer is success"):
        control_transfer(client, code, "fail")
    assert control_transfer(client, code, "reverse") == "reversed"
    assert balance(client) == 50_000
    assert list_events(emulator) == [("transfer.success", REFERENCE), ("transfer.reversed", REFERENCE)]


def test_the_ledger_lists_debits_and_reversals(client, transfers, ada):
    settings(client, transfers="pending")
    data = transfers.initiate_transfer("balance", 20_000, ada["recipient_code"], "Salary").data
    control_transfer(client, data["transfer_code"], "fail")
    entries = client.transfer_control.fetch_balance_ledger().data
    assert [(item["reason"], item["difference"], item["balance"]) for item in reversed(entries)] == [
        ("Opening balance", 50_000, 50_000),
        ("Salary", -20_000, 30_000),
        ("Transfer fee", -1_000, 29_000),
        ("Salary", 20_000, 49_000),
        ("Transfer fee", 1_000, 50_000),
    ]
    assert {(item["model_responsible"], item["model_row"]) for item in entries[:4]} == {("Transfer", data["id"])}


@pytest.mark.parametrize(
    ("code", "act", "error"),
    [("TRF_nothing", "fail", "Transfer not found"), (None, "explode", "The outcome is one of succeed")],
)
def test_an_invalid_simulation_is_rejected(client, transfers, ada, code, act, error):
    data = transfers.initiate_transfer("balance", 100, ada["recipient_code"]).data
    with pytest.raises(errors.NotFoundError, match=error):
        control_transfer(client, code or data["transfer_code"], act)


def items(recipient, *amounts):
    return [{"amount": amount, "recipient": recipient, "reference": f"many-{amount}"} for amount in amounts]


def test_many_are_sent_together(client, transfers, ada, emulator):
    code = ada["recipient_code"]
    sent = transfers.initiate_bulk_transfer("balance", items(code, 10_000, 20_000))
    assert sent.message == "2 transfers queued."
    assert [(item["reference"], item["recipient"], item["amount"], item["status"]) for item in sent.data] == [
        ("many-10000", code, 10_000, "success"),
        ("many-20000", code, 20_000, "success"),
    ]
    assert balance(client) == 50_000 - 30_000 - 2_000
    assert list_events(emulator) == [("transfer.success", "many-10000"), ("transfer.success", "many-20000")]


def test_one_that_cannot_be_sent_and_none_of_them_is(client, transfers, ada, emulator):
    code = ada["recipient_code"]
    transfers.initiate_transfer("balance", 100, code, reference="many-200")
    balance_before, known = balance(client), list_events(emulator)
    with pytest.raises(errors.DuplicateReferenceError) as exc_info:
        transfers.initiate_bulk_transfer("balance", items(code, 300, 200))
    assert exc_info.value.response.http.status == 404
    assert exc_info.value.response.message == "Duplicate reference(s) found: many-200"
    with pytest.raises(errors.InvalidRequestError, match="Your balance is not enough"):
        transfers.initiate_bulk_transfer("balance", items(code, 300, 60_000))
    with pytest.raises(errors.InvalidRequestError, match="Recipient specified is invalid"):
        transfers.initiate_bulk_transfer("balance", [*items(code, 300), *items("RCP_nobody", 400)])
    twice = {"source": "balance", "transfers": items(code, 500) * 2}
    with pytest.raises(errors.DuplicateReferenceError, match="many-500"):
        client.send(Request("POST", "/transfer/bulk", body=twice))
    assert (balance(client), list_events(emulator)) == (balance_before, known)


def test_many_are_not_sent_while_each_needs_a_code(client, transfers, ada):
    client.transfer_control.enable_otp()
    with pytest.raises(errors.InvalidRequestError, match="OTP must be disabled"):
        transfers.initiate_bulk_transfer("balance", items(ada["recipient_code"], 100))
    assert balance(client) == 50_000


@pytest.mark.parametrize("transfer_items", ["all", [1], None])
def test_many_are_a_list_of_transfers(client, transfer_items):
    with pytest.raises(errors.InvalidRequestError, match="ransfers"):
        client.send(Request("POST", "/transfer/bulk", body={"source": "balance", "transfers": transfer_items}))


def test_transfers_are_listed_by_status_and_recipient(client, transfers, ada, emulator):
    ama = client.transfer_recipients.create_transfer_recipients("nuban", "Ama", "0123456780", "058").data
    settings(client, transfers="pending")
    codes = [
        transfers.initiate_transfer("balance", 100, to["recipient_code"]).data["transfer_code"]
        for to in (ada, ama, ada)
    ]
    control_transfer(client, codes[0], "fail")

    def listed(**having):
        return [
            transfer["transfer_code"] for transfer in client.iterate(transfers.list_transfers(per_page=2, **having))
        ]

    assert listed() == codes[::-1]
    assert listed(use_cursor=True) == codes[::-1]
    assert listed(status="failed") == [codes[0]]
    assert listed(recipient=ada["id"]) == listed(recipient=ada["recipient_code"]) == [codes[2], codes[0]]
    assert listed(recipient="RCP_nobody") == []


def test_transfers_are_exported(client, transfers, ada, emulator):
    data = transfers.initiate_transfer("balance", 100, ada["recipient_code"], 'Salary, "March"').data
    path = transfers.export_transfers(status="success").data["path"]
    file = emulator.respond("GET", path.removeprefix(emulator.url), {}, None)
    assert file.headers["content-type"].startswith("text/csv")
    (row,) = csv.DictReader(file.content.decode().splitlines())
    assert (row["transfer_code"], row["amount"], row["reason"]) == (data["transfer_code"], "100", 'Salary, "March"')


class DroppingTransport:
    """A transport to the emulator that loses the responses to some of the first calls that move money."""

    def __init__(self, emulator, lost):
        self.emulator, self.lost, self.requests = emulator, lost, []

    def send(self, request):
        reply = self.emulator.send(request)
        self.requests.append(request)
        if request.method == "POST" and self.lost:
            self.lost -= 1
            return RawResponse(504, {"content-type": "text/html"}, b"<h1>504 Gateway Time-out</h1>")
        return reply

    def close(self):
        self.emulator.close()


@pytest.mark.parametrize("reference", [REFERENCE, None], ids=["ours", "made up"])
def test_a_transfer_whose_response_was_lost_is_verified_and_not_retried(connect, client, ada, emulator, reference):
    lossy = connect(transport=DroppingTransport(emulator, 1))
    sent = lossy.transfers.initiate_transfer("balance", 20_000, ada["recipient_code"], reference=reference)
    assert sent.http.recovered
    assert (sent.data["status"], sent.data["recipient"]) == ("success", ada["id"])
    assert balance(client) == 29_000
    assert len(emulator.events()) == 1


def test_a_bulk_transfer_with_a_lost_response_is_verified_by_item(connect, client, ada, emulator):
    lossy = connect(transport=DroppingTransport(emulator, 1))
    sent = lossy.transfers.initiate_bulk_transfer("balance", items(ada["recipient_code"], 100, 200))
    assert sent.http.recovered
    assert [(item["reference"], item["amount"], item["recipient"]) for item in sent.data] == [
        ("many-100", 100, ada["recipient_code"]),
        ("many-200", 200, ada["recipient_code"]),
    ]
    assert len(emulator.events()) == 2


def test_a_mismatched_transfer_is_not_accepted(connect, client, transfers, ada, emulator):
    transfers.initiate_transfer("balance", 100, ada["recipient_code"], reference=REFERENCE)
    lossy = connect(transport=DroppingTransport(emulator, 1))
    with pytest.raises(errors.DuplicateReferenceError):
        lossy.transfers.initiate_transfer("balance", 999, ada["recipient_code"], reference=REFERENCE)
    assert len(emulator.events()) == 1


def test_an_invalid_transfers_setting_is_rejected(client):
    with pytest.raises(errors.InvalidRequestError, match="Invalid enum value 'failed'"):
        settings(client, transfers="failed")
