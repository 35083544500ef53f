"""The Customers API: the documented signatures, and the request of each call."""

import datetime as dt
import inspect
from unittest.mock import create_autospec

import pytest
from scripted_transport import AcceptingTransport, ScriptedTransport, success_response

from paystackease import RiskAction, errors
from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.customers import CustomerClientAPI, Customers
from paystackease.async_apis.acustomers import AsyncCustomerClientAPI
from paystackease.base import PayStackBaseClientAPI

DOCUMENTED = {
    "create_customer": "(email, first_name, last_name, phone, metadata=None)",
    "deactivate_authorization": "(authorization_code)",
    "fetch_customer": "(email_or_code)",
    "list_customers": "(per_page=None, page=None, from_date=None, to_date=None)",
    "update_customer": "(customer_code, first_name=None, last_name=None, phone=None, metadata=None)",
    "validate_customer": (
        "(email_or_code, first_name, last_name, account_type, country, bank_code, account_number, bvn, "
        "customer_id_num=None, middle_name=None)"
    ),
    "whitelist_blacklist_customer": "(email_or_code, risk_action=None)",
}


@pytest.mark.parametrize("cls", [AsyncCustomerClientAPI, CustomerClientAPI])
@pytest.mark.parametrize("name", DOCUMENTED)
def test_the_seven_documented_methods_have_their_documented_signatures(cls, name):
    signature = inspect.signature(getattr(cls, name))
    _, *parameters = signature.parameters.values()
    positional = [
        parameter.replace(annotation=parameter.empty)
        for parameter in parameters
        if parameter.kind is not parameter.KEYWORD_ONLY
    ]
    assert str(inspect.Signature(positional)) == DOCUMENTED[name]
    assert all(
        parameter.default is None
        for parameter in parameters
        if parameter not in positional and parameter.kind is parameter.KEYWORD_ONLY
    )


def test_the_documented_class_has_its_documented_constructor():
    assert AsyncCustomerClientAPI.__base__ is AsyncPayStackBaseClientAPI
    assert CustomerClientAPI.__base__ is PayStackBaseClientAPI
    secret_key, *_ = list(inspect.signature(AsyncCustomerClientAPI).parameters.values())
    assert (secret_key.name, secret_key.default) == ("secret_key", None)


def test_each_asyncio_method_and_its_mock_are_coroutine_functions():
    for name in DOCUMENTED:
        assert inspect.iscoroutinefunction(getattr(AsyncCustomerClientAPI, name))
        assert not inspect.iscoroutinefunction(getattr(CustomerClientAPI, name))
    mock = create_autospec(AsyncCustomerClientAPI, instance=True)
    assert inspect.iscoroutinefunction(mock.fetch_customer)


def test_help_shows_plain_types_and_the_return_type():
    signature = str(inspect.signature(AsyncCustomerClientAPI.list_customers))
    assert "per_page: int | None = None" in signature
    assert "Annotated" not in signature
    assert "Response[list[paystackease.types.customers.Customer]]" in signature
    assert "https://paystack.com/docs/api/customer/#list" in AsyncCustomerClientAPI.list_customers.__doc__


