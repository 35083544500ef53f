"""The examples that have pages, in Chromium: each started by its one command, as its README says."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from chromium import launch_browser

from paystackease import Paystack, Request

ROOT = Path(__file__).parents[1]
KEY = "sk_test_examples"
COMMAND = re.compile(r"paystackease (emulator run .* -- python (examples/\S+))$", re.MULTILINE)


@pytest.fixture(scope="module")
def browser():
    yield from launch_browser()


class Running:
    """A running example, and a customer's browser at its front page."""

    def __init__(self, url, paystack, page):
        self.url, self.paystack, self.page = url, paystack, page

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def pay_with(self, chip):
        """Pay at Paystack's checkout with a test card, named by its last four digits."""
        self.page.get_by_test_id(f"chip-{chip}").click()

    def see(self, testid, text):
        """Wait for a text on the page, which refreshes itself."""
        self.page.get_by_test_id(testid).filter(has_text=text).first.wait_for(timeout=60_000)

    def play(self, method, path, **body):
        return self.paystack.send(Request(method, f"/_emulator/{path}", body=body or None)).data


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.contextmanager
def example(name, browser, directory):
    """Start an example by its README's command, on a free port."""
    (arguments, program) = COMMAND.search((ROOT / "examples" / name / "README.md").read_text("utf-8")).groups()
    assert (ROOT / program).is_file()
    port = free_port()
    command = [sys.executable, "-m", "paystackease", *arguments.replace("8000", str(port)).split()]
    command[command.index("python")] = sys.executable
    environment = {**os.environ, "PAYSTACK_SECRET_KEY": KEY, "PORT": str(port), "TMPDIR": str(directory)}
    log = directory / "log"
    with log.open("w") as out:
        # In its own process group, so that Ctrl-C reaches both the emulator and the example, as it does at a terminal.
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True)
    try:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while not answers(f"{url}/style.css"):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        emulator = re.search(r"(http://\S+)/_emulator/", log.read_text()).group(1)
        context = browser.new_context()
        with Paystack(KEY, base_url=emulator) as paystack:
            page = context.new_page()
            complaints = []
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(url)
            yield Running(url, paystack, page)
            assert complaints == []
        context.close()
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)
        assert "Traceback" not in log.read_text(), log.read_text()
    except BaseException as error:
        error.add_note(log.read_text())
        raise
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def answers(url):
    try:
        urllib.request.urlopen(url, timeout=10).close()
    except OSError:
        return False
    return True


def test_each_example_is_listed_with_the_same_command_in_both_places():
    examples = ROOT / "examples"
    listed = (examples / "README.md").read_text("utf-8")
    readmes = sorted(examples.glob("*/README.md"))
    assert readmes
    for readme in readmes:
        assert f"({readme.relative_to(examples).as_posix()})" in listed
        if readme.parent.name == "testcontainers":  # tests, and no program
            continue
        command = COMMAND.search(readme.read_text("utf-8"))
        assert command[0] in (ROOT / command[2]).read_text("utf-8")


def test_the_fastapi_shop_ships_a_paid_order(browser, tmp_path):
    with example("fastapi_shop", browser, tmp_path) as shop:
        page = shop.page
        card = page.locator("section", has_text="Grinder")
        card.get_by_label("Your e-mail address").fill("ada@example.com")
        card.get_by_role("button", name="Buy").click()
        assert page.get_by_test_id("amount").inner_text() == "NGN\u00a032,500.00"
        page.get_by_test_id("cancel").click()  # who comes back without paying has bought nothing
        shop.see("status", "Not paid yet.")
        page.go_back()
        page.goto(shop.url)
        card.get_by_label("Your e-mail address").fill("ada@example.com")
        card.get_by_role("button", name="Buy").click()
        shop.pay_with("4081")
        shop.see("status", "Paid, and on its way.")
        events = shop.play("GET", "webhooks")
        assert [(event["event"], event["status"]) for event in events] == [("charge.success", "Delivered")]


def test_the_fastapi_shop_reports_an_unreachable_paystack(browser, tmp_path):
    with example("fastapi_shop", browser, tmp_path) as shop:
        shop.play("POST", "faults", action="503", operation="POST /transaction/initialize")
        shop.page.get_by_label("Your e-mail address").first.fill("ada@example.com")
        shop.press("Buy")
        assert "Nothing was charged" in shop.page.get_by_role("alert").inner_text()


