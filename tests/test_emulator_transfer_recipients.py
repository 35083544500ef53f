"""Transfer recipients at the emulator: one for each account, with Paystack's messages and shapes."""

import pytest
from shape_comparison import response_differences

from paystackease import Request, errors


@pytest.fixture
def recipients(client):
    return client.transfer_recipients


@pytest.fixture
def ada(recipients):
    return recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058").data


def test_an_account_becomes_a_recipient(recipients):
    created = recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058", metadata={"job": "x"})
    assert (created.http.status, created.message) == (201, "Transfer recipient created successfully")
    ada = created.data
    assert (ada["active"], ada["currency"], ada["name"]) == (True, "NGN", "Ada Obi")
    assert ada["details"]["bank_name"] == "Guaranty Trust Bank"
    for name in ada["recipient_code"], ada["id"]:
        transfer_recipient = recipients.fetch_transfer_recipient(name).data
        assert (transfer_recipient["recipient_code"], transfer_recipient["metadata"]) == (
            ada["recipient_code"],
            {"job": "x"},
        )


def test_creating_a_recipient_twice_returns_the_same_one(recipients, ada):
    again = recipients.create_transfer_recipients("nuban", "Somebody else", "0123456789", "058").data
    assert (again["recipient_code"], again["name"]) == (ada["recipient_code"], "Ada Obi")
    elsewhere = recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "057").data
    assert elsewhere["recipient_code"] != ada["recipient_code"]


def test_an_unknown_bank_is_accepted(recipients):
    created = recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "090405").data
    assert created["details"]["bank_code"] == "090405"
    assert created["details"]["bank_name"]


def test_a_bulk_creation_reports_invalid_recipients(client, ada):
    batch = [
        {"type": "nuban", "name": "Ada Obi", "account_number": "0123456789", "bank_code": "058"},
        {"type": "mobile_money", "name": "Ama", "account_number": "0551234987", "bank_code": "MTN", "currency": "GHS"},
        {"type": "nuban", "name": "Nobody", "account_number": "1", "bank_code": "?"},
        "Nobody",
    ]
    added = client.send(Request("POST", "/transferrecipient/bulk", body={"batch": batch})).data
    assert [succes["recipient_code"] == ada["recipient_code"] for succes in added["success"]] == [True, False]
    assert added["success"][1]["currency"] == "GHS"
    assert added["errors"] == [
        {"message": "Invalid bank code", "records": [batch[2]]},
        {"message": "Type is required", "records": ["Nobody"]},
    ]


def test_a_recipient_is_renamed_and_keeps_the_rest(recipients, ada):
    changed = recipients.update_transfer_recipient(ada["recipient_code"], "Ada Eze", "ada@example.com")
    assert (changed.message, changed.data["name"]) == ("Recipient updated", "Ada Eze")
    assert recipients.fetch_transfer_recipient(ada["id"]).data["details"]["account_number"] == "0123456789"


def test_a_recipient_that_is_deleted_is_inactive_until_it_is_made_again(recipients, ada):
    response = recipients.delete_transfer_recipient(ada["recipient_code"])
    assert response == {"status": True, "message": "Transfer recipient set as inactive"}
    assert recipients.fetch_transfer_recipient(ada["recipient_code"]).data["active"] is False
    assert recipients.list_transfer_recipients().data == []
    again = recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058").data
    assert (again["recipient_code"], again["active"]) == (ada["recipient_code"], True)


def test_everyone_is_listed_once_and_the_newest_first(client, recipients):
    for number in range(5):
        recipients.create_transfer_recipients("nuban", f"{number}", f"012345678{number}", "058")
    for options in {"per_page": 2}, {"per_page": 2, "use_cursor": True}, {}:
        listed = client.iterate(recipients.list_transfer_recipients(**options))
        assert [item["name"] for item in listed] == ["4", "3", "2", "1", "0"]


@pytest.fixture
def card(client):
    """A saved authorization."""
    customer = client.customers.create_customer("ada@example.com", "Ada", "Obi", "").data["customer_code"]
    saved = Request(
        "POST",
        "/_emulator/customers/{code}/authorizations",
        {"code": customer},
        body={"card": "4084 0840 8408 4081"},
    )
    return client.send(saved).data["authorization_code"]


def test_an_authorization_can_be_a_recipient(client, recipients, card):
    created = recipients.create_transfer_recipients("authorization", "Ada Obi", authorization_code=card).data
    assert created["details"]["authorization_code"] == card
    assert created["details"]["account_number"].endswith("4081")
    client.customers.deactivate_authorization(card)
    with pytest.raises(errors.NotFoundError, match="Authorization does not exist"):
        recipients.create_transfer_recipients("authorization", "Eve", authorization_code=card)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("POST", "", {"name": "A", "account_number": "1", "bank_code": "058"}, 400, "Type is required"),
        ("POST", "", {"type": "nuban", "account_number": "1", "bank_code": "058"}, 400, "Name is required"),
        ("POST", "", {"type": "nuban", "name": "A", "bank_code": "058"}, 400, "Account number is required"),
        ("POST", "", {"type": "nuban", "name": "A", "account_number": "1"}, 400, "Bank code is required"),
        ("POST", "", {"type": "base", "name": "A"}, 400, "Invalid recipient type"),
        ("POST", "/bulk", {}, 400, "Batch is required"),
        ("POST", "/bulk", {"batch": "x"}, 400, '"batch" must be a list of recipients'),
        ("GET", "/RCP_nobody", None, 404, "Recipient not found"),
        ("GET", "/5", None, 404, "Recipient not found"),
        ("PUT", "/RCP_nobody", {"name": "A"}, 404, "Recipient not found"),
        ("DELETE", "/RCP_nobody", None, 404, "Recipient not found"),
    ],
)
def test_invalid_arguments_are_rejected(client, method, path, body, status, message):
    with pytest.raises(errors.APIStatusError) as exc_info:
        client.send(Request(method, f"/transferrecipient{path}", body=body))
    assert (exc_info.value.response.http.status, exc_info.value.response.message) == (status, message)


def test_responses_have_the_shapes_of_paystacks_samples(client, recipients):
    person = ("nuban", "Ada Obi", "0123456789", "058")
    created = recipients.create_transfer_recipients(*person, metadata={"job": "x"})
    # Paystack's sample is published under 200.
    assert response_differences("transfer_recipient.create", 200, created) == []
    batch = [dict(zip(("type", "name", "account_number", "bank_code"), person, strict=True))]
    code = created.data["recipient_code"]
    for operation, answer in {
        "bulk_create": recipients.bulk_create_transfer_recipient(batch),
        "list": recipients.list_transfer_recipients(),
        "fetch": recipients.fetch_transfer_recipient(code),
        "update": recipients.update_transfer_recipient(code, "Ada"),
        "delete": recipients.delete_transfer_recipient(code),
    }.items():
        assert response_differences(f"transfer_recipient.{operation}", answer.http.status, answer) == [], operation
