"""The checkout in Chromium, as a customer sees it."""

from urllib.parse import parse_qs, urlsplit

import pytest
from chromium import MerchantSite, launch_browser

from paystackease import Emulator, Paystack
from paystackease.emulator.server.server import run_in_background

KEY = "sk_test_checkout"


@pytest.fixture(scope="module")
def browser():
    yield from launch_browser()


@pytest.fixture
def shop():
    with MerchantSite() as shop:
        yield shop


class Payment:
    """A payment at the checkout."""

    def __init__(self, client, page, shop, **fields):
        fields = {"callback_url": f"{shop.url}/back?order=7", "amount": 500_000, **fields}
        fields = {name: value for name, value in fields.items() if value is not None}
        transaction = client.transactions.initialize(email="ada@example.com", **fields).data
        self._client, self.page, self.reference = client, page, transaction["reference"]
        page.goto(transaction["authorization_url"])

    def locate(self, testid):
        return self.page.get_by_test_id(testid)

    def click(self, *testids):
        for testid in testids:
            self.locate(testid).click()

    @property
    def transaction(self):
        return self._client.transactions.verify_transaction(self.reference).data

    def wait_for_callback(self):
        """Wait for the callback page and check its reference."""
        self.page.wait_for_selector("#shop")
        query = parse_qs(urlsplit(self.page.url).query)
        assert query == {"order": ["7"], "reference": [self.reference], "trxref": [self.reference]}
        return True


@pytest.fixture
def emulator():
    with Emulator(KEY) as emulator:
        yield emulator


@pytest.fixture
def javascript():
    return True


both = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])


@pytest.fixture
def customer(browser, emulator, shop, javascript):
    """Return a function that starts a payment, in a browser with or without JavaScript."""
    with run_in_background(emulator) as url, Paystack(KEY, base_url=url) as client:
        context = browser.new_context(java_script_enabled=javascript)
        page = context.new_page()
        console_errors = []
        page.on("console", lambda message: console_errors.append(message.text))
        page.on("pageerror", lambda error: console_errors.append(str(error)))
        yield lambda **fields: Payment(client, page, shop, **fields)
        context.close()
        # The browser reports violations of the content security policy on the console.
        harmless = ("status of 4", "favicon", "Autofocus processing was blocked")
        assert [text for text in console_errors if not any(words in text for words in harmless)] == []


@both
def test_by_card_with_a_pin_and_a_one_time_password(customer, emulator):
    payment = customer()
    assert payment.locate("amount").inner_text() == "NGN\u00a05,000.00"
    assert payment.locate("email").inner_text() == "ada@example.com"
    assert "No real money moves" in payment.locate("no-money").inner_text()
    payment.locate("number").fill("5060666666666666666")
    payment.locate("expiry").fill("12 / 40")
    payment.locate("cvv").fill("123")
    payment.click("pay")
    payment.locate("value").fill("1234")
    payment.click("enter")
    payment.locate("value").fill("123456")
    payment.click("enter")
    assert payment.wait_for_callback()
    assert (payment.transaction["status"], payment.transaction["channel"]) == ("success", "card")
    assert [event.name for event in emulator.events()] == ["charge.success"]


@both
def test_by_card_at_the_page_of_the_bank(customer):
    payment = customer()
    payment.click("chip-4796")
    assert payment.locate("amount").inner_text() == "NGN\u00a05,000.00"
    payment.click("bank-yes")
    assert payment.wait_for_callback()
    assert payment.transaction["status"] == "success"


def test_the_customer_can_decline_on_the_banks_page(customer):
    payment = customer()
    payment.click("chip-4796", "bank-no")
    assert payment.locate("error").inner_text() == "Declined"
    assert payment.transaction["status"] == "failed"


@both
def test_by_transfer(customer):
    payment = customer()
    payment.click("tab-bank_transfer", "pay")
    number = payment.locate("account-number").inner_text()
    assert len(number) == 10
    assert number.isdecimal()
    assert payment.transaction["status"] == "pending"
    payment.click("complete")
    assert payment.wait_for_callback()
    assert payment.transaction["channel"] == "bank_transfer"


@both
def test_by_mobile_money(customer):
    payment = customer(currency="GHS")
    payment.click("tab-mobile_money")
    payment.locate("provider").select_option("mtn")
    payment.locate("phone").fill("0551234987")
    payment.click("pay")
    assert "on your mobile phone" in payment.locate("pay_offline").inner_text()
    payment.click("complete")
    assert payment.wait_for_callback()
    assert payment.transaction["channel"] == "mobile_money"


