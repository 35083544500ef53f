"""A marketplace on Flask: payments are split between a seller, a courier and the platform, and sellers get payouts.

One command starts an offline Paystack and the marketplace::

    paystackease emulator run --webhook-url http://127.0.0.1:8000/webhooks -- python examples/marketplace/market.py

A payout must never be made twice. It is stored with its reference before it is sent. If the response is lost, the
library looks the transfer up by that reference. A button on the page makes the emulator lose the next response.
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
# A new database for each run, because the emulator starts empty too.
DATABASE = os.environ.get("MARKET_DATABASE") or f"sqlite:///{tempfile.mkdtemp()}/market.db"
EMULATED = "127.0.0.1" in os.environ.get("PAYSTACK_BASE_URL", "")

PRICE, SELLER, COURIER = 1_200_000, 80, 10
"""The price of a basket in kobo, and the shares of the seller and the courier in percent. The platform gets the rest,
and pays Paystack's fee from it.
"""

TABLES = (
    "create table if not exists sellers (id integer primary key, name text, account text unique, subaccount text,"
    " recipient text)",
    "create table if not exists sales (reference text primary key, seller int, status text, seller_got int,"
    " courier_got int, house_got int)",
    "create table if not exists payouts (reference text primary key, seller int, amount int, status text, says text)",
)

engine = create_engine(DATABASE)
inbox = Inbox(DATABASE)
paystack = Paystack()  # key and base URL come from the environment
app = Flask(__name__, template_folder=str(HERE / "templates"))
app.add_url_rule("/webhooks", view_func=webhook(os.environ["PAYSTACK_SECRET_KEY"], inbox), methods=["POST"])
app.jinja_env.filters["naira"] = lambda kobo: "" if kobo is None else f"₦{kobo / 100:,.2f}"


# Webhooks


@inbox.on("charge.success", transactional=True)
def sold(event: ChargeSuccess, session: Session) -> None:
    """Record a paid basket, with the shares that Paystack reports and will settle."""
    data: Any = event.data
    sale = {"reference": data["reference"], "paid": data["amount"], "currency": data["currency"], "price": PRICE}
    shares = (data.get("split") or {}).get("shares") or {}
    amounts = {share["subaccount_code"]: share["amount"] for share in shares.get("subaccounts", ())}
    query = text(
        "select seller.subaccount, courier.subaccount from sales join sellers seller on seller.id = sales.seller"
        " join sellers courier on courier.recipient is null where reference = :reference"
    )
    if (codes := session.execute(query, sale).one_or_none()) is None:
        return  # not a payment for a basket
    session.execute(
        text(
            "update sales set status = 'paid', seller_got = :seller, courier_got = :courier, house_got = :house"
            " where reference = :reference and :paid = :price and :currency = 'NGN'"
        ),
        {**sale, "seller": amounts.get(codes[0]), "courier": amounts.get(codes[1]), "house": shares.get("integration")},
    )


@inbox.on("transfer.*", transactional=True)
def paid_out(event: AnyEvent, session: Session) -> None:
    """Record the final status of a payout: ``success``, ``failed`` or ``reversed``."""
    data: Any = event.data
    _note(session, data["reference"], data["status"], "")


def _note(session: Session | Connection, reference: str, status: str, says: str) -> None:
    # A final status is kept when events arrive late. But a transfer that succeeded may still be reversed.
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
    is_pending = any(row["status"] in ("open", "sending", "pending", "otp") for row in (*sales, *payouts))
    values = {"sellers": sellers, "sales": sales, "payouts": payouts, "names": names, "balance": balance}
    return render_template(
        "market.html",
        **values,
        price=PRICE,
        emulated=EMULATED,
        is_pending=is_pending,
        new_reference=new_reference,
    )


def new_reference() -> str:
    """Return a reference for a form."""
    return f"payout-{uuid.uuid4().hex}"


@app.errorhandler(errors.PaystackError)
def payment_error(error: errors.PaystackError) -> tuple[str, int]:
    return f"The call to Paystack failed: {error}", 502


@app.post("/sellers")
def add_seller() -> Response:
    """Create a seller: a subaccount, which gets shares of payments, and a recipient, which gets transfers."""
    name, bank, number = (request.form[field].strip() for field in ("name", "bank", "account_number"))
    with engine.connect() as connection:
        # Paystack would create a second subaccount for the same account, so a known seller is not created again.
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
    transaction = paystack.transactions.initialize(
        request.form["email"],
        PRICE,
        "NGN",
        reference,
        callback_url=url_for("home", _external=True),
        split={
            "type": "percentage",
            "bearer_type": "account",  # the platform pays Paystack's fee
            "subaccounts": [
                {"subaccount": seller["subaccount"], "share": SELLER},
                {"subaccount": courier, "share": COURIER},
            ],
        },
    )
    return redirect(transaction.data["authorization_url"])


@app.post("/payouts")
def pay_out() -> Response:
    """Send a seller money from the balance."""
    seller = _seller(request.form["seller"])
    try:
        amount = convert_to_subunit(request.form["naira"])
    except errors.InvalidArgumentError:
        abort(400)
    # The payout is committed before it is sent. If this process dies after that, its reference can be looked up at
    # Paystack. The reference comes from the form, so a double click is one payout.
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
        response = paystack.transfers.initiate_transfer("balance", amount, recipient, reference=reference)
    except errors.OutcomeUnknownError:
        return "unknown", "Outcome unknown: check before retrying."
    except errors.APIStatusError as error:
        return "failed", error.response.message  # rejected, for example because the balance is too low
    if response.http.recovered:
        return response.data["status"], "The response was lost. The transfer was found by its reference: sent once."
    return response.data["status"], ""


@app.post("/payouts/<reference>/check")
def check_payout(reference: str) -> Response:
    """Verify a payout. If Paystack does not know it, send it again with the same reference, which is accepted once."""
    with engine.connect() as connection:
        query = text(
            "select amount, recipient from payouts join sellers on sellers.id = seller where reference = :reference"
        )
        payout = connection.execute(query, {"reference": reference}).mappings().one_or_none() or abort(404)
    try:
        status, says = paystack.transfers.verify_transfer(reference).data["status"], "Checked at Paystack."
    except errors.NotFoundError:
        status, says = _send(reference, payout["amount"], payout["recipient"])
    with engine.begin() as connection:
        _note(connection, reference, status, says)
    return redirect("/")


@app.post("/lose-response")
def lose_response() -> Response:
    """Make the emulator process the next transfer, and close the connection without a response."""
    if EMULATED:
        rule = {"action": "commit-then-drop", "operation": "POST /transfer", "times": 1}
        paystack.send(Request("POST", "/_emulator/faults", body=rule))
    return redirect("/")


@app.get("/style.css")
def style() -> Response:
    return send_from_directory(HERE.parent, "style.css")


def _seller(number: str) -> RowMapping:
    with engine.connect() as connection:
        query = text("select * from sellers where id = :id and recipient is not null")
        return connection.execute(query, {"id": number}).mappings().one_or_none() or abort(404)


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
    with inbox:  # the handlers run in this process
        print(f"The marketplace: http://127.0.0.1:{PORT}/", flush=True)
        print(f"The emulator's dashboard: {os.environ.get('PAYSTACK_BASE_URL', '')}/_emulator/", flush=True)
        app.run(port=PORT)
