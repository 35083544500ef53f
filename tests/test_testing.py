"""The pytest plugin, used by tests."""

import asyncio
import json
import urllib.request

import pytest

from paystackease import errors, webhooks
from paystackease.emulator.catalog.test_instruments import CARDS as KNOWN_CARDS
from paystackease.testing import TEST_CARDS, Sandbox


def start_transaction(paystack, amount=500_000, **more):
    return paystack.transactions.initialize("ada@example.com", amount, **more).data


def transaction_status(paystack, reference):
    return paystack.transactions.verify_transaction(reference).data["status"]


def test_a_customer_pays_in_one_line_of_code(paystack, paystack_emulator):
    transaction = start_transaction(paystack)
    assert transaction_status(paystack, transaction["reference"]) == "abandoned"
    assert paystack_emulator.pay(transaction["authorization_url"])["status"] == "success"
    assert transaction_status(paystack, transaction["reference"]) == "success"
    event = paystack_emulator.wait_for("charge.success", reference=transaction["reference"])
    assert event.data["amount"] == 500_000


def test_a_saved_card_behaves_as_configured(paystack, paystack_emulator):
    reference = start_transaction(paystack)["reference"]
    paystack_emulator.pay(reference)
    authorization = paystack.transactions.verify_transaction(reference).data["authorization"]
    code = authorization["authorization_code"]

    def charge_card():
        data = paystack.transactions.charge_authorization("ada@example.com", 500_000, code).data
        return "paused" if "paused" in data else (data["status"], data["gateway_response"])

    paystack_emulator.set_card_behavior(code, declines="Insufficient Funds")
    assert charge_card() == ("failed", "Insufficient Funds")
    paystack_emulator.set_card_behavior(code, confirms=True)
    assert charge_card() == "paused"
    paystack_emulator.set_card_behavior(code, available=400_000)
    assert charge_card() == ("failed", "Insufficient Funds")
    paystack_emulator.set_card_behavior(code)
    assert charge_card()[0] == "success"


@pytest.mark.parametrize("card", TEST_CARDS)
def test_each_documented_card_has_its_documented_result(paystack, paystack_emulator, card):
    reference = start_transaction(paystack)["reference"]
    payment_status = paystack_emulator.pay(reference, card)["status"]
    fails = card in {"declined", "insufficient funds", "no token"}
    assert payment_status == ("failed" if fails else "success")
    assert (transaction_status(paystack, reference) == "success") is not fails
    assert TEST_CARDS[card] in KNOWN_CARDS


def test_a_wrong_otp_fails_and_an_unknown_card_is_an_error(paystack, paystack_emulator):
    reference = start_transaction(paystack)["reference"]
    assert paystack_emulator.pay(reference, "otp", otp="000000")["status"] == "failed"
    with pytest.raises(ValueError, match="no such test card"):
        paystack_emulator.pay(reference, "4111111111111111")


def test_an_asyncio_client_uses_the_same_account(paystack, async_paystack, paystack_emulator):
    transaction = start_transaction(paystack)
    paystack_emulator.pay(transaction["reference"])
    verified = asyncio.run(async_paystack.transactions.verify_transaction(transaction["reference"]))
    assert verified.data["status"] == "success"


def test_a_customer_cancels_and_is_redirected(paystack, paystack_emulator):
    transaction = start_transaction(paystack, callback_url="https://shop.example/paid")
    assert paystack_emulator.cancel(transaction["reference"])["redirect_url"].startswith("https://shop.example/paid")


@pytest.mark.paystack(now="2026-01-30T12:00:00")
def test_a_year_passes_in_one_line_of_code(paystack, paystack_emulator):
    plan = paystack.plans.create_plan("Gold", 50_000, "monthly").data["plan_code"]
    paystack_emulator.pay(start_transaction(paystack, 50_000, plan=plan)["reference"])
    assert paystack_emulator.advance(days=366)
    assert len(paystack_emulator.events("charge.success")) == 13


def test_an_injected_fault_is_recovered_from(paystack, paystack_emulator):
    recipient = paystack.transfer_recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058")
    code = recipient.data["recipient_code"]
    paystack_emulator.add_fault("commit-then-drop", "transfers.initiate_transfer", times=1)
    response = paystack.transfers.initiate_transfer("balance", 5_000, code)
    assert response.http.recovered
    assert len(paystack.transfers.list_transfers().data) == 1


def test_a_snapshot_is_restored_and_a_reset_empties_the_account(paystack, paystack_emulator):
    paystack.customers.create_customer("ada@example.com", "Ada", "Obi", "")
    paystack_emulator.save_snapshot("one customer")
    paystack.customers.create_customer("chidi@example.com", "Chidi", "Eze", "")
    paystack_emulator.restore_snapshot("one customer")
    assert len(paystack.customers.list_customers().data) == 1
    paystack_emulator.reset()
    assert paystack.customers.list_customers().data == []


