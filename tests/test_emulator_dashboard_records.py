"""The dashboard's lists and pages of records, its search, its chart and its form of settings, without a browser."""

import re

import pytest
from page_visitor import ORIGIN, Visitor

from paystackease import Emulator, Paystack, Request
from paystackease.emulator import Clock
from paystackease.emulator.clock import parse_time

KEY = "sk_test_records_wxyz"
FIRST = 2**32 + 1
HOSTILE = "<script>window.hacked = true</script><img src=x onerror=alert(1)>\"'`{{ 7 * 7 }}"
CARD = {"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "2040"}
SECTIONS = ("refunds", "disputes", "settlements", "splits", "plans", "recipients")


@pytest.fixture
def emulator():
    with Emulator(KEY, clock=Clock(frozen_at=parse_time("2026-10-01T12:00:00Z"))) as emulator:
        yield emulator


@pytest.fixture
def send(emulator):
    with Paystack(transport=emulator) as client:
        yield lambda method, path, **body: client.send(Request(method, path, body=body or None)).data


@pytest.fixture
def visitor(emulator):
    return Visitor(emulator)


@pytest.fixture
def base(emulator, send):
    send("POST", "/customer", email="first@example.com")
    (tenant,) = emulator.tenants()
    return f"/_emulator/{tenant.integration}"


def pay(send, reference, **more):
    response = send(
        "POST",
        "/transaction/initialize",
        **{"email": "ada@example.com", "amount": 500_000, **more},
        reference=reference,
    )
    send("POST", f"/_emulator/checkout/{response['reference']}/pay", channel="card", card=CARD)
    return response


def add_recipient(send, name, account="0000000000"):
    details = {"account_number": account, "bank_code": "057", "currency": "NGN"}
    return send("POST", "/transferrecipient", type="nuban", name=name, **details)


def add_records(send, name="Club"):
    """Add one record of each section."""
    details = {"bank_code": "057", "account_number": "0000000000", "percentage_charge": 20}
    subaccount = send("POST", "/subaccount", business_name=name, **details)["subaccount_code"]
    members = [{"subaccount": subaccount, "share": 20}]
    split = send("POST", "/split", name=name, type="percentage", currency="NGN", subaccounts=members)
    plan = send("POST", "/plan", name=name, amount=5_000, interval="monthly", description=name)
    recipient = add_recipient(send, name)
    pay(send, "R-one")
    refund = send("POST", "/refund", transaction="R-one", amount=100, customer_note=name)
    dispute = send("POST", "/_emulator/disputes", transaction="R-one", message=name)
    return {"split": split, "plan": plan, "recipient": recipient, "refund": refund, "dispute": dispute}


def titles(page):
    """Return the titles of the rows' links."""
    return re.findall(r'<a class="mono short"[^>]*>([^<]*)</a>', page.text)


@pytest.mark.parametrize("section", SECTIONS)
def test_each_kind_of_record_has_a_list_and_a_page(send, visitor, base, section):
    add_records(send)
    rows = visitor.get(f"{base}/{section}")
    assert rows.status == 200
    assert f'href="{base}/{section}/{FIRST}"' in rows.text
    page = visitor.get(f"{base}/{section}/{FIRST}")
    assert page.status == 200
    assert "data-identifier" in page.text
    for missing in ("1", "x"):
        assert visitor.get(f"{base}/{section}/{missing}").status == 404


@pytest.mark.parametrize("section", SECTIONS)
def test_a_list_without_records_says_so(visitor, base, section):
    page = visitor.get(f"{base}/{section}")
    assert (page.status, "No results." in page.visible_text) == (200, True)


def test_untrusted_text_is_escaped_on_these_pages(send, visitor, base):
    add_records(send, HOSTILE)
    send("POST", "/_emulator/settings", unavailable=[HOSTILE])
    paths = [f"/{section}" for section in SECTIONS] + [f"/{section}/{FIRST}" for section in SECTIONS]
    for path in [*paths, "/search?q=PLN_", "/search?q=%3Cscript%3E%22%27", "/search?q=SPL_", "/settings", "/"]:
        page = visitor.get(base + path)
        assert page.status == 200, path
        assert page.text.count("<script") == 1, path
        assert "<img" not in page.text
    page = visitor.post(f"{base}/settings", country=HOSTILE, quirks=HOSTILE)
    assert (page.status, page.text.count("<script"), "<img" in page.text) == (400, 1, False)


def test_a_list_is_filtered_by_status_and_by_whole_days(emulator, send, visitor, base):
    for day in range(3):
        pay(send, f"R-{day}")
        send("POST", "/refund", transaction=f"R-{day}", amount=100 + day)
        emulator.advance(86_400)
    for query, references in {
        "": ["R-2", "R-1", "R-0"],
        "?from=2026-10-02": ["R-2", "R-1"],
        "?to=2026-10-02": ["R-1", "R-0"],
        "?from=2026-10-02&to=2026-10-02": ["R-1"],
        "?from=&to=&status=processed": ["R-2", "R-1", "R-0"],
        "?status=pending": [],
        "?status=processed&from=2026-10-03": ["R-2"],
        "?status=processed&from=2027-01-01": [],
    }.items():
        page = visitor.get(f"{base}/refunds{query}")
        assert [title for title in titles(page) if title.startswith("R-")] == references, query
        assert f"{len(references)} result" in page.visible_text
    assert titles(visitor.get(f"{base}/transactions?from=2026-10-02&status=success")) == ["R-2", "R-1"]
    wrong = visitor.get(f"{base}/refunds?from=yesterday")
    assert (wrong.status, "is a date such as 2026-10-01" in wrong.visible_text) == (400, True)


def test_the_pages_of_a_list_keep_its_filters(send, visitor, base):
    for number in range(30):
        send("POST", "/plan", name=f"Plan {number}", amount=5_000, interval="daily")
    page = visitor.get(f"{base}/plans?interval=daily&from=2026-10-01")
    assert page.text.count("<tr><td>") == 25
    assert f'href="{base}/plans?interval=daily&amp;from=2026-10-01&amp;page=2"' in page.text
    assert visitor.get(f"{base}/plans?interval=daily&from=2026-10-01&page=2").text.count("<tr><td>") == 5


def test_inactive_recipients_and_splits_are_filtered(send, visitor, base):
    ada, _ = add_recipient(send, "Ada Obi"), add_recipient(send, "Kofi Mensah", "0000000001")
    send("DELETE", f"/transferrecipient/{ada['recipient_code']}")
    for status, name in {"inactive": "Ada Obi", "active": "Kofi Mensah"}.items():
        page = visitor.get(f"{base}/recipients?status={status}")
        assert [name for name in ("Ada Obi", "Kofi Mensah") if f">{name}<" in page.text] == [name]


def test_records_link_to_each_other(emulator, send, visitor, base):
    records = add_records(send)
    transaction = pay(send, "R-split", split_code=records["split"]["split_code"], plan=records["plan"]["plan_code"])
    assert transaction["reference"] == "R-split"
    refund = visitor.get(f"{base}/refunds/{FIRST}")
    assert titles(refund) == ["R-one"]
    pay(send, "R-more")
    send("POST", f"/_emulator/disputes/{records['dispute']['id']}/lose")
    assert f'href="{base}/refunds/{FIRST + 1}"' in visitor.get(f"{base}/disputes/{FIRST}").text
    assert f'href="{base}/disputes/{FIRST}"' in visitor.get(f"{base}/refunds/{FIRST + 1}").text
    emulator.advance(2 * 86_400)
    settlement = visitor.get(f"{base}/settlements/{FIRST}")
    assert f'href="{base}/transactions?settlement={FIRST}"' in settlement.text
    assert "Settlement" in settlement.visible_text.partition("Ledger postings")[2]
    assert "R-one" in titles(visitor.get(f"{base}/transactions?settlement={FIRST}"))
    assert ">Club<" in visitor.get(f"{base}/subscriptions?plan={records['plan']['id']}").text
    assert "No results." in visitor.get(f"{base}/subscriptions?plan=1").visible_text
    subaccount = re.search(r"ACCT_\w+", visitor.get(f"{base}/splits/{FIRST}").text)[0]
    assert titles(visitor.get(f"{base}/settlements?subaccount={subaccount}")) == [str(FIRST + 1)]


def test_every_page_has_the_search(visitor, base, send):
    add_records(send)
    for path in ("/", "/refunds", f"/plans/{FIRST}", "/clock", "/settings", "/search"):
        assert f'action="{base}/search"' in visitor.get(base + path).text


def test_the_search_finds_each_kind_by_its_keys_and_by_how_they_begin(send, visitor, base):
    records = add_records(send)
    pay(send, "R-two", email="Kofi@Example.com", plan=records["plan"]["plan_code"])
    transfer = send("POST", "/transfer", source="balance", amount=100, recipient=records["recipient"]["recipient_code"])
    (subscription,) = send("GET", "/subscription")
    for query, labels in {
        "R-one": ["Transactions", "Refunds", "Disputes"],
        "R-": ["Transactions"],
        "kofi@": ["Customers"],
        "KOFI@example.COM": ["Transactions", "Customers", "Subscriptions"],
        "CUS_": ["Customers"],
        records["plan"]["plan_code"]: ["Plans"],
        records["split"]["split_code"][:-3]: ["Splits"],
        records["recipient"]["recipient_code"]: ["Recipients"],
        transfer["transfer_code"]: ["Transfers"],
        transfer["reference"]: ["Transfers"],
        subscription["subscription_code"]: ["Subscriptions"],
        "AUTH_": ["Authorizations"],
        "ACCT_": ["Subaccounts"],
        "0000000000": [],  # an account number is in no key that is searched
        "R_one": [],
        "%": [],
        "_": [],
    }.items():
        page = visitor.get(f"{base}/search?q={query.replace('%', '%25')}")
        assert page.status == 200
        assert re.findall(r"<section><h2>([^<]*)</h2>", page.text) == labels, query
    everything = visitor.get(f"{base}/search?q={FIRST}")
    assert {"Transactions", "Refunds", "Settlements"} <= {*re.findall(r"<section><h2>([^<]*)</h2>", everything.text)}
    for path in re.findall(r'<li><span><a class="mono" href="([^"]*)"', everything.text):
        assert visitor.get(path).status == 200


def test_the_search_lists_five_of_a_kind_and_says_if_there_are_more(send, visitor, base):
    for number in range(6):
        send("POST", "/customer", email=f"ada{number}@example.com")
    page = visitor.get(f"{base}/search?q=ada")
    assert page.text.count('<li><span><a class="mono"') == 5
    assert "There are more" in page.visible_text
    assert "There are more" not in visitor.get(f"{base}/search?q=ada5").visible_text


def test_a_search_without_results_says_what_can_be_searched(visitor, base):
    for query in ("", "?q=", "?q=nowhere", "?q=%00", "?q=%ff", f"?q={'9' * 400}"):
        page = visitor.get(f"{base}/search{query}")
        assert page.status == 200
        assert "e-mail address, a code such as" in page.visible_text


def test_the_search_is_limited_to_one_business(emulator, send, visitor, base):
    with Paystack(transport=emulator.for_key("sk_test_other")) as other:
        other.send(Request("POST", "/customer", body={"email": "kofi@example.com"}))
    assert "No record begins with" in visitor.get(f"{base}/search?q=kofi@example.com").visible_text


def test_only_the_last_four_characters_of_a_key_are_shown(emulator, send, visitor, base):
    with Paystack(transport=emulator.for_key("sk_test_other_1234")) as other:
        other.send(Request("POST", "/customer", body={"email": "kofi@example.com"}))
    businesses = visitor.get("/_emulator/")
    assert sorted(re.findall(r'data-testid="key">…(\w+)<', businesses.text)) == ["1234", "wxyz"]
    page = visitor.get(f"{base}/settings")
    assert 'data-testid="key">…wxyz<' in page.text
    for text in (businesses.text, page.text):
        assert "records_wxyz" not in text
        assert "_wxyz" not in text


def test_a_key_without_requests_since_the_start_is_not_shown(tmp_path):
    path = tmp_path / "emulator.db"
    with Emulator(KEY, db=path) as emulator, Paystack(transport=emulator) as client:
        client.send(Request("POST", "/customer", body={"email": "ada@example.com"}))
    with Emulator("sk_test_another", db=path) as emulator:
        visitor = Visitor(emulator)
        page = visitor.get(visitor.get("/_emulator/").headers["location"])
        assert (page.status, 'data-testid="key"' in page.text) == (200, False)


def test_the_chart_counts_payments_by_status_and_day(emulator, send, visitor, base):
    pay(send, "R-1")
    pay(send, "R-2")
    emulator.advance(86_400)
    send("POST", "/transaction/initialize", email="ada@example.com", amount=100, reference="R-3")
    send("POST", "/refund", transaction="R-2")
    emulator.advance(86_400)

    def rows(query=""):
        table = visitor.get(f"{base}/{query}").text.partition('data-testid="chart-table"')[2].partition("</table>")[0]
        cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in table.split("<tr>")[2:]]
        return [[re.sub("<[^>]*>", "", cell) for cell in row] for row in cells]

    assert rows()[:3] == [
        ["3 Oct", "", "", "", "", ""],
        ["2 Oct", "", "", "", "", "1"],
        ["1 Oct", "1", "", "", "1", ""],
    ]
    assert [len(rows(query)) for query in ("", "?days=7", "?days=30", "?days=x", "?days=99999")] == [14, 7, 30, 14, 14]
    emulator.advance(30 * 86_400)
    assert all(row[1:] == [""] * 5 for row in rows("?days=14"))


