"""A storefront: created, stocked, used for an order, duplicated and deleted."""

from page_payments import pay_at_page, post_control

from fidelity import expect_error

KEYS = ("", ".id", ".name", ".slug", ".description", ".status", ".currency", ".createdAt", ".updatedAt")
TAKEN_SLUG = "the sample says that a slug is free; the test API responds with the storefront that has it (observed)"

DIFFERENCES = {("storefront.verify_slug", f".data{key} is not sent by Paystack"): TAKEN_SLUG for key in KEYS}


def exercise(client, emulator):
    shops = client.storefronts
    shop = shops.create_storefront("Obi Foods", "obi-foods", "NGN", "Home made").data
    expect_error(shops.create_storefront, "Others", "obi-foods", "NGN")
    shops.verify_storefront_slug("obi-foods")
    product = client.products.create_product("Suya", "Skewers", 20_000, "NGN", quantity=12).data["id"]
    shops.add_storefront_products(shop["id"], [product])
    shops.list_storefront_products(shop["id"])
    shops.publish_storefront(shop["id"])
    items = [{"product": product, "quantity": 2}]
    order = post_control(client, "storefronts/obi-foods/orders", email="ada@example.com", items=items)
    pay_at_page(client, f"orders/{order['code']}")
    shops.list_storefront_orders(shop["id"])
    shops.update_storefront(shop["id"], "Obi's Foods")
    shops.fetch_storefront(shop["id"])
    shops.duplicate_storefront(shop["id"])
    shops.list_storefronts()
    shops.delete_storefront(shop["id"])
