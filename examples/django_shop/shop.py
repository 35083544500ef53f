"""A shop on Django that remembers cards: the first purchase is paid at Paystack's checkout, the next with one press.

One command starts an offline Paystack and the shop::

    paystackease emulator run --webhook-url http://127.0.0.1:8000/webhooks -- python examples/django_shop/shop.py

A saved card may be declined, its bank may want the customer to confirm, and the line may drop while it is charged.
:func:`charge` has a branch for each, and :func:`settle` decides what Paystack's word means for the order.
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
KEPT = Path(os.environ.get("SHOP_DIRECTORY") or tempfile.mkdtemp())
"""A new one each time, for the emulator forgets too."""

PRICES = {"Bag of rice": 4_800_000, "Palm oil": 950_000, "Plantain": 320_000}
"""In kobo."""

settings.configure(
    ROOT_URLCONF=__name__,
    SECRET_KEY="Django's own, and not for production",
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": KEPT / "shop.db",
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

inbox = Inbox(f"sqlite:///{KEPT}/inbox.db")
paystack = Paystack()  # with the key and the address of the environment


class Order(models.Model):
    reference = models.CharField(max_length=100, unique=True)
    email = models.CharField(max_length=200)
    item = models.CharField(max_length=100)
    price = models.IntegerField()
    status = models.CharField(max_length=20, default="open")  # then paid or declined
    says = models.CharField(max_length=200, default="")
    keep_card = models.BooleanField(default=False)

    class Meta:
        app_label = "shop"

    @property
    def naira(self) -> str:
        return f"₦{self.price / 100:,.2f}"


class Card(models.Model):
    """A card that its owner wants kept. There is nothing in it that others could pay with: the code is good for this
    integration and this e-mail address alone.
    """

    email = models.CharField(max_length=200)
    code = models.CharField(max_length=100)
    name = models.CharField(max_length=100)
    signature = models.CharField(max_length=100)

    class Meta:
        app_label = "shop"
        constraints = (models.UniqueConstraint(fields=["email", "signature"], name="a card is kept once"),)


def settle(data: Mapping[str, Any]) -> None:
    """Tell an order what Paystack says of its payment, whoever brings it: an answer, a webhook, a check; any number."""
    order = Order.objects.filter(reference=data["reference"]).exclude(status="paid")
    if data["status"] == "success":
        if data["currency"] == "NGN":
            order.filter(price=data["amount"]).update(status="paid", says="")
    elif data["status"] == "failed":
        order.update(status="declined", says=data["gateway_response"] or "")


def keep_card(data: Mapping[str, Any]) -> None:
    """Keep the card of a payment, where it may be charged again and its owner ticked the box."""
    card = data["authorization"]
    order = Order.objects.filter(reference=data["reference"], keep_card=True).first()
    if order is not None and card.get("reusable"):
        found = {"code": card["authorization_code"], "name": f"{card['brand'].title()} ending in {card['last4']}"}
        # The same card that is paid with again may come with another code: its signature tells.
        Card.objects.update_or_create(email=order.email, signature=card["signature"], defaults=found)


@inbox.on("charge.success")
def paid(event: ChargeSuccess) -> None:
    """Both may be done twice, so that a process may die at any moment."""
    try:
        settle(event.data)
        keep_card(event.data)
    finally:
        connection.close()  # Django closes those of requests only


def fresh() -> str:
    """A reference for a form: what is sent with it happens once."""
    return f"order-{uuid.uuid4().hex}"


def shelf(request: HttpRequest) -> HttpResponse:
    email = request.session.get("email")  # which stands in for your users
    prices = [(item, f"₦{price / 100:,.2f}", fresh()) for item, price in PRICES.items()]
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
    # Written down before anything is charged. The reference is that of the form that was shown, so that whoever presses
    # twice has one order, and is charged once.
    new = {"email": email, "item": item, "price": PRICES[item], "keep_card": "keep" in request.POST}
    order, created = Order.objects.get_or_create(reference=reference, defaults=new)
    back = request.build_absolute_uri(reverse("look", args=[reference]))
    if not created:
        return redirect(back)
    if number := request.POST.get("card"):
        card = Card.objects.filter(email=email, id=number).first()  # nobody else's
        if card is None:
            raise Http404
        return HttpResponseRedirect(charge(order, card, back))
    try:
        begun = paystack.transactions.initialize(
            email, order.price, "NGN", reference, callback_url=back, channels=["card"]
        )
    except errors.PaystackError:
        order.delete()  # nobody was sent anywhere to pay for it
        return HttpResponse("We cannot reach Paystack just now. Nothing was charged: try again.", status=502)
    return HttpResponseRedirect(begun.data["authorization_url"])


def charge(order: Order, card: Card, back: str) -> str:
    """Charge a card that was kept. Gives where the customer goes next."""
    try:
        answer = paystack.transactions.charge_authorization(
            order.email, order.price, card.code, order.reference, "NGN", callback_url=back
        )
    except errors.OutcomeUnknownError:
        return back  # perhaps it is paid: the order stays open, and its page asks. It must not be charged anew.
    except errors.APIStatusError as error:
        # A plain no, such as that the card cannot be charged any more. Nothing was taken.
        Order.objects.filter(id=order.id, status="open").update(status="declined", says=error.response.message)
        return back
    if "paused" in answer.data:
        return answer.data["authorization_url"]  # the bank wants the customer to confirm it
    settle(answer.data)  # an answer does not mean that it is paid: a decline is one too
    return back


def look(request: HttpRequest, reference: str) -> HttpResponse:
    order = Order.objects.filter(reference=reference, email=request.session.get("email")).first()
    if order is None:
        raise Http404
    if order.status == "open":
        with suppress(errors.PaystackError):  # it is not known there yet, or cannot be asked for: the page asks again
            settle(paystack.transactions.verify_transaction(reference).data)
        order.refresh_from_db()
    return render(request, "order.html", {"order": order, "fresh": fresh()})


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    card = Card.objects.filter(email=request.session.get("email"), id=request.POST["card"]).first()
    if card is not None:
        paystack.customers.deactivate_authorization(card.code)
        card.delete()
    return redirect("/")


urlpatterns = [
    path("", shelf),
    path("enter", enter),
    path("orders", buy),
    path("orders/<reference>", look, name="look"),
    path("forget", forget),
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
        print(f"Paystack's side of it: {os.environ.get('PAYSTACK_BASE_URL', '')}/_emulator/", flush=True)
        execute_from_command_line([sys.argv[0], "runserver", "--noreload", "--skip-checks", f"127.0.0.1:{PORT}"])
