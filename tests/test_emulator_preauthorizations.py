"""Preauthorizations at the emulator: an amount is reserved, and captured or released once."""

import pytest
from card_payments import NOON, ORDINARY_CARD, account_balance, list_event_names, pay_by_card, total_balance
from conftest import SECRET_KEY

from paystackease import Emulator, Request, errors
from paystackease.emulator import Clock
from paystackease.emulator.settings import Settings

A_DAY = 86_400
EMAIL = "ada@example.com"
FEE = 115
"""The fee of a preauthorization: one rand and tax."""


@pytest.fixture
def holds(client):
    return client.preauthorization


@pytest.fixture
def saved_code(client):
    return pay_by_card(client, 100_000, currency="ZAR")["authorization"]["authorization_code"]


@pytest.fixture
def preauthorization(holds, saved_code):
    return holds.reserve_preauthorization(EMAIL, 10_000, saved_code, "ZAR").data


def set_card_behavior(client, code, **bank):
    """Set how the bank responds to charges of this authorization."""
    client.send(Request("POST", f"/_emulator/authorizations/{code}", body=bank))


def act_on_page(client, reference, **card):
    """Simulate an action of the customer on the page."""
    body = {"channel": "card", "card": {**ORDINARY_CARD, **card}}
    return client.send(Request("POST", f"/_emulator/checkout/{reference}/pay", body=body))


def status(holds, reference):
    return holds.verify_preauthorization(reference).data["status"]


def test_an_amount_is_reserved_on_a_saved_card_and_captured(client, emulator, holds, saved_code):
    unsettled = account_balance(emulator, "unsettled", "ZAR")
    created = holds.reserve_preauthorization(EMAIL, 10_000, saved_code, "ZAR")
    hold = created.data
    assert (created.message, hold["status"], hold["amount"]) == ("Preauthorization successful", "authorized", 10_000)
    assert hold["authorization"]["authorization_code"] == saved_code
    assert (hold["expire_action"], hold["expiry_date"]) == ("release", "2026-10-06T12:00:00.000Z")
    # Nothing was paid: only the fee of the preauthorization is due.
    assert account_balance(emulator, "unsettled", "ZAR") == unsettled - FEE
    assert holds.verify_preauthorization(hold["reference"]).data["fees"] == FEE

    captured = holds.capture_preauthorization(hold["reference"], 10_000, "ZAR")
    assert (captured.message, captured.data["status"], captured.data["amount"]) == (
        "Capture attempted",
        "success",
        10_000,
    )
    assert (captured.data["channel"], captured.data["reference"]) == ("preauth", hold["reference"])
    authorization = holds.verify_preauthorization(hold["reference"]).data
    assert (authorization["status"], authorization["captured_at"]) == ("captured", "2026-10-01T12:00:00.000Z")
    assert account_balance(emulator, "unsettled", "ZAR") == unsettled - FEE + 10_000 - captured.data["fees"]
    assert total_balance(emulator) == 0
    assert list_event_names(emulator, "preauthorization") == [
        "preauthorization.reserve.success",
        "preauthorization.capture.success",
    ]
    event = emulator.events()[-1].data
    assert (event["captured_amount"], event["transaction_id"]) == ("10000", str(captured.data["id"]))


def test_a_partial_capture_releases_the_rest(client, emulator, holds, saved_code):
    set_card_behavior(client, saved_code, available=12_000)
    hold = holds.reserve_preauthorization(EMAIL, 10_000, saved_code, "ZAR").data
    with pytest.raises(errors.InvalidRequestError, match="Preauthorization unsuccessful"):
        holds.reserve_preauthorization(EMAIL, 3_000, saved_code, "ZAR")
    data = holds.capture_preauthorization(hold["reference"], 4_000, "ZAR").data
    assert data["amount"] == 4_000
    assert holds.verify_preauthorization(hold["reference"]).data["amount"] == 10_000
    assert client.transactions.verify_transaction(hold["reference"]).data["requested_amount"] == 10_000
    holds.reserve_preauthorization(EMAIL, 8_000, saved_code, "ZAR")
    with pytest.raises(errors.InvalidRequestError, match="Preauthorization unsuccessful"):
        holds.reserve_preauthorization(EMAIL, 100, saved_code, "ZAR")


