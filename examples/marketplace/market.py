"""A marketplace on Flask: what is paid is shared between a seller, a courier and the house, and sellers get payouts.

One command starts an offline Paystack and the marketplace::

    paystackease emulator run --webhook-url http://127.0.0.1:8000/webhooks -- python examples/marketplace/market.py

A payout is the call that must never be made twice. It is written down, with its reference, before it is sent. Where the
line drops in the middle, the library asks Paystack by that reference what became of it; a button on the page makes the
line drop.
"""

import os
import re
import tempfile
import uuid
from pathlib import Path
from typing import Any

from flask import Flask, abort, redirect, render_template, request, send_from_directory, url_for
from sqlalchemy import Connection, RowMapping, create_engine, text
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from paystackease import Paystack, Request, convert_to_subunit, errors
from paystackease.webhooks import Inbox
from paystackease.webhooks.events import AnyEvent, ChargeSuccess
from paystackease.webhooks.flask import webhook

HERE = Path(__file__).parent
PORT = int(os.environ.get("PORT", "8000"))
# A new one each time, for the emulator forgets too.
DATABASE = os.environ.get("MARKET_DATABASE") or f"sqlite:///{tempfile.mkdtemp()}/market.db"
EMULATED = "127.0.0.1" in os.environ.get("PAYSTACK_BASE_URL", "")

PRICE, SELLER, COURIER = 1_200_000, 80, 10
"""What a basket costs, in kobo, and what the seller and the courier get of it, in percent. The house has the rest, and
pays Paystack's fee from it."""

TABLES = (
    "create table if not exists sellers (id integer primary key, name text, account text unique, subaccount text,"
    " recipient text)",
    "create table if not exists sales (reference text primary key, seller int, status text, seller_got int,"
    " courier_got int, house_got int)",
    "create table if not exists payouts (reference text primary key, seller int, amount int, status text, says text)",
)

engine = create_engine(DATABASE)
inbox = Inbox(DATABASE)
paystack = Paystack()  # with the key and the address of the environment
app = Flask(__name__, template_folder=str(HERE / "templates"))
app.add_url_rule("/webhooks", view_func=webhook(os.environ["PAYSTACK_SECRET_KEY"], inbox), methods=["POST"])
app.jinja_env.filters["naira"] = lambda kobo: "" if kobo is None else f"₦{kobo / 100:,.2f}"


# What Paystack tells


@inbox.on("charge.success", transactional=True)
def sold(event: ChargeSuccess, session: Session) -> None:
    """A basket is paid. Who gets what of it, Paystack says: that is what will be settled."""
    data: Any = event.data
    sale = {"reference": data["reference"], "paid": data["amount"], "currency": data["currency"], "price": PRICE}
    shares = (data.get("split") or {}).get("shares") or {}
    got = {share["subaccount_code"]: share["amount"] for share in shares.get("subaccounts", ())}
    who = text(
        "select seller.subaccount, courier.subaccount from sales join sellers seller on seller.id = sales.seller"
        " join sellers courier on courier.recipient is null where reference = :reference"
    )
    if (found := session.execute(who, sale).one_or_none()) is None:
        return  # another's payment
    session.execute(
        text(
            "update sales set status = 'paid', seller_got = :seller, courier_got = :courier, house_got = :house"
            " where reference = :reference and :paid = :price and :currency = 'NGN'"
        ),
        {**sale, "seller": got.get(found[0]), "courier": got.get(found[1]), "house": shares.get("integration")},
    )


@inbox.on("transfer.*", transactional=True)
def paid_out(event: AnyEvent, session: Session) -> None:
    """How a payout ended: ``success``, ``failed`` or ``reversed``. This, and no answer, is what counts."""
    data: Any = event.data
    _note(session, data["reference"], data["status"], "")


def _note(session: Session | Connection, reference: str, status: str, says: str) -> None:
    # What has ended stays so, whatever comes late; but a transfer that succeeded may still be reversed.
    session.execute(
        text(
            "update payouts set says = case when :says = '' then says else :says end,"
            " status = case when status in ('success', 'failed', 'reversed') and :status <> 'reversed' then status"
            " else :status end where reference = :reference"
        ),
        {"reference": reference, "status": status, "says": says},
    )


# Pages


@app.get("/")
def home() -> str:
    with engine.connect() as connection:
        sellers = connection.execute(text("select * from sellers where recipient is not null")).mappings().all()
        sales = connection.execute(text("select * from sales order by rowid desc")).mappings().all()
        payouts = connection.execute(text("select * from payouts order by rowid desc")).mappings().all()
    balance = paystack.transfer_control.check_balance().data[0]["balance"]
    names = {seller["id"]: seller["name"] for seller in sellers}
    waits = any(one["status"] in ("open", "sending", "pending", "otp") for one in (*sales, *payouts))
    found = {"sellers": sellers, "sales": sales, "payouts": payouts, "names": names, "balance": balance}
    return render_template("market.html", **found, price=PRICE, emulated=EMULATED, waits=waits, fresh=fresh)


def fresh() -> str:
    """A reference for a form."""
    return f"payout-{uuid.uuid4().hex}"


@app.errorhandler(errors.PaystackError)
def not_now(error: errors.PaystackError) -> tuple[str, int]:
    return f"Paystack says no, or cannot be reached: {error}", 502


