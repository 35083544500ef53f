"""A shop on Django, in one file: an order is paid at Paystack's checkout, reported by webhook, and shipped once.

Try it without an account::

    paystackease emulator run --webhook-url http://127.0.0.1:8000/webhooks -- python examples/webhooks_django.py
    curl -X POST "http://127.0.0.1:8000/orders?email=ada@example.com"

Open the ``authorization_url`` of the response, pay with a test card, and open ``/orders/{reference}``.

The inbox's handlers can use Django's models. If a process dies at the wrong moment, the handler runs again. The event's
key under a unique constraint prevents a second shipment.
"""

import os
import sys

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.db import IntegrityError, connection, models, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from paystackease import Paystack
from paystackease.webhooks import Inbox
from paystackease.webhooks.django import webhook
from paystackease.webhooks.events import ChargeSuccess

PRICE = 250_000  # kobo
DATABASE = os.environ.get("SHOP_DATABASE", "sqlite:///shop.db")

settings.configure(
    ROOT_URLCONF=__name__,
    SECRET_KEY="for Django, and not for production",
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE.removeprefix("sqlite:///") + ".django"}
    },
)
django.setup()

inbox = Inbox(DATABASE)
paystack = Paystack()  # key and base URL come from the environment


class Order(models.Model):
    reference = models.CharField(max_length=100, unique=True)
    price = models.IntegerField()
    status = models.CharField(max_length=20, default="open")

    class Meta:
        app_label = "shop"


class Shipment(models.Model):
    reference = models.CharField(max_length=100)
    event = models.CharField(max_length=700, unique=True)

    class Meta:
        app_label = "shop"


@inbox.on("charge.success")
def ship(event: ChargeSuccess) -> None:
    """Ship a paid order."""
    reference, paid = event.data["reference"], event.data["amount"]
    try:
        with transaction.atomic():
            if Order.objects.filter(reference=reference, price=paid, status="open").update(status="shipped"):
                Shipment.objects.create(reference=reference, event=event.key)
    except IntegrityError:
        pass  # already shipped: the process died before that was recorded
    finally:
        connection.close()  # Django closes only the connections of requests


@csrf_exempt
def order(request: HttpRequest) -> JsonResponse:
    initialized = paystack.transactions.initialize(request.GET["email"], PRICE).data
    Order.objects.create(reference=initialized["reference"], price=PRICE)
    return JsonResponse({"reference": initialized["reference"], "authorization_url": initialized["authorization_url"]})


def show_order(request: HttpRequest, reference: str) -> JsonResponse:
    status = Order.objects.get(reference=reference).status
    return JsonResponse({"status": status, "shipments": Shipment.objects.filter(reference=reference).count()})


urlpatterns = [
    path("orders", order),
    path("orders/<reference>", show_order),
    path("webhooks", webhook(os.environ["PAYSTACK_SECRET_KEY"], inbox)),
]

if __name__ == "__main__":
    with connection.schema_editor() as tables:
        for model in Order, Shipment:
            if model._meta.db_table not in connection.introspection.table_names():
                tables.create_model(model)
    with inbox:
        port = os.environ.get("PORT", "8000")
        execute_from_command_line([sys.argv[0], "runserver", "--noreload", "--skip-checks", f"127.0.0.1:{port}"])
