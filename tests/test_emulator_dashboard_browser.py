"""The dashboard in Chromium, as a developer sees it."""

import json

import pytest
from chromium import MerchantSite, launch_browser
from conftest import NO_DELAY

from paystackease import Emulator, Paystack, Request
from paystackease.emulator import Clock
from paystackease.emulator.clock import parse_time
from paystackease.emulator.server.server import run_in_background

KEY = "sk_test_dashboard"
HOSTILE = "<script>window.hacked = true</script><img src=x onerror='window.hacked = true'>"
PAGES = (
    *("", "transactions", "refunds", "disputes", "settlements", "splits", "links", "customers", "plans"),
    *("subscriptions", "transfers", "recipients", "webhooks", "requests", "clock", "faults", "coverage", "settings"),
)
RECORDS = ("refunds", "disputes", "settlements", "splits", "plans", "recipients")


@pytest.fixture(scope="module")
def browser():
    yield from launch_browser()


@pytest.fixture
def shop():
    with MerchantSite() as shop:
        yield shop


@pytest.fixture
def emulator():
    with Emulator(KEY, clock=Clock(frozen_at=parse_time("2026-10-01T12:00:00Z"))) as emulator:
        yield emulator


@pytest.fixture
def client(emulator):
    with run_in_background(emulator) as url, Paystack(KEY, base_url=url, retry=NO_DELAY) as client:
        yield client


@pytest.fixture
def page(browser, client):
    """A page of the only business's dashboard. Errors on the browser's console fail the test."""
    context = browser.new_context()
    page = context.new_page()
    console_errors = []
    page.on("console", lambda message: console_errors.append(message.text))
    page.on("pageerror", lambda error: console_errors.append(str(error)))
    yield page
    context.close()
    assert console_errors == []


