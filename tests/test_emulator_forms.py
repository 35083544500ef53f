"""Forms: bodies as PHP's http_build_query and JavaScript's qs write them are read as the JSON that they stand for."""

import contextlib
import json
import time
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paystackease import Emulator
from paystackease.emulator.http.form_types import convert_form
from paystackease.emulator.http.forms import MAX_FIELDS, FormError, parse_form
from paystackease.emulator.http.nesting import MAX_DEPTH

HEADERS = {"authorization": "Bearer sk_test_forms", "content-type": "application/x-www-form-urlencoded"}


def build_query(value, *, style="php"):
    """Return a form as ``http_build_query`` or ``qs`` with its brackets style writes it."""

    def leaves(key, part):
        if isinstance(part, dict | list):
            items = part.items() if isinstance(part, dict) else enumerate(part)
            for name, item in items:
                is_appended = style == "qs" and isinstance(part, list) and not isinstance(item, dict | list)
                yield from leaves(f"{key}[{'' if is_appended else name}]" if key else str(name), item)
        else:
            yield f"{quote_plus(key)}={quote_plus(str(part))}"

    return "&".join(leaves("", value)).encode()


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="[]"), min_size=1, max_size=8).filter(
    lambda name: not name.isdecimal()
)
values = st.recursive(
    texts,
    lambda parts: st.lists(parts, min_size=1, max_size=4) | st.dictionaries(names, parts, min_size=1, max_size=4),
    max_leaves=12,
)
bodies = st.dictionaries(names, values, min_size=1, max_size=4) | st.lists(values, min_size=1, max_size=4)


@given(bodies, st.sampled_from(["php", "qs"]))
def test_a_form_is_read_as_the_value_that_was_written(body, style):
    assert parse_form(build_query(body, style=style)) == body


@pytest.mark.parametrize(
    ("form", "body"),
    [
        (b"email=ada%40example.com&first_name=", {"email": "ada@example.com", "first_name": ""}),
        (b"metadata[cart]=7", {"metadata": {"cart": "7"}}),
        (b"metadata%5Bcart%5D=7", {"metadata": {"cart": "7"}}),
        (b"subaccounts[0][share]=10&subaccounts[1][share]=20", {"subaccounts": [{"share": "10"}, {"share": "20"}]}),
        (b"channels[]=card&channels[]=bank", {"channels": ["card", "bank"]}),
        (b"channels=card&channels=bank&channels=ussd", {"channels": ["card", "bank", "ussd"]}),
        (b"items[][a]=1&items[][a]=2", {"items": [{"a": "1"}, {"a": "2"}]}),
        (
            b"0[authorization]=AUTH_x&1[authorization]=AUTH_y",
            [{"authorization": "AUTH_x"}, {"authorization": "AUTH_y"}],
        ),
        (b"a[1]=y&a[0]=x", {"a": ["x", "y"]}),
        (b"metadata[2024]=x", {"metadata": {"2024": "x"}}),
        (b"metadata[0]=x&metadata[2]=z", {"metadata": {"0": "x", "2": "z"}}),
        (b"metadata[01]=x", {"metadata": {"01": "x"}}),
        (b"a+b=c+d&&", {"a b": "c d"}),
        (b"a", {"a": ""}),
        (b"__proto__[x]=1", {"__proto__": {"x": "1"}}),
    ],
)
def test_brackets_make_objects_and_lists(form, body):
    assert parse_form(form) == body


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (b"a=1&a[b]=2", "a[b] is given as a text and as an object"),
        (b"a[b]=2&a=1", "a is given as a text and as an object"),
        (b"a[b=1", "the name of a field is not valid: 'a[b'"),
        (b"a]=1", "the name of a field is not valid: 'a]'"),
        (b"a[b]c=1", "the name of a field is not valid: 'a[b]c'"),
        (b"[a]=1", "the name of a field is not valid: '[a]'"),
        (b"=1", "the name of a field is not valid: ''"),
        (b"a=%ff", "a is not valid UTF-8"),
        (b"%ff=a", "the name of a field is not valid UTF-8"),
        (b"a[1]=x&a[]=y", "a[] is given with and without numbers"),
        (b"a" + b"[0]" * MAX_DEPTH + b"=1", f"is nested more than {MAX_DEPTH} levels deep"),
        (b"a=1&" * (MAX_FIELDS + 1), "a form has at most 10,000 fields, and this one has 10,001"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(form, words):
    with pytest.raises(FormError) as caught:
        parse_form(form)
    assert words in str(caught.value)
    with Emulator() as emulator:
        reply = emulator.respond("POST", "/customer", HEADERS, form)
    assert reply.status == 400
    assert words in json.loads(reply.content)["message"]


@pytest.mark.parametrize(
    "form",
    [
        b"&".join(b"a[]=1" for _ in range(MAX_FIELDS)),
        b"&".join(b"a[%d]=1" % number for number in range(MAX_FIELDS)),
        b"&".join(b"a%d" % number + b"[0]" * (MAX_DEPTH - 1) + b"=1" for number in range(1000)),
        b"a" + b"[" * 500_000,
        b"a" + b"[0]" * 300_000,
        b"=" * 500_000,
        b"&" * 500_000,
    ],
    ids=["append", "index", "deep", "open brackets", "too deep", "equals signs", "ampersands"],
)
def test_a_hostile_form_takes_no_more_than_linear_time(form):
    started = time.process_time()
    with contextlib.suppress(FormError):
        parse_form(form)
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("operation", "fields", "converted"),
    [
        ("POST /transaction/initialize", {"amount": "5000"}, {"amount": 5000}),
        ("POST /transaction/initialize", {"amount": "50.5", "email": "1"}, {"amount": "50.5", "email": "1"}),
        ("POST /transaction/initialize", {"metadata": {"cart": "7"}}, {"metadata": {"cart": "7"}}),
        ("POST /page", {"amount": "5", "redirect_url": "5"}, {"amount": 5, "redirect_url": "5"}),
        ("PUT /plan/{code}", {"send_invoices": "false"}, {"send_invoices": False}),
        ("PUT /plan/{id_or_code}", {"send_sms": "1", "invoice_limit": "3"}, {"send_sms": True, "invoice_limit": 3}),
        ("PUT /plan/{id_or_code}", {"send_sms": "perhaps"}, {"send_sms": "perhaps"}),
        (
            "POST /split",
            {"subaccounts": [{"subaccount": "ACCT_1", "share": "10"}]},
            {"subaccounts": [{"subaccount": "ACCT_1", "share": 10}]},
        ),
        ("POST /bulkcharge", [{"authorization": "AUTH_x", "amount": "5"}], [{"authorization": "AUTH_x", "amount": 5}]),
        ("POST /nothing", {"amount": "5"}, {"amount": "5"}),
    ],
)
def test_numbers_and_booleans_are_converted_where_the_endpoint_declares_them(operation, fields, converted):
    assert convert_form(operation, fields) == converted


