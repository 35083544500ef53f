"""Things for sale, made, changed and taken away."""

from fidelity import expect_error

DIFFERENCES = {
    ("product.list", ".data[].shipping_fields.shipping_fees is missing"): (
        "what shipping costs is set on the dashboard, for one of the sample's three products"
    ),
}


def exercise(client, emulator):
    products = client.products
    made = products.create_product("Akara", "Bean cakes", 20_000, "NGN", quantity=12, metadata={"shelf": "A"}).data
    expect_error(products.create_product, "Akara", "Bean cakes", 20_000, "NGN")
    products.list_products()
    products.fetch_product(made["id"])
    products.update_product(made["id"], description="Warm bean cakes")
    products.delete_product(made["id"])
    expect_error(products.fetch_product, made["id"])
