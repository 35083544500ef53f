"""Storefronts: https://paystack.com/docs/api/storefront/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
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

    # slug and currency: required by the OpenAPI file and by the test API (observed, nanafox/paystack_sdk); Paystack's
    # page has the slug optional and no currency.
    @endpoint("POST", "/storefront", verify_path="/storefront", data_keys=("slug",))
    def create_storefront(
        self, name: Code, slug: Code, currency: CurrencyValue, description: str | None = None
    ) -> Response[Storefront]:
        """Create a storefront: a shop, hosted by Paystack, that sells your products.

        Paystack's page: https://paystack.com/docs/api/storefront/#create

        :param name: What the shop is called.
        :param slug: Where it will be: ``https://paystack.shop/`` and this. 5 to 100 lower-case letters, digits, dashes
            and underscores, in use by no other shop.
        :param currency: The currency of the prices, one that your integration takes.
        :param description: What the shop sells.
        :returns: The storefront; its ``id`` is what other calls take.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it, such as a slug in use.
        """
        ...

    @endpoint("GET", "/storefront", pages="page")
    def list_storefronts(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        status: Literal["active", "inactive"] | None = None,
    ) -> Response[list[ListedStorefront]]:
        """List storefronts. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/storefront/#list

        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param status: Only ``"active"`` or only ``"inactive"`` ones.
        :returns: A page of storefronts, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where ``per_page`` or ``page`` is below 1, or the status is
            another. Nothing was sent.
        """
        ...

    @endpoint("GET", "/storefront/{id}")
    def fetch_storefront(self, storefront_id: StorefrontId) -> Response[Storefront]:
        """Fetch a storefront.

        Paystack's page: https://paystack.com/docs/api/storefront/#fetch

        :param storefront_id: The storefront's ``id``, a number.
        :returns: The storefront.
        :raises paystackease.errors.InvalidArgumentError: Where the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such storefront.
        """
        ...

    # slug: in the OpenAPI file, not on the page. The answer: the page shows the storefront; the OpenAPI file and the
    # test API (nanafox/paystack_sdk) have a message alone.
    @endpoint("PUT", "/storefront/{id}")
    def update_storefront(
        self,
        storefront_id: StorefrontId,
        name: Code | None = None,
        slug: Code | None = None,
        description: str | None = None,
    ) -> Response[Storefront | None]:
        """Change a storefront. What is not given stays as it is.

        Paystack's page: https://paystack.com/docs/api/storefront/#update

        :param storefront_id: The storefront's ``id``, a number.
        :param name: The new name.
        :param slug: The new address: ``https://paystack.shop/`` and this.
        :param description: The new description.
        :returns: The storefront as it is now, or an acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it, such as a slug in use.
        :raises paystackease.errors.NotFoundError: Where there is no such storefront.
        """
        ...

    @endpoint("DELETE", "/storefront/{id}")
    def delete_storefront(self, storefront_id: StorefrontId) -> Response[None]:
        """Delete a storefront.

        Paystack's page: https://paystack.com/docs/api/storefront/#delete

        :param storefront_id: The storefront's ``id``, a number.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such storefront.
        """
        ...

    # The page's sample answers "Slug is available" without data. The test API answered the other way round: 404 for a
    # free slug, and the storefront for a taken one (observed 2026-10-09, nanafox/paystack_sdk).
    @endpoint("GET", "/storefront/verify/{slug}")
    def verify_storefront_slug(self, slug: Code) -> Response[Storefront | None]:
        """See whether a storefront has this slug already. Paystack has been seen to answer in two ways.

        Paystack's page: https://paystack.com/docs/api/storefront/#verify-slug

        :param slug: The end of the shop's address, ``https://paystack.shop/`` and this.
        :returns: An acknowledgement without ``data`` where the slug is free, as documented; or the storefront that
            has it, as observed.
        :raises paystackease.errors.InvalidArgumentError: Where the slug is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where no storefront has it, so that it is free, as observed.
        """
        ...

    @endpoint("GET", "/storefront/{id}/order", pages="page")
    def list_storefront_orders(self, storefront_id: StorefrontId) -> Response[list[ListedOrder]]:
        """List the orders of a storefront.

        Paystack's page: https://paystack.com/docs/api/storefront/#fetch-orders

        :param storefront_id: The storefront's ``id``, a number.
        :returns: The orders. ``meta`` counts pages, though Paystack documents no parameter that chooses one;
            ``client.iterate(...)`` sends ``page``, as for other lists.
        :raises paystackease.errors.InvalidArgumentError: Where the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such storefront.
        """
        ...

    # That adding a product again changes nothing is a guess, so it is not repeated.
    @endpoint("POST", "/storefront/{id}/product", verify_path="/storefront/{id}/product")
    def add_storefront_products(self, storefront_id: StorefrontId, products: Sequence[Id]) -> Response[None]:
        """Put products into a storefront.

        Paystack's page: https://paystack.com/docs/api/storefront/#add-products

        :param storefront_id: The storefront's ``id``, a number.
        :param products: The ``id`` of each product, numbers, not codes.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where an id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        :raises paystackease.errors.NotFoundError: Where there is no such storefront.
        """
        ...

    @endpoint("GET", "/storefront/{id}/product", pages="page")
    def list_storefront_products(self, storefront_id: StorefrontId) -> Response[list[StorefrontProduct]]:
        """List the products of a storefront.

        Paystack's page: https://paystack.com/docs/api/storefront/#list-products

        :param storefront_id: The storefront's ``id``, a number.
        :returns: The products. ``meta`` counts pages, though Paystack documents no parameter that chooses one;
            ``client.iterate(...)`` sends ``page``, as for other lists.
        :raises paystackease.errors.InvalidArgumentError: Where the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such storefront.
        """
        ...

    # Never repeated: with a test key it made a copy of the shop, in live mode, under the same slug (observed
    # 2026-10-09, nanafox/paystack_sdk). The page says nothing of that, and its sample has no data.
    @endpoint("POST", "/storefront/{id}/publish", verify_path="/storefront/{id}", identifiers={"id": ("id",)})
    def publish_storefront(self, storefront_id: StorefrontId) -> Response[Storefront | None]:
        """Open a storefront to the public. With a test key too, this has been seen to make a live shop.

        The live shop was a copy, with an ``id`` of its own, that a test key could neither fetch nor delete.

        Paystack's page: https://paystack.com/docs/api/storefront/#publish

        :param storefront_id: The storefront's ``id``, a number.
        :returns: An acknowledgement without ``data``, as documented; or the live storefront, as observed.
        :raises paystackease.errors.InvalidArgumentError: Where the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such storefront.
        """
        ...

    @endpoint("POST", "/storefront/{id}/duplicate", verify_path="/storefront")
    def duplicate_storefront(self, storefront_id: StorefrontId) -> Response[Storefront | None]:
        """Copy a storefront with its products. The copy gets a name and a slug of its own.

        Paystack's page: https://paystack.com/docs/api/storefront/#duplicate

        :param storefront_id: The storefront's ``id``, a number.
        :returns: An acknowledgement without ``data``, as documented; or the copy, as observed.
        :raises paystackease.errors.InvalidArgumentError: Where the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such storefront.
        """
        ...


class StorefrontClientAPI(PayStackBaseClientAPI, Storefronts):
    """The Storefronts API: shops, hosted by Paystack, that sell your products."""
