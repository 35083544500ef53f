"""A shop: opened, stocked, bought from, copied and closed."""

from page_payments import pay_at_page
from page_payments import post_control as make

from fidelity import expect_error

KEYS = ("", ".id", ".name", ".slug", ".description", ".status", ".currency", ".createdAt", ".updatedAt")
SEEN = "the sample says that a slug is free; the test API was seen to answer with the shop that has it"

DIFFERENCES = {("storefront.verify_slug", f".data{key} is not sent by Paystack"): SEEN for key in KEYS}


def exercise(client, emulator):
    shops = client.storefronts
    shop = shops.create_storefront("Obi Foods", "obi-foods", "NGN", "Home made").data
    expect_error(shops.create_storefront, "Others", "obi-foods", "NGN")
    shops.verify_storefront_slug("obi-foods")
    akara = client.products.create_product("Suya", "Skewers", 20_000, "NGN", quantity=12).data["id"]
    shops.add_storefront_products(shop["id"], [akara])
    shops.list_storefront_products(shop["id"])
    shops.publish_storefront(shop["id"])
    items = [{"product": akara, "quantity": 2}]
    bought = make(client, "storefronts/obi-foods/orders", email="ada@example.com", items=items)
    pay_at_page(client, f"orders/{bought['code']}")
    shops.list_storefront_orders(shop["id"])
    shops.update_storefront(shop["id"], "Obi's Foods")
    shops.fetch_storefront(shop["id"])
    shops.duplicate_storefront(shop["id"])
    shops.list_storefronts()
    shops.delete_storefront(shop["id"])
