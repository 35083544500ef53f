"""The emulator's core: keys, routes, time, jobs, and storage."""

import contextlib
import json
import signal
import sqlite3
import subprocess
import sys
import threading

import pytest
from conftest import SECRET_KEY

from paystackease import Emulator, Paystack, Request, errors
from paystackease.emulator import Clock
from paystackease.emulator.clock import format_time, parse_time
from paystackease.emulator.http.routing import Router
from paystackease.emulator.services import Tenant
from paystackease.emulator.storage.document import DuplicateKeyError, Query

GOOD = {"authorization": f"Bearer {SECRET_KEY}"}


@pytest.fixture
def emulator():
    with Emulator(SECRET_KEY) as emulator:
        yield emulator


def ask(emulator, method, target, body=None, headers=GOOD):
    content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    reply = emulator.respond(method, target, headers, content)
    return reply.status, json.loads(reply.content)


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer sk_live_0123",
        "Bearer pk_test_1",
        "Bearer sk_test_",
        "sk_test_1",
        "Basic sk_test_1",
        "Bearer sk_test_1 ",
        "Bearer sk_test_a b",
    ],
)
def test_a_request_without_a_test_key_gets_paystacks_401(emulator, authorization):
    headers = {} if authorization is None else {"authorization": authorization}
    assert ask(emulator, "GET", "/customer", headers=headers) == (
        401,
        {
            "status": False,
            "message": "Invalid key",
            "meta": {"nextStep": "Ensure that you provide the correct authorization key for the request"},
            "type": "validation_error",
            "code": "invalid_Key",
        },
    )


def test_a_live_key_is_rejected_with_a_warning_and_not_printed(emulator, caplog):
    status, _ = ask(emulator, "GET", "/customer", headers={"authorization": "Bearer sk_live_secret"})
    assert status == 401
    assert "LIVE" in caplog.text
    assert "secret" not in caplog.text.replace("secret key", "")


def test_each_key_has_its_own_data(emulator):
    for key in "sk_test_a", "sk_test_b":
        status, _ = ask(emulator, "POST", "/customer", {"email": "x@example.com"}, {"authorization": f"Bearer {key}"})
        assert status == 200
        assert ask(emulator, "GET", "/customer", headers={"authorization": f"Bearer {key}"})[1]["meta"]["total"] == 1
    assert ask(emulator, "GET", "/customer")[1]["data"] == []


@pytest.mark.parametrize("request_", [("GET", "/nothing"), ("POST", "/balance"), ("DELETE", "/customer"), ("GET", "/")])
def test_an_operation_that_is_not_implemented_responds_with_501(emulator, request_):
    reply = emulator.respond(*request_, GOOD, None)
    assert reply.status == 501
    assert reply.headers["x-emulator-unimplemented"] == "1"
    assert "nothing was done" in json.loads(reply.content)["message"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"1", b"\xff", b"[" * 100_000])
def test_a_body_that_is_not_a_json_object_is_rejected(emulator, body):
    status, answer = ask(emulator, "POST", "/customer", body)
    assert (status, answer["status"]) == (400, False)


def test_a_form_body_is_accepted(emulator):
    headers = GOOD | {"content-type": "application/x-www-form-urlencoded"}
    status, answer = ask(emulator, "POST", "/customer", b"email=ada%40example.com", headers)
    assert (status, answer["data"]["email"]) == (200, "ada@example.com")


def test_a_trailing_slash_is_ignored(emulator):
    assert ask(emulator, "GET", "/customer/")[0] == 200


def test_an_internal_error_is_logged_and_reported_as_paystacks(emulator, caplog):
    emulator._services.store.execute("drop table document")
    status, body = ask(emulator, "GET", "/customer")
    assert (status, body["message"]) == (500, "An error occurred")
    assert "no such table" in caplog.text


def test_a_rejected_request_changes_nothing(emulator):
    client = Paystack(transport=emulator)
    code = client.customers.create_customer("ada@example.com", "Ada", "", "").data["customer_code"]
    status, _ = ask(emulator, "PUT", f"/customer/{code}", {"first_name": "Eve", "metadata": "x"})
    assert status == 400
    assert client.customers.fetch_customer(code).data["first_name"] == "Ada"


