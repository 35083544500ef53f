"""Misspelled arguments are rejected before anything is sent; values that Paystack may add are sent."""

import datetime as dt

import pytest
from scripted_transport import ScriptedTransport

from paystackease import Paystack, errors
from paystackease._core import value_sets
from paystackease._core.endpoint import endpoints_of
from paystackease._core.lazy_resources import LazyResource
from paystackease.apis.integration import Integrations
from paystackease.apis.transactions import Transactions
from paystackease.apis.transfer_recipients import TransferRecipients
from paystackease.apis.transfers import Transfers
from paystackease.helpers import tool_kit


def error_message_of(endpoint, *args, **kwargs):
    with pytest.raises(errors.InvalidArgumentError) as caught:
        endpoint.build(*args, **kwargs)
    return str(caught.value)


def initialize(**arguments):
    return Transactions.initialize.build("ada@example.com", 10_000, **arguments)


@pytest.mark.parametrize(
    ("endpoint", "status", "suggestion"),
    [
        (Transactions.list_transactions, "paid", None),
        (Transactions.list_transactions, "Success", "success"),
        (Transactions.list_transactions, "sucess", "success"),
        (Transactions.list_transactions, "all", None),
        (Transfers.list_transfers, "paid", None),
        (Transfers.export_transfers, "recieved", "received"),
        (Integrations.list_webhook_events, "pending", "Pending"),
    ],
)
def test_a_value_outside_a_closed_set_is_rejected_with_the_set(endpoint, status, suggestion):
    message = error_message_of(endpoint, status=status)
    assert " or '" in message
    assert message.endswith(f"; did you mean '{suggestion}'?") is (suggestion is not None)
    assert suggestion is not None or "did you mean" not in message


def test_an_export_has_every_status_and_all():
    for status in "all", "success", tool_kit.TransactionStatus.REVERSED:
        assert Transactions.export_transactions.build(status=status)


@pytest.mark.parametrize(
    ("channel", "suggestion"),
    [("crad", "card"), ("Card", "card"), ("mobile-money", "mobile_money"), ("bank transfer", "bank_transfer")],
)
def test_a_misspelled_channel_is_rejected_with_the_right_one(channel, suggestion):
    message = error_message_of(Transactions.initialize, "ada@example.com", 10_000, channels=["bank", channel])
    assert message.startswith("initialize: channels[1] must be a payment channel, such as 'apple_pay', ")
    assert message.endswith(f"; did you mean '{suggestion}'?")
    assert f"'{channel}'" not in message


@pytest.mark.parametrize("channel", ["pay_by_bank", "pesalink", "opay", "pos", "dedicated_nuban", "preauth"])
def test_a_channel_that_paystack_may_add_is_sent(channel):
    assert initialize(channels=[channel, tool_kit.Channels.QR]).body["channels"][0] == channel
    assert Transactions.list_transactions.build(channel=channel).query["channel"] == channel


@pytest.mark.parametrize("channel", ["", "pay by phone", "öpay", "a/b"])
def test_a_channel_of_another_shape_is_rejected(channel):
    assert "must be a payment channel" in error_message_of(Transactions.list_transactions, channel=channel)


@pytest.mark.parametrize(("currency", "suggestion"), [("NGM", "NGN"), ("ngn", "NGN"), ("GHC", "GHS"), (" ZAR", "ZAR")])
def test_a_misspelled_currency_is_rejected_with_the_right_one(currency, suggestion):
    message = error_message_of(Transactions.initialize, "ada@example.com", 10_000, currency=currency)
    assert message.endswith(f"'XOF', 'ZAR'; did you mean '{suggestion}'?")


@pytest.mark.parametrize("currency", ["XAF", "RWF", "EGP", "GBP", "SAR", "QQQ"])
def test_a_currency_that_paystack_may_add_is_sent(currency):
    assert initialize(currency=currency).body["currency"] == currency


@pytest.mark.parametrize("currency", ["", "Naira", "₦", "12", "EURO"])
def test_a_currency_of_another_shape_is_rejected(currency):
    message = error_message_of(Transactions.initialize, "ada@example.com", 10_000, currency=currency)
    assert "currency must be the three capital letters of a currency" in message


