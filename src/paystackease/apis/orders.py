"""Orders: https://paystack.com/docs/api/order/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
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
    """Something that is ordered."""

    item: Id
    """The product's ``id``."""
    type: str
    """``"product"``, the one that there is."""
    quantity: Annotated[int, Ge(1)]
    amount: Amount
    """What it costs, in the subunit of the currency."""


class Shipping(TypedDict):
    """Where an order goes, and what that costs."""

    street_line: str
    city: str
    state: str
    country: str
    shipping_fee: Amount
    """In the subunit of the currency; 0 where it costs nothing."""
    delivery_note: NotRequired[str]


class LineItem(TypedDict):
    """Something that is ordered, in the other body that Paystack describes."""

    product: Id
    """The product's ``id``."""
    quantity: Annotated[int, Ge(1)]


_FULL = ("email", "first_name", "last_name", "phone", "currency", "items", "shipping")
_SHORT = ("customer", "line_items")


def _one_whole_body(values: Mapping[str, object]) -> str | None:
    """What is wrong where neither of the two bodies is whole, or they are mixed."""
    given = {name for name, value in values.items() if value is not None}
    if given in ({*_SHORT}, {*_FULL} | (given & {"is_gift", "pay_for_me"})):
        return None
    return f"give {', '.join(_FULL[:-1])} and {_FULL[-1]}; or customer and line_items, and those alone"


class Orders:
    """The endpoints of the Orders API."""

    # Paystack describes two bodies. Its page has customer and line_items; the OpenAPI file has the rest, and the test
    # API wants that (it answered the page's body with "Customer email is required"; observed 2026-10-09,
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
        """Create an order of products. It charges nobody.

        Paystack describes two bodies: ``email`` to ``shipping``, which the API has been seen to want, or ``customer``
        and ``line_items``, which stand on its page.

        Paystack's page: https://paystack.com/docs/api/order/#create

        :param email: The e-mail address of who orders.
        :param first_name: The first name of who orders.
        :param last_name: The last name of who orders.
        :param phone: The phone number of who orders, as text.
        :param currency: The currency of the amounts.
        :param items: What is ordered, each ``{"item": product's id, "type": "product", "quantity": …, "amount": …}``;
            the amount is in the subunit of the currency.
        :param shipping: Where it goes, ``{"street_line": …, "city": …, "state": …, "country": …, "shipping_fee": …}``;
            the fee is in the subunit of the currency. A ``delivery_note`` may be added.
        :param is_gift: Whether it is for somebody else.
        :param pay_for_me: Whether somebody else is to pay. Paystack then wants to know who, and documents not how.
        :param customer: Who orders: a customer's code (``CUS_…``) or ``id``, as text. Only with ``line_items``.
        :param line_items: What is ordered, each ``{"product": product's id, "quantity": …}``. Only with ``customer``.
        :returns: The order, not yet paid.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right, or neither body is whole.
            Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it, such as too small a total.
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
        """List orders. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/order/#list

        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param from_date: Only orders created at or after this date or moment. A date alone begins at 00:00 UTC; a
            moment without a time zone is UTC.
        :param to_date: Only orders created up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :returns: A page of orders, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where ``per_page`` or ``page`` is below 1, or ``from_date``
            comes after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/order/{id}")
    def fetch_order(self, order_id: Annotated[Id, WireName("id")]) -> Response[Order]:
        """Fetch an order.

        Paystack's page: https://paystack.com/docs/api/order/#fetch

        :param order_id: The order's ``id``, a number.
        :returns: The order.
        :raises paystackease.errors.InvalidArgumentError: Where the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such order.
        """
        ...

    # {id} is the product's: so says the page. The OpenAPI file says the order's, in words copied from another path.
    @endpoint("GET", "/order/product/{id}", pages="page")
    def list_product_orders(self, product_id: Annotated[Id, WireName("id")]) -> Response[list[ProductOrder]]:
        """List the orders of a product.

        Paystack's page: https://paystack.com/docs/api/order/#fetch-product-orders

        :param product_id: The product's ``id``, a number, not its code.
        :returns: The orders. ``meta`` counts pages, though Paystack documents no parameter that chooses one;
            ``client.iterate(...)`` sends ``page``, as for other lists.
        :raises paystackease.errors.InvalidArgumentError: Where the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such product.
        """
        ...

    @endpoint("GET", "/order/{code}/validate")
    def validate_order(self, order_code: Annotated[Code, WireName("code")]) -> Response[ValidatedOrder]:
        """See whether an order that somebody else is to pay can be paid.

        Paystack's page: https://paystack.com/docs/api/order/#validate

        :param order_code: The order's code, ``ORD_…``.
        :returns: The order.
        :raises paystackease.errors.InvalidArgumentError: Where the code is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such order.
        """
        ...


class OrderClientAPI(PayStackBaseClientAPI, Orders):
    """The Orders API: who ordered which of your products."""
