"""Payment pages at the emulator: creation, updates, and payments."""

import datetime as dt

import pytest
from emulator_payments import SECRET_KEY, frozen_emulator
from page_payments import pay_at_page, post_control

from paystackease import Request, errors
from paystackease.emulator.settings import Settings

TODAY = dt.date(2026, 10, 1)


@pytest.fixture
def pages(client):
    return client.payment_pages


@pytest.fixture
def shop(pages):
    return pages.create_payment_page("Obi Books", "Old and new", 50_000, page_slug="obi-books").data


@pytest.fixture
def shelf(client, pages):
    """Return a page that sells two atlases, and the id of the product."""
    page = pages.create_payment_page("Shelf", page_type="product").data
    atlas = client.products.create_product("Atlas", "Maps", 20_000, "NGN", quantity=2).data["id"]
    pages.add_products(page["id"], [atlas])
    return page, atlas


def test_a_page_has_its_fields_and_a_generated_slug(pages):
    custom_fields = [{"display_name": "Class", "variable_name": "class"}]
    response = pages.create_payment_page("Obi Books", custom_fields=custom_fields, collect_phone=True)
    assert (response.http.status, response.message) == (200, "Page created")
    assert (response.data["custom_fields"], response.data["collect_phone"], response.data["type"]) == (
        custom_fields,
        True,
        "payment",
    )
    assert "amount" not in response.data
    assert len(response.data["slug"]) == 10
    assert pages.fetch_payment_page(response.data["slug"]).data["id"] == response.data["id"]


def test_no_two_pages_share_a_slug(pages, shop):
    assert pages.check_slug_available("others") == {"status": True, "message": "Slug is available"}
    for call in (
        (pages.check_slug_available, "obi-books"),
        (pages.create_payment_page, "Others", None, None, None, "obi-books"),
    ):
        with pytest.raises(errors.InvalidRequestError) as exc_info:
            call[0](*call[1:])
        assert (exc_info.value.response.message, exc_info.value.code) == ("Slug already in use", "duplicate_slug")


def test_an_update_changes_only_the_given_fields(pages, shop):
    changed = pages.update_payment_page("obi-books", description="New ones").data
    assert (changed["name"], changed["description"], changed["amount"]) == ("Obi Books", "New ones", 50_000)
    assert pages.fetch_payment_page(shop["id"]).data["description"] == "New ones"


def test_a_customer_pays_the_amount_of_the_page(client, emulator, shop):
    reference = pay_at_page(client, "pages/obi-books", email="ada@example.com", amount=1_000)
    paid = client.transactions.verify_transaction(reference).data
    assert (paid["status"], paid["amount"], paid["customer"]["email"]) == ("success", 50_000, "ada@example.com")
    assert [event.name for event in emulator.events(SECRET_KEY)] == ["charge.success"]


def test_a_customer_chooses_the_amount_on_a_page_without_one(client, pages):
    slug = pages.create_payment_page("Offering", metadata={"box": "7"}).data["slug"]
    reference = pay_at_page(client, f"pages/{slug}", email="ada@example.com", amount=1_000)
    paid = client.transactions.verify_transaction(reference).data
    assert (paid["amount"], paid["metadata"]) == (1_000, {"box": "7"})
    with pytest.raises(errors.InvalidRequestError, match="Amount is required"):
        post_control(client, f"pages/{slug}/open", email="ada@example.com")


def test_a_page_of_a_plan_subscribes_the_customer(client, pages):
    plan = client.plans.create_plan("Weekly", 7_000, "weekly").data
    page = pages.create_payment_page("Weekly box", page_type="subscription", plan=plan["id"]).data
    assert page["plan"] == plan["id"]
    pay_at_page(client, f"pages/{page['slug']}", email="ada@example.com")
    (subscription,) = client.subscriptions.list_subscriptions().data
    assert subscription["plan"]["plan_code"] == plan["plan_code"]


def test_a_payment_on_a_page_is_split_as_configured(client, pages):
    shop = client.subaccounts.create_subaccount("Obi Books", "058", "0123456789", 30).data["subaccount_code"]
    shares = [{"subaccount": shop, "share": 40}]
    split = client.transaction_splits.create_split("Ours", "percentage", "NGN", shares).data["split_code"]
    slug = pages.create_payment_page("Obi Books", amount=50_000, split_code=split).data["slug"]
    paid = client.transactions.verify_transaction(pay_at_page(client, f"pages/{slug}", email="ada@example.com")).data
    assert paid["split"]["split_code"] == split


