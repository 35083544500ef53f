"""Payment pages: https://paystack.com/docs/api/page/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, NotRequired, TypedDict

from paystackease._core.endpoint import endpoint
from paystackease._core.validation import (
    Amount,
    Code,
    EmailAddress,
    FromDate,
    Id,
    IdOrCode,
    Page,
    PerPage,
    ToDate,
    WireName,
    validate_date_order,
)
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import CurrencyValue
from paystackease.response import Response
from paystackease.types.payment_pages import NewPage, PaymentPage, ProductPage


class CustomField(TypedDict):
    """A question that the page is to ask."""

    display_name: str
    """The question, as the customer reads it."""
    variable_name: str
    """What the answer is called in the transaction's metadata."""
    required: NotRequired[bool]


class PaymentPages:
    """The endpoints of the Payment Pages API."""

    @endpoint("POST", "/page", verify_path="/page", data_keys=("slug",))
    def create_payment_page(
        self,
        name: Code,
        description: str | None = None,
        amount: Amount | None = None,
        split_code: Code | None = None,
        page_slug: Annotated[Code | None, WireName("slug")] = None,
        redirect_url: str | None = None,
        metadata: Mapping[str, object] | None = None,
        custom_fields: Sequence[CustomField] | None = None,
        *,
        currency: CurrencyValue | None = None,
        page_type: Annotated[Literal["payment", "subscription", "product", "plan"] | None, WireName("type")] = None,
        plan: IdOrCode | None = None,
        fixed_amount: bool | None = None,
        success_message: str | None = None,
        notification_email: EmailAddress | None = None,
        collect_phone: bool | None = None,
    ) -> Response[NewPage]:
        """Create a page, hosted by Paystack, where customers pay.

        Paystack's page: https://paystack.com/docs/api/page/#create

        :param name: What the page is called.
        :param description: What the page is for.
        :param amount: How much to pay, in the subunit of the currency. Left out, the customer says how much.
        :param split_code: The split group (``SPL_…``) that shares the payments.
        :param page_slug: Where the page will be: ``https://paystack.com/pay/`` and this. Sent as ``slug``.
        :param redirect_url: Where the customer goes after paying.
        :param metadata: Settings and data of yours, as a dict; Paystack reads a subaccount and a logo from it, for two.
        :param custom_fields: What else to ask, each ``{"display_name": …, "variable_name": …}``; ``"required": True``
            may be added.
        :param currency: The currency. Paystack's default is your integration's.
        :param page_type: ``"payment"``, which is Paystack's default, ``"subscription"``, ``"product"`` or ``"plan"``.
            Sent as ``type``.
        :param plan: The ``id`` of the plan that customers subscribe to, on a page of the type ``"subscription"``.
        :param fixed_amount: Whether the customer pays just this ``amount``, which must then be given.
        :param success_message: What the customer reads after paying.
        :param notification_email: The e-mail address that is told of each payment.
        :param collect_phone: Whether to ask for a phone number.
        :returns: The page; it is at ``https://paystack.com/pay/`` and its ``slug``.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it, such as a slug in use.
        """
        ...

    @endpoint("GET", "/page", pages="page", rules=(validate_date_order,))
    def list_payment_pages(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
    ) -> Response[list[PaymentPage]]:
        """List payment pages. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/page/#list

        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param from_date: Only those created at or after this date or moment. A date alone begins at 00:00 UTC; a moment
            without a time zone is UTC.
        :param to_date: Only those created up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :returns: A page of payment pages, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where ``per_page`` or ``page`` is below 1, or ``from_date``
            comes after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/page/{id_or_slug}")
    def fetch_payment_page(self, page_id_or_slug: Annotated[IdOrCode, WireName("id_or_slug")]) -> Response[PaymentPage]:
        """Fetch a payment page, with its products where it sells some.

        Paystack's page: https://paystack.com/docs/api/page/#fetch

        :param page_id_or_slug: The page's ``id`` or ``slug``.
        :returns: The page.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such page.
        """
        ...

    @endpoint("PUT", "/page/{id_or_slug}")
    def update_payment_page(
        self,
        page_id_or_slug: Annotated[IdOrCode, WireName("id_or_slug")],
        name: Code | None = None,
        description: str | None = None,
        amount: Amount | None = None,
        active: bool | None = None,
    ) -> Response[PaymentPage]:
        """Change a payment page. What is not given stays as it is.

        Paystack's page: https://paystack.com/docs/api/page/#update

        :param page_id_or_slug: The page's ``id`` or ``slug``.
        :param name: The new name.
        :param description: The new description.
        :param amount: How much to pay, in the subunit of the currency.
        :param active: Whether the page can be paid on.
        :returns: The page as it is now.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such page.
        """
        ...

    @endpoint("GET", "/page/check_slug_availability/{slug}")
    def check_slug_available(self, page_slug: Annotated[Code, WireName("slug")]) -> Response[None]:
        """See whether a slug is free. One that is not free is an error.

        Paystack's page: https://paystack.com/docs/api/page/#check-slug

        :param page_slug: The end of the page's address, ``https://paystack.com/pay/`` and this.
        :returns: An acknowledgement without ``data``: the slug is free.
        :raises paystackease.errors.InvalidArgumentError: Where the slug is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where another page has the slug. The error's ``code`` has been
            seen to be ``"duplicate_slug"``.
        """
        ...

    # products: the OpenAPI file's key, and the one that the test API reads. It ignored product, which stands on
    # Paystack's page and was version 1's (observed 2026-10-09, nanafox/paystack_sdk).
    # That adding a product again changes nothing is a guess, so it is not repeated.
    @endpoint("POST", "/page/{id}/product", verify_path="/page/{id}", identifiers={"id": ("id",)}, data_keys=("slug",))
    def add_products(
        self,
        payment_id: Annotated[Id, WireName("id")],
        product: Annotated[Sequence[Id], WireName("products")],
    ) -> Response[ProductPage]:
        """Put products on a payment page of the type ``"product"``.

        Paystack's page: https://paystack.com/docs/api/page/#add-products

        :param payment_id: The page's ``id``, a number; not its slug.
        :param product: The ``id`` of each product, numbers, not codes. Sent as ``products``.
        :returns: The page, with its products.
        :raises paystackease.errors.InvalidArgumentError: Where an id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is no such product.
        :raises paystackease.errors.NotFoundError: Where there is no such page.
        """
        ...


class PaymentPagesClientAPI(PayStackBaseClientAPI, PaymentPages):
    """The Payment Pages API: pages, hosted by Paystack, where customers pay."""
