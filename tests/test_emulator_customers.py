"""Customers at the emulator: all operations, Paystack's messages, and the shapes of Paystack's samples."""

import datetime as dt
import json

import pytest
from conftest import SECRET_KEY
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from paystack_facts import event_shapes, merge_paths
from shape_comparison import merged_shapes

from paystackease import Emulator, Paystack, Request, errors
from paystackease.emulator import Clock
from paystackease.emulator.catalog.test_instruments import IDENTITY

PERSON = (IDENTITY["first_name"], IDENTITY["last_name"])
KNOWN = (IDENTITY["bank_code"], IDENTITY["account_number"], IDENTITY["bvn"])


@pytest.fixture
def ada(client):
    return client.customers.create_customer("ada@example.com", "Ada", "Obi", "0803", {"cart": 1}).data


def test_a_customer_is_created_and_fetched_by_either_name(client, ada):
    assert ada["customer_code"].startswith("CUS_")
    for name in ada["customer_code"], "ada@example.com", "ADA@example.com":
        response = client.customers.fetch_customer(name)
        assert response.message == "Customer retrieved"
        assert (response.data["first_name"], response.data["phone"], response.data["metadata"]) == (
            "Ada",
            "0803",
            {"cart": 1},
        )
        assert response.data["created_at"] == response.data["createdAt"]


def test_a_duplicate_email_returns_the_existing_customer(client, ada):
    again = client.customers.create_customer("Ada@Example.com", "Eve", "", "")
    assert again.data["customer_code"] == ada["customer_code"]
    assert client.customers.fetch_customer("ada@example.com").data["first_name"] == "Ada"


def test_an_update_changes_only_the_given_fields_of_a_customer(client, ada):
    updated = client.customers.update_customer(ada["customer_code"], phone="0900")
    assert updated.message == "Customer updated"
    assert (updated.data["first_name"], updated.data["phone"], updated.data["metadata"]) == ("Ada", "0900", {"cart": 1})
    assert client.customers.update_customer(ada["customer_code"], metadata={}).data["metadata"] == {}


def test_a_risk_action_is_set_and_reset(client, ada):
    for action in "deny", "allow", None:
        changed = client.customers.whitelist_blacklist_customer("ada@example.com", action)
        assert changed.data["risk_action"] == action or (action is None and changed.data["risk_action"] == "default")
        assert changed.message == "Customer updated"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message", "code"),
    [
        ("POST", "/customer", {}, 400, "Email is required", "missing_params"),
        ("POST", "/customer", {"email": "ada"}, 400, "Invalid Email Address Passed", "invalid_email_address"),
        ("POST", "/customer", {"email": "a@b.c", "metadata": "x"}, 400, '"metadata" must be of type object', None),
        ("PUT", "/customer/CUS_nobody", {}, 404, "Customer not found", None),
        ("GET", "/customer/CUS_nobody", None, 404, "Customer not found", None),
        ("GET", "/customer/no@body.com", None, 404, "Customer email is invalid for your live domain.", None),
        ("GET", "/customer?from=yesterday", None, 400, "Invalid 'from' date passed", "invalid_params"),
        ("GET", "/customer?to=x", None, 400, "Invalid 'to' date passed", "invalid_params"),
        ("POST", "/customer/set_risk_action", {"customer": "ada@example.com", "risk_action": "x"}, 400, None, None),
        (
            "POST",
            "/customer/authorization/deactivate",
            {"authorization_code": "x"},
            404,
            "Authorization code not found.",
            None,
        ),
        (
            "GET",
            "/customer/authorization/verify/x",
            None,
            404,
            "Authorization does not exist or does not belong to integration",
            None,
        ),
        ("POST", "/customer/ada@example.com/identification", {"first_name": "A"}, 400, "last_name is required", None),
        ("POST", "/customer/authorization/initialize", {"email": "a@b.c", "channel": "card"}, 400, None, None),
        (
            "POST",
            "/customer/5/initialize-direct-debit",
            {"account": "x"},
            400,
            '"account" must be of type object',
            None,
        ),
        ("GET", "/customer/5/directdebit-mandate-authorizations", None, 404, "Customer not found", None),
        (
            "PUT",
            "/customer/abc/directdebit-activation-charge",
            {"authorization_id": 1},
            404,
            "Customer not found",
            None,
        ),
    ],
)
def test_invalid_customers_are_rejected_with_paystacks_messages(
    emulator, ada, method, path, body, status, message, code
):
    content = None if body is None else json.dumps(body).encode()
    reply = emulator.respond(method, path, {"authorization": f"Bearer {SECRET_KEY}"}, content)
    response = json.loads(reply.content)
    assert (reply.status, response["status"]) == (status, False)
    assert message in {None, response["message"]}
    assert code in {None, response.get("code")}


