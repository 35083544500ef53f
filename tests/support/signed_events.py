"""Webhooks as Paystack sends them: signed bodies, and the events in them."""

import hashlib
import hmac
import json

from paystackease import webhooks

KEY = "sk_test_0123456789"


def event_body(name, data):
    return json.dumps({"event": name, "data": data}).encode()


def sign(body, key=KEY):
    return hmac.new(key.encode(), body, hashlib.sha512).hexdigest()


def verified_event(name, **data):
    body = event_body(name, data)
    return webhooks.verify(body, sign(body), KEY)


def charge_event(reference="T1", **more):
    return verified_event("charge.success", **{"id": 1, "reference": reference, "status": "success", **more})
