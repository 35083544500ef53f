"""A subscription service on Starlette: a plan, a year of renewals, a card that fails, and a link to change it.

One command starts an offline Paystack and the service::

    paystackease emulator run --webhook-url http://127.0.0.1:8000/webhooks -- python examples/subscriptions/service.py

Events may arrive late, twice, and in any order. So no event is treated as the latest state: it only says that something
has changed, and the handler fetches the current state from Paystack.
"""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy import RowMapping, create_engine, text
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from paystackease import AsyncPaystack, Paystack
from paystackease import Request as Call
from paystackease.errors import PaystackError
from paystackease.webhooks import Inbox, asgi
from paystackease.webhooks.events import AnyEvent

HERE = Path(__file__).parent
PORT = int(os.environ.get("PORT", "8000"))
# A new database for each run, because the emulator starts empty too.
DATABASE = os.environ.get("SERVICE_DATABASE") or f"sqlite:///{tempfile.mkdtemp()}/service.db"
EMULATED = "127.0.0.1" in os.environ.get("PAYSTACK_BASE_URL", "")
NAME, PRICE = "The gym, monthly", 1_500_000  # kobo

engine = create_engine(DATABASE)
inbox = Inbox(DATABASE)
paystack = AsyncPaystack()  # key and base URL come from the environment
pages = Jinja2Templates(HERE / "templates")
pages.env.filters["naira"] = lambda kobo: f"₦{kobo / 100:,.2f}"
pages.env.filters["day"] = lambda moment: (moment or "")[:10]


# Webhooks


@inbox.on("subscription.*", "invoice.*")
def changed(event: AnyEvent) -> None:
    """Update a subscription. An invoice event contains it; the data of a subscription event is the subscription."""
    data: Any = event.data
    if event.name != "subscription.expiring_cards":  # its data is a list, and no subscription changes
        code = data.get("subscription", data)["subscription_code"]
        with Paystack() as client:  # handlers run in a thread, without the event loop of `paystack`
            store_member(client.subscriptions.fetch_subscription(code).data)


@inbox.on("charge.success")
def charged(event: AnyEvent) -> None:
    """Record a payment for the plan: the first one or a renewal. The unique reference prevents a second record."""
    data: Any = event.data
    if data.get("plan"):
        with engine.begin() as connection:
            connection.execute(
                text("insert into payments values (:email, :reference, :amount, :paid_at) on conflict do nothing"),
                {
                    "email": data["customer"]["email"],
                    **{name: data[name] for name in ("reference", "amount", "paid_at")},
                },
            )


def store_member(subscription: Mapping[str, Any]) -> None:
    """Store the current state of a subscription."""
    card = subscription["authorization"]
    with engine.begin() as connection:
        connection.execute(
            text(
                "insert into members values (:email, :code, :token, :status, :card, :authorization, :next)"
                " on conflict (email) do update set code = :code, token = :token, status = :status, card = :card,"
                " authorization_code = :authorization, next = :next"
            ),
            {
                "email": subscription["customer"]["email"],
                "code": subscription["subscription_code"],
                "token": subscription["email_token"],
                "status": subscription["status"],
                "card": f"{card['brand'].title()} ending in {card['last4']}",
                "authorization": card["authorization_code"],
                "next": subscription["next_payment_date"],
            },
        )


# Pages


async def front(request: Request) -> HTMLResponse:
    with engine.connect() as connection:
        members = connection.execute(text("select email, status from members")).mappings().all()
    return pages.TemplateResponse(request, "front.html", {"name": NAME, "price": PRICE, "members": members})


async def subscribe(request: Request) -> RedirectResponse:
    async with request.form() as form:
        email = str(form["email"]).strip().lower()
    with engine.connect() as connection:
        query = text("select 1 from members where email = :email and status in ('active', 'attention')")
        member = connection.execute(query, {"email": email}).scalar()
    callback_url = str(request.url_for("member").include_query_params(email=email))
    if member:  # a second payment would be charged without creating a second subscription
        return RedirectResponse(callback_url, 303)
    # The first payment creates the subscription, and saves the card for the renewals.
    transaction = await paystack.transactions.initialize(
        email, PRICE, "NGN", plan=await plan(), callback_url=callback_url, channels=["card"]
    )
    return RedirectResponse(transaction.data["authorization_url"], 303)


