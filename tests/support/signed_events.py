"""Webhooks as Paystack sends them: signed bodies, and the events in them."""

import hashlib
import hmac
import json

from paystackease import webhooks

KEY = "sk_test_0123456789"


def body(name, data):
    return json.dumps({"event": name, "data": data}).encode()


def sign(body, key=KEY):
    return hmac.new(key.encode(), body, hashlib.sha512).hexdigest()


def event(name, **data):
    sent = body(name, data)
    return webhooks.verify(sent, sign(sent), KEY)


def charge(reference="T1", **more):
    return event("charge.success", **{"id": 1, "reference": reference, "status": "success", **more})
