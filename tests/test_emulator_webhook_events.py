"""The webhook log of Paystack, by the documented operations."""

import datetime as dt

import pytest
from conftest import NOON
from webhook_shop import WebhookShop, pay_reference

from paystackease import Request, errors


@pytest.fixture
def shop(emulator):
    shop = WebhookShop()
    emulator.set_webhook_target(shop)
    return shop


def number_of(client, reference):
    return client.transactions.verify_transaction(reference).data["id"]


def event_names(client, **filters):
    return [event["event_name"] for event in client.integration.list_webhook_events(**filters).data]


def test_a_webhook_is_listed_with_its_delivery_status(client, emulator, shop):
    pay_reference(client, "one")
    (pending,) = client.integration.list_webhook_events().data
    assert (pending["status"], pending["status_detail"], pending["response_code"]) == ("Pending", None, None)
    shop.statuses = [500, 503]
    emulator.deliver()
    (failed,) = client.integration.list_webhook_events().data
    assert (failed["status"], failed["status_detail"], failed["response_code"]) == ("Failed", "retrying", 500)
    emulator.advance(360)
    (delivered,) = client.integration.list_webhook_events().data
    assert delivered == {
        "_id": pending["_id"],
        "domain": "test",
        "category": "transactions",
        "category_row_id": number_of(client, "one"),
        "event_name": "charge.success",
        "status": "Delivered",
        "status_detail": None,
        "response_code": 200,
        "trial_count": 3,
        "webhook_url_code": None,
        "createdAt": "2026-10-01T12:00:00.000Z",
        "updatedAt": "2026-10-01T12:06:00.000Z",
    }
    assert len(delivered["_id"]) == 24
    assert int(delivered["_id"][:8], 16) == NOON


def test_a_webhook_that_is_never_accepted_finally_fails(client, emulator, shop):
    shop.statuses = [404] * 100
    pay_reference(client, "one")
    emulator.advance(80 * 3_600)
    (event,) = client.integration.list_webhook_events(status="Failed").data
    assert (event["status_detail"], event["trial_count"]) == ("failed", 75)


def test_a_webhook_is_fetched_by_its_id_and_by_its_subjects_id(client, emulator, shop):
    pay_reference(client, "one")
    emulator.deliver()
    (listed,) = client.integration.list_webhook_events().data
    for fetch in client.integration.fetch_webhook_event, client.integration.lookup_webhook_event:
        event = fetch(listed["_id"])
        assert event.message == "Webhook Retrieved"
        assert event.data["event_payload"]["data"]["reference"] == "one"
        assert event.data["merchant_response_body"] == "thanks"
        assert event.data["webhook_url"] == "WebhookShop/"
    assert client.integration.lookup_webhook_event(number_of(client, "one")).data["_id"] == listed["_id"]
    for fetch in client.integration.fetch_webhook_event, client.integration.lookup_webhook_event:
        with pytest.raises(errors.NotFoundError, match="Webhook event not found"):
            fetch("f" * 24)
    with pytest.raises(errors.InvalidRequestError, match="reference is required"):
        client.send(Request("GET", "/integration/webhooks/events/lookup"))


def test_webhooks_of_another_key_are_not_visible(client, emulator, shop, connect):
    pay_reference(client, "one")
    (event,) = client.integration.list_webhook_events().data
    other = connect(transport=emulator.for_key("sk_test_other"))
    assert other.integration.list_webhook_events().data == []
    with pytest.raises(errors.NotFoundError):
        other.integration.fetch_webhook_event(event["_id"])


def test_webhooks_are_filtered(client, emulator, shop):
    pay_reference(client, "one")
    emulator.deliver()
    emulator.advance(86_400)
    client.refund.create_refund("one")
    names = event_names(client)
    assert names[-1] == "charge.success"
    assert {name.partition(".")[0] for name in names[:-1]} == {"refund"}
    assert (
        event_names(client, event_type="charge.success")
        == event_names(client, category="transactions")
        == ["charge.success"]
    )
    assert event_names(client, category_row_id=number_of(client, "one")) == ["charge.success"]
    assert event_names(client, category="refund") == names[:-1]
    assert event_names(client, status="Delivered") == ["charge.success"]
    assert event_names(client, to_date=dt.date(2026, 10, 1)) == ["charge.success"]
    assert event_names(client, from_date=dt.date(2026, 10, 2)) == names[:-1]
    for query in {"status": "Lost"}, {"from": "yesterday"}, {"next": "nowhere"}:
        with pytest.raises(errors.InvalidRequestError):
            client.send(Request("GET", "/integration/webhooks/events", query=query))


@pytest.mark.parametrize("filters", [{}, {"category": "transactions"}])
def test_every_webhook_is_on_one_page_and_there_are_50_at_most(client, emulator, shop, filters):
    for number in range(7):
        pay_reference(client, f"T{number}")
    first = client.integration.list_webhook_events(limit=3, **filters)
    ids = [event["_id"] for event in client.iterate(first)]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 7
    second = client.integration.list_webhook_events(limit=3, next=first.meta["next"], **filters)
    assert first.meta["previous"] is None
    back = client.integration.list_webhook_events(limit=3, previous=second.meta["previous"], **filters)
    assert back.data == first.data
    assert client.integration.list_webhook_events(limit=1_000, **filters).meta["perPage"] == 50


def test_a_webhook_is_sent_again_and_invalid_requests_are_reported(client, emulator, shop):
    pay_reference(client, "one")
    emulator.deliver()
    (event,) = client.integration.list_webhook_events().data
    again = client.integration.resend_webhook_events([event["_id"], "f" * 24])
    assert (again.http.status, again.message) == (202, "Resend accepted")
    assert again.data == {"count": 1, "failed": 1, "failed_ids": ["f" * 24]}
    emulator.deliver()
    assert shop.references == ["one", "one"]
    with pytest.raises(errors.InvalidRequestError, match="ids must be a non-empty array"):
        client.integration.resend_webhook_events([])
    with pytest.raises(errors.InvalidRequestError, match="100"):
        client.integration.resend_webhook_events([f"{number:024x}" for number in range(101)])
    emulator.set_webhook_target(None)
    assert client.integration.resend_webhook_events([event["_id"]]).data["count"] == 0


def test_all_that_match_are_counted_or_sent_again_in_their_order(client, emulator, shop):
    for reference in "one", "two":
        pay_reference(client, reference)
    emulator.deliver()
    pay_reference(client, "waiting")
    filters = {"event_type": "charge.success"}
    assert client.integration.resend_matching_webhook_events(preview=True, filters=filters).data == {"count": 3}
    response = client.integration.resend_matching_webhook_events(preview=False, filters=filters)
    assert response.http.status == 202
    assert (response.data["count"], response.data["skipped"]) == (2, 1)
    emulator.deliver()
    assert sorted(shop.references) == ["one", "one", "two", "two", "waiting"]
    none = client.integration.resend_matching_webhook_events(preview=False, filters={"status": "Failed"})
    assert none.data["count"] == 0
