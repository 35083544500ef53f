"""A shop on Django with saved cards: the first purchase is paid at Paystack's checkout, the next with one click.

One command starts an offline Paystack and the shop::

    paystackease emulator run --webhook-url http://127.0.0.1:8000/webhooks -- python examples/django_shop/shop.py

A saved card may be declined, its bank may require the customer to confirm, and the connection may fail during the
charge. :func:`charge` has a branch for each. :func:`update_order` applies a transaction's status to the order.
"""

import os
import re
import sys
import tempfile
import uuid
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.db import connection, models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST
from django.views.static import serve

from paystackease import Paystack, errors
from paystackease.webhooks import Inbox
from paystackease.webhooks.django import webhook
from paystackease.webhooks.events import ChargeSuccess

HERE = Path(__file__).parent
PORT = os.environ.get("PORT", "8000")
DIRECTORY = Path(os.environ.get("SHOP_DIRECTORY") or tempfile.mkdtemp())
"""A new directory for each run, because the emulator starts empty too."""

PRICES = {"Bag of rice": 4_800_000, "Palm oil": 950_000, "Plantain": 320_000}
"""In kobo."""

settings.configure(
    ROOT_URLCONF=__name__,
    SECRET_KEY="for Django, and not for production",
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DIRECTORY / "shop.db",
            "OPTIONS": {"timeout": 20, "init_command": "pragma journal_mode = wal"},
        }
    },
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [HERE / "templates"]}],
)
django.setup()

inbox = Inbox(f"sqlite:///{DIRECTORY}/inbox.db")
paystack = Paystack()  # key and base URL come from the environment


class Order(models.Model):
    reference = models.CharField(max_length=100, unique=True)
    email = models.CharField(max_length=200)
    item = models.CharField(max_length=100)
    price = models.IntegerField()
    status = models.CharField(max_length=20, default="open")  # then paid or declined
    message = models.CharField(max_length=200, default="")
    keep_card = models.BooleanField(default=False)

    class Meta:
        app_label = "shop"

    @property
    def naira(self) -> str:
        return f"₦{self.price / 100:,.2f}"


class Card(models.Model):
    """A card that its owner has saved. It contains nothing with which others could pay: the code is valid only for this
    integration and this e-mail address.
    """

    email = models.CharField(max_length=200)
    code = models.CharField(max_length=100)
    name = models.CharField(max_length=100)
    signature = models.CharField(max_length=100)

    class Meta:
        app_label = "shop"
        constraints = (models.UniqueConstraint(fields=["email", "signature"], name="a card is saved once"),)


def update_order(data: Mapping[str, Any]) -> None:
    """Apply a transaction's status to its order. The response, the webhook and each check call this, in any order."""
    order = Order.objects.filter(reference=data["reference"]).exclude(status="paid")
    if data["status"] == "success":
        if data["currency"] == "NGN":
            order.filter(price=data["amount"]).update(status="paid", message="")
    elif data["status"] == "failed":
        order.update(status="declined", message=data["gateway_response"] or "")


def save_card(data: Mapping[str, Any]) -> None:
    """Save the card of a payment, if it can be charged again and its owner ticked the box."""
    card = data["authorization"]
    order = Order.objects.filter(reference=data["reference"], keep_card=True).first()
    if order is not None and card.get("reusable"):
        values = {"code": card["authorization_code"], "name": f"{card['brand'].title()} ending in {card['last4']}"}
        # A card gets another code with each payment. Its signature identifies it.
        Card.objects.update_or_create(email=order.email, signature=card["signature"], defaults=values)


@inbox.on("charge.success")
def paid(event: ChargeSuccess) -> None:
    """Update the order and save the card. Both are idempotent, because the handler may run again after a crash."""
    try:
        update_order(event.data)
        save_card(event.data)
    finally:
        connection.close()  # Django closes only the connections of requests


def new_reference() -> str:
    """Return a reference for a form. Submitting the form twice creates one order."""
    return f"order-{uuid.uuid4().hex}"