def test_offset_and_cursor_pagination_list_each_customer_once_newest_first(client):
    emails = [f"{number}@example.com" for number in range(7)]
    for email in emails:
        client.customers.create_customer(email, "", "", "")
    for options in {"per_page": 3}, {"per_page": 3, "use_cursor": True}, {"per_page": 7}, {"per_page": 100}:
        listed = client.customers.list_customers(**options)
        assert [item["email"] for item in client.iterate(listed)] == emails[::-1]
    assert client.customers.list_customers(per_page=3, page=3).meta == {
        "total": 7,
        "skipped": 0,
        "perPage": 3,
        "page": 3,
        "pageCount": 3,
    }
    assert client.customers.list_customers(page=9).data == []


def test_a_cursor_pages_backwards(client):
    for number in range(5):
        client.customers.create_customer(f"{number}@example.com", "", "", "")
    first = client.customers.list_customers(per_page=2, use_cursor=True)
    second = client.customers.list_customers(per_page=2, next=first.meta["next"])
    assert first.meta["previous"] is None
    assert client.customers.list_customers(per_page=2, previous=second.meta["previous"]).data == first.data
    for wrong in "x", "Y3VzdG9tZXI6", "YmFuazox":
        with pytest.raises(errors.InvalidRequestError):
            client.customers.list_customers(next=wrong)


def test_a_date_filter_includes_its_days(client, emulator):
    for day in range(3):
        client.customers.create_customer(f"{day}@example.com", "", "", "")
        emulator.advance(86_400)
    second = dt.date(2026, 10, 2)
    for start, end, expected in (
        (second, None, "21"),
        (None, second, "10"),
        (second, second, "1"),
        (dt.datetime(2026, 10, 2, 12), None, "21"),
        (dt.datetime(2026, 10, 2, 12, 0, 1), None, "2"),
        (None, dt.datetime(2026, 10, 2, 11, 59, 59), "0"),
    ):
        listed = client.customers.list_customers(from_date=start, to_date=end).data
        assert "".join(customer["email"][0] for customer in listed) == expected


def test_a_matching_identification_succeeds_later_with_a_webhook(client, emulator, ada):
    accepted = client.customers.validate_customer(ada["customer_code"], *PERSON, "bank_account", "NG", *KNOWN)
    assert (accepted.http.status, accepted.message) == (202, "Customer Identification in progress")
    assert "data" not in accepted
    assert client.customers.fetch_customer("ada@example.com").data["identified"] is False
    emulator.advance(60)
    (event,) = emulator.events()
    assert event.name == "customeridentification.success"
    assert event.data["identification"]["account_number"] == "011****111"
    assert event.data["customer_id"] == str(ada["id"])
    assert client.customers.fetch_customer("ada@example.com").data["identified"] is True


def test_a_mismatched_identification_fails(client, emulator, ada):
    client.customers.validate_customer(ada["customer_code"], "Ada", "Obi", "bank_account", "NG", *KNOWN)
    emulator.advance(60)
    (event,) = emulator.events()
    assert (event.name, event.data["reason"]) == (
        "customeridentification.failed",
        "Account number or BVN is incorrect",
    )
    with pytest.raises(errors.InvalidRequestError, match="Invalid BVN"):
        client.customers.validate_customer("ada@example.com", *PERSON, "bank_account", "NG", "007", "0111111111", "abc")


def test_no_number_of_a_person_or_card_is_stored(client, emulator, ada):
    client.customers.validate_customer(ada["customer_code"], *PERSON, "bank_account", "NG", *KNOWN)
    save_card(client, ada)
    emulator.advance(60)
    stored = str(emulator._services.store.execute("select body from document union all select body from event"))
    for secret in *KNOWN[1:], "4084084084084081", SECRET_KEY:
        assert secret not in stored


def save_card(client, customer, card="4084 0840 8408 4081"):
    path = "/_emulator/customers/{code}/authorizations"
    return client.send(Request("POST", path, {"code": customer["customer_code"]}, body={"card": card})).data


