"""Storefronts at the emulator: publication, products, purchases, copies and deletion."""

import pytest
from emulator_payments import frozen_emulator
from page_payments import pay_at_page, post_control

from paystackease import Request, errors
from paystackease.emulator.settings import Settings


@pytest.fixture
def shops(client):
    return client.storefronts


@pytest.fixture
def shop(shops):
    return shops.create_storefront("Obi Foods", "obi-foods", "NGN", "Home made").data


@pytest.fixture
def akara(client):
    return client.products.create_product("Akara", "Bean cakes", 20_000, "NGN", quantity=12).data["id"]


def test_a_storefront_is_inactive_until_it_is_published(client, shops, shop, akara):
    assert (shop["status"], shop["slug"], shop["description"]) == ("inactive", "obi-foods", "Home made")
    shops.add_storefront_products(shop["id"], [akara])
    purchase = {"email": "ada@example.com", "items": [{"product": akara, "quantity": 1}]}
    with pytest.raises(errors.NotFoundError, match="Storefront not found"):
        post_control(client, "storefronts/obi-foods/orders", **purchase)
    for _ in range(2):  # again is harmless
        assert shops.publish_storefront(shop["id"]).message == "Storefront published"
    assert shops.fetch_storefront(shop["id"]).data["status"] == "active"
    assert post_control(client, "storefronts/obi-foods/orders", **purchase)["status"] == "pending"


def test_a_purchase_creates_an_order_of_the_storefront(client, shops, shop, akara):
    shops.add_storefront_products(shop["id"], [akara])
    shops.publish_storefront(shop["id"])
    items = [{"product": akara, "quantity": 2}]
    order = post_control(client, "storefronts/obi-foods/orders", email="ada@example.com", items=items)
    pay_at_page(client, f"orders/{order['code']}")
    (listed,) = shops.list_storefront_orders(shop["id"]).data
    assert (listed["code"], listed["amount"], listed["status"]) == (order["code"], 40_000, "success")
    assert client.products.fetch_product(akara).data["quantity"] == 10
    assert client.orders.fetch_order(order["id"]).data["customer"]["email"] == "ada@example.com"
    other = shops.create_storefront("Others", "others", "NGN").data["id"]
    assert shops.list_storefront_orders(other).data == []


def test_a_storefront_sells_only_its_products(client, shops, shop, akara):
    for _ in range(2):
        assert shops.add_storefront_products(shop["id"], [akara]) == {
            "status": True,
            "message": "Products added to storefront",
        }
    (sold,) = shops.list_storefront_products(shop["id"]).data
    assert (sold["id"], sold["name"], sold["active"]) == (akara, "Akara", True)
    more = [client.products.create_product(f"{n}", "", 500, "NGN").data["id"] for n in range(4)]
    shops.add_storefront_products(shop["id"], more)
    assert [product["id"] for product in client.iterate(shops.list_storefront_products(shop["id"]))] == [akara, *more]
    with pytest.raises(errors.NotFoundError, match="Product not found"):
        shops.add_storefront_products(shop["id"], [akara + 100])
    with pytest.raises(errors.InvalidRequestError, match=r'"products\[1\]" must be a number'):
        client.send(Request("POST", f"/storefront/{shop['id']}/product", body={"products": [akara, "PROD_x"]}))


def test_nothing_is_bought_that_the_shop_does_not_sell(client, shops, shop, akara):
    shops.publish_storefront(shop["id"])
    items = [{"product": akara, "quantity": 1}]
    with pytest.raises(errors.NotFoundError, match="Product not found"):
        post_control(client, "storefronts/obi-foods/orders", email="ada@example.com", items=items)