def shelf(request: HttpRequest) -> HttpResponse:
    email = request.session.get("email")  # in place of your users and their login
    prices = [(item, f"₦{price / 100:,.2f}", new_reference()) for item, price in PRICES.items()]
    orders = Order.objects.filter(email=email).order_by("-id")
    return render(
        request,
        "shelf.html",
        {"email": email, "prices": prices, "cards": Card.objects.filter(email=email), "orders": orders},
    )


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    request.session["email"] = request.POST["email"].strip().lower()
    return redirect("/")


@require_POST
def buy(request: HttpRequest) -> HttpResponse:
    email, item, reference = request.session.get("email"), request.POST.get("item", ""), request.POST["reference"]
    if not email or item not in PRICES or not re.fullmatch("order-[0-9a-f]{32}", reference):
        raise Http404
    # The order is stored before anything is charged. The reference comes from the form, so a double click creates one
    # order and one charge.
    new = {"email": email, "item": item, "price": PRICES[item], "keep_card": "keep" in request.POST}
    order, created = Order.objects.get_or_create(reference=reference, defaults=new)
    callback_url = request.build_absolute_uri(reverse("show_order", args=[reference]))
    if not created:
        return redirect(callback_url)
    if number := request.POST.get("card"):
        card = Card.objects.filter(email=email, id=number).first()  # only the user's own card
        if card is None:
            raise Http404
        return HttpResponseRedirect(charge(order, card, callback_url))
    try:
        transaction = paystack.transactions.initialize(
            email, order.price, "NGN", reference, callback_url=callback_url, channels=["card"]
        )
    except errors.PaystackError:
        order.delete()  # no customer has its checkout page
        return HttpResponse("We cannot reach Paystack just now. Nothing was charged: try again.", status=502)
    return HttpResponseRedirect(transaction.data["authorization_url"])


def charge(order: Order, card: Card, callback_url: str) -> str:
    """Charge a saved card, and return the URL to which the customer is redirected."""
    try:
        response = paystack.transactions.charge_authorization(
            order.email, order.price, card.code, order.reference, "NGN", callback_url=callback_url
        )
    except errors.OutcomeUnknownError:
        return callback_url  # the order stays open, and its page verifies it. Do not charge again.
    except errors.APIStatusError as error:
        # A rejection, for example because the card can no longer be charged. Nothing was charged.
        Order.objects.filter(id=order.id, status="open").update(status="declined", message=error.response.message)
        return callback_url
    if "paused" in response.data:
        return response.data["authorization_url"]  # the bank requires the customer to confirm
    update_order(response.data)  # a response is not a payment: a declined charge has one too
    return callback_url


def show_order(request: HttpRequest, reference: str) -> HttpResponse:
    order = Order.objects.filter(reference=reference, email=request.session.get("email")).first()
    if order is None:
        raise Http404
    if order.status == "open":
        with suppress(errors.PaystackError):  # unknown to Paystack so far, or unreachable: the page retries
            update_order(paystack.transactions.verify_transaction(reference).data)
        order.refresh_from_db()
    return render(request, "order.html", {"order": order, "new_reference": new_reference()})


@require_POST
def delete_card(request: HttpRequest) -> HttpResponse:
    card = Card.objects.filter(email=request.session.get("email"), id=request.POST["card"]).first()
    if card is not None:
        paystack.customers.deactivate_authorization(card.code)
        card.delete()
    return redirect("/")


urlpatterns = [
    path("", shelf),
    path("enter", enter),
    path("orders", buy),
    path("orders/<reference>", show_order, name="show_order"),
    path("forget", delete_card),
    path("webhooks", webhook(os.environ["PAYSTACK_SECRET_KEY"], inbox)),
    path("style.css", serve, {"path": "style.css", "document_root": HERE.parent}),
]

if __name__ == "__main__":
    with connection.schema_editor() as tables:
        for model in Order, Card:
            if model._meta.db_table not in connection.introspection.table_names():
                tables.create_model(model)
    with inbox:
        print(f"The shop: http://127.0.0.1:{PORT}/", flush=True)
        print(f"The emulator's dashboard: {os.environ.get('PAYSTACK_BASE_URL', '')}/_emulator/", flush=True)
        execute_from_command_line([sys.argv[0], "runserver", "--noreload", "--skip-checks", f"127.0.0.1:{PORT}"])