def test_the_django_shop_charges_a_saved_card_and_handles_a_decline(browser, tmp_path):
    with example("django_shop", browser, tmp_path) as shop:
        page = shop.page
        page.get_by_label("E-mail address").fill("ada@example.com")
        shop.press("Enter")
        shop.press("Buy")
        shop.pay_with("4081")
        shop.see("status", "Paid.")
        page.goto(shop.url)

        # With one click, and without Paystack's pages.
        deadline = time.monotonic() + 60
        while not page.get_by_label("Pay with").count():
            assert time.monotonic() < deadline
            page.reload()
        form = page.locator("form[action='/orders']").first
        pressed = {name: form.locator(f"[name={name}]").input_value() for name in ("item", "reference", "card")}
        pressed["csrfmiddlewaretoken"] = form.locator("[name=csrfmiddlewaretoken]").input_value()
        shop.press("Buy")
        shop.see("status", "Paid.")
        assert page.request.post(f"{shop.url}/orders", form=pressed).ok  # pressed twice
        first, again = shop.paystack.transactions.list_transactions().data[::-1]
        assert first["authorization"]["authorization_code"] == again["authorization"]["authorization_code"]
        assert first["reference"] != again["reference"]

        # A declined charge responds with HTTP 200.
        code = first["authorization"]["authorization_code"]
        shop.play("POST", f"authorizations/{code}", declines="Insufficient Funds")
        page.goto(shop.url)
        shop.press("Buy")
        shop.see("status", "Not paid: Insufficient Funds.")
        shop.press("Pay with another card")
        shop.pay_with("4796")
        page.get_by_test_id("bank-yes").click()
        shop.see("status", "Paid.")

        # A bank that requires the customer's confirmation.
        shop.play("POST", f"authorizations/{code}", confirms=True)
        page.goto(shop.url)
        page.get_by_label("Pay with").first.select_option(label="Visa ending in 4081")
        shop.press("Buy")
        page.get_by_test_id("amount").wait_for()
        assert "/_emulator/" in page.url

        page.goto(shop.url)
        page.locator("form", has_text="ending in 4081").get_by_role("button", name="Forget").click()
        page.get_by_text("Your orders").wait_for()
        assert [page.locator("option", has_text=ending).count() > 0 for ending in ("4081", "4796")] == [False, True]
        assert not shop.paystack.customers.fetch_customer("ada@example.com").data["authorizations"][1:]


def test_the_django_shop_verifies_a_charge_whose_response_is_lost_and_does_not_repeat_it(browser, tmp_path):
    with example("django_shop", browser, tmp_path) as shop:
        page = shop.page
        page.get_by_label("E-mail address").fill("ada@example.com")
        shop.press("Enter")
        shop.press("Buy")
        shop.pay_with("4081")
        shop.see("status", "Paid.")
        page.goto(shop.url)
        while not page.get_by_label("Pay with").count():
            page.reload()
        shop.play("POST", "faults", action="commit-then-drop", operation="transactions.charge_authorization", times=1)
        shop.press("Buy")
        shop.see("status", "Paid.")
        assert len(shop.paystack.transactions.list_transactions().data) == 2


def test_the_marketplace_splits_a_payment_and_a_payout_survives_a_lost_connection(browser, tmp_path):
    with example("marketplace", browser, tmp_path) as market:
        page = market.page
        page.get_by_label("Name").fill("Ngozi's farm")
        market.press("Add")
        seller = page.get_by_test_id("seller")
        seller.get_by_label("Your e-mail address").fill("ada@example.com")
        market.press("Buy")
        market.pay_with("4081")
        market.see("sale", "paid")
        sale = page.get_by_test_id("sale").inner_text()
        assert [part for part in ("₦9,600.00", "₦1,200.00", "₦920.00") if part not in sale] == []

        balance = page.get_by_test_id("balance").inner_text()
        market.press("Lose the response of the next payout")
        reference = page.get_by_test_id("seller").locator("input[name=reference]").input_value()
        market.press("Pay out")
        market.see("payout", "The response was lost. The transfer was found by its reference: sent once.")
        market.see("payout", "success")
        assert page.get_by_test_id("balance").inner_text() != balance
        (transfer,) = market.paystack.transfers.list_transfers().data
        assert (transfer["amount"], transfer["reference"]) == (2_500_000, reference)

        # Clicked twice.
        again = {"reference": reference, "seller": "2", "naira": "25000"}
        assert page.request.post(f"{market.url}/payouts", form=again).ok
        assert len(market.paystack.transfers.list_transfers().data) == 1

        # The balance is too low: the transfer is rejected and nothing was sent.
        page.get_by_test_id("seller").get_by_label("Naira").fill("99000000")
        market.press("Pay out")
        market.see("payout", "Your balance is not enough to fulfil this request")
        assert len(market.paystack.transfers.list_transfers().data) == 1


def test_the_marketplace_verifies_a_payout_with_an_unknown_outcome_before_it_retries(browser, tmp_path):
    with example("marketplace", browser, tmp_path) as market:
        market.page.get_by_label("Name").fill("Ngozi's farm")
        market.press("Add")
        for operation in ("POST /transfer", "GET /transfer/verify/{reference}"):
            market.play("POST", "faults", action="503", operation=operation)
        market.press("Pay out")
        market.see("payout", "unknown")
        market.play("DELETE", "faults")
        market.press("Check")
        market.see("payout", "success")
        assert len(market.paystack.transfers.list_transfers().data) == 1


def test_the_subscription_service_runs_for_a_year_until_a_card_fails_and_is_changed(browser, tmp_path):
    with example("subscriptions", browser, tmp_path) as service:
        page = service.page
        page.get_by_label("Your e-mail address").fill("ada@example.com")
        service.press("Join")
        service.pay_with("4081")
        service.see("status", "active")
        assert page.get_by_test_id("payment").count() == 1

        service.press("A year")
        page.get_by_test_id("payment").nth(12).wait_for(timeout=60_000)
        assert page.get_by_test_id("payment").count() == 13

        service.press("The bank declines from now on")
        service.press("A month")
        service.see("status", "attention")
        assert page.get_by_test_id("payment").count() == 13

        member = page.url
        service.press("Change the card")
        page.get_by_test_id("chip-0409").click()
        page.goto(member)
        service.press("A month")
        service.see("status", "active")
        page.get_by_test_id("payment").nth(13).wait_for(timeout=60_000)

        service.press("Stop")
        service.see("status", "non-renewing")
        service.press("A month")
        service.see("status", "cancelled")
        assert page.get_by_test_id("payment").count() == 14
