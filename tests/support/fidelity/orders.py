"""Orders as in Paystack's samples, paid and unpaid."""

from page_payments import pay_at_page

from fidelity import expect_error

DIFFERENCES = {}


def exercise(client, emulator):
    orders = client.orders
    product = client.products.create_product("Moin moin", "Bean pudding", 20_000, "NGN", quantity=12).data["id"]
    ada = client.customers.create_customer("ada@example.com", "Ada", "Obi", "").data["customer_code"]
    order = orders.create_order(customer=ada, line_items=[{"product": product, "quantity": 2}]).data
    orders.validate_order(order["code"])
    pay_at_page(client, f"orders/{order['code']}")
    orders.fetch_order(order["id"])
    orders.list_orders()
    orders.list_product_orders(product)
    expect_error(orders.fetch_order, order["id"] + 1)
    expect_error(orders.list_product_orders, product + 1)