async def plan() -> str:
    """Return the plan's code. An existing plan is looked up first, because each create_plan() creates another one."""
    async for existing in paystack.iterate(await paystack.plans.list_plans(interval="monthly", amount=PRICE)):
        if existing["name"] == NAME:
            return existing["plan_code"]
    return (await paystack.plans.create_plan(NAME, PRICE, "monthly", "NGN")).data["plan_code"]


async def member(request: Request) -> HTMLResponse:
    stored = _find_member(request.query_params["email"])  # in place of your users and their login
    with engine.connect() as connection:
        query = text("select * from payments where email = :email order by paid_at desc")
        payments = connection.execute(query, {"email": request.query_params["email"]}).mappings().all()
    now = (await paystack.send(Call("GET", "/_emulator/clock"))).data["now"] if EMULATED else None
    context = {"member": stored, "email": request.query_params["email"], "payments": payments, "now": now}
    return pages.TemplateResponse(request, "member.html", context)


async def manage(request: Request) -> RedirectResponse:
    """Redirect to Paystack's page for changing the card. Anyone with the link may use it, so it is not stored."""
    stored = await _submitted_member(request)
    update = await paystack.subscriptions.generate_update_subscription(stored["code"])
    return RedirectResponse(update.data["link"], 303)


async def stop(request: Request) -> RedirectResponse:
    stored = await _submitted_member(request)
    await paystack.subscriptions.disable_subscription(stored["code"], stored["token"])
    return await _refresh_member(stored)


async def resume(request: Request) -> RedirectResponse:
    stored = await _submitted_member(request)
    await paystack.subscriptions.enable_subscription(stored["code"], stored["token"])
    return await _refresh_member(stored)


async def _refresh_member(stored: RowMapping) -> RedirectResponse:
    subscription = (await paystack.subscriptions.fetch_subscription(stored["code"])).data
    await asyncio.to_thread(store_member, subscription)
    return RedirectResponse(f"/member?email={stored['email']}", 303)


async def _submitted_member(request: Request) -> RowMapping:
    async with request.form() as form:
        stored = _find_member(str(form["email"]))
    if stored is None:
        raise HTTPException(404)
    return stored


def _find_member(email: str) -> RowMapping | None:
    with engine.connect() as connection:
        query = text("select * from members where email = :email")
        return connection.execute(query, {"email": email}).mappings().one_or_none()


# The emulator's clock and bank


async def advance_clock(request: Request) -> RedirectResponse:
    async with request.form() as form:
        days, email = int(str(form["days"])), form["email"]
    if EMULATED:
        await paystack.send(Call("POST", "/_emulator/clock", body={"advance": days * 86_400}))
    return RedirectResponse(f"/member?email={email}", 303)


async def decline(request: Request) -> RedirectResponse:
    stored = await _submitted_member(request)
    if EMULATED:
        path = f"/_emulator/authorizations/{stored['authorization_code']}"
        await paystack.send(Call("POST", path, body={"declines": "Insufficient Funds"}))
    return RedirectResponse(f"/member?email={stored['email']}", 303)


async def style(_: Request) -> FileResponse:
    return FileResponse(HERE.parent / "style.css")


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    with engine.begin() as tables:
        tables.execute(
            text(
                "create table if not exists members (email text primary key, code text, token text, status text,"
                " card text, authorization_code text, next text)"
            )
        )
        tables.execute(
            text(
                "create table if not exists payments (email text, reference text primary key, amount int, paid_at text)"
            )
        )
    async with inbox, paystack:
        print(f"The service: http://127.0.0.1:{PORT}/", flush=True)
        print(f"The emulator's dashboard: {os.environ.get('PAYSTACK_BASE_URL', '')}/_emulator/", flush=True)
        yield


def payment_error(_: Request, error: Exception) -> PlainTextResponse:
    return PlainTextResponse(f"The call to Paystack failed: {error}", 502)


app = Starlette(
    lifespan=lifespan,
    exception_handlers={PaystackError: payment_error},
    routes=[
        Route("/", front),
        Route("/subscribe", subscribe, methods=["POST"]),
        Route("/member", member, name="member"),
        Route("/manage", manage, methods=["POST"]),
        Route("/stop", stop, methods=["POST"]),
        Route("/resume", resume, methods=["POST"]),
        Route("/time", advance_clock, methods=["POST"]),
        Route("/decline", decline, methods=["POST"]),
        Route("/style.css", style),
        Route("/webhooks", asgi.Webhook(os.environ["PAYSTACK_SECRET_KEY"], inbox)),
    ],
)

if __name__ == "__main__":
    uvicorn.run(app, port=PORT, log_level="warning")
