"""Orders: https://paystack.com/docs/api/order/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, NotRequired, TypedDict

from paystackease._core.endpoint import endpoint
from paystackease._core.validation import (
    Amount,
    Code,
    EmailAddress,
    FromDate,
    Ge,
    Id,
    Page,
    PerPage,
    ToDate,
    WireName,
    validate_date_order,
)
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import CurrencyValue
from paystackease.response import Response
from paystackease.types.orders import ListedOrder, Order, ProductOrder, ValidatedOrder


class Item(TypedDict):
    """An item of an order."""

    item: Id
    """The product's ``id``."""
    type: str
    """``"product"``, the only value."""
    quantity: Annotated[int, Ge(1)]
    amount: Amount
    """The price, in the subunit of the currency."""


class Shipping(TypedDict):
    """The address and the fee of a delivery."""

    street_line: str
    city: str
    state: str
    country: str
    shipping_fee: Amount
    """In the subunit of the currency; 0 if delivery is free."""
    delivery_note: NotRequired[str]


class LineItem(TypedDict):
    """An item of an order, in the alternative body that Paystack documents."""

    product: Id
    """The product's ``id``."""
    quantity: Annotated[int, Ge(1)]


_FULL = ("email", "first_name", "last_name", "phone", "currency", "items", "shipping")
_SHORT = ("customer", "line_items")


def _one_whole_body(values: Mapping[str, object]) -> str | None:
    """Return an error if neither of the two bodies is complete, or if they are mixed."""
    given = {name for name, value in values.items() if value is not None}
    if given in ({*_SHORT}, {*_FULL} | (given & {"is_gift", "pay_for_me"})):
        return None
    return f"give {', '.join(_FULL[:-1])} and {_FULL[-1]}; or customer and line_items, and those alone"


class Orders:
    """The endpoints of the Orders API."""

    # Paystack documents two bodies. Its page has customer and line_items; the OpenAPI file has the rest. The test API
    # requires the latter: it rejected the page's body with "Customer email is required" (observed 2026-10-09,
    # nanafox/paystack_sdk). Both can be sent.
    @endpoint("POST", "/order", rules=(_one_whole_body,), verify_path="/order")
    def create_order(
        self,
        email: EmailAddress | None = None,
        first_name: str | None = None,
        last_name: str | None = None,
        phone: str | None = None,
        currency: CurrencyValue | None = None,
        items: Sequence[Item] | None = None,
        shipping: Shipping | None = None,
        is_gift: bool | None = None,
        pay_for_me: bool | None = None,
        *,
        customer: Code | None = None,
        line_items: Sequence[LineItem] | None = None,
    ) -> Response[Order]:
        """Create an order of products. It does not charge the customer.

        There are two bodies: ``email`` to ``shipping``, which the API requires (observed), or ``customer`` and
        ``line_items``, which Paystack documents.

        Paystack's page: https://paystack.com/docs/api/order/#create

        :param email: The customer's e-mail address.
        :param first_name: The customer's first name.
        :param last_name: The customer's last name.
        :param phone: The customer's phone number, as text.
        :param currency: The currency of the amounts.
        :param items: The items, each ``{"item": product's id, "type": "product", "quantity": …, "amount": …}``; the
            amount is in the subunit of the currency.
        :param shipping: The delivery, ``{"street_line": …, "city": …, "state": …, "country": …, "shipping_fee": …}``;
            the fee is in the subunit of the currency. ``delivery_note`` is optional.
        :param is_gift: Whether it is a gift.
        :param pay_for_me: Whether another person pays. Paystack then requires that person's details, but does not
            document the fields.
        :param customer: The customer's code (``CUS_…``) or ``id``, as text. Only with ``line_items``.
        :param line_items: The items, each ``{"product": product's id, "quantity": …}``. Only with ``customer``.
        :returns: The order, not yet paid.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid, or if neither body is complete.
            Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call, such as too small a total.
        """
        ...

    @endpoint("GET", "/order", pages="page", rules=(validate_date_order,))
    def list_orders(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
    ) -> Response[list[ListedOrder]]:
        """List orders.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/order/#list

        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param from_date: Only orders created at or after this date (00:00 UTC) or datetime (UTC if it has no time
            zone).
        :param to_date: Only orders created up to this date (23:59:59.999 UTC) or datetime.
        :returns: A page of orders. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If ``per_page`` or ``page`` is below 1, or ``from_date`` comes
            after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/order/{id}")
    def fetch_order(self, order_id: Annotated[Id, WireName("id")]) -> Response[Order]:
        """Fetch an order.

        Paystack's page: https://paystack.com/docs/api/order/#fetch

        :param order_id: The order's ``id``, a number.
        :returns: The order.
        :raises paystackease.errors.InvalidArgumentError: If the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such order.
        """
        ...

    # {id} is the product's, by the page. The OpenAPI file says the order's, in a description copied from another path.
    @endpoint("GET", "/order/product/{id}", pages="page")
    def list_product_orders(self, product_id: Annotated[Id, WireName("id")]) -> Response[list[ProductOrder]]:
        """List the orders of a product.

        Paystack's page: https://paystack.com/docs/api/order/#fetch-product-orders

        :param product_id: The product's ``id``, a number, not its code.
        :returns: The orders. ``meta`` has page numbers, but Paystack documents no parameter for the page.
            ``client.iterate(...)`` sends ``page``, as for other lists.
        :raises paystackease.errors.InvalidArgumentError: If the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such product.
        """
        ...

    @endpoint("GET", "/order/{code}/validate")
    def validate_order(self, order_code: Annotated[Code, WireName("code")]) -> Response[ValidatedOrder]:
        """Check whether an order that another person pays can be paid.

        Paystack's page: https://paystack.com/docs/api/order/#validate

        :param order_code: The order's code, ``ORD_…``.
        :returns: The order.
        :raises paystackease.errors.InvalidArgumentError: If the code is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such order.
        """
        ...


class OrderClientAPI(PayStackBaseClientAPI, Orders):
    """The Orders API: orders of your products."""