def test_a_copy_has_a_new_name_and_slug_and_the_same_products(shops, shop, akara):
    shops.add_storefront_products(shop["id"], [akara])
    shops.publish_storefront(shop["id"])
    assert shops.duplicate_storefront(shop["id"]) == {"status": True, "message": "Storefront duplicated"}
    copy, _ = shops.list_storefronts().data
    assert (copy["name"], copy["status"]) == ("Copy of Obi Foods", "inactive")
    assert copy["slug"].startswith("copy-of-obi-foods-")
    assert [product["id"] for product in shops.list_storefront_products(copy["id"]).data] == [akara]


def test_a_shop_that_is_deleted_is_gone_and_its_slug_is_free(shops, shop):
    assert shops.delete_storefront(shop["id"]) == {"status": True, "message": "Storefront deleted"}
    assert shops.list_storefronts().data == []
    for call in shops.fetch_storefront, shops.delete_storefront, shops.publish_storefront, shops.duplicate_storefront:
        with pytest.raises(errors.NotFoundError, match="Storefront not found"):
            call(shop["id"])
    assert shops.create_storefront("Others", "obi-foods", "NGN").data["slug"] == "obi-foods"


def test_a_used_slug_returns_its_storefront_and_an_unused_one_is_not_found(shops, shop):
    assert shops.verify_storefront_slug("obi-foods").data["id"] == shop["id"]
    with pytest.raises(errors.NotFoundError, match="Storefront not found"):
        shops.verify_storefront_slug("others")


def test_without_the_quirks_a_free_slug_is_available_as_documented(connect):
    with frozen_emulator(settings=Settings(quirks=False)) as emulator:
        shops = connect(transport=emulator).storefronts
        assert shops.verify_storefront_slug("obi-foods") == {"status": True, "message": "Slug is available"}
        shops.create_storefront("Obi Foods", "obi-foods", "NGN")
        with pytest.raises(errors.InvalidRequestError, match="This link is already in use"):
            shops.verify_storefront_slug("obi-foods")


def test_an_update_changes_only_the_given_fields(shops, shop):
    shops.create_storefront("Others", "others", "NGN")
    changed = shops.update_storefront(shop["id"], slug="obi-kitchen").data
    assert (changed["slug"], changed["name"], changed["description"]) == ("obi-kitchen", "Obi Foods", "Home made")
    with pytest.raises(errors.InvalidRequestError, match="This link is already in use, please choose another"):
        shops.update_storefront(shop["id"], slug="others")
    assert shops.fetch_storefront(shop["id"]).data["slug"] == "obi-kitchen"


def test_shops_are_listed_by_their_status(client, shops, shop):
    for number in range(4):
        shops.create_storefront(f"{number}", f"shop-{number}", "NGN")
    shops.publish_storefront(shop["id"])
    assert [storefront["name"] for storefront in shops.list_storefronts(status="active").data] == ["Obi Foods"]
    listed = client.iterate(shops.list_storefronts(per_page=2))
    assert [item["name"] for item in listed] == ["3", "2", "1", "0", "Obi Foods"]
    with pytest.raises(errors.InvalidRequestError, match=r'"status" must be one of \[active, inactive\]'):
        client.send(Request("GET", "/storefront", query={"status": "deleted"}))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"slug": "obi-books", "currency": "NGN"}, '"name" is required'),
        ({"name": "A", "currency": "NGN"}, '"slug" is required'),
        ({"name": "A", "slug": "obi-books"}, '"currency" is required'),
        ({"name": "A", "slug": "obi-books", "currency": "XOF"}, "Currency not supported or allowed"),
        ({"name": "A", "slug": "obi-foods", "currency": "NGN"}, "This link is already in use, please choose another."),
        *(
            (
                {"name": "A", "slug": slug, "currency": "NGN"},
                "Slug should be 5-100 characters, all lowercase, using only letters, numbers, dashes, or underscores.",
            )
            for slug in ("four", "Capitals", "with space", "a" * 101)
        ),
    ],
)
def test_an_invalid_storefront_is_rejected(client, shop, body, message):
    with pytest.raises(errors.InvalidRequestError) as exc_info:
        client.send(Request("POST", "/storefront", body=body))
    assert exc_info.value.response.message == message