def test_by_mobile_money_with_a_one_time_password(customer):
    payment = customer(currency="XOF")
    payment.click("tab-mobile_money", "chip-orange")
    payment.locate("value").fill("1234")
    payment.click("enter")
    payment.click("complete")
    assert payment.wait_for_callback()


@both
def test_from_a_bank_account(customer):
    payment = customer()
    payment.click("tab-bank")
    payment.locate("account_number").fill("0000000000")
    payment.click("pay")
    payment.locate("value").fill("2007-04-15")
    payment.click("enter")
    payment.locate("value").fill("123456")
    payment.click("enter")
    assert payment.wait_for_callback()
    assert payment.transaction["channel"] == "bank"


def test_by_ussd_code(customer):
    payment = customer()
    payment.click("tab-ussd", "pay")
    assert payment.locate("ussd-code").inner_text().startswith("*737*33*4*")
    payment.click("complete")
    assert payment.wait_for_callback()


@pytest.mark.parametrize(
    ("channel", "steps"),
    [("qr", ("pay", "complete")), ("eft", ("pay", "bank-yes")), ("capitec_pay", ("chip-phone", "complete"))],
    ids=["qr", "eft", "capitec_pay"],
)
def test_in_south_africa(customer, channel, steps):
    payment = customer(currency="ZAR")
    payment.click(f"tab-{channel}", *steps)
    assert payment.wait_for_callback()
    assert payment.transaction["channel"] == channel


@both
def test_after_a_decline_the_customer_tries_again_in_the_same_checkout(customer):
    payment = customer()
    payment.click("chip-5408")
    assert payment.locate("error").inner_text() == "Declined"
    payment.click("chip-6666", "chip-wrong")
    assert payment.locate("error").inner_text() == "Incorrect PIN"
    payment.click("chip-4081")
    assert payment.wait_for_callback()
    transaction = payment.transaction
    assert (transaction["status"], transaction["log"]["attempts"], transaction["log"]["errors"]) == ("success", 3, 2)


def test_the_customer_can_switch_to_another_channel(customer):
    payment = customer()
    payment.click("tab-ussd", "pay", "change", "tab-card", "chip-4081")
    assert payment.wait_for_callback()
    assert payment.transaction["channel"] == "card"


@both
def test_a_customer_who_cancels_returns_to_the_cancel_url(customer, shop):
    payment = customer(metadata={"cancel_action": f"{shop.url}/cancelled"})
    payment.click("cancel")
    payment.page.wait_for_selector("#shop")
    assert urlsplit(payment.page.url).path == "/cancelled"
    assert payment.transaction["status"] == "abandoned"


def test_without_a_cancel_url_a_customer_who_cancels_returns_to_the_callback_url(customer):
    payment = customer()
    payment.click("tab-ussd", "pay", "cancel")
    assert payment.wait_for_callback()
    assert payment.transaction["status"] == "abandoned"


def test_without_a_callback_url_the_page_shows_the_result(customer):
    payment = customer(callback_url=None)
    payment.click("chip-4081")
    assert "Paid" in payment.locate("paid").inner_text()
    assert payment.locate("continue").count() == 0
    other = customer(callback_url=None)
    other.click("cancel")
    assert "No payment was made" in other.locate("cancelled").inner_text()
    other.click("again", "chip-4081")
    assert "Paid" in other.locate("paid").inner_text()


def test_a_paid_transaction_is_not_paid_again(customer, emulator):
    payment = customer()
    at = payment.page.url
    payment.click("chip-4081")
    assert payment.wait_for_callback()
    payment.page.goto(at)
    assert payment.locate("pay").count() == 0
    payment.click("continue")
    assert payment.wait_for_callback()
    assert len(emulator.events()) == 1


def test_the_keyboard_is_enough(customer):
    payment = customer()
    press = payment.page.keyboard.press
    press("Tab")
    assert payment.page.evaluate("document.activeElement.className") == "skip"
    payment.locate("number").focus()
    for text in "4084084084084081", "1240", "408":
        payment.page.keyboard.type(text)
        press("Tab")
    press("Enter")
    assert payment.wait_for_callback()