def test_the_chart_is_right_after_a_snapshot_and_a_rejected_request(emulator, send, visitor, base):
    pay(send, "R-1")
    emulator.save_snapshot("one")
    pay(send, "R-2")
    emulator.restore_snapshot("one")
    with Paystack(transport=emulator) as client, pytest.raises(Exception, match="Duplicate"):
        client.send(
            Request("POST", "/transaction/initialize", body={"email": "a@example.com", "amount": 1, "reference": "R-1"})
        )
    assert "1 Oct: 1 payment, 1 success" in visitor.get(f"{base}/").text


def test_settings_are_changed_by_the_form(send, visitor, base):
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', visitor.get(f"{base}/settings").text))
    changes = {"business_name": "Book shop", "currencies": "GHS, NGN", "balance": '{"GHS": 5}', "quirks": "false"}
    changes |= {"transfers": "pending", "offline_seconds": "2.5", "fees": "", "approval_url": "", "unavailable": "a, b"}
    assert visitor.post(f"{base}/settings", **form).status == 303  # unchanged
    response = visitor.post(f"{base}/settings", **{**form, **changes})
    assert (response.status, response.headers["location"]) == (303, f"{base}/settings?saved=1")
    settings = send("GET", "/_emulator/settings")
    expected = {"business_name": "Book shop", "currencies": ["GHS", "NGN"], "balance": {"GHS": 5}, "quirks": False}
    expected |= {"transfers": "pending", "offline_seconds": 2.5, "fees": None, "approval_url": None, "strict": False}
    assert {**settings, **expected} == settings
    assert settings["unavailable"] == ["a", "b"]
    page = visitor.get(f"{base}/settings?saved=1")
    assert "The settings are saved." in page.visible_text
    assert 'value="GHS, NGN"' in page.text


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("balance", "five", "Expected `object`"),
        ("balance", "[" * 5_000, "Expected `object`"),
        ("balance", '{"NGN": -1}', "balance is in subunits"),
        ("currencies", " , ", "currencies needs at least one"),
        ("offline_seconds", "-1", "offline_seconds is a number from 0"),
        ("quirks", "perhaps", "Expected `bool`"),
        ("webhook_mode", "never", "Invalid enum value"),
        ("fees", '{"NGN": 3}', "Expected `object`"),
    ],
)
def test_a_rejected_setting_is_shown_beside_its_field_and_nothing_is_saved(send, visitor, base, name, text, message):
    before = send("GET", "/_emulator/settings")
    page = visitor.post(f"{base}/settings", business_name="Book shop", **{name: text})
    assert page.status == 400
    beside = page.text.partition(f'data-testid="error-{name}">')[2].partition("<")[0]
    assert message in beside.replace("&#39;", "'")
    assert page.text.count("field-error") == 1
    assert 'value="Book shop"' in page.text  # as it was entered
    assert send("GET", "/_emulator/settings") == before


def test_an_unknown_setting_is_rejected(visitor, base):
    page = visitor.post(f"{base}/settings", nonsense="1")
    assert (page.status, "There is no setting nonsense" in page.visible_text) == (400, True)


def test_another_site_cannot_change_the_settings(send, visitor, base):
    page = visitor.post(f"{base}/settings", headers={"origin": "https://attacker.example"}, business_name="Theirs")
    assert page.status == 403
    assert send("GET", "/_emulator/settings")["business_name"] == "Emulated Business"
    assert visitor.post(f"{base}/settings", headers={"origin": ORIGIN}, business_name="Ours").status == 303