@app.post("/sellers")
def add_seller() -> Response:
    """A seller is a subaccount, which shares payments, and a recipient, who gets transfers."""
    name, bank, number = (request.form[field].strip() for field in ("name", "bank", "account_number"))
    with engine.connect() as connection:
        # Paystack would make a second subaccount of the same account, so whoever is there already is not sent again.
        known = connection.execute(text("select 1 from sellers where account = :account"), {"account": number}).scalar()
    if known:
        return redirect("/")
    account = paystack.subaccounts.create_subaccount(name, bank, number, 100 - SELLER).data
    recipient = paystack.transfer_recipients.create_transfer_recipients(
        "nuban", name, number, bank, currency="NGN"
    ).data
    codes = {"subaccount": account["subaccount_code"], "recipient": recipient["recipient_code"]}
    with engine.begin() as connection:
        connection.execute(
            text(
                "insert into sellers (name, account, subaccount, recipient)"
                " values (:name, :account, :subaccount, :recipient)"
            ),
            {"name": name, "account": number, **codes},
        )
    return redirect("/")


@app.post("/sales")
def buy() -> Response:
    seller = _seller(request.form["seller"])
    reference = f"sale-{uuid.uuid4().hex}"
    with engine.begin() as connection:
        connection.execute(
            text("insert into sales (reference, seller, status) values (:reference, :seller, 'open')"),
            {"reference": reference, "seller": seller["id"]},
        )
        courier = connection.execute(text("select subaccount from sellers where recipient is null")).scalar_one()
    begun = paystack.transactions.initialize(
        request.form["email"],
        PRICE,
        "NGN",
        reference,
        callback_url=url_for("home", _external=True),
        split={
            "type": "percentage",
            "bearer_type": "account",  # the house pays Paystack's fee
            "subaccounts": [
                {"subaccount": seller["subaccount"], "share": SELLER},
                {"subaccount": courier, "share": COURIER},
            ],
        },
    )
    return redirect(begun.data["authorization_url"])


@app.post("/payouts")
def pay_out() -> Response:
    """Send a seller money from the balance."""
    seller = _seller(request.form["seller"])
    try:
        amount = convert_to_subunit(request.form["naira"])
    except errors.InvalidArgumentError:
        abort(400)
    # The payout is in the table, and committed, before the first byte is sent: whatever happens to this process then,
    # it is known what to ask Paystack about. The reference is the form's, so that pressing twice is one payout.
    reference = request.form["reference"]
    if not re.fullmatch("payout-[0-9a-f]{32}", reference):
        abort(400)
    with engine.begin() as connection:
        new = connection.execute(
            text("insert into payouts values (:reference, :seller, :amount, 'sending', '') on conflict do nothing"),
            {"reference": reference, "seller": seller["id"], "amount": amount},
        )
    if not new.rowcount:
        return redirect("/")
    status, says = _send(reference, amount, seller["recipient"])
    with engine.begin() as connection:
        _note(connection, reference, status, says)
    return redirect("/")


def _send(reference: str, amount: int, recipient: str) -> tuple[str, str]:
    try:
        answer = paystack.transfers.initiate_transfer("balance", amount, recipient, reference=reference)
    except errors.OutcomeUnknownError:
        return "unknown", "The line dropped, and Paystack could not be asked. Find out before anything else."
    except errors.APIStatusError as error:
        return "failed", error.response.message  # a plain no, such as a balance that is too low: nothing was sent
    if answer.http.recovered:
        return answer.data["status"], "The line dropped. Paystack was asked by the reference, and had it: sent once."
    return answer.data["status"], ""


@app.post("/payouts/<reference>/find-out")
def find_out(reference: str) -> Response:
    """Ask what became of a payout. It may be sent again by the same reference, of which Paystack takes no two."""
    with engine.connect() as connection:
        sought = text(
            "select amount, recipient from payouts join sellers on sellers.id = seller where reference = :reference"
        )
        payout = connection.execute(sought, {"reference": reference}).mappings().one_or_none() or abort(404)
    try:
        status, says = paystack.transfers.verify_transfer(reference).data["status"], "Paystack was asked."
    except errors.NotFoundError:
        status, says = _send(reference, payout["amount"], payout["recipient"])
    with engine.begin() as connection:
        _note(connection, reference, status, says)
    return redirect("/")


@app.post("/drop-the-line")
def drop_the_line() -> Response:
    """Have the emulator do what it is asked at the next transfer, and hang up before it answers."""
    if EMULATED:
        rule = {"action": "commit-then-drop", "operation": "POST /transfer", "times": 1}
        paystack.send(Request("POST", "/_emulator/faults", body=rule))
    return redirect("/")


@app.get("/style.css")
def style() -> Response:
    return send_from_directory(HERE.parent, "style.css")


def _seller(number: str) -> RowMapping:
    with engine.connect() as connection:
        sought = text("select * from sellers where id = :id and recipient is not null")
        return connection.execute(sought, {"id": number}).mappings().one_or_none() or abort(404)


if __name__ == "__main__":
    with engine.begin() as connection:
        for table in TABLES:
            connection.execute(text(table))
        if connection.execute(text("select count(*) from sellers")).scalar() == 0:
            courier = paystack.subaccounts.create_subaccount("Okada Couriers", "058", "0123456788", 100 - COURIER).data
            connection.execute(
                text("insert into sellers (name, subaccount) values ('Okada Couriers', :code)"),
                {"code": courier["subaccount_code"]},
            )
    with inbox:  # its handlers run in this process
        print(f"The marketplace: http://127.0.0.1:{PORT}/", flush=True)
        print(f"Paystack's side of it: {os.environ.get('PAYSTACK_BASE_URL', '')}/_emulator/", flush=True)
        app.run(port=PORT)