@pytest.mark.paystack(balance={}, business_name="Ada's")
def test_a_marker_configures_the_business(paystack):
    recipient = paystack.transfer_recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058")
    with pytest.raises(errors.InvalidRequestError, match="balance is not enough"):
        paystack.transfers.initiate_transfer("balance", 5_000, recipient.data["recipient_code"])


def test_webhooks_reach_an_application_in_this_process(paystack, paystack_emulator):
    requests = []

    def application(environ, start_response):
        requests.append((environ["PATH_INFO"], environ["HTTP_X_PAYSTACK_SIGNATURE"], environ["wsgi.input"].read()))
        start_response("200 OK", [])
        return [b""]

    paystack_emulator.set_webhook_target(application, path="/webhooks")
    paystack_emulator.pay(start_transaction(paystack)["reference"])
    paystack_emulator.wait_for("charge.success")
    ((path, signature, body),) = requests
    assert path == "/webhooks"
    assert webhooks.verify(body, signature, paystack_emulator.secret_key).name == "charge.success"


@pytest.fixture
def run_project(pytester):
    """Return a function that runs a test module of another project, which uses the plugin."""

    def run_tests(source, *arguments):
        pytester.makepyfile(source)
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)

    return run_tests


def test_no_test_sees_data_of_another_test_also_in_parallel(run_project):
    source = """
        import pytest

        @pytest.mark.parametrize("number", range(8))
        def test_alone(paystack, paystack_server, number):
            with paystack_server.client() as served:
                for client in paystack, served:
                    assert client.customers.list_customers().data == []
                    client.customers.create_customer(f"ada{number}@example.com", "", "", "")
    """
    run_project(source).assert_outcomes(passed=8)
    run_project(source, "-n", "2").assert_outcomes(passed=8)


def test_each_test_with_a_server_has_its_own_clock(run_project):
    source = """
        import datetime as dt
        import pytest
        from paystackease import Request

        def today(sandbox):
            with sandbox.client() as client:
                return client.send(Request("GET", "/_emulator/clock")).data["now"][:10]

        @pytest.mark.parametrize("number", range(3))
        def test_the_clock_advances(paystack_server, number):
            before = str(dt.datetime.now(dt.UTC).date())
            assert today(paystack_server) in {before, str(dt.datetime.now(dt.UTC).date())}
            paystack_server.advance(days=400 * (number + 1))
            assert today(paystack_server)[:4] != str(dt.datetime.now(dt.UTC).year)

        @pytest.mark.paystack(now="2026-01-30T12:00:00", business_name="Ada's")
        def test_the_clock_starts_at_the_marked_time(paystack_server):
            assert paystack_server.clock.frozen
            assert today(paystack_server) == "2026-01-30"
            with paystack_server.client() as client:
                plan = client.plans.create_plan("Gold", 50_000, "monthly").data["plan_code"]
                transaction = client.transactions.initialize("ada@example.com", 50_000, plan=plan)
            paystack_server.pay(transaction.data["reference"])
            paystack_server.save_snapshot("paid")
            for _ in range(2):
                paystack_server.advance(days=366)
                assert len(paystack_server.events("charge.success")) == 13
                paystack_server.restore_snapshot("paid")
                assert today(paystack_server) == "2026-01-30"
    """
    run_project(source).assert_outcomes(passed=4)


@pytest.mark.parametrize("fixture", ["paystack_emulator", "paystack_server"])
def test_an_invalid_time_is_rejected_with_an_example(run_project, fixture):
    result = run_project(
        f"""
        import pytest

        @pytest.mark.paystack(now="noon")
        def test_then({fixture}):
            pass
        """
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*now is a time such as 2026-10-01 or 2026-10-01T12:00:00, not 'noon'*"])


def test_a_port_serves_programs_in_other_languages(paystack_server):
    request = urllib.request.Request(
        f"{paystack_server.url}/customer", headers={"authorization": f"Bearer {paystack_server.secret_key}"}
    )
    with urllib.request.urlopen(request) as response:
        assert json.load(response)["data"] == []


def test_an_emulator_in_process_has_no_url(paystack_emulator):
    assert isinstance(paystack_emulator, Sandbox)
    with pytest.raises(RuntimeError, match="paystack_server"):
        _ = paystack_emulator.url


def test_the_emulator_is_not_imported_unless_a_test_uses_it(run_project):
    run_project(
        """
        import sys

        def test_without():
            assert not [name for name in sys.modules if name.startswith("paystackease.emulator")]
            assert "aiohttp" not in sys.modules
            assert "uvicorn" not in sys.modules
        """
    ).assert_outcomes(passed=1)
