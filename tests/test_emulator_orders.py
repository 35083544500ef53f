"""Orders at the emulator: created with either of Paystack's two bodies, paid, and deducted from the stock."""

import pytest
from emulator_payments import SECRET_KEY, pay_at_checkout
from page_payments import pay_at_page, post_control

from paystackease import Request, errors

SHIPPING = {"street_line": "1 Marina", "city": "Lagos", "state": "Lagos", "country": "Nigeria", "shipping_fee": 1_500}


@pytest.fixture
def orders(client):
    return client.orders


@pytest.fixture
def akara(client):
    return client.products.create_product("Akara", "Bean cakes", 20_000, "NGN", quantity=5).data["id"]


@pytest.fixture
def ada(client):
    return client.customers.create_customer("ada@example.com", "Ada", "Obi", "").data


@pytest.fixture
def created_order(orders, ada, akara):
    return orders.create_order(customer=ada["customer_code"], line_items=[{"product": akara, "quantity": 2}]).data


def full_body(akara, **more):
    """Return the second of Paystack's request bodies."""
    items = [{"item": akara, "type": "product", "quantity": 2, "amount": 38_000}]
    names = {"email": "eze@example.com", "first_name": "Eze", "last_name": "Obi", "phone": "+2348000000000"}
    return {**names, "currency": "NGN", "items": items, "shipping": SHIPPING, **more}


def test_an_order_costs_what_its_products_cost(orders, ada, akara, created_order):
    assert (created_order["amount"], created_order["currency"], created_order["status"]) == (40_000, "NGN", "pending")
    assert created_order["customer"] == {"id": ada["id"], "email": "ada@example.com"}
    assert created_order["line_items"] == [{"product": {"id": akara, "name": "Akara"}, "quantity": 2, "amount": 40_000}]
    assert created_order["code"].startswith("ORD_")
    assert orders.fetch_order(created_order["id"]).data == created_order


def test_an_order_with_the_other_body_has_its_own_amount_and_response_shape(client, orders, akara):
    order = orders.create_order(**full_body(akara, is_gift=True)).data
    assert (order["amount"], order["status"], order["shipping_fees"]) == (39_500, "created", 1_500)
    assert order["order_code"].startswith("ORD_")
    data = orders.fetch_order(order["id"]).data
    assert (data["is_gift"], data["customer"]["first_name"], data["shipping"]["city"]) == (True, "Eze", "Lagos")
    assert [(item["item"], item["quantity"], item["amount"]) for item in data["items"]] == [(akara, 2, 38_000)]
    eze = client.customers.fetch_customer("eze@example.com").data
    assert (eze["last_name"], order["customer"]) == ("Obi", eze["id"])


def test_a_paid_order_reduces_the_stock(client, emulator, orders, akara, created_order):
    assert orders.validate_order(created_order["code"]).data["valid"] is True
    reference = pay_at_page(client, f"orders/{created_order['code']}")
    paid = client.transactions.verify_transaction(reference).data
    assert (paid["amount"], paid["status"], paid["order_id"]) == (40_000, "success", created_order["id"])
    assert orders.fetch_order(created_order["id"]).data["status"] == "success"
    left = client.products.fetch_product(akara).data
    assert (left["quantity"], left["quantity_sold"]) == (3, 2)
    assert orders.validate_order(created_order["code"]).data["valid"] is False
    assert [event.name for event in emulator.events(SECRET_KEY)][-1] == "charge.success"


def test_an_order_of_the_other_shape_shows_its_transaction(client, orders, akara):
    order = orders.create_order(**full_body(akara)).data
    reference = pay_at_page(client, f"orders/{order['order_code']}")
    data = orders.fetch_order(order["id"]).data
    assert data["transaction"] == client.transactions.verify_transaction(reference).data["id"]
    assert (data["status"], data["paid_at"]) == ("success", "2026-10-01T12:00:00.000Z")


def test_an_order_is_paid_once(client, created_order):
    first = post_control(client, f"orders/{created_order['code']}/open")
    assert post_control(client, f"orders/{created_order['code']}/open") == first
    pay_at_checkout(client, first["reference"])
    with pytest.raises(errors.InvalidRequestError, match="This order has already been paid"):
        post_control(client, f"orders/{created_order['code']}/open")


def test_a_failed_payment_does_not_reduce_the_stock(client, orders, akara, created_order):
    reference = post_control(client, f"orders/{created_order['code']}/open")["reference"]
    pay_at_checkout(client, reference, entered=("4084080000005408", "001"))
    assert orders.fetch_order(created_order["id"]).data["status"] == "pending"
    assert client.products.fetch_product(akara).data["quantity"] == 5
    pay_at_checkout(client, reference)
    assert client.products.fetch_product(akara).data["quantity"] == 3


def test_an_oversold_product_has_no_negative_stock(client, orders, ada, akara):
    codes = [
        orders.create_order(customer=ada["customer_code"], line_items=[{"product": akara, "quantity": 4}]).data["code"]
        for _ in range(2)
    ]
    for code in codes:
        pay_at_page(client, f"orders/{code}")
    left = client.products.fetch_product(akara).data
    assert (left["quantity"], left["quantity_sold"], left["in_stock"]) == (0, 8, False)


