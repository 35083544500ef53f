"""Webhook events are narrowed by their names."""

import datetime as dt
from typing import Any, Literal, assert_never, assert_type

from paystackease import (
    AsyncPaystack,
    Paystack,
    webhooks,
)
from paystackease.types import events
from paystackease.webhooks import AnyEvent
from paystackease.webhooks import events as webhook_events


def narrow_webhook_bodies(event: events.WebhookEvent) -> None:
    if event["event"] == "charge.success":
        assert_type(event, events.ChargeSuccess)
        assert_type(event["data"], events.Charge)
        assert_type(event["data"]["reference"], str)
        assert_type(event["data"]["amount"], int | str)
    elif event["event"] == "transfer.success":
        assert_type(event["data"], events.PaidTransfer)
        assert_type(event["data"]["recipient"]["createdAt"], str)
    elif event["event"] == "transfer.failed" or event["event"] == "transfer.reversed":
        assert_type(event["data"], events.UnpaidTransfer)
        assert_type(event["data"]["recipient"]["details"]["account_number"], str)
    elif event["event"] == "refund.needs-attention":
        assert_type(event["data"]["id"], str)
    elif event["event"] == "customeridentification.failed":
        assert_type(event["data"]["reason"], str)
    elif event["event"] == "dedicatedaccount.assign.failed":
        assert_type(event["data"]["dedicated_account"], None)
    elif event["event"] == "direct_debit.authorization.created":
        assert_type(event["message"], str)


def verify_webhooks(body: bytes, client: Paystack, async_client: AsyncPaystack) -> None:
    event = webhooks.verify(body, None, ["sk_test_old", "sk_test_new"])
    assert_type(event, AnyEvent)
    assert_type(client.verify_webhook(body, "x"), AnyEvent)
    assert_type(async_client.verify_webhook(body, "x", "sk_test_other"), AnyEvent)
    assert_type(event.key, str)
    assert_type(event.ordering_key, str)
    assert_type(event.body, dict[str, object])
    match event.name:
        case "charge.success":
            assert_type(event, webhook_events.ChargeSuccess)
            assert_type(event.data, events.Charge)
            assert_type(event.data["reference"], str)
        case "transfer.success":
            assert_type(event.data, events.PaidTransfer)
        case "transfer.failed" | "transfer.reversed":
            assert_type(event.data, events.UnpaidTransfer)
            assert_type(event.data["transfer_code"], str)
        case "refund.needs-attention":
            assert_type(event.data["id"], str)
        case "charge.dispute.create":
            assert_type(event.data, events.EventDispute)
        case "subscription.expiring_cards":
            assert_type(event.data, list[events.ExpiringCard])
        case "preauthorization.capture.success":
            assert_type(event.data, events.CapturedPreauthorization)
        case "customeridentification.failed":
            assert_type(event.data["reason"], str)
        case _:
            assert_type(event.body, dict[str, object])
    assert_type(str(event.name) == "product.create", bool)  # one that is not published


async def handle_events(event: AnyEvent) -> None:
    handlers = webhooks.HandlerRegistry()

    @handlers.on("charge.success", "charge.dispute.*")
    def plain(event: webhook_events.ChargeSuccess) -> None:
        assert_type(event.name, Literal["charge.success"])
        assert_type(event.data["amount"], int | str)

    @handlers.on("*", name="all")
    async def waits(event: AnyEvent) -> int:
        return len(event.name)

    assert_type(await waits(event), int)
    assert_type(handlers.receive(event), None)
    inbox = webhooks.Inbox("sqlite:///inbox.db", handlers)

    @inbox.on("charge.success", transactional=True)
    def once(event: webhook_events.ChargeSuccess, session: object) -> None: ...

    assert_type(inbox.receive(event), bool)
    assert_type(inbox.list("dead_letter")[0].arrived, dt.datetime)
    assert_type(inbox.show("x").event, AnyEvent)
    inbox.list("lost")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    webhooks.verify("text", None, "sk_test_x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    if event.name == "charge.success":
        assert_type(event.data["transfer_code"], Any)  # type: ignore[typeddict-item]  # pyright: ignore[reportGeneralTypeIssues]


def handle_every_transfer(event: events.TransferSuccess | events.TransferFailed | events.TransferReversed) -> str:
    assert_type(event["data"]["transfer_code"], str)
    if event["event"] == "transfer.success":
        return event["data"]["createdAt"]
    if event["event"] == "transfer.failed":
        return event["data"]["created_at"]
    if event["event"] == "transfer.reversed":
        return event["data"]["created_at"]
    assert_never(event)
