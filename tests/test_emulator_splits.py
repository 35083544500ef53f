"""Split payments: with one subaccount, by a split code, or by a dynamic split."""

import emulator_payments
import pytest
from emulator_payments import create_paid_transaction, list_event_data
from hypothesis import given
from hypothesis import strategies as st

from paystackease import Request
from paystackease.emulator.context import Tenant
from paystackease.emulator.settings import Settings
from paystackease.emulator.transactions import revenue_split as shares


@pytest.fixture
def shop(client):
    """A subaccount whose payments leave 30 percent to the merchant."""
    return client.subaccounts.create_subaccount("Obi Books", "058", "0123456789", 30).data["subaccount_code"]


@pytest.fixture
def lender(client):
    return client.subaccounts.create_subaccount("Obi Loans", "057", "0000000000", 10).data["subaccount_code"]


def group(client, parts, kind="percentage", **more):
    shares = [{"subaccount": code, "share": share} for code, share in parts.items()]
    return client.transaction_splits.create_split("Halves", kind, "NGN", shares, **more).data


def account_shares(emulator, reference):
    """Return the shares of a payment: Paystack's, the merchant's, and the subaccounts' in order."""
    stored = emulator._services.store.find(
        Tenant.from_key(emulator_payments.SECRET_KEY).id, "transaction", unique_key=reference
    )
    deducted = stored.body["shares"]
    return [deducted["paystack"], deducted["integration"], *(part["amount"] for part in deducted["subaccounts"])]


# One subaccount


@pytest.mark.parametrize(
    ("how", "parts"),
    [
        ({}, [1_500, 28_500, 70_000]),
        ({"bearer": "subaccount"}, [1_500, 30_000, 68_500]),
        ({"transaction_charge": 25_000}, [1_500, 23_500, 75_000]),
        ({"transaction_charge": 25_000, "bearer": "subaccount"}, [1_500, 25_000, 73_500]),
        ({"transaction_charge": 0}, [1_500, 0, 98_500]),
    ],
    ids=["percentage", "it bears", "flat", "flat and it bears", "nothing is kept"],
)
def test_a_payment_is_shared_with_a_subaccount(client, emulator, shop, how, parts):
    transaction = create_paid_transaction(client, 100_000, subaccount=shop, **how)
    assert account_shares(emulator, transaction["reference"]) == parts
    assert sum(parts) == 100_000
    assert (transaction["fees"], transaction["subaccount"]["subaccount_code"]) == (1_500, shop)
    assert transaction["fees_split"] == {
        "paystack": parts[0],
        "integration": parts[1],
        "subaccount": parts[2],
        "params": {"bearer": how.get("bearer", "account"), "transaction_charge": how.get("transaction_charge")},
    }
    balances = emulator_payments.account_balances(emulator)
    assert balances["paystack", "NGN"] == parts[0]
    assert balances["unsettled", "NGN"] == parts[1]
    assert balances[f"subaccount:{shop}", "NGN"] == parts[2]
    assert emulator_payments.find_imbalances(emulator) == []


def test_a_saved_card_shares_too(client, emulator, shop):
    code = create_paid_transaction(client, 100)["authorization"]["authorization_code"]
    charged = client.transactions.charge_authorization("ada@example.com", 100_000, code, subaccount=shop).data
    assert account_shares(emulator, charged["reference"]) == [1_500, 28_500, 70_000]


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"subaccount": "ACCT_unknown"}, 404, "Invalid Subaccount."),
        ({"split_code": "SPL_unknown"}, 404, "Invalid Split code."),
        ({"split": {"type": "percentage"}}, 400, "You have invalid or missing subaccount(s) key"),
        ({"split": {"subaccounts": [7]}}, 400, "You have invalid or missing subaccount(s) key"),
        ({"split": {"subaccounts": [{"subaccount": "ACCT_unknown", "share": 1}]}}, 404, "Invalid Subaccount."),
    ],
)
def test_who_is_not_there_shares_nothing(client, body, status, message):
    whole = {"email": "ada@example.com", "amount": 100, **body}
    response = emulator_payments.response_of(client.send, Request("POST", "/transaction/initialize", body=whole))
    assert (response.http.status, response.message) == (status, message)


def test_one_that_is_inactive_shares_nothing(client, shop):
    client.subaccounts.update_subaccount(shop, active=False)
    whole = {"email": "ada@example.com", "amount": 100, "subaccount": shop}
    response = emulator_payments.response_of(client.send, Request("POST", "/transaction/initialize", body=whole))
    assert (response.http.status, response.message) == (404, "Invalid Subaccount.")


# Split codes