def test_a_misspelled_type_of_recipient_is_rejected():
    message = error_message_of(TransferRecipients.create_transfer_recipients, "nubam", "Ada", "0001234567", "057")
    assert message.endswith("did you mean 'nuban'?")
    assert TransferRecipients.create_transfer_recipients.build("kepss", "Ada", "0001234567", "057")


def test_the_known_values_are_those_of_the_enums():
    for known, enum in {
        value_sets.CURRENCIES: tool_kit.Currency,
        value_sets.CHANNELS: tool_kit.Channels,
        value_sets.RECIPIENT_TYPES: tool_kit.RecipientType,
        value_sets.GATEWAYS: tool_kit.GateWay,
    }.items():
        assert set(known.values) == {member.value for member in enum}
        for value in (*known.values, *known.others):
            assert known.find_problem("x", value) is None


def test_a_long_value_is_checked_in_linear_time():
    assert value_sets.CHANNELS.find_problem("x", "card" * 100_000) is None


@pytest.mark.parametrize("reference", ["a b", " T1", "T1\n", "T/1", "Tüte", "T1?x", ""])
def test_a_reference_with_other_characters_is_rejected(reference):
    for message in (
        error_message_of(Transactions.initialize, "ada@example.com", 10_000, reference=reference),
        error_message_of(Transfers.initiate_transfer, "balance", 10_000, "RCP_x", reference=reference),
        error_message_of(
            Transfers.initiate_bulk_transfer,
            "balance",
            [{"amount": 10_000, "recipient": "RCP_x", "reference": reference}],
        ),
    ):
        assert "reference must " in message


def test_a_reference_may_have_every_character_of_paystacks_samples():
    assert initialize(reference="my_Reference-3.a=").body["reference"] == "my_Reference-3.a="


def test_dates_may_be_text():
    for text, date in {
        "2026-01-31": dt.date(2026, 1, 31),
        "2026-01-31T12:00:00": dt.datetime(2026, 1, 31, 12),  # one without a time zone
        "2026-01-31T12:00:00+01:00": dt.datetime.fromisoformat("2026-01-31T12:00:00+01:00"),
    }.items():
        for name in "from_date", "to_date":
            target = Transactions.list_transactions.build(**{name: text}).target
            assert target == Transactions.list_transactions.build(**{name: date}).target
            assert "2026-01-31" in target


def test_dates_of_every_parameter_may_be_text():
    count = 0
    for attribute in vars(Paystack).values():
        if not isinstance(attribute, LazyResource):
            continue
        for endpoint in endpoints_of(attribute.client_class).values():
            for name, parameter in endpoint.parameters.items():
                if name.endswith("_date") or name == "date_transfer":
                    assert parameter.validate(name, "2026-01-31") is None, endpoint
                    count += 1
    assert count > 40


def test_filters_of_webhooks_may_have_dates_as_text():
    def encode_filters(**filters):
        return Integrations.resend_matching_webhook_events.build(preview=True, filters=filters).content

    assert encode_filters(**{"from": "2026-01-31", "to": "2026-02-01"}) == encode_filters(
        **{"from": dt.date(2026, 1, 31), "to": dt.date(2026, 2, 1)}
    )


@pytest.mark.parametrize("date", ["", "01/02/2026", "2026-02-30", "yesterday", 20_260_101, True])
def test_an_invalid_date_is_rejected(date):
    message = error_message_of(Transactions.list_transactions, from_date=date)
    assert "from_date must be a datetime.date, a datetime.datetime, or text such as '2026-10-31'" in message


def test_the_order_of_dates_as_text_is_validated():
    message = error_message_of(Transactions.list_transactions, from_date="2026-02-01", to_date=dt.date(2026, 1, 1))
    assert "from_date comes after to_date" in message
    assert Transactions.list_transactions.build(from_date="2026-02-01", to_date="2026-02-01")


def test_nothing_is_sent_for_a_misspelled_argument():
    transport = ScriptedTransport()
    with pytest.raises(errors.InvalidArgumentError):
        Paystack(transport=transport).transactions.initialize("ada@example.com", 10_000, currency="NGM")
    assert not transport.requests
