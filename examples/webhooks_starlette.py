"""A shop on Starlette, whose handlers run in separate processes.

Try it without an account::

    paystackease emulator up --webhook-url http://127.0.0.1:8000/webhooks
    export PAYSTACK_BASE_URL=http://127.0.0.1:4010 PAYSTACK_SECRET_KEY=sk_test_shop
    python examples/webhooks_starlette.py
    python examples/webhooks_starlette.py worker     # one or more; with PostgreSQL, on several machines
    curl -X POST "http://127.0.0.1:8000/orders?email=ada@example.com"

Open the ``authorization_url`` of the response, pay with a test card, and open ``/orders/{reference}``.
"""

import os
import sys

import uvicorn
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from paystackease import AsyncPaystack
from paystackease.webhooks import Inbox, asgi
from paystackease.webhooks.events import ChargeSuccess

PRICE = 250_000  # kobo
DATABASE = os.environ.get("SHOP_DATABASE", "sqlite:///shop.db")

engine = create_engine(DATABASE)
inbox = Inbox(DATABASE)
paystack = AsyncPaystack()  # key and base URL come from the environment


@inbox.on("charge.success", transactional=True)
def ship(event: ChargeSuccess, session: Session) -> None:
    """Ship a paid order. This is committed together with the record that the event was handled."""
    result = session.execute(
        text("update orders set status = 'shipped' where reference = :reference and price = :paid and status = 'open'"),
        {"reference": event.data["reference"], "paid": event.data["amount"]},
    )
    if result.rowcount:
        session.execute(text("insert into shipments values (:reference)"), {"reference": event.data["reference"]})


async def order(request: Request) -> JSONResponse:
    transaction = (await paystack.transactions.initialize(request.query_params["email"], PRICE)).data
    with engine.begin() as connection:
        new = {"reference": transaction["reference"], "price": PRICE}
        connection.execute(text("insert into orders values (:reference, :price, 'open')"), new)
    return JSONResponse({"reference": transaction["reference"], "authorization_url": transaction["authorization_url"]})


async def show_order(request: Request) -> JSONResponse:
    parameters = {"reference": request.path_params["reference"]}
    with engine.connect() as connection:
        status = connection.execute(text("select status from orders where reference = :reference"), parameters).scalar()
        shipped = text("select count(*) from shipments where reference = :reference")
        return JSONResponse({"status": status, "shipments": connection.execute(shipped, parameters).scalar()})


app = Starlette(
    routes=[
        Route("/orders", order, methods=["POST"]),
        Route("/orders/{reference}", show_order),
        # Stores events in the inbox and responds. The workers run the handlers.
        Route("/webhooks", asgi.Webhook(os.environ["PAYSTACK_SECRET_KEY"], inbox)),
    ]
)

if __name__ == "__main__":
    with engine.begin() as tables:
        tables.execute(text("create table if not exists orders (reference text, price integer, status text)"))
        tables.execute(text("create table if not exists shipments (reference text)"))
    if sys.argv[1:] == ["worker"]:
        inbox.run()
    else:
        uvicorn.run(app, port=int(os.environ.get("PORT", "8000")), log_level="warning")
