"""Clients: their keys and options, closing, threads and event loops, logs, and responses."""

import asyncio
import copy
import gc
import logging
import pickle
import threading

import pytest
from conftest import SECRET_KEY
from scripted_transport import ScriptedTransport, error_response, success_response

from paystackease import AsyncPaystack, AsyncPayStackBase, Emulator, Paystack, PayStackBase, Request, Retry, errors


def test_a_missing_key_is_reported_with_the_variable_to_set(connect):
    with pytest.raises(errors.SecretKeyError, match="PAYSTACK_SECRET_KEY"):
        connect()
    with pytest.raises(errors.SecretKeyError, match="PAYSTACK_SECRET_KEY"):
        connect("")


def test_the_environment_is_read_when_the_client_is_made(connect, monkeypatch, paystack_url):
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", SECRET_KEY)
    monkeypatch.setenv("PAYSTACK_BASE_URL", paystack_url)
    client = connect()
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", "sk_test_another")
    monkeypatch.setenv("PAYSTACK_BASE_URL", "http://127.0.0.1:1")
    assert client.customers.list_customers().message == "Customers retrieved"


def test_a_key_argument_takes_precedence_over_the_environment(connect, monkeypatch, paystack_url):
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", "sk_test_environment")
    connect(SECRET_KEY, base_url=paystack_url).customers.create_customer("ada@example.com", "", "", "")
    environment_client = connect("sk_test_environment", base_url=paystack_url)
    with pytest.raises(errors.NotFoundError):
        environment_client.customers.fetch_customer("ada@example.com")


@pytest.mark.parametrize("key", [b"sk_test_1", 1, "sk_test_1\n", " sk_test_1", "sk test", "sk_test_\x00", "sk_test_é"])
def test_an_invalid_key_is_rejected_and_not_echoed(connect, key):
    with pytest.raises(errors.SecretKeyError) as caught:
        connect(key)
    assert not isinstance(key, str) or key.strip() not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "api.paystack.co",
        "ftp://x",
        "http://",
        "http://a b",
        "https://u:p@h",
        "http://h/?q=1",
        "http://h:99999",
        5,
        "http://é",
    ],
)
def test_an_invalid_base_url_is_rejected(connect, url):
    with pytest.raises(errors.InvalidArgumentError, match="base_url"):
        connect(SECRET_KEY, base_url=url)


@pytest.mark.parametrize("timeout", [0, -1, None, "30", True, float("inf"), float("nan")])
def test_an_infinite_timeout_is_rejected(connect, timeout):
    with pytest.raises(errors.InvalidArgumentError, match="timeout"):
        connect(SECRET_KEY, timeout=timeout)


def test_a_live_key_is_not_sent_without_encryption(connect):
    with pytest.raises(errors.InvalidArgumentError, match="https"):
        connect("sk_live_1", base_url="http://proxy.example.com")
    connect("sk_live_1", base_url="http://127.0.0.1:4010")
    connect("sk_live_1", base_url="http://localhost:4010")


@pytest.mark.parametrize("options", [{"secret_key": SECRET_KEY}, {"base_url": "http://h"}, {"timeout": 1.0}])
def test_a_transport_cannot_be_combined_with_a_key_a_url_or_a_timeout(connect, options):
    with pytest.raises(errors.InvalidArgumentError, match="transport"):
        connect(transport=ScriptedTransport(), **options)


def test_a_closed_client_and_its_resources_raise_a_clear_error(connect, paystack_url):
    client = connect(SECRET_KEY, base_url=paystack_url)
    customers = client.customers
    customers.list_customers()
    client.close()
    client.close()
    for call in customers.list_customers, client.customers.list_customers, lambda: client.send(Request("GET", "/bank")):
        with pytest.raises(errors.ClientClosedError, match="closed"):
            call()


def test_with_closes_the_client_but_not_its_transport(connect):
    transport = ScriptedTransport(success_response([]))
    with connect(transport=transport) as client:
        client.customers.list_customers()
    with pytest.raises(errors.ClientClosedError):
        client.customers.list_customers()
    assert not transport.closed


def test_a_resource_client_can_be_used_alone(connect, paystack_url):
    with connect(SECRET_KEY, base_url=paystack_url, api="Customers") as customers:
        assert customers.list_customers().data == []


def test_clients_with_different_keys_have_separate_data(connect, paystack_url):
    first, second = (connect(f"sk_test_{name}", base_url=paystack_url) for name in ("one", "other"))
    for _ in range(3):
        first.customers.create_customer("one@example.com", "", "", "")
        second.customers.create_customer("other@example.com", "", "", "")
    assert [customer["email"] for customer in first.customers.list_customers().data] == ["one@example.com"]
    assert [customer["email"] for customer in second.customers.list_customers().data] == ["other@example.com"]


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # a closed loop leaves its sockets open
def test_an_asyncio_client_is_created_outside_a_loop_and_used_in_several(paystack_url, caplog):
    client = AsyncPaystack(SECRET_KEY, base_url=paystack_url)

    async def list_customers():
        assert (await client.customers.list_customers()).data == []

    async def list_in_two_threads():
        await list_customers()
        await asyncio.to_thread(asyncio.run, list_customers())
        await client.close()

    asyncio.run(list_customers())
    asyncio.run(list_customers())
    asyncio.run(list_in_two_threads())
    gc.collect()
    assert not caplog.records  # asyncio logs unclosed resources


