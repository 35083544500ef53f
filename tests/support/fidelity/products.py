"""Products: created, updated and deleted."""

from fidelity import expect_error

DIFFERENCES = {
    ("product.list", ".data[].shipping_fields.shipping_fees is missing"): (
        "shipping fees are set on the dashboard, for one of the sample's three products"
    ),
}


def exercise(client, emulator):
    products = client.products
    product = products.create_product("Akara", "Bean cakes", 20_000, "NGN", quantity=12, metadata={"shelf": "A"}).data
    expect_error(products.create_product, "Akara", "Bean cakes", 20_000, "NGN")
    products.list_products()
    products.fetch_product(product["id"])
    products.update_product(product["id"], description="Warm bean cakes")
    products.delete_product(product["id"])
    expect_error(products.fetch_product, product["id"])
