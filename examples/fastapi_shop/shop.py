"""A shop on FastAPI: something is bought at Paystack's checkout, told of by webhook, and shipped once.

One command starts an offline Paystack and the shop::

    paystackease emulator run --webhook-url http://127.0.0.1:8000/webhooks -- python examples/fastapi_shop/shop.py

Nothing here knows of the emulator. In production the key and the address in the environment are other ones, and the
database is.
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
# A new one each time, for the emulator forgets too. A shop's own stays: sqlite:///shop.db, or postgresql://…
DATABASE = os.environ.get("SHOP_DATABASE") or f"sqlite:///{tempfile.mkdtemp()}/shop.db"

PRICES = {"Coffee, 250 g": 450_000, "Coffee, 1 kg": 1_600_000, "Grinder": 3_250_000}
"""In kobo. What something costs is decided here, and never by what a form says."""

engine = create_engine(DATABASE)
inbox = Inbox(DATABASE)  # in the shop's own database, so that a transaction can hold both
paystack = AsyncPaystack()  # with the key and the address of the environment


@inbox.on("charge.success", transactional=True)
def ship(event: ChargeSuccess, session: Session) -> None:
    """Ship what was paid for. This is committed together with the record that the event was handled."""
    paid = {name: event.data[name] for name in ("reference", "amount", "currency")}
    found = session.execute(
        text(
            "update orders set status = 'shipped' where reference = :reference and status = 'open'"
            " and price = :amount and :currency = 'NGN'"
        ),
        paid,
    )
    if found.rowcount:  # none where it is another's payment, or not what was asked for
        session.execute(text("insert into shipments values (:reference)"), {"reference": paid["reference"]})


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    with engine.begin() as tables:
        tables.execute(
            text("create table if not exists orders (reference text primary key, item text, price int, status text)")
        )
        tables.execute(text("create table if not exists shipments (reference text)"))
    async with inbox, paystack:  # the inbox's handlers run in this process
        print(f"The shop: http://127.0.0.1:{PORT}/", flush=True)
        print(f"Paystack's side of it: {os.environ.get('PAYSTACK_BASE_URL', '')}/_emulator/", flush=True)
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
    # The order is written down before anyone can pay for it, under the name by which Paystack will tell of it.
    reference = f"order-{uuid.uuid4().hex}"
    with engine.begin() as connection:
        new = {"reference": reference, "item": item, "price": PRICES[item]}
        connection.execute(text("insert into orders values (:reference, :item, :price, 'open')"), new)
    back = str(request.url_for("look", reference=reference))
    begun = await paystack.transactions.initialize(email, PRICES[item], "NGN", reference, callback_url=back)
    return RedirectResponse(begun.data["authorization_url"], 303)


@app.get("/orders/{reference}")
def look(request: Request, reference: str) -> HTMLResponse:
    """Where the customer comes back to. That somebody comes here says nothing: what was paid, the webhook says."""
    with engine.connect() as connection:
        asked = text("select item, price, status from orders where reference = :reference")
        found = connection.execute(asked, {"reference": reference}).mappings().one_or_none()
    if found is None:
        raise HTTPException(404)
    return pages.TemplateResponse(request, "order.html", {"reference": reference, **found})


@app.get("/style.css")
def style() -> FileResponse:
    return FileResponse(HERE.parent / "style.css")


@app.exception_handler(PaystackError)
def not_now(request: Request, error: PaystackError) -> HTMLResponse:
    # To begin a payment charges nothing, so the customer may simply begin another.
    return pages.TemplateResponse(request, "shelf.html", {"prices": PRICES, "sorry": True}, status_code=502)


if __name__ == "__main__":
    uvicorn.run(app, port=PORT, log_level="warning")
