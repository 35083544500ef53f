"""Products: https://paystack.com/docs/api/product/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
"""

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from paystackease._core.endpoint import endpoint
from paystackease._core.validation import (
    Amount,
    Code,
    Digits,
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
from paystackease.types.products import FetchedProduct, NewProduct, Product, UpdatedProduct

# Version 1 took the number as text. A PROD_ code is not taken: observed on the test API (nanafox/paystack_sdk).
ProductId: TypeAlias = Annotated[Id | Annotated[str, Digits()], WireName("id")]


class Products:
    """The endpoints of the Products API."""

    # metadata goes out as an object: text that holds JSON, which the OpenAPI file says, is stored letter by letter
    # (observed on the test API; nanafox/paystack_sdk). For a change, the OpenAPI file says object too.
    @endpoint("POST", "/product", verify_path="/product", data_keys=("product_code",))
    def create_product(
        self,
        name: Code,
        description: str,
        amount: Annotated[Amount, WireName("price")],
        currency: CurrencyValue,
        unlimited: bool | None = None,
        quantity: Annotated[int, Ge(0)] | None = None,
        *,
        split_code: Code | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> Response[NewProduct]:
        """Create a product.

        Paystack's page: https://paystack.com/docs/api/product/#create

        :param name: What it is called. No two products share a name.
        :param description: What it is; may be empty.
        :param amount: The price in the subunit of the currency, sent as ``price``.
        :param currency: The currency of the price, one that your integration takes.
        :param unlimited: Whether the stock never runs out.
        :param quantity: How many are in stock, where that is limited.
        :param split_code: The split group (``SPL_…``) that shares the payments.
        :param metadata: Anything of yours to keep with the product, as a dict.
        :returns: The product; its ``id`` is what other calls take.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it, such as a name in use.
        """
        ...

    @endpoint("GET", "/product", pages="page", rules=(validate_date_order,))
    def list_products(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
        *,
        active: bool | None = None,  # in the OpenAPI file, not on the page
    ) -> Response[list[Product]]:
        """List products. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/product/#list

        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param from_date: Only products created at or after this date or moment. A date alone begins at 00:00 UTC; a
            moment without a time zone is UTC.
        :param to_date: Only products created up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :param active: Only those that are active, or only those that are not.
        :returns: A page of products, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where ``per_page`` or ``page`` is below 1, or ``from_date``
            comes after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/product/{id}")
    def fetch_product(self, product_id: ProductId) -> Response[FetchedProduct]:
        """Fetch a product.

        Paystack's page: https://paystack.com/docs/api/product/#fetch

        :param product_id: The product's ``id``, a number, not its code.
        :returns: The product.
        :raises paystackease.errors.InvalidArgumentError: Where the id is not a number. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such product.
        """
        ...

    # Paystack's page marks name, description, price and currency as required; the OpenAPI file marks none, and the
    # test API takes any one alone (nanafox/paystack_sdk).
    @endpoint("PUT", "/product/{id}")
    def update_product(
        self,
        product_id: ProductId,
        name: Code | None = None,
        description: str | None = None,
        amount: Annotated[Amount | None, WireName("price")] = None,
        currency: CurrencyValue | None = None,
        unlimited: bool | None = None,
        quantity: Annotated[int, Ge(0)] | None = None,
        *,
        split_code: Code | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> Response[UpdatedProduct]:
        """Change a product. What is not given stays as it is.

        Paystack's page: https://paystack.com/docs/api/product/#update

        :param product_id: The product's ``id``, a number, not its code.
        :param name: The new name. No two products share a name.
        :param description: The new description.
        :param amount: The new price in the subunit of the currency, sent as ``price``.
        :param currency: The currency of the price, one that your integration takes.
        :param unlimited: Whether the stock never runs out.
        :param quantity: How many are in stock, where that is limited.
        :param split_code: The split group (``SPL_…``) that shares the payments.
        :param metadata: What to keep with the product, as a dict.
        :returns: The product as it is now.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it, such as a name in use.
        :raises paystackease.errors.NotFoundError: Where there is no such product.
        """
        ...

    # In Paystack's OpenAPI file and its own libraries; its page about products does not have it.
    @endpoint("DELETE", "/product/{id}")
    def delete_product(self, product_id: ProductId) -> Response[None]:
        """Delete a product.

        Paystack's page, which leaves it out: https://paystack.com/docs/api/product/

        :param product_id: The product's ``id``, a number, not its code.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where the id is not a number. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such product, or no longer.
        """
        ...


class ProductClientAPI(PayStackBaseClientAPI, Products):
    """The Products API: what you sell, at which price, and how many are left."""
