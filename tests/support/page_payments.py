"""Payments at a product's page: a customer opens the page and pays by card."""

from emulator_payments import pay_at_checkout

from paystackease import Request


def post_control(client, path, **body):
    """Call an endpoint under ``/_emulator/``; return its data."""
    return client.send(Request("POST", f"/_emulator/{path}", body=body)).data


def pay_at_page(client, path, **body):
    """Open a page and pay by card; return the transaction's reference."""
    reference = post_control(client, f"{path}/open", **body)["reference"]
    assert pay_at_checkout(client, reference).data["status"] == "success"
    return reference