CALLS = [
    (
        "create_customer",
        ("ada@example.com", "Ada", "Obi", "0803"),
        {},
        ("POST", "/customer", {"email": "ada@example.com", "first_name": "Ada", "last_name": "Obi", "phone": "0803"}),
    ),
    (
        "create_customer",
        ("ada@example.com", "", "", "", {"cart": [1, None, {"x": "é"}]}),
        {},
        (
            "POST",
            "/customer",
            {
                "email": "ada@example.com",
                "first_name": "",
                "last_name": "",
                "phone": "",
                "metadata": {"cart": [1, None, {"x": "é"}]},
            },
        ),
    ),
    (
        "deactivate_authorization",
        ("AUTH_1",),
        {},
        ("POST", "/customer/authorization/deactivate", {"authorization_code": "AUTH_1"}),
    ),
    ("fetch_customer", ("CUS_1",), {}, ("GET", "/customer/CUS_1", None)),
    ("fetch_customer", ("ada+1@example.com",), {}, ("GET", "/customer/ada%2B1%40example.com", None)),
    ("fetch_customer", ("x/../../balance?a=1#f",), {}, ("GET", "/customer/x%2F..%2F..%2Fbalance%3Fa%3D1%23f", None)),
    ("list_customers", (), {}, ("GET", "/customer", None)),
    (
        "list_customers",
        (10, 2, dt.date(2026, 10, 1), dt.datetime(2026, 10, 31, 12)),
        {},
        ("GET", "/customer?perPage=10&page=2&from=2026-10-01T00%3A00%3A00.000Z&to=2026-10-31T12%3A00%3A00.000Z", None),
    ),
    (
        "list_customers",
        (),
        {"from_date": dt.datetime(2026, 10, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1))), "use_cursor": True},
        ("GET", "/customer?from=2026-10-01T00%3A00%3A00.000Z&use_cursor=true", None),
    ),
    ("list_customers", (), {"use_cursor": False, "next": "a="}, ("GET", "/customer?use_cursor=false&next=a%3D", None)),
    ("update_customer", ("CUS_1",), {"phone": "080"}, ("PUT", "/customer/CUS_1", {"phone": "080"})),
    ("update_customer", ("CUS_1",), {}, ("PUT", "/customer/CUS_1", {})),
    (
        "validate_customer",
        ("CUS_1", "Ada", "Obi", "bank_account", "NG", "007", "0123456789", "20012345677"),
        {"customer_id_num": "A1", "middle_name": "C"},
        (
            "POST",
            "/customer/CUS_1/identification",
            {
                "first_name": "Ada",
                "last_name": "Obi",
                "type": "bank_account",
                "country": "NG",
                "bank_code": "007",
                "account_number": "0123456789",
                "bvn": "20012345677",
                "value": "A1",
                "middle_name": "C",
            },
        ),
    ),
    (
        "whitelist_blacklist_customer",
        ("CUS_1", RiskAction.DENY),
        {},
        ("POST", "/customer/set_risk_action", {"customer": "CUS_1", "risk_action": "deny"}),
    ),
    (
        "whitelist_blacklist_customer",
        ("CUS_1", "allow"),
        {},
        ("POST", "/customer/set_risk_action", {"customer": "CUS_1", "risk_action": "allow"}),
    ),
    ("whitelist_blacklist_customer", ("CUS_1",), {}, ("POST", "/customer/set_risk_action", {"customer": "CUS_1"})),
    (
        "initialize_authorization",
        ("ada@example.com",),
        {"account": {"number": "0123456789", "bank_code": "058"}},
        (
            "POST",
            "/customer/authorization/initialize",
            {
                "email": "ada@example.com",
                "channel": "direct_debit",
                "account": {"number": "0123456789", "bank_code": "058"},
            },
        ),
    ),
    ("verify_authorization", ("R1",), {}, ("GET", "/customer/authorization/verify/R1", None)),
    (
        "initialize_direct_debit",
        (5, {"number": "0123456789", "bank_code": "058"}, {"street": "a", "city": "b", "state": "c"}),
        {},
        (
            "POST",
            "/customer/5/initialize-direct-debit",
            {
                "account": {"number": "0123456789", "bank_code": "058"},
                "address": {"street": "a", "city": "b", "state": "c"},
            },
        ),
    ),
    (
        "direct_debit_activation_charge",
        (5, 6),
        {},
        ("PUT", "/customer/5/directdebit-activation-charge", {"authorization_id": 6}),
    ),
    ("fetch_mandate_authorizations", (5,), {}, ("GET", "/customer/5/directdebit-mandate-authorizations", None)),
]


@pytest.mark.parametrize(("name", "args", "kwargs", "expected_request"), CALLS)
def test_each_call_sends_the_documented_request_without_nulls(connect, name, args, kwargs, expected_request):
    transport = AcceptingTransport()
    assert getattr(connect(transport=transport).customers, name)(*args, **kwargs)["message"] == "ok"
    assert transport.last_sent == expected_request


def test_every_customer_operation_has_a_case():
    assert {name for name, *_ in CALLS} == {name for name in vars(Customers) if not name.startswith("_")}


ACCOUNT, ADDRESS = {"number": "0123456789", "bank_code": "058"}, {"street": "a", "city": "b", "state": "c"}

