"""Products at the emulator: the catalogue and its stock."""

import datetime as dt

import pytest
from emulator_payments import SECRET_KEY, frozen_emulator
from shape_comparison import response_differences

from paystackease import Request, errors
from paystackease.emulator.settings import Settings

TODAY = dt.date(2026, 10, 1)


@pytest.fixture
def products(client):
    return client.products


@pytest.fixture
def akara(products):
    return products.create_product("Akara", "Bean cakes", 20_000, "NGN", quantity=12).data


def names(emulator):
    return [event.name for event in emulator.events(SECRET_KEY)]


def test_a_product_is_made_with_a_price_and_a_stock(products):
    created = products.create_product("Akara", "Bean cakes", 20_000, "NGN", quantity=12, metadata={"shelf": "A"})
    assert (created.http.status, created.message) == (201, "Product successfully created")
    akara = created.data
    assert (akara["price"], akara["quantity"], akara["quantity_sold"], akara["in_stock"]) == (20_000, 12, 0, True)
    assert akara["product_code"].startswith("PROD_")
    assert akara["slug"].startswith("akara-")
    assert akara["metadata"] == {"shelf": "A", "background_color": "#F5F5F5"}
    assert products.fetch_product(akara["id"]).data["description"] == "Bean cakes"


def test_nothing_but_name_price_and_currency_is_needed(client):
    data = client.send(Request("POST", "/product", body={"name": "Akara", "price": "20000", "currency": "NGN"})).data
    assert (data["description"], data["quantity"], data["unlimited"], data["in_stock"]) == (None, 0, False, False)


def test_an_unlimited_product_is_in_stock(products):
    assert products.create_product("Song", "A file", 500, "NGN", unlimited=True).data["in_stock"] is True


def test_no_two_products_share_a_name_until_one_is_deleted(products, akara):
    again = ("Akara", "Others", 10_000, "NGN")
    with pytest.raises(errors.InvalidRequestError, match="Product with same name already exists"):
        products.create_product(*again)
    other = products.create_product("Moin moin", "Bean pudding", 30_000, "NGN").data
    with pytest.raises(errors.InvalidRequestError, match="Product with same name already exists"):
        products.update_product(other["id"], "Akara")
    products.delete_product(akara["id"])
    assert products.create_product(*again).data["id"] != akara["id"]


def test_an_update_changes_only_the_given_fields(products, akara):
    changed = products.update_product(akara["id"], amount=25_000, quantity=0)
    assert (changed.http.status, changed.message) == (202, "Product successfully updated")
    assert (changed.data["price"], changed.data["name"], changed.data["in_stock"]) == (25_000, "Akara", False)
    assert products.fetch_product(akara["id"]).data["quantity"] == 0


def test_a_deleted_product_is_not_found(products, akara):
    assert products.delete_product(akara["id"]) == {"status": True, "message": "Product successfully deleted"}
    for call in products.fetch_product, products.delete_product, products.update_product:
        with pytest.raises(errors.NotFoundError, match="Product not found"):
            call(akara["id"])
    assert products.list_products().data == []
    assert [product["active"] for product in products.list_products(active=False).data] == [False]


def test_changes_of_a_product_send_events(emulator, products, akara):
    products.update_product(akara["id"], description="Warm")
    products.delete_product(akara["id"])
    assert names(emulator) == ["product.create", "product.update", "product.delete"]
    assert [event.data["id"] for event in emulator.events(SECRET_KEY)] == [akara["id"]] * 3


def test_metadata_as_text_is_split_into_characters(client):
    body = {"name": "Akara", "price": 500, "currency": "NGN", "metadata": '{"a'}
    assert client.send(Request("POST", "/product", body=body)).data["metadata"] == {
        "0": "{",
        "1": '"',
        "2": "a",
        "background_color": "#F5F5F5",
    }


def test_metadata_as_text_is_parsed_without_quirks(connect):
    with frozen_emulator(settings=Settings(quirks=False)) as emulator:
        client = connect(transport=emulator)
        body = {"name": "Akara", "price": 500, "currency": "NGN"}
        data = client.send(Request("POST", "/product", body={**body, "metadata": '{"shelf": "A"}'})).data
        assert data["metadata"]["shelf"] == "A"
        with pytest.raises(errors.InvalidRequestError, match='"metadata" must be of type object'):
            client.send(Request("POST", "/product", body={**body, "name": "B", "metadata": "A"}))


def test_everything_is_listed_once_and_the_newest_first(client, products):
    for number in range(5):
        products.create_product(f"{number}", "", 500, "NGN")
    for options in {"per_page": 2}, {}, {"from_date": TODAY, "to_date": TODAY}:
        assert [product["name"] for product in client.iterate(products.list_products(**options))] == [
            "4",
            "3",
            "2",
            "1",
            "0",
        ]
    assert products.list_products(to_date=dt.date(2026, 9, 30)).data == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"price": 1, "currency": "NGN"}, "Name is required"),
        ({"name": "A", "currency": "NGN"}, "Price is required"),
        ({"name": "A", "price": 1}, "Currency is required"),
        ({"name": "A", "price": 1, "currency": "EUR"}, "Currency not supported by merchant"),
        ({"name": "A", "price": 0, "currency": "NGN"}, "Invalid Amount Sent"),
        ({"name": ["A"], "price": 1, "currency": "NGN"}, '"name" must be a string'),
        ({"name": "A", "price": 1, "currency": "NGN", "unlimited": "yes"}, '"unlimited" must be a boolean'),
        ({"name": "A", "price": 1, "currency": "NGN", "quantity": 1.5}, '"quantity" must be a number'),
        ({"name": "A", "price": 1, "currency": "NGN", "quantity": -1}, '"quantity" must be greater than or equal to 0'),
        ({"name": "A", "price": 1, "currency": "NGN", "metadata": [1]}, '"metadata" must be of type object'),
        ({"name": "A", "price": 1, "currency": "NGN", "split_code": "SPL_nobody"}, "Invalid Split code."),
    ],
)
def test_an_invalid_product_is_rejected(client, emulator, body, message):
    with pytest.raises(errors.APIStatusError) as exc_info:
        client.send(Request("POST", "/product", body=body))
    assert exc_info.value.response.message == message
    assert names(emulator) == []


@pytest.mark.parametrize("number", ["PROD_nobody", "7", "99999999999999999999"])
def test_a_product_has_a_number_and_not_a_code(client, akara, number):
    for path in number, akara["product_code"]:
        with pytest.raises(errors.NotFoundError, match="Product not found"):
            client.send(Request("GET", f"/product/{path}"))


def test_a_change_is_answered_in_the_shape_of_paystacks_sample(products, akara):
    # The sample is published under 200; 202 was observed.
    assert response_differences("product.update", 200, products.update_product(akara["id"], "Akara")) == []