def test_a_capture_cannot_exceed_the_reserved_amount(client, emulator, holds, preauthorization):
    with pytest.raises(errors.InvalidRequestError, match="cannot be more than authorized amount") as exc_info:
        holds.capture_preauthorization(preauthorization["reference"], 10_001, "ZAR")
    assert exc_info.value.status_code == 400
    assert status(holds, preauthorization["reference"]) == "authorized"


def test_a_finished_preauthorization_is_not_captured_or_released_again(client, emulator, holds, saved_code):
    one, other = (holds.reserve_preauthorization(EMAIL, 10_000, saved_code, "ZAR").data["reference"] for _ in range(2))
    holds.capture_preauthorization(one, 1_000, "ZAR")
    assert holds.release_preauthorization(other).data == {"status": "released", "reference": other}
    before = account_balance(emulator, "unsettled", "ZAR")
    for reference in one, other, "nothing":
        with pytest.raises(errors.InvalidRequestError, match="No preauthorized transaction exists"):
            holds.capture_preauthorization(reference, 1_000, "ZAR")
        with pytest.raises(errors.InvalidRequestError, match="No preauthorized transaction exists"):
            holds.release_preauthorization(reference)
    emulator.advance(40 * A_DAY)
    assert (status(holds, one), status(holds, other)) == ("captured", "released")
    assert account_balance(emulator, "unsettled", "ZAR") + account_balance(emulator, "bank", "ZAR") == before


def test_a_released_amount_is_available_again(client, emulator, holds, saved_code):
    set_card_behavior(client, saved_code, available=10_000)
    hold = holds.reserve_preauthorization(EMAIL, 10_000, saved_code, "ZAR").data
    assert holds.release_preauthorization(hold["reference"]).message == "Successfully released"
    authorization = holds.verify_preauthorization(hold["reference"]).data
    assert (authorization["status"], authorization["released_at"]) == ("released", "2026-10-01T12:00:00.000Z")
    assert list_event_names(emulator, "preauthorization")[-1] == "preauthorization.release.success"
    holds.reserve_preauthorization(EMAIL, 10_000, saved_code, "ZAR")


@pytest.mark.parametrize(
    ("action", "ends"), [(None, "released"), ("release", "released"), ("capture", "captured")], ids=str
)
def test_a_preauthorization_that_is_not_captured_expires(client, emulator, holds, saved_code, action, ends):
    more = {} if action is None else {"expire_action": action, "expire_after_days": 3}
    hold = holds.reserve_preauthorization(EMAIL, 10_000, saved_code, "ZAR", **more).data
    emulator.advance((3 if more else 5) * A_DAY - 1)
    assert status(holds, hold["reference"]) == "authorized"
    emulator.advance(1)
    assert status(holds, hold["reference"]) == ends
    name = {"released": "release", "captured": "capture"}[ends]
    assert list_event_names(emulator, "preauthorization")[-1] == f"preauthorization.{name}.success"
    emulator.advance(40 * A_DAY)
    assert len(list_event_names(emulator, "preauthorization")) == 2


def test_a_customer_enters_the_card_on_the_page(client, emulator, holds):
    initialized = holds.initialize_preauthorization(EMAIL, 10_000, "ZAR", metadata={"room": 7})
    reference = initialized.data["reference"]
    assert initialized.message == "Authorization URL created"
    assert initialized.data["access_code"] in initialized.data["authorization_url"]
    assert status(holds, reference) == "abandoned"
    assert act_on_page(client, reference).data["status"] == "success"
    authorization = holds.verify_preauthorization(reference).data
    assert (authorization["status"], authorization["metadata"]) == ("authorized", {"room": 7})
    assert list_event_names(emulator, "") == ["preauthorization.reserve.success"]
    with pytest.raises(errors.InvalidRequestError):
        act_on_page(client, reference)
    with pytest.raises(errors.InvalidRequestError):
        client.send(Request("POST", f"/_emulator/checkout/{reference}/pay", body={"channel": "eft"}))
    client.send(Request("POST", f"/_emulator/checkout/{reference}/cancel"))
    assert status(holds, reference) == "authorized"
    assert holds.capture_preauthorization(reference, 10_000, "ZAR").data["metadata"] == {"room": 7}
    with pytest.raises(errors.InvalidRequestError):
        act_on_page(client, reference)


