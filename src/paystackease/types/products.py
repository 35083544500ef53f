"""Products."""

from typing import NotRequired, TypedDict

from paystackease.types.envelope import Metadata


class ShippingFee(TypedDict):
    """The price of delivery to a place."""

    region: str
    fee: int
    """In the subunit of the currency."""
    currency: str


class ShippingFields(TypedDict):
    """The delivery options of a product."""

    delivery_note: str
    """``"disabled"`` or ``"optional"``."""
    shipping_address: NotRequired[str]
    shipping_fees: NotRequired[list[ShippingFee]]


class ProductFile(TypedDict):
    """A picture of a product."""

    key: str
    type: str
    path: str
    """Its address."""
    original_filename: str


class ProductFields(TypedDict):
    """The fields of a product in each response."""

    id: int
    """The identifier in the other calls, which do not accept the ``product_code``."""
    product_code: str
    """``PROD_…``"""
    name: str
    description: str | None
    price: int
    """In the subunit of the currency."""
    currency: str
    quantity: int
    """The stock."""
    quantity_sold: int | None
    unlimited: bool
    """Whether the stock never runs out."""
    type: str
    """``"good"``."""
    is_shippable: bool
    active: bool
    in_stock: bool
    metadata: Metadata
    domain: str
    """``"test"`` or ``"live"``."""
    integration: int
    createdAt: str
    updatedAt: str


class NewProduct(ProductFields):
    """The response to creating a product."""

    slug: str
    shipping_fields: ShippingFields
    minimum_orderable: int
    maximum_orderable: int | None
    low_stock_alert: bool
    files: NotRequired[list[ProductFile]]
    redirect_url: NotRequired[str | None]
    variants: NotRequired[list[object]]
    variants_options: NotRequired[list[object]]
    deleted_at: NotRequired[str | None]


class Product(ProductFields):
    """A product, as in a list."""

    slug: str
    shipping_fields: ShippingFields
    minimum_orderable: int
    maximum_orderable: int | None
    low_stock_alert: int
    """0 or 1; elsewhere a bool."""
    files: list[ProductFile]
    digital_assets: list[object]
    variant_options: list[object]
    success_message: str | None
    redirect_url: str | None
    split_code: str | None
    notification_emails: str | None


class FetchedProduct(ProductFields):
    """A product, as fetched."""

    slug: str
    shipping_fields: ShippingFields
    minimum_orderable: int
    maximum_orderable: int | None
    low_stock_alert: bool
    stock_threshold: int | None
    files: list[ProductFile] | None
    file_path: str | None
    digital_assets: list[object]
    features: object
    success_message: str | None
    redirect_url: str | None
    split_code: str | None
    notification_emails: str | None
    expires_in: int | None


class UpdatedProduct(ProductFields):
    """The response to changing a product."""

    file_path: str | None
    features: object
    image_path: NotRequired[str]
    slug: NotRequired[str]
    shipping_fields: NotRequired[ShippingFields]
    minimum_orderable: NotRequired[int]
    maximum_orderable: NotRequired[int | None]
    low_stock_alert: NotRequired[bool]
    stock_threshold: NotRequired[int | None]
    files: NotRequired[list[ProductFile] | None]
    success_message: NotRequired[str | None]
    redirect_url: NotRequired[str | None]
    split_code: NotRequired[str | None]
    notification_emails: NotRequired[str | None]
    expires_in: NotRequired[int | None]