@pytest.mark.parametrize(
    ("bearer", "parts"),
    [
        ("account", [1_500, 28_500, 50_000, 20_000]),
        ("all", [1_500, 29_500, 49_500, 19_500]),
        ("all-proportional", [1_500, 29_550, 49_250, 19_700]),
        ("subaccount", [1_500, 30_000, 50_000, 18_500]),
    ],
)
def test_each_bearer_type_has_the_fee_borne_by_others(client, emulator, shop, lender, bearer, parts):
    more = {"bearer_subaccount": lender} if bearer == "subaccount" else {}
    created_split = group(client, {shop: 50, lender: 20}, bearer_type=bearer, **more)
    transaction = create_paid_transaction(client, 100_000, split_code=created_split["split_code"])
    assert account_shares(emulator, transaction["reference"]) == parts
    assert sum(parts) == 100_000
    assert transaction["split"]["split_code"] == created_split["split_code"]
    (event,) = list_event_data(emulator)
    assert event["split"]["shares"]["integration"] == parts[1]
    assert [part["amount"] for part in event["split"]["shares"]["subaccounts"]] == parts[2:]
    balances = emulator_payments.account_balances(emulator)
    assert balances[f"subaccount:{lender}", "NGN"] == parts[3]
    assert emulator_payments.find_imbalances(emulator) == []


def test_the_samples_of_the_guide_are_allocated_as_documented(connect):
    # 10000 and a fee of 140, of which the merchant bears all: a subaccount gets 2000 and the merchant 7860.
    with emulator_payments.frozen_emulator(settings=Settings(fees={"NGN": {"basis_points": 140}})) as emulator:
        client = connect(transport=emulator)
        code = client.subaccounts.create_subaccount("Obi Books", "058", "0123456789", 30).data["subaccount_code"]
        created_split = group(client, {code: 20}, bearer_type="account")
        transaction = create_paid_transaction(client, 10_000, split_code=created_split["split_code"])
        assert account_shares(emulator, transaction["reference"]) == [140, 7_860, 2_000]


def test_a_flat_share_is_an_amount_limited_by_the_payment(client, emulator, shop, lender):
    created_split = group(client, {shop: 60_000, lender: 50_000}, "flat", bearer_type="account")
    transaction = create_paid_transaction(client, 200_000, split_code=created_split["split_code"])
    assert account_shares(emulator, transaction["reference"]) == [3_000, 87_000, 60_000, 50_000]
    little = create_paid_transaction(client, 80_000, split_code=created_split["split_code"])
    assert sum(account_shares(emulator, little["reference"])) == 80_000
    assert all(part >= 0 for part in account_shares(emulator, little["reference"]))
    assert emulator_payments.find_imbalances(emulator) == []


def test_a_dynamic_split_applies_to_one_payment(client, emulator, shop, lender):
    parts = [{"subaccount": shop, "share": 50}, {"subaccount": lender, "share": 20}]
    split = {"type": "percentage", "bearer_type": "all", "subaccounts": parts}
    transaction = create_paid_transaction(client, 100_000, split=split)
    assert account_shares(emulator, transaction["reference"]) == [1_500, 29_500, 49_500, 19_500]
    assert client.transaction_splits.list_split().data == []


def test_an_updated_split_does_not_affect_initialized_transactions(client, emulator, shop):
    created_split = group(client, {shop: 50}, bearer_type="account")
    reference = emulator_payments.start_transaction(client, 100_000, split_code=created_split["split_code"])
    client.transaction_splits.add_or_update_subaccount_split(created_split["id"], shop, 10)
    emulator_payments.pay_at_checkout(client, reference)
    assert account_shares(emulator, reference) == [1_500, 48_500, 50_000]