INVALID_CALLS = [
    ("create_customer", ("", "A", "B", "0"), {}, "email must be an e-mail address"),
    ("create_customer", ("ada", "A", "B", "0"), {}, "email must be an e-mail address"),
    ("create_customer", ("a da@example.com", "A", "B", "0"), {}, "email must be an e-mail address"),
    ("create_customer", (None, "A", "B", "0"), {}, "email must be text"),
    ("create_customer", ("a@b.c", "A", "B", 8030000001), {}, "phone must be text .* leading zeros are kept"),
    ("create_customer", ("a@b.c", "A", "B", True), {}, "phone must be text .*, not bool$"),
    ("create_customer", ("a@b.c", "A", "B", "0", "{}"), {}, "metadata must be a mapping"),
    ("create_customer", ("a@b.c", "A", "\ud800", "0"), {}, "last_name must not contain a lone surrogate"),
    ("create_customer", ("a@b.c", "A", "B", "0", {"x": object()}), {}, "values that JSON can represent"),
    ("create_customer", ("a@b.c", "A", "B", "0", {"x": "\ud800"}), {}, "values that JSON can represent"),
    ("create_customer", ("a@b.c", "A", "B", "0", {"x": float("nan")}), {}, "values that JSON can represent"),
    ("fetch_customer", ("",), {}, "email_or_code must not be empty"),
    ("fetch_customer", ("  ",), {}, "email_or_code must not be empty"),
    ("fetch_customer", ("..",), {}, "a segment of the path"),
    ("fetch_customer", (".",), {}, "a segment of the path"),
    ("fetch_customer", (b"CUS_1",), {}, "email_or_code must be text .*, not bytes"),
    ("deactivate_authorization", ("",), {}, "authorization_code must not be empty"),
    ("list_customers", (0,), {}, "per_page must be 1 or more"),
    ("list_customers", (-1,), {}, "per_page must be 1 or more"),
    ("list_customers", (1.5,), {}, "per_page must be a whole number"),
    ("list_customers", (True,), {}, "per_page must be a whole number"),
    ("list_customers", ("5",), {}, "per_page must be a whole number"),
    ("list_customers", (None, 0), {}, "page must be 1 or more"),
    ("list_customers", (), {"from_date": "1 October 2026"}, "from_date must be a datetime.date"),
    ("list_customers", (), {"use_cursor": 1}, "use_cursor must be True or False"),
    (
        "list_customers",
        (),
        {"from_date": dt.date(2026, 10, 2), "to_date": dt.date(2026, 10, 1)},
        "from_date comes after to_date",
    ),
    (
        "list_customers",
        (),
        {"from_date": dt.datetime(2026, 10, 1, 13), "to_date": dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)},
        "from_date comes after to_date",
    ),
    ("update_customer", ("", "A"), {}, "customer_code must not be empty"),
    ("validate_customer", ("C", "A", "B", "bank_account", "NG", "007", 123, "2"), {}, "account_number must be text"),
    ("validate_customer", ("C", "A", "B", "bank_account", "NG", "007", "1", 22), {}, "bvn must be text"),
    ("validate_customer", ("C", "A", "B", "bank_account", "NG", "", "1", "2"), {}, "bank_code must not be empty"),
    ("whitelist_blacklist_customer", ("C", "block"), {}, "risk_action must be 'allow', 'default' or 'deny'"),
    ("initialize_direct_debit", (0, ACCOUNT, ADDRESS), {}, "customer_id must be 1 or more"),
    ("initialize_direct_debit", ("5", ACCOUNT, ADDRESS), {}, "customer_id must be a whole number"),
    ("initialize_direct_debit", (5, {"number": 1, "bank_code": "058"}, ADDRESS), {}, r"account\.number must be text"),
    ("initialize_direct_debit", (5, ACCOUNT, {"street": "a"}), {}, "address must have 'city' and 'state'"),
    ("initialize_direct_debit", (5, "058", ADDRESS), {}, "account must be a mapping"),
]


@pytest.mark.parametrize(("name", "args", "kwargs", "message"), INVALID_CALLS)
def test_invalid_arguments_are_rejected_before_anything_is_sent(connect, name, args, kwargs, message):
    transport = ScriptedTransport()
    with pytest.raises(errors.InvalidArgumentError, match=message) as caught:
        getattr(connect(transport=transport).customers, name)(*args, **kwargs)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, errors.PaystackError)
    assert not transport.requests


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (dt.date(2026, 10, 1), dt.date(2026, 10, 1)),
        (dt.datetime(2026, 10, 1, 23), dt.date(2026, 10, 1)),
        (dt.date(2026, 10, 1), dt.datetime(2026, 10, 1)),
        (None, dt.date(2026, 10, 1)),
    ],
)
def test_a_date_without_a_time_means_its_whole_day(connect, start, end):
    connect(transport=ScriptedTransport(success_response([]))).customers.list_customers(from_date=start, to_date=end)


def test_a_wrong_number_of_arguments_is_a_type_error(connect):
    customers = connect(transport=ScriptedTransport()).customers
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'email_or_code'"):
        customers.fetch_customer()
    with pytest.raises(TypeError, match="unexpected keyword argument 'code'"):
        customers.fetch_customer(code="CUS_1")
    with pytest.raises(TypeError, match="positional argument"):
        customers.list_customers(None, None, None, None, True)


def test_arguments_are_not_modified(connect):
    metadata = {"x": None, "y": [1]}
    connect(transport=ScriptedTransport(success_response())).customers.create_customer("a@b.c", "A", "B", "0", metadata)
    assert metadata == {"x": None, "y": [1]}


def test_an_endpoint_can_be_overridden_and_reached_through_super():
    class LowercaseCustomers(CustomerClientAPI):
        def fetch_customer(self, email_or_code):
            return super().fetch_customer(email_or_code.lower())

    class DerivedCustomers(LowercaseCustomers): ...

    transport = ScriptedTransport(success_response(), success_response())
    for client in LowercaseCustomers(transport=transport), DerivedCustomers(transport=transport):
        client.fetch_customer("CUS")
    assert [request.target for request in transport.requests] == ["/customer/cus"] * 2
