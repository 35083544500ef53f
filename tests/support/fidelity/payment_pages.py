"""Payment pages, for any payment and for products."""

from page_payments import pay_at_page, post_control

from fidelity import expect_error

DIFFERENCES = {}


def exercise(client, emulator):
    pages, splits = client.payment_pages, client.transaction_splits
    subaccount = client.subaccounts.create_subaccount("Obi Books", "058", "0123456789", 30).data["subaccount_code"]
    split = splits.create_split("Halves", "percentage", "NGN", [{"subaccount": subaccount, "share": 50}]).data[
        "split_code"
    ]
    pages.check_slug_available("obi-books")
    page = pages.create_payment_page("Obi Books", "Old and new", 50_000, split).data
    pages.fetch_payment_page(page["slug"])
    pages.update_payment_page(page["id"], "Obi's Books")
    pay_at_page(client, f"pages/{page['slug']}", email="ada@example.com")

    product_page = pages.create_payment_page("Shelf", "All of it", 20_000, split, page_type="product").data
    product = client.products.create_product("Atlas", "Maps", 20_000, "NGN", quantity=3).data["id"]
    pages.add_products(product_page["id"], [product])
    expect_error(pages.add_products, product_page["id"], [product + 1])
    expect_error(pages.add_products, product_page["id"] + 1, [product])
    pages.fetch_payment_page(product_page["id"])
    pages.list_payment_pages(3)
    order = post_control(
        client,
        f"pages/{product_page['slug']}/open",
        email="ada@example.com",
        items=[{"product": product, "quantity": 1}],
    )
    pay_at_page(client, f"orders/{order['code']}")
