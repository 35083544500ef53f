"""Virtual terminals at the emulator: destinations, splits, and payments."""

import pytest
from page_payments import pay_at_page, post_control

from paystackease import Request, errors

ADA, OBI = {"target": "+2348000000000", "name": "Ada"}, {"target": "+2348000000001", "name": "Obi"}


@pytest.fixture
def terminals(client):
    return client.virtual_terminal


@pytest.fixture
def stall(terminals):
    return terminals.create_virtual_terminal("Stall", [ADA]).data["code"]


@pytest.fixture
def split(client):
    shop = client.subaccounts.create_subaccount("Obi Books", "058", "0123456789", 30).data["subaccount_code"]
    shares = [{"subaccount": shop, "share": 40}]
    return client.transaction_splits.create_split("Ours", "percentage", "NGN", shares).data["split_code"]


def targets(terminals, code):
    return [destination["target"] for destination in terminals.fetch_virtual_terminal(code).data["destinations"]]


def test_a_virtual_terminal_is_made(terminals):
    created = terminals.create_virtual_terminal("Stall", [ADA], metadata={"row": "7"}, currency="ZAR")
    assert created.message == "Virtual Terminal created"
    assert (created.data["currency"], created.data["active"], created.data["metadata"]) == ("ZAR", True, '{"row":"7"}')
    assert created.data["destinations"] == [{**ADA, "type": "whatsapp"}]
    kind, _, code = created.data["code"].partition("_")
    assert (kind, len(code), code.upper()) == ("VT", 8, code)


def test_a_customer_pays_on_it(client, terminals, stall, split):
    terminals.add_split_code(stall, split)
    reference = pay_at_page(client, f"virtual_terminals/{stall}", email="eze@example.com", amount=50_000)
    paid = client.transactions.verify_transaction(reference).data
    assert (paid["status"], paid["amount"], paid["split"]["split_code"]) == ("success", 50_000, split)
    assert paid["metadata"]["virtual_terminal"]["code"] == stall


def test_an_inactive_virtual_terminal_accepts_no_payment(client, terminals, stall):
    for _ in range(2):  # again is harmless
        assert terminals.deactivate_virtual_terminal(stall) == {"status": True, "message": "Terminal set to inactive"}
    assert terminals.fetch_virtual_terminal(stall).data["active"] is False
    with pytest.raises(errors.InvalidRequestError, match="This virtual terminal is inactive"):
        post_control(client, f"virtual_terminals/{stall}/open", email="eze@example.com", amount=50_000)


def test_destinations_come_and_go(terminals, stall):
    (added,) = terminals.assign_destination(stall, [OBI]).data
    assert (added["target"], added["name"], added["type"]) == (OBI["target"], "Obi", "whatsapp")
    terminals.assign_destination(stall, [OBI])  # a repeated request has no effect
    assert targets(terminals, stall) == [ADA["target"], OBI["target"]]
    for _ in range(2):
        terminals.unassign_destination(stall, [ADA["target"]])
        assert targets(terminals, stall) == [OBI["target"]]


def test_a_split_code_is_added_and_removed(terminals, stall, split):
    assert terminals.add_split_code(stall, split).data["split_code"] == split
    assert terminals.remove_split_code(stall, split).http.status == 200
    with pytest.raises(errors.InvalidRequestError) as exc_info:
        terminals.remove_split_code(stall, split)
    assert (exc_info.value.response.message, exc_info.value.code) == ("Payment method does not exist", "not_found")


def test_a_removed_split_does_not_apply(client, terminals, split):
    stall = terminals.create_virtual_terminal("Stall", [ADA], split_code=split).data["code"]
    terminals.remove_split_code(stall, split)
    reference = pay_at_page(client, f"virtual_terminals/{stall}", email="eze@example.com", amount=50_000)
    assert client.transactions.verify_transaction(reference).data["split"] == {}


def test_a_virtual_terminal_is_renamed(terminals, stall):
    assert terminals.update_virtual_terminal(stall, "Second stall").data["name"] == "Second stall"
    assert terminals.fetch_virtual_terminal(stall).data["name"] == "Second stall"


def test_virtual_terminals_are_listed_by_status_and_searched(client, terminals):
    codes = [terminals.create_virtual_terminal(f"Stall {n}", [ADA]).data["code"] for n in range(5)]
    terminals.deactivate_virtual_terminal(codes[0])

    def names(**options):
        return [
            virtual_terminal["name"] for virtual_terminal in client.iterate(terminals.list_virtual_terminals(**options))
        ]

    every = ["Stall 4", "Stall 3", "Stall 2", "Stall 1", "Stall 0"]
    assert names() == names(per_page=2) == names(per_page=2, search="stall") == names(per_page=2, page=1) == every
    assert names(status="inactive") == ["Stall 0"]
    assert names(search="tall 3") == ["Stall 3"]
    assert names(search=codes[2].lower()) == ["Stall 2"]
    assert names(search="Stall", status="active", per_page=3) == every[:4]
    assert set(terminals.list_virtual_terminals().meta) == {"next", "previous", "perPage"}


def test_a_search_term_is_returned_unchanged(terminals):
    for number in range(5):
        terminals.create_virtual_terminal(f"Stall {number}", [ADA])
    first = terminals.list_virtual_terminals(per_page=2, search="stall")
    assert first.meta["previous"] is None
    second = terminals.list_virtual_terminals(per_page=2, search="stall", next=first.meta["next"])
    back = terminals.list_virtual_terminals(per_page=2, search="stall", previous=second.meta["previous"])
    assert (back.data, back.meta) == (first.data, first.meta)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("POST", "", {"destinations": [ADA]}, 400, '"name" is required'),
        ("POST", "", {"name": "A"}, 400, '"destinations" is required'),
        ("POST", "", {"name": "A", "destinations": [{}]}, 400, '"target" is required'),
        ("POST", "", {"name": "A", "destinations": [ADA], "split_code": "SPL_x"}, 400, "Invalid split code"),
        (
            "POST",
            "",
            {"name": "A", "destinations": [ADA], "metadata": 5},
            400,
            '"metadata" must be one of [object, string]',
        ),
        ("GET", "/VT_NOBODYS", None, 404, "Virtual Terminal not found"),
        ("PUT", "/VT_NOBODYS", {}, 400, '"name" is required'),
        ("PUT", "/VT_NOBODYS", {"name": "A"}, 404, "Virtual Terminal not assigned"),
        ("PUT", "/VT_NOBODYS/deactivate", {}, 404, "Virtual Terminal not found"),
        ("POST", "/VT_NOBODYS/destination/assign", {"destinations": [ADA]}, 404, "Virtual Terminal not found"),
        ("POST", "/VT_NOBODYS/destination/unassign", {"targets": ["1"]}, 404, "Virtual Terminal not found"),
        ("PUT", "/VT_NOBODYS/split_code", {"split_code": "SPL_x"}, 400, "Invalid split code"),
        (
            "DELETE",
            "/VT_NOBODYS/split_code",
            {"split_code": "SPL_x"},
            400,
            "Virtual Terminal split code assignment does not exist",
        ),
    ],
)
def test_invalid_arguments_are_rejected(client, method, path, body, status, message):
    with pytest.raises(errors.APIStatusError) as exc_info:
        client.send(Request(method, f"/virtual_terminal{path}", body=body))
    assert (exc_info.value.response.http.status, exc_info.value.response.message) == (status, message)


def test_an_unknown_status_is_rejected(client):
    with pytest.raises(errors.InvalidRequestError, match=r'"status" must be one of \[active, inactive\]'):
        client.send(Request("GET", "/virtual_terminal", query={"status": "bogus"}))
