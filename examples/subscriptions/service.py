"""A subscription service on Starlette: a plan, renewals a year ahead, a card that fails, and a link to change it.

One command starts an offline Paystack and the service::

    paystackease emulator run --webhook-url http://127.0.0.1:8000/webhooks -- python examples/subscriptions/service.py

Events come late, twice, and in any order. So none of them is believed to be the latest: each only says that something
has changed, and :func:`look` asks Paystack what is so now.
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
# A new one each time, for the emulator forgets too.
DATABASE = os.environ.get("SERVICE_DATABASE") or f"sqlite:///{tempfile.mkdtemp()}/service.db"
EMULATED = "127.0.0.1" in os.environ.get("PAYSTACK_BASE_URL", "")
NAME, PRICE = "The gym, monthly", 1_500_000  # kobo

engine = create_engine(DATABASE)
inbox = Inbox(DATABASE)
paystack = AsyncPaystack()  # with the key and the address of the environment
pages = Jinja2Templates(HERE / "templates")
pages.env.filters["naira"] = lambda kobo: f"₦{kobo / 100:,.2f}"
pages.env.filters["day"] = lambda moment: (moment or "")[:10]


# What Paystack tells


@inbox.on("subscription.*", "invoice.*")
def changed(event: AnyEvent) -> None:
    """Something happened to a subscription. The event of an invoice holds it, and that of a subscription is it."""
    data: Any = event.data
    if event.name != "subscription.expiring_cards":  # which is a list, and changes nothing
        code = data.get("subscription", data)["subscription_code"]
        with Paystack() as client:  # the handlers run in a thread of their own
            look(client.subscriptions.fetch_subscription(code).data)


@inbox.on("charge.success")
def charged(event: AnyEvent) -> None:
    """A payment for the plan, the first or a renewal. Its reference keeps it from being counted twice."""
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


def look(subscription: Mapping[str, Any]) -> None:
    """Write down what a subscription is now."""
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
        asked = text("select 1 from members where email = :email and status in ('active', 'attention')")
        member = connection.execute(asked, {"email": email}).scalar()
    back = str(request.url_for("member").include_query_params(email=email))
    if member:  # a second payment for the plan would be taken, and no second subscription made of it
        return RedirectResponse(back, 303)
    # The first payment begins the subscription, and saves the card that the next ones are taken from.
    begun = await paystack.transactions.initialize(
        email, PRICE, "NGN", plan=await plan(), callback_url=back, channels=["card"]
    )
    return RedirectResponse(begun.data["authorization_url"], 303)


async def plan() -> str:
    """The plan's code. It is looked for first: a second call that makes it would make a second one."""
    async for found in paystack.iterate(await paystack.plans.list_plans(interval="monthly", amount=PRICE)):
        if found["name"] == NAME:
            return found["plan_code"]
    return (await paystack.plans.create_plan(NAME, PRICE, "monthly", "NGN")).data["plan_code"]


async def member(request: Request) -> HTMLResponse:
    found = _member(request.query_params["email"])  # which stands in for your users
    with engine.connect() as connection:
        asked = text("select * from payments where email = :email order by paid_at desc")
        payments = connection.execute(asked, {"email": request.query_params["email"]}).mappings().all()
    now = (await paystack.send(Call("GET", "/_emulator/clock"))).data["now"] if EMULATED else None
    context = {"member": found, "email": request.query_params["email"], "payments": payments, "now": now}
    return pages.TemplateResponse(request, "member.html", context)


async def manage(request: Request) -> RedirectResponse:
    """Lead to the page where the customer takes another card. Whoever has the link may use it, so none is kept."""
    found = await _of(request)
    made = await paystack.subscriptions.generate_update_subscription(found["code"])
    return RedirectResponse(made.data["link"], 303)


async def stop(request: Request) -> RedirectResponse:
    found = await _of(request)
    await paystack.subscriptions.disable_subscription(found["code"], found["token"])
    return await _seen(found)


async def go_on(request: Request) -> RedirectResponse:
    found = await _of(request)
    await paystack.subscriptions.enable_subscription(found["code"], found["token"])
    return await _seen(found)


async def _seen(found: RowMapping) -> RedirectResponse:
    now = (await paystack.subscriptions.fetch_subscription(found["code"])).data
    await asyncio.to_thread(look, now)
    return RedirectResponse(f"/member?email={found['email']}", 303)


async def _of(request: Request) -> RowMapping:
    async with request.form() as form:
        found = _member(str(form["email"]))
    if found is None:
        raise HTTPException(404)
    return found


def _member(email: str) -> RowMapping | None:
    with engine.connect() as connection:
        asked = text("select * from members where email = :email")
        return connection.execute(asked, {"email": email}).mappings().one_or_none()


# Time, and what the bank says: the emulator's alone


async def pass_time(request: Request) -> RedirectResponse:
    async with request.form() as form:
        days, email = int(str(form["days"])), form["email"]
    if EMULATED:
        await paystack.send(Call("POST", "/_emulator/clock", body={"advance": days * 86_400}))
    return RedirectResponse(f"/member?email={email}", 303)


async def decline(request: Request) -> RedirectResponse:
    found = await _of(request)
    if EMULATED:
        says = {"declines": "Insufficient Funds"}
        await paystack.send(Call("POST", f"/_emulator/authorizations/{found['authorization_code']}", body=says))
    return RedirectResponse(f"/member?email={found['email']}", 303)


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
        print(f"Paystack's side of it: {os.environ.get('PAYSTACK_BASE_URL', '')}/_emulator/", flush=True)
        yield


def not_now(_: Request, error: Exception) -> PlainTextResponse:
    return PlainTextResponse(f"Paystack says no, or cannot be reached: {error}", 502)


app = Starlette(
    lifespan=lifespan,
    exception_handlers={PaystackError: not_now},
    routes=[
        Route("/", front),
        Route("/subscribe", subscribe, methods=["POST"]),
        Route("/member", member, name="member"),
        Route("/manage", manage, methods=["POST"]),
        Route("/stop", stop, methods=["POST"]),
        Route("/go-on", go_on, methods=["POST"]),
        Route("/time", pass_time, methods=["POST"]),
        Route("/decline", decline, methods=["POST"]),
        Route("/style.css", style),
        Route("/webhooks", asgi.Webhook(os.environ["PAYSTACK_SECRET_KEY"], inbox)),
    ],
)

if __name__ == "__main__":
    uvicorn.run(app, port=PORT, log_level="warning")
