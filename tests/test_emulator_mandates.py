"""Direct debit at the emulator: mandates are approved, activated, debited and revoked."""

import pytest
from card_payments import list_event_names

from paystackease import Request, errors

ADDRESS = {"street": "1 Allen Avenue", "city": "Ikeja", "state": "Lagos"}


@pytest.fixture
def debits(client):
    return client.direct_debit


def request_mandate(client, email="ada@example.com"):
    """Request a mandate and return its data."""
    return client.customers.initialize_authorization(email, "direct_debit").data["reference"]


def act_as_customer(client, reference, what):
    """Simulate an action of the customer."""
    return client.send(Request("POST", f"/_emulator/mandates/{reference}/{what}")).data


def approve_mandate(client, email="ada@example.com"):
    """Request a mandate and approve it as the customer."""
    reference = request_mandate(client, email)
    act_as_customer(client, reference, "approve")
    return reference


def code_of(client, reference):
    return client.customers.verify_authorization(reference).data["authorization_code"]


def debit(client, reference, amount=5_000, email="ada@example.com"):
    return client.transactions.charge_authorization(email, amount, code_of(client, reference))


def test_events_report_creation_and_activation(client, emulator, debits):
    approve_mandate(client)
    assert list_event_names(emulator, "") == ["direct_debit.authorization.created"]
    (mandate,) = debits.list_mandate_authorizations().data
    assert (mandate["status"], mandate["bank_name"]) == ("pending", "Zenith Bank")
    emulator.advance(5)
    created, active = emulator.events()
    assert (created.data["active"], active.data["active"]) == (False, True)
    assert active.name == "direct_debit.authorization.active"
    assert debits.list_mandate_authorizations().data[0]["status"] == "active"


def test_a_requested_mandate_cannot_be_debited(client, debits):
    reference = request_mandate(client)
    assert debits.list_mandate_authorizations().data == []
    with pytest.raises(errors.NotFoundError, match="Authorization does not exist"):
        client.customers.verify_authorization(reference)


def test_an_active_mandate_is_debited_and_a_pending_one_is_not(client, emulator):
    reference = approve_mandate(client)
    with pytest.raises(errors.InvalidRequestError):
        debit(client, reference)
    emulator.advance(5)
    assert debit(client, reference).data["status"] == "success"
    assert list_event_names(emulator, "charge") == ["charge.success"]


@pytest.mark.parametrize("actor", ["customer", "merchant"])
def test_a_mandate_that_is_revoked_is_debited_no_more(client, emulator, debits, actor):
    reference = approve_mandate(client)
    emulator.advance(5)
    code = code_of(client, reference)
    if actor == "customer":
        assert act_as_customer(client, reference, "revoke")["status"] == "revoked"
    else:
        client.customers.deactivate_authorization(code)
    (mandate,) = debits.list_mandate_authorizations(status="revoked").data
    assert mandate["authorization_code"] == code
    assert client.customers.verify_authorization(reference).data["active"] is False
    with pytest.raises(errors.InvalidRequestError):
        debit(client, reference)
    with pytest.raises(errors.NotFoundError):
        act_as_customer(client, reference, "revoke")


def test_a_mandate_that_is_revoked_while_it_is_pending_never_becomes_active(client, emulator, debits):
    reference = approve_mandate(client)
    act_as_customer(client, reference, "revoke")
    emulator.advance(5)
    assert list_event_names(emulator, "") == ["direct_debit.authorization.created"]
    assert debits.list_mandate_authorizations().data[0]["status"] == "revoked"


def test_an_unknown_mandate_cannot_be_revoked_or_approved(client):
    for reference, what in ("nothing", "revoke"), ("nothing", "approve"), (request_mandate(client), "revoke"):
        with pytest.raises(errors.NotFoundError, match="Authorization does not exist"):
            act_as_customer(client, reference, what)


def test_activation_charges_of_several_customers_are_retried_once_each(client, emulator, debits):
    for email in "ada@example.com", "bola@example.com", "chidi@example.com":
        approve_mandate(client, email)
    numbers = [authorization["customer"]["id"] for authorization in debits.list_mandate_authorizations().data]
    again = debits.trigger_activation_charge(numbers[:2])
    assert (again.message, "data" in again) == ("Mandate is queued for retry", False)
    emulator.advance(60)
    debits.trigger_activation_charge(numbers)
    emulator.advance(60)
    assert list_event_names(emulator, "direct_debit.authorization.active") == ["direct_debit.authorization.active"] * 3


@pytest.mark.parametrize("wrong", [7, "7", {"id": 7}, ["7"], [True], [1.5]], ids=str)
def test_the_customers_are_a_list_of_numbers(client, wrong):
    with pytest.raises(errors.InvalidRequestError, match='"customer_ids" must be an array of numbers'):
        client.send(Request("PUT", "/directdebit/activation-charge", body={"customer_ids": wrong}))


def test_an_unknown_customer_is_reported(client, emulator, debits):
    approve_mandate(client)
    (mandate,) = debits.list_mandate_authorizations().data
    with pytest.raises(errors.NotFoundError, match="Customer not found"):
        debits.trigger_activation_charge([mandate["customer"]["id"], 1])
    with pytest.raises(errors.InvalidRequestError, match="Customer ids is required"):
        client.send(Request("PUT", "/directdebit/activation-charge", body={}))


def test_mandates_of_all_customers_are_listed_a_page_at_a_time(client, emulator, debits):
    emails = [f"customer-{number}@example.com" for number in range(5)]
    for email in emails:
        approve_mandate(client, email)
    first = debits.list_mandate_authorizations(per_page=2)
    assert (first.meta["count"], first.meta["total"], first.meta["per_page"]) == (2, 5, 2)
    listed_emails = [item["customer"]["email"] for item in client.iterate(first)]
    assert listed_emails == emails[::-1]
    with pytest.raises(errors.InvalidRequestError, match="Invalid 'cursor'"):
        debits.list_mandate_authorizations(cursor="nothing")
    emulator.advance(5)
    assert debits.list_mandate_authorizations(status="pending").data == []
    assert debits.list_mandate_authorizations(status="active").meta["total"] == 5


def test_the_mandates_of_one_customer_are_listed_too(client, debits):
    for _ in range(3):
        approve_mandate(client)
    approve_mandate(client, "bola@example.com")
    ada = client.customers.fetch_customer("ada@example.com").data["id"]
    first = client.customers.fetch_mandate_authorizations(ada)
    assert (first.meta["total"], {item["customer"]["id"] for item in first.data}) == (3, {ada})


def test_a_linked_account_is_shown_with_its_bank(client, debits):
    ada = client.customers.create_customer("ada@example.com", "Ada", "Obi", "08012345678").data["id"]
    account = {"number": "0123456789", "bank_code": "058"}
    body = {"account": account, "address": ADDRESS}
    data = client.send(Request("POST", f"/customer/{ada}/initialize-direct-debit", body=body)).data
    act_as_customer(client, data["reference"], "approve")
    (mandate,) = debits.list_mandate_authorizations().data
    assert (mandate["account_number"], mandate["bank_name"]) == ("0123456789", "Guaranty Trust Bank")