def test_a_saved_card_is_shown_until_it_is_deactivated(client, ada):
    saved = save_card(client, ada)
    (shown,) = client.customers.fetch_customer("ada@example.com").data["authorizations"]
    assert shown == saved
    assert (shown["bin"], shown["last4"], shown["reusable"]) == ("408408", "4081", True)
    response = client.customers.deactivate_authorization(saved["authorization_code"])
    assert response == {"status": True, "message": "Authorization has been deactivated"}
    assert client.customers.fetch_customer("ada@example.com").data["authorizations"] == []
    with pytest.raises(errors.NotFoundError, match="Authorization code not found"):
        client.customers.deactivate_authorization(saved["authorization_code"])
    with pytest.raises(errors.InvalidRequestError, match="test cards"):
        save_card(client, ada, "4111 1111 1111 1111")


def test_a_mandate_is_requested_approved_and_activated(client, emulator, ada):
    response = client.customers.initialize_authorization("ada@example.com", callback_url="https://example.com")
    reference = response.data["reference"]
    with pytest.raises(errors.NotFoundError):
        client.customers.verify_authorization(reference)
    client.send(Request("POST", "/_emulator/mandates/{reference}/approve", {"reference": reference}))
    assert client.customers.verify_authorization(reference).data["active"] is False
    (mandate,) = client.customers.fetch_mandate_authorizations(ada["id"]).data
    assert (mandate["status"], mandate["customer"]["email"]) == ("pending", "ada@example.com")
    emulator.advance(60)
    assert client.customers.verify_authorization(reference).data["active"] is True
    assert client.customers.fetch_mandate_authorizations(ada["id"]).data[0]["status"] == "active"
    created, active = emulator.events()
    assert (created.name, active.name) == ("direct_debit.authorization.created", "direct_debit.authorization.active")
    assert active.data["authorization_code"] == mandate["authorization_code"]


def test_a_bank_account_is_linked_and_its_activation_tried_again(client, emulator, ada):
    account = {"number": "0123456789", "bank_code": "058"}
    address = {"street": "1 Marina", "city": "Lagos", "state": "Lagos"}
    response = client.customers.initialize_direct_debit(ada["id"], account, address)
    client.send(Request("POST", "/_emulator/mandates/{reference}/approve", {"reference": response.data["reference"]}))
    (mandate,) = client.customers.fetch_mandate_authorizations(ada["id"]).data
    assert (mandate["account_number"], mandate["bank_name"]) == ("0123456789", "Guaranty Trust Bank")
    result = client.customers.direct_debit_activation_charge(ada["id"], mandate["authorization_id"])
    assert result.message == "Mandate is queued for retry"
    with pytest.raises(errors.NotFoundError):
        client.customers.direct_debit_activation_charge(ada["id"], 1)
    emulator.advance(60)
    assert [event.name for event in emulator.events()].count("direct_debit.authorization.active") == 1


def test_mandates_have_their_own_cursor_pagination(client, ada):
    references = [client.customers.initialize_authorization("ada@example.com").data["reference"] for _ in range(3)]
    for reference in references:
        client.send(Request("POST", "/_emulator/mandates/{reference}/approve", {"reference": reference}))
    first = client.send(client.customers.fetch_mandate_authorizations(ada["id"]).http.request.with_query(per_page=2))
    assert (first.meta["count"], first.meta["total"]) == (2, 3)
    assert len({mandate["id"] for mandate in client.iterate(first)}) == 3


# The responses and events of all operations, compared with the shapes of Paystack's samples.


def call_all_operations(client, emulator):
    """Return the response of every customer operation, by its id in the facts."""
    customers = client.customers
    answers = {"customer.create": customers.create_customer("ada@example.com", *PERSON, "0803")}
    ada = answers["customer.create"].data
    save_card(client, ada)
    answers["customer.fetch"] = customers.fetch_customer("ada@example.com")
    answers["customer.update"] = customers.update_customer(ada["customer_code"], metadata={"x": 1})
    answers["customer.list"] = customers.list_customers(use_cursor=True)
    answers["customer.set_risk_action"] = customers.whitelist_blacklist_customer("ada@example.com", "allow")
    answers["customer.validate"] = customers.validate_customer(
        ada["customer_code"], *PERSON, "bank_account", "NG", *KNOWN
    )
    customers.validate_customer(ada["customer_code"], "A", "B", "bank_account", "NG", *KNOWN)
    answers["customer.initialize_authorization"] = initialized = customers.initialize_authorization("ada@example.com")
    account, address = {"number": "0123456789", "bank_code": "058"}, {"street": "a", "city": "b", "state": "c"}
    answers["customer.initialize_direct_debit"] = customers.initialize_direct_debit(ada["id"], account, address)
    client.send(Request("POST", "/_emulator/mandates/{x}/approve", {"x": initialized.data["reference"]}))
    emulator.advance(60)
    answers["customer.verify_authorization"] = customers.verify_authorization(initialized.data["reference"])
    answers["customer.mandate_authorizations"] = mandates = customers.fetch_mandate_authorizations(ada["id"])
    answers["customer.directdebit_activation_charge"] = customers.direct_debit_activation_charge(
        ada["id"], mandates.data[0]["authorization_id"]
    )
    (saved,) = (
        authorization
        for authorization in customers.fetch_customer("ada@example.com").data["authorizations"]
        if "bin" in authorization
    )
    answers["customer.deactivate_authorization"] = customers.deactivate_authorization(saved["authorization_code"])
    return answers


