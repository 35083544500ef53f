"""Webhook events: listed and sent again. Paystack publishes no shape of them."""

from fidelity import expect_error

DIFFERENCES = {}


def exercise(client, emulator):
    events = client.integration
    emulator.set_webhook_target(lambda environ, start_response: (start_response("200 OK", []) and None) or [b"{}"])
    client.payment_requests.create_payment_request(
        client.customers.create_customer("ada@example.com", "Ada", "Obi", "").data["customer_code"], 5_000
    )
    emulator.deliver()
    deliveries = events.list_webhook_events().data
    events.fetch_webhook_event(deliveries[0]["_id"])
    events.lookup_webhook_event(deliveries[0]["_id"])
    events.resend_webhook_events([deliveries[0]["_id"], "0" * 24])
    emulator.deliver()
    events.resend_matching_webhook_events(preview=True)
    events.resend_matching_webhook_events(preview=False, filters={"status": "Delivered"})
    expect_error(events.fetch_webhook_event, "0" * 24)
    expect_error(events.lookup_webhook_event, "1")
