"""A shop on Flask: an order is paid at Paystack's checkout, reported by webhook, and shipped once.

Try it without an account::

    paystackease emulator run --webhook-url http://127.0.0.1:8000/webhooks -- python examples/webhooks_flask.py
    curl -X POST "http://127.0.0.1:8000/orders?email=ada@example.com"

Open the ``authorization_url`` of the response, pay with a test card, and open ``/orders/{reference}``.
"""

import os

from flask import Flask, request
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from paystackease import Paystack
from paystackease.webhooks import Inbox
from paystackease.webhooks.events import ChargeSuccess
from paystackease.webhooks.flask import webhook

PRICE = 250_000  # kobo
DATABASE = os.environ.get("SHOP_DATABASE", "sqlite:///shop.db")

engine = create_engine(DATABASE)
inbox = Inbox(DATABASE)  # in the shop's database, so that one transaction can change both
paystack = Paystack()  # key and base URL come from the environment

app = Flask("shop")
app.add_url_rule("/webhooks", view_func=webhook(os.environ["PAYSTACK_SECRET_KEY"], inbox), methods=["POST"])


@inbox.on("charge.success", transactional=True)
def ship(event: ChargeSuccess, session: Session) -> None:
    """Ship a paid order. This is committed together with the record that the event was handled."""
    result = session.execute(
        text("update orders set status = 'shipped' where reference = :reference and price = :paid and status = 'open'"),
        {"reference": event.data["reference"], "paid": event.data["amount"]},
    )
    if result.rowcount:  # no row if the payment is not for an order, or has another amount
        session.execute(text("insert into shipments values (:reference)"), {"reference": event.data["reference"]})


@app.post("/orders")
def order() -> dict[str, str]:
    transaction = paystack.transactions.initialize(request.args["email"], PRICE).data
    with engine.begin() as connection:
        new = {"reference": transaction["reference"], "price": PRICE}
        connection.execute(text("insert into orders values (:reference, :price, 'open')"), new)
    return {"reference": transaction["reference"], "authorization_url": transaction["authorization_url"]}


@app.get("/orders/<reference>")
def show_order(reference: str) -> dict[str, object]:
    parameters = {"reference": reference}
    with engine.connect() as connection:
        status = connection.execute(text("select status from orders where reference = :reference"), parameters).scalar()
        shipped = text("select count(*) from shipments where reference = :reference")
        return {"status": status, "shipments": connection.execute(shipped, parameters).scalar()}


if __name__ == "__main__":
    with engine.begin() as tables:
        tables.execute(text("create table if not exists orders (reference text, price integer, status text)"))
        tables.execute(text("create table if not exists shipments (reference text)"))
    # In production, serve `app` with several processes, and run the inbox in a separate one: inbox.run().
    with inbox:
        app.run(port=int(os.environ.get("PORT", "8000")))