TYPES = {dict: "object", list: "array", str: "str", bool: "bool", int: "int", type(None): "null"}


def typed_paths(value, path=""):
    """Yield the path and JSON type of each value in a body."""
    yield path or ".", TYPES[type(value)]
    if isinstance(value, dict):
        for key, item in value.items():
            yield from typed_paths(item, f"{path}.{key}")
    if isinstance(value, list):
        for item in value:
            yield from typed_paths(item, f"{path}[]")


UNLIKE_THE_SAMPLES = {
    # part of a path that Paystack's sample lacks or has with another type: reason
    ".metadata.": "metadata is arbitrary",
    ".identifications.": "only identified customers have some",
}

NOT_SENT = {
    # a path that a sample has and the emulator does not: reason
    ".data.identification.value": "it belongs to identification by BVN alone, which Paystack no longer accepts",
}


def test_responses_and_events_have_the_shapes_of_paystacks_samples(client, emulator):
    answers = call_all_operations(client, emulator)
    assert len(answers) == 12
    for operation, answer in answers.items():
        compare(operation, dict(answer), merged_shapes(operation)[str(answer.http.status)])
    for event in emulator.events():
        compare(event.name, json.loads(event.body), merge_paths(event_shapes(event.name)))


def compare(name, response_body, sample_paths):
    types_by_path = {}
    for path, kind in typed_paths(response_body):
        types_by_path.setdefault(path, set()).add(kind)
    sample_paths = {path: kinds for path, kinds in sample_paths.items() if ".metadata." not in path}
    for path, kinds in types_by_path.items():
        within = path.rpartition("[]")[0]
        if any(known in path for known in UNLIKE_THE_SAMPLES) or (within and f"{within}[]" not in sample_paths):
            continue  # an empty list in a sample has no item types
        assert path in sample_paths, f"{name}: Paystack does not send {path}"
        # Either value may be null.
        assert kinds - {"null"} <= sample_paths[path] or "null" in sample_paths[path], f"{name}: {path} is {kinds}"
    for path in sample_paths:
        parent = path.rpartition(".")[0].removesuffix("[]") or "."
        assert path in types_by_path or path in NOT_SENT or types_by_path.get(parent) == {"null"} or "[]" in path, (
            f"{name}: {path} is missing"
        )


# After any sequence of operations each customer is listed once.


class Customers(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.emulator = Emulator(clock=Clock(frozen_at=0.0))
        self.client = Paystack(transport=self.emulator)
        self.known = {}

    def teardown(self):
        self.emulator.close()

    emails = st.sampled_from(["a@example.com", "B@example.com", "c@example.com", "é@example.com"])

    @rule(email=emails, name=st.text("ab ", max_size=3))
    def create(self, email, name):
        created = self.client.customers.create_customer(email, name, "", "").data
        assert self.known.setdefault(email, (created["customer_code"], name))[0] == created["customer_code"]

    @rule(email=emails, name=st.text("ab ", max_size=3))
    def update(self, email, name):
        if email in self.known:
            code, _ = self.known[email]
            self.client.customers.update_customer(code, first_name=name)
            self.known[email] = code, name

    @rule(email=emails)
    def fail(self, email):
        if email not in self.known:
            with pytest.raises(errors.NotFoundError):
                self.client.customers.fetch_customer(email)

    @rule(size=st.integers(1, 5), use_cursor=st.booleans())
    def list_all(self, size, use_cursor):
        first = self.client.customers.list_customers(per_page=size, use_cursor=use_cursor)
        listed = [item["customer_code"] for item in self.client.iterate(first)]
        assert listed == [code for code, _ in reversed(self.known.values())]

    @invariant()
    def stored_customers_match_the_model(self):
        for email, (code, name) in self.known.items():
            customer = self.client.customers.fetch_customer(email).data
            assert (customer["customer_code"], customer["first_name"], customer["email"]) == (code, name, email)


TestCustomers = Customers.TestCase