def test_an_expired_session_is_replaced(client, emulator, created_order):
    client.integration.update_timeout(60)
    first = post_control(client, f"orders/{created_order['code']}/open")["reference"]
    emulator.advance(60)
    second = post_control(client, f"orders/{created_order['code']}/open")["reference"]
    assert first != second
    pay_at_checkout(client, second)


def test_two_payments_of_one_order_reduce_the_stock_once(client, emulator, orders, akara, created_order):
    client.integration.update_timeout(60)
    first = post_control(client, f"orders/{created_order['code']}/open")["reference"]
    emulator.advance(60)
    pay_at_checkout(client, post_control(client, f"orders/{created_order['code']}/open")["reference"])
    client.integration.update_timeout(0)
    pay_at_checkout(client, first)
    assert client.transactions.verify_transaction(first).data["status"] == "success"  # money is never lost sight of
    left = client.products.fetch_product(akara).data
    assert (left["quantity"], left["quantity_sold"]) == (3, 2)


def test_products_with_one_split_share_the_payment(client, orders, ada):
    shop = client.subaccounts.create_subaccount("Obi Books", "058", "0123456789", 30).data["subaccount_code"]
    shares = [{"subaccount": shop, "share": 40}]
    split = client.transaction_splits.create_split("Ours", "percentage", "NGN", shares).data["split_code"]
    atlas = client.products.create_product("Atlas", "Maps", 20_000, "NGN", quantity=5, split_code=split).data["id"]
    order = orders.create_order(customer=ada["customer_code"], line_items=[{"product": atlas, "quantity": 1}]).data
    paid = client.transactions.verify_transaction(pay_at_page(client, f"orders/{order['code']}")).data
    assert paid["split"]["split_code"] == split


def test_orders_are_listed_and_those_of_a_product_by_themselves(client, orders, ada, akara, created_order):
    other = client.products.create_product("Moin moin", "", 30_000, "NGN", unlimited=True).data["id"]
    for _ in range(4):
        orders.create_order(customer=str(ada["id"]), line_items=[{"product": other, "quantity": 1}])
    last = orders.create_order(**full_body(akara)).data
    assert [product_order["id"] for product_order in orders.list_product_orders(akara).data] == [
        last["id"],
        created_order["id"],
    ]
    assert len([*client.iterate(orders.list_product_orders(other))]) == 4
    listed = [*client.iterate(orders.list_orders(per_page=2))]
    assert [item["id"] for item in listed] == sorted((item["id"] for item in listed), reverse=True)
    assert (len(listed), listed[0]["order_code"], listed[-1]["code"]) == (6, last["order_code"], created_order["code"])


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({}, 400, "Customer email is required"),
        ({"customer": "CUS_x"}, 400, "Customer email is required"),
        ({"line_items": []}, 400, '"customer" is required'),
        ({"customer": "CUS_nobody", "line_items": [{"product": 1, "quantity": 1}]}, 404, "Customer not found"),
        ({"customer": "ada@example.com", "line_items": "x"}, 400, '"line_items" must be an array'),
        ({"customer": "ada@example.com", "line_items": [{"product": 1}]}, 400, '"quantity" is required'),
        ({"customer": "ada@example.com", "line_items": [{"product": 1, "quantity": 1}]}, 404, "Product not found"),
        ({"email": "ada@example.com", "currency": "NGN"}, 400, '"items" is required'),
        ({"email": "ada@example.com", "currency": "EUR"}, 400, "Currency not supported by merchant"),
        ({"email": "ada@example.com", "items": [5]}, 400, '"items[0]" must be of type object'),
        ({"email": "nobody", "items": [{}]}, 400, '"item" is required'),
    ],
)
def test_an_invalid_order_is_rejected(client, ada, body, status, message):
    with pytest.raises(errors.APIStatusError) as exc_info:
        client.send(Request("POST", "/order", body=body))
    assert (exc_info.value.response.http.status, exc_info.value.response.message) == (status, message)


def test_an_order_requires_stock_its_currency_and_a_minimum_amount(client, orders, akara):
    def error_message(quantity=1, amount=38_000, currency="NGN"):
        items = [{"item": akara, "type": "product", "quantity": quantity, "amount": amount}]
        with pytest.raises(errors.InvalidRequestError) as no:
            orders.create_order(**full_body(akara, items=items, currency=currency))
        return no.value.response.message

    assert error_message(quantity=6) == "Product is out of stock"
    assert error_message(currency="GHS") == "Product currency does not match order currency"
    least = "Order total amount is invalid. Amount must be NGN50 or greater"
    assert error_message(amount=3_499) == least  # with 1,500 for shipping
    assert error_message(amount=2**53 - 1) == least
    items = [{"item": akara, "type": "product", "quantity": 1, "amount": 3_500}]
    assert orders.create_order(**full_body(akara, items=items)).data["amount"] == 5_000


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/order/7", "Order not found"),
        ("/order/ORD_nobody", "Order not found"),
        ("/order/ORD_nobody/validate", "Order not found"),
        ("/order/product/7", "Product not found"),
    ],
)
def test_an_unknown_order_is_not_found(client, path, message):
    with pytest.raises(errors.NotFoundError, match=message):
        client.send(Request("GET", path))