def test_runs_with_the_same_seed_are_identical():
    codes = []
    for seed in 1, 1, 2:
        with Emulator(SECRET_KEY, seed=seed, clock=Clock(frozen_at=0.0)) as emulator:
            codes.append(Paystack(transport=emulator).customers.create_customer("a@b.c", "", "", "").data)
    assert codes[0] == codes[1]
    assert codes[0]["customer_code"] != codes[2]["customer_code"]


def test_ids_are_consecutive_and_a_rejected_request_uses_none(emulator):
    def add(call):
        for name in "ada", "ada", "eve":
            with contextlib.suppress(DuplicateKeyError):
                call.create("thing", {}, unique_key=name)
        return [item.id for item in call.find_all("thing")], call.services.store.count(call.tenant.id, "thing", Query())

    ids, count = emulator.run_as(Tenant.from_key(SECRET_KEY), add)
    assert (ids, count) == ([2**32 + 2, 2**32 + 1], 2)
    nothing = emulator.run_as(
        Tenant.from_key(SECRET_KEY), lambda call: call.services.store.count("x", "thing", Query())
    )
    assert nothing == 0


def test_ids_exceed_32_bits(emulator):
    assert Paystack(transport=emulator).customers.create_customer("a@b.c", "", "", "").data["id"] > 2**32


def test_the_clock_sets_every_date_and_cannot_go_back(emulator):
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=parse_time("2026-10-01"))) as emulator:
        client = Paystack(transport=emulator)
        first = client.customers.create_customer("a@b.c", "", "", "").data
        assert first["createdAt"] == "2026-10-01T00:00:00.000Z"
        moved = client.send(Request("POST", "/_emulator/clock", body={"advance": 3600})).data
        assert moved["now"] == "2026-10-01T01:00:00.000Z"
        assert client.customers.create_customer("d@e.f", "", "", "").data["createdAt"] == "2026-10-01T01:00:00.000Z"
        for wrong in -1, "1", None, True:
            with pytest.raises(errors.InvalidRequestError, match="cannot go back"):
                client.send(Request("POST", "/_emulator/clock", body={"advance": wrong}))
    with pytest.raises(ValueError, match="cannot go back"):
        Clock().advance(-1)


def test_an_advanced_clock_keeps_running():
    now = 100.0
    clock = Clock(lambda: now)
    clock.advance(50)
    assert clock.now() == 150.0
    now = 101.0
    assert clock.now() == 151.0


def test_jobs_run_in_order_at_their_due_times():
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=parse_time("2026-10-01"))) as emulator:
        executed = []

        def run_tick(call):
            executed.append((call.body["name"], format_time(call.now)[11:19]))
            if call.body["name"] == "first":
                call.schedule(5, "tick", name="from the first")

        emulator.scheduler._job_handlers["tick"] = run_tick
        tenant = Tenant.from_key(SECRET_KEY).id
        now = emulator.clock.now()
        for after, name in (20, "third"), (10, "first"), (10, "second"), (99, "not yet"):
            emulator._services.jobs.add(tenant, now + after, "tick", {"name": name})
        emulator.advance(60)
        assert executed == [
            ("first", "00:00:10"),
            ("second", "00:00:10"),
            ("from the first", "00:00:15"),
            ("third", "00:00:20"),
        ]


def test_scheduled_work_that_is_due_runs_before_the_next_response():
    now = [0.0]
    with Emulator(SECRET_KEY, clock=Clock(lambda: now[0])) as emulator:
        executed = []
        emulator.scheduler._job_handlers["tick"] = lambda call: executed.append(call.now)
        emulator._services.jobs.add(Tenant.from_key(SECRET_KEY).id, 5.0, "tick", {})
        ask(emulator, "GET", "/customer")
        assert executed == []
        now[0] = 7.0
        ask(emulator, "GET", "/customer")
        assert executed == [5.0]