def test_an_asyncio_client_can_be_closed_from_another_loop(paystack_url):
    client = AsyncPaystack(SECRET_KEY, base_url=paystack_url)
    used, closed = threading.Event(), threading.Event()

    async def list_and_wait():
        await client.customers.list_customers()
        used.set()
        await asyncio.to_thread(closed.wait, 5)

    thread = threading.Thread(target=asyncio.run, args=(list_and_wait(),))
    thread.start()
    assert used.wait(5)
    asyncio.run(client.close())
    closed.set()
    thread.join()


def test_the_names_of_version_1_are_aliases(connect):
    assert PayStackBase is Paystack
    assert AsyncPayStackBase is AsyncPaystack


def test_one_blocking_client_serves_many_threads(paystack_url):
    failures = []
    with Paystack(SECRET_KEY, base_url=paystack_url) as client:

        def create_customers(number):
            try:
                for turn in range(10):
                    email = f"{number}.{turn}@example.com"
                    client.customers.create_customer(email, "", "", "")
                    assert client.customers.fetch_customer(email).data["email"] == email
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=create_customers, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures
        assert client.customers.list_customers().meta["total"] == 80


def test_the_log_has_the_path_template_and_no_personal_data(connect, caplog):
    caplog.set_level(logging.DEBUG, "paystackease")
    client = connect(transport=ScriptedTransport(error_response(503), success_response({"email": "ada@example.com"})))
    client.customers.fetch_customer("ada@example.com")
    first, retry, second = (record.getMessage() for record in caplog.records if record.name == "paystackease")
    assert first.startswith("GET /customer/{email_or_code}: 503, attempt 1, ")
    assert retry == "attempt 1: 503, retrying in 0.0 seconds"
    assert second.startswith("GET /customer/{email_or_code}: 200, attempt 2, ")
    assert first.endswith(" ms")
    assert "ada" not in caplog.text


def test_the_variable_part_of_a_plain_path_is_masked_in_the_log(connect, caplog):
    caplog.set_level(logging.DEBUG, "paystackease")
    for path in ("/customer/ada@example.com", "/customer/CUS_1a2b", "/transaction/verify/T123", "/customer/%61da"):
        connect(transport=ScriptedTransport(success_response())).send(Request("GET", path))
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "GET /customer/…",
        "GET /customer/…",
        "GET /transaction/verify/…",
        "GET /customer/…",
    ]


def test_a_repr_has_no_key_and_no_personal_data(connect, paystack_url):
    client = connect(SECRET_KEY, base_url=paystack_url)
    request = Request("POST", "/customer", body={"email": "ada@example.com"})
    reprs = (
        f"{client!r} {client.customers!r} {request!r} {client.send(request).http!r} {getattr(client, '_line', '')!r}"
    )
    assert SECRET_KEY not in reprs
    assert "ada" not in reprs


def test_a_response_is_a_dict_with_attributes_for_its_envelope(connect):
    body = {"status": True, "message": "ok", "data": {"email": "a@b.c"}, "meta": {"next": None}}
    response = connect(
        transport=ScriptedTransport(success_response({"email": "a@b.c"}, meta={"next": None}))
    ).customers.fetch_customer("x")
    assert isinstance(response, dict)
    assert response == body
    assert response.data is response["data"]
    assert (response.message, response.meta) == ("ok", {"next": None})
    assert (response.http.status, response.http.attempts, response.http.request.method) == (200, 1, "GET")
    for duplicate in copy.copy(response), copy.deepcopy(response), pickle.loads(pickle.dumps(response)):
        assert duplicate == response
        assert duplicate.http.status == 200


def test_errors_can_be_pickled_completely(connect):
    for outcome in (
        error_response(404, "Customer not found"),
        errors.APITimeoutError("x", request=Request("GET", "/x"), may_have_arrived=True),
    ):
        with pytest.raises(errors.PaystackError) as caught:
            connect(transport=ScriptedTransport(outcome), retry=Retry(max_attempts=1)).customers.fetch_customer("x")
        duplicate = pickle.loads(pickle.dumps(caught.value))
        assert type(duplicate) is type(caught.value)
        assert str(duplicate) == str(caught.value)
        assert vars(duplicate).keys() == vars(caught.value).keys()


def test_an_emulator_is_a_transport_for_both_kinds_of_client(connect):
    with Emulator() as emulator:
        client = connect(transport=emulator)
        client.customers.create_customer("ada@example.com", "Ada", "Obi", "")
        assert [customer["email"] for customer in client.iterate(client.customers.list_customers())] == [
            "ada@example.com"
        ]
        other = connect(transport=emulator.for_key("sk_test_other"))
        assert other.customers.list_customers().data == []