@given(
    amount=st.integers(1, 10**12),
    fee=st.integers(0, 10**6),
    parts=st.lists(st.integers(0, 10**9), min_size=1, max_size=5),
    bearer=st.sampled_from(shares.BEARERS),
    flat=st.booleans(),
)
def test_the_shares_of_a_payment_add_up_to_its_amount(amount, fee, parts, bearer, flat):
    fee = min(fee, amount)
    shares_requested = parts if flat else [amount * (part % 101) // 100 for part in parts]
    numbered = [(number, f"ACCT_{number}", share) for number, share in enumerate(shares_requested, 1)]
    deducted = shares.deduct_fees(amount, fee, numbered, bearer, 1)
    given_out = [deducted["integration"], *(part["amount"] for part in deducted["subaccounts"])]
    assert sum(given_out) + deducted["paystack"] == amount
    assert all(part >= 0 for part in given_out)


# Operations on splits


def test_a_group_is_made_fetched_and_changed(client, emulator, shop, lender):
    created_split = group(client, {shop: 50})
    assert created_split["split_code"].startswith("SPL_")
    assert len(created_split["split_code"]) == 14
    assert (created_split["bearer_type"], created_split["total_subaccounts"], created_split["is_dynamic"]) == (
        "all",
        1,
        False,
    )
    assert created_split["subaccounts"][0]["share"] == 50
    splits = client.transaction_splits
    fetched = splits.fetch_split(created_split["id"])
    assert (fetched.message, fetched.data) == ("Split retrieved", {**created_split, "bearer_subaccount": None})
    added = splits.add_or_update_subaccount_split(created_split["id"], lender, 20)
    assert (added.message, added.data["total_subaccounts"]) == ("Subaccount added", 2)
    again = splits.add_or_update_subaccount_split(created_split["id"], lender, 30).data
    assert [part["share"] for part in again["subaccounts"]] == [50, 30]
    changed = splits.update_split(
        created_split["id"], "Thirds", active=False, bearer_type="subaccount", bearer_subaccount=shop
    )
    assert changed.message == "Split group updated"
    assert (changed.data["name"], changed.data["active"]) == ("Thirds", False)
    assert changed.data["bearer_subaccount"] == client.subaccounts.fetch_subaccount(shop).data["id"]
    removed = splits.remove_sub_account_split(created_split["id"], lender)
    assert (removed.message, "data" in removed) == ("Subaccount removed", False)
    assert splits.fetch_split(created_split["id"]).data["total_subaccounts"] == 1


def test_an_inactive_split_code_is_rejected(client, shop):
    created_split = group(client, {shop: 50})
    client.transaction_splits.update_split(created_split["id"], active=False)
    body = {"email": "ada@example.com", "amount": 100, "split_code": created_split["split_code"]}
    response = emulator_payments.response_of(client.send, Request("POST", "/transaction/initialize", body=body))
    assert (response.http.status, response.message) == (404, "Invalid Split code.")


def test_a_list_is_narrowed_and_heeds_one_spelling_of_its_size(client, shop, lender):
    first, second = group(client, {shop: 50}), group(client, {shop: 10, lender: 20})
    splits = client.transaction_splits
    splits.update_split(first["id"], "Old", active=False)

    def list_splits(**filters):
        return [split["id"] for split in splits.list_split(**filters).data]

    assert list_splits() == [second["id"], first["id"]]
    assert list_splits(split_name="Old") == list_splits(active=False) == [first["id"]]
    assert list_splits(subaccount_code=lender) == [second["id"]]
    assert list_splits(subaccount_code="ACCT_unknown") == []
    assert list_splits(per_page=1) == [second["id"]]
    assert len(client.send(Request("GET", "/split", query={"per_page": 1})).data) == 2


def error_of(client, method, path, **body):
    response = emulator_payments.response_of(client.send, Request(method, path, body=body))
    return response.http.status, response.message, response.get("code")


def test_an_invalid_split_is_rejected_with_paystacks_message(client, shop):
    created_split = group(client, {shop: 50})
    one = f"/split/{created_split['id']}"
    bearers = "Invalid bearer type : must be one of: subaccount, account, all-proportional or all"
    parts = [{"subaccount": shop, "share": 50}]
    whole = {"name": "Halves", "type": "percentage", "currency": "NGN", "subaccounts": parts}
    nobody = "You have invalid or missing subaccount(s) key"
    for change, expected in (
        ({"subaccounts": None}, (400, nobody, None)),
        ({"subaccounts": [{"share": 1}]}, (400, nobody, None)),
        ({"subaccounts": [{"subaccount": "ACCT_unknown", "share": 1}]}, (400, nobody, None)),
        ({"bearer_type": "nobody"}, (400, bearers, "invalid_params")),
        ({"type": "half"}, (400, "Invalid split type : must be one of: percentage or flat", "invalid_params")),
        ({"currency": "EUR"}, (400, "Currency not supported by merchant", None)),
        ({"name": None}, (400, "Name is required", "missing_params")),
    ):
        assert error_of(client, "POST", "/split", **{**whole, **change}) == expected
    assert error_of(client, "PUT", one, bearer_type="nobody") == (400, bearers, "invalid_params")
    assert error_of(client, "POST", f"{one}/subaccount/add")[:2] == (400, "Please specify subaccount to be added")
    assert error_of(client, "POST", f"{one}/subaccount/remove")[:2] == (400, "Please specify subaccount to be removed")
    missing = (404, "Subaccount not found", "not_found")
    assert error_of(client, "POST", f"{one}/subaccount/remove", subaccount="ACCT_unknown") == missing
    assert error_of(client, "GET", f"/split/{created_split['split_code']}")[:2] == (
        400,
        "Split ID should be an integer",
    )
    assert error_of(client, "GET", "/split/1")[:2] == (404, "Split not found")
    assert error_of(client, "PUT", one, bearer_type="all")[0] == 200
    assert error_of(client, "POST", f"{one}/subaccount/add", subaccount=shop, share=101)[0] == 400
    assert client.transaction_splits.fetch_split(created_split["id"]).data["subaccounts"][0]["share"] == 50
