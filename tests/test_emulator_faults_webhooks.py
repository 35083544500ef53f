"""Faults of webhooks: duplicates, delays, order, signatures."""

import pytest
from conftest import NOON
from webhook_shop import WebhookShop, pay_reference

from paystackease import Paystack

# Webhooks


def delivered_references(emulator, *references, mode="auto"):
    shop = WebhookShop()
    emulator.set_webhook_target(shop, mode=mode)
    for reference in references:
        pay_reference(Paystack(transport=emulator), reference)
    emulator.deliver()
    return shop


def test_a_webhook_can_be_duplicated(emulator):
    emulator.add_fault("twice", "charge.success", nth=1)
    shop = delivered_references(emulator, "one", "two")
    assert sorted(shop.references) == ["one", "one", "two"]
    assert shop.signatures_valid == [True] * 3
    assert [attempt.fault for attempt in emulator._services.outbox.attempts(_tenant(emulator))].count("twice") == 1


def test_a_webhook_can_be_delayed(emulator):
    emulator.add_fault("late", nth=1, seconds=90.0)
    shop = delivered_references(emulator, "one", "two")
    assert shop.references == ["two"]
    assert [entry.at - NOON for entry in emulator.advance(120)] == [90]
    assert shop.references == ["two", "one"]


@pytest.mark.parametrize("mode", ["auto", "manual"])
def test_webhooks_can_be_reordered(emulator, mode):
    emulator.add_fault("out-of-order", nth=1)
    assert delivered_references(emulator, "one", "two", "three", mode=mode).references == ["two", "one", "three"]


def test_a_reordered_webhook_without_a_successor_is_delivered(emulator):
    emulator.add_fault("out-of-order")
    assert delivered_references(emulator, "one").references == ["one"]


def test_a_webhook_can_be_dropped(emulator):
    emulator.add_fault("lost", nth=1)
    shop = delivered_references(emulator, "one", "two")
    emulator.advance(100 * 3_600)
    assert shop.references == ["two"]
    assert [event.status for event in emulator.events()] == ["Failed", "Delivered"]


def test_a_webhook_can_have_a_bad_signature_in_its_first_attempt(emulator):
    emulator.add_fault("bad-signature", nth=1)
    shop = WebhookShop(401)
    emulator.set_webhook_target(shop)
    pay_reference(Paystack(transport=emulator), "one")
    emulator.advance(600)
    assert shop.signatures_valid == [False, True]


def test_a_webhook_fault_applies_only_to_the_named_event(emulator):
    emulator.add_fault("lost", "transfer.success")
    assert delivered_references(emulator, "one").references == ["one"]


def _tenant(emulator):
    return emulator._tenant_id(None)
