"""A shop on FastAPI: a customer pays at Paystack's checkout, a webhook reports it, and the order is shipped once.

One command starts an offline Paystack and the shop::

    paystackease emulator run --webhook-url http://127.0.0.1:8000/webhooks -- python examples/fastapi_shop/shop.py

The code does not depend on the emulator. In production, set another key, no PAYSTACK_BASE_URL, and another database.
"""

import os
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import uvicorn
from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from fastapi.templating import Jinja2Templates
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from starlette.routing import Route

from paystackease import AsyncPaystack
from paystackease.errors import PaystackError
from paystackease.webhooks import Inbox, asgi
from paystackease.webhooks.events import ChargeSuccess

HERE = Path(__file__).parent
PORT = int(os.environ.get("PORT", "8000"))
# A new database for each run, because the emulator starts empty too. In production: sqlite:///shop.db or postgresql://…
DATABASE = os.environ.get("SHOP_DATABASE") or f"sqlite:///{tempfile.mkdtemp()}/shop.db"

PRICES = {"Coffee, 250 g": 450_000, "Coffee, 1 kg": 1_600_000, "Grinder": 3_250_000}
"""In kobo. Prices come from here, never from a form."""

engine = create_engine(DATABASE)
inbox = Inbox(DATABASE)  # in the shop's database, so that one transaction can change both
paystack = AsyncPaystack()  # key and base URL come from the environment


@inbox.on("charge.success", transactional=True)
def ship(event: ChargeSuccess, session: Session) -> None:
    """Ship a paid order. This is committed together with the record that the event was handled."""
    payment = {name: event.data[name] for name in ("reference", "amount", "currency")}
    result = session.execute(
        text(
            "update orders set status = 'shipped' where reference = :reference and status = 'open'"
            " and price = :amount and :currency = 'NGN'"
        ),
        payment,
    )
    if result.rowcount:  # no row if the payment is not for an order, or has another amount
        session.execute(text("insert into shipments values (:reference)"), {"reference": payment["reference"]})


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    with engine.begin() as tables:
        tables.execute(
            text("create table if not exists orders (reference text primary key, item text, price int, status text)")
        )
        tables.execute(text("create table if not exists shipments (reference text)"))
    async with inbox, paystack:  # the inbox's handlers run in this process
        print(f"The shop: http://127.0.0.1:{PORT}/", flush=True)
        print(f"The emulator's dashboard: {os.environ.get('PAYSTACK_BASE_URL', '')}/_emulator/", flush=True)
        yield


app = FastAPI(lifespan=lifespan)
app.router.routes.append(Route("/webhooks", asgi.Webhook(os.environ["PAYSTACK_SECRET_KEY"], inbox)))
pages = Jinja2Templates(HERE / "templates")
pages.env.filters["naira"] = lambda kobo: f"₦{kobo / 100:,.2f}"


@app.get("/")
def shelf(request: Request) -> HTMLResponse:
    return pages.TemplateResponse(request, "shelf.html", {"prices": PRICES})


@app.post("/orders")
async def order(request: Request, item: Annotated[str, Form()], email: Annotated[str, Form()]) -> RedirectResponse:
    if item not in PRICES:
        raise HTTPException(404)
    # The order is stored before it can be paid, under the reference that the webhook will have.
    reference = f"order-{uuid.uuid4().hex}"
    with engine.begin() as connection:
        new = {"reference": reference, "item": item, "price": PRICES[item]}
        connection.execute(text("insert into orders values (:reference, :item, :price, 'open')"), new)
    callback_url = str(request.url_for("show_order", reference=reference))
    transaction = await paystack.transactions.initialize(
        email, PRICES[item], "NGN", reference, callback_url=callback_url
    )
    return RedirectResponse(transaction.data["authorization_url"], 303)


@app.get("/orders/{reference}")
def show_order(request: Request, reference: str) -> HTMLResponse:
    """Show an order, also as the callback page. A visit does not prove a payment; the webhook reports it."""
    with engine.connect() as connection:
        query = text("select item, price, status from orders where reference = :reference")
        stored = connection.execute(query, {"reference": reference}).mappings().one_or_none()
    if stored is None:
        raise HTTPException(404)
    return pages.TemplateResponse(request, "order.html", {"reference": reference, **stored})


@app.get("/style.css")
def style() -> FileResponse:
    return FileResponse(HERE.parent / "style.css")


@app.exception_handler(PaystackError)
def payment_error(request: Request, error: PaystackError) -> HTMLResponse:
    # Initializing a transaction charges nothing, so the customer may try again.
    return pages.TemplateResponse(request, "shelf.html", {"prices": PRICES, "sorry": True}, status_code=502)


if __name__ == "__main__":
    uvicorn.run(app, port=PORT, log_level="warning")
