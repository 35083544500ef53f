"""Pages to pay on, for anything and for products."""

from page_payments import pay_at_page
from page_payments import post_control as make

from fidelity import expect_error

DIFFERENCES = {}


def exercise(client, emulator):
    pages, splits = client.payment_pages, client.transaction_splits
    shop = client.subaccounts.create_subaccount("Obi Books", "058", "0123456789", 30).data["subaccount_code"]
    split = splits.create_split("Halves", "percentage", "NGN", [{"subaccount": shop, "share": 50}]).data["split_code"]
    pages.check_slug_available("obi-books")
    made = pages.create_payment_page("Obi Books", "Old and new", 50_000, split).data
    pages.fetch_payment_page(made["slug"])
    pages.update_payment_page(made["id"], "Obi's Books")
    pay_at_page(client, f"pages/{made['slug']}", email="ada@example.com")

    shelf = pages.create_payment_page("Shelf", "All of it", 20_000, split, page_type="product").data
    book = client.products.create_product("Atlas", "Maps", 20_000, "NGN", quantity=3).data["id"]
    pages.add_products(shelf["id"], [book])
    expect_error(pages.add_products, shelf["id"], [book + 1])
    expect_error(pages.add_products, shelf["id"] + 1, [book])
    pages.fetch_payment_page(shelf["id"])
    pages.list_payment_pages(3)
    bought = make(
        client, f"pages/{shelf['slug']}/open", email="ada@example.com", items=[{"product": book, "quantity": 1}]
    )
    pay_at_page(client, f"orders/{bought['code']}")
