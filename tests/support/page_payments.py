"""What tests about things for sale share: a customer who comes and pays."""

from emulator_payments import pay_at_checkout

from paystackease import Request


def post_control(client, path, **body):
    """Make something happen that is the emulator's own: what it answers."""
    return client.send(Request("POST", f"/_emulator/{path}", body=body)).data


def pay_at_page(client, path, **body):
    """A customer opens that page and pays by card: the transaction's reference."""
    reference = post_control(client, f"{path}/open", **body)["reference"]
    assert pay_at_checkout(client, reference).data["status"] == "success"
    return reference
