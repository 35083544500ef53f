"""What tests about things for sale share: a customer who comes and pays."""

from emulator_payments import at_page

from paystackease import Request


def play(client, path, **body):
    """Make something happen that is the emulator's own: what it answers."""
    return client.send(Request("POST", f"/_emulator/{path}", body=body)).data


def pay(client, path, **body):
    """A customer opens that page and pays by card: the transaction's reference."""
    reference = play(client, f"{path}/open", **body)["reference"]
    assert at_page(client, reference).data["status"] == "success"
    return reference