def test_a_declined_card_on_the_page_can_be_replaced(client, emulator, holds):
    reference = holds.initialize_preauthorization(EMAIL, 10_000, "ZAR").data["reference"]
    for _ in range(2):
        act_on_page(client, reference, number="4084080000005408", cvv="001")
        assert status(holds, reference) == "failed"
    act_on_page(client, reference)
    assert status(holds, reference) == "authorized"


def test_a_preauthorization_is_not_a_transaction_until_it_is_captured(client, holds, saved_code, preauthorization):
    transactions = client.transactions
    assert [transaction["channel"] for transaction in transactions.list_transactions().data] == ["card"]
    with pytest.raises(errors.InvalidRequestError, match="Transaction reference not found"):
        transactions.verify_transaction(preauthorization["reference"])
    with pytest.raises(errors.InvalidRequestError):
        client.refund.create_refund(preauthorization["reference"])
    holds.capture_preauthorization(preauthorization["reference"], 10_000, "ZAR")
    assert [transaction["channel"] for transaction in transactions.list_transactions().data] == ["preauth", "card"]
    assert transactions.verify_transaction(preauthorization["reference"]).data["status"] == "success"
    assert client.refund.create_refund(preauthorization["reference"]).data["amount"] == 10_000


def test_a_declining_bank_fails_each_operation(client, emulator, holds, saved_code, preauthorization):
    reference = preauthorization["reference"]
    before = account_balance(emulator, "unsettled", "ZAR")
    set_card_behavior(client, saved_code, declines="Declined")
    failed = holds.capture_preauthorization(reference, 4_000, "ZAR")
    assert (failed.message, failed.data["status"]) == ("Capture attempted", "failed")
    assert status(holds, reference) == "capture_failed"
    with pytest.raises(errors.InvalidRequestError, match="Release failed"):
        holds.release_preauthorization(reference)
    assert status(holds, reference) == "release_failed"
    events = [event.data for event in emulator.events() if event.name.startswith("preauthorization")]
    assert list_event_names(emulator, "preauthorization")[1:] == [
        "preauthorization.capture.failed",
        "preauthorization.release.failed",
    ]
    assert [(event["status"], event["captured_amount"]) for event in events[1:]] == [
        ("capture_failed", "4000"),
        ("release_failed", None),
    ]
    with pytest.raises(errors.InvalidRequestError, match="Preauthorization unsuccessful"):
        holds.reserve_preauthorization(EMAIL, 10_000, saved_code, "ZAR", reference="declined-1")
    assert status(holds, "declined-1") == "failed"
    assert account_balance(emulator, "unsettled", "ZAR") == before
    set_card_behavior(client, saved_code)
    assert holds.capture_preauthorization(reference, 4_000, "ZAR").data["status"] == "success"


def test_a_missing_reference_is_generated(client, saved_code):
    body = {"email": EMAIL, "amount": 10_000, "currency": "ZAR", "authorization_code": saved_code}
    created = [
        client.send(Request("POST", "/preauthorization/reserve_authorization", body=body)).data for _ in range(2)
    ]
    assert len({item["reference"] for item in created}) == 2
    assert all(item["reference"].startswith("pre_") for item in created)


def test_a_reference_is_unique_across_preauthorizations_and_transactions(client, holds, saved_code):
    holds.reserve_preauthorization(EMAIL, 10_000, saved_code, "ZAR", reference="room-7")
    body = {"email": EMAIL, "amount": 500, "currency": "ZAR", "reference": "room-7"}
    for path in "/preauthorization/initialize", "/preauthorization/reserve_authorization", "/transaction/initialize":
        with pytest.raises(errors.InvalidRequestError, match="Duplicate Transaction Reference") as exc_info:
            client.send(Request("POST", path, body={**body, "authorization_code": saved_code}))
        assert exc_info.value.code == "duplicate_reference"