def test_reset_deletes_the_data_of_one_key(emulator):
    mine, other = Paystack(transport=emulator), Paystack(transport=emulator.for_key("sk_test_other"))
    for client in mine, other:
        client.customers.create_customer("ada@example.com", "", "", "")
    mine.send(Request("POST", "/_emulator/reset"))
    assert mine.customers.list_customers().data == []
    assert len(other.customers.list_customers().data) == 1


def test_a_closed_emulator_raises_a_clear_error(emulator):
    client = Paystack(transport=emulator)
    emulator.close()
    emulator.close()
    with pytest.raises(errors.ClientClosedError):
        client.customers.list_customers()


def test_customers_in_a_file_are_there_in_the_next_run(tmp_path):
    for turn in range(2):
        with Emulator(SECRET_KEY, db=tmp_path / "paystack.db") as emulator:
            client = Paystack(transport=emulator)
            created = client.customers.create_customer(f"{turn}@example.com", "Ada", "", "").data
            assert client.customers.list_customers().meta["total"] == turn + 1
            assert client.customers.fetch_customer("0@example.com").data["first_name"] == "Ada"
            assert created["id"] == 2**32 + 1 + turn


def test_acknowledged_writes_survive_a_kill(tmp_path):
    code = f"""
import sys
from paystackease import Emulator, Paystack
client = Paystack(transport=Emulator({SECRET_KEY!r}, db={str(tmp_path / "paystack.db")!r}))
for number in range(100_000):
    client.customers.create_customer(f"{{number}}@example.com", "", "", "")
    print(number, flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            last = int(line)
            if last == 50:
                process.send_signal(signal.SIGKILL)
                last = int([line, *process.stdout.read().split()][-1])
                break
    with Emulator(SECRET_KEY, db=tmp_path / "paystack.db") as emulator:
        assert Paystack(transport=emulator).customers.list_customers().meta["total"] in {last + 1, last + 2}


def test_a_file_of_another_program_is_rejected_unchanged(tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("My notes, longer than the head of an SQLite file, which has a hundred bytes. " * 2)
    with pytest.raises(ValueError, match="not a database of the emulator"):
        Emulator(db=notes)
    assert notes.read_text().startswith("My notes")
    with pytest.raises(ValueError, match="folder"):
        Emulator(db=tmp_path / "nowhere" / "paystack.db")
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("create table mine (x)")
    other.close()
    with pytest.raises(ValueError, match="another program"):
        Emulator(db=tmp_path / "other.db")


def test_requests_of_many_threads_are_handled_one_at_a_time(emulator):
    client = Paystack(transport=emulator)

    def create_customers(name):
        for number in range(25):
            client.customers.create_customer(f"{name}.{number}@example.com", "", "", "")

    threads = [threading.Thread(target=create_customers, args=(name,)) for name in "abcdefgh"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    listed = client.customers.list_customers(per_page=200)
    assert listed.meta["total"] == 200
    assert len({item["id"] for item in listed.data}) == 200


def test_a_static_route_has_precedence_over_a_parameter():
    router = Router()
    for method, template in (
        ("GET", "/a/{x}"),
        ("GET", "/a/b"),
        ("POST", "/a/{x}"),
        ("GET", "/a/b/{y}/c"),
        ("GET", "/{z}/b/d"),
    ):
        router.add(method, template, f"{method} {template}")
    assert router.find("GET", "/a/b") == ("GET /a/b", {})
    assert router.find("POST", "/a/b") == ("POST /a/{x}", {"x": "b"})
    assert router.find("GET", "/a/x%2Fy") == ("GET /a/{x}", {"x": "x/y"})
    assert router.find("GET", "/a/b/1/c") == ("GET /a/b/{y}/c", {"y": "1"})
    assert router.find("GET", "/a/b/d") == ("GET /{z}/b/d", {"z": "a"})
    assert router.find("DELETE", "/a/b") is None
    assert router.find("GET", "/a") is None
    with pytest.raises(ValueError, match="already"):
        router.add("GET", "/a/{y}", "")