def test_an_inactive_page_accepts_no_payment(client, pages, shop):
    assert pages.update_payment_page(shop["id"], active=False).data["active"] is False
    with pytest.raises(errors.InvalidRequestError, match="This page is not active"):
        post_control(client, "pages/obi-books/open", email="ada@example.com")
    assert pages.update_payment_page(shop["id"], active=True).data["active"] is True
    pay_at_page(client, "pages/obi-books", email="ada@example.com")


def test_a_page_sells_products_from_their_stock(client, pages, shelf):
    page, atlas = shelf
    items = [{"product": atlas, "quantity": 2}]
    order = post_control(client, f"pages/{page['slug']}/open", email="ada@example.com", items=items)
    assert order["amount"] == 40_000
    pay_at_page(client, f"orders/{order['code']}")
    (sold,) = pages.fetch_payment_page(page["id"]).data["products"]
    assert (sold["product_id"], sold["quantity"], sold["in_stock"]) == (atlas, 0, 0)
    with pytest.raises(errors.InvalidRequestError, match="Product is out of stock"):
        post_control(client, f"pages/{page['slug']}/open", email="ada@example.com", items=items)


def test_a_product_that_is_added_again_is_there_once(pages, shelf):
    page, atlas = shelf
    again = pages.add_products(page["id"], [atlas, atlas])
    assert (again.message, len(again.data["products"])) == ("Products added to page", 1)


def test_the_misspelled_field_is_ignored_unless_quirks_are_off(connect):
    for quirks, sold in (True, 0), (False, 1):
        with frozen_emulator(settings=Settings(quirks=quirks)) as emulator:
            client = connect(transport=emulator)
            page = client.payment_pages.create_payment_page("Shelf", page_type="product").data["id"]
            atlas = client.products.create_product("Atlas", "Maps", 20_000, "NGN").data["id"]
            added = client.send(Request("POST", f"/page/{page}/product", body={"product": [atlas]})).data
            assert len(added["products"]) == sold


def test_everything_is_listed_once_and_the_newest_first(client, pages):
    for number in range(5):
        pages.create_payment_page(f"{number}")
    for options in {"per_page": 2}, {}, {"from_date": TODAY, "to_date": TODAY}:
        assert [page["name"] for page in client.iterate(pages.list_payment_pages(**options))] == [
            "4",
            "3",
            "2",
            "1",
            "0",
        ]
    assert pages.list_payment_pages(2).meta["perPage"] == "2"  # text, as in Paystack's sample


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("POST", "", {}, 400, "Name is required"),
        (
            "POST",
            "",
            {"name": "A", "type": "shop"},
            400,
            '"type" must be one of [payment, subscription, product, plan]',
        ),
        ("POST", "", {"name": "A", "plan": "PLN_nobody"}, 404, "Plan not found"),
        ("POST", "", {"name": "A", "split_code": "SPL_nobody"}, 404, "Invalid Split code."),
        ("POST", "", {"name": "A", "fixed_amount": True}, 400, '"amount" is required for a fixed amount'),
        ("POST", "", {"name": "A", "custom_fields": [{}]}, 400, '"display_name" is required'),
        ("POST", "", {"name": "A", "metadata": "x"}, 400, '"metadata" must be of type object'),
        ("POST", "", {"name": "A", "currency": "EUR"}, 400, "Currency not supported by merchant"),
        ("GET", "/nobody", None, 404, "Page not found"),
        ("PUT", "/5", {"name": "A"}, 404, "Page not found"),
        ("POST", "/5/product", {"products": [1]}, 404, "Page not found"),
        ("POST", "/obi-books/product", {"products": [1]}, 404, "Page not found"),
    ],
)
def test_invalid_arguments_are_rejected(client, shop, method, path, body, status, message):
    with pytest.raises(errors.APIStatusError) as exc_info:
        client.send(Request(method, f"/page{path}", body=body))
    assert (exc_info.value.response.http.status, exc_info.value.response.message) == (status, message)


def test_a_product_that_is_not_there_is_named(client, pages, shop):
    with pytest.raises(errors.InvalidRequestError) as exc_info:
        pages.add_products(shop["id"], [32])
    assert exc_info.value.response["message"] == "Product does not exist"
    assert exc_info.value.response["data"] == {"product": 32}
    with pytest.raises(errors.InvalidRequestError, match=r'"products\[0\]" must be a number'):
        client.send(Request("POST", f"/page/{shop['id']}/product", body={"products": ["PROD_x"]}))
