"""Orders in the shape of Paystack's samples, paid and not."""

from page_payments import pay_at_page

from fidelity import expect_error

DIFFERENCES = {}


def exercise(client, emulator):
    orders = client.orders
    akara = client.products.create_product("Moin moin", "Bean pudding", 20_000, "NGN", quantity=12).data["id"]
    ada = client.customers.create_customer("ada@example.com", "Ada", "Obi", "").data["customer_code"]
    made = orders.create_order(customer=ada, line_items=[{"product": akara, "quantity": 2}]).data
    orders.validate_order(made["code"])
    pay_at_page(client, f"orders/{made['code']}")
    orders.fetch_order(made["id"])
    orders.list_orders()
    orders.list_product_orders(akara)
    expect_error(orders.fetch_order, made["id"] + 1)
    expect_error(orders.list_product_orders, akara + 1)
