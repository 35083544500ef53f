"""Payment requests at the emulator: amounts, invoices, and one payment each."""

import datetime as dt

import pytest
from conftest import SECRET_KEY

from paystackease import Emulator, Request, errors
from paystackease.emulator.settings import Settings

CARD = {"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "2030"}
DECLINED = {**CARD, "number": "4084080000005408", "cvv": "001"}
LINES = [{"name": "Water", "amount": 15_000, "quantity": 2}, {"name": "Bread", "amount": 30_000}]
VAT = [{"name": "VAT", "amount": 4_500}]


@pytest.fixture
def requests(client):
    return client.payment_requests


@pytest.fixture
def ada(client):
    return client.customers.create_customer("ada@example.com", "Ada", "Obi", "").data


def event_names(emulator):
    return [event.name for event in emulator.events()]


def open_request(client, code):
    return client.send(Request("POST", "/_emulator/payment_requests/{code}/open", {"code": code})).data["reference"]


def pay(client, reference, card=CARD):
    path, body = "/_emulator/checkout/{reference}/pay", {"channel": "card", "card": card}
    return client.send(Request("POST", path, {"reference": reference}, body=body)).data["status"]


def test_the_amount_of_a_request_is_the_sum_of_line_items_and_taxes(requests, ada):
    payment_request = requests.create_payment_request(ada["customer_code"], line_items=LINES, tax=VAT).data
    assert payment_request["amount"] == 2 * 15_000 + 30_000 + 4_500
    assert (payment_request["line_items"], payment_request["tax"]) == (LINES, VAT)
    assert (payment_request["has_invoice"], payment_request["invoice_number"]) == (True, 1)
    assert payment_request["customer"] == ada["id"]
    assert payment_request["offline_reference"].endswith(str(payment_request["id"]))


def test_an_amount_sent_as_text_is_returned_as_text(client, requests, ada):
    lines = [{"name": "Bread", "amount": "30000", "quantity": "2"}]
    body = {"customer": ada["customer_code"], "line_items": lines}
    data = client.send(Request("POST", "/paymentrequest", body=body)).data
    assert (data["amount"], data["line_items"]) == (60_000, lines)


def test_a_request_without_line_items_needs_an_amount_and_has_no_invoice(requests, ada):
    payment_request = requests.create_payment_request(ada["id"], 5_000, due_date=dt.date(2026, 11, 1)).data
    assert (payment_request["amount"], payment_request["has_invoice"], payment_request["invoice_number"]) == (
        5_000,
        False,
        None,
    )
    assert payment_request["due_date"] == "2026-11-01T00:00:00.000Z"


def test_invoice_numbers_continue_from_the_merchants_number(requests, ada):
    options = [{}, {"invoice_number": 40}, {}]
    created = [requests.create_payment_request(ada["id"], 100, has_invoice=True, **more).data for more in options]
    assert [item["invoice_number"] for item in created] == [1, 40, 41]


def test_a_payment_request_is_sent_by_default(requests, ada, emulator):
    payment_request = requests.create_payment_request(ada["id"], 100).data
    quiet = requests.create_payment_request(ada["id"], 100, send_notification=False).data
    assert payment_request["notifications"] == []  # the answer comes first
    mail = {"sent_at": "2026-10-01T12:00:00.000Z", "channel": "email"}
    assert requests.fetch_payment_request(payment_request["id"]).data["notifications"] == [mail]
    assert requests.fetch_payment_request(quiet["id"]).data["notifications"] == []
    assert requests.send_notification(quiet["request_code"]).message == "Notification sent"
    assert requests.fetch_payment_request(quiet["id"]).data["notifications"] == [mail]
    assert event_names(emulator) == ["paymentrequest.pending"] * 2


def test_a_draft_is_not_sent_until_it_is_finalized(requests, ada, emulator):
    draft = requests.create_payment_request(ada["id"], draft=True, line_items=LINES).data
    code = draft["request_code"]
    assert draft["status"] == "draft"
    with pytest.raises(errors.InvalidRequestError, match="Payment request is a draft"):
        requests.send_notification(code)
    final = requests.finalize_payment_request(code)
    assert (final.message, final.data["status"], final.data["pending_amount"]) == (
        "Payment request finalized",
        "pending",
        60_000,
    )
    assert len(requests.fetch_payment_request(code).data["notifications"]) == 1
    with pytest.raises(errors.InvalidRequestError, match="is not a draft"):
        requests.finalize_payment_request(code)
    assert event_names(emulator) == ["paymentrequest.draft", "paymentrequest.pending"]


def test_a_draft_may_have_no_amount_and_a_sent_request_may_not(requests, client, ada, emulator):
    refused = "Amount was not passed or could not be extrapolated from line items."
    creation = Request("POST", "/paymentrequest", body={"customer": ada["customer_code"]})
    with pytest.raises(errors.InvalidRequestError, match=refused) as error:
        client.send(creation)
    assert (error.value.response["type"], error.value.response["code"]) == ("api_error", "unknown")
    draft = client.send(Request("POST", "/paymentrequest", body={"customer": ada["id"], "draft": True})).data
    with pytest.raises(errors.InvalidRequestError, match=refused):
        requests.finalize_payment_request(draft["request_code"])
    assert requests.fetch_payment_request(draft["id"]).data["status"] == "draft"
    assert event_names(emulator) == ["paymentrequest.draft"]


def test_a_payment_request_is_paid_by_its_own_transaction(client, requests, ada, emulator):
    code = requests.create_payment_request(ada["id"], 5_000, metadata={"shelf": 3}).data["request_code"]
    reference = open_request(client, code)
    assert requests.verify_payment_request(code).data["paid"] is False
    assert pay(client, reference) == "success"
    paid = requests.verify_payment_request(code).data
    assert (paid["status"], paid["paid"], paid["pending_amount"]) == ("success", True, 0)
    assert paid["paid_at"] == "2026-10-01T12:00:00.000Z"
    whole = requests.fetch_payment_request(code).data
    assert (whole["amount_paid"], whole["payment_method"]) == (5_000, "card")
    assert [transaction["reference"] for transaction in whole["transactions"]] == [reference]
    assert client.transactions.verify_transaction(reference).data["metadata"] == {"shelf": 3}
    assert event_names(emulator) == ["paymentrequest.pending", "charge.success", "paymentrequest.success"]


def test_one_that_was_paid_cannot_be_paid_or_changed(client, requests, ada):
    code = requests.create_payment_request(ada["id"], 5_000).data["request_code"]
    reference = open_request(client, code)
    pay(client, reference)
    for call in (
        lambda: open_request(client, code),
        lambda: pay(client, reference),
        lambda: requests.update_payment_request(code, amount=1),
        lambda: requests.send_notification(code),
    ):
        with pytest.raises(errors.InvalidRequestError, match="already been paid"):
            call()


def test_a_payment_request_has_one_open_transaction(client, requests, ada):
    code = requests.create_payment_request(ada["id"], 5_000).data["request_code"]
    reference = open_request(client, code)
    assert open_request(client, code) == reference
    assert pay(client, reference, DECLINED) == "failed"
    assert open_request(client, code) == reference
    assert pay(client, reference) == "success"


def test_an_open_page_charges_the_current_amount(client, requests, ada):
    ama = client.customers.create_customer("ama@example.com", "Ama", "Mensah", "").data
    code = requests.create_payment_request(ada["id"], 5_000).data["request_code"]
    reference = open_request(client, code)
    changed = requests.update_payment_request(code, line_items=LINES, currency="GHS", customer=ama["customer_code"])
    assert (changed.data["amount"], changed.data["customer"]["email"]) == (60_000, "ama@example.com")
    pay(client, reference)
    paid = client.transactions.verify_transaction(reference).data
    assert (paid["amount"], paid["requested_amount"], paid["currency"]) == (60_000, 60_000, "GHS")
    assert paid["customer"]["email"] == "ama@example.com"


def test_an_open_page_of_an_archived_request_can_still_be_paid(client, requests, ada, emulator):
    code = requests.create_payment_request(ada["id"], 5_000).data["request_code"]
    reference = open_request(client, code)
    assert requests.update_payment_request(code, draft=True).data["status"] == "draft"
    with pytest.raises(errors.InvalidRequestError, match="is a draft"):
        open_request(client, code)
    assert pay(client, reference) == "success"
    assert requests.verify_payment_request(code).data["paid"] is True
    assert event_names(emulator)[-2:] == ["charge.success", "paymentrequest.success"]


def test_an_expired_page_is_replaced_and_one_payment_counts(client, requests, ada, emulator):
    client.integration.update_timeout(60)
    code = requests.create_payment_request(ada["id"], 5_000).data["request_code"]
    first = open_request(client, code)
    emulator.advance(61)
    with pytest.raises(errors.InvalidRequestError, match="expired"):
        pay(client, first)
    second = open_request(client, code)
    assert second != first
    client.integration.update_timeout(0)  # both pages can be paid at
    assert [pay(client, reference) for reference in (second, first)] == ["success", "success"]
    assert event_names(emulator).count("paymentrequest.success") == 1
    assert [transaction["reference"] for transaction in requests.fetch_payment_request(code).data["transactions"]] == [
        second
    ]


def test_nothing_is_changed_while_the_customer_pays(client, requests, ada):
    code = requests.create_payment_request(ada["id"], 5_000).data["request_code"]
    reference = open_request(client, code)
    assert pay(client, reference, {**CARD, "number": "5060666666666666666", "cvv": "123"}) == "send_pin"
    with pytest.raises(errors.InvalidRequestError, match="is being paid"):
        requests.update_payment_request(code, amount=1)
    assert requests.fetch_payment_request(code).data["amount"] == 5_000


def test_line_items_and_taxes_change_separately_and_an_amount_replaces_both(requests, ada):
    code = requests.create_payment_request(ada["id"], line_items=LINES, tax=VAT).data["request_code"]
    assert requests.update_payment_request(code, tax=[]).data["amount"] == 60_000
    assert requests.update_payment_request(code, line_items=LINES[:1]).data["amount"] == 30_000
    plain = requests.update_payment_request(code, amount=700, description="Less").data
    assert (plain["amount"], plain["line_items"], plain["description"]) == (700, [], "Less")
    with pytest.raises(errors.InvalidRequestError, match="Amount was not passed"):
        requests.update_payment_request(code, line_items=[])
    assert requests.update_payment_request(code, draft=True).data["status"] == "draft"


def test_verify_knows_neither_drafts_nor_archived_ones_nor_numbers(client, requests, ada):
    payment_request = requests.create_payment_request(ada["id"], 100).data
    draft = requests.create_payment_request(ada["id"], 100, draft=True).data
    archived = requests.create_payment_request(ada["id"], 100).data
    response = requests.archive_payment_request(archived["request_code"])
    assert response.message == "Payment request has been archived"
    requests.archive_payment_request(archived["request_code"])
    for unknown in str(payment_request["id"]), draft["request_code"], archived["request_code"], "PRQ_nothing":
        with pytest.raises(errors.InvalidRequestError, match="Slug is invalid") as error:
            requests.verify_payment_request(unknown)
        assert error.value.response["code"] == "invalid_slug"
    with pytest.raises(errors.InvalidRequestError, match="is archived"):
        open_request(client, archived["request_code"])


def test_lists_omit_archived_requests_by_default(client, requests, ada, emulator):
    codes = [requests.create_payment_request(ada["id"], 100).data["request_code"] for _ in range(3)]
    requests.archive_payment_request(codes[0])
    pay(client, open_request(client, codes[1]))
    ama = client.customers.create_customer("ama@example.com", "Ama", "Mensah", "").data
    her_code = requests.create_payment_request(ama["id"], 100, currency="GHS").data["request_code"]

    def listed(**having):
        return [
            payment_request["request_code"]
            for payment_request in client.iterate(requests.list_payment_requests(per_page=2, **having))
        ]

    assert listed() == [her_code, codes[2], codes[1]]
    assert listed(include_archive=True) == [her_code, *reversed(codes)]
    assert listed(customer=ada["id"]) == [codes[2], codes[1]]
    assert listed(customer=ada["customer_code"]) == []  # a code finds nothing
    assert listed(status="success") == [codes[1]]
    assert listed(currency="GHS") == [her_code]
    # A quirk: the presence of the parameter counts, not its value.
    assert listed(include_archive=False) == listed(include_archive=True)
    client.send(Request("POST", "/_emulator/settings", body={"quirks": False}))
    assert listed(include_archive=False) == listed()


def test_totals_are_summed_up_by_currency(client, requests, ada, connect):
    business = Settings(currencies=("NGN", "GHS"))
    with Emulator(SECRET_KEY, settings=business) as emulator:
        client = connect(transport=emulator)
        ada, requests = client.customers.create_customer("ada@example.com", "", "", "").data, client.payment_requests
        codes = [requests.create_payment_request(ada["id"], amount).data["request_code"] for amount in (100, 20)]
        requests.create_payment_request(ada["id"], 3, currency="GHS")
        requests.create_payment_request(ada["id"], 5_000, draft=True)
        pay(client, open_request(client, codes[1]))
        assert requests.payment_request_total().data == {
            "pending": [{"currency": "NGN", "amount": 100}, {"currency": "GHS", "amount": 3}],
            "successful": [{"currency": "NGN", "amount": 20}, {"currency": "GHS", "amount": 0}],
            "total": [{"currency": "NGN", "amount": 120}, {"currency": "GHS", "amount": 3}],
        }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"customer": "CUS_nobody"}, "Customer not found"),
        ({"customer": None}, "Customer is required"),
        ({"currency": "EUR"}, "Currency not supported by merchant"),
        ({"amount": 100.5}, '"amount" must be an integer'),
        ({"due_date": "31/12/2026"}, "Due date is not in a valid format"),
        ({"description": 7}, '"description" must be a string'),
        ({"metadata": "{}"}, '"metadata" must be of type object'),
        ({"line_items": "Bread"}, '"line_items" must be an array'),
        ({"line_items": [{"name": "Bread"}]}, "Amount is required"),
        ({"line_items": [{"name": "Bread", "amount": -1}]}, "Invalid Amount Sent"),
        ({"line_items": [{"name": "Bread", "amount": 2**52, "quantity": 2}]}, "Invalid Amount Sent"),
        ({"line_items": [{"name": "Bread", "amount": 1, "quantity": 0}]}, "Invalid Amount Sent"),
        ({"split_code": "SPL_nothing"}, "Invalid Split code."),
    ],
    ids=str,
)
def test_an_invalid_payment_request_is_rejected_and_not_created(client, requests, ada, emulator, change, message):
    body = {"customer": ada["customer_code"], "amount": 100, **change}
    with pytest.raises(errors.APIStatusError) as exc_info:
        client.send(Request("POST", "/paymentrequest", body=body))
    assert exc_info.value.response.message == message
    assert requests.list_payment_requests().data == []
    assert event_names(emulator) == []


@pytest.mark.parametrize("call", ["fetch_payment_request", "send_notification", "archive_payment_request"])
def test_an_unknown_code_is_reported(requests, call):
    with pytest.raises(errors.InvalidRequestError, match="Payment request code is invalid"):
        getattr(requests, call)("PRQ_nothing")