def pay(emulator, client, **more):
    body = {"email": "ada@example.com", "amount": 500_000, "metadata": {HOSTILE: HOSTILE}, **more}
    data = client.send(Request("POST", "/transaction/initialize", body=body)).data
    card = {"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "2040"}
    path = f"/_emulator/checkout/{data['reference']}/pay"
    client.send(Request("POST", path, body={"channel": "card", "card": card}))
    return data["reference"]


def add_records(client):
    """Add a hostile record of each section."""

    def send(path, **body):
        return client.send(Request("POST", path, body=body)).data

    account = {"account_number": "0000000000", "bank_code": "057"}
    subaccount = send("/subaccount", business_name=HOSTILE, percentage_charge=20, **account)["subaccount_code"]
    members = [{"subaccount": subaccount, "share": 20}]
    send("/split", name=HOSTILE, type="percentage", currency="NGN", subaccounts=members)
    send("/plan", name=HOSTILE, amount=5_000, interval="monthly", description=HOSTILE)
    send("/transferrecipient", type="nuban", name=HOSTILE, currency="NGN", metadata={HOSTILE: HOSTILE}, **account)
    send("/refund", transaction="R-1", amount=100, customer_note=HOSTILE, merchant_note=HOSTILE)
    send("/_emulator/disputes", transaction="R-1", message=HOSTILE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_fits_and_runs_no_injected_script(emulator, client, page, scheme, width):
    client.send(Request("POST", "/_emulator/settings", body={"business_name": HOSTILE}))
    pay(emulator, client, reference="R-1")
    add_records(client)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{emulator.url}/_emulator/")
    for section in PAGES:
        link = page.locator("nav.menu li a").nth(PAGES.index(section))
        link.click()
        page.wait_for_url(f"**/{section}")
        page.wait_for_load_state()
        assert link.get_attribute("aria-current") == "page"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, section
        assert page.locator("h1").count() == 1
    base = page.url.removesuffix("/settings")
    more = [*(f"{section}/{2**32 + 1}" for section in RECORDS), "search", "search?q=R-", "search?q=%3Cscript%3E"]
    # Colours do not affect the layout: half of these pages in each scheme is enough.
    for path in more[::2] if (width == 1280) == (scheme == "light") else more[1::2]:
        assert page.goto(f"{base}/{path}").status == 200
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate("window.hacked") is None
        assert page.locator("main img, main script").count() == 0
    page.goto(f"{emulator.url}/_emulator/")
    page.get_by_role("link", name="R-1").first.click()
    assert HOSTILE in page.get_by_test_id("metadata").inner_text()
    assert page.evaluate("window.hacked") is None
    assert page.locator("main img, main script").count() == 0


def test_a_webhook_is_sent_again(emulator, client, page, shop):
    client.send(Request("POST", "/_emulator/settings", body={"webhook_url": shop.url}))
    shop.status = 500
    reference = pay(emulator, client)
    emulator.run_due()
    page.goto(f"{emulator.url}/_emulator/")
    page.get_by_role("link", name="Webhooks").click()
    page.get_by_role("link", name="charge.success").click()
    attempts = page.get_by_test_id("attempts").locator("tbody tr").count()
    assert "webhook accepted" in page.get_by_test_id("attempts").inner_text()
    assert page.locator("h1 + .badge").inner_text() == "Failed"
    shop.status = 200
    page.get_by_test_id("replay").click()
    # The page shows the status at its rendering, and another thread delivers.
    for _ in range(200):
        if (delivery_status := page.locator("h1 + .badge").inner_text()) == "Delivered":
            break
        page.wait_for_timeout(50)
        page.reload()
    assert delivery_status == "Delivered"
    assert page.get_by_test_id("attempts").locator("tbody tr").count() == attempts + 1
    assert len({json.loads(body)["data"]["reference"] for body in shop.webhooks} - {reference}) == 0
    assert len(shop.webhooks) == attempts + 1


def test_advancing_the_clock_shows_the_jobs_that_ran(emulator, client, page):
    plan = client.send(Request("POST", "/plan", body={"name": "Club", "amount": 5_000, "interval": "monthly"})).data
    pay(emulator, client, plan=plan["plan_code"])
    page.goto(f"{emulator.url}/_emulator/")
    page.get_by_role("link", name="Clock").click()
    assert "1\u00a0Oct\u00a02026, 12:00:00 UTC" in page.get_by_test_id("time").inner_text()
    page.get_by_test_id("advance-1-week").click()
    page.get_by_test_id("number").fill("2")
    page.get_by_label("of").select_option("hours")
    page.get_by_test_id("advance").click()
    assert "8\u00a0Oct\u00a02026, 14:00:00 UTC" in page.get_by_test_id("time").inner_text()
    page.get_by_role("link", name="Subscriptions").click()
    page.get_by_role("link", name="Club").click()
    page.get_by_text("Charged").wait_for()
    assert "1 time" in page.locator("dl.properties").inner_text()
    page.get_by_test_id("renew").click()
    page.get_by_text("2 times").wait_for()
    assert "invoice.update" in page.get_by_test_id("events").inner_text()
    assert emulator.clock.now() == parse_time("2026-11-01")


def test_a_fault_is_added_triggered_shown_and_removed(emulator, client, page):
    pay(emulator, client)
    page.goto(f"{emulator.url}/_emulator/")
    page.get_by_role("link", name="Faults").click()
    page.get_by_test_id("action").select_option("503")
    page.get_by_test_id("operation").fill("GET /customer")
    page.get_by_label("Maximum hits").fill("1")
    page.get_by_test_id("add").click()
    page.get_by_test_id("faults").wait_for()
    client.customers.list_customers()
    page.get_by_role("link", name="Requests").click()
    assert "503" in page.get_by_test_id("requests").inner_text()
    page.get_by_role("link", name="Faults").click()
    assert "1 of 2" in page.get_by_test_id("faults").inner_text()
    page.get_by_test_id("remove-all").click()
    page.get_by_text("No active faults.").wait_for()


def test_a_request_is_copied_as_a_command_without_its_key(emulator, client, page):
    pay(emulator, client)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{emulator.url}/_emulator/")
    page.get_by_role("link", name="Requests").click()
    page.get_by_role("link", name="POST /transaction/initialize").click()
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"curl -X POST {emulator.url}/transaction/initialize")
    assert "$PAYSTACK_SECRET_KEY" in copied
    assert KEY not in page.content()


def test_an_identifier_is_copied(emulator, client, page):
    pay(emulator, client, reference="R-1")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{emulator.url}/_emulator/")
    page.get_by_role("button", name="Copy R-1").click()
    page.get_by_role("button", name="Copied R-1").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "R-1"


def test_a_page_updates_live_and_keeps_its_scroll_position(emulator, client, page):
    for number in range(20):
        client.send(Request("POST", "/plan", body={"name": f"Plan {number}", "amount": 100, "interval": "daily"}))
    page.set_viewport_size({"width": 1280, "height": 400})
    page.goto(f"{emulator.url}/_emulator/")
    page.get_by_role("link", name="Plans").click()
    page.get_by_label("From").fill("2026-01-01")
    link = page.get_by_role("link", name="Plan 9", exact=True)
    link.focus()
    link.scroll_into_view_if_needed()
    before = link.bounding_box()["y"]
    client.send(Request("POST", "/plan", body={"name": HOSTILE, "amount": 100, "interval": "daily"}))
    page.get_by_text("21 results").wait_for(state="attached")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert abs(link.bounding_box()["y"] - before) < 2
    assert page.evaluate("document.activeElement.textContent") == "Plan 9"
    assert page.get_by_label("From").input_value() == "2026-01-01"
    assert page.locator("tbody tr").count() == 21
    assert page.locator("tbody tr .copy").count() == 21
    assert page.evaluate("window.hacked") is None


def test_a_page_that_is_paused_stays_as_it_is(emulator, client, page):
    pay(emulator, client, reference="R-1")
    page.goto(f"{emulator.url}/_emulator/")
    page.get_by_role("button", name="Live").click()
    page.get_by_text("Table", exact=True).click()
    pay(emulator, client, reference="R-2")
    page.wait_for_timeout(2200)  # an update is due every two seconds
    assert page.get_by_text("R-2").count() == 0
    page.get_by_role("button", name="Paused").click()
    page.get_by_text("R-2").first.wait_for()
    assert page.locator(".chart details").get_attribute("open") is not None


def test_settings_search_and_filters_work_without_javascript(emulator, client, browser):
    pay(emulator, client, reference="R-1")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{emulator.url}/_emulator/")
    assert page.locator(".copy").count() == 0
    page.get_by_test_id("search").fill("R-")
    page.get_by_role("button", name="Search").click()
    page.get_by_test_id("results-transactions").get_by_role("link", name="R-1").click()
    assert "Transaction R-1" in page.title()
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Name").fill("Book shop")
    page.get_by_label("Opening balance").fill("five")
    page.get_by_test_id("save").click()
    assert "Expected `object`" in page.get_by_test_id("error-balance").inner_text()
    page.get_by_label("Opening balance").fill("{}")
    page.get_by_test_id("save").click()
    page.get_by_test_id("saved").wait_for()
    page.get_by_role("link", name="Refunds").click()
    page.get_by_label("From").fill("2026-10-01")
    page.get_by_role("button", name="Filter").click()
    assert "from=2026-10-01" in page.url
    context.close()
    assert client.send(Request("GET", "/_emulator/settings")).data["business_name"] == "Book shop"


def test_an_empty_dashboard_shows_how_to_begin(emulator, client, page):
    page.goto(f"{emulator.url}/_emulator/")
    assert f"PAYSTACK_BASE_URL={emulator.url}" in page.get_by_test_id("empty").inner_text()


def test_the_first_tab_stop_skips_to_the_content(emulator, client, page):
    pay(emulator, client)
    page.goto(f"{emulator.url}/_emulator/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
