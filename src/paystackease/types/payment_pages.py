"""Payment pages."""

from typing import NotRequired, TypedDict

from paystackease.types.envelope import Metadata


class PageField(TypedDict):
    """A custom field of a page."""

    display_name: str
    """The question, as the customer reads it."""
    variable_name: str
    """The name of the field in the transaction's metadata."""
    required: NotRequired[bool]


class PageProduct(TypedDict):
    """A product on a page."""

    product_id: int
    product_code: str
    """``PROD_…``"""
    name: str
    description: str
    page: int
    """The page's ``id``."""
    price: int
    """In the subunit of the currency."""
    currency: str
    quantity: int
    type: str
    features: object
    domain: str
    integration: int
    active: int
    """0 or 1."""
    in_stock: int
    """0 or 1."""
    is_shippable: int
    """0 or 1."""


class PageFields(TypedDict):
    """The fields of a page in each response."""

    id: int
    name: str
    slug: str
    """The page is at ``https://paystack.com/pay/`` and this."""
    currency: str
    active: bool
    domain: str
    """``"test"`` or ``"live"``."""
    integration: int
    createdAt: str
    updatedAt: str


class NewPage(PageFields):
    """The response to creating a page, with its settings."""

    type: str
    """``"payment"``, ``"subscription"``, ``"product"`` or ``"plan"``."""
    collect_phone: bool
    published: bool
    migrate: bool
    description: NotRequired[str | None]
    amount: NotRequired[int | None]
    """In the subunit of the currency."""
    split_code: NotRequired[str | None]
    plan: NotRequired[int | str | None]
    fixed_amount: NotRequired[bool]
    redirect_url: NotRequired[str | None]
    success_message: NotRequired[str | None]
    notification_email: NotRequired[str | None]
    metadata: NotRequired[Metadata]
    custom_fields: NotRequired[list[PageField] | None]


class PaymentPage(PageFields):
    """A page, as listed, fetched or changed."""

    description: str | None
    amount: int | None
    """In the subunit of the currency. None: the customer enters it."""
    type: NotRequired[str]
    """``"payment"``, ``"subscription"``, ``"product"`` or ``"plan"``."""
    plan: NotRequired[int | None]
    """The plan's ``id``."""
    custom_fields: NotRequired[list[PageField] | None]
    redirect_url: NotRequired[str | None]
    success_message: NotRequired[str | None]
    notification_email: NotRequired[str | None]
    collect_phone: NotRequired[bool]
    published: NotRequired[bool]
    migrate: NotRequired[bool | None]
    split_code: NotRequired[str | None]
    metadata: NotRequired[Metadata]
    products: NotRequired[list[PageProduct]]
    """A product of a page of the type ``"product"``."""


class ProductPage(PageFields):
    """A page with products, as the response to adding products."""

    description: str | None
    amount: int | None
    type: str
    plan: int | None
    custom_fields: list[PageField] | None
    redirect_url: str | None
    success_message: str | None
    notification_email: str | None
    collect_phone: bool
    published: bool
    migrate: bool
    metadata: Metadata
    products: list[PageProduct]
    split_code: NotRequired[str | None]
