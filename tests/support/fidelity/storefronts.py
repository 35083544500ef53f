"""A shop: opened, stocked, bought from, copied and closed."""

from page_payments import pay
from page_payments import play as make

from fidelity import refused

KEYS = ("", ".id", ".name", ".slug", ".description", ".status", ".currency", ".createdAt", ".updatedAt")
SEEN = "the sample says that a slug is free; the test API was seen to answer with the shop that has it"

DIFFERENCES = {("storefront.verify_slug", f".data{key} is not sent by Paystack"): SEEN for key in KEYS}


def play(client, emulator):
    shops = client.storefronts
    shop = shops.create_storefront("Obi Foods", "obi-foods", "NGN", "Home made").data
    refused(shops.create_storefront, "Others", "obi-foods", "NGN")
    shops.verify_storefront_slug("obi-foods")
    akara = client.products.create_product("Suya", "Skewers", 20_000, "NGN", quantity=12).data["id"]
    shops.add_storefront_products(shop["id"], [akara])
    shops.list_storefront_products(shop["id"])
    shops.publish_storefront(shop["id"])
    items = [{"product": akara, "quantity": 2}]
    bought = make(client, "storefronts/obi-foods/orders", email="ada@example.com", items=items)
    pay(client, f"orders/{bought['code']}")
    shops.list_storefront_orders(shop["id"])
    shops.update_storefront(shop["id"], "Obi's Foods")
    shops.fetch_storefront(shop["id"])
    shops.duplicate_storefront(shop["id"])
    shops.list_storefronts()
    shops.delete_storefront(shop["id"])
