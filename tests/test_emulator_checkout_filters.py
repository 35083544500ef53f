"""The merchant's ``custom_filters`` limit the cards, banks and wallets at the checkout."""

import emulator_payments
import pytest
from test_emulator_pages import begin, path_of, visitor  # noqa: F401 # a fixture

AMEX_OR_VERVE = {"card_brands": ["Verve", "amex"]}


@pytest.mark.parametrize(
    ("filters", "accepted", "rejected"),
    [
        ({"recurring": True}, emulator_payments.SUCCESS_CARD, emulator_payments.PIN_CARD),
        ({"recurring": False}, emulator_payments.PIN_CARD, None),
        (AMEX_OR_VERVE, emulator_payments.PIN_CARD, emulator_payments.SUCCESS_CARD),
        ({"banks": ["057", "001"]}, emulator_payments.SUCCESS_CARD, None),
        ({"banks": ["057"]}, None, emulator_payments.SUCCESS_CARD),
        ({"card_brands": [], "banks": "057"}, emulator_payments.SUCCESS_CARD, None),
        ("none", emulator_payments.SUCCESS_CARD, None),
    ],
)
def test_a_card_filter_accepts_or_rejects_a_card(client, filters, accepted, rejected):
    reference = emulator_payments.start_transaction(client, metadata={"custom_filters": filters})
    if rejected is not None:
        response = emulator_payments.response_of(
            emulator_payments.pay_at_checkout, client, reference, entered=rejected, pin="1111"
        )
        assert response["status"] is False
        assert response["message"].endswith("accepted for this payment")
    if accepted is not None:
        assert (
            emulator_payments.pay_at_checkout(client, reference, entered=accepted, pin="1111").data["status"]
            == "success"
        )


def test_card_filters_do_not_affect_other_channels(client):
    reference = emulator_payments.start_transaction(
        client, metadata={"custom_filters": {"recurring": True, "banks": ["057"]}}
    )
    assert emulator_payments.pay_at_checkout(client, reference, "ussd", {"type": "737"}).data["status"] == "pay_offline"


@pytest.mark.parametrize(
    ("name", "currency", "channel", "entered"),
    [
        ("supported_bank_providers", "NGN", "bank", {"code": "057", "account_number": "0000000000"}),
        ("supported_mobile_money_providers", "GHS", "mobile_money", {"provider": "mtn", "phone": "0551234987"}),
    ],
)
def test_a_filter_accepts_or_rejects_a_bank_or_wallet(client, name, currency, channel, entered):
    for allowed, is_accepted in (["another"], False), ([*entered.values()], True):
        reference = emulator_payments.start_transaction(
            client, currency=currency, metadata={"custom_filters": {name: allowed}}
        )
        response = emulator_payments.response_of(emulator_payments.pay_at_checkout, client, reference, channel, entered)
        assert response["status"] is is_accepted


def test_the_page_offers_only_the_allowed_options(client, visitor):  # noqa: F811 # a fixture
    metadata = {
        "custom_filters": {
            **AMEX_OR_VERVE,
            "supported_bank_providers": ["50211"],
            "supported_mobile_money_providers": ["atl"],
        }
    }
    page = visitor.get(path_of(begin(client, metadata=metadata)))
    assert 'data-testid="chip-7812"' in page.text
    assert 'data-testid="chip-4081"' not in page.text
    page = visitor.get(path_of(begin(client, metadata=metadata)) + "?channel=bank")
    assert "Kuda" in page.text
    assert "Zenith" not in page.text
    page = visitor.get(path_of(begin(client, currency="GHS", metadata=metadata)) + "?channel=mobile_money")
    assert '<option value="atl"' in page.text
    assert '<option value="mtn"' not in page.text
