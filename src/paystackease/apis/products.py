"""Products: https://paystack.com/docs/api/product/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
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

# Version 1 accepted the number as text. Paystack does not accept a PROD_ code (observed on the test API,
# nanafox/paystack_sdk).
ProductId: TypeAlias = Annotated[Id | Annotated[str, Digits()], WireName("id")]


class Products:
    """The endpoints of the Products API."""

    # metadata is sent as an object. The OpenAPI file says text that holds JSON, but Paystack stores that as a text
    # (observed on the test API, nanafox/paystack_sdk). For updates, the OpenAPI file says object too.
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

        :param name: The name. It must be unique.
        :param description: The description; may be empty.
        :param amount: The price in the subunit of the currency, sent as ``price``.
        :param currency: The currency of the price, one that your integration supports.
        :param unlimited: Whether the stock is unlimited.
        :param quantity: The stock, if it is limited.
        :param split_code: The split group of the payments, ``SPL_…``.
        :param metadata: Your own data to store with the product, as a dict.
        :returns: The product; its ``id`` identifies it in other calls.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call, such as a name that already
            exists.
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
        """List products.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/product/#list

        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param from_date: Only products created at or after this date (00:00 UTC) or datetime (UTC if it has no time
            zone).
        :param to_date: Only products created up to this date (23:59:59.999 UTC) or datetime.
        :param active: True for active ones, False for inactive ones.
        :returns: A page of products. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If ``per_page`` or ``page`` is below 1, or ``from_date`` comes
            after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/product/{id}")
    def fetch_product(self, product_id: ProductId) -> Response[FetchedProduct]:
        """Fetch a product.

        Paystack's page: https://paystack.com/docs/api/product/#fetch

        :param product_id: The product's ``id``, a number, not its code.
        :returns: The product.
        :raises paystackease.errors.InvalidArgumentError: If the id is not a number. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such product.
        """
        ...

    # Paystack's page marks name, description, price and currency as required; the OpenAPI file marks none, and the test
    # API accepts any one of them (observed, nanafox/paystack_sdk).
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
        """Change a product. Arguments that you omit stay unchanged.

        Paystack's page: https://paystack.com/docs/api/product/#update

        :param product_id: The product's ``id``, a number, not its code.
        :param name: The new name. It must be unique.
        :param description: The new description.
        :param amount: The new price in the subunit of the currency, sent as ``price``.
        :param currency: The currency of the price, one that your integration supports.
        :param unlimited: Whether the stock is unlimited.
        :param quantity: The stock, if it is limited.
        :param split_code: The split group of the payments, ``SPL_…``.
        :param metadata: Your own data to store with the product, as a dict.
        :returns: The updated product.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call, such as a name that already
            exists.
        :raises paystackease.errors.NotFoundError: If there is no such product.
        """
        ...

    # In Paystack's OpenAPI file and its own libraries, not on its page about products.
    @endpoint("DELETE", "/product/{id}")
    def delete_product(self, product_id: ProductId) -> Response[None]:
        """Delete a product.

        Paystack's page, which does not have this endpoint: https://paystack.com/docs/api/product/

        :param product_id: The product's ``id``, a number, not its code.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If the id is not a number. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such product, or if it was deleted.
        """
        ...


class ProductClientAPI(PayStackBaseClientAPI, Products):
    """The Products API: your products, their prices and their stock."""
