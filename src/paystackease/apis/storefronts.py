"""Storefronts: https://paystack.com/docs/api/storefront/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, TypeAlias

from paystackease._core.endpoint import endpoint
from paystackease._core.validation import Code, Id, Page, PerPage, WireName
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import CurrencyValue
from paystackease.response import Response
from paystackease.types.orders import ListedOrder
from paystackease.types.storefronts import ListedStorefront, Storefront, StorefrontProduct

StorefrontId: TypeAlias = Annotated[Id, WireName("id")]


class Storefronts:
    """The endpoints of the Storefronts API."""

    # slug and currency are required by the OpenAPI file and the test API (observed, nanafox/paystack_sdk). On
    # Paystack's page, slug is optional and currency is missing.
    @endpoint("POST", "/storefront", verify_path="/storefront", data_keys=("slug",))
    def create_storefront(
        self, name: Code, slug: Code, currency: CurrencyValue, description: str | None = None
    ) -> Response[Storefront]:
        """Create a storefront: a shop for your products that Paystack hosts.

        Paystack's page: https://paystack.com/docs/api/storefront/#create

        :param name: The name of the shop.
        :param slug: The end of the URL, after ``https://paystack.shop/``: 5 to 100 lower-case letters, digits, dashes
            and underscores. It must be unique.
        :param currency: The currency of the prices, one that your integration supports.
        :param description: The description of the shop.
        :returns: The storefront; its ``id`` identifies it in other calls.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call, such as a slug that already
            exists.
        """
        ...

    @endpoint("GET", "/storefront", pages="page")
    def list_storefronts(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        status: Literal["active", "inactive"] | None = None,
    ) -> Response[list[ListedStorefront]]:
        """List storefronts.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/storefront/#list

        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param status: Only ``"active"`` or only ``"inactive"`` ones.
        :returns: A page of storefronts. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If ``per_page`` or ``page`` is below 1, or if ``status`` has
            another value. Nothing was sent.
        """
        ...

    @endpoint("GET", "/storefront/{id}")
    def fetch_storefront(self, storefront_id: StorefrontId) -> Response[Storefront]:
        """Fetch a storefront.

        Paystack's page: https://paystack.com/docs/api/storefront/#fetch

        :param storefront_id: The storefront's ``id``, a number.
        :returns: The storefront.
        :raises paystackease.errors.InvalidArgumentError: If the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such storefront.
        """
        ...

    # slug is in the OpenAPI file, not on the page. The response has the storefront on the page, but only a message in
    # the OpenAPI file and from the test API (observed, nanafox/paystack_sdk).
    @endpoint("PUT", "/storefront/{id}")
    def update_storefront(
        self,
        storefront_id: StorefrontId,
        name: Code | None = None,
        slug: Code | None = None,
        description: str | None = None,
    ) -> Response[Storefront | None]:
        """Change a storefront. Arguments that you omit stay unchanged.

        Paystack's page: https://paystack.com/docs/api/storefront/#update

        :param storefront_id: The storefront's ``id``, a number.
        :param name: The new name.
        :param slug: The new end of the URL, after ``https://paystack.shop/``.
        :param description: The new description.
        :returns: The updated storefront, or an acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call, such as a slug that already
            exists.
        :raises paystackease.errors.NotFoundError: If there is no such storefront.
        """
        ...

    @endpoint("DELETE", "/storefront/{id}")
    def delete_storefront(self, storefront_id: StorefrontId) -> Response[None]:
        """Delete a storefront.

        Paystack's page: https://paystack.com/docs/api/storefront/#delete

        :param storefront_id: The storefront's ``id``, a number.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such storefront.
        """
        ...

    # The response in the page's sample is "Slug is available" without data. The test API returned 404 for an available
    # slug, and the storefront that has the slug otherwise (observed 2026-10-09, nanafox/paystack_sdk).
    @endpoint("GET", "/storefront/verify/{slug}")
    def verify_storefront_slug(self, slug: Code) -> Response[Storefront | None]:
        """Check whether a storefront has this slug. Paystack responds in one of two ways.

        Paystack's page: https://paystack.com/docs/api/storefront/#verify-slug

        :param slug: The end of the shop's URL, after ``https://paystack.shop/``.
        :returns: An acknowledgement without ``data`` if the slug is available (documented), or the storefront that has
            it (observed).
        :raises paystackease.errors.InvalidArgumentError: If the slug is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If no storefront has the slug (observed).
        """
        ...

    @endpoint("GET", "/storefront/{id}/order", pages="page")
    def list_storefront_orders(self, storefront_id: StorefrontId) -> Response[list[ListedOrder]]:
        """List the orders of a storefront.

        Paystack's page: https://paystack.com/docs/api/storefront/#fetch-orders

        :param storefront_id: The storefront's ``id``, a number.
        :returns: The orders. ``meta`` has page numbers, but Paystack documents no parameter for the page.
            ``client.iterate(...)`` sends ``page``, as for other lists.
        :raises paystackease.errors.InvalidArgumentError: If the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such storefront.
        """
        ...

    # Never retried: the effect of adding a product again is not documented.
    @endpoint("POST", "/storefront/{id}/product", verify_path="/storefront/{id}/product")
    def add_storefront_products(self, storefront_id: StorefrontId, products: Sequence[Id]) -> Response[None]:
        """Add products to a storefront.

        Paystack's page: https://paystack.com/docs/api/storefront/#add-products

        :param storefront_id: The storefront's ``id``, a number.
        :param products: The ``id`` of each product, numbers, not codes.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If an id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        :raises paystackease.errors.NotFoundError: If there is no such storefront.
        """
        ...

    @endpoint("GET", "/storefront/{id}/product", pages="page")
    def list_storefront_products(self, storefront_id: StorefrontId) -> Response[list[StorefrontProduct]]:
        """List the products of a storefront.

        Paystack's page: https://paystack.com/docs/api/storefront/#list-products

        :param storefront_id: The storefront's ``id``, a number.
        :returns: The products. ``meta`` has page numbers, but Paystack documents no parameter for the page.
            ``client.iterate(...)`` sends ``page``, as for other lists.
        :raises paystackease.errors.InvalidArgumentError: If the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such storefront.
        """
        ...

    # Never retried: with a test key it made a copy of the shop in live mode, with the same slug (observed 2026-10-09,
    # nanafox/paystack_sdk). The page does not mention this, and its sample has no data.
    @endpoint("POST", "/storefront/{id}/publish", verify_path="/storefront/{id}", identifiers={"id": ("id",)})
    def publish_storefront(self, storefront_id: StorefrontId) -> Response[Storefront | None]:
        """Publish a storefront. This made a live shop even with a test key (observed).

        The live shop was a copy with another ``id``, which a test key could neither fetch nor delete.

        Paystack's page: https://paystack.com/docs/api/storefront/#publish

        :param storefront_id: The storefront's ``id``, a number.
        :returns: An acknowledgement without ``data`` (documented), or the live storefront (observed).
        :raises paystackease.errors.InvalidArgumentError: If the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such storefront.
        """
        ...

    @endpoint("POST", "/storefront/{id}/duplicate", verify_path="/storefront")
    def duplicate_storefront(self, storefront_id: StorefrontId) -> Response[Storefront | None]:
        """Copy a storefront with its products. The copy gets a new name and slug.

        Paystack's page: https://paystack.com/docs/api/storefront/#duplicate

        :param storefront_id: The storefront's ``id``, a number.
        :returns: An acknowledgement without ``data`` (documented), or the copy (observed).
        :raises paystackease.errors.InvalidArgumentError: If the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such storefront.
        """
        ...


class StorefrontClientAPI(PayStackBaseClientAPI, Storefronts):
    """The Storefronts API: shops for your products that Paystack hosts."""