def test_a_preauthorization_whose_response_was_lost_is_verified_and_made_once(connect, emulator, client, saved_code):
    class LossyTransport:
        lost = 0

        def send(self, request):
            reply = emulator.send(request)
            if request.path.endswith("reserve_authorization") and not self.lost:
                self.lost += 1
                raise errors.APITimeoutError("lost", request=request, may_have_arrived=True)
            return reply

        def close(self): ...

    holds = connect(transport=LossyTransport()).preauthorization
    authorization_data = holds.reserve_preauthorization(EMAIL, 10_000, saved_code, "ZAR")
    assert (authorization_data.data["status"], authorization_data.http.recovered) == ("authorized", True)
    assert list_event_names(emulator, "preauthorization") == ["preauthorization.reserve.success"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"email": "bola@example.com"}, "Preauthorization unsuccessful"),
        ({"authorization_code": "AUTH_nothing"}, "Preauthorization unsuccessful"),
        ({"currency": "NGN"}, "Currency not supported"),
        ({"currency": None}, "Currency is required"),
        ({"amount": 99}, "Invalid Amount Sent"),
        ({"amount": None}, "Amount is required"),
        ({"expire_after_days": 31}, "expires after"),
        ({"expire_after_days": 0}, "expires after"),
        ({"expire_action": "forget"}, "expires after"),
    ],
    ids=lambda value: None if isinstance(value, str) else "-".join(f"{k}-{v}" for k, v in value.items()),
)
def test_an_invalid_preauthorization_is_rejected(client, holds, saved_code, change, message):
    body = {"email": EMAIL, "amount": 10_000, "currency": "ZAR", "authorization_code": saved_code, **change}
    with pytest.raises(errors.InvalidRequestError, match=message) as exc_info:
        client.send(Request("POST", "/preauthorization/reserve_authorization", body=body))
    assert exc_info.value.status_code == 400
    assert holds.list_preauthorizations().data == []


def test_an_authorization_that_is_gone_holds_nothing(client, holds, saved_code):
    client.customers.deactivate_authorization(saved_code)
    with pytest.raises(errors.InvalidRequestError, match="Preauthorization unsuccessful"):
        holds.reserve_preauthorization(EMAIL, 10_000, saved_code, "ZAR")


def test_missing_fields_and_objects_get_paystacks_messages(client, holds, preauthorization):
    with pytest.raises(errors.InvalidRequestError, match="Customer email address is required"):
        client.send(Request("POST", "/preauthorization/initialize", body={"amount": 500, "currency": "ZAR"}))
    with pytest.raises(errors.InvalidRequestError, match="Preauthorization not found") as exc_info:
        holds.verify_preauthorization("nothing")
    assert (exc_info.value.status_code, exc_info.value.code) == (400, "not_found")
    with pytest.raises(errors.InvalidRequestError, match="Currency not supported"):
        holds.capture_preauthorization(preauthorization["reference"], 500, "NGN")
    for path in "capture", "release":
        with pytest.raises(errors.InvalidRequestError, match="Reference is required"):
            client.send(Request("POST", f"/preauthorization/{path}", body={}))


def test_preauthorizations_can_be_unavailable(connect):
    settings = Settings(unavailable=("preauthorization",))
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=NOON), settings=settings) as emulator:
        holds = connect(transport=emulator).preauthorization
        with pytest.raises(errors.PermissionDeniedError) as exc_info:
            holds.initialize_preauthorization(EMAIL, 10_000, "ZAR")
        assert exc_info.value.code == "feature_unavailable"


def test_they_are_listed_and_narrowed(client, holds, saved_code):
    authorization = holds.reserve_preauthorization(EMAIL, 10_000, saved_code, "ZAR").data
    other = holds.reserve_preauthorization(EMAIL, 20_000, saved_code, "ZAR").data
    holds.release_preauthorization(other["reference"])
    assert [preauthorization["id"] for preauthorization in holds.list_preauthorizations(status="released").data] == [
        other["id"]
    ]
    assert [preauthorization["id"] for preauthorization in holds.list_preauthorizations(amount=10_000).data] == [
        authorization["id"]
    ]
    assert len(holds.list_preauthorizations(customer=authorization["customer"]["id"]).data) == 2
    assert holds.list_preauthorizations(customer=1).data == []
    assert len(list(client.iterate(holds.list_preauthorizations(per_page=1)))) == 2
