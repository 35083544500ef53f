"""A shop on FastAPI: an order is paid at Paystack's checkout, reported by webhook, and shipped once.

Try it without an account::

    paystackease emulator run --webhook-url http://127.0.0.1:8000/webhooks -- python examples/webhooks_fastapi.py
    curl -X POST "http://127.0.0.1:8000/orders?email=ada@example.com"

Open the ``authorization_url`` of the response, pay with a test card, and open ``/orders/{reference}``.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI, HTTPException
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from starlette.routing import Route

from paystackease import AsyncPaystack
from paystackease.webhooks import Inbox, asgi
from paystackease.webhooks.events import ChargeSuccess

PRICE = 250_000  # kobo
DATABASE = os.environ.get("SHOP_DATABASE", "sqlite:///shop.db")

engine = create_engine(DATABASE)
inbox = Inbox(DATABASE)  # in the shop's database, so that one transaction can change both
paystack = AsyncPaystack()  # key and base URL come from the environment


@inbox.on("charge.success", transactional=True)
def ship(event: ChargeSuccess, session: Session) -> None:
    """Ship a paid order. This is committed together with the record that the event was handled."""
    result = session.execute(
        text("update orders set status = 'shipped' where reference = :reference and price = :paid and status = 'open'"),
        {"reference": event.data["reference"], "paid": event.data["amount"]},
    )
    if result.rowcount:  # no row if the payment is not for an order, or has another amount
        session.execute(text("insert into shipments values (:reference)"), {"reference": event.data["reference"]})


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    with engine.begin() as connection:
        connection.execute(text("create table if not exists orders (reference text, price integer, status text)"))
        connection.execute(text("create table if not exists shipments (reference text)"))
    async with inbox, paystack:  # the handlers run in this process
        yield


app = FastAPI(lifespan=lifespan)
app.router.routes.append(Route("/webhooks", asgi.Webhook(os.environ["PAYSTACK_SECRET_KEY"], inbox)))


@app.post("/orders")
async def order(email: str) -> dict[str, str]:
    transaction = (await paystack.transactions.initialize(email, PRICE)).data
    with engine.begin() as connection:
        new = {"reference": transaction["reference"], "price": PRICE}
        connection.execute(text("insert into orders values (:reference, :price, 'open')"), new)
    return {"reference": transaction["reference"], "authorization_url": transaction["authorization_url"]}


@app.get("/orders/{reference}")
def show_order(reference: str) -> dict[str, object]:
    parameters = {"reference": reference}
    with engine.connect() as connection:
        status = connection.execute(text("select status from orders where reference = :reference"), parameters).scalar()
        shipped = text("select count(*) from shipments where reference = :reference")
        if status is None:
            raise HTTPException(404)
        return {"status": status, "shipments": connection.execute(shipped, parameters).scalar()}


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ.get("PORT", "8000")), log_level="warning")