def send_form(emulator, method, path, body):
    reply = emulator.respond(method, path, HEADERS, build_query(body))
    response = json.loads(reply.content)
    assert reply.status < 300, response
    return response["data"]


def test_php_programs_can_do_what_json_can():
    with Emulator() as emulator:
        transaction = {"email": "ada@example.com", "amount": 5000, "metadata": {"cart": 7, "items": ["a", "b"]}}
        reference = send_form(emulator, "POST", "/transaction/initialize", transaction)["reference"]
        reply = emulator.respond("GET", f"/transaction/verify/{reference}", HEADERS, None)
        assert json.loads(reply.content)["data"]["metadata"] == {"cart": "7", "items": ["a", "b"]}
        plan = send_form(emulator, "POST", "/plan", {"name": "Gold", "amount": 50000, "interval": "monthly"})
        assert plan["amount"] == 50000
        bank = {"settlement_bank": "058", "account_number": "0123456047", "percentage_charge": 10.5}
        subaccount = send_form(emulator, "POST", "/subaccount", {"business_name": "Ada", **bank})
        assert subaccount["percentage_charge"] == 10.5
        shares = [{"subaccount": subaccount["subaccount_code"], "share": 20}]
        split = {"name": "Halves", "type": "percentage", "currency": "NGN", "subaccounts": shares}
        assert send_form(emulator, "POST", "/split", split)["subaccounts"][0]["share"] == 20


def test_the_request_log_hides_the_card_of_a_form():
    card = {"number": "4084084084084081", "cvv": "408", "expiry_month": "01", "expiry_year": "30"}
    with Emulator() as emulator:
        send_form(
            emulator, "POST", "/charge", {"email": "ada@example.com", "amount": 5000, "card": card, "pin": "1234"}
        )
        (request,) = emulator.requests("sk_test_forms")
        hidden = dict.fromkeys(card, "[hidden]")
        fields = {"email": "ada@example.com", "amount": "5000", "card": hidden, "pin": "[hidden]"}
        assert json.loads(request.request_body) == fields
        emulator.respond("POST", "/charge", HEADERS, b'{"pin": "1234", "a=b')
        assert emulator.requests("sk_test_forms")[0].request_body == b"[20 bytes, no JSON]"
